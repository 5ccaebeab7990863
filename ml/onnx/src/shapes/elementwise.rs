//! Shapes of what is computed element by element, cast, or made from shapes and lengths.

use super::{Call, Known, ShapeError};
use crate::ElementType;

type Made = Result<Vec<Known>, ShapeError>;

pub(super) fn same(call: &Call) -> Made {
    let input = call.input(0)?;
    Ok(vec![Known::new(input.element, input.shape.clone())])
}

pub(super) fn truth(call: &Call) -> Made {
    Ok(vec![Known::new(ElementType::Bool, call.shape(0)?.to_vec())])
}

pub(super) fn elementwise(call: &Call, element: Option<ElementType>) -> Made {
    let mut shapes: Vec<&[usize]> = Vec::with_capacity(call.inputs.len());
    for i in 0..call.inputs.len() {
        shapes.push(call.shape(i)?);
    }
    let first = call.input(0)?.element;
    Ok(vec![Known::new(element.unwrap_or(first), call.broadcast(&shapes)?)])
}

pub(super) fn choose(call: &Call) -> Made {
    let shape = call.broadcast(&[call.shape(0)?, call.shape(1)?, call.shape(2)?])?;
    Ok(vec![Known::new(call.input(1)?.element, shape)])
}

pub(super) fn cast(call: &Call) -> Made {
    let element = call.element(call.node.int("to", 0))?;
    Ok(vec![Known::new(element, call.shape(0)?.to_vec())])
}

pub(super) fn cast_like(call: &Call) -> Made {
    Ok(vec![Known::new(call.input(1)?.element, call.shape(0)?.to_vec())])
}

pub(super) fn range(call: &Call) -> Made {
    let length = match call.input(0)?.element {
        ElementType::F32 | ElementType::F64 => {
            let bound = |i| call.floats(i).map(|v| v.and_then(|v| v.first().copied()).unwrap_or(0.0));
            let (start, limit, delta) = (bound(0)?, bound(1)?, bound(2)?);
            ((f64::from(limit) - f64::from(start)) / f64::from(delta)).ceil().max(0.0) as usize
        }
        _ => {
            let bound = |i| call.integers(i).map(|v| v.and_then(|v| v.first().copied()).unwrap_or(0));
            let (start, limit, delta) = (i128::from(bound(0)?), i128::from(bound(1)?), i128::from(bound(2)?));
            if delta == 0 {
                return Err(call.invalid("a step is 0"));
            }
            let steps = (limit - start) / delta + i128::from((limit - start) % delta != 0);
            let steps = if (limit > start) == (delta > 0) { steps } else { 0 };
            usize::try_from(steps.max(0)).unwrap_or(usize::MAX)
        }
    };
    Ok(vec![Known::new(call.input(0)?.element, vec![length])])
}

pub(super) fn eye(call: &Call) -> Made {
    let input = call.input(0)?;
    let element = match call.node.int("dtype", 0) {
        0 => input.element,
        number => call.element(number)?,
    };
    Ok(vec![Known::new(element, input.shape.clone())])
}

pub(super) fn size() -> Made {
    Ok(vec![Known::new(ElementType::I64, Vec::new())])
}

pub(super) fn shape(call: &Call) -> Made {
    let rank = call.shape(0)?.len();
    let (start, end) = shape_range(call, rank);
    Ok(vec![Known::new(ElementType::I64, vec![end.saturating_sub(start)])])
}

pub(super) fn shape_range(call: &Call, rank: usize) -> (usize, usize) {
    let place = |value: i64| {
        let from_start = if value < 0 { value.saturating_add(rank as i64) } else { value };
        from_start.clamp(0, rank as i64) as usize
    };
    (place(call.node.int("start", 0)), place(call.node.int("end", i64::MAX)))
}

pub(super) fn shape_part(call: &Call) -> Option<Vec<i64>> {
    let shape = &call.optional(0)?.shape;
    let (start, end) = shape_range(call, shape.len());
    Some(shape.get(start..end.max(start))?.iter().map(|&d| d as i64).collect())
}

pub(super) fn constant_of_shape(call: &Call) -> Made {
    let element = call.node.tensor("value").map_or(ElementType::F32, |t| t.element_type());
    Ok(vec![Known::new(element, lengths(call, 0)?)])
}

pub(super) fn one_hot(call: &Call) -> Made {
    let mut shape = call.shape(0)?.to_vec();
    let depth = match call.input(1)?.element {
        ElementType::F32 | ElementType::F64 => call.floats(1)?.and_then(|v| v.first().map(|&d| d as i64)),
        _ => call.integers(1)?.and_then(|v| v.first().copied()),
    };
    let depth = call.length(depth.ok_or_else(|| call.invalid("the depth is missing"))?)?;
    let axis = call.axis(call.node.int("axis", -1), shape.len() + 1)?;
    shape.insert(axis, depth);
    Ok(vec![Known::new(call.input(2)?.element, shape)])
}

pub(super) fn lengths(call: &Call, input: usize) -> Result<Vec<usize>, ShapeError> {
    let lengths = call.integers(input)?.ok_or_else(|| call.invalid("a list of lengths is missing"))?;
    lengths.iter().map(|&l| call.length(l)).collect()
}
