//! `/learn`: tasks that the account takes part in, by state; and where to begin.

use app_core::{
    components::{account::Account, time::Moment},
    routes,
    wallet::Wallet,
};
use app_ui::messages::{
    empty::{Empty, Ghost},
    notice::Problem,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use protocol::Address;
use tasks::{State, Task};

use crate::{context::Known, names};

/// Which tasks are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Open,
    Ended,
    Everybody,
}

/// A row of the list.
#[derive(Clone, PartialEq)]
struct Row {
    id: u64,
    task: Task,
    at: u64,
}

#[component]
pub fn RunsPage() -> impl IntoView {
    let known = Known::follow();
    let wallet = expect_context::<Wallet>();
    let shown = RwSignal::new(Shown::Open);
    let rows = Memo::new(move |_| {
        let account = wallet.account.get();
        known.learning.with(|known| {
            let known = known.as_ref()?;
            let at = |id| known.events.get(&id).and_then(|events| events.first()).map_or(0, |event| event.at);
            let rows = (1..).zip(&known.book.tasks).filter(|(_, task)| is_shown(task, account, shown.get()));
            let mut rows: Vec<Row> = rows.map(|(id, task)| Row { id, task: task.clone(), at: at(id) }).collect();
            rows.reverse();
            Some(rows)
        })
    });
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Learn"</h1>
                    <p class="soft">
                        "Data owners fit one model together, and nobody’s rows leave their machine. A task names the seats, what is computed, and what is told to whom."
                    </p>
                </div>
                <a id="new-task" class="button primary" href=routes::NEW_TASK>"New task"</a>
            </div>
            <div class="tabs" role="group" aria-label="Which tasks">
                {[(Shown::Open, "Mine, open"), (Shown::Ended, "Mine, ended"), (Shown::Everybody, "Everybody’s")]
                    .map(|(which, name)| {
                        view! {
                            <button type="button" aria-pressed=move || (shown.get() == which).to_string() on:click=move |_| shown.set(which)>
                                {name}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <Problem error=known.error />
            {move || match rows.get() {
                None if known.error.with(Option::is_some) => ().into_any(),
                None => view! { <Ghost lines=5 /> }.into_any(),
                Some(rows) if rows.is_empty() => view! { <NoTask shown=shown.get() /> }.into_any(),
                Some(rows) => view! { <Table rows=rows /> }.into_any(),
            }}
        </div>
    }
}

/// Whether an account has a part in a task: as requester, on a seat, or as the helper.
fn is_mine(task: &Task, account: Option<Address>) -> bool {
    let Some(account) = account else { return false };
    let helps = task.helper.as_ref().is_some_and(|helper| helper.candidates.iter().any(|one| one.helper == account));
    task.requester == account || helps || task.seats.iter().any(|seat| seat.holder == account)
}

fn is_shown(task: &Task, account: Option<Address>, shown: Shown) -> bool {
    match shown {
        Shown::Everybody => true,
        Shown::Open => is_mine(task, account) && !task.state.is_final(),
        Shown::Ended => is_mine(task, account) && task.state.is_final(),
    }
}

#[component]
fn NoTask(shown: Shown) -> impl IntoView {
    let text = match shown {
        Shown::Open => {
            "No task waits for you or runs. Tasks come here when you publish one, or when somebody names a data set of yours under a grant."
        }
        Shown::Ended => "None of your tasks has ended yet.",
        Shown::Everybody => "Nobody has published a task on this chain yet.",
    };
    view! {
        <div class="panel">
            <Empty icon="learn" title="No task here">
                <p>{text}</p>
                <a class="button" href=routes::NEW_TASK>"New task"</a>
            </Empty>
        </div>
    }
}

#[component]
fn Table(rows: Vec<Row>) -> impl IntoView {
    view! {
        <div class="panel table-wrap">
            <table class="cards" id="tasks">
                <thead>
                    <tr>
                        <th>"Task"</th>
                        <th>"Stands"</th>
                        <th class="number">"Try"</th>
                        <th>"Seats"</th>
                        <th>"Requester"</th>
                        <th>"Published"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(|row| view! { <OneRow row=row /> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn OneRow(row: Row) -> impl IntoView {
    let navigate = use_navigate();
    let href = routes::task(row.id);
    let target = href.clone();
    let (word, tone) = names::state(row.task.state);
    let confirmed = format!("{} of {}", row.task.confirmed(), row.task.seats.len());
    let seats = if row.task.state == State::Confirming {
        format!("{confirmed} confirmed")
    } else {
        row.task.seats.len().to_string()
    };
    view! {
        <tr class="link" on:click=move |_| navigate(&target, NavigateOptions::default())>
            <td class="lead">
                <a href=href>{format!("{}: {}", row.id, names::kind(row.task.draft.kind))}</a>
            </td>
            <td data-label="Stands">
                <span class=format!("chip {tone}")>{word}</span>
            </td>
            <td class="number" data-label="Try">{row.task.attempt}</td>
            <td data-label="Seats">{seats}</td>
            <td data-label="Requester">
                <Account address=row.task.requester />
            </td>
            <td class="nowrap" data-label="Published">
                <Moment at=row.at />
            </td>
        </tr>
    }
}
