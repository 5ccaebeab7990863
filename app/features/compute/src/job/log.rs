//! What happened.

use app_core::components::timeline::{Story, Timeline};
use app_ui::format;
use compute_session::code;
use jobs::{Event, State, Verdict};
use leptos::prelude::*;

use super::Here;
use crate::names;

#[component]
pub fn Log(here: Here) -> impl IntoView {
    let events = Memo::new(move |_| {
        here.known.computing.with(|known| known.as_ref()?.events.get(&here.id).cloned()).unwrap_or_default()
    });
    view! { <Timeline events=events story=story /> }
}

/// Tone, icon and sentence of an event of a job.
pub fn story(event: &Event) -> Story {
    match event {
        Event::Posted { client, terms, .. } => {
            let text = format!("{} posted it: {} at most.", client.short(), format::plural(terms.units, "unit"));
            ("", "flag", text)
        }
        Event::Locked { provider, price } => {
            let text = format!("Money was locked for {} at {} a unit.", provider.short(), names::exact(*price));
            ("", "lock", text)
        }
        Event::Started => ("", "turn", "The provider started, and its stake is locked.".into()),
        Event::VoucherShown { units, .. } => {
            ("", "coin", format!("A voucher of the client was shown: {} agreed.", format::plural(*units, "unit")))
        }
        Event::Submitted { units, .. } => {
            ("good", "tray", format!("A result was submitted, after {}.", format::plural(*units, "unit")))
        }
        Event::Ended { state, code, paid, refunded } => ended(*state, *code, *paid, *refunded),
        Event::Claimed { who, amount } => ("", "coin", format!("{} collected {}.", who.short(), names::exact(*amount))),
        _ => of_dispute(event),
    }
}

fn ended(state: State, code: u16, paid: protocol::Amount, refunded: protocol::Amount) -> Story {
    let tone = match state {
        State::Settled | State::Partial => "good",
        State::Slashed => "bad",
        _ => "",
    };
    let why = code::sentence(code).map(|why| format!(" {why}")).unwrap_or_default();
    let (word, _) = names::state(state);
    let (paid, refunded) = (names::exact(paid), names::exact(refunded));
    (tone, "flag", format!("{word}: {paid} to the provider, {refunded} to the client.{why}"))
}

fn of_dispute(event: &Event) -> Story {
    match event {
        Event::Challenged { challenger, bond, .. } => {
            let text =
                format!("{} challenged the result, under a bond of {}.", challenger.short(), names::exact(*bond));
            ("bad", "scale", text)
        }
        Event::Drawn { jurors, .. } if jurors.is_empty() => {
            ("bad", "cross", "Too few providers could be jurors: the dispute ends undecided.".into())
        }
        Event::Drawn { jurors, round, .. } => {
            ("", "scale", format!("{} drawn for round {round}.", format::plural(jurors.len() as u64, "juror")))
        }
        Event::Committed { index, .. } => ("", "lock", format!("Juror {} committed to its answer.", index + 1)),
        Event::Revealed { index, .. } => ("", "eye", format!("Juror {} revealed its answer.", index + 1)),
        Event::Shown { .. } => ("", "eye", "The provider showed to what it had committed.".into()),
        Event::Escalated { escalator, bond, .. } => {
            let text =
                format!("{} asked for a second round, under a bond of {}.", escalator.short(), names::exact(*bond));
            ("", "scale", text)
        }
        Event::DisputeEnded { verdict: Verdict::Stands, .. } => {
            ("good", "check", "The jurors found that the result stands.".into())
        }
        Event::DisputeEnded { verdict: Verdict::Wrong, .. } => {
            ("bad", "cross", "The jurors found that the result is wrong.".into())
        }
        Event::DisputeEnded { .. } => ("", "info", "The dispute ended undecided.".into()),
        Event::Released { index, lost, .. } if lost.0 > 0 => {
            ("bad", "coin", format!("Juror {} lost {}.", index + 1, names::exact(*lost)))
        }
        Event::Released { index, paid, .. } => {
            ("", "coin", format!("Juror {} was paid {}.", index + 1, names::exact(*paid)))
        }
        _ => ("", "info", "Something of a later version.".into()),
    }
}
