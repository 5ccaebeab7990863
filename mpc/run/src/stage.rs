//! How far a run is, as a person is told, and from where a round goes on.

use serde::{Deserialize, Serialize};

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Connecting,
    /// A seat began anew, and all go on from the last step that they have in common.
    Again {
        round: u32,
    },
    /// What the run could go on from cannot be kept here. It goes on; if it breaks off, it begins further back.
    NotKept,
    Aligning {
        done: usize,
        of: usize,
    },
    Aligned {
        rows: u32,
    },
    /// What is planned.
    Computing {
        steps: usize,
        rounds: u32,
    },
    /// At an owner: so many of the planned rounds are done.
    Computed {
        rounds: u32,
    },
    Delivering,
    Signing,
    Finished,
}

/// What a round goes on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Begin,
    Aligned,
    Solved,
    Signed,
}
