//! `/data`: what owners offer, found by name, column, industry, size and price. Read from the server; from the chain while
//! it is away.

use app_core::{
    chain::{ChainError, Reader, tasks_listed},
    components::{account::Account, time::Moment},
    list::{self, ListQuery, Listed, Order, PAGE, Rows, Search},
    live::{Live, Watched},
    routes, server,
};
use app_ui::{format, messages::empty::Empty};
use directory::{
    Industry,
    api::{DatasetQuery, DatasetRow, DatasetSort},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{names, tabs::Head};

const PARTS: [&str; 6] = ["search", "column", "industry", "rows", "price", "sort"];

#[component]
pub fn MarketPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let reader = expect_context::<Reader>();
    let (list_query, parts) = ListQuery::new(routes::DATA, PARTS);
    let [search, column, industry, rows, price, sort] = parts;
    let list = Rows::<DatasetRow>::new();
    Effect::new(move || {
        live.track([Watched::Family(directory::FAMILY)]);
        let text = |part: Memo<String>| Some(part.get()).filter(|text| !text.is_empty());
        let offset = list_query.offset.get();
        let request = DatasetQuery {
            search: text(search),
            column: text(column),
            owner: None,
            industry: text(industry).and_then(|number| number.parse().ok()),
            min_rows: text(rows).and_then(|rows| rows.parse().ok()),
            max_price: text(price).and_then(|price| format::read_mdc(&price).ok()),
            revoked: Some(false),
            sort: match sort.get().as_str() {
                "rows" => Some(DatasetSort::Rows),
                "price" => Some(DatasetSort::Price),
                _ => None,
            },
            offset: Some(offset),
            limit: Some(PAGE),
        };
        spawn_local(async move {
            let answer = server::datasets(&request).await.map(|list| (list.rows, list.total, list.status));
            let chain = async {
                let learning = reader.learning().await?;
                Ok::<_, ChainError>(request.select(from_chain(&learning)))
            };
            let missing = || reader.missing(&[tasks_listed()], "names and columns");
            list.show(answer, chain, offset, "", missing).await;
        });
    });
    view! {
        <div class="page">
            <Head here=routes::DATA />
            <div class="row">
                <Search list_query=list_query text=search label="Search data sets" what="Search name, number or owner" />
                <Narrow list_query=list_query name="column" id="filter-column" text=column label="Column" what="Name of a column" />
                <Narrow list_query=list_query name="rows" id="filter-rows" text=rows label="Rows" what="Least rows" />
                <Narrow list_query=list_query name="price" id="filter-price" text=price label="Price" what="Most MDC a use" />
                <Industries list_query=list_query chosen=industry />
                <Order list_query=list_query sort=sort choices=&[("", "Newest"), ("rows", "Most rows"), ("price", "Lowest price")] />
            </div>
            <Listed list_query=list_query list=list>
                <Table rows=list.rows error=list.error />
            </Listed>
        </div>
    }
}

/// What the chain knows: everything but names and columns.
pub fn from_chain(learning: &app_core::chain::Learning) -> Vec<DatasetRow> {
    let row = |(id, dataset): (u64, &directory::Dataset)| DatasetRow {
        id,
        dataset: dataset.clone(),
        name: None,
        text: None,
        columns: Vec::new(),
        owner_name: None,
    };
    learning.book.registry.datasets.iter().map(row).collect()
}

#[component]
fn Narrow(
    list_query: ListQuery,
    name: &'static str,
    id: &'static str,
    text: Memo<String>,
    label: &'static str,
    what: &'static str,
) -> impl IntoView {
    view! {
        <input
            id=id
            type="search"
            aria-label=label
            placeholder=what
            style:max-width="170px"
            prop:value=move || text.get()
            on:change=move |event| list_query.go(name, event_target_value(&event))
        />
    }
}

#[component]
fn Industries(list_query: ListQuery, chosen: Memo<String>) -> impl IntoView {
    let choices = Industry::ALL.map(|industry| {
        let number = industry.number();
        view! {
            <option value=number.to_string() selected=move || chosen.get() == number.to_string()>
                {names::industry(number)}
            </option>
        }
    });
    view! {
        <select
            style:width="auto"
            aria-label="Industry"
            on:change=move |event| list_query.go("industry", event_target_value(&event))
        >
            <option value="">"All industries"</option>
            {choices.into_iter().collect_view()}
        </select>
    }
}

#[component]
fn Table(rows: RwSignal<Option<Vec<DatasetRow>>>, error: RwSignal<Option<String>>) -> impl IntoView {
    let head = || {
        view! {
                        <tr>
                            <th>"Data set"</th>
                            <th>"Industry"</th>
                            <th class="number">"Rows"</th>
                            <th class="number">"A use"</th>
                            <th class="number">"A day"</th>
                            <th>"Owner"</th>
                            <th>"Since"</th>
                        </tr>
        }
        .into_any()
    };
    let empty = || {
        view! {
                <Empty icon="lock" title="No data set here">
                    <p>"Clear the search and the filters, or publish a data set of your own: its rows stay in your browser."</p>
                    <a class="button" href=routes::NEW_DATA>"Publish a data set"</a>
                </Empty>
        }
        .into_any()
    };
    let row = |row| view! { <Row row=row /> }.into_any();
    view! { <list::Table id="market" rows=rows error=error head=head row=row empty=empty /> }
}

/// What to call a data set.
pub fn called(row: &DatasetRow) -> String {
    row.name.clone().unwrap_or_else(|| format!("Data set {}", row.id))
}

#[component]
fn Row(row: DatasetRow) -> impl IntoView {
    let terms = row.dataset.terms.clone();
    let name = called(&row);
    let columns: Vec<String> = row.columns.iter().map(|column| column.name.clone()).collect();
    let columns = match columns.is_empty() {
        true => format::plural(terms.columns.into(), "column"),
        false => columns.join(", "),
    };
    view! {
        <tr>
            <td class="lead">
                <a class="strong breakable" href=routes::dataset(row.id)>{name}</a>
                <div class="small soft cut">{columns}</div>
            </td>
            <td data-label="Industry">{names::industry(terms.industry)}</td>
            <td class="number" data-label="Rows">{format::count(terms.rows.into())}</td>
            <td class="number nowrap" data-label="A use">{format::cost(terms.price_per_use)}</td>
            <td class="number nowrap" data-label="A day">{format::cost(terms.price_per_day)}</td>
            <td data-label="Owner">
                {row.owner_name.clone().map(|name| view! { <div class="cut">{name}</div> })}
                <Account address=row.dataset.owner />
            </td>
            <td class="nowrap" data-label="Since">
                <Moment at=row.dataset.published_at />
            </td>
        </tr>
    }
}
