use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Shape;
use crate::{MpcError, Ring, Seat};

/// What a matrix is called: which rows and columns, how rounded and how scaled. One name, one list of whole numbers,
/// for as long as an epoch lasts: a mask belongs to a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MatrixName(pub [u8; 32]);

impl MatrixName {
    /// The name made of `parts`, each with its length, so that no two lists of parts are the same name.
    pub fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new_with_prefix(b"matrix");
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

/// A matrix that one seat holds in the clear, as whole numbers: value times 2^`frac`, each below 2^`bound` in
/// absolute value. The other seat knows everything about it except the numbers.
#[derive(Clone, Debug)]
pub struct Owned {
    pub(crate) name: MatrixName,
    pub(crate) owner: Seat,
    pub(crate) shape: Shape,
    pub(crate) frac: u32,
    pub(crate) bound: u32,
    values: Option<Vec<i64>>,
}

impl Owned {
    /// The matrix as its owner holds it.
    pub fn here(
        name: MatrixName,
        owner: Seat,
        shape: Shape,
        frac: u32,
        bound: u32,
        values: Vec<i64>,
    ) -> Result<Self, MpcError> {
        if values.len() != shape.len() {
            return Err(MpcError::Input { what: "A matrix has another size than the plan says." });
        }
        if values.iter().any(|value| value.unsigned_abs().checked_shr(bound).unwrap_or(0) != 0) {
            return Err(MpcError::Input { what: "A number of a matrix is larger than the plan allows." });
        }
        Ok(Self { name, owner, shape, frac, bound, values: Some(values) })
    }

    /// The same matrix as everybody else knows it.
    pub fn elsewhere(name: MatrixName, owner: Seat, shape: Shape, frac: u32, bound: u32) -> Self {
        Self { name, owner, shape, frac, bound, values: None }
    }

    pub fn name(&self) -> MatrixName {
        self.name
    }

    pub fn owner(&self) -> Seat {
        self.owner
    }

    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The numbers, where this is the owner.
    pub fn values(&self) -> Option<&[i64]> {
        self.values.as_deref()
    }

    pub(crate) fn numbers(&self) -> Result<&[i64], MpcError> {
        self.values().ok_or(MpcError::Input { what: "The owner of a matrix has not given its numbers." })
    }

    pub(crate) fn words<R: Ring>(&self) -> Result<Vec<R>, MpcError> {
        Ok(self.numbers()?.iter().map(|&value| R::of(value.into())).collect())
    }
}
