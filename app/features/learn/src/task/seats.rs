//! Who sits in a task.

use app_core::components::account::Account;
use app_ui::format;
use leptos::prelude::*;
use protocol::Amount;
use tasks::{Helper, Seat, SeatState, State};

use super::Here;
use crate::names;

#[component]
pub fn SeatsPanel(here: Here) -> impl IntoView {
    let seats = here.look(|task| (task.seats.clone(), task.helper.clone(), task.state, task.draft.helper_budget));
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
                            <th>"State"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || {
                            seats
                                .get()
                                .map(|(seats, helper, state, budget)| {
                                    view! {
                                        {seats.into_iter().enumerate().map(|(place, seat)| view! { <Row place=place seat=seat state=state /> }).collect_view()}
                                        {helper.map(|helper| view! { <HelperRow helper=helper state=state budget=budget /> })}
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
fn Row(place: usize, seat: Seat, state: State) -> impl IntoView {
    // Who falls silent gets none, and of a task that did not finish nobody gets one.
    let gets_none = seat.state == SeatState::Lost || (state.is_final() && state != State::Finished);
    let fee = if gets_none { Amount::ZERO } else { seat.fee };
    let (word, tone) = names::seat_state(seat.state);
    view! {
        <tr>
            <td data-label="Seat">{place + 1}</td>
            <td data-label="Who">
                <Account address=seat.holder />
            </td>
            <td data-label="What it does">{names::roles(seat.roles)}</td>
            <td class="number nowrap" data-label="Gets">{format::mdc(fee)}</td>
            <td data-label="State">
                <span class=format!("chip {tone}")>{word}</span>
            </td>
        </tr>
    }
}

#[component]
fn HelperRow(helper: Helper, state: State, budget: Amount) -> impl IntoView {
    let is_over = state.is_final();
    let (word, tone) = match (helper.helper, helper.serving) {
        (None, _) if is_over => ("nobody", ""),
        (None, _) => ("not drawn yet", ""),
        (Some(_), false) => ("drawn", "live"),
        (Some(_), true) if is_over => ("has served", ""),
        (Some(_), true) => ("serves", "good"),
    };
    // What is left of the budget comes back.
    let gets = match is_over {
        true => format::mdc(Amount(budget.0.saturating_sub(helper.budget.0))),
        false => format!("≤ {}", format::cost(helper.budget)),
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
            <td class="number nowrap" data-label="Gets">{gets}</td>
            <td data-label="State">
                <span class=format!("chip {tone}")>{word}</span>
            </td>
        </tr>
    }
}
