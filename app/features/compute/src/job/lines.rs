//! The payments of a job, line by line.

use app_core::components::{account::Account, time::Moment};
use jobs::api::Line;
use leptos::prelude::*;

use super::Here;
use crate::names;

#[component]
pub fn Lines(here: Here) -> impl IntoView {
    let lines = Memo::new(move |_| {
        here.known.computing.with(|known| known.as_ref().map(|known| known.lines(here.id)).unwrap_or_default())
    });
    view! {
        <section class="panel" aria-labelledby="payments">
            <header>
                <h2 id="payments">"Payments"</h2>
            </header>
            {move || match lines.get() {
                lines if lines.is_empty() => {
                    view! { <p class="body soft" id="no-payments">"No money has moved yet."</p> }.into_any()
                }
                lines => view! { <LineTable lines=lines /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn LineTable(lines: Vec<Line>) -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table class="cards" id="payment-lines">
                <thead>
                    <tr>
                        <th>"What"</th>
                        <th>"Whose"</th>
                        <th class="number">"Amount"</th>
                        <th>"When"</th>
                    </tr>
                </thead>
                <tbody>{lines.into_iter().map(|line| view! { <OneLine line=line /> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn OneLine(line: Line) -> impl IntoView {
    let (what, sign) = names::line(line.kind);
    let amount =
        if sign.is_empty() { names::exact(line.amount) } else { format!("{sign} {}", names::exact(line.amount)) };
    view! {
        <tr>
            <td class="lead">{what}</td>
            <td data-label="Whose">
                {match line.who {
                    Some(who) => view! { <Account address=who /> }.into_any(),
                    None => view! { <span class="soft">"nobody’s"</span> }.into_any(),
                }}
            </td>
            <td class="number nowrap" data-label="Amount">{amount}</td>
            <td class="nowrap" data-label="When">
                <Moment at=line.at />
            </td>
        </tr>
    }
}
