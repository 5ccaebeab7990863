//! Shapes of normalisations, products, convolutions, pools and reductions.

use super::{Call, Known, ShapeError};
use crate::ElementType;

type Made = Result<Vec<Known>, ShapeError>;

pub(super) fn clip(call: &Call) -> Made {
    let rank = call.shape(0)?.len();
    for i in 1..call.inputs.len() {
        if let Some(bound) = call.optional(i)
            && (bound.elements() != 1 || bound.shape.len() > rank)
        {
            return Err(call.invalid(format!("input {i} has shape {:?} and is not one number", bound.shape)));
        }
    }
    super::elementwise::same(call)
}

pub(super) fn channel_norm(call: &Call) -> Made {
    let shape = call.shape(0)?;
    // What has one dimension is a batch of one channel; only the batch normalisation is defined for it.
    let least = if call.node.operator == "BatchNormalization" { 1 } else { 3 };
    if shape.len() < least {
        return Err(call.invalid(format!("its input has shape {shape:?}, too few dimensions")));
    }
    call.something(shape)?;
    let channels = shape.get(1).copied().unwrap_or(1);
    for i in 1..call.inputs.len() {
        let given = call.shape(i)?;
        if given != [channels] {
            return Err(
                call.invalid(format!("input {i} has shape {given:?} and not a value for each of {channels} channels"))
            );
        }
    }
    super::elementwise::same(call)
}

pub(super) fn layer_norm(call: &Call) -> Made {
    let input = call.input(0)?;
    let axis = call.axis_attribute(-1, input.shape.len())?;
    let shape = &input.shape;
    call.something(shape)?;
    for i in 1..call.inputs.len() {
        let Some(given) = call.optional(i) else { continue };
        if call.broadcast(&[shape, &given.shape])? != *shape {
            return Err(call.invalid(format!("input {i} has shape {:?} and does not fit {shape:?}", given.shape)));
        }
    }
    let one = |(d, &l): (usize, &usize)| if d < axis { l } else { 1 };
    let rows: Vec<usize> = input.shape.iter().enumerate().map(one).collect();
    let rows = Known::new(ElementType::F32, rows);
    Ok(vec![Known::new(input.element, input.shape.clone()), rows.clone(), rows])
}

pub(super) fn gemm(call: &Call) -> Made {
    let (a, b) = (call.input(0)?, call.input(1)?);
    let (&[a0, a1], &[b0, b1]) = (a.shape.as_slice(), b.shape.as_slice()) else {
        return Err(call.invalid("it multiplies matrices only"));
    };
    let (m, k) = if call.node.int("transA", 0) == 0 { (a0, a1) } else { (a1, a0) };
    let (l, n) = if call.node.int("transB", 0) == 0 { (b0, b1) } else { (b1, b0) };
    if k != l {
        return Err(call.invalid(format!("a matrix of {m} by {k} and one of {l} by {n} cannot be multiplied")));
    }
    call.something(&[k])?;
    let shape = vec![m, n];
    if let Some(c) = call.optional(2)
        && call.broadcast(&[&shape, &c.shape])? != shape
    {
        return Err(call.invalid(format!("what is added has shape {:?}, the product {shape:?}", c.shape)));
    }
    Ok(vec![Known::new(a.element, shape)])
}

pub(super) fn matmul(call: &Call) -> Made {
    let (a, b) = (call.input(0)?, call.input(1)?);
    if a.shape.is_empty() || b.shape.is_empty() {
        return Err(call.invalid("a scalar is not a matrix"));
    }
    // A vector is a row on the left and a column on the right, and that dimension does not come out.
    let left = if a.shape.len() == 1 { [&[1][..], &a.shape].concat() } else { a.shape.clone() };
    let right = if b.shape.len() == 1 { [&b.shape[..], &[1]].concat() } else { b.shape.clone() };
    let ((batch_a, matrix_a), (batch_b, matrix_b)) = (left.split_at(left.len() - 2), right.split_at(right.len() - 2));
    if matrix_a[1] != matrix_b[0] {
        return Err(call.invalid(format!("shapes {:?} and {:?} cannot be multiplied", a.shape, b.shape)));
    }
    call.something(&matrix_a[1..])?;
    let mut shape = call.broadcast(&[batch_a, batch_b])?;
    if a.shape.len() > 1 {
        shape.push(matrix_a[0]);
    }
    if b.shape.len() > 1 {
        shape.push(matrix_b[1]);
    }
    Ok(vec![Known::new(a.element, shape)])
}

pub(super) fn conv(call: &Call) -> Made {
    let (x, w) = (call.input(0)?, call.input(1)?);
    if x.shape.len() < 3 || w.shape.len() != x.shape.len() {
        return Err(call.invalid(format!("input {:?} and weights {:?} do not go together", x.shape, w.shape)));
    }
    call.something(&w.shape)?;
    let groups = call.length(call.node.int("group", 1))?;
    let fits = groups > 0
        && x.shape[1] % groups == 0
        && w.shape[0] % groups == 0
        && w.shape[1].checked_mul(groups) == Some(x.shape[1]);
    if !fits {
        return Err(call
            .invalid(format!("{} channels in {groups} groups do not fit weights of shape {:?}", x.shape[1], w.shape)));
    }
    if call.optional(2).is_some_and(|b| b.shape != [w.shape[0]]) {
        return Err(call.invalid("the bias does not have one value per output channel"));
    }
    let window = call.window(&x.shape[2..], &w.shape[2..])?;
    Ok(vec![Known::new(x.element, [&[x.shape[0], w.shape[0]], &window.output[..]].concat())])
}

pub(super) fn conv_transpose(call: &Call) -> Made {
    let (x, w) = (call.input(0)?, call.input(1)?);
    let groups = call.length(call.node.int("group", 1))?;
    let fits = x.shape.len() >= 3 && w.shape.len() == x.shape.len() && groups > 0;
    if !fits || w.shape[0] != x.shape[1] || x.shape[1] % groups != 0 {
        return Err(call.invalid(format!("input {:?} and weights {:?} do not go together", x.shape, w.shape)));
    }
    let channels = w.shape[1].checked_mul(groups).ok_or_else(|| call.invalid("it has too many channels"))?;
    if call.optional(2).is_some_and(|b| b.shape != [channels]) {
        return Err(call.invalid("the bias does not have one value per output channel"));
    }
    call.something(&w.shape)?;
    // What every input element adds where, before it is summed.
    call.fits(&[&w.shape[1..], &x.shape[2..]].concat())?;
    let window = call.transposed_window(&x.shape[2..], &w.shape[2..])?;
    Ok(vec![Known::new(x.element, [&[x.shape[0], channels], &window.output[..]].concat())])
}

pub(super) fn pool(call: &Call) -> Made {
    let x = call.input(0)?;
    if x.shape.len() < 3 {
        return Err(call.invalid("it needs spatial dimensions"));
    }
    let window = call.window(&x.shape[2..], &call.kernel_shape()?)?;
    let shape = [&x.shape[..2], &window.output[..]].concat();
    Ok(vec![Known::new(x.element, shape.clone()), Known::new(ElementType::I64, shape)])
}

pub(super) fn global_pool(call: &Call) -> Made {
    let input = call.input(0)?;
    if input.shape.len() < 3 {
        return Err(call.invalid("it needs spatial dimensions"));
    }
    call.something(&input.shape[2..])?;
    let one = |(i, &d): (usize, &usize)| if i < 2 { d } else { 1 };
    Ok(vec![Known::new(input.element, input.shape.iter().enumerate().map(one).collect())])
}

pub(super) fn reduce(call: &Call) -> Made {
    let input = call.input(0)?;
    let (axes, keep) = call.reduced()?;
    Ok(vec![Known::new(input.element, without(&input.shape, &axes, keep))])
}

pub(super) fn without(shape: &[usize], axes: &[usize], keep: bool) -> Vec<usize> {
    let kept = shape.iter().enumerate().filter_map(|(d, &length)| match axes.binary_search(&d) {
        Ok(_) => keep.then_some(1),
        Err(_) => Some(length),
    });
    kept.collect()
}

pub(super) fn arg_extreme(call: &Call) -> Made {
    let input = call.input(0)?;
    let axis = call.axis_attribute(0, input.shape.len())?;
    if input.shape[axis] == 0 {
        return Err(call.invalid("there is nothing to choose from"));
    }
    let keep = call.node.int("keepdims", 1) != 0;
    Ok(vec![Known::new(ElementType::I64, without(&input.shape, &[axis], keep))])
}

pub(super) fn top_k(call: &Call) -> Made {
    let input = call.input(0)?;
    let axis = call.axis_attribute(-1, input.shape.len())?;
    let k = match call.node.attributes.get("k") {
        Some(_) => Some(call.node.int("k", 0)),
        None => call.integers(1)?.and_then(|v| v.first().copied()),
    };
    let k = call.length(k.ok_or_else(|| call.invalid("k is missing"))?)?;
    let mut shape = input.shape.clone();
    if k > shape[axis] {
        return Err(call.invalid(format!("there are {} values, not {k}", shape[axis])));
    }
    shape[axis] = k;
    Ok(vec![Known::new(input.element, shape.clone()), Known::new(ElementType::I64, shape)])
}

pub(super) fn dropout(call: &Call) -> Made {
    let input = call.input(0)?;
    let mask = Known::new(ElementType::Bool, input.shape.clone());
    Ok(vec![Known::new(input.element, input.shape.clone()), mask])
}

pub(super) fn grid_sample(call: &Call) -> Made {
    let (input, grid) = (call.input(0)?, call.shape(1)?);
    let ([batch, channels, _, ..], [rows, places @ .., _]) = (input.shape.as_slice(), grid) else {
        return Err(call.invalid("its input and grid have too few dimensions"));
    };
    if batch != rows {
        return Err(call.invalid(format!("it has grids for {rows} of {batch} pictures")));
    }
    let shape = [*batch, *channels].into_iter().chain(places.iter().copied()).collect();
    Ok(vec![Known::new(input.element, shape)])
}
