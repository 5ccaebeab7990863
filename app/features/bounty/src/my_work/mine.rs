//! The connected account's bounties and submissions, on the page “My work”.

use std::collections::BTreeMap;

use bounty::Part;
use leptos::prelude::*;
use protocol::Address;

use crate::{
    chips::{PhaseChip, SubmissionChip},
    my_work::MyWork,
};
use app_core::{chain::Clock, components::time::Moment, parts::NOT_READ, routes, wallet::Wallet};
use app_ui::{
    format,
    messages::empty::{Empty, Ghost},
};

#[component]
pub fn MyBounties() -> impl IntoView {
    let work = expect_context::<MyWork>();
    view! {
        <section class="stack" aria-labelledby="mine">
            <h2 id="mine">"Your bounties and submissions"</h2>
            {move || match work.parts.get() {
                parts if work.has_failed() && parts.as_ref().is_none_or(BTreeMap::is_empty) => {
                    view! { <p class="soft">{NOT_READ}</p> }.into_any()
                }
                None => view! { <Ghost lines=4 /> }.into_any(),
                Some(parts) => view! { <Mine parts=parts.into_values().rev().collect() /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Mine(parts: Vec<Part>) -> impl IntoView {
    if parts.is_empty() {
        return view! {
            <div class="panel">
                <Empty icon="work" title="You have not taken part yet">
                    <p>"Post a bounty, or submit predictions to an open one."</p>
                    <div class="row">
                        <a class="button primary" href=routes::NEW_BOUNTY>"Post a bounty"</a>
                        <a class="button" href=routes::BOUNTIES>"See open bounties"</a>
                    </div>
                </Empty>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="panel table-wrap">
            <table class="cards">
                <thead>
                    <tr>
                        <th>"Bounty"</th>
                        <th>"Your part"</th>
                        <th>"State"</th>
                        <th class="number">"Reward"</th>
                        <th class="number">"Received"</th>
                        <th>"Next deadline"</th>
                    </tr>
                </thead>
                <tbody>{parts.into_iter().map(|part| view! { <Row part=part /> }).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(part: Part) -> impl IntoView {
    let work = expect_context::<MyWork>();
    let wallet = expect_context::<Wallet>();
    let clock = expect_context::<Clock>();
    let (id, terms) = (part.id(), part.terms().clone());
    let account = wallet.account.get_untracked().unwrap_or(Address::ZERO);
    let received = part.received(&account).map_or("–".to_owned(), format::mdc);
    let part = StoredValue::new(part);
    // Only what becomes another with time is built anew, and only then.
    let standing = Memo::new(move |_| part.with_value(|part| part.standing(&account, clock.now.get())));
    let phase = Memo::new(move |_| part.with_value(|part| part.phase(clock.now.get())));
    let ends = Memo::new(move |_| part.with_value(|part| part.phase_ends(clock.now.get())));
    view! {
        <tr>
            <td class="lead">
                <a class="strong" href=routes::bounty(id)>
                    {move || work.title(id).unwrap_or_else(|| format!("Bounty {id}"))}
                </a>
                <div class="small soft">{format!("Bounty {id} · {} test rows", format::count(terms.test_rows.into()))}</div>
            </td>
            <td data-label="Your part">
                {move || match standing.get() {
                    Some(standing) => view! { <SubmissionChip standing=standing /> }.into_any(),
                    None => view! { <span class="chip">"Requester"</span> }.into_any(),
                }}
            </td>
            <td data-label="State">{move || view! { <PhaseChip phase=phase.get() /> }}</td>
            <td class="number nowrap" data-label="Reward">{format!("{} MDC", terms.reward)}</td>
            <td class="number nowrap" data-label="Received">{received}</td>
            <td data-label="Next deadline">
                {move || match ends.get() {
                    Some(at) => view! { <Moment at=at /> }.into_any(),
                    None => view! { <span class="soft">"–"</span> }.into_any(),
                }}
            </td>
        </tr>
    }
}
