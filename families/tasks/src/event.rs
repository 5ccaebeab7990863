//! What `Tasks` says of a task. As in `ITaskTypes`.

use protocol::{Address, Amount, Digest, FamilyEvent, Logged};
use serde::{Deserialize, Serialize};

use crate::{Draft, Failure, Outcome, State};

/// An event with its place in the chain; its subject is the number of the task.
pub type LoggedEvent = Logged<Event>;

impl FamilyEvent for Event {
    type Subject = u64;
    const SUBJECT: &'static str = "task";
}

/// One event of one task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TaskEvent))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// `TaskPublished`; tasks by their numbers, 0 for none.
    Published {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        requester: Address,
        waits_for: u64,
        model_of: u64,
        draft: Draft,
    },
    /// `TaskMoved`; `code` is the number that Metis gives to what happened, 0 where it gives none.
    Moved { state: State, attempt: u16, code: u32 },
    /// `SeatConfirmed`
    Confirmed {
        seat: u8,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        who: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        signer: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        key: Digest,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        input: Digest,
        accepted: u16,
    },
    /// `SeatRejected`; the text is a stranger's.
    Rejected { seat: u8, reason: String },
    /// `HelpersAccepted`, where it is said anew.
    HelpersAccepted { seat: u8, accepted: u16 },
    /// `DrawFixed`
    DrawFixed {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        owners: Digest,
        draw_block: u64,
    },
    /// `HelperDrawn`; nobody where nobody is left.
    HelperDrawn {
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
        helper: Option<Address>,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        per_megabyte: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        draw_hash: Digest,
    },
    /// `HelperServes`
    HelperServes {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        helper: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        key: Digest,
    },
    /// `HelperPaid`
    HelperPaid {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        helper: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
    },
    /// `TaskFinished`
    Finished {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        result: Digest,
        outcome: Outcome,
    },
    /// `TaskFailed`
    Failed { failure: Failure },
    /// `SeatResponded`
    Responded {
        seat: u8,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        heads: Digest,
    },
    /// `BondLost`
    BondLost { seat: u8 },
    /// `KeyDemanded`
    KeyDemanded { seat: u8, by: u64 },
    /// `KeyDelivered`
    KeyDelivered { seat: u8, sealed: Vec<u8> },
    /// `KeyMissing`
    KeyMissing { seat: u8 },
    /// `PartPaid`
    PartPaid {
        part: u8,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        to: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
    },
}

/// Why the last run of a task failed, or why the task ended without one that finished, in words that follow a colon; `None` where it
/// goes on, is finished or was cancelled. `events` are those of one task, in the order of the chain.
pub fn why_ended<'e>(events: impl IntoIterator<Item = &'e Event>) -> Option<String> {
    let (mut from, mut said, mut why) = (State::Confirming, None, None);
    for event in events {
        match event {
            Event::Published { waits_for: 1.., .. } => from = State::Waiting,
            // These two come before the move that they lead to.
            Event::Failed { failure } => said = Some(failure.why().to_owned()),
            Event::Rejected { seat, reason } => said = Some(format!("seat {} rejected it, “{reason}”", seat + 1)),
            Event::Moved { state, code, .. } => {
                why = match (said.take(), *state) {
                    (Some(said), State::Failed | State::Rejected) => Some(said),
                    // Nobody tried again: what went wrong before is still why.
                    (_, State::Expired) if from == State::Failed => why,
                    (_, State::Failed | State::Expired) => Some(by_time(from, *code).to_owned()),
                    _ => None,
                };
                from = *state;
            }
            _ => {}
        }
    }
    why
}

/// Whether the last run of a task failed so that the same data would fail again. `events` are those of one task, in the order of the
/// chain.
pub fn fails_again<'e>(events: impl IntoIterator<Item = &'e Event>) -> bool {
    events.into_iter().fold(false, |again, event| match event {
        Event::Failed { failure } => failure.comes_again(),
        Event::Moved { state: State::Ready, .. } => false,
        _ => again,
    })
}

/// What did not happen in time, by where the task stood.
fn by_time(from: State, code: u32) -> &'static str {
    match from {
        // The first confirmation ends the waiting, not the end of the task before it.
        State::Waiting => "the task before it did not finish, or no seat confirmed in time",
        State::Confirming => "not all seats confirmed in time",
        State::Ready if code == code::ELECTION_FAILED => "nobody drew a helper in time",
        State::Ready => "it was not started in time",
        State::Started => "not all seats had joined ten minutes after the start",
        State::Stalled => "seats were silent",
        _ => "it took longer than it may",
    }
}

impl Event {
    /// What the number in it means, where it has one.
    pub fn words(&self) -> Option<&'static str> {
        match self {
            Self::Moved { code, .. } if *code > 0 => Some(code::words(*code)),
            Self::Failed { failure } => Some(failure.why()),
            _ => None,
        }
    }
}

/// What happened, as Metis numbers it, without the leading zero.
pub mod code {
    /// Published, which `TaskMoved` does not say.
    pub const CREATED: u32 = 100_000;
    /// Ready for another attempt.
    pub const RESCHEDULED: u32 = 100_001;
    /// Rejected, or out of time.
    pub const DISCARDED: u32 = 100_002;
    /// Started.
    pub const STARTED: u32 = 100_003;
    /// A run failed.
    pub const FAILED: u32 = 100_004;
    /// Finished.
    pub const SUCCEEDED: u32 = 100_005;
    /// Nobody drew a helper in time.
    pub const ELECTION_FAILED: u32 = 100_006;
    /// Cancelled.
    pub const TERMINATED: u32 = 100_008;
    /// Running.
    pub const EXECUTING: u32 = 309_011;
    /// A run took longer than it may.
    pub const OVER_LIMIT: u32 = 309_014;

    /// What Metis calls it.
    pub fn words(number: u32) -> &'static str {
        match number {
            CREATED => "Created",
            RESCHEDULED => "Ready for another try",
            DISCARDED => "Discarded",
            STARTED => "Started",
            FAILED => "Failed",
            SUCCEEDED => "Succeeded",
            ELECTION_FAILED => "No helper was drawn in time",
            TERMINATED => "Terminated",
            EXECUTING => "Executing",
            OVER_LIMIT => "Over its time limit",
            _ => "Something of a later version",
        }
    }
}
