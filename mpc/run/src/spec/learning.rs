//! From what a task says to what is computed.

use mpc::{MpcError, Plan, Seat};
use mpc_learn::{Order, Prediction, Task, plan, plan_prediction, plan_rest};
use protocol::Digest;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Predict, Spec, Train, Work};
use crate::stage::Step;

/// What the owners know once their rows are aligned, and tell the others: all that a plan needs beside the task itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aligned {
    pub rows: u32,
    /// Sorted double images of the common ids, hashed.
    pub digest: Digest,
    /// See [`Task::label_exponent`]; 0 in a prediction.
    pub label_exponent: i32,
}

/// What is computed, in full.
#[derive(Clone, Debug, PartialEq)]
pub enum Computed {
    Fit(Task),
    Predict(Prediction),
}

impl Computed {
    /// The steps.
    ///
    /// # Errors
    /// What the task asks for cannot be planned.
    pub fn plan(&self) -> Result<Plan, MpcError> {
        match self {
            Self::Fit(task) => plan(task),
            Self::Predict(prediction) => plan_prediction(prediction),
        }
    }

    /// The steps that are left from a step on that all seats have in common.
    pub(crate) fn plan_from(&self, step: Step) -> Result<Plan, MpcError> {
        match (self, step) {
            (Self::Fit(task), Step::Solved) => plan_rest(task),
            _ => self.plan(),
        }
    }
}

impl Spec {
    /// What is computed on rows that are aligned; nothing in an intersection.
    pub fn computed(&self, spec: Digest, aligned: &Aligned) -> Option<Computed> {
        let rows = aligned.rows as usize;
        match &self.work {
            Work::Intersect(_) => None,
            Work::Train(train) => {
                // Nobody can choose it: it hangs on rows that only both owners together know, and on the task.
                let order =
                    Sha256::new_with_prefix(b"ModelMarket order 1").chain_update(spec.0).chain_update(aligned.digest.0);
                Some(Computed::Fit(self.learning(train, rows, aligned.label_exponent, Digest(order.finalize().into()))))
            }
            Work::Predict(predict) => Some(Computed::Predict(prediction(predict, rows))),
        }
    }

    /// The regression on so many rows.
    pub(super) fn learning(&self, train: &Train, rows: usize, label_exponent: i32, order: Digest) -> Task {
        Task {
            rows,
            features: [self.owners[0].columns.len(), self.owners[1].columns.len()],
            label: Self::owner_of(train.label.owner).unwrap_or(Seat::Second),
            label_exponent,
            ridge: train.ridge,
            order: if train.shuffle { Order::Shuffled(order.0) } else { Order::Given },
            evaluation: train.evaluation.clone(),
            metrics: train.metrics.clone(),
            reveals: mpc_learn::Reveals {
                own_coefficients: train.reveals.own_coefficients,
                all_coefficients: train.reveals.all_coefficients,
                standard_errors: train.reveals.standard_errors,
                each_part: train.reveals.each_part,
            },
            digits: train.digits,
        }
    }

    /// Numbers that the task tells if it succeeds: what is counted against every grant.
    pub fn fact_count(&self) -> u32 {
        match &self.work {
            Work::Intersect(_) => 1,
            Work::Train(train) => self.learning(train, self.most_rows(), 0, Digest::ZERO).fact_count(),
            Work::Predict(_) => 0,
        }
    }
}

fn prediction(predict: &Predict, rows: usize) -> Prediction {
    Prediction { model: Task { digits: predict.digits, ..predict.learned.clone() }, rows }
}
