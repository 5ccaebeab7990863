//! Jobs as a table; cards where there is no room for columns.

use app_core::{
    components::{account::Account, time::Moment},
    list::{self, Column, ListQuery},
    routes,
};
use app_ui::{format, messages::empty::Empty};
use jobs::api::JobRow;
use leptos::prelude::*;
use protocol::Amount;

use crate::names;

const COLUMNS: &[Column] = &[
    Column::text("Job").largest_first(""),
    Column::text("State"),
    Column::number("At most"),
    Column::number("Paid").largest_first("paid"),
    Column::text("Next deadline"),
    Column::text("Client"),
    Column::text("Provider"),
];

#[component]
pub fn Table(
    rows: RwSignal<Option<Vec<JobRow>>>,
    error: RwSignal<Option<String>>,
    list_query: ListQuery,
) -> impl IntoView {
    let empty = || {
        let is_narrowed = list::is_narrowed();
        let why = move || match is_narrowed.get() {
            true => "Nothing matches. Clear search and filters to see every job on this chain.",
            false => "Nobody has posted a job on this chain yet.",
        };
        view! {
            <Empty icon="machine" title="No job here">
                <p>{why}</p>
                <a class="button" id="all-jobs" href=routes::JOBS hidden=move || !is_narrowed.get()>"All jobs"</a>
            </Empty>
        }
        .into_any()
    };
    let row = |row| view! { <Row row=row /> }.into_any();
    view! { <list::Table id="jobs" rows=rows error=error columns=COLUMNS list_query=Some(list_query) row=row empty=empty /> }
}

#[component]
fn Row(row: JobRow) -> impl IntoView {
    let href = routes::job(row.id);
    let opens = list::opens(href.clone());
    let (word, tone) = names::state(row.state);
    let price = row.price.unwrap_or(row.highest_price);
    let most = Amount(price.0.saturating_mul(row.units.into()));
    let paid = if row.state.is_final() { format::mdc(row.paid) } else { "–".to_owned() };
    view! {
        <tr class="link" on:click=opens>
            <td class="lead">
                <a href=href>{format!("{}: {}", row.id, names::workload(row.kind))}</a>
                <div class="small soft">
                    {format!("{}, {}", format::plural(row.units, "unit"), names::memory(row.memory_mib))}
                </div>
            </td>
            <td data-label="State">
                <span class=format!("chip {tone}")>{word}</span>
            </td>
            <td class="number nowrap" data-label="At most">{format::cost(most)}</td>
            <td class="number nowrap" data-label="Paid">{paid}</td>
            <td data-label="Next deadline">
                {match row.expires_at {
                    Some(at) => view! { <Moment at=at /> }.into_any(),
                    None => view! { <span class="soft">"–"</span> }.into_any(),
                }}
            </td>
            <td data-label="Client">
                <Account address=row.client />
            </td>
            <td data-label="Provider">
                {match row.provider {
                    Some(provider) => view! { <Account address=provider /> }.into_any(),
                    None => view! { <span class="soft">"–"</span> }.into_any(),
                }}
            </td>
        </tr>
    }
}
