//! The labels of a classifier.

use ml_onnx::{Data, Node, Tensor};

use crate::kernel::Reason;

/// What a classifier calls its classes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Labels {
    Numbers(Vec<i64>),
    Texts(Vec<String>),
}

impl Labels {
    /// The attributes `classlabels_strings` and `numbers`, of which one must be there.
    pub(super) fn read(node: &Node, numbers: &str) -> Result<Self, Reason> {
        if let Some(texts) = node.texts("classlabels_strings").filter(|texts| !texts.is_empty()) {
            return Ok(Self::Texts(texts.into_iter().map(String::from).collect()));
        }
        match node.ints(numbers) {
            Some(numbers) if !numbers.is_empty() => Ok(Self::Numbers(numbers.to_vec())),
            _ => Err("it has no class labels.".into()),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts(texts) => texts.len(),
        }
    }

    /// The labels of rows whose classes are `positions`; a class beyond the labels is called by its position.
    pub(super) fn name(&self, positions: &[usize]) -> Result<Tensor, Reason> {
        let data = match self {
            Self::Numbers(numbers) => {
                Data::I64(positions.iter().map(|&p| numbers.get(p).copied().unwrap_or(p as i64)).collect())
            }
            Self::Texts(texts) => Data::String(
                positions.iter().map(|&p| texts.get(p).cloned().unwrap_or_else(|| p.to_string())).collect(),
            ),
        };
        Ok(Tensor::new(vec![positions.len()], data)?)
    }
}
