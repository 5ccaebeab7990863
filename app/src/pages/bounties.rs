//! `/bounties`: search, filter by state, sort. Read from the server; from the chain while the server is away.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use protocol::{
    api::{BountyQuery, BountyRow, BountySort},
    bounty::{Bounty, Phase},
};

use crate::{
    chain::{Clock, Reader},
    components::{
        account::Account,
        empty::{Empty, Ghost},
        notice::{Notice, Problem},
        pager::Pager,
        phase::PhaseChip,
        time::Moment,
    },
    format,
    live::Live,
    routes, server, words,
};

/// Rows on one page of the list.
const PAGE: u64 = 50;
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
    let reader = expect_context::<Reader>();
    let query = use_query_map();
    let navigate = use_navigate();
    let search = Memo::new(move |_| query.with(|q| q.get("search")).unwrap_or_default());
    let phase = Memo::new(move |_| query.with(|q| q.get("phase")).and_then(|p| phase_of(&p)));
    let sort = Memo::new(move |_| query.with(|q| q.get("sort")).unwrap_or_default());
    let offset = Memo::new(move |_| query.with(|q| q.get("offset")).and_then(|o| o.parse().ok()).unwrap_or(0u64));
    let rows = RwSignal::new(None::<Vec<BountyRow>>);
    let total = RwSignal::new(0u64);
    let stale = RwSignal::new(None::<String>);
    let error = RwSignal::new(None::<String>);

    Effect::new(move || {
        live.track();
        let request = BountyQuery {
            search: Some(search.get()).filter(|s| !s.is_empty()),
            phase: phase.get(),
            sort: match sort.get().as_str() {
                "reward" => Some(BountySort::Reward),
                "deadline" => Some(BountySort::Deadline),
                _ => None,
            },
            offset: Some(offset.get()),
            limit: Some(PAGE),
            person: None,
        };
        spawn_local(async move {
            match server::bounties(&request).await {
                Ok(list) => {
                    let behind = list.status.trouble.map(|t| {
                        format!(
                            "The list stands at block {}: {t} Open a bounty to see its state from the chain.",
                            list.status.block
                        )
                    });
                    stale.try_set(behind);
                    total.try_set(list.total);
                    rows.try_set(Some(list.rows));
                    error.try_set(None);
                }
                Err(away) => match reader.bounties().await {
                    Ok(histories) => {
                        let now = clock.now.get_untracked();
                        let all = histories.iter().map(|h| row(&h.bounty, now));
                        let mut found: Vec<_> = all.filter(|r| matches(r, &request)).collect();
                        match request.sort {
                            Some(BountySort::Reward) => found.sort_by_key(|r| std::cmp::Reverse(r.reward)),
                            Some(BountySort::Deadline) => found.sort_by_key(|r| r.deadline),
                            _ => {}
                        }
                        total.try_set(found.len() as u64);
                        rows.try_set(Some(found));
                        stale.try_set(Some(format!("{away} This list is read from there now; titles are missing.")));
                        error.try_set(None);
                    }
                    Err(e) => {
                        // What was read before stays; it says that it is old.
                        if rows.with_untracked(Option::is_some) {
                            stale.try_set(Some(format!("{away} This list is old.")));
                        } else {
                            error.try_set(Some(e.to_string()));
                        }
                    }
                },
            }
        });
    });

    let go = Callback::new(move |(name, value): (&'static str, String)| {
        let mut parts = Vec::new();
        for (key, current) in [
            ("search", search.get_untracked()),
            ("phase", phase.get_untracked().map(phase_key).unwrap_or_default()),
            ("sort", sort.get_untracked()),
        ] {
            let value = if key == name { value.clone() } else { current };
            if !value.is_empty() {
                parts.push(format!("{key}={}", js_sys::encode_uri_component(&value)));
            }
        }
        if name == "offset" {
            parts.push(format!("offset={value}"));
        }
        let address = format!("{}?{}", routes::BOUNTIES, parts.join("&"));
        navigate(&address, NavigateOptions { replace: name == "search", scroll: false, ..Default::default() });
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
                <input
                    type="search"
                    aria-label="Search bounties"
                    placeholder="Search title, number or requester"
                    style:max-width="360px"
                    prop:value=move || search.get()
                    on:change=move |event| go.run(("search", event_target_value(&event)))
                />
                <label class="row tight">
                    <span class="small soft">"Sort by"</span>
                    <select
                        style:width="auto"
                        aria-label="Sort by"
                        prop:value=move || sort.get()
                        on:change=move |event| go.run(("sort", event_target_value(&event)))
                    >
                        <option value="">"Newest"</option>
                        <option value="reward">"Highest reward"</option>
                        <option value="deadline">"Earliest deadline"</option>
                    </select>
                </label>
            </div>
            <div class="tabs" role="group" aria-label="Filter by state">
                {std::iter::once(None)
                    .chain(FILTERS.into_iter().map(Some))
                    .map(|choice| {
                        let name = choice.map_or("All", |p| words::phase(p).0);
                        view! {
                            <button
                                type="button"
                                aria-pressed=move || (phase.get() == choice).to_string()
                                on:click=move |_| go.run(("phase", choice.map(phase_key).unwrap_or_default()))
                            >
                                {name}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            {move || stale.get().map(|text| view! { <Notice tone="warn">{text}</Notice> })}
            <Problem error=error />
            <BountyTable rows=rows />
            <Pager total=total offset=offset page=PAGE on_turn=Callback::new(move |to: u64| go.run(("offset", to.to_string()))) />
        </div>
    }
}

/// Bounties as a table; cards where there is no room for columns.
#[component]
pub fn BountyTable(rows: RwSignal<Option<Vec<BountyRow>>>) -> impl IntoView {
    // Built again only when something in it differs, not with every block.
    let rows = Memo::new(move |_| rows.get());
    move || match rows.get() {
        None => view! { <Ghost lines=5 /> }.into_any(),
        Some(rows) if rows.is_empty() => view! {
            <div class="panel">
                <Empty icon="list" title="No bounty here">
                    <p>"Nothing matches. Clear search and filter, or post the first one."</p>
                </Empty>
            </div>
        }
        .into_any(),
        Some(rows) => view! {
            <div class="panel table-wrap">
                <table class="cards" id="bounties">
                    <thead>
                        <tr>
                            <th>"Bounty"</th>
                            <th>"State"</th>
                            <th class="number">"Reward"</th>
                            <th class="number">"Submissions"</th>
                            <th class="number">"Best score"</th>
                            <th>"Next deadline"</th>
                            <th>"Requester"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows.into_iter().map(|row| view! { <Row row=row /> }).collect_view()}
                    </tbody>
                </table>
            </div>
        }
        .into_any(),
    }
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

/// A row made from the chain alone.
fn row(bounty: &Bounty, now: u64) -> BountyRow {
    BountyRow {
        id: bounty.id,
        title: None,
        requester: bounty.requester,
        phase: bounty.phase(now),
        phase_ends: bounty.phase_ends(now),
        reward: bounty.terms.reward,
        stake: bounty.terms.stake,
        deadline: bounty.terms.deadline,
        test_rows: bounty.terms.test_rows,
        classes: bounty.terms.classes,
        submissions: bounty.active() as u32,
        best_correct: bounty.best().and_then(|s| s.reveal.as_ref()).map(|r| r.correct),
        created_at: bounty.created_at,
    }
}

fn matches(row: &BountyRow, query: &BountyQuery) -> bool {
    let text = query.search.as_deref().unwrap_or_default().to_lowercase();
    let found =
        text.is_empty() || row.id.to_string() == text || row.requester.to_string().to_lowercase().contains(&text);
    found && query.phase.is_none_or(|phase| phase == row.phase)
}
