//! Results as they leave the seats: each seat has a part that tells nothing by itself. Only who has both knows the
//! numbers.

use mpc::{Ring, Seat, Shared};
use serde::{Deserialize, Serialize};

use crate::{LearnError, task::Fact};

/// Who gets a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    Owner(Seat),
    Requester,
}

/// What the numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Fact(Fact),
    /// Predictions, a row each, in the label's unit.
    Predictions,
}

/// One seat's part of a result. The caller encrypts it for its receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub to: Receiver,
    pub what: What,
    /// The numbers are whole numbers times 2^`exponent`.
    pub exponent: i32,
    pub bytes: Vec<u8>,
}

/// Bytes of one number in a part.
const WORD: usize = 16;

impl Part {
    pub(crate) fn new<R: Ring>(to: Receiver, what: What, numbers: &Shared<R>, exponent: i32) -> Self {
        let bytes = numbers.words().iter().flat_map(|word| word.bits().to_le_bytes()).collect();
        Self { to, what, exponent: exponent - numbers.frac() as i32, bytes }
    }
}

/// The numbers of a result, from the parts of both seats. In the plain twin there is one part.
pub fn join(parts: &[&Part]) -> Result<Vec<f64>, LearnError> {
    let Some(first) = parts.first() else { return Err(LearnError::Parts) };
    let alike = |part: &&Part| {
        (part.to, part.what, part.exponent, part.bytes.len())
            == (first.to, first.what, first.exponent, first.bytes.len())
    };
    if !parts.iter().all(alike) || first.bytes.len() % WORD != 0 {
        return Err(LearnError::Parts);
    }
    let unit = 2_f64.powi(first.exponent);
    let number = |index: usize| {
        let words = parts.iter().filter_map(|part| part.bytes.as_chunks::<WORD>().0.get(index));
        words.fold(0_u128, |sum, word| sum.wrapping_add(u128::from_le_bytes(*word))) as i128
    };
    Ok((0..first.bytes.len() / WORD).map(|index| number(index) as f64 * unit).collect())
}
