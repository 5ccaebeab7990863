//! What the page asks of the worker that runs a job beside it (`app/workers/job`), and what it is told. Travels as JSON through
//! the channel of the crate `work`; bytes stand beside it, named below.
//!
//! A job is prepared once, and then run in stretches: each ends where the page has to do something, which says then how far the
//! next one goes. What runs stays in the worker between two of them.

use compute_session::Manifest;
use jobs::Terms;
use protocol::{Digest, cid::Cid};
use serde::{Deserialize, Serialize};

use crate::Begun;

/// From the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// How fast is this machine? Answered by [`Answer::Measured`].
    Measure,
    /// Check the files beside it, [`MODULE`] unless it is the pinned one of recipes, [`CHECKPOINT`] where the job goes on from one, and inputs by [`input`]; answered
    /// by [`Answer::Prepared`]. The worker keeps them for what follows.
    Prepare { terms: Box<Terms>, manifest: Box<Manifest> },
    /// Check the files beside it as for [`Self::Prepare`], but for the inputs, which are not here: the page has looked at each by
    /// itself. Answered by [`Answer::Prepared`]; the worker keeps nothing, and has no job after it.
    Check { terms: Box<Terms>, manifest: Box<Manifest> },
    /// Begin the run that was prepared anew, or at the checkpoint beside it ([`CHECKPOINT`]), and run a stretch.
    Begin(Stretch),
    /// Run the next stretch.
    GoOn(Stretch),
}

/// How far a stretch goes, and how. Answered by [`Answer::Ran`], with [`Progress`] on the way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// It ends before a step where more instructions have run, from the job's very first step: what is paid, or will be.
    pub allowed: u64,
    /// Instructions between two checkpoints. Only the first stretch of a run says it.
    pub every: u64,
    /// The share of its time that it computes, above 0 and at most 1.
    pub duty: f64,
}

/// To the page, while a stretch runs: ten times a second at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Lines of the log since the last time, in hexadecimal: a line is any bytes.
    pub lines: Vec<String>,
    /// That have run, from the job's very first step.
    pub instructions: u64,
}

/// To the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Of one job that has a processor for itself.
    Measured { units_per_second: u32 },
    /// All is as it should be.
    Prepared { begun: Begun },
    /// A stretch is over. The last lines that were not told come with it.
    Ran { progress: Progress, at: At },
}

/// Where a stretch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// A checkpoint is due. Its file is beside it ([`CHECKPOINT`]), under this CID.
    Checkpoint { file: Cid },
    /// So much has run as was allowed.
    Waits,
    /// The job is over. Its result is beside it ([`RESULT`]).
    Ended {
        /// `Outcome::hash`.
        hash: Digest,
        /// How, by its number.
        ended: u8,
        instructions: u64,
        log_head: Digest,
    },
}

/// The module as it was made.
pub const MODULE: &str = "module";
/// The file of a checkpoint.
pub const CHECKPOINT: &str = "checkpoint";
/// What the module wrote.
pub const RESULT: &str = "result";

/// The name of an input, from 0.
pub fn input(number: usize) -> String {
    format!("input {number}")
}
