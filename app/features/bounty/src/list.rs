//! `/bounties`: search, filter by state, sort. Read from the server; from the chain while the server is away.

pub mod from_chain;

use bounty::{
    Phase,
    api::{BountyQuery, BountyRow, BountySort},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{chips::PhaseChip, names};
use app_core::{
    chain::{Clock, Reader, bounties_listed},
    components::{account::Account, time::Moment},
    later_file::LaterFiles,
    list::{self, ListQuery, Listed, Order, PAGE, Rows, Search},
    live::{Live, Watched},
    routes, server,
};
use app_ui::{format, messages::empty::Empty};
use from_chain::FromChain;

/// Phases offered as filters.
const FILTERS: [Phase; 7] = [
    Phase::Open,
    Phase::AwaitingTruth,
    Phase::Claiming,
    Phase::Revealing,
    Phase::SettleDue,
    Phase::Settled,
    Phase::Refunded,
];

/// A phase as it stands in addresses and queries.
pub fn phase_key(phase: Phase) -> String {
    serde_json::to_value(phase).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn phase_of(key: &str) -> Option<Phase> {
    serde_json::from_value(serde_json::Value::String(key.to_owned())).ok()
}

#[component]
pub fn BountiesPage() -> impl IntoView {
    let clock = expect_context::<Clock>();
    let live = expect_context::<Live>();
    let (reader, file) = (expect_context::<Reader>(), expect_context::<LaterFiles>().second);
    let from_chain = expect_context::<FromChain>();
    let (list_query, [search, phase, sort]) = ListQuery::new(routes::BOUNTIES, ["search", "phase", "sort"]);
    let list = Rows::<BountyRow>::new();

    Effect::new(move || {
        live.track([Watched::Family(bounty::FAMILY)]);
        live.track_time();
        let offset = list_query.offset.get();
        let request = BountyQuery {
            search: Some(search.get()).filter(|s| !s.is_empty()),
            phase: phase_of(&phase.get()),
            sort: match sort.get().as_str() {
                "reward" => Some(BountySort::Reward),
                "deadline" => Some(BountySort::Deadline),
                _ => None,
            },
            offset: Some(offset),
            limit: Some(PAGE),
            person: None,
        };
        spawn_local(async move {
            let answer = server::bounties(&request).await.map(|list| (list.rows, list.total, list.status));
            let chain = from_chain.read(file, reader, request, clock.now.get_untracked());
            let missing = || reader.missing(&[bounties_listed()], "titles");
            list.show(answer, chain, offset, " Open a bounty to see its state from the chain.", missing).await;
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
                <Search list_query=list_query text=search label="Search bounties" what="Search title, number or requester" />
                <Order list_query=list_query sort=sort choices=&[("", "Newest"), ("reward", "Highest reward"), ("deadline", "Earliest deadline")] />
            </div>
            <div class="tabs" role="group" aria-label="Filter by state">
                {std::iter::once(None)
                    .chain(FILTERS.into_iter().map(Some))
                    .map(|choice| {
                        let name = choice.map_or("All", |p| names::phase(p).0);
                        let key = choice.map_or("all".to_owned(), phase_key);
                        view! {
                            <button
                                id=format!("filter-{key}")
                                type="button"
                                aria-pressed=move || (phase_of(&phase.get()) == choice).to_string()
                                on:click=move |_| list_query.go("phase", choice.map(phase_key).unwrap_or_default())
                            >
                                {name}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <Listed list_query=list_query list=list>
                <BountyTable rows=list.rows />
            </Listed>
        </div>
    }
}

/// Bounties as a table; cards where there is no room for columns.
#[component]
pub fn BountyTable(rows: RwSignal<Option<Vec<BountyRow>>>) -> impl IntoView {
    let head = || {
        view! {
                        <tr>
                            <th>"Bounty"</th>
                            <th>"State"</th>
                            <th class="number">"Reward"</th>
                            <th class="number">"Submissions"</th>
                            <th class="number">"Best score"</th>
                            <th>"Next deadline"</th>
                            <th>"Requester"</th>
                        </tr>
        }
        .into_any()
    };
    let empty = || {
        view! {
                <Empty icon="list" title="No bounty here">
                    <p>"Nothing matches. Clear search and filter, or post the first one."</p>
                </Empty>
        }
        .into_any()
    };
    let row = |row| view! { <Row row=row /> }.into_any();
    view! { <list::Table id="bounties" rows=rows head=head row=row empty=empty /> }
}

#[component]
fn Row(row: BountyRow) -> impl IntoView {
    let navigate = use_navigate();
    let href = routes::bounty(row.id);
    let target = href.clone();
    view! {
        <tr class="link" on:click=move |_| navigate(&target, NavigateOptions::default())>
            <td class="lead">
                <a href=href>{row.title.clone().unwrap_or_else(|| format!("Bounty {}", row.id))}</a>
                <div class="small soft">
                    {format!("No. {} · {} test rows, {} classes", row.id, format::count(row.test_rows.into()), row.classes)}
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
            </td>
        </tr>
    }
}
