//! Sentences for the errors of Tasks.

mod publishing;
mod running;

use contracts::{
    refusal::{KnownError, Refusals},
    time::utc,
};

use super::convert::{seat_state, state};
use crate::{SeatState, State};

/// Every error of Tasks that no other contract has.
pub const REFUSALS: Refusals = &[OF_ALL, publishing::ERRORS, running::ERRORS];

const OF_ALL: &[KnownError] = &[
    KnownError {
        signature: "NoSuchTask(uint64)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("There is no task {id}. Check the number and the network that the wallet is on."))
        },
    },
    KnownError {
        signature: "WrongTaskState(uint64,uint8)",
        sentence: |args| {
            let (id, number): (u64, u8) = (args.number()?, args.number()?);
            Ok(format!("Task {id} {}", in_words(state(number)?)))
        },
    },
    KnownError {
        signature: "TooLate(uint256)",
        sentence: |args| {
            let until = utc(args.number()?);
            Ok(format!("The time for this ended on {until}. Reload the page to see what can be done now."))
        },
    },
    KnownError {
        signature: "NotYet(uint256)",
        sentence: |args| {
            let from: u64 = args.number()?;
            Ok(if from == 0 {
                "The block that draws the helper is not there yet. Wait for the next block and try again.".to_owned()
            } else {
                format!("It is too early for this. Try again after {}.", utc(from))
            })
        },
    },
    KnownError {
        signature: "NotTaskRequester(address,address)",
        sentence: |args| {
            let (caller, requester) = (args.address()?, args.address()?);
            Ok(format!(
                "Only the requester of this task, {}, may do this, and the wallet uses {}. Choose the requester's account.",
                requester.short(),
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "NotSeatHolder(address,address)",
        sentence: |args| {
            let (caller, who) = (args.address()?, args.address()?);
            Ok(format!(
                "This seat is held by {}, and the wallet uses {}. Choose the account that owns the data set.",
                who.short(),
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "NoSuchSeat(uint8)",
        sentence: |args| {
            let seat: u8 = args.number()?;
            Ok(format!("The task has no seat {seat}. Reload the page and choose one of its seats."))
        },
    },
    KnownError {
        signature: "WrongSeatState(uint8,uint8)",
        sentence: |args| {
            let (seat, number): (u8, u8) = (args.number()?, args.number()?);
            Ok(format!("Seat {seat} {}", seat_in_words(seat_state(number)?)))
        },
    },
    KnownError {
        signature: "OnlyForTasks()",
        sentence: |_| {
            Ok("This is one half of the contract's code, which does nothing by itself. Use the address of Tasks."
                .to_owned())
        },
    },
];

fn in_words(state: State) -> &'static str {
    match state {
        State::Waiting => "waits for the task before it. Come back when that has finished.",
        State::Confirming => "is not confirmed by all seats yet. Wait for them, or cancel it.",
        State::Ready => "is ready, and has not been started. Its requester can start or cancel it.",
        State::Started => "has been started, and waits for its seats to connect. Keep their tabs open.",
        State::Running => "is running. Wait for it to end.",
        State::Stalled => {
            "is stalled: a seat says that others are silent. Respond for your seat, or wait for the window to end."
        }
        State::Finished => "has finished. Look at its result; nothing is left to run.",
        State::Failed => "has failed in this attempt. Its requester can try again or cancel it.",
        State::Rejected => "was rejected by an owner. Read why, and publish another one.",
        State::Cancelled => "was cancelled by its requester. Collect what comes back to you.",
        State::Expired => "has run out of time. Collect what comes back to you, and publish it again.",
    }
}

fn seat_in_words(state: SeatState) -> &'static str {
    match state {
        SeatState::Invited => "has not been confirmed yet. Confirm it first.",
        SeatState::Confirmed => "is confirmed already. Reload the page to see what comes next.",
        SeatState::Responded => "has responded already. Wait for the others, or for the window to end.",
        SeatState::Lost => "has lost its bond by staying silent. Nothing can be done for it any more.",
        SeatState::Demanded => "has been asked for its key already. Wait until the key is posted or the time is over.",
        SeatState::Delivered => "has posted its key already. Nothing is left to be done.",
        SeatState::Paid => "has been paid already. Nothing is left to be done.",
    }
}
