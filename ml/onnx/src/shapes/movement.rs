//! Shapes of what puts elements elsewhere.

use super::elementwise::lengths;
use super::neural::without;
use super::{Call, Known, ShapeError};

type Made = Result<Vec<Known>, ShapeError>;

pub(super) fn concat(call: &Call) -> Made {
    let first = call.input(0)?;
    let axis = call.axis_attribute(1, first.shape.len())?;
    let mut shape = first.shape.clone();
    for i in 1..call.inputs.len() {
        let next = call.shape(i)?;
        let fits = next.len() == shape.len() && (0..shape.len()).all(|d| d == axis || next[d] == shape[d]);
        if !fits {
            return Err(call.invalid(format!("shapes {shape:?} and {next:?} do not go together")));
        }
        shape[axis] = shape[axis].checked_add(next[axis]).ok_or_else(|| call.invalid("it is larger than memory"))?;
    }
    Ok(vec![Known::new(first.element, shape)])
}

pub(super) fn gather_nd(call: &Call) -> Made {
    let (data, indices) = (call.input(0)?, call.shape(1)?);
    let batch = call.length(call.node.int("batch_dims", 0))?;
    let Some((&depth, prefix)) = indices.split_last() else { return Err(call.invalid("the indices are a scalar")) };
    let fits = batch <= prefix.len() && batch.checked_add(depth).is_some_and(|d| d <= data.shape.len());
    if !fits || data.shape[..batch] != indices[..batch] {
        return Err(call.invalid(format!("indices of {indices:?} do not fit data of {:?}", data.shape)));
    }
    Ok(vec![Known::new(data.element, [prefix, &data.shape[batch + depth..]].concat())])
}

pub(super) fn order(call: &Call) -> Result<Vec<usize>, ShapeError> {
    let rank = call.shape(0)?.len();
    let Some(perm) = call.node.ints("perm") else { return Ok((0..rank).rev().collect()) };
    let order = perm.iter().map(|&d| call.axis(d, rank)).collect::<Result<Vec<_>, _>>()?;
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if !sorted.iter().copied().eq(0..rank) {
        return Err(call.invalid(format!("{perm:?} is not an order of {rank} dimensions")));
    }
    Ok(order)
}

pub(super) fn reshape(call: &Call) -> Made {
    let input = call.input(0)?;
    let wanted = call.integers(1)?.ok_or_else(|| call.invalid("the shape is missing"))?;
    let keep_zero = call.node.int("allowzero", 0) != 0;
    let mut shape = Vec::with_capacity(wanted.len());
    let mut open = None;
    for (d, &length) in wanted.iter().enumerate() {
        shape.push(match length {
            -1 if open.is_none() => {
                open = Some(d);
                1
            }
            0 if !keep_zero => {
                let same = input.shape.get(d).copied();
                same.ok_or_else(|| call.invalid(format!("{wanted:?} keeps a dimension that is not there")))?
            }
            length => call.length(length)?,
        });
    }
    call.fits(&input.shape)?;
    let (have, rest) = (input.elements(), call.fits(&shape)?);
    if let Some(open) = open {
        if rest == 0 || have % rest != 0 {
            return Err(call.invalid(format!("{have} elements cannot get the shape {wanted:?}")));
        }
        shape[open] = have / rest;
    } else if rest != have {
        return Err(call.invalid(format!("{have} elements cannot get the shape {wanted:?}")));
    }
    Ok(vec![Known::new(input.element, shape)])
}

pub(super) fn squeeze(call: &Call) -> Made {
    let input = call.input(0)?;
    let axes = match call.argument("axes", 1)? {
        Some(axes) => call.axes(&axes, input.shape.len())?,
        None => (0..input.shape.len()).filter(|&d| input.shape[d] == 1).collect(),
    };
    if axes.iter().any(|&d| input.shape[d] != 1) {
        return Err(call.invalid(format!("a dimension of {:?} is not of length 1", input.shape)));
    }
    Ok(vec![Known::new(input.element, without(&input.shape, &axes, false))])
}

pub(super) fn unsqueeze(call: &Call) -> Made {
    let input = call.input(0)?;
    let axes = call.argument("axes", 1)?.ok_or_else(|| call.invalid("axes are missing"))?;
    let axes = call.axes(&axes, input.shape.len() + axes.len())?;
    let mut shape = input.shape.clone();
    for axis in axes {
        shape.insert(axis, 1);
    }
    Ok(vec![Known::new(input.element, shape)])
}

pub(super) fn products(call: &Call, a: &[usize], b: &[usize]) -> Result<Vec<usize>, ShapeError> {
    let product = |(&a, &b): (&usize, &usize)| a.checked_mul(b);
    let products = a.iter().zip(b).map(product).collect::<Option<Vec<_>>>();
    products.ok_or_else(|| call.invalid("it is larger than memory"))
}

pub(super) fn blocks(call: &Call) -> Made {
    let input = call.input(0)?;
    let &[n, c, h, w] = input.shape.as_slice() else { return Err(call.invalid("it needs four dimensions")) };
    let block = call.length(call.node.int("blocksize", 0))?;
    let square = block.checked_mul(block).filter(|&s| s > 0);
    let square = square.ok_or_else(|| call.invalid(format!("a block of {block} is not possible")))?;
    let shape = if call.node.operator == "DepthToSpace" {
        if !c.is_multiple_of(square) {
            return Err(call.invalid(format!("{c} channels do not make blocks of {block} by {block}")));
        }
        let grown = products(call, &[h, w], &[block, block])?;
        vec![n, c / square, grown[0], grown[1]]
    } else {
        if !h.is_multiple_of(block) || !w.is_multiple_of(block) {
            return Err(call.invalid(format!("{h} by {w} cannot be cut into blocks of {block}")));
        }
        let channels = products(call, &[c], &[square])?;
        vec![n, channels[0], h / block, w / block]
    };
    Ok(vec![Known::new(input.element, shape)])
}

pub(super) fn split(call: &Call) -> Made {
    let (axis, parts) = call.split()?;
    let input = call.input(0)?;
    let part = |length: usize| {
        let mut shape = input.shape.clone();
        shape[axis] = length;
        Known::new(input.element, shape)
    };
    Ok(parts.into_iter().map(part).collect())
}

pub(super) fn slice(call: &Call) -> Made {
    let shape = call.slices()?.iter().map(|r| r.length).collect();
    Ok(vec![Known::new(call.input(0)?.element, shape)])
}

pub(super) fn gather(call: &Call) -> Made {
    let (data, indices) = (call.input(0)?, call.shape(1)?);
    let axis = call.axis_attribute(0, data.shape.len())?;
    let shape = [&data.shape[..axis], indices, &data.shape[axis + 1..]].concat();
    Ok(vec![Known::new(data.element, shape)])
}

pub(super) fn gather_elements(call: &Call) -> Made {
    let (data, indices) = (call.input(0)?, call.shape(1)?);
    if data.shape.len() != indices.len() {
        return Err(call.invalid("data and indices differ in rank"));
    }
    let axis = call.axis_attribute(0, indices.len())?;
    if indices.iter().zip(&data.shape).enumerate().any(|(d, (&i, &l))| d != axis && i > l) {
        return Err(call.invalid("the indices are longer than the data"));
    }
    Ok(vec![Known::new(data.element, indices.to_vec())])
}

pub(super) fn transpose(call: &Call) -> Made {
    let input = call.input(0)?;
    let order = order(call)?;
    Ok(vec![Known::new(input.element, order.iter().map(|&d| input.shape[d]).collect())])
}

pub(super) fn flatten(call: &Call) -> Made {
    let input = call.input(0)?;
    let axis = call.node.int("axis", 1);
    let rank = input.shape.len();
    let axis = if axis == rank as i64 { rank } else { call.axis(axis, rank)? };
    call.fits(&input.shape)?;
    let shape = vec![input.shape[..axis].iter().product(), input.shape[axis..].iter().product()];
    Ok(vec![Known::new(input.element, shape)])
}

pub(super) fn expand(call: &Call) -> Made {
    let input = call.input(0)?;
    let target = lengths(call, 1)?;
    let shape = call.broadcast(&[&input.shape, &target])?;
    Ok(vec![Known::new(input.element, shape)])
}

pub(super) fn tile(call: &Call) -> Made {
    let input = call.input(0)?;
    let repeats = lengths(call, 1)?;
    if repeats.len() != input.shape.len() {
        return Err(call.invalid("repeats do not fit the rank"));
    }
    Ok(vec![Known::new(input.element, products(call, &input.shape, &repeats)?)])
}

pub(super) fn pad(call: &Call) -> Made {
    let input = call.input(0)?;
    let pads = call.padding()?;
    let grown = |(&length, &(before, after)): (&usize, &(i64, i64))| {
        let sum = (length as i64).checked_add(before).and_then(|l| l.checked_add(after));
        call.length(sum.ok_or_else(|| call.invalid("pads are larger than memory"))?)
    };
    let shape = input.shape.iter().zip(&pads).map(grown).collect::<Result<Vec<_>, _>>()?;
    Ok(vec![Known::new(input.element, shape)])
}

pub(super) fn resize(call: &Call) -> Made {
    Ok(vec![Known::new(call.input(0)?.element, call.stretch()?.output)])
}

impl Call<'_> {
    /// The attribute `perm` of a `Transpose`: which input dimension each output dimension is.
    ///
    /// # Errors
    /// [`ShapeError::Invalid`] where it is not an order of the dimensions.
    pub fn order(&self) -> Result<Vec<usize>, ShapeError> {
        order(self)
    }
}

pub(super) fn centre(call: &Call) -> Made {
    let input = call.input(0)?;
    let mut shape = input.shape.clone();
    let which = match call.node.ints("axes") {
        Some(which) => which.iter().map(|&axis| call.axis(axis, shape.len())).collect::<Result<Vec<_>, _>>()?,
        None => (0..shape.len()).collect(),
    };
    let wanted = super::elementwise::lengths(call, 1)?;
    if wanted.len() != which.len() {
        return Err(call.invalid(format!("it has {} lengths for {} axes", wanted.len(), which.len())));
    }
    which.iter().zip(wanted).for_each(|(&axis, length)| shape[axis] = length);
    Ok(vec![Known::new(input.element, shape)])
}

pub(super) fn determinant(call: &Call) -> Made {
    let input = call.input(0)?;
    let [batch @ .., rows, columns] = input.shape.as_slice() else {
        return Err(call.invalid("its input is no matrix"));
    };
    if rows != columns {
        return Err(call.invalid("its matrices are not square"));
    }
    Ok(vec![Known::new(input.element, batch.to_vec())])
}
