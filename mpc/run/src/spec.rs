//! What a task says: one JSON file, whose SHA-256 is on chain. Everybody reads the same bytes, so that everybody plans the
//! same steps.

mod error;
mod evaluation;
mod learning;
mod model;
mod rules;

use link::SeatNumber;
use mpc::Seat;
use mpc_learn::Metric;
use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};

pub use error::SpecError;
pub use evaluation::Evaluation;
pub use learning::{Aligned, Computed};
pub use model::{Model, ModelOf, Trained};

/// Bytes of the file at most.
pub const LARGEST: usize = 64 << 10;
/// Columns of one owner at most.
pub const MOST_COLUMNS: usize = 1_024;
/// Helpers that a task may name, as many as the contract takes.
pub const MOST_HELPERS: usize = 16;
/// Relays that a task may name.
pub const MOST_RELAYS: usize = 8;
/// Characters of a relay's address at most.
pub const LONGEST_RELAY: usize = 512;
/// Bits behind the point of what is told, at most.
pub const MOST_DIGITS: u32 = 30;
/// Bits behind the point that are at most so many significant digits: a grid of 2^-10 tells three.
pub fn bits_of(digits: u8) -> u32 {
    u32::from(digits) * 10 / 3
}

/// The version of the file that is read here.
pub const VERSION: u8 = 1;

/// A task. The two owners have the seats 0 and 1. Whoever receives has one of them, or seat 2 without data. The helper has
/// the last seat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    pub version: u8,
    pub owners: [Owner; 2],
    pub rows: Rows,
    pub work: Work,
    /// Helpers among which one is drawn.
    #[serde(default)]
    pub helpers: Vec<Address>,
    /// Servers that pass what the seats send each other.
    #[serde(default)]
    pub relays: Vec<String>,
}

/// What one owner brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// Number of its data set in the directory; 0 where there is no chain.
    #[serde(default)]
    pub dataset: u64,
    /// Features. The label and the key are named elsewhere.
    #[serde(default)]
    pub columns: Vec<String>,
}

/// Which rows belong to one subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rows {
    /// The same number of rows, in the same order at both.
    Given { count: u32 },
    /// Those whose ids both have: a private intersection.
    Common {
        /// Key column of each owner.
        keys: [String; 2],
        #[serde(default)]
        form: Form,
        /// Entries of each owner's list, real ids and fillers together.
        declared: [u32; 2],
    },
}

/// How ids are spelled; see [`psi::Form`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    #[default]
    Text,
    Digits,
}

impl From<Form> for psi::Form {
    fn from(form: Form) -> Self {
        match form {
            Form::Text => Self::Text,
            Form::Digits => Self::Digits,
        }
    }
}

/// What is computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// The intersection alone: the common rows, or only their number. Both owners are told.
    Intersect(Intersect),
    Train(Train),
    Predict(Predict),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intersect {
    /// Only how many are common.
    #[serde(default)]
    pub size_only: bool,
}

/// An exact linear regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Train {
    pub label: Label,
    /// Who gets the metrics.
    pub receiver: SeatNumber,
    /// The penalty on squared standardised coefficients.
    #[serde(default)]
    pub ridge: f64,
    /// The part of the values at each end of a column that is moved inwards, from 0 to below ½.
    #[serde(default)]
    pub winsorise: f64,
    /// Rows are put in an order that nobody chose before they are cut into parts.
    #[serde(default)]
    pub shuffle: bool,
    #[serde(default = "on_training_rows")]
    pub evaluation: Evaluation,
    #[serde(default = "root_of_squares")]
    pub metrics: Vec<Metric>,
    #[serde(default)]
    pub reveals: Reveals,
    /// Bits behind the point of what is told; 10 are three digits.
    #[serde(default = "three_digits")]
    pub digits: u32,
}

fn on_training_rows() -> Evaluation {
    Evaluation::Training
}

fn root_of_squares() -> Vec<Metric> {
    vec![Metric::Rmse]
}

fn three_digits() -> u32 {
    10
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// 0 or 1.
    pub owner: SeatNumber,
    pub column: String,
}

/// What is told beside the metrics; see [`mpc_learn::Reveals`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reveals {
    pub own_coefficients: bool,
    pub all_coefficients: bool,
    pub standard_errors: bool,
    pub each_part: bool,
}

/// A model that stayed shared, on new rows of both owners.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predict {
    pub model: Model,
    /// Who gets the predictions.
    pub receiver: SeatNumber,
    /// Whether the receiver is told the ids of the rows. Without them, rows have numbers.
    #[serde(default)]
    pub ids: bool,
    #[serde(default = "three_digits")]
    pub digits: u32,
}

impl Spec {
    /// Reads a task, strictly, and its hash.
    ///
    /// # Errors
    /// The first of [`Spec::problems`], or why the file cannot be read.
    pub fn read(bytes: &[u8]) -> Result<(Self, Digest), SpecError> {
        let spec = Self::parse(bytes)?;
        match spec.problems().into_iter().next() {
            Some(problem) => Err(problem),
            None => Ok((spec, Digest::of(bytes))),
        }
    }

    /// Reads a task that may break rules, for a report of all of them.
    ///
    /// # Errors
    /// [`SpecError::TooLarge`], [`SpecError::Unreadable`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SpecError> {
        if bytes.len() > LARGEST {
            return Err(SpecError::TooLarge { bytes: bytes.len() });
        }
        serde_json::from_slice(bytes).map_err(|error| SpecError::Unreadable { why: error.to_string() })
    }

    /// The file of this task.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Only a map with keys that are no texts could fail to be written.
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// The seat of an owner, and whose it is.
    pub fn owner_of(seat: SeatNumber) -> Option<Seat> {
        Seat::BOTH.into_iter().find(|owner| Self::seat_of(*owner) == seat)
    }

    pub fn seat_of(owner: Seat) -> SeatNumber {
        match owner {
            Seat::First => 0,
            Seat::Second => 1,
        }
    }

    pub fn owner(&self, owner: Seat) -> &Owner {
        &self.owners[usize::from(Self::seat_of(owner))]
    }

    /// Who receives what is computed, where something is received.
    pub fn receiver(&self) -> Option<SeatNumber> {
        match &self.work {
            Work::Intersect(_) => None,
            Work::Train(train) => Some(train.receiver),
            Work::Predict(predict) => Some(predict.receiver),
        }
    }

    /// Seats that sign the result: the owners, and a receiver without data.
    pub fn signers(&self) -> SeatNumber {
        if self.receiver() == Some(2) { 3 } else { 2 }
    }

    /// The seat of the helper; an intersection needs none.
    pub fn helper(&self) -> Option<SeatNumber> {
        (!matches!(self.work, Work::Intersect(_))).then(|| self.signers())
    }

    /// Seats in all.
    pub fn seats(&self) -> SeatNumber {
        self.signers() + SeatNumber::from(self.helper().is_some())
    }

    /// Seats with which a seat has links.
    pub fn peers(&self, seat: SeatNumber) -> Vec<SeatNumber> {
        let without_data = |seat: SeatNumber| Self::owner_of(seat).is_none();
        (0..self.seats()).filter(|peer| *peer != seat && !(without_data(*peer) && without_data(seat))).collect()
    }
}
