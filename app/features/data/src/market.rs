//! `/data`: what owners offer, found by name, column, industry, size and price. Read from the server; from the chain while
//! it is away.

pub mod account;

use app_core::{
    chain::{ChainError, Reader, tasks_listed},
    components::{account::Account, time::Moment},
    list::{self, Column, ListQuery, Listed, Order, Orders, PAGE, Rows, Search},
    live::{Live, Watched},
    routes, server,
};
use app_ui::{format, messages::empty::Empty};
use directory::{
    Industry,
    api::{DatasetQuery, DatasetRow},
};
use leptos::{prelude::*, task::spawn_local};
use protocol::Amount;

use crate::{names, tabs::Head};

const PARTS: [&str; 6] = ["search", "column", "industry", "rows", "price", "state"];

/// Keys and names of orders.
const ORDERS: Orders = &[("", "Newest"), ("rows", "Most rows"), ("price", "Lowest price")];

#[component]
pub fn MarketPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let reader = expect_context::<Reader>();
    let (list_query, parts) = ListQuery::new(routes::DATA, PARTS, ORDERS);
    let [search, column, industry, rows, price, state] = parts;
    let list = Rows::<DatasetRow>::new();
    let (least, most) =
        (Memo::new(move |_| rows.with(|text| least_rows(text))), Memo::new(move |_| price.with(|text| most_mdc(text))));
    Effect::new(move || {
        live.track([Watched::Family(directory::FAMILY)]);
        let text = |part: Memo<String>| Some(part.get()).filter(|text| !text.is_empty());
        // What cannot be read is no filter and not "no filter": nothing is asked for until it can be.
        let (Ok(min_rows), Ok(max_price)) = (least.get(), most.get()) else {
            if list.rows.with_untracked(Option::is_none) {
                list.error.set(Some("The list waits for a filter that can be read.".to_owned()));
            }
            return;
        };
        let offset = list_query.offset.get();
        let (sort, reverse) = list_query.asked();
        let request = DatasetQuery {
            search: text(search),
            column: text(column),
            owner: None,
            industry: text(industry).and_then(|number| number.parse().ok()),
            min_rows,
            max_price,
            revoked: match state.get().as_str() {
                "all" => None,
                "withdrawn" => Some(true),
                _ => Some(false),
            },
            sort,
            reverse,
            offset: Some(offset),
            limit: Some(PAGE),
        };
        let asked = list.ask();
        spawn_local(async move {
            let answer = server::datasets(&request).await.map(|list| (list.rows, list.total, list.status));
            let chain = async {
                let learning = reader.learning().await?;
                Ok::<_, ChainError>(request.select(from_chain(&learning)))
            };
            let missing = || reader.missing(&[tasks_listed()], "names and columns");
            list.show(asked, answer, chain, offset, "", missing).await;
        });
    });
    view! {
        <div class="page">
            <Head here=routes::DATA />
            <div class="row">
                <Search list_query=list_query id="search" text=search label="Search data sets" what="Search name, number or owner" />
                <Search list_query=list_query part="column" id="filter-column" width="170px" text=column label="Column" what="Column name" />
                <Search list_query=list_query part="rows" id="filter-rows" width="170px" text=rows label="Rows" what="Least rows" problem=problem(least) />
                <Search list_query=list_query part="price" id="filter-price" width="170px" text=price label="Price" what="Most MDC a use" problem=problem(most) />
                <Industries list_query=list_query chosen=industry />
                <States list_query=list_query state=state />
                <Order list_query=list_query />
            </div>
            <Listed list_query=list_query list=list one="data set" many="data sets">
                <Table rows=list.rows error=list.error list_query=list_query />
            </Listed>
        </div>
    }
}

/// The least number of rows as somebody wrote it; nothing where the field is empty.
fn least_rows(text: &str) -> Result<Option<u32>, String> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| "Write a whole number such as 1000.".to_owned()),
    }
}

/// The highest price as somebody wrote it; nothing where the field is empty.
fn most_mdc(text: &str) -> Result<Option<Amount>, String> {
    match text.trim() {
        "" => Ok(None),
        text => format::read_mdc(text).map(Some).map_err(|error| error.to_string()),
    }
}

/// Why what was written cannot be read.
fn problem<T: Clone + Send + Sync + 'static>(read: Memo<Result<T, String>>) -> Signal<Option<String>> {
    Signal::derive(move || read.with(|read| read.as_ref().err().cloned()))
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

/// Whether data sets are on offer still.
#[component]
fn States(list_query: ListQuery, state: Memo<String>) -> impl IntoView {
    view! {
        <select
            id="filter-state"
            style:width="auto"
            aria-label="State"
            prop:value=move || state.get()
            on:change=move |event| list_query.go("state", event_target_value(&event))
        >
            <option value="">"On offer"</option>
            <option value="withdrawn">"Withdrawn"</option>
            <option value="all">"On offer and withdrawn"</option>
        </select>
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

const COLUMNS: &[Column] = &[
    Column::text("Data set"),
    Column::text("Industry"),
    Column::number("Rows").largest_first("rows"),
    Column::number("A use").smallest_first("price"),
    Column::number("A day"),
    Column::text("Owner"),
    Column::text("Since").largest_first(""),
];

#[component]
fn Table(
    rows: RwSignal<Option<Vec<DatasetRow>>>,
    error: RwSignal<Option<String>>,
    list_query: ListQuery,
) -> impl IntoView {
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
    view! { <list::Table id="market" rows=rows error=error columns=COLUMNS list_query=Some(list_query) row=row empty=empty /> }
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
