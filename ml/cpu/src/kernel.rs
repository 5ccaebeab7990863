//! One node computed by our own code.

use ml_onnx::{Data, Node, Tensor};

use crate::error::CpuError;

/// Why a node failed or cannot be built: a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason(pub String);

impl From<&str> for Reason {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Reason {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<ml_onnx::tensor::ShapeMismatch> for Reason {
    fn from(mismatch: ml_onnx::tensor::ShapeMismatch) -> Self {
        Self(mismatch.to_string())
    }
}

/// A node, prepared.
pub(crate) trait Kernel: Send + Sync {
    /// The values of the outputs, in the node's order; fewer where the rest is not computed.
    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason>;
}

/// A kernel that is a function with its arguments bound.
pub(crate) struct Closure<F>(pub F);

impl<F> Kernel for Closure<F>
where
    F: Fn(&[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> + Send + Sync,
{
    fn run(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> {
        (self.0)(inputs)
    }
}

/// A boxed [`Closure`].
pub(crate) fn closure<F>(run: F) -> Box<dyn Kernel>
where
    F: Fn(&[Option<&Tensor>]) -> Result<Vec<Tensor>, Reason> + Send + Sync + 'static,
{
    Box::new(Closure(run))
}

/// The input at `position`, which must be there.
pub(crate) fn input<'a>(inputs: &[Option<&'a Tensor>], position: usize) -> Result<&'a Tensor, Reason> {
    inputs.get(position).copied().flatten().ok_or_else(|| Reason(format!("its input {position} is missing.")))
}

/// One output of a shape.
pub(crate) fn one(shape: Vec<usize>, data: Data) -> Result<Vec<Tensor>, Reason> {
    Ok(vec![Tensor::new(shape, data)?])
}

/// Elements of a shape, unless there are more than a computer here can hold.
#[inline(never)]
pub(crate) fn elements(shape: &[usize]) -> Result<usize, Reason> {
    let product = shape.iter().try_fold(1_usize, |product, &d| product.checked_mul(d));
    product.filter(|&n| n <= MOST_ELEMENTS).ok_or_else(|| Reason(format!("a value of shape {shape:?} is too large.")))
}

/// Elements of one value; beyond it a worker's memory is gone anyway.
const MOST_ELEMENTS: usize = 1 << 28;

pub(crate) fn unsupported(node: &Node, reason: Reason) -> CpuError {
    CpuError::Unsupported { node: node.name.clone(), operator: node.operator.clone(), reason: reason.0 }
}
