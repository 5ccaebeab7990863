//! Shapes and types of numbers of eight bits.

use super::{Call, Known, ShapeError, neural};
use crate::ElementType;

type Made = Result<Vec<Known>, ShapeError>;

pub(super) fn quantise(call: &Call) -> Made {
    let element = match (call.optional(2), call.node.int("output_dtype", 0)) {
        (Some(zero), _) => zero.element,
        (None, 0) => ElementType::U8,
        (None, number) => call.element(number)?,
    };
    Ok(vec![Known::new(element, call.shape(0)?.to_vec())])
}

pub(super) fn dequantise(call: &Call) -> Made {
    Ok(vec![Known::new(call.input(1)?.element, call.shape(0)?.to_vec())])
}

pub(super) fn by_itself(call: &Call) -> Made {
    let one = |element| Known::new(element, Vec::new());
    Ok(vec![Known::new(ElementType::U8, call.shape(0)?.to_vec()), one(ElementType::F32), one(ElementType::U8)])
}

/// What `rule` makes of inputs at these positions, of another type of element.
fn like(call: &Call, positions: [usize; 2], element: ElementType, rule: fn(&Call) -> Made) -> Made {
    let inputs = positions.iter().map(|&at| call.input(at).map(Some)).collect::<Result<_, _>>()?;
    let mut made = rule(&Call { inputs, ..call.clone() })?;
    made.iter_mut().for_each(|known| known.element = element);
    Ok(made)
}

pub(super) fn mat_mul_integer(call: &Call) -> Made {
    like(call, [0, 1], ElementType::I32, neural::matmul)
}

pub(super) fn conv_integer(call: &Call) -> Made {
    like(call, [0, 1], ElementType::I32, neural::conv)
}

pub(super) fn mat_mul(call: &Call) -> Made {
    like(call, [0, 3], call.input(7)?.element, neural::matmul)
}

pub(super) fn conv(call: &Call) -> Made {
    like(call, [0, 3], call.input(7)?.element, neural::conv)
}

pub(super) fn pair(call: &Call) -> Made {
    let shape = call.broadcast(&[call.shape(0)?, call.shape(3)?])?;
    Ok(vec![Known::new(call.input(0)?.element, shape)])
}
