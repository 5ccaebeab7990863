//! `/bounties`: search, filter by state, sort. Read from the server; from the chain while the server is away.

pub mod from_chain;

use bounty::{
    Phase,
    api::{BountyQuery, BountyRow},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    chips::{PhaseChip, Reliable},
    names,
};
use app_core::{
    chain::{Clock, Reader, bounties_listed},
    components::{account::Account, time::Moment},
    later_file::LaterFiles,
    list::{self, ChoiceOfMany, Column, ListQuery, Listed, OfPerson, Order, Orders, PAGE, Rows, Search, key, of_key},
    live::{Live, Watched},
    routes, server,
};
use app_ui::{format, messages::empty::Empty};
use from_chain::FromChain;

/// Keys and names of orders.
const ORDERS: Orders = &[
    ("", "Newest"),
    ("reward", "Highest reward"),
    ("submissions", "Most submissions"),
    ("score", "Best score"),
    ("deadline", "Next deadline"),
];

#[component]
pub fn BountiesPage() -> impl IntoView {
    let clock = expect_context::<Clock>();
    let live = expect_context::<Live>();
    let (reader, files) = (expect_context::<Reader>(), expect_context::<LaterFiles>());
    let from_chain = expect_context::<FromChain>();
    let (list_query, [search, phase, person]) = ListQuery::new(routes::BOUNTIES, ["search", "phase", "person"], ORDERS);
    let list = Rows::<BountyRow>::new();

    Effect::new(move || {
        live.track([Watched::Family(bounty::FAMILY)]);
        live.track_time();
        let offset = list_query.offset.get();
        let (sort, reverse) = list_query.asked();
        let request = BountyQuery {
            search: Some(search.get()).filter(|s| !s.is_empty()),
            phase: of_key(&phase.get()),
            sort,
            reverse,
            offset: Some(offset),
            limit: Some(PAGE),
            person: person.with(|person| person.parse().ok()),
        };
        let asked = list.ask();
        spawn_local(async move {
            let answer = server::bounties(&request).await.map(|list| (list.rows, list.total, list.status));
            let chain = from_chain.read(files, reader, request, clock.now.get_untracked());
            let missing = || reader.missing(&[bounties_listed()], "titles");
            list.show(asked, answer, chain, offset, " Open a bounty to see its state from the chain.", missing).await;
        });
    });

    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Bounties"</h1>
                    <p class="soft">"Every request for a model, with its reward and who must act next."</p>
                </div>
                <a class="button primary" href=routes::NEW_BOUNTY>"Post a bounty"</a>
            </div>
            <div class="row spread">
                <Search list_query=list_query id="search" text=search label="Search bounties" what="Search title, number or requester" />
                <ChoiceOfMany
                    list_query=list_query
                    part="phase"
                    chosen=phase
                    id="filter-state"
                    label="State"
                    choices=Phase::ALL.into_iter().map(|phase| (key(phase), names::phase(phase).0)).collect()
                />
                <Order list_query=list_query />
            </div>
            <OfPerson list_query=list_query person=person what="Posted or submitted to by" />
            <Listed list_query=list_query list=list one="bounty" many="bounties">
                <BountyTable rows=list.rows error=list.error list_query=list_query />
            </Listed>
        </div>
    }
}

const COLUMNS: &[Column] = &[
    Column::text("Bounty"),
    Column::text("State"),
    Column::number("Reward").largest_first("reward"),
    Column::number("Submissions").largest_first("submissions"),
    Column::number("Best score").largest_first("score"),
    Column::text("Next deadline").smallest_first("deadline"),
    Column::text("Requester"),
];

/// Bounties as a table; cards where there is no room for columns. Its columns sort where a query is given.
#[component]
pub fn BountyTable(
    rows: RwSignal<Option<Vec<BountyRow>>>,
    error: RwSignal<Option<String>>,
    #[prop(optional)] list_query: Option<ListQuery>,
) -> impl IntoView {
    let row = |row| view! { <Row row=row /> }.into_any();
    view! { <list::Table id="bounties" rows=rows error=error columns=COLUMNS list_query=list_query row=row empty=nothing /> }
}

/// One sentence tells a list that was narrowed by its address from one that has nothing yet.
fn nothing() -> AnyView {
    let is_narrowed = list::is_narrowed();
    let why = move || match is_narrowed.get() {
        true => "Nothing matches. Clear search and filter, or post a bounty.",
        false => "There is none yet. Anybody can post one.",
    };
    view! {
        <Empty icon="list" title="No bounty here">
            <p>{why}</p>
        </Empty>
    }
    .into_any()
}

#[component]
fn Row(row: BountyRow) -> impl IntoView {
    let href = routes::bounty(row.id);
    let opens = list::opens(href.clone());
    view! {
        <tr class="link" on:click=opens>
            <td class="lead">
                <a href=href>{row.title.clone().unwrap_or_else(|| format!("Bounty {}", row.id))}</a>
                <div class="small soft">
                    {format!("Bounty {} · {} test rows, {} classes", row.id, format::count(row.test_rows.into()), row.classes)}
                </div>
            </td>
            <td data-label="State">
                <PhaseChip phase=row.phase />
            </td>
            <td class="number nowrap" data-label="Reward">{format!("{} MDC", row.reward)}</td>
            <td class="number" data-label="Submissions">{row.submissions}</td>
            <td class="number nowrap" data-label="Best score">
                {row.best_correct.map_or("–".into(), |c| format::percent(c, row.test_rows))}
            </td>
            <td data-label="Next deadline">
                {match row.phase_ends {
                    Some(at) => view! { <Moment at=at /> }.into_any(),
                    None => view! { <span class="soft">"–"</span> }.into_any(),
                }}
            </td>
            <td data-label="Requester">
                <Account address=row.requester />
                {row.reliability.map(|reliability| view! { <Reliable reliability=reliability /> })}
            </td>
        </tr>
    }
}
