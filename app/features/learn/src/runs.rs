//! `/learn`: tasks that the account takes part in, by state; and where to begin.

mod table;

use app_core::{routes, wallet::Wallet};
use app_ui::messages::{
    empty::{Empty, Ghost},
    notice::Problem,
};
use leptos::prelude::*;
use protocol::Address;
use tasks::Task;

use crate::{context::Known, names};
use table::{Row, Table};

/// Which tasks are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Open,
    Ended,
    Everybody,
}

#[component]
pub fn RunsPage() -> impl IntoView {
    let known = Known::follow();
    let wallet = expect_context::<Wallet>();
    let shown = RwSignal::new(Shown::Open);
    let state = RwSignal::new(String::new());
    let all = Memo::new(move |_| {
        let account = wallet.account.get();
        known.learning.with(|known| {
            let known = known.as_ref()?;
            let at = |id| known.events.get(&id).and_then(|events| events.first()).map_or(0, |event| event.at);
            let (versions, steps) = (known.book.versions(), known.book.pipeline_steps());
            let rows = known.book.tasks.iter().filter(|(_, task)| is_shown(task, account, shown.get()));
            let row = |(id, task): (u64, &Task)| {
                let is_mine = is_mine(task, account);
                let version = versions.get(&id).copied().unwrap_or(1);
                let step = steps.get(&id).copied().unwrap_or((1, 1));
                Row { id, task: task.clone(), at: at(id), version, step, is_mine }
            };
            let mut rows: Vec<Row> = rows.map(row).collect();
            rows.reverse();
            Some(rows)
        })
    });
    let words = Memo::new(move |_| {
        let mut words: Vec<&str> =
            all.get().unwrap_or_default().iter().map(|row| names::state(row.task.state).0).collect();
        words.sort_unstable();
        words.dedup();
        words
    });
    let rows = Memo::new(move |_| {
        let mut rows = all.get()?;
        state.with(|state| rows.retain(|row| state.is_empty() || names::state(row.task.state).0 == state));
        Some(rows)
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
            <div class="row spread">
                <div class="tabs" role="group" aria-label="Which tasks">
                    {[(Shown::Open, "Mine, open"), (Shown::Ended, "Mine, ended"), (Shown::Everybody, "Everybody’s")]
                        .map(|(which, name)| {
                            view! {
                                <button
                                    type="button"
                                    aria-pressed=move || (shown.get() == which).to_string()
                                    on:click=move |_| {
                                        state.set(String::new());
                                        shown.set(which);
                                    }
                                >
                                    {name}
                                </button>
                            }
                        })
                        .collect_view()}
                </div>
                <States state=state words=words />
            </div>
            <Problem error=known.error />
            {move || match rows.get() {
                None if known.error.with(Option::is_some) => ().into_any(),
                None => view! { <Ghost lines=5 /> }.into_any(),
                Some(rows) if rows.is_empty() => view! { <NoTask shown=shown.get() /> }.into_any(),
                Some(rows) => view! { <Table known=known rows=rows /> }.into_any(),
            }}
        </div>
    }
}

fn is_mine(task: &Task, account: Option<Address>) -> bool {
    account.is_some_and(|account| crate::my_work::is_mine(task, account))
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

/// Chooses one of the states that there are.
#[component]
fn States(state: RwSignal<String>, words: Memo<Vec<&'static str>>) -> impl IntoView {
    view! {
        <Show when=move || words.with(|words| words.len() > 1)>
            <label class="row tight">
                <span class="small soft">"Stands"</span>
                <select id="filter-state" prop:value=move || state.get() on:change=move |event| state.set(event_target_value(&event))>
                    <option value="">"Any"</option>
                    {move || words.get().into_iter().map(|word| view! { <option value=word>{word}</option> }).collect_view()}
                </select>
            </label>
        </Show>
    }
}
