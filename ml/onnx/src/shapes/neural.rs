//! The shape rule of each operator of `ai.onnx`.

use super::{Call, Known, ShapeError, einsum};
use crate::ElementType;

type Made = Result<Vec<Known>, ShapeError>;

/// Operators that keep shape and type of their first input.
#[rustfmt::skip]
const SAME: [&str; 44] = [
    "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil",
    "Celu", "Cos", "Cosh", "CumSum", "Elu", "Erf", "Exp",
    "Floor", "Gelu", "HardSigmoid", "HardSwish", "Hardmax", "Identity", "LeakyRelu", "Log",
    "LogSoftmax", "Mish", "Neg", "Not", "Reciprocal", "Relu", "Round", "Selu",
    "Sigmoid", "Sign", "Sin", "Sinh", "Softmax", "Softplus", "Softsign", "Sqrt",
    "Swish", "Tan", "Tanh", "ThresholdedRelu", "Trilu",
];

/// What the node makes.
pub(super) fn rule(call: &Call) -> Made {
    match call.node.operator.as_str() {
        name if SAME.contains(&name) => same(call),
        "IsNaN" | "IsInf" => Ok(vec![Known::new(ElementType::Bool, call.shape(0)?.to_vec())]),
        "Clip" => clip(call),
        "BatchNormalization" | "InstanceNormalization" | "LRN" => channel_norm(call),
        "LayerNormalization" => layer_norm(call),
        "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Min" | "Max" | "Mean" | "Sum" | "Mod" | "PRelu" | "BitShift" => {
            elementwise(call, None)
        }
        "Equal" | "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual" | "And" | "Or" | "Xor" => {
            elementwise(call, Some(ElementType::Bool))
        }
        "Where" => {
            let shape = call.broadcast(&[call.shape(0)?, call.shape(1)?, call.shape(2)?])?;
            Ok(vec![Known::new(call.input(1)?.element, shape)])
        }
        "Dropout" => {
            let input = call.input(0)?;
            let mask = Known::new(ElementType::Bool, input.shape.clone());
            Ok(vec![Known::new(input.element, input.shape.clone()), mask])
        }
        "Gemm" => gemm(call),
        "MatMul" => matmul(call),
        "Einsum" => einsum::rule(call),
        "Conv" => conv(call),
        "ConvTranspose" => conv_transpose(call),
        "MaxPool" | "AveragePool" | "LpPool" => pool(call),
        "GlobalAveragePool" | "GlobalMaxPool" | "GlobalLpPool" => {
            let input = call.input(0)?;
            if input.shape.len() < 3 {
                return Err(call.invalid("it needs spatial dimensions"));
            }
            call.something(&input.shape[2..])?;
            let one = |(i, &d): (usize, &usize)| if i < 2 { d } else { 1 };
            Ok(vec![Known::new(input.element, input.shape.iter().enumerate().map(one).collect())])
        }
        "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin" | "ReduceProd" | "ReduceL1" | "ReduceL2"
        | "ReduceLogSum" | "ReduceLogSumExp" | "ReduceSumSquare" => reduce(call),
        "ArgMax" | "ArgMin" => arg(call),
        "TopK" => topk(call),
        "Concat" => concat(call),
        "Split" => {
            let (axis, parts) = call.split()?;
            let input = call.input(0)?;
            let part = |length: usize| {
                let mut shape = input.shape.clone();
                shape[axis] = length;
                Known::new(input.element, shape)
            };
            Ok(parts.into_iter().map(part).collect())
        }
        "Slice" => {
            let shape = call.slices()?.iter().map(|r| r.length).collect();
            Ok(vec![Known::new(call.input(0)?.element, shape)])
        }
        "Gather" => {
            let (data, indices) = (call.input(0)?, call.shape(1)?);
            let axis = call.axis_attribute(0, data.shape.len())?;
            let shape = [&data.shape[..axis], indices, &data.shape[axis + 1..]].concat();
            Ok(vec![Known::new(data.element, shape)])
        }
        "GatherElements" => {
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
        "GatherND" => gather_nd(call),
        "Transpose" => {
            let input = call.input(0)?;
            let order = order(call)?;
            Ok(vec![Known::new(input.element, order.iter().map(|&d| input.shape[d]).collect())])
        }
        "Reshape" => reshape(call),
        "Flatten" => {
            let input = call.input(0)?;
            let axis = call.node.int("axis", 1);
            let rank = input.shape.len();
            let axis = if axis == rank as i64 { rank } else { call.axis(axis, rank)? };
            call.fits(&input.shape)?;
            let shape = vec![input.shape[..axis].iter().product(), input.shape[axis..].iter().product()];
            Ok(vec![Known::new(input.element, shape)])
        }
        "Squeeze" => squeeze(call),
        "Unsqueeze" => unsqueeze(call),
        "Expand" => {
            let input = call.input(0)?;
            let target = lengths(call, 1)?;
            let shape = call.broadcast(&[&input.shape, &target])?;
            Ok(vec![Known::new(input.element, shape)])
        }
        "Tile" => {
            let input = call.input(0)?;
            let repeats = lengths(call, 1)?;
            if repeats.len() != input.shape.len() {
                return Err(call.invalid("repeats do not fit the rank"));
            }
            Ok(vec![Known::new(input.element, products(call, &input.shape, &repeats)?)])
        }
        "Pad" => {
            let input = call.input(0)?;
            let pads = call.padding()?;
            let grown = |(&length, &(before, after)): (&usize, &(i64, i64))| {
                let sum = (length as i64).checked_add(before).and_then(|l| l.checked_add(after));
                call.length(sum.ok_or_else(|| call.invalid("pads are larger than memory"))?)
            };
            let shape = input.shape.iter().zip(&pads).map(grown).collect::<Result<Vec<_>, _>>()?;
            Ok(vec![Known::new(input.element, shape)])
        }
        "Resize" | "Upsample" => Ok(vec![Known::new(call.input(0)?.element, call.stretch()?.output)]),
        "Shape" => {
            let rank = call.shape(0)?.len();
            let (start, end) = shape_range(call, rank);
            Ok(vec![Known::new(ElementType::I64, vec![end.saturating_sub(start)])])
        }
        "Size" => Ok(vec![Known::new(ElementType::I64, Vec::new())]),
        "Range" => {
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
        "ConstantOfShape" => {
            let element = call.node.tensor("value").map_or(ElementType::F32, |t| t.element_type());
            Ok(vec![Known::new(element, lengths(call, 0)?)])
        }
        "Cast" => {
            let element = call.element(call.node.int("to", 0))?;
            Ok(vec![Known::new(element, call.shape(0)?.to_vec())])
        }
        "CastLike" => Ok(vec![Known::new(call.input(1)?.element, call.shape(0)?.to_vec())]),
        "OneHot" => {
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
        "DepthToSpace" | "SpaceToDepth" => blocks(call),
        _ => Err(ShapeError::Unsupported { node: call.node.name.clone(), operator: call.node.operator.clone() }),
    }
}

fn same(call: &Call) -> Made {
    let input = call.input(0)?;
    Ok(vec![Known::new(input.element, input.shape.clone())])
}

fn elementwise(call: &Call, element: Option<ElementType>) -> Made {
    let mut shapes: Vec<&[usize]> = Vec::with_capacity(call.inputs.len());
    for i in 0..call.inputs.len() {
        shapes.push(call.shape(i)?);
    }
    let first = call.input(0)?.element;
    Ok(vec![Known::new(element.unwrap_or(first), call.broadcast(&shapes)?)])
}

/// Bounds are numbers.
fn clip(call: &Call) -> Made {
    let rank = call.shape(0)?.len();
    for i in 1..call.inputs.len() {
        if let Some(bound) = call.optional(i)
            && (bound.elements() != 1 || bound.shape.len() > rank)
        {
            return Err(call.invalid(format!("input {i} has shape {:?} and is not one number", bound.shape)));
        }
    }
    same(call)
}

/// Normalisations that know channels, the second dimension: every further input has one value for each of them.
fn channel_norm(call: &Call) -> Made {
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
    same(call)
}

fn layer_norm(call: &Call) -> Made {
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

fn gemm(call: &Call) -> Made {
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

fn matmul(call: &Call) -> Made {
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

fn conv(call: &Call) -> Made {
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

fn conv_transpose(call: &Call) -> Made {
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

fn pool(call: &Call) -> Made {
    let x = call.input(0)?;
    if x.shape.len() < 3 {
        return Err(call.invalid("it needs spatial dimensions"));
    }
    let window = call.window(&x.shape[2..], &call.kernel_shape()?)?;
    let shape = [&x.shape[..2], &window.output[..]].concat();
    Ok(vec![Known::new(x.element, shape.clone()), Known::new(ElementType::I64, shape)])
}

fn reduce(call: &Call) -> Made {
    let input = call.input(0)?;
    let (axes, keep) = call.reduced()?;
    Ok(vec![Known::new(input.element, without(&input.shape, &axes, keep))])
}

/// `shape` after reducing `axes` (sorted).
fn without(shape: &[usize], axes: &[usize], keep: bool) -> Vec<usize> {
    let kept = shape.iter().enumerate().filter_map(|(d, &length)| match axes.binary_search(&d) {
        Ok(_) => keep.then_some(1),
        Err(_) => Some(length),
    });
    kept.collect()
}

fn arg(call: &Call) -> Made {
    let input = call.input(0)?;
    let axis = call.axis_attribute(0, input.shape.len())?;
    if input.shape[axis] == 0 {
        return Err(call.invalid("there is nothing to choose from"));
    }
    let keep = call.node.int("keepdims", 1) != 0;
    Ok(vec![Known::new(ElementType::I64, without(&input.shape, &[axis], keep))])
}

fn topk(call: &Call) -> Made {
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

fn concat(call: &Call) -> Made {
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

fn gather_nd(call: &Call) -> Made {
    let (data, indices) = (call.input(0)?, call.shape(1)?);
    let batch = call.length(call.node.int("batch_dims", 0))?;
    let Some((&depth, prefix)) = indices.split_last() else { return Err(call.invalid("the indices are a scalar")) };
    let fits = batch <= prefix.len() && batch.checked_add(depth).is_some_and(|d| d <= data.shape.len());
    if !fits || data.shape[..batch] != indices[..batch] {
        return Err(call.invalid(format!("indices of {indices:?} do not fit data of {:?}", data.shape)));
    }
    Ok(vec![Known::new(data.element, [prefix, &data.shape[batch + depth..]].concat())])
}

/// The attribute `perm` of a `Transpose`.
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

fn reshape(call: &Call) -> Made {
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

fn squeeze(call: &Call) -> Made {
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

fn unsqueeze(call: &Call) -> Made {
    let input = call.input(0)?;
    let axes = call.argument("axes", 1)?.ok_or_else(|| call.invalid("axes are missing"))?;
    let axes = call.axes(&axes, input.shape.len() + axes.len())?;
    let mut shape = input.shape.clone();
    for axis in axes {
        shape.insert(axis, 1);
    }
    Ok(vec![Known::new(input.element, shape)])
}

fn shape_range(call: &Call, rank: usize) -> (usize, usize) {
    let place = |value: i64| {
        let from_start = if value < 0 { value.saturating_add(rank as i64) } else { value };
        from_start.clamp(0, rank as i64) as usize
    };
    (place(call.node.int("start", 0)), place(call.node.int("end", i64::MAX)))
}

/// The part of a shape that `Shape` gives.
pub(super) fn shape_part(call: &Call) -> Option<Vec<i64>> {
    let shape = &call.optional(0)?.shape;
    let (start, end) = shape_range(call, shape.len());
    Some(shape.get(start..end.max(start))?.iter().map(|&d| d as i64).collect())
}

/// An input of lengths.
fn lengths(call: &Call, input: usize) -> Result<Vec<usize>, ShapeError> {
    let lengths = call.integers(input)?.ok_or_else(|| call.invalid("a list of lengths is missing"))?;
    lengths.iter().map(|&l| call.length(l)).collect()
}

fn products(call: &Call, a: &[usize], b: &[usize]) -> Result<Vec<usize>, ShapeError> {
    let product = |(&a, &b): (&usize, &usize)| a.checked_mul(b);
    let products = a.iter().zip(b).map(product).collect::<Option<Vec<_>>>();
    products.ok_or_else(|| call.invalid("it is larger than memory"))
}

fn blocks(call: &Call) -> Made {
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

impl Call<'_> {
    /// The attribute `perm` of a `Transpose`: which input dimension each output dimension is.
    ///
    /// # Errors
    /// [`ShapeError::Invalid`] where it is not an order of the dimensions.
    pub fn order(&self) -> Result<Vec<usize>, ShapeError> {
        order(self)
    }
}
