//! What a node is told beside its data: by an attribute in old opsets, by an input in new ones.

use ml_onnx::{Attribute, Data, Node, Tensor};

use crate::kernel::Reason;

/// Integers from the attribute `name`, else from the input at `position`.
pub(super) struct Integers {
    attribute: Option<Vec<i64>>,
    position: usize,
}

impl Integers {
    pub(super) fn new(node: &Node, name: &str, position: usize) -> Self {
        let attribute = match node.attributes.get(name) {
            Some(Attribute::Ints(values)) => Some(values.clone()),
            Some(Attribute::Int(value)) => Some(vec![*value]),
            _ => None,
        };
        Self { attribute, position }
    }

    /// `None` where the node is not told.
    pub(super) fn get(&self, inputs: &[Option<&Tensor>]) -> Result<Option<Vec<i64>>, Reason> {
        match (&self.attribute, inputs.get(self.position).copied().flatten()) {
            (Some(values), _) => Ok(Some(values.clone())),
            (None, Some(tensor)) => integers(tensor).map(Some),
            (None, None) => Ok(None),
        }
    }

    pub(super) fn need(&self, inputs: &[Option<&Tensor>]) -> Result<Vec<i64>, Reason> {
        self.get(inputs)?.ok_or_else(|| Reason(format!("its input {} is missing.", self.position)))
    }
}

/// The elements of a tensor of integers.
#[inline(never)]
pub(super) fn integers(tensor: &Tensor) -> Result<Vec<i64>, Reason> {
    match tensor.data() {
        Data::I64(values) => Ok(values.clone()),
        Data::I32(values) => Ok(values.iter().map(|&v| i64::from(v)).collect()),
        Data::I8(values) => Ok(values.iter().map(|&v| i64::from(v)).collect()),
        Data::U8(values) => Ok(values.iter().map(|&v| i64::from(v)).collect()),
        other => Err(Reason(format!("it is told {:?} where integers are wanted.", other.element_type()))),
    }
}

/// An axis counted from the end where it is negative.
#[inline(never)]
pub(super) fn axis(axis: i64, rank: usize) -> Result<usize, Reason> {
    let from_start = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
    let found = usize::try_from(from_start).ok().filter(|&a| a < rank);
    found.ok_or_else(|| Reason(format!("there is no axis {axis} in a value of {rank} dimensions.")))
}

/// Axes, none twice.
#[inline(never)]
pub(super) fn axes(axes: &[i64], rank: usize) -> Result<Vec<usize>, Reason> {
    let found = axes.iter().map(|&a| axis(a, rank)).collect::<Result<Vec<_>, _>>()?;
    let twice = found.iter().enumerate().any(|(i, a)| found.iter().skip(i + 1).any(|b| a == b));
    if twice { Err(Reason(format!("the axes {axes:?} name one twice."))) } else { Ok(found) }
}
