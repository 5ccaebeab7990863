//! A node together with what is known of its inputs; its arguments wherever the opset puts them.

use super::{Known, MOST_ELEMENTS, ShapeError};
use crate::{ElementType, Node};

/// A node applied to values of which shape and type are known.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    pub node: &'a Node,
    /// Version of `ai.onnx`.
    pub opset: i64,
    /// Version of `ai.onnx.ml`.
    pub ml_opset: i64,
    /// `None` for an optional input that is left out.
    pub inputs: Vec<Option<&'a Known>>,
}

/// A node that does not fit its inputs.
pub(super) fn invalid(node: &Node, why: String) -> ShapeError {
    ShapeError::Invalid { node: node.name.clone(), operator: node.operator.clone(), why }
}

impl<'a> Call<'a> {
    /// The error of a node that does not fit its inputs; `why` completes "cannot be applied: ".
    pub fn invalid(&self, why: impl Into<String>) -> ShapeError {
        invalid(self.node, why.into())
    }

    /// The error of an argument that is not known before the model runs.
    pub fn data_dependent(&self) -> ShapeError {
        ShapeError::DataDependent { node: self.node.name.clone(), operator: self.node.operator.clone() }
    }

    /// # Errors
    /// [`ShapeError::Invalid`] where the input is left out.
    pub fn input(&self, index: usize) -> Result<&'a Known, ShapeError> {
        self.optional(index).ok_or_else(|| self.invalid(format!("input {index} is missing")))
    }

    pub fn optional(&self, index: usize) -> Option<&'a Known> {
        self.inputs.get(index).copied().flatten()
    }

    /// The shape of an input.
    ///
    /// # Errors
    /// [`ShapeError::Invalid`] where the input is left out.
    pub fn shape(&self, index: usize) -> Result<&'a [usize], ShapeError> {
        Ok(&self.input(index)?.shape)
    }

    /// The value of an input of integers, `None` where it is left out.
    ///
    /// # Errors
    /// [`ShapeError::DataDependent`] where it is given but not known.
    pub fn integers(&self, index: usize) -> Result<Option<Vec<i64>>, ShapeError> {
        let Some(input) = self.optional(index) else { return Ok(None) };
        input.integers().map(Some).ok_or_else(|| self.data_dependent())
    }

    /// The value of an input of floats, `None` where it is left out or empty.
    ///
    /// # Errors
    /// [`ShapeError::DataDependent`] where it is given but not known.
    pub fn floats(&self, index: usize) -> Result<Option<Vec<f32>>, ShapeError> {
        let Some(input) = self.optional(index) else { return Ok(None) };
        if input.elements() == 0 {
            return Ok(None);
        }
        input.floats().map(Some).ok_or_else(|| self.data_dependent())
    }

    /// An argument that is an attribute in old opsets and an input in newer ones.
    ///
    /// # Errors
    /// [`ShapeError::DataDependent`] where it is an input that is not known.
    pub fn argument(&self, attribute: &str, input: usize) -> Result<Option<Vec<i64>>, ShapeError> {
        match self.node.ints(attribute) {
            Some(values) => Ok(Some(values.to_vec())),
            None => self.integers(input),
        }
    }

    /// A position among `rank` dimensions from one that may count from the end.
    ///
    /// # Errors
    /// [`ShapeError::Invalid`] outside of them.
    pub fn axis(&self, axis: i64, rank: usize) -> Result<usize, ShapeError> {
        let wide = rank as i64;
        let from_start = if axis < 0 { axis.checked_add(wide) } else { Some(axis) };
        match from_start {
            Some(position) if (0..wide).contains(&position) => Ok(position as usize),
            _ => Err(self.invalid(format!("axis {axis} is not one of {rank} dimensions"))),
        }
    }

    /// The attribute `axis`, or `otherwise`, as a position among `rank` dimensions.
    ///
    /// # Errors
    /// [`ShapeError::Invalid`] outside of them.
    pub fn axis_attribute(&self, otherwise: i64, rank: usize) -> Result<usize, ShapeError> {
        self.axis(self.node.int("axis", otherwise), rank)
    }

    /// Positions of several axes, sorted; each may occur once.
    ///
    /// # Errors
    /// [`ShapeError::Invalid`] where one is outside or occurs twice.
    pub fn axes(&self, axes: &[i64], rank: usize) -> Result<Vec<usize>, ShapeError> {
        let mut positions = axes.iter().map(|&a| self.axis(a, rank)).collect::<Result<Vec<_>, _>>()?;
        positions.sort_unstable();
        if positions.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(self.invalid("an axis is named twice"));
        }
        Ok(positions)
    }

    /// The axes that a `Reduce*` runs over, sorted; and whether they stay as dimensions of length 1.
    ///
    /// # Errors
    /// [`ShapeError`] where the axes are not known or outside.
    pub fn reduced(&self) -> Result<(Vec<usize>, bool), ShapeError> {
        let rank = self.shape(0)?.len();
        let keep = self.node.int("keepdims", 1) != 0;
        let axes = self.argument("axes", 1)?.unwrap_or_default();
        if axes.is_empty() {
            let all = if self.node.int("noop_with_empty_axes", 0) != 0 { 0 } else { rank };
            return Ok(((0..all).collect(), keep));
        }
        Ok((self.axes(&axes, rank)?, keep))
    }

    /// The shape that several inputs are brought to before an elementwise operator.
    ///
    /// # Errors
    /// [`ShapeError::Invalid`] where two lengths differ and neither is 1.
    pub fn broadcast(&self, shapes: &[&[usize]]) -> Result<Vec<usize>, ShapeError> {
        let rank = shapes.iter().map(|s| s.len()).max().unwrap_or(0);
        let mut result = vec![1_usize; rank];
        for shape in shapes {
            for (place, &length) in result[rank - shape.len()..].iter_mut().zip(*shape) {
                if *place == 1 {
                    *place = length;
                } else if length != 1 && length != *place {
                    return Err(self.invalid(format!("shapes {shapes:?} do not go together")));
                }
            }
        }
        Ok(result)
    }

    /// # Errors
    /// [`ShapeError::TooLarge`] for 2^31 elements or more.
    pub fn fits(&self, shape: &[usize]) -> Result<usize, ShapeError> {
        // A dimension of 0 must not hide a product that overflows.
        let product = shape.iter().try_fold(1_usize, |product, &d| product.checked_mul(d.max(1)));
        match product {
            Some(product) if product < MOST_ELEMENTS => Ok(shape.iter().product()),
            _ => Err(ShapeError::TooLarge {
                node: self.node.name.clone(),
                operator: self.node.operator.clone(),
                shape: shape.to_vec(),
            }),
        }
    }

    /// Nothing has no mean, and sums of nothing are no model's work.
    ///
    /// # Errors
    /// [`ShapeError::Invalid`] where a length is 0.
    pub(super) fn something(&self, lengths: &[usize]) -> Result<(), ShapeError> {
        let nothing = || self.invalid(format!("lengths {lengths:?} leave nothing to compute with"));
        if lengths.contains(&0) { Err(nothing()) } else { Ok(()) }
    }

    /// A length from a number that must not be negative.
    ///
    /// # Errors
    /// [`ShapeError::Invalid`] below zero.
    pub fn length(&self, value: i64) -> Result<usize, ShapeError> {
        usize::try_from(value).map_err(|_| self.invalid(format!("{value} is not a length")))
    }

    /// The element type with an ONNX number (`TensorProto.DataType`).
    ///
    /// # Errors
    /// [`ShapeError::Invalid`] for a type that models here may not have.
    pub fn element(&self, number: i64) -> Result<ElementType, ShapeError> {
        let unused = || self.invalid(format!("elements of ONNX type {number} are not used here"));
        ElementType::from_onnx(number).ok_or_else(unused)
    }
}
