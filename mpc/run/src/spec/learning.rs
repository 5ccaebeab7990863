//! From what a task says to what is computed.

use mpc::{MpcError, Plan, Seat};
use mpc_learn::{Facts, Order, Prediction, Task, plan, plan_prediction, plan_rest};
use protocol::Digest;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Model, Predict, Spec, SpecError, Train, Work};
use crate::stage::Step;

/// What the owners know once their rows are aligned, and tell the others: all that a plan needs beside the task itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aligned {
    pub rows: u32,
    /// Sorted double images of the common ids, hashed.
    pub digest: Digest,
    /// See [`Task::label_exponent`]; 0 in a prediction.
    pub label_exponent: i32,
    /// What was learned by the model that is applied, where the task's file does not say it; see [`Model::OnChain`].
    #[serde(default)]
    pub learned: Option<Task>,
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
    ///
    /// # Errors
    /// [`SpecError::OtherModel`] where the owners say of the model what does not fit the task.
    pub fn computed(&self, spec: Digest, aligned: &Aligned) -> Result<Option<Computed>, SpecError> {
        let rows = aligned.rows as usize;
        Ok(match &self.work {
            Work::Intersect(_) => None,
            Work::Train(train) => {
                // Nobody can choose it: it hangs on rows that only both owners together know, and on the task.
                let order =
                    Sha256::new_with_prefix(b"ModelMarket order 1").chain_update(spec.0).chain_update(aligned.digest.0);
                Some(Computed::Fit(self.learning(train, rows, aligned.label_exponent, Digest(order.finalize().into()))))
            }
            Work::Predict(predict) => {
                let learned = match &predict.model {
                    Model::Trained(trained) => Some(&trained.learned),
                    Model::OnChain => aligned.learned.as_ref(),
                };
                let learned = learned.filter(|learned| self.fits(learned)).ok_or(SpecError::OtherModel)?;
                Some(Computed::Predict(prediction(predict, learned, rows)))
            }
        })
    }

    /// Whether a model was trained on as many columns of each owner as the task brings.
    pub(super) fn fits(&self, learned: &Task) -> bool {
        self.owners.iter().map(|owner| owner.columns.len()).eq(learned.features) && learned.check().is_ok()
    }

    /// The regression on so many rows.
    pub(crate) fn learning(&self, train: &Train, rows: usize, label_exponent: i32, order: Digest) -> Task {
        Task {
            rows,
            features: [self.owners[0].columns.len(), self.owners[1].columns.len()],
            label: Self::owner_of(train.label.owner).unwrap_or(Seat::Second),
            label_exponent,
            ridge: train.ridge,
            order: if train.shuffle { Order::Shuffled(order.0) } else { Order::Given },
            evaluation: train.evaluation.on(rows),
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
            Work::Train(_) => self.facts().iter().map(|facts| facts.count).sum(),
            Work::Predict(_) => 0,
        }
    }

    /// The same one by one, where a model is trained: what, to whom, how many numbers.
    pub fn facts(&self) -> Vec<Facts> {
        match &self.work {
            Work::Train(train) => self.learning(train, self.most_rows(), 0, Digest::ZERO).facts(),
            _ => Vec::new(),
        }
    }
}

fn prediction(predict: &Predict, learned: &Task, rows: usize) -> Prediction {
    Prediction { model: Task { digits: predict.digits, ..learned.clone() }, rows }
}
