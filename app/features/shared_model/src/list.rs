//! `/models`: every shared model, with search, filter and sort. Read from the server; from the chain while it is away.

pub mod account;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use protocol::Address;
use shared_model::{
    IncentiveKind,
    api::{ModelQuery, ModelRow},
};

use crate::names;
use app_core::{
    allow_list::AllowList,
    chain::{ModelError, Reader, models_listed},
    components::{account::Account, model_tabs::ModelTabs},
    list::{self, Choices, Column, ListQuery, Listed, Order, Orders, PAGE, Rows, Search, key, of_key},
    live::{Live, Watched},
    routes, server,
};
use app_ui::{format, messages::empty::Empty};

/// Keys and names of orders.
const ORDERS: Orders = &[
    ("", "Newest"),
    ("accuracy", "Best accuracy"),
    ("contributors", "Most contributors"),
    ("contributions", "Most contributions"),
];

#[component]
pub fn ModelsPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let reader = expect_context::<Reader>();
    let (list_query, [search, incentive, ready]) =
        ListQuery::new(routes::MODELS, ["search", "incentive", "ready"], ORDERS);
    let list = Rows::<ModelRow>::new();

    Effect::new(move || {
        live.track([Watched::Family(shared_model::FAMILY)]);
        let offset = list_query.offset.get();
        let (sort, reverse) = list_query.asked();
        let request = ModelQuery {
            search: Some(search.get()).filter(|s| !s.is_empty()),
            incentive: of_key(&incentive.get()),
            ready: ready.with(|ready| ready.parse().ok()),
            sort,
            reverse,
            offset: Some(offset),
            limit: Some(PAGE),
            ..ModelQuery::default()
        };
        let asked = list.ask();
        spawn_local(async move {
            let answer = server::models(&request).await.map(|list| (list.rows, list.total, list.status));
            let chain = async {
                let all = reader.listed_models().await?;
                Ok::<_, ModelError>(request.select(all))
            };
            let instead = " Open a model to see its state from the chain.";
            let missing = || reader.missing(&[models_listed()], "names and accuracies");
            list.show(asked, answer, chain, offset, instead, missing).await;
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
                <Search list_query=list_query id="search" text=search label="Search models" what="Search name, address or owner" />
                <Order list_query=list_query />
            </div>
            <div class="row spread">
                <Choices
                    list_query=list_query
                    part="incentive"
                    chosen=incentive
                    label="Filter by incentive"
                    choices=IncentiveKind::ALL.into_iter().map(|kind| (key(kind), names::incentive(kind).0)).collect()
                />
                <Loaded list_query=list_query ready=ready />
            </div>
            <Listed list_query=list_query list=list one="model" many="models">
                <Table rows=list.rows error=list.error list_query=list_query />
            </Listed>
            <ByAddress />
        </div>
    }
}

/// Whether the models can be taught already.
#[component]
fn Loaded(list_query: ListQuery, ready: Memo<String>) -> impl IntoView {
    view! {
        <label class="row tight">
            <span class="small soft">"State"</span>
            <select
                id="filter-ready"
                style:width="auto"
                prop:value=move || ready.get()
                on:change=move |event| list_query.go("ready", event_target_value(&event))
            >
                <option value="">"Any"</option>
                <option value="true">"Can be taught"</option>
                <option value="false">"Still loading"</option>
            </select>
        </label>
    }
}

const COLUMNS: &[Column] = &[
    Column::text("Model"),
    Column::text("Incentive"),
    Column::number("Accuracy").largest_first("accuracy"),
    Column::number("Contributions").largest_first("contributions"),
    Column::number("Contributors").largest_first("contributors"),
    Column::text("Owner"),
];

#[component]
fn Table(
    rows: RwSignal<Option<Vec<ModelRow>>>,
    error: RwSignal<Option<String>>,
    list_query: ListQuery,
) -> impl IntoView {
    let empty = || {
        let is_narrowed = list::is_narrowed();
        let why = move || match is_narrowed.get() {
            true => "Nothing matches. Clear search and filter, or publish a model.",
            false => "Nobody has published a model on this chain yet. Publish the first one.",
        };
        view! {
                <Empty icon="model" title="No model here">
                    <p>{why}</p>
                </Empty>
        }
        .into_any()
    };
    let row = |row| view! { <Row row=row /> }.into_any();
    view! { <list::Table id="models" rows=rows error=error columns=COLUMNS list_query=Some(list_query) row=row empty=empty /> }
}

#[component]
fn Row(row: ModelRow) -> impl IntoView {
    let allowed = expect_context::<AllowList>();
    let href = routes::model(row.address);
    let opens = list::opens(href.clone());
    let (address, name) = (row.address, row.name.clone());
    view! {
        <tr class="link" on:click=opens>
            <td class="lead">
                <a href=href>{move || allowed.name(address, name.as_deref())}</a>
                <div class="small soft">{names::classifier(row.classifier)} {(!row.ready).then_some(" · still loading")}</div>
            </td>
            <td data-label="Incentive">{names::incentive(row.incentive).0}</td>
            <td class="number nowrap" data-label="Accuracy">
                {row.accuracy.map_or("–".into(), |a| format::percent(a.correct, a.total))}
            </td>
            <td class="number" data-label="Contributions">
                {format::count(row.contributions)}
                {(row.incentive == IncentiveKind::Market).then_some(" shown")}
            </td>
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
