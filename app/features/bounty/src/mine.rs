//! The connected account's bounties and submissions, on the page “My work”.

use leptos::prelude::*;

use crate::{
    chips::{PhaseChip, SubmissionChip},
    my_work::MyWork,
};
use app_core::{
    chain::{Clock, History},
    components::time::Moment,
    routes,
    wallet::Wallet,
};
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
            {move || match work.bounties.get() {
                None => view! { <Ghost lines=4 /> }.into_any(),
                Some(bounties) => view! { <Mine bounties=bounties /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Mine(bounties: Vec<History>) -> impl IntoView {
    if bounties.is_empty() {
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
                <tbody>{bounties.into_iter().map(|h| view! { <Row history=h /> }).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(history: History) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let clock = expect_context::<Clock>();
    let bounty = history.bounty;
    let mine = wallet.account.get_untracked().and_then(|account| bounty.submission(&account).cloned());
    let received = mine.as_ref().map_or("–".to_owned(), |s| format!("{} MDC", s.received));
    let (phase, ends) = (bounty.clone(), bounty.clone());
    view! {
        <tr>
            <td class="lead">
                <a class="strong" href=routes::bounty(bounty.id)>{format!("Bounty {}", bounty.id)}</a>
                <div class="small soft">{format!("{} test rows", format::count(bounty.terms.test_rows.into()))}</div>
            </td>
            <td data-label="Your part">
                {match mine {
                    Some(submission) => view! { <SubmissionChip state=submission.state /> }.into_any(),
                    None => view! { <span class="chip">"Requester"</span> }.into_any(),
                }}
            </td>
            <td data-label="State">{move || view! { <PhaseChip phase=phase.phase(clock.now.get()) /> }}</td>
            <td class="number nowrap" data-label="Reward">{format!("{} MDC", bounty.terms.reward)}</td>
            <td class="number nowrap" data-label="Received">{received}</td>
            <td data-label="Next deadline">
                {move || match ends.phase_ends(clock.now.get()) {
                    Some(at) => view! { <Moment at=at /> }.into_any(),
                    None => view! { <span class="soft">"–"</span> }.into_any(),
                }}
            </td>
        </tr>
    }
}
