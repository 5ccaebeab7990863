//! Results on their way to whom they belong: each owner locks its half and sends it; the key follows once all have signed.

use link::{
    SeatNumber, Terms,
    sealing::{Delivery, lock, open, seal, unlock},
};
use mpc_learn::{Fact, Half, What, join};
use protocol::{Address, Digest, keccak};
use serde::{Deserialize, Serialize};

use crate::error::RunError;

/// One owner's half of what a seat receives. It tells nothing without the other's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delivered {
    pub halves: Vec<Half>,
    /// Of the commitment to the metrics.
    pub salt: [u8; 32],
    /// Ids of the predicted rows, where the task tells them.
    pub ids: Option<Vec<String>>,
}

impl Delivered {
    /// What a result says of this half of the metrics; nothing where it has none.
    pub fn commitment(&self) -> Digest {
        let metrics: Vec<&Half> = self.halves.iter().filter(|half| is_metric(half)).collect();
        // Only a map with keys that are no texts could fail to be written.
        let metrics = serde_json::to_vec(&metrics).unwrap_or_default();
        keccak(&[b"ModelMarket metrics 1", &self.salt, &metrics])
    }
}

fn is_metric(half: &Half) -> bool {
    matches!(half.what, What::Fact(Fact::Metric(_) | Fact::EachPart(_)))
}

/// Something that a seat was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub what: What,
    /// Whole numbers of steps of 2^`exponent`.
    pub numbers: Vec<f64>,
    #[serde(default = "fine")]
    pub exponent: i32,
    /// Of predictions, where the task tells them: in the order of the numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<String>>,
}

/// Of what was kept before the grid was: six decimals.
fn fine() -> i32 {
    -20
}

/// A locked half, and its key sealed to the receiver.
pub(crate) struct Sealed {
    pub file: Vec<u8>,
    pub key: Vec<u8>,
}

fn delivery(terms: &Terms, from: SeatNumber, to: Address, number: u16) -> Delivery {
    let Terms { chain_id, contract, task, attempt, .. } = *terms;
    Delivery { chain_id, contract, task, attempt, from, to, number }
}

/// The address of a seat.
fn address(terms: &Terms, seat: SeatNumber) -> Result<Address, RunError> {
    let seated = terms.seats.get(usize::from(seat));
    seated.map(|seated| seated.address).ok_or(RunError::OtherSeat { seat })
}

impl Sealed {
    /// `key` is the receiver's in the directory; `fresh`: 32 random bytes each, used for nothing else.
    pub fn new(
        terms: &Terms,
        from: SeatNumber,
        to: SeatNumber,
        key: &[u8; 32],
        delivered: &Delivered,
        fresh: [[u8; 32]; 2],
    ) -> Result<Self, RunError> {
        let failed = |_| RunError::Delivery { seat: to };
        let address = address(terms, to)?;
        // Only a map with keys that are no texts could fail to be written.
        let plain = serde_json::to_vec(delivered).unwrap_or_default();
        let [content, seed] = fresh;
        let file = lock(&content, &delivery(terms, from, address, 0), &plain).map_err(failed)?;
        let key = seal(key, &delivery(terms, from, address, 1), &content, seed).map_err(failed)?;
        Ok(Self { file, key })
    }

    /// At the receiver `to`, whose key in the directory has this secret.
    pub fn open(
        &self,
        terms: &Terms,
        from: SeatNumber,
        to: SeatNumber,
        secret: &[u8; 32],
    ) -> Result<Delivered, RunError> {
        let failed = RunError::Delivery { seat: from };
        let address = address(terms, to)?;
        let content = open(secret, &delivery(terms, from, address, 1), &self.key).map_err(|_| failed.clone())?;
        let content: [u8; 32] = content.try_into().map_err(|_| failed.clone())?;
        let plain = unlock(&content, &delivery(terms, from, address, 0), &self.file).map_err(|_| failed.clone())?;
        serde_json::from_slice(&plain).map_err(|_| failed)
    }
}

/// The numbers, from the halves of both owners.
pub(crate) fn told(halves: &[Delivered; 2]) -> Result<Vec<Told>, RunError> {
    let [first, second] = halves;
    if first.halves.len() != second.halves.len() {
        return Err(mpc_learn::LearnError::Halves.into());
    }
    let ids = first.ids.as_ref().or(second.ids.as_ref());
    let one = |(a, b): (&Half, &Half)| {
        let numbers = join(&[a, b])?;
        let ids = ids.filter(|ids| a.what == What::Predictions && ids.len() == numbers.len()).cloned();
        Ok(Told { what: a.what, numbers, exponent: a.exponent, ids })
    };
    first.halves.iter().zip(&second.halves).map(one).collect()
}
