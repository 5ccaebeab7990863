use bounty::Event;
use leptos::prelude::*;

use super::PageState;
use app_core::components::timeline::{Story, Timeline};

#[component]
pub fn History(context: PageState) -> impl IntoView {
    let events = Memo::new(move |_| context.history.with(|h| h.as_ref().map(|h| h.events.clone()).unwrap_or_default()));
    view! { <Timeline events=events story=story /> }
}

fn story(event: &Event) -> Story {
    match event {
        Event::Created { terms, .. } => ("", "flag", format!("Posted; {} MDC are locked.", terms.reward)),
        Event::Submitted { trainer, order, .. } => {
            ("", "lock", format!("{} submitted (no. {order}).", trainer.short()))
        }
        Event::Replaced { trainer, order, .. } => {
            ("", "lock", format!("{} replaced the submission (now no. {order}).", trainer.short()))
        }
        Event::Withdrawn { trainer, late: true, .. } => {
            ("bad", "cross", format!("{} withdrew late; the stake is lost.", trainer.short()))
        }
        Event::Withdrawn { trainer, returned, .. } => {
            ("", "turn", format!("{} withdrew and got {returned} MDC back.", trainer.short()))
        }
        Event::TruthRevealed { .. } => ("", "eye", "The requester revealed the ground truth.".into()),
        Event::Claimed { trainer, correct } => ("", "scale", format!("{} claimed {correct} correct.", trainer.short())),
        Event::PredictionRevealed { trainer, correct, .. } => {
            ("good", "check", format!("{} revealed; the chain counted {correct} correct.", trainer.short()))
        }
        Event::Slashed { trainer, claim, revealed: false, .. } => {
            ("bad", "cross", format!("{} claimed {claim} and stayed silent; the stake is lost.", trainer.short()))
        }
        Event::Slashed { trainer, claim, counted, .. } => (
            "bad",
            "cross",
            format!("{} claimed {claim}, but the chain counted {counted}; the stake is lost.", trainer.short()),
        ),
        Event::Settled { winner, correct, paid } => {
            ("good", "coin", format!("Settled: {} won with {correct} correct and got {paid} MDC.", winner.short()))
        }
        Event::Refunded { reward, burned } => {
            ("", "turn", format!("Refunded: {reward} MDC went back to the requester; {burned} MDC were burned."))
        }
        Event::Forfeited { share, burned } => (
            "bad",
            "warn",
            format!("Forfeited: each trainer may collect {share} MDC and the stake; {burned} MDC were burned."),
        ),
        Event::Cancelled { burned, .. } if burned.0 == 0 => {
            ("", "cross", "Cancelled by the requester before anyone had submitted.".into())
        }
        Event::Cancelled { share, burned } => (
            "bad",
            "cross",
            format!(
                "Cancelled by the requester; each trainer may collect {share} MDC and the stake; {burned} MDC were burned."
            ),
        ),
        Event::PaidOut { trainer, amount } => ("good", "coin", format!("{} collected {amount} MDC.", trainer.short())),
    }
}
