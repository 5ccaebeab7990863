//! `ai.onnx` nodes computed by our own code.

use ml_onnx::{ElementType, Node};

use crate::kernel::{Kernel, Reason};

/// Prepares a node of `ai.onnx`; `None` when there is no kernel for these types.
pub(crate) fn kernel(
    _node: &Node,
    _opset: i64,
    _inputs: &[Option<ElementType>],
    _outputs: &[Option<ElementType>],
) -> Result<Option<Box<dyn Kernel>>, Reason> {
    Ok(None)
}
