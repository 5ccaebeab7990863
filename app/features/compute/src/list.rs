//! `/jobs`: search, filter, sort; everybody's or one's own. Read from the server; from the chain while the server is away.

pub mod account;
mod table;

use app_core::{
    chain::{Reader, jobs_listed},
    list::{ChoiceOfMany, ListQuery, Listed, OfPerson, Order, Orders, PAGE, Rows, Search, key, of_key},
    live::{Live, Watched},
    routes, server,
    wallet::Wallet,
};
use app_ui::controls::choices::OneOfSeveral;
use jobs::{
    FAMILY, State,
    api::{JobQuery, JobRow},
};
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

use crate::{names, tabs::Head};
use table::Table;

/// Keys and names of orders.
const ORDERS: Orders = &[
    ("", "Newest"),
    ("price", "Highest price"),
    ("units", "Largest"),
    ("paid", "Paid most"),
    ("deadline", "Result due first"),
];

#[component]
pub fn JobsPage() -> impl IntoView {
    let (live, reader, wallet) = (expect_context::<Live>(), expect_context::<Reader>(), expect_context::<Wallet>());
    let (list_query, [search, state, kind, mine, person]) =
        ListQuery::new(routes::JOBS, ["search", "state", "kind", "mine", "person"], ORDERS);
    let list = Rows::<JobRow>::new();
    Effect::new(move || {
        live.track([Watched::Family(FAMILY)]);
        let offset = list_query.offset.get();
        let (sort, reverse) = list_query.asked();
        let somebody = person.with(|person| person.parse::<Address>().ok());
        let request = JobQuery {
            search: Some(search.get()).filter(|search| !search.is_empty()),
            state: of_key(&state.get()),
            kind: kind.get().parse().ok(),
            person: somebody.or(wallet.account.get().filter(|_| !mine.get().is_empty())),
            sort,
            reverse,
            offset: Some(offset),
            limit: Some(PAGE),
        };
        let asked = list.ask();
        spawn_local(async move {
            let answer = server::jobs(&request).await.map(|list| (list.rows, list.total, list.status));
            let chain = async { reader.computing().await.map(|all| request.select(all.jobs())) };
            let missing = || reader.missing(&[jobs_listed()], "");
            list.show(asked, answer, chain, offset, " Open a job to see how it stands on the chain.", missing).await;
        });
    });
    view! {
        <div class="page">
            <Head
                here=routes::JOBS
                text="Who has work locks money for it; who has an idle machine runs it and is paid for what was metered. Nobody has to trust the other."
            />
            <div class="row spread">
                <Search list_query=list_query id="search" text=search label="Search jobs" what="Search number, client or provider" />
                <Order list_query=list_query />
            </div>
            <Filters list_query=list_query state=state kind=kind mine=mine />
            <OfPerson list_query=list_query person=person what="With a part of" />
            <Listed list_query=list_query list=list one="job" many="jobs">
                <Table rows=list.rows error=list.error list_query=list_query />
            </Listed>
        </div>
    }
}

/// Whose jobs, where they stand, and what runs in them.
#[component]
fn Filters(list_query: ListQuery, state: Memo<String>, kind: Memo<String>, mine: Memo<String>) -> impl IntoView {
    let whose = [("jobs-everybody", "Everybody’s"), ("jobs-mine", "Mine")];
    let whose = whose.map(|(id, name)| (id.to_owned(), name.to_owned())).to_vec();
    let is_mine = Signal::derive(move || Some(usize::from(mine.with(|mine| mine == "yes"))));
    let choose = Callback::new(move |at| list_query.go("mine", if at == 0 { String::new() } else { "yes".to_owned() }));
    let states = State::ALL.into_iter().map(|one| (key(one), names::state(one).0)).collect();
    view! {
        <div class="row">
            <OneOfSeveral label="Whose jobs" choices=whose chosen=is_mine on_choose=choose />
            <ChoiceOfMany list_query=list_query part="state" chosen=state id="filter-state" label="State" choices=states />
            <ChoiceOfMany list_query=list_query part="kind" chosen=kind id="filter-kind" label="Runs" any="Anything" choices=names::kinds() />
        </div>
    }
}
