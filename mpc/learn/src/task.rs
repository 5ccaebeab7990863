//! What everybody knows about a task before it runs. The plan, the numbers that will be told and the rules that a task
//! must keep follow from it.

mod facts;
mod order;
mod rules;

pub use facts::{Fact, Facts};
pub use order::Order;
pub(crate) use rules::MOST_EXPONENT;

use mpc::Seat;
use serde::{Deserialize, Serialize};

/// An exact linear regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub rows: usize,
    /// Features of the first owner and of the second.
    pub features: [usize; 2],
    /// Who has the label.
    pub label: Seat,
    /// A whole number e with 2^(e−1) < standard deviation of the label ≤ 2^e: predictions and errors are told on a grid
    /// of it.
    pub label_exponent: i32,
    /// Ridge: the penalty on squared standardised coefficients, against the sum of squared errors. 0 is none.
    pub ridge: f64,
    pub order: Order,
    pub evaluation: Evaluation,
    pub metrics: Vec<Metric>,
    pub reveals: Reveals,
    /// Bits behind the point of a metric or a prediction, in units of 2^label_exponent (R²: of 1). 10 are three digits;
    /// more need the label owner's consent.
    pub digits: u32,
}

/// On which rows the errors are counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evaluation {
    /// On those that the model was fitted to.
    Training,
    /// On the last so many rows in the task's order, by a model fitted to the others.
    Split { test: usize },
    /// On each of so many parts, by a model fitted to the others; the mean over the parts.
    Folds(usize),
    /// On each row, by a model fitted to all others; over all rows.
    LeaveOneOut,
}

/// How far predictions are from the labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Root of the mean squared error.
    Rmse,
    /// Mean absolute error.
    Mae,
    /// Share of the variance that is explained.
    R2,
}

/// What is told beside the metrics, each with the owners' consent. Without any of it the model stays shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reveals {
    /// Each owner its own coefficients; the intercept goes to the label owner. The label owner must have ticked it.
    pub own_coefficients: bool,
    /// The requester all coefficients. Every owner must have ticked it.
    pub all_coefficients: bool,
    /// With the coefficients, their standard errors, to whoever gets the coefficients.
    pub standard_errors: bool,
    /// The requester each part's errors, not only their mean.
    pub each_part: bool,
}

impl Task {
    /// Features of an owner.
    pub fn features_of(&self, seat: Seat) -> usize {
        self.features[if seat == Seat::First { 0 } else { 1 }]
    }

    /// Features of both owners.
    pub fn all_features(&self) -> usize {
        self.features.iter().sum()
    }

    /// Coefficients of the model: one a feature, and the intercept.
    pub fn coefficients(&self) -> usize {
        self.all_features() + 1
    }

    /// Cells of the sums of all parts and of all rows, of which the equations are made.
    pub fn cells(&self) -> usize {
        let columns = self.coefficients().saturating_add(1);
        columns.saturating_mul(columns).saturating_mul(self.parts().len() + 1)
    }

    /// Sizes of the parts in which the Gram matrices are made, in the task's order.
    pub fn parts(&self) -> Vec<usize> {
        match self.evaluation {
            Evaluation::Training | Evaluation::LeaveOneOut => vec![self.rows],
            Evaluation::Split { test } => vec![self.rows.saturating_sub(test), test],
            // The first parts take the rows that are left over, as elsewhere.
            Evaluation::Folds(folds) => {
                let folds = folds.max(1);
                (0..folds).map(|fold| self.rows / folds + usize::from(fold < self.rows % folds)).collect()
            }
        }
    }
}
