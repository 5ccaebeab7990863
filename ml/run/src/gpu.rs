//! The GPU engine, or its absence.

#[cfg(not(feature = "gpu"))]
pub use absent::{Gpu, GpuModel};
#[cfg(feature = "gpu")]
pub use ml_gpu::{Gpu, GpuModel};

/// The same words where the program is built without it, so that nothing else need know.
#[cfg(not(feature = "gpu"))]
mod absent {
    use ml_onnx::{Model, Tensor};

    /// There is none.
    #[derive(Debug, Clone)]
    pub enum Gpu {}

    /// There is none.
    #[derive(Debug)]
    pub enum GpuModel {}

    #[derive(Debug, thiserror::Error)]
    #[error("This program was built without WebGPU.")]
    pub struct Absent;

    impl Gpu {
        #[expect(clippy::unused_async, reason = "as the engine has it")]
        pub async fn open() -> Result<Self, Absent> {
            Err(Absent)
        }

        pub fn is_lost(&self) -> bool {
            match *self {}
        }
    }

    impl GpuModel {
        pub fn supports(_model: &Model) -> Result<(), Absent> {
            Err(Absent)
        }

        pub fn new(gpu: &Gpu, _model: &Model) -> Result<Self, Absent> {
            match *gpu {}
        }

        #[expect(clippy::unused_async, reason = "as the engine has it")]
        pub async fn run(&self, _inputs: &[(String, Tensor)]) -> Result<Vec<(String, Tensor)>, Absent> {
            match *self {}
        }
    }
}
