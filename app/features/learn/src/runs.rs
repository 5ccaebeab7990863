//! `/learn`: tasks that the account takes part in, by state; and where to begin.

mod table;

use app_core::{
    list::{ChoiceOfMany, ListQuery, Order, Orders, Search, key, of_key},
    routes,
    wallet::Wallet,
};
use app_ui::{
    controls::choices::OneOfSeveral,
    format,
    messages::{
        empty::{Empty, Ghost},
        notice::Problem,
    },
};
use leptos::prelude::*;
use protocol::{Address, order::arrange, search};
use std::cmp::Reverse;
use tasks::{State, Task};

use crate::{context::Known, names};
use table::{Row, Table};

/// Which tasks are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Open,
    Ended,
    Everybody,
}

impl Shown {
    const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Open, "", "Mine, open"),
        (Self::Ended, "ended", "Mine, ended"),
        (Self::Everybody, "everybody", "Everybody’s"),
    ];

    /// As the address says.
    fn of(key: &str) -> Self {
        Self::ALL.into_iter().find(|(_, known, _)| *known == key).map_or(Self::Open, |(shown, ..)| shown)
    }
}

/// What is asked for.
#[derive(Clone, Copy)]
struct Asked {
    query: ListQuery,
    shown: Memo<String>,
    state: Memo<String>,
    search: Memo<String>,
}

impl Asked {
    fn shown(self) -> Shown {
        self.shown.with(|shown| Shown::of(shown))
    }

    /// The tasks that match, in order. `rows` are all, the newest first.
    fn select(self, mut rows: Vec<Row>) -> Vec<Row> {
        let state = self.state.with(|state| of_key::<State>(state));
        let search = self.search.with(|search| search::searchable(Some(search)));
        rows.retain(|row| {
            state.is_none_or(|state| state == row.task.state)
                && search.as_deref().is_none_or(|search| is_found(row, search))
        });
        let reverse = self.query.reverse.get();
        self.query.sort.with(|sort| match sort.as_str() {
            "version" => arrange(&mut rows, reverse, |row| Some(Reverse(row.version))),
            "tries" => arrange(&mut rows, reverse, |row| Some(Reverse(row.task.attempt))),
            "seats" => arrange(&mut rows, reverse, |row| Some(Reverse(row.task.seats.len()))),
            _ => arrange(&mut rows, reverse, |_| Some(())),
        });
        rows
    }
}

/// By number, kind, requester and whoever holds a seat.
fn is_found(row: &Row, search: &str) -> bool {
    let number = search.strip_prefix('#').unwrap_or(search).parse::<u64>();
    let people = row.task.seats.iter().map(|seat| seat.holder).chain([row.task.requester]);
    number.is_ok_and(|number| number == row.id)
        || search::found(search, [names::kind(row.task.draft.kind)])
        || search::found(search, people.map(|who| who.to_string()))
}

/// Keys and names of orders.
const ORDERS: Orders =
    &[("", "Newest"), ("version", "Highest version"), ("tries", "Most tries"), ("seats", "Most seats")];

#[component]
pub fn RunsPage() -> impl IntoView {
    let known = Known::follow();
    let wallet = expect_context::<Wallet>();
    let (query, [shown, state, search]) = ListQuery::new(routes::LEARN, ["shown", "state", "search"], ORDERS);
    let asked = Asked { query, shown, state, search };
    let all = Memo::new(move |_| {
        let account = wallet.account.get();
        known.learning.with(|known| {
            let known = known.as_ref()?;
            let at = |id| known.events.get(&id).and_then(|events| events.first()).map_or(0, |event| event.at);
            let (versions, steps) = (known.book.versions(), known.book.pipeline_steps());
            let rows = known.book.tasks.iter().filter(|(_, task)| is_shown(task, account, asked.shown()));
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
    let rows = Memo::new(move |_| Some(asked.select(all.get()?)));
    let is_empty = Memo::new(move |_| rows.with(|rows| rows.as_ref().map(Vec::is_empty)));
    let found = move || rows.with(|rows| Some(format::plural(rows.as_ref()?.len() as u64, "task")));
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
            <Controls asked=asked />
            <Problem error=known.error />
            <p id="found" class="small soft" role="status">{found}</p>
            {move || match is_empty.get() {
                None if known.error.with(Option::is_some) => ().into_any(),
                None => view! { <Ghost lines=5 /> }.into_any(),
                Some(true) => view! { <NoTask shown=asked.shown() is_all=all.with(|all| all.as_ref().is_none_or(Vec::is_empty)) /> }.into_any(),
                Some(false) => view! { <Table known=known rows=rows query=query /> }.into_any(),
            }}
        </div>
    }
}

/// What is searched for, whose tasks, in which state, in which order.
#[component]
fn Controls(asked: Asked) -> impl IntoView {
    let Asked { query, shown, state, search } = asked;
    let id = |of: &str| format!("shown-{}", if of.is_empty() { "open" } else { of });
    let whose = Shown::ALL.map(|(_, of, name)| (id(of), name.to_owned())).to_vec();
    let chosen = Signal::derive(move || Shown::ALL.iter().position(|(_, of, _)| shown.with(|shown| shown == of)));
    let choose = Callback::new(move |at: usize| query.go("shown", Shown::ALL[at].1.to_owned()));
    let states = State::ALL.into_iter().map(|one| (key(one), names::state(one).0)).collect();
    view! {
        <div class="row spread">
            <Search list_query=query id="search" text=search label="Search tasks" what="Search number, kind or account" />
            <Order list_query=query />
        </div>
        <div class="row spread">
            <OneOfSeveral label="Which tasks" choices=whose chosen=chosen on_choose=choose />
            <ChoiceOfMany list_query=query part="state" chosen=state id="filter-state" label="State" choices=states />
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

/// `is_all`: there is none whatever is searched for.
#[component]
fn NoTask(shown: Shown, is_all: bool) -> impl IntoView {
    let text = match shown {
        _ if !is_all => "Nothing matches. Clear the search, or choose another state.",
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
