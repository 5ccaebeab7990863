use bounty::{Bounty, Ending, Phase};
use leptos::prelude::*;

use super::PageState;
use app_core::{chain::Clock, components::time::Moment};
use app_ui::format;

/// The way of a bounty from open to its end, and where it stands.
#[component]
pub fn Track(context: PageState) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let place = Memo::new(move |_| {
        context.history.with(|h| h.as_ref().map(|h| (h.bounty.clone(), h.bounty.phase(clock.now.get()))))
    });
    view! {
        <ol class="track" aria-label="Progress">
            {move || place.get().map(|(bounty, phase)| steps(&bounty, phase))}
        </ol>
    }
}

fn steps(bounty: &Bounty, phase: Phase) -> impl IntoView + use<> {
    let at = match phase {
        Phase::Open => 0,
        Phase::AwaitingTruth | Phase::TruthOverdue => 1,
        Phase::Claiming => 2,
        Phase::Revealing | Phase::SettleDue => 3,
        _ => 4,
    };
    let names = ["Submissions", "Ground truth", "Claims", "Reveals", "End"];
    let ends = [
        Some(bounty.terms.deadline),
        Some(bounty.truth_window().until),
        bounty.claim_window().map(|w| w.until),
        bounty.reveal_window().map(|w| w.until),
        None,
    ];
    let length = format::duration(bounty.terms.window.into());
    names
        .into_iter()
        .zip(ends)
        .enumerate()
        .map(|(i, (name, end))| {
            let class = if i < at || (at == 4 && i == 4) { "done" } else { "" };
            let now = i == at && at < 4;
            let detail = match (i, end) {
                (4, _) if at == 4 => view! { {crate::names::phase(phase).0} }.into_any(),
                (4, _) => view! { "Pay-out" }.into_any(),
                (i, _) if at == 4 => view! { {passed(bounty, i)} }.into_any(),
                (_, Some(end)) if now && window_runs(phase) => view! { "ends " <Moment at=end /> }.into_any(),
                (_, Some(end)) if now => view! { "ended " <Moment at=end /> }.into_any(),
                (i, _) if i < at => view! { "over" }.into_any(),
                _ => view! { {length.clone()} }.into_any(),
            };
            view! {
                <li class=class class:now=now aria-current=now.then_some("step")>
                    <span class="strong">{name}</span>
                    <span>{detail}</span>
                </li>
            }
        })
        .collect_view()
}

/// What is to be said of a step of a bounty that has ended.
fn passed(bounty: &Bounty, step: usize) -> &'static str {
    match (&bounty.ending, step) {
        (Some(Ending::Cancelled { .. }), 0) => "cancelled",
        (Some(Ending::Cancelled { .. }), _) => "not reached",
        (_, 1) if bounty.truth.is_none() && bounty.active() == 0 => "not needed",
        (_, 1) if bounty.truth.is_none() => "missed",
        (_, 2 | 3) if bounty.truth.is_none() => "not reached",
        _ => "over",
    }
}

/// Whether somebody has a window to act in.
fn window_runs(phase: Phase) -> bool {
    matches!(phase, Phase::Open | Phase::AwaitingTruth | Phase::Claiming | Phase::Revealing)
}
