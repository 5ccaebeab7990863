//! Elements moved, repeated, joined and cut, whatever their type.

use ml_onnx::{Data, Node, Tensor};

use super::arguments::{Integers, axes, axis, integers};
use super::strides::{around, broadcast, each, stretched, strides, take, view};
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

/// Elements of both, one after the other.
#[inline(never)]
pub(super) fn appended(first: &Data, second: &Data) -> Result<Data, Reason> {
    macro_rules! append {
        ($($variant:ident)*) => {
            match (first, second) {
                $((Data::$variant(a), Data::$variant(b)) => {
                    Data::$variant(a.iter().chain(b).cloned().collect())
                })*
                (a, b) => {
                    let reason = format!("it cannot join {:?} and {:?}.", a.element_type(), b.element_type());
                    return Err(Reason(reason));
                }
            }
        };
    }
    Ok(append!(F32 F64 I8 U8 I32 I64 Bool String))
}

pub(super) fn identity() -> Box<dyn Kernel> {
    closure(|inputs| Ok(vec![input(inputs, 0)?.clone()]))
}

/// As in inference: nothing is dropped.
pub(super) fn dropout(node: &Node) -> Box<dyn Kernel> {
    let mask = node.outputs.len() > 1;
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let mut outputs = vec![tensor.clone()];
        if mask {
            outputs.push(Tensor::new(tensor.shape().to_vec(), Data::Bool(vec![true; tensor.len()]))?);
        }
        Ok(outputs)
    })
}

fn reshaped(tensor: &Tensor, shape: Vec<usize>) -> Result<Vec<Tensor>, Reason> {
    one(shape, tensor.data().clone())
}

pub(super) fn reshape(node: &Node) -> Box<dyn Kernel> {
    let shape = Integers::new(node, "shape", 1);
    let zero = node.int("allowzero", 0) != 0;
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let wanted = shape.need(inputs)?;
        let wrong = || Reason(format!("shape {:?} cannot become {wanted:?}.", tensor.shape()));
        let mut lengths = Vec::with_capacity(wanted.len());
        let mut open = None;
        for (position, &length) in wanted.iter().enumerate() {
            lengths.push(match length {
                -1 if open.is_none() => {
                    open = Some(position);
                    1
                }
                0 if !zero => *tensor.shape().get(position).ok_or_else(wrong)?,
                length => usize::try_from(length).map_err(|_| wrong())?,
            });
        }
        if let Some(position) = open {
            let known = elements(&lengths)?;
            if known == 0 || !tensor.len().is_multiple_of(known) {
                return Err(wrong());
            }
            lengths[position] = tensor.len() / known;
        }
        if elements(&lengths)? != tensor.len() {
            return Err(wrong());
        }
        reshaped(tensor, lengths)
    })
}

pub(super) fn flatten(node: &Node) -> Box<dyn Kernel> {
    let at = node.int("axis", 1);
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let rank = tensor.shape().len();
        // The axis may be the end.
        let at = if at == rank as i64 { rank } else { axis(at, rank)? };
        let (rows, columns) = tensor.shape().split_at(at);
        reshaped(tensor, vec![rows.iter().product(), columns.iter().product()])
    })
}

pub(super) fn squeeze(node: &Node) -> Box<dyn Kernel> {
    let which = Integers::new(node, "axes", 1);
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let shape = tensor.shape();
        let dropped = match which.get(inputs)? {
            Some(given) => axes(&given, shape.len())?,
            None => (0..shape.len()).filter(|&a| shape[a] == 1).collect(),
        };
        if let Some(&long) = dropped.iter().find(|&&a| shape[a] != 1) {
            return Err(Reason(format!("its axis {long} is {} long, not 1.", shape[long])));
        }
        let kept = (0..shape.len()).filter(|a| !dropped.contains(a)).map(|a| shape[a]).collect();
        reshaped(tensor, kept)
    })
}

pub(super) fn unsqueeze(node: &Node) -> Box<dyn Kernel> {
    let which = Integers::new(node, "axes", 1);
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let given = which.need(inputs)?;
        let rank = tensor.shape().len() + given.len();
        let new = axes(&given, rank)?;
        let mut old = tensor.shape().iter();
        let shape = (0..rank).map(|a| if new.contains(&a) { 1 } else { old.next().copied().unwrap_or(1) }).collect();
        reshaped(tensor, shape)
    })
}

#[inline(never)]
fn permuted(tensor: &Tensor, order: &[usize]) -> Result<Tensor, Reason> {
    let own = strides(tensor.shape());
    let shape: Vec<usize> = order.iter().map(|&a| tensor.shape()[a]).collect();
    let steps: Vec<isize> = order.iter().map(|&a| own[a] as isize).collect();
    let positions = view(&shape, &steps, 0)?;
    Ok(Tensor::new(shape, take(tensor.data(), &positions))?)
}

pub(super) fn transpose(node: &Node) -> Box<dyn Kernel> {
    let order = node.ints("perm").map(<[i64]>::to_vec);
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let rank = tensor.shape().len();
        let order = match &order {
            Some(order) => axes(order, rank)?,
            None => (0..rank).rev().collect(),
        };
        if order.len() != rank {
            return Err(Reason(format!("its perm has {} axes, its input {rank}.", order.len())));
        }
        Ok(vec![permuted(tensor, &order)?])
    })
}

/// Lengths from integers.
#[inline(never)]
pub(super) fn lengths(values: &[i64]) -> Result<Vec<usize>, Reason> {
    let lengths = values.iter().map(|&v| usize::try_from(v).ok()).collect::<Option<_>>();
    lengths.ok_or_else(|| Reason(format!("{values:?} are no lengths.")))
}

pub(super) fn expand() -> Box<dyn Kernel> {
    closure(|inputs| {
        let tensor = input(inputs, 0)?;
        let wanted = lengths(&integers(input(inputs, 1)?)?)?;
        let shape = broadcast(&[tensor.shape(), &wanted])?;
        let positions = stretched(tensor.shape(), &shape)?;
        one(shape, take(tensor.data(), &positions))
    })
}

pub(super) fn tile() -> Box<dyn Kernel> {
    closure(|inputs| {
        let tensor = input(inputs, 0)?;
        let repeats = lengths(&integers(input(inputs, 1)?)?)?;
        if repeats.len() != tensor.shape().len() {
            return Err("it has not one number of repeats for each axis.".into());
        }
        // Each axis as two: which repeat, and where in it.
        let own = strides(tensor.shape());
        let mut shape = Vec::new();
        let mut steps = Vec::new();
        let mut result = Vec::new();
        for ((&length, &repeat), &step) in tensor.shape().iter().zip(&repeats).zip(&own) {
            shape.extend([repeat, length]);
            steps.extend([0, step as isize]);
            result.push(length.checked_mul(repeat).ok_or("its result is too large.")?);
        }
        let positions = view(&shape, &steps, 0)?;
        one(result, take(tensor.data(), &positions))
    })
}

pub(super) fn concat(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let along = node.int("axis", i64::MIN);
    if along == i64::MIN {
        return Err("its axis is missing.".into());
    }
    Ok(closure(move |inputs| {
        let tensors = (0..inputs.len()).map(|i| input(inputs, i)).collect::<Result<Vec<_>, _>>()?;
        let first = input(inputs, 0)?;
        let along = axis(along, first.shape().len())?;
        let mut shape = first.shape().to_vec();
        shape[along] = 0;
        for tensor in &tensors {
            let fits = tensor.shape().len() == shape.len()
                && (0..shape.len()).all(|a| a == along || tensor.shape()[a] == shape[a]);
            if !fits {
                return Err(Reason(format!("shape {:?} cannot follow {:?}.", tensor.shape(), first.shape())));
            }
            shape[along] += tensor.shape()[along];
        }
        elements(&shape)?;
        let (before, _, _) = around(&shape, along);
        macro_rules! join {
            ($($variant:ident)*) => {
                match first.data() {
                    $(Data::$variant(_) => {
                        let mut lists = Vec::with_capacity(tensors.len());
                        for tensor in &tensors {
                            let Data::$variant(values) = tensor.data() else {
                                return Err("its inputs have different types.".into());
                            };
                            lists.push((values, values.len() / before.max(1)));
                        }
                        let mut joined = Vec::with_capacity(shape.iter().product());
                        for row in 0..before {
                            for (values, length) in &lists {
                                joined.extend(values[row * length..(row + 1) * length].iter().cloned());
                            }
                        }
                        Data::$variant(joined)
                    })*
                }
            };
        }
        let data = join!(F32 F64 I8 U8 I32 I64 Bool String);
        one(shape, data)
    }))
}

pub(super) fn split(node: &Node) -> Box<dyn Kernel> {
    let along = node.int("axis", 0);
    let sizes = Integers::new(node, "split", 1);
    let parts = node.outputs.len();
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let along = axis(along, tensor.shape().len())?;
        let length = tensor.shape()[along];
        let sizes = match sizes.get(inputs)? {
            Some(sizes) => lengths(&sizes)?,
            None => {
                let size = length.div_ceil(parts.max(1));
                (0..parts).map(|i| size.min(length.saturating_sub(i * size))).collect()
            }
        };
        if sizes.iter().try_fold(0_usize, |sum, &s| sum.checked_add(s)) != Some(length) || sizes.len() < parts {
            return Err(Reason(format!("an axis of length {length} cannot be cut into {sizes:?}.")));
        }
        let own = strides(tensor.shape());
        let steps: Vec<isize> = own.iter().map(|&s| s as isize).collect();
        let mut start = 0;
        let mut outputs = Vec::with_capacity(parts);
        for size in sizes {
            let mut shape = tensor.shape().to_vec();
            shape[along] = size;
            let positions = view(&shape, &steps, start * own[along])?;
            outputs.push(Tensor::new(shape, take(tensor.data(), &positions))?);
            start += size;
        }
        Ok(outputs)
    })
}

pub(super) fn slice(node: &Node) -> Box<dyn Kernel> {
    let starts = Integers::new(node, "starts", 1);
    let ends = Integers::new(node, "ends", 2);
    let which = Integers::new(node, "axes", 3);
    let steps = Integers::new(node, "", 4);
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let (starts, ends) = (starts.need(inputs)?, ends.need(inputs)?);
        let which = which.get(inputs)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
        let jumps = steps.get(inputs)?.unwrap_or_else(|| vec![1; starts.len()]);
        if ends.len() != starts.len() || which.len() != starts.len() || jumps.len() != starts.len() {
            return Err("its starts, ends, axes and steps have different lengths.".into());
        }
        let own = strides(tensor.shape());
        let mut shape = tensor.shape().to_vec();
        let mut strides: Vec<isize> = own.iter().map(|&s| s as isize).collect();
        let mut first = 0_usize;
        for (i, along) in axes(&which, tensor.shape().len())?.into_iter().enumerate() {
            let length = tensor.shape()[along] as i64;
            let jump = jumps[i];
            if jump == 0 {
                return Err("a step of 0 leads nowhere.".into());
            }
            let place = |v: i64| if v < 0 { v.saturating_add(length) } else { v };
            let (low, high) = if jump > 0 { (0, length) } else { (-1, length - 1) };
            let start = place(starts[i]).clamp(low.max(0), high.max(0));
            let end = place(ends[i]).clamp(low, high);
            let span = if jump > 0 { end - start } else { start - end };
            let count = if length == 0 || span <= 0 { 0 } else { (span - 1) / jump.saturating_abs() + 1 };
            shape[along] = usize::try_from(count).unwrap_or(0);
            let jump = isize::try_from(jump.clamp(-length.max(1), length.max(1))).unwrap_or(1);
            strides[along] *= jump;
            first += usize::try_from(start).unwrap_or(0) * own[along];
        }
        let positions = view(&shape, &strides, first)?;
        one(shape, take(tensor.data(), &positions))
    })
}

/// `CenterCropPad`: cut or filled with nothing on both sides; of an odd number the one more comes last.
pub(super) fn centre(node: &Node) -> Box<dyn Kernel> {
    let which = node.ints("axes").map(<[i64]>::to_vec);
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let shape = tensor.shape();
        let wanted = lengths(&integers(input(inputs, 1)?)?)?;
        let which = match &which {
            Some(which) => axes(which, shape.len())?,
            None => (0..shape.len()).collect(),
        };
        if wanted.len() != which.len() {
            return Err(Reason(format!("it has {} lengths for {} axes.", wanted.len(), which.len())));
        }
        let mut result = shape.to_vec();
        which.iter().zip(&wanted).for_each(|(&along, &length)| result[along] = length);
        let count = elements(&result)?;
        let (own, steps) = (strides(shape), strides(&result));
        // Where a place of the result comes from, if from anywhere; what is filled comes after all elements.
        let from = |place: usize| {
            let mut at = 0;
            for a in 0..shape.len() {
                let along = (place / steps[a] % result[a]) as i64;
                let (old, new) = (shape[a] as i64, result[a] as i64);
                let source = if new > old { along - (new - old) / 2 } else { along + (old - new) / 2 };
                at += usize::try_from(source).ok().filter(|&source| source < shape[a])? * own[a];
            }
            Some(at)
        };
        let zero = each!(tensor.data(), values => values.iter().take(1).map(|_| Default::default()).collect());
        let all = appended(tensor.data(), &zero)?;
        if tensor.is_empty() && count > 0 {
            return Err("its input is empty.".into());
        }
        let places: Vec<usize> = (0..count).map(|place| from(place).unwrap_or(tensor.len())).collect();
        one(result, take(&all, &places))
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Border {
    Constant,
    Reflect,
    Edge,
    Wrap,
}

pub(super) fn pad(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let border = match node.text("mode").unwrap_or("constant") {
        "constant" => Border::Constant,
        "reflect" => Border::Reflect,
        "edge" => Border::Edge,
        "wrap" => Border::Wrap,
        other => return Err(Reason(format!("its mode {other} is none that ONNX knows."))),
    };
    let pads = Integers::new(node, "pads", 1);
    let which = Integers::new(node, "", 3);
    let filling = node.float("value", 0.0);
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let rank = tensor.shape().len();
        let given = pads.need(inputs)?;
        let which = match which.get(inputs)? {
            Some(which) => axes(&which, rank)?,
            None => (0..rank).collect(),
        };
        if given.len() != 2 * which.len() {
            return Err(Reason(format!("it has {} pads for {} axes.", given.len(), which.len())));
        }
        let mut ends = vec![(0_i64, 0_i64); rank];
        for (i, &along) in which.iter().enumerate() {
            ends[along] = (given[i], given[which.len() + i]);
        }
        // For each axis, where each place of the result comes from.
        let mut sources: Vec<Vec<Option<usize>>> = Vec::with_capacity(rank);
        for (&length, &(before, after)) in tensor.shape().iter().zip(&ends) {
            let total = (length as i64).checked_add(before).and_then(|n| n.checked_add(after));
            let total = total.and_then(|n| usize::try_from(n).ok()).ok_or("its pads take away more than there is.")?;
            elements(&[total])?;
            sources.push((0..total).map(|place| source(place as i64 - before, length, border)).collect());
        }
        let shape: Vec<usize> = sources.iter().map(Vec::len).collect();
        let count = elements(&shape)?;
        let own = strides(tensor.shape());
        let steps = strides(&shape);
        let mut places = Vec::with_capacity(count);
        for place in 0..count {
            let mut rest = place;
            let mut at = Some(0);
            for axis in 0..rank {
                let along = rest / steps[axis];
                rest %= steps[axis];
                at = at.zip(sources[axis].get(along).copied().flatten()).map(|(at, s)| at + s * own[axis]);
            }
            places.push(at);
        }
        let value = inputs.get(2).copied().flatten();
        if value.is_some_and(|value| value.element_type() != tensor.element_type() || value.is_empty()) {
            return Err("what it pads with is unlike its input.".into());
        }
        macro_rules! padded {
            ($variant:ident, $values:expr, $otherwise:expr) => {{
                let filling = match value.map(Tensor::data) {
                    Some(Data::$variant(values)) => values.first().cloned(),
                    _ => None,
                };
                let filling = filling.unwrap_or($otherwise);
                let pick = |place: &Option<usize>| place.and_then(|p| $values.get(p)).unwrap_or(&filling).clone();
                Data::$variant(places.iter().map(pick).collect())
            }};
        }
        let data = match tensor.data() {
            Data::F32(values) => padded!(F32, values, filling),
            Data::F64(values) => padded!(F64, values, f64::from(filling)),
            Data::I8(values) => padded!(I8, values, filling as i8),
            Data::U8(values) => padded!(U8, values, filling as u8),
            Data::I32(values) => padded!(I32, values, filling as i32),
            Data::I64(values) => padded!(I64, values, filling as i64),
            Data::Bool(values) => padded!(Bool, values, false),
            Data::String(values) => padded!(String, values, String::new()),
        };
        one(shape, data)
    }))
}

/// Where a place on a padded axis comes from; `None` for the filling.
fn source(place: i64, length: usize, border: Border) -> Option<usize> {
    let length = length as i64;
    if (0..length).contains(&place) {
        return usize::try_from(place).ok();
    }
    if length == 0 {
        return None;
    }
    let inside = match border {
        Border::Constant => return None,
        Border::Edge => place.clamp(0, length - 1),
        Border::Wrap => place.rem_euclid(length),
        Border::Reflect if length == 1 => 0,
        Border::Reflect => {
            let round = place.rem_euclid(2 * (length - 1));
            round.min(2 * (length - 1) - round)
        }
    };
    usize::try_from(inside).ok()
}

fn block(node: &Node) -> Result<usize, Reason> {
    usize::try_from(node.int("blocksize", 0)).ok().filter(|&b| b > 0).ok_or("its blocksize is not positive.".into())
}

/// Permutes a value seen as one of `shape`, and gives it its final shape.
fn blocks(tensor: &Tensor, shape: Vec<usize>, order: &[usize], result: Vec<usize>) -> Result<Vec<Tensor>, Reason> {
    let seen = Tensor::new(shape, tensor.data().clone())?;
    let (_, data) = permuted(&seen, order)?.into_parts();
    one(result, data)
}

pub(super) fn depth_to_space(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let b = block(node)?;
    let by_column = node.text("mode") == Some("CRD");
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let &[n, c, h, w] = tensor.shape() else { return Err("its input is not [N, C, H, W].".into()) };
        let square = b.checked_mul(b).filter(|&s| c.is_multiple_of(s));
        let depth = c / square.ok_or("its channels do not make blocks.")?;
        let result = vec![n, depth, h * b, w * b];
        if by_column {
            blocks(tensor, vec![n, depth, b, b, h, w], &[0, 1, 4, 2, 5, 3], result)
        } else {
            blocks(tensor, vec![n, b, b, depth, h, w], &[0, 3, 4, 1, 5, 2], result)
        }
    }))
}

pub(super) fn space_to_depth(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let b = block(node)?;
    let order: [usize; 6] = if node.text("mode") == Some("CRD") { [0, 1, 3, 5, 2, 4] } else { [0, 3, 5, 1, 2, 4] };
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let &[n, c, h, w] = tensor.shape() else { return Err("its input is not [N, C, H, W].".into()) };
        if !h.is_multiple_of(b) || !w.is_multiple_of(b) {
            return Err("its height and width do not make blocks.".into());
        }
        blocks(tensor, vec![n, c, h / b, b, w / b, b], &order, vec![n, c * b * b, h / b, w / b])
    }))
}

/// `Trilu`
pub(super) fn triangle(node: &Node) -> Box<dyn Kernel> {
    let upper = node.int("upper", 1) != 0;
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let shift = match inputs.get(1).copied().flatten() {
            Some(shift) => integers(shift)?.first().copied().unwrap_or(0),
            None => 0,
        };
        let [.., rows, columns] = tensor.shape() else { return Err("its input is no matrix.".into()) };
        let (rows, columns) = (*rows, *columns);
        let kept = |place: usize| {
            let (row, column) = ((place / columns.max(1) % rows.max(1)) as i64, (place % columns.max(1)) as i64);
            let ahead = column - row;
            if upper { ahead >= shift } else { ahead <= shift }
        };
        let data = each!(tensor.data(), values => {
            let mut values = values.clone();
            let below = values.iter_mut().enumerate().filter(|(place, _)| !kept(*place));
            below.for_each(|(_, value)| *value = Default::default());
            values
        });
        one(tensor.shape().to_vec(), data)
    })
}
