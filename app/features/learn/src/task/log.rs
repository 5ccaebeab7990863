//! What happened, with the numbers that Metis gives to it.

use app_core::components::timeline::{Story, Timeline};
use leptos::prelude::*;
use tasks::{Event, State, event::code};

use super::Here;
use crate::names;

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
            let number = code::CREATED;
            ("", "flag", format!("{} published it ({number:07} {}).", requester.short(), code::words(number)))
        }
        Event::Moved { state, attempt, code } => {
            let (word, _) = names::state(*state);
            let tone = match state {
                State::Finished => "good",
                State::Failed | State::Rejected | State::Expired => "bad",
                _ => "",
            };
            let number = match code {
                0 => String::new(),
                code => format!(" ({code:07} {})", code::words(*code)),
            };
            let again = if *attempt > 1 { format!(", try {attempt}") } else { String::new() };
            (tone, "turn", format!("{word}{again}{number}."))
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
            ("bad", "warn", format!("All seats have signed why it failed: {}.", failure.words()))
        }
        Event::Responded { seat, .. } => ("", "check", format!("Seat {} says that it is there.", seat + 1)),
        Event::BondLost { seat } => ("bad", "coin", format!("Seat {} was silent and lost its bond.", seat + 1)),
        Event::KeyDemanded { seat, .. } => ("", "lock", format!("The key of seat {} is demanded.", seat + 1)),
        Event::KeyDelivered { seat, .. } => ("good", "lock", format!("Seat {} posted its key.", seat + 1)),
        Event::KeyMissing { seat } => ("bad", "cross", format!("Seat {} did not post its key.", seat + 1)),
        Event::PartPaid { to, amount, .. } => ("", "coin", format!("{} collected {amount} MDC.", to.short())),
    }
}
