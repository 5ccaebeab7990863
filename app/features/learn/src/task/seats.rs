//! Who sits in a task.

use app_core::components::account::Account;
use app_ui::format;
use leptos::prelude::*;
use tasks::{Helper, Seat};

use super::Here;
use crate::names;

#[component]
pub fn SeatsPanel(here: Here) -> impl IntoView {
    let seats = here.look(|task| (task.seats.clone(), task.helper.clone()));
    view! {
        <section class="panel" aria-labelledby="seats">
            <header>
                <h2 id="seats">"Seats"</h2>
            </header>
            <div class="table-wrap">
                <table class="cards">
                    <thead>
                        <tr>
                            <th>"Seat"</th>
                            <th>"Who"</th>
                            <th>"What it does"</th>
                            <th class="number">"Gets"</th>
                            <th>"Stands"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || {
                            seats
                                .get()
                                .map(|(seats, helper)| {
                                    view! {
                                        {seats.into_iter().enumerate().map(|(place, seat)| view! { <Row place=place seat=seat /> }).collect_view()}
                                        {helper.map(|helper| view! { <HelperRow helper=helper /> })}
                                    }
                                })
                        }}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Row(place: usize, seat: Seat) -> impl IntoView {
    let (word, tone) = names::seat_state(seat.state);
    view! {
        <tr>
            <td data-label="Seat">{place + 1}</td>
            <td data-label="Who">
                <Account address=seat.holder />
            </td>
            <td data-label="What it does">{names::roles(seat.roles)}</td>
            <td class="number nowrap" data-label="Gets">{format::mdc(seat.fee)}</td>
            <td data-label="Stands">
                <span class=format!("chip {tone}")>{word}</span>
            </td>
        </tr>
    }
}

#[component]
fn HelperRow(helper: Helper) -> impl IntoView {
    let (word, tone) = match (helper.helper, helper.serving) {
        (None, _) => ("not drawn yet", ""),
        (Some(_), false) => ("drawn", "live"),
        (Some(_), true) => ("serves", "good"),
    };
    let most = format::plural(helper.candidates.len() as u64, "candidate");
    view! {
        <tr>
            <td data-label="Seat">"Helper"</td>
            <td data-label="Who">
                {match helper.helper {
                    Some(who) => view! { <Account address=who /> }.into_any(),
                    None => view! { <span class="soft">{most}</span> }.into_any(),
                }}
            </td>
            <td data-label="What it does">"deals random numbers, sees no data"</td>
            <td class="number nowrap" data-label="Gets">{format!("≤ {}", format::mdc(helper.budget))}</td>
            <td data-label="Stands">
                <span class=format!("chip {tone}")>{word}</span>
            </td>
        </tr>
    }
}
