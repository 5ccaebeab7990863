//! `/models`: every shared model, with search, filter and sort. Read from the server; from the chain while it is away.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use protocol::Address;
use shared_model::{
    IncentiveKind,
    api::{ModelQuery, ModelRow, ModelSort},
};

use crate::names;
use app_core::{
    allow_list::AllowList,
    chain::{ModelError, Reader, models_listed},
    components::{account::Account, model_tabs::ModelTabs},
    list::{self, ListQuery, Listed, Order, PAGE, Rows, Search},
    live::{Live, Watched},
    routes, server,
};
use app_ui::{format, messages::empty::Empty};

fn incentive_of(key: &str) -> Option<IncentiveKind> {
    serde_json::from_value(serde_json::Value::String(key.to_owned())).ok()
}

fn incentive_key(kind: IncentiveKind) -> String {
    serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

#[component]
pub fn ModelsPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let reader = expect_context::<Reader>();
    let (list_query, [search, incentive, sort]) = ListQuery::new(routes::MODELS, ["search", "incentive", "sort"]);
    let list = Rows::<ModelRow>::new();

    Effect::new(move || {
        live.track([Watched::Family(shared_model::FAMILY)]);
        let offset = list_query.offset.get();
        let request = ModelQuery {
            search: Some(search.get()).filter(|s| !s.is_empty()),
            incentive: incentive_of(&incentive.get()),
            sort: match sort.get().as_str() {
                "accuracy" => Some(ModelSort::Accuracy),
                "contributors" => Some(ModelSort::Contributors),
                "contributions" => Some(ModelSort::Contributions),
                _ => None,
            },
            offset: Some(offset),
            limit: Some(PAGE),
            ..ModelQuery::default()
        };
        spawn_local(async move {
            let answer = server::models(&request).await.map(|list| (list.rows, list.total, list.status));
            let chain = async {
                let all = reader.listed_models().await?;
                Ok::<_, ModelError>(request.select(all))
            };
            let instead = " Open a model to see its state from the chain.";
            let missing = || reader.missing(&[models_listed()], "names and accuracies");
            list.show(answer, chain, offset, instead, missing).await;
        });
    });

    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Models"</h1>
                    <p class="soft">"Models that live on chain. Predict with any of them for free; teach them and be paid for what holds up."</p>
                </div>
                <div class="row">
                    <a class="button" href=routes::SIMULATE>"Simulate"</a>
                    <a class="button primary" href=routes::NEW_MODEL>"Publish a model"</a>
                </div>
            </div>
            <ModelTabs trained=false />
            <div class="row spread">
                <Search list_query=list_query text=search label="Search models" what="Search name, address or owner" />
                <Order
                    list_query=list_query
                    sort=sort
                    choices=&[
                        ("", "Newest"),
                        ("accuracy", "Best accuracy"),
                        ("contributors", "Most contributors"),
                        ("contributions", "Most contributions"),
                    ]
                />
            </div>
            <IncentiveFilter list_query=list_query incentive=incentive />
            <Listed list_query=list_query list=list>
                <Table rows=list.rows />
            </Listed>
            <ByAddress />
        </div>
    }
}

#[component]
fn IncentiveFilter(list_query: ListQuery, incentive: Memo<String>) -> impl IntoView {
    let filters = std::iter::once(None).chain(IncentiveKind::ALL.into_iter().map(Some));
    view! {
        <div class="tabs" role="group" aria-label="Filter by incentive">
            {filters
                .map(|choice| {
                    let key = choice.map(incentive_key).unwrap_or_default();
                    let id = format!("filter-{}", if key.is_empty() { "all" } else { &key });
                    let (pressed, chosen) = (key.clone(), key);
                    view! {
                        <button
                            id=id
                            type="button"
                            aria-pressed=move || (incentive.get() == pressed).to_string()
                            on:click=move |_| list_query.go("incentive", chosen.clone())
                        >
                            {choice.map_or("All", |kind| names::incentive(kind).0)}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}

#[component]
fn Table(rows: RwSignal<Option<Vec<ModelRow>>>) -> impl IntoView {
    let head = || {
        view! {
                        <tr>
                            <th>"Model"</th>
                            <th>"Incentive"</th>
                            <th class="number">"Accuracy"</th>
                            <th class="number">"Contributions"</th>
                            <th class="number">"Contributors"</th>
                            <th>"Owner"</th>
                        </tr>
        }
        .into_any()
    };
    let empty = || {
        view! {
                <Empty icon="model" title="No model here">
                    <p>"Nothing matches. Clear search and filter, or publish the first one."</p>
                </Empty>
        }
        .into_any()
    };
    let row = |row| view! { <Row row=row /> }.into_any();
    view! { <list::Table id="models" rows=rows head=head row=row empty=empty /> }
}

#[component]
fn Row(row: ModelRow) -> impl IntoView {
    let allowed = expect_context::<AllowList>();
    let navigate = use_navigate();
    let href = routes::model(row.address);
    let target = href.clone();
    let (address, name) = (row.address, row.name.clone());
    view! {
        <tr class="link" on:click=move |_| navigate(&target, NavigateOptions::default())>
            <td class="lead">
                <a href=href>{move || allowed.name(address, name.as_deref())}</a>
                <div class="small soft">{names::classifier(row.classifier)} {(!row.ready).then_some(" · still loading")}</div>
            </td>
            <td data-label="Incentive">{names::incentive(row.incentive).0}</td>
            <td class="number nowrap" data-label="Accuracy">
                {row.accuracy.map_or("–".into(), |a| format::percent(a.correct, a.total))}
            </td>
            <td class="number" data-label="Contributions">{format::count(row.contributions)}</td>
            <td class="number" data-label="Contributors">{format::count(row.contributors)}</td>
            <td data-label="Owner">
                <Account address=row.owner />
            </td>
        </tr>
    }
}

/// Opening a model that no list shows; the page checks what is there and says what is wrong with it.
#[component]
fn ByAddress() -> impl IntoView {
    let navigate = use_navigate();
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<&'static str>);
    let open = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match text.with_untracked(|t| t.trim().parse::<Address>()) {
            Ok(address) => navigate(&routes::model(address), NavigateOptions::default()),
            Err(_) => problem.set(Some("An address is 0x and 40 hexadecimal digits. Check what you pasted.")),
        }
    };
    view! {
        <form class="panel" on:submit=open>
            <div class="body stack tight">
                <label class="strong" for="by-address">"Open a model by its address"</label>
                <div class="row">
                    <input
                        id="by-address"
                        type="text"
                        placeholder="0x…"
                        style:max-width="440px"
                        aria-invalid=move || problem.get().is_some().to_string()
                        prop:value=move || text.get()
                        on:input=move |event| {
                            text.set(event_target_value(&event));
                            problem.set(None);
                        }
                    />
                    <button class="button" type="submit">"Open"</button>
                </div>
                {move || problem.get().map(|text| view! { <span class="small problem">{text}</span> })}
            </div>
        </form>
    }
}
