//! Shapes and where their elements lie. What every kernel calls is kept out of line here and beside: each copy of it would
//! be bytes of the worker.

use ml_onnx::Data;

use crate::kernel::{Reason, elements};

/// Applies a generic expression to the elements, whatever their type.
macro_rules! each {
    ($data:expr, $values:ident => $body:expr) => {
        match $data {
            ml_onnx::Data::F32($values) => ml_onnx::Data::F32($body),
            ml_onnx::Data::F64($values) => ml_onnx::Data::F64($body),
            ml_onnx::Data::I8($values) => ml_onnx::Data::I8($body),
            ml_onnx::Data::U8($values) => ml_onnx::Data::U8($body),
            ml_onnx::Data::I32($values) => ml_onnx::Data::I32($body),
            ml_onnx::Data::I64($values) => ml_onnx::Data::I64($body),
            ml_onnx::Data::Bool($values) => ml_onnx::Data::Bool($body),
            ml_onnx::Data::String($values) => ml_onnx::Data::String($body),
        }
    };
}
pub(super) use each;

/// Distance between neighbours along each axis, in elements.
#[inline(never)]
pub(super) fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1_usize; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis].saturating_mul(shape[axis]);
    }
    strides
}

/// Positions of the elements of a view, in its own order. The view must lie inside its data.
#[inline(never)]
pub(super) fn view(shape: &[usize], strides: &[isize], start: usize) -> Result<Vec<usize>, Reason> {
    let count = elements(shape)?;
    let mut positions = Vec::with_capacity(count);
    let mut index = vec![0_usize; shape.len()];
    let mut at = start as isize;
    for _ in 0..count {
        positions.push(at.max(0) as usize);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            at += strides[axis];
            if index[axis] < shape[axis] {
                break;
            }
            at -= strides[axis] * shape[axis] as isize;
            index[axis] = 0;
        }
    }
    Ok(positions)
}

/// The elements at these positions.
#[inline(never)]
pub(super) fn take(data: &Data, positions: &[usize]) -> Data {
    each!(data, values => positions.iter().filter_map(|&p| values.get(p).cloned()).collect())
}

/// The shape that values of all these shapes are stretched to.
#[inline(never)]
pub(super) fn broadcast(shapes: &[&[usize]]) -> Result<Vec<usize>, Reason> {
    let rank = shapes.iter().map(|shape| shape.len()).max().unwrap_or(0);
    let mut result = vec![1_usize; rank];
    for shape in shapes {
        for (length, &given) in result.iter_mut().rev().zip(shape.iter().rev()) {
            if *length == 1 {
                *length = given;
            } else if given != 1 && given != *length {
                return Err(Reason(format!("shapes {shapes:?} do not fit each other.")));
            }
        }
    }
    elements(&result)?;
    Ok(result)
}

/// Positions of a value of `shape`, stretched to `to`.
#[inline(never)]
pub(super) fn stretched(shape: &[usize], to: &[usize]) -> Result<Vec<usize>, Reason> {
    let own = strides(shape);
    let missing = to.len().checked_sub(shape.len()).ok_or("a value has too many dimensions.")?;
    let strides: Vec<isize> = (0..to.len())
        .map(|axis| match axis.checked_sub(missing) {
            Some(axis) if shape[axis] != 1 => own[axis] as isize,
            _ => 0,
        })
        .collect();
    view(to, &strides, 0)
}

/// A shape around an axis: how many before, along, and after it.
pub(super) fn around(shape: &[usize], axis: usize) -> (usize, usize, usize) {
    let before = shape.iter().take(axis).product();
    let after = shape.iter().skip(axis + 1).product();
    (before, shape.get(axis).copied().unwrap_or(1), after)
}
