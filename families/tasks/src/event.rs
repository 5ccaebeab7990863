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
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// `TaskPublished`; tasks by their numbers, 0 for none.
    Published { requester: Address, waits_for: u64, model_of: u64, draft: Draft },
    /// `TaskMoved`; `code` is the number that Metis gives to what happened, 0 where it gives none.
    Moved { state: State, attempt: u16, code: u32 },
    /// `SeatConfirmed`
    Confirmed { seat: u8, who: Address, signer: Address, key: Digest, input: Digest },
    /// `SeatRejected`; the text is a stranger's.
    Rejected { seat: u8, reason: String },
    /// `HelpersAccepted`
    HelpersAccepted { seat: u8, accepted: u16 },
    /// `DrawFixed`
    DrawFixed { owners: Digest, draw_block: u64 },
    /// `HelperDrawn`; nobody where nobody is left.
    HelperDrawn { helper: Option<Address>, per_megabyte: Amount, draw_hash: Digest },
    /// `HelperServes`
    HelperServes { helper: Address, key: Digest },
    /// `HelperPaid`
    HelperPaid { helper: Address, amount: Amount },
    /// `TaskFinished`
    Finished { result: Digest, outcome: Outcome },
    /// `TaskFailed`
    Failed { failure: Failure },
    /// `SeatResponded`
    Responded { seat: u8, heads: Digest },
    /// `BondLost`
    BondLost { seat: u8 },
    /// `KeyDemanded`
    KeyDemanded { seat: u8, by: u64 },
    /// `KeyDelivered`
    KeyDelivered { seat: u8, sealed: Vec<u8> },
    /// `KeyMissing`
    KeyMissing { seat: u8 },
    /// `PartPaid`
    PartPaid { part: u8, to: Address, amount: Amount },
}

/// What happened, as Metis numbers it, without the leading zero.
pub mod code {
    /// Published.
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
}
