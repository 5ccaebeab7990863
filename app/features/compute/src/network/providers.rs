//! Providers as a table; cards where there is no room for columns.

use app_core::{
    components::account::Account,
    list::{self, Column, ListQuery},
    routes,
};
use app_ui::{format, messages::empty::Empty};
use jobs::api::ProviderRow;
use leptos::prelude::*;

use crate::names;

const COLUMNS: &[Column] = &[
    Column::text("Provider"),
    Column::text("State"),
    Column::number("Price of a unit").smallest_first(""),
    Column::number("Measured").largest_first("speed"),
    Column::number("Memory").largest_first("memory"),
    Column::number("Deposit"),
    Column::number("Jobs paid"),
    Column::number("Earned"),
];

#[component]
pub fn Providers(
    rows: RwSignal<Option<Vec<ProviderRow>>>,
    error: RwSignal<Option<String>>,
    list_query: ListQuery,
) -> impl IntoView {
    let empty = || {
        view! {
            <Empty icon="machine" title="No provider here">
                <p>"Nobody who lends a machine matches. Clear search and filter, or lend one yourself."</p>
                <a class="button" id="lend-one" href=routes::LEND>"Lend a machine"</a>
            </Empty>
        }
        .into_any()
    };
    let row = |row| view! { <Row row=row /> }.into_any();
    view! { <list::Table id="providers" rows=rows error=error columns=COLUMNS list_query=Some(list_query) row=row empty=empty /> }
}

#[component]
fn Row(row: ProviderRow) -> impl IntoView {
    let (word, tone) = if row.takes_jobs { ("Takes jobs", "good") } else { ("Pauses", "warn") };
    view! {
        <tr>
            <td class="lead">
                <Account address=row.account />
                <div class="small soft">{names::workloads(&row.offer)}</div>
            </td>
            <td data-label="State">
                <span class=format!("chip {tone}")>{word}</span>
            </td>
            <td class="number nowrap" data-label="Price of a unit">{names::exact(row.offer.price)}</td>
            <td class="number nowrap" data-label="Measured">{names::speed(row.offer.units_per_second.into())}</td>
            <td class="number nowrap" data-label="Memory">{names::memory(row.offer.memory_mib)}</td>
            <td class="number nowrap" data-label="Deposit">{format::mdc(row.deposit)}</td>
            <td class="number" data-label="Jobs paid">{format::count(row.jobs)}</td>
            <td class="number nowrap" data-label="Earned">{format::mdc(row.earned)}</td>
        </tr>
    }
}
