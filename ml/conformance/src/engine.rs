//! Both engines behind one trait.

use ml_cpu::{CpuError, CpuModel};
use ml_onnx::{Model, Tensor};

/// Why an engine gave no answer.
pub enum Stop {
    /// It says beforehand that it cannot run the model.
    Unsupported { operator: String, reason: String },
    /// It tried and failed.
    Failed(String),
}

/// Named tensors.
pub type Tensors = Vec<(String, Tensor)>;

pub trait Engine {
    /// `cpu` or `gpu`.
    fn name(&self) -> &'static str;

    /// What the model gives for each of `sets`.
    ///
    /// # Errors
    /// [`Stop`]
    fn run(&self, model: &Model, sets: &[Tensors]) -> Result<Vec<Tensors>, Stop>;
}

/// The engine of `ml-cpu`.
pub struct Cpu;

impl Engine for Cpu {
    fn name(&self) -> &'static str {
        "cpu"
    }

    fn run(&self, model: &Model, sets: &[Tensors]) -> Result<Vec<Tensors>, Stop> {
        let stop = |error: CpuError| match error {
            CpuError::Unsupported { operator, reason, .. } => Stop::Unsupported { operator, reason },
            other => Stop::Failed(other.to_string()),
        };
        let model = CpuModel::new(model).map_err(stop)?;
        sets.iter().map(|inputs| model.run(inputs.clone()).map_err(stop)).collect()
    }
}
