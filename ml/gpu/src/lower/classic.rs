//! Operators of `ai.onnx.ml`.

use ml_onnx::shapes::Call;

use crate::GpuError;
use crate::lower::Lower;

impl Lower<'_> {
    pub(super) fn classic(&mut self, call: &Call) -> Result<(), GpuError> {
        Err(Self::unsupported(call, "not yet"))
    }
}
