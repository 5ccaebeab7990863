//! Which model a prediction applies.

use protocol::Digest;
use serde::{Deserialize, Serialize};

use super::{Spec, Work};

/// The model that a prediction applies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// The one that is named here: of a task without a chain.
    Trained(Trained),
    /// The one that the chain names: of a training that has finished, or of the one for which the task waits. The chain
    /// says too what its signed result says of the shares; the owners, who have them, say what was learned.
    OnChain,
}

/// A model, as whoever asks for predictions names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trained {
    /// Number of the task that trained it.
    pub task: u64,
    /// What that task's result says of the seats' shares.
    pub shares: Digest,
    /// What was learned there.
    pub learned: mpc_learn::Task,
}

/// A model as the chain has it: the task that trained it, and what its signed result says of the seats' shares. There is
/// one result of a task, whichever attempt came to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelOf {
    pub task: u64,
    pub shares: Digest,
}

impl Spec {
    /// The model that the file itself names.
    pub fn named_model(&self) -> Option<ModelOf> {
        match &self.work {
            Work::Predict(predict) => match &predict.model {
                Model::Trained(trained) => Some(ModelOf { task: trained.task, shares: trained.shares }),
                Model::OnChain => None,
            },
            _ => None,
        }
    }

    /// Whether it applies the model that the chain names.
    pub fn has_model_on_chain(&self) -> bool {
        matches!(&self.work, Work::Predict(predict) if predict.model == Model::OnChain)
    }
}
