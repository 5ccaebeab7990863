//! What the worker is asked, what it tells on the way, what it answers. Bytes stand beside: `table` and `spec` where a request
//! names them, `model` for predictions, `confirmation` where the page has the transaction that confirmed the seat; beside an
//! answer `keys`, `kept` and `csv`.

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
    /// What a seat posts on chain where the key that it owes is demanded. `spec` and `progress` are beside it.
    Owes(Box<Late>),
    /// What all have signed, as a seat has kept it. `spec` and `progress` are beside it.
    Signed(Box<Late>),
    /// What a seat was told by a result of whose keys some were posted on chain. `spec`, `progress` and `directory` are beside
    /// it, and where the seat has data `table`.
    Opens(Box<Late>),
}

/// A seat whose task is finished on chain, and that was not heard, or did not hear the others, to the end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Late {
    pub seating: Seating,
    pub seat: SeatNumber,
    /// What all have signed, as the chain has it.
    pub result: Digest,
    /// Sealed keys that were posted, by whose they are.
    pub posted: Vec<(SeatNumber, Vec<u8>)>,
}

/// A seat that is to be played.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Play {
    pub seating: Seating,
    pub seat: SeatNumber,
    /// Address of the server whose relay it is.
    pub relay: String,
    /// Of the session there, for the first connection.
    pub token: String,
    /// Fewer common rows are refused.
    pub least_rows: u32,
    /// Name of the broadcast channel on which the page says that the chain has what it was told ([`BEGUN`], [`AGREED`]),
    /// that something is kept, and which session the relay takes.
    pub channel: String,
    /// Seats of which the page could not see the transaction by which their accounts confirmed their keys: they have to send
    /// it over their links.
    #[serde(default)]
    pub awaited: Vec<SeatNumber>,
}

/// The chain counts the run as begun.
pub const BEGUN: &str = "begun";
/// The chain has the result.
pub const AGREED: &str = "agreed";

/// The person gives the helper up; the run goes on with the next one once the other owner says so too.
pub const GIVE_HELPER_UP: &str = "give the helper up";
/// The chain has drawn the next helper.
pub const ADVANCED: &str = "advanced";

/// What was told under this number is kept.
pub fn kept(number: u32) -> String {
    format!("kept {number}")
}

/// What was told under this number is not kept; a sentence follows.
pub fn not_kept(number: u32) -> String {
    format!("not kept {number} ")
}

/// What was asked for under this number: the token of the session at the relay follows.
pub fn signed_in(number: u32) -> String {
    format!("signed in {number} ")
}

/// There is no session for what was asked for under this number, e.g. since the server is away; a sentence follows.
pub fn not_signed_in(number: u32) -> String {
    format!("not signed in {number} ")
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
    /// Both owners have given the helper up: their signatures, for the chain. The seat waits for [`ADVANCED`].
    Advanced {
        signatures: Vec<Vec<u8>>,
    },
    /// What the run can go on from, to be kept in place of what was kept before. The seat waits for [`kept`] or [`not_kept`].
    Keep {
        number: u32,
        progress: String,
    },
    /// The connection to the relay is made anew, for which a session is needed. The seat waits for [`signed_in`] or
    /// [`not_signed_in`].
    SignIn {
        number: u32,
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
    /// The helper was given up; the seat is to be played again with the next one.
    HelperGone,
    /// What all have signed.
    Signed {
        outcome: Outcome,
    },
    /// What all have signed, and the sealed key that this seat owes the receiver.
    Owes {
        outcome: Outcome,
        key: Vec<u8>,
    },
}

/// How a run ended at a seat.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finished {
    pub outcome: Outcome,
    /// Of all that sign, in their order.
    pub signatures: Vec<Vec<u8>>,
    pub told: Vec<Told>,
    /// What a new model was learned by: a prediction with it names this.
    #[serde(default)]
    pub learned: Option<mpc_learn::Task>,
    /// Rows that were computed on, or are common.
    pub rows: u32,
    pub traffic: Traffic,
    /// Whose seat it was.
    pub address: Address,
}
