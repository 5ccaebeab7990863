//! How a run ends, and the model that it leaves.

use mpc::{PlanError, Shape, Shared};
use sha2::{Digest as _, Sha256};

use crate::{sealed::Half, solve, task::Task};

/// Bits behind the point of a model's coefficients.
pub(super) const COEFFICIENT_GRID: u32 = 30;

/// How a run ended. Everything but `Fitted` is an answer, not an error: both owners know it, and nothing else is told.
#[derive(Clone, Debug)]
pub enum Answer<R> {
    Fitted(Fitted<R>),
    /// Some columns say the same, or nearly so.
    NotSolvable,
    /// A row decides the model alone, so that no model without it can be judged.
    RowAlone,
    /// Some predictions are so far off that their errors cannot be counted.
    OutOfRange,
}

impl<R> Answer<R> {
    /// What a person is told.
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::Fitted(_) => "The model is fitted.",
            Self::NotSolvable => {
                "Two columns say the same, or nearly so. Use ridge (a penalty of a millionth of the rows is enough), or leave one of them out."
            }
            Self::RowAlone => {
                "A row decides a coefficient alone, so that no model without it can be judged. Use parts instead of leaving one row out, or leave out the column that has its value in that row only."
            }
            Self::OutOfRange => "Some predictions are far outside the label's range. Use fewer features, or ridge.",
        }
    }
}

/// A fitted model as this seat holds it, and its halves of the results.
#[derive(Clone, Debug)]
pub struct Fitted<R> {
    pub model: Model<R>,
    pub halves: Vec<Half>,
}

/// The shares of a model's standardised coefficients: features of the owner without the label, those of the label
/// owner, the intercept.
#[derive(Clone, Debug, PartialEq)]
pub struct Model<R> {
    pub(crate) coefficients: Shared<R>,
}

impl<R: mpc::Ring> Model<R> {
    /// This seat's shares.
    pub fn coefficients(&self) -> &Shared<R> {
        &self.coefficients
    }

    /// A model from shares that were kept.
    pub fn kept(task: &Task, words: Vec<R>) -> Result<Self, PlanError> {
        let unknowns = task.coefficients();
        let bound = COEFFICIENT_GRID + solve::coefficient_bits(unknowns) + 1;
        Ok(Self { coefficients: Shared::new(Shape::vector(unknowns), words, COEFFICIENT_GRID, bound)? })
    }

    /// What the chain is told of this seat's shares: nobody can guess them from it without `salt`, 32 secret bytes from
    /// the operating system.
    pub fn commitment(&self, salt: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(b"model share");
        hash.update(salt);
        for word in self.coefficients.words() {
            hash.update(word.bits().to_le_bytes());
        }
        hash.finalize().into()
    }
}
