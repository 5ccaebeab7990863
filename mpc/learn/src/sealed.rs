//! Results as they leave the seats: each seat has a half that tells nothing by itself. Only who has both knows the
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

/// One seat's half of a result. The caller encrypts it for its receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Half {
    pub to: Receiver,
    pub what: What,
    /// The numbers are whole numbers times 2^`exponent`.
    pub exponent: i32,
    pub bytes: Vec<u8>,
}

/// Bytes of one number in a half.
const WORD: usize = 16;

impl Half {
    pub(crate) fn new<R: Ring>(to: Receiver, what: What, numbers: &Shared<R>, exponent: i32) -> Self {
        let bytes = numbers.words().iter().flat_map(|word| word.bits().to_le_bytes()).collect();
        Self { to, what, exponent: exponent - numbers.frac() as i32, bytes }
    }
}

/// The numbers of a result, from the halves of both seats. In the plain twin one has all.
pub fn join(halves: &[&Half]) -> Result<Vec<f64>, LearnError> {
    let Some(first) = halves.first() else { return Err(LearnError::Halves) };
    let alike = |half: &&Half| {
        (half.to, half.what, half.exponent, half.bytes.len())
            == (first.to, first.what, first.exponent, first.bytes.len())
    };
    if !halves.iter().all(alike) || first.bytes.len() % WORD != 0 {
        return Err(LearnError::Halves);
    }
    let unit = 2_f64.powi(first.exponent);
    let number = |index: usize| {
        let words = halves.iter().filter_map(|half| half.bytes.as_chunks::<WORD>().0.get(index));
        words.fold(0_u128, |sum, word| sum.wrapping_add(u128::from_le_bytes(*word))) as i128
    };
    Ok((0..first.bytes.len() / WORD).map(|index| number(index) as f64 * unit).collect())
}
