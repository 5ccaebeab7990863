//! Both engines behind one trait.

use std::cell::RefCell;

use ml_cpu::{CpuError, CpuModel};
use ml_gpu::{Gpu as Device, GpuError, GpuModel};
use ml_onnx::{Model, Tensor};

/// Why an engine gave no answer.
pub enum Stop {
    /// It says beforehand that it cannot run the model.
    Unsupported { operator: String, reason: String },
    /// It tried and failed.
    Failed(String),
    /// It failed in a way that it should never: a panic that it caught, a device that it lost.
    Broken(String),
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
            CpuError::Broken { reason } => Stop::Broken(reason),
            other => Stop::Failed(other.to_string()),
        };
        let model = CpuModel::new(model).map_err(stop)?;
        sets.iter().map(|inputs| model.run(inputs.clone()).map_err(stop)).collect()
    }
}

/// The engine of `ml-gpu`, on Vulkan.
pub struct Gpu {
    device: RefCell<Device>,
}

impl Gpu {
    /// # Errors
    /// When there is no Vulkan; `mesa-vulkan-drivers` has one in software.
    pub fn open() -> Result<Self, GpuError> {
        let device = pollster::block_on(Device::open())?;
        println!("on {}", device.describe());
        Ok(Self { device: RefCell::new(device) })
    }
}

impl Engine for Gpu {
    fn name(&self) -> &'static str {
        "gpu"
    }

    fn run(&self, model: &Model, sets: &[Tensors]) -> Result<Vec<Tensors>, Stop> {
        let stop = |error: GpuError| match error {
            GpuError::Unsupported { operator, why, .. } => Stop::Unsupported { operator, reason: why },
            GpuError::Value { name, why } => {
                Stop::Unsupported { operator: "(a value)".into(), reason: format!("{name}: {why}") }
            }
            GpuError::Lost { why } => Stop::Broken(why),
            other => Stop::Failed(other.to_string()),
        };
        if self.device.borrow().is_lost() {
            // What lost it has failed already; the others shall have their chance.
            *self.device.borrow_mut() = pollster::block_on(Device::open()).map_err(stop)?;
        }
        GpuModel::supports(model).map_err(stop)?;
        let model = GpuModel::new(&self.device.borrow(), model).map_err(stop)?;
        sets.iter().map(|inputs| pollster::block_on(model.run(inputs)).map_err(stop)).collect()
    }
}
