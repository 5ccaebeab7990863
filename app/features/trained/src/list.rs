//! `/models/trained`: models as files, winners of bounties and published ones. Read from the server; from the chain
//! while it is away.

use leptos::{prelude::*, task::spawn_local};
use protocol::cid::Cid;
use trained::api::{TrainedFrom, TrainedQuery, TrainedRow, TrainedSource};

use crate::WINNERS_AND_PUBLISHED;
use app_core::{
    allow_list::AllowList,
    chain::{ChainError, Reader, bounties_listed, models_published},
    components::{account::Account, model_tabs::ModelTabs, time::Moment},
    list::{self, Choices, Column, ListQuery, Listed, Order, Orders, PAGE, Rows, Search, key, of_key},
    live::Live,
    routes, server,
};
use app_ui::{format, messages::empty::Empty};

/// Keys and names of orders.
const ORDERS: Orders = &[("", "Newest"), ("score", "Best score"), ("reproduced", "Most often reproduced")];

#[component]
pub fn TrainedPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let reader = expect_context::<Reader>();
    let (list_query, [search, from]) = ListQuery::new(routes::TRAINED, ["search", "from"], ORDERS);
    let list = Rows::<TrainedRow>::new();

    Effect::new(move || {
        live.track(WINNERS_AND_PUBLISHED);
        let (text, offset) = (search.get(), list_query.offset.get());
        let (sort, reverse) = list_query.asked();
        let request = TrainedQuery {
            search: Some(text).filter(|s| !s.is_empty()),
            from: of_key(&from.get()),
            person: None,
            sort,
            reverse,
            offset: Some(offset),
            limit: Some(PAGE),
        };
        let asked = list.ask();
        spawn_local(async move {
            let answer = server::trained_models(&request).await.map(|list| (list.rows, list.total, list.status));
            let chain = async {
                let all = reader.trained_rows().await?;
                Ok::<_, ChainError>(request.select(all))
            };
            let missing = || reader.missing(&[bounties_listed(), models_published()], "names of bounties");
            list.show(asked, answer, chain, offset, "", missing).await;
        });
    });

    let sources = [(TrainedFrom::Bounty, "Winners of bounties"), (TrainedFrom::Published, "Published")];
    let sources = sources.map(|(source, name)| (key(source), name)).to_vec();
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Models"</h1>
                    <p class="soft">
                        "Models as files: winners of bounties, and what people publish. Try any of them in this page, for free and without a wallet."
                    </p>
                </div>
                <a class="button primary" href=routes::RUN>"Run your own model"</a>
            </div>
            <ModelTabs trained=true />
            <div class="row spread">
                <Search list_query=list_query id="search" text=search label="Search trained models" what="Search name, CID or account" />
                <Order list_query=list_query />
            </div>
            <Choices list_query=list_query part="from" chosen=from label="Filter by source" choices=sources />
            <Listed list_query=list_query list=list one="model" many="models">
                <Table rows=list.rows error=list.error list_query=list_query />
            </Listed>
        </div>
    }
}

const COLUMNS: &[Column] = &[
    Column::text("Model"),
    Column::text("From"),
    Column::number("Score").largest_first("score"),
    Column::number("Reproduced by").largest_first("reproduced"),
    Column::text("Trainer or publisher"),
    Column::text("Since").largest_first(""),
];

#[component]
fn Table(
    rows: RwSignal<Option<Vec<TrainedRow>>>,
    error: RwSignal<Option<String>>,
    list_query: ListQuery,
) -> impl IntoView {
    let empty = || {
        view! {
                <Empty icon="model" title="No trained model here">
                    <p>"Winners of bounties come here when they are paid. Clear the search, or run and publish a model of your own."</p>
                    <a class="button" href=routes::RUN>"Run your own model"</a>
                </Empty>
        }
        .into_any()
    };
    let row = |row| view! { <Row row=row /> }.into_any();
    view! { <list::Table id="trained" rows=rows error=error columns=COLUMNS list_query=Some(list_query) row=row empty=empty /> }
}

#[component]
fn Row(row: TrainedRow) -> impl IntoView {
    let cid = row.cid.parse::<Cid>().ok();
    let bounty = match &row.source {
        TrainedSource::Bounty { bounty, .. } => Some(*bounty),
        TrainedSource::Published { .. } => None,
    };
    let named = row.name.clone().unwrap_or_else(|| match bounty {
        Some(id) => format!("Winner of bounty {id}"),
        None => "Without a name".into(),
    });
    let detail = match cid {
        Some(_) => row.description.clone().unwrap_or_default(),
        None => "What was named is not a CID, so it cannot be fetched.".into(),
    };
    // A bounty's title is part of a bounty; what a publisher wrote is behind the safety switch.
    let switch = expect_context::<AllowList>().on;
    let hidden = move || bounty.is_none() && switch.get();
    let short = cid.as_ref().map_or_else(|| "Not a CID".to_owned(), |c| format!("Model {}", c.short()));
    let name = move || if hidden() { short.clone() } else { named.clone() };
    let detail = move || if hidden() { String::new() } else { detail.clone() };
    // What is no CID cannot be fetched, so it leads nowhere.
    let href = cid.as_ref().map(|_| routes::run(&row.cid, bounty));
    let (opens, leads) = (href.clone().map(list::opens), href.is_some());
    let (from, score, reproduced, who) = match row.source {
        TrainedSource::Bounty { bounty, trainer, correct, test_rows, reproductions } => (
            view! { <a href=routes::bounty(bounty)>{format!("Bounty {bounty}")}</a> }.into_any(),
            format::percent(correct, test_rows),
            format::count(reproductions.reproduced.into()),
            trainer,
        ),
        TrainedSource::Published { publisher, .. } => {
            (view! { "Published" }.into_any(), "–".to_owned(), "–".to_owned(), publisher)
        }
    };
    view! {
        <tr
            class:link=leads
            on:click=move |event| {
                if let Some(opens) = &opens {
                    opens(event);
                }
            }
        >
            <td class="lead">
                {match href {
                    Some(href) => view! { <a class="breakable" href=href>{name}</a> }.into_any(),
                    None => view! { <span class="strong breakable">{name}</span> }.into_any(),
                }}
                <div class="small soft cut">{detail}</div>
            </td>
            <td class="nowrap" data-label="From">{from}</td>
            <td class="number nowrap" data-label="Score">{score}</td>
            <td class="number" data-label="Reproduced by">{reproduced}</td>
            <td data-label="Trainer or publisher">
                <Account address=who />
            </td>
            <td class="nowrap" data-label="Since">
                <Moment at=row.at />
            </td>
        </tr>
    }
}
