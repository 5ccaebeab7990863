//! Sums over everything.

use app_ui::format;
use jobs::api::Totals;
use leptos::prelude::*;

use crate::names;

#[component]
pub fn TotalsBox(totals: Totals) -> impl IntoView {
    let take = if totals.ready == 1 { "takes" } else { "take" };
    let ready = format!("{} of {} {take} jobs", format::count(totals.ready), format::count(totals.providers));
    let figures = [
        ("Providers", ready),
        ("Speed of all together", names::speed(totals.units_per_second)),
        ("Jobs", format::count(totals.jobs)),
        ("Waiting or running", format::count(totals.open + totals.running)),
        ("Computed", format::plural(totals.units, "unit")),
        ("Paid", format::mdc(totals.paid)),
        ("Locked now", format::mdc(totals.escrowed)),
    ];
    let figure = |(name, value)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! { <dl class="figures" id="network-figures">{figures.into_iter().map(figure).collect_view()}</dl> }
}
