//! What happened, with the numbers that Metis gives to it.

use app_core::components::timeline::{Story, Timeline};
use leptos::prelude::*;
use tasks::{Event, State, event::code};

use super::Here;

#[component]
pub fn Log(here: Here) -> impl IntoView {
    let events = Memo::new(move |_| {
        let of_task = |known: &std::sync::Arc<app_core::chain::Learning>| known.events.get(&here.id).cloned();
        here.known.learning.with(|known| known.as_ref().and_then(of_task).unwrap_or_default())
    });
    view! { <Timeline events=events story=story /> }
}

fn story(event: &Event) -> Story {
    match event {
        Event::Published { requester, .. } => {
            ("", "flag", format!("{} published it.{}", requester.short(), numbered(code::CREATED)))
        }
        Event::Moved { state, attempt, code } => {
            let tone = match state {
                State::Finished => "good",
                State::Failed | State::Rejected | State::Expired => "bad",
                _ => "",
            };
            (tone, "turn", format!("{}.{}", moved(*state, *attempt, *code), numbered(*code)))
        }
        Event::Confirmed { seat, who, .. } => ("", "check", format!("{} confirmed seat {}.", who.short(), seat + 1)),
        Event::Rejected { seat, reason } => ("bad", "cross", format!("Seat {} rejected it: “{reason}”", seat + 1)),
        Event::HelpersAccepted { seat, .. } => {
            ("", "check", format!("Seat {} says again which helpers it accepts.", seat + 1))
        }
        Event::DrawFixed { draw_block, .. } => ("", "clock", format!("Block {draw_block} draws the helper.")),
        Event::HelperDrawn { helper: Some(helper), .. } => {
            ("", "scale", format!("{} was drawn as the helper.", helper.short()))
        }
        Event::HelperDrawn { helper: None, .. } => ("bad", "cross", "No helper is left.".into()),
        Event::HelperServes { helper, .. } => ("", "check", format!("{} agrees to help.", helper.short())),
        Event::HelperPaid { helper, amount } => {
            ("", "coin", format!("{} is owed {amount} MDC for helping.", helper.short()))
        }
        Event::Finished { result, .. } => {
            ("good", "lock", format!("All seats have signed the result {}.", result.short()))
        }
        Event::Failed { failure } => {
            ("bad", "warn", format!("All seats have signed why it failed: {}.", failure.why()))
        }
        Event::Responded { seat, .. } => ("", "check", format!("Seat {} says that it is there.", seat + 1)),
        Event::BondLost { seat } => ("bad", "coin", format!("Seat {} was silent and lost its bond.", seat + 1)),
        Event::KeyDemanded { seat, .. } => ("", "lock", format!("The key of seat {} is demanded.", seat + 1)),
        Event::KeyDelivered { seat, .. } => ("good", "lock", format!("Seat {} posted its key.", seat + 1)),
        Event::KeyMissing { seat } => ("bad", "cross", format!("Seat {} did not post its key.", seat + 1)),
        Event::PartPaid { to, amount, .. } => ("", "coin", format!("{} collected {amount} MDC.", to.short())),
    }
}

/// Where a task has come to stand, as a sentence without its end.
fn moved(state: State, attempt: u16, number: u32) -> String {
    let sentence = match state {
        State::Waiting => "It waits for the task before it",
        State::Confirming => "The seats are asked to confirm",
        State::Ready | State::Started if attempt > 1 => {
            let what = if state == State::Ready { "can be started" } else { "was started" };
            return format!("Try {attempt} {what}");
        }
        State::Ready => "All seats have confirmed",
        State::Started => "It was started",
        State::Running => "All seats are there, and compute",
        State::Stalled => "A seat says that others are silent",
        State::Finished => "It is finished",
        State::Failed if number == code::OVER_LIMIT => "The run took longer than it may, and failed",
        State::Failed => "The run failed",
        State::Rejected => "The task is rejected for all",
        State::Cancelled => "The requester has cancelled it",
        State::Expired if number == code::ELECTION_FAILED => "Nobody drew a helper in time, and it is over",
        State::Expired => "Its time is over",
    };
    sentence.into()
}

/// Metis' number of what happened and its word for it, after the sentence; nothing where Metis has none.
fn numbered(number: u32) -> String {
    match number {
        0 => String::new(),
        number => format!(" (Metis {number:07}: {})", code::words(number)),
    }
}
