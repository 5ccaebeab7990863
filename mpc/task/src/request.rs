//! What the worker is asked, what it tells on the way, what it answers. Bytes stand beside: `table` and `spec` where a request
//! names them, `model` for predictions; beside an answer `keys`, `kept` and `csv`.

use link::SeatNumber;
use mpc::Traffic;
use mpc_run::{Outcome, Stage, Told};
use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};

use crate::{seats::Seating, secrets::Public};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    /// Names of the columns of `table`.
    Columns,
    /// Whether `table` is fit for the task of `spec`: every rule, before anything is signed.
    Check { owner: SeatNumber },
    /// Draws the keys of a seat. With `table`, says of it what is confirmed on chain.
    Draw,
    /// Plays a seat to its end. `spec`, `keys`, `directory`, and where the seat has data `table`, `model` where one is applied, and
    /// `progress` where the run goes on, are beside it.
    Play(Box<Play>),
}

/// A seat that is to be played.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Play {
    pub seating: Seating,
    pub seat: SeatNumber,
    /// Address of the server whose relay it is.
    pub relay: String,
    /// Of the session there.
    pub token: String,
    /// Fewer common rows are refused.
    pub least_rows: u32,
    /// Name of the broadcast channel on which the page says that the chain has what it was told ([`BEGUN`], [`AGREED`]), and
    /// that something is kept.
    pub channel: String,
}

/// The chain counts the run as begun.
pub const BEGUN: &str = "begun";
/// The chain has the result.
pub const AGREED: &str = "agreed";

/// What was told under this number is kept.
pub fn kept(number: u32) -> String {
    format!("kept {number}")
}

/// What was told under this number is not kept; a sentence follows.
pub fn not_kept(number: u32) -> String {
    format!("not kept {number} ")
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum Progress {
    Stage {
        stage: Stage,
    },
    /// All are there: the signatures of all that sign, in their order, for the chain. The seat waits for [`BEGUN`].
    Met {
        signatures: Vec<Vec<u8>>,
    },
    /// All have signed what came out. The seat waits for [`AGREED`]: only then do the keys of results leave.
    Signed {
        outcome: Box<Outcome>,
        signatures: Vec<Vec<u8>>,
    },
    /// What the run can go on from, to be kept in place of what was kept before. The seat waits for [`kept`] or [`not_kept`].
    Keep {
        number: u32,
        progress: String,
    },
    /// A seat is there, or has been silent for a while.
    Presence {
        seat: SeatNumber,
        is_here: bool,
    },
    /// Bytes that went and came over the relay so far.
    Bytes {
        sent: u64,
        received: u64,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    Columns {
        names: Vec<String>,
        rows: usize,
    },
    /// Sentences; none where the table is fit.
    Checked {
        rows: usize,
        findings: Vec<String>,
    },
    Drawn {
        public: Public,
        input: Digest,
    },
    /// There is no model, and everybody is told why; all have signed it, for the chain.
    Answered {
        sentence: String,
        failure: mpc_run::Failure,
        signatures: Vec<Vec<u8>>,
    },
    Finished(Box<Finished>),
}

/// How a run ended at a seat.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finished {
    pub outcome: Outcome,
    /// Of all that sign, in their order.
    pub signatures: Vec<Vec<u8>>,
    pub told: Vec<Told>,
    /// Rows that were computed on, or are common.
    pub rows: u32,
    pub traffic: Traffic,
    /// Whose seat it was.
    pub address: Address,
}
