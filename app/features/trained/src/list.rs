//! `/models/trained`: models as files, winners of bounties and published ones. Read from the server; from the chain
//! while it is away.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use protocol::cid::Cid;
use trained::api::{TrainedQuery, TrainedRow, TrainedSource};

use crate::WINNERS_AND_PUBLISHED;
use app_core::{
    allow_list::AllowList,
    chain::{ChainError, Reader, bounties_listed, models_published},
    components::{account::Account, model_tabs::ModelTabs, time::Moment},
    list::{self, ListQuery, Listed, PAGE, Rows, Search},
    live::Live,
    routes, server,
};
use app_ui::{format, messages::empty::Empty};

#[component]
pub fn TrainedPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let reader = expect_context::<Reader>();
    let (list_query, [search]) = ListQuery::new(routes::TRAINED, ["search"]);
    let list = Rows::<TrainedRow>::new();

    Effect::new(move || {
        live.track(WINNERS_AND_PUBLISHED);
        let (text, offset) = (search.get(), list_query.offset.get());
        let request = TrainedQuery {
            search: Some(text.clone()).filter(|s| !s.is_empty()),
            offset: Some(offset),
            limit: Some(PAGE),
        };
        spawn_local(async move {
            let answer = server::trained_models(&request).await.map(|list| (list.rows, list.total, list.status));
            let chain = async {
                let all = reader.trained_rows().await?;
                Ok::<_, ChainError>(request.select(all))
            };
            let missing = || reader.missing(&[bounties_listed(), models_published()], "names of bounties");
            list.show(answer, chain, offset, "", missing).await;
        });
    });

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
            <Search list_query=list_query text=search label="Search trained models" what="Search name, CID, trainer or publisher" />
            <Listed list_query=list_query list=list>
                <Table rows=list.rows error=list.error />
            </Listed>
        </div>
    }
}

#[component]
fn Table(rows: RwSignal<Option<Vec<TrainedRow>>>, error: RwSignal<Option<String>>) -> impl IntoView {
    let head = || {
        view! {
                        <tr>
                            <th>"Model"</th>
                            <th>"From"</th>
                            <th class="number">"Score"</th>
                            <th class="number">"Reproduced by"</th>
                            <th>"Trainer or publisher"</th>
                            <th>"Since"</th>
                        </tr>
        }
        .into_any()
    };
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
    view! { <list::Table id="trained" rows=rows error=error head=head row=row empty=empty /> }
}

#[component]
fn Row(row: TrainedRow) -> impl IntoView {
    let navigate = use_navigate();
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
    let (target, leads) = (href.clone(), href.is_some());
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
            on:click=move |_| {
                if let Some(target) = &target {
                    navigate(target, NavigateOptions::default());
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
