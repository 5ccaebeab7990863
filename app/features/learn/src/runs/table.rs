//! The list of tasks, with what can be done about one of them without opening it.

use app_core::{
    action::{ActionError, Tools},
    components::{account::Account, time::Moment},
    list::{self, Column, Heads, ListQuery},
    routes,
};
use app_ui::{
    controls::busy_button::BusyButton,
    download,
    messages::run::{Run, RunState},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use tasks::{State, Task};

use crate::{again, context::Known, kept, names};

/// A row of the list.
#[derive(Clone, PartialEq)]
pub struct Row {
    pub id: u64,
    pub task: Task,
    /// When it was published.
    pub at: u64,
    pub version: u32,
    /// Which step of its pipeline, and of how many.
    pub step: (usize, usize),
    /// The account takes part in it.
    pub is_mine: bool,
}

const COLUMNS: &[Column] = &[
    Column::text("Task"),
    Column::text("State"),
    Column::number("Version").largest_first("version"),
    Column::number("Step"),
    Column::number("Try").largest_first("tries"),
    Column::text("Seats").largest_first("seats"),
    Column::text("Requester"),
    Column::text("Published").largest_first(""),
    Column::text("Actions"),
];

/// The heads stay while the rows below change: a person may stand on one with the keyboard.
#[component]
pub fn Table(known: Known, rows: Memo<Option<Vec<Row>>>, query: ListQuery) -> impl IntoView {
    let body = move || {
        let rows = rows.get().unwrap_or_default();
        rows.into_iter().map(|row| view! { <OneRow known=known row=row /> }).collect_view()
    };
    view! {
        <div class="panel table-wrap">
            <table class="cards wide" id="tasks">
                <thead>
                    <Heads columns=COLUMNS list_query=Some(query) />
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
}

#[component]
fn OneRow(known: Known, row: Row) -> impl IntoView {
    let href = routes::task(row.id);
    let opens = list::opens(href.clone());
    let (word, tone) = names::state(row.task.state);
    let confirmed = format!("{} of {}", row.task.confirmed(), row.task.seats.len());
    let seats = if row.task.state == State::Confirming {
        format!("{confirmed} confirmed")
    } else {
        row.task.seats.len().to_string()
    };
    let step = format!("{} of {}", row.step.0, row.step.1);
    view! {
        <tr class="link" on:click=opens>
            <td class="lead">
                <a href=href>{format!("{}: {}", row.id, names::kind(row.task.draft.kind))}</a>
            </td>
            <td data-label="State">
                <span class=format!("chip {tone}")>{word}</span>
            </td>
            <td class="number" data-label="Version">{row.version}</td>
            <td class="number nowrap" data-label="Step">{step}</td>
            <td class="number" data-label="Try">{row.task.attempt}</td>
            <td data-label="Seats">{seats}</td>
            <td data-label="Requester">
                <Account address=row.task.requester />
            </td>
            <td class="nowrap" data-label="Published">
                <Moment at=row.at />
            </td>
            <td on:click=|event| event.stop_propagation()>
                {row.is_mine.then(|| view! { <Ways known=known row=row /> })}
            </td>
        </tr>
    }
}

/// Running it again, and taking away what came out.
#[component]
fn Ways(known: Known, row: Row) -> impl IntoView {
    let tools = Tools::from_context();
    let navigate = use_navigate();
    let run = Run::new();
    let Row { id, task, .. } = row;
    let asks = tools.wallet.account.get_untracked() == Some(task.requester);
    let (is_final, is_finished) = (task.state.is_final() || task.state == State::Failed, task.state == State::Finished);
    let again = Callback::new(move |()| {
        let Some(learning) = known.learning.get_untracked() else { return };
        let navigate = navigate.clone();
        run.start(async move {
            again::lay_out(tools, &learning, id).await?;
            navigate(routes::NEW_TASK, NavigateOptions::default());
            Ok::<(), ActionError>(())
        });
    });
    let save = Callback::new(move |()| {
        let holders: Vec<_> = task.seats.iter().map(|seat| seat.holder).collect();
        run.start(async move { take_away(tools, id, holders).await });
    });
    view! {
        <div class="row tight" id=format!("ways-{id}")>
            {(asks && is_final)
                .then(|| view! { <BusyButton label="Run again" class="small" busy=run.busy on_press=again /> })}
            {is_finished
                .then(|| view! { <BusyButton label="Download" class="small" busy=run.busy on_press=save /> })}
        </div>
        <RunState run=run />
    }
}

/// Saves what the account's seats were told: the table where there is one, else all of it.
async fn take_away(tools: Tools, id: u64, holders: Vec<protocol::Address>) -> Result<(), ActionError> {
    let account = tools.account()?;
    for (seat, _) in (0_u8..).zip(&holders).filter(|(_, holder)| **holder == account) {
        if let Some(kept) = kept::result(tools, account, id, seat).await? {
            match &kept.csv {
                Some(csv) => download::save(&format!("task-{id}.csv"), csv.as_bytes()),
                None => {
                    let json = serde_json::to_vec_pretty(&kept.finished).unwrap_or_default();
                    download::save(&format!("task-{id}.json"), &json);
                }
            }
            return Ok(());
        }
    }
    Err(ActionError::feature(
        "What your seat was told is not in this browser. Open the page in the one in which it was played, or import its vault in \
         Settings.",
    ))
}
