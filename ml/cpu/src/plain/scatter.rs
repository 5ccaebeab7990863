//! Elements put elsewhere by position, and positions found by value.

use std::cmp::Ordering;

use ml_onnx::{Data, Node, Tensor, keyed};

use super::arguments::{axis, integers};
use super::pick::{order, place};
use super::strides::{around, strides, take};
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

/// What becomes of an element that something is put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reduction {
    Replace,
    Add,
    Multiply,
    Greater,
    Less,
}

impl Reduction {
    fn of(node: &Node) -> Result<Self, Reason> {
        Ok(match node.text("reduction").unwrap_or("none") {
            "none" => Self::Replace,
            "add" => Self::Add,
            "mul" => Self::Multiply,
            "max" => Self::Greater,
            "min" => Self::Less,
            other => return Err(Reason(format!("its reduction {other} is none that ONNX knows."))),
        })
    }
}

/// Puts `updates` one by one at `places` of `data`.
fn put(data: &Data, places: &[usize], updates: &Data, reduction: Reduction) -> Result<Data, Reason> {
    macro_rules! numbers {
        ($variant:ident, $values:expr, $updates:expr, $add:expr, $multiply:expr) => {{
            let mut values = $values.clone();
            for (&place, &update) in places.iter().zip($updates) {
                let old = values[place];
                values[place] = match reduction {
                    Reduction::Replace => update,
                    Reduction::Add => $add(old, update),
                    Reduction::Multiply => $multiply(old, update),
                    Reduction::Greater => {
                        if update > old {
                            update
                        } else {
                            old
                        }
                    }
                    Reduction::Less => {
                        if update < old {
                            update
                        } else {
                            old
                        }
                    }
                };
            }
            Data::$variant(values)
        }};
    }
    macro_rules! replaced {
        ($variant:ident, $values:expr, $updates:expr) => {{
            if reduction != Reduction::Replace {
                return Err("texts and truth values cannot be added up.".into());
            }
            let mut values = $values.clone();
            for (&place, update) in places.iter().zip($updates) {
                values[place] = update.clone();
            }
            Data::$variant(values)
        }};
    }
    Ok(match (data, updates) {
        (Data::F32(a), Data::F32(b)) => numbers!(F32, a, b, |a: f32, b| a + b, |a: f32, b| a * b),
        (Data::F64(a), Data::F64(b)) => numbers!(F64, a, b, |a: f64, b| a + b, |a: f64, b| a * b),
        (Data::I8(a), Data::I8(b)) => numbers!(I8, a, b, i8::wrapping_add, i8::wrapping_mul),
        (Data::U8(a), Data::U8(b)) => numbers!(U8, a, b, u8::wrapping_add, u8::wrapping_mul),
        (Data::I32(a), Data::I32(b)) => numbers!(I32, a, b, i32::wrapping_add, i32::wrapping_mul),
        (Data::I64(a), Data::I64(b)) => numbers!(I64, a, b, i64::wrapping_add, i64::wrapping_mul),
        (Data::Bool(a), Data::Bool(b)) => replaced!(Bool, a, b),
        (Data::String(a), Data::String(b)) => replaced!(String, a, b),
        _ => return Err("what it puts is of another type.".into()),
    })
}

/// `ScatterElements`, and `Scatter` as it was called before.
pub(super) fn scatter_elements(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let along = node.int("axis", 0);
    let reduction = Reduction::of(node)?;
    Ok(closure(move |inputs| {
        let (tensor, wanted, updates) = (input(inputs, 0)?, input(inputs, 1)?, input(inputs, 2)?);
        let shape = tensor.shape();
        let along = axis(along, shape.len())?;
        let fits = wanted.shape() == updates.shape()
            && wanted.shape().len() == shape.len()
            && (0..shape.len()).all(|a| a == along || wanted.shape()[a] <= shape[a]);
        if !fits {
            let (wanted, updates) = (wanted.shape(), updates.shape());
            return Err(Reason(format!("positions {wanted:?} and values {updates:?} do not fit {shape:?}.")));
        }
        let (own, steps) = (strides(shape), strides(wanted.shape()));
        let mut places = Vec::with_capacity(wanted.len());
        for (at, position) in integers(wanted)?.into_iter().enumerate() {
            let mut rest = at;
            let mut to = 0;
            for a in 0..shape.len() {
                let index = rest / steps[a];
                rest %= steps[a];
                to += own[a] * if a == along { place(position, shape[a])? } else { index };
            }
            places.push(to);
        }
        one(shape.to_vec(), put(tensor.data(), &places, updates.data(), reduction)?)
    }))
}

/// `ScatterND`
pub(super) fn scatter_nd(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let reduction = Reduction::of(node)?;
    Ok(closure(move |inputs| {
        let (tensor, wanted, updates) = (input(inputs, 0)?, input(inputs, 1)?, input(inputs, 2)?);
        let shape = tensor.shape();
        let Some((&depth, rows)) = wanted.shape().split_last() else {
            return Err("its positions are a single number.".into());
        };
        let mut whole = rows.to_vec();
        whole.extend(shape.iter().skip(depth));
        if depth > shape.len() || updates.shape() != whole {
            let (wanted, updates) = (wanted.shape(), updates.shape());
            return Err(Reason(format!("positions {wanted:?} and values {updates:?} do not fit {shape:?}.")));
        }
        let own = strides(shape);
        let after: usize = shape[depth..].iter().product();
        let all = integers(wanted)?;
        let count: usize = rows.iter().product();
        let mut places = Vec::with_capacity(elements(&whole)?);
        for row in 0..count {
            let mut to = 0;
            for (a, &position) in all[row * depth..(row + 1) * depth].iter().enumerate() {
                to += place(position, shape[a])? * own[a];
            }
            places.extend(to..to + after);
        }
        one(shape.to_vec(), put(tensor.data(), &places, updates.data(), reduction)?)
    }))
}

/// Positions of what is not zero: a row for each axis.
pub(super) fn non_zero() -> Box<dyn Kernel> {
    closure(|inputs| {
        let tensor = input(inputs, 0)?;
        let found: Vec<usize> = match tensor.data() {
            Data::F32(values) => (0..values.len()).filter(|&at| values[at] != 0.0).collect(),
            Data::F64(values) => (0..values.len()).filter(|&at| values[at] != 0.0).collect(),
            Data::I8(values) => (0..values.len()).filter(|&at| values[at] != 0).collect(),
            Data::U8(values) => (0..values.len()).filter(|&at| values[at] != 0).collect(),
            Data::I32(values) => (0..values.len()).filter(|&at| values[at] != 0).collect(),
            Data::I64(values) => (0..values.len()).filter(|&at| values[at] != 0).collect(),
            Data::Bool(values) => (0..values.len()).filter(|&at| values[at]).collect(),
            Data::String(_) => return Err("texts are neither zero nor not.".into()),
        };
        let (shape, steps) = (tensor.shape(), strides(tensor.shape()));
        let mut positions = Vec::with_capacity(elements(&[shape.len(), found.len()])?);
        for (&length, &step) in shape.iter().zip(&steps) {
            positions.extend(found.iter().map(|at| (at / step % length) as i64));
        }
        one(vec![shape.len(), found.len()], Data::I64(positions))
    })
}

/// The slices for which a condition holds.
pub(super) fn compress(node: &Node) -> Box<dyn Kernel> {
    let along = node.attributes.contains_key("axis").then(|| node.int("axis", 0));
    closure(move |inputs| {
        let (tensor, condition) = (input(inputs, 0)?, input(inputs, 1)?);
        let Data::Bool(condition) = condition.data() else {
            return Err("its condition is not of truth values.".into());
        };
        let shape = tensor.shape();
        let (along, around) = match along {
            Some(along) => {
                let along = axis(along, shape.len())?;
                (Some(along), around(shape, along))
            }
            // Without an axis, of all elements in a row.
            None => (None, (1, tensor.len(), 1)),
        };
        let (before, length, after) = around;
        if condition.len() > length {
            return Err(Reason(format!("it has {} conditions for {length} slices.", condition.len())));
        }
        let kept: Vec<usize> = (0..condition.len()).filter(|&at| condition[at]).collect();
        let places = of_slices(&kept, (before, length, after));
        let mut result = shape.to_vec();
        match along {
            Some(along) => result[along] = kept.len(),
            None => result = vec![kept.len()],
        }
        one(result, take(tensor.data(), &places))
    })
}

/// Places of the elements of these slices, in order; `length` slices of `after` elements stand in each of `before` rows.
fn of_slices(slices: &[usize], (before, length, after): (usize, usize, usize)) -> Vec<usize> {
    let mut places = Vec::with_capacity(before * slices.len() * after);
    for row in 0..before {
        for at in slices {
            let start = (row * length + at) * after;
            places.extend(start..start + after);
        }
    }
    places
}

/// Each value once: the values, where each is first, which of them each slice is, and how often each is there.
pub(super) fn unique(node: &Node) -> Box<dyn Kernel> {
    let along = node.attributes.contains_key("axis").then(|| node.int("axis", 0));
    let sorted = node.int("sorted", 1) != 0;
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let shape = tensor.shape();
        let (before, length, after, along) = match along {
            Some(along) => {
                let along = axis(along, shape.len())?;
                let (before, length, after) = around(shape, along);
                (before, length, after, Some(along))
            }
            None => (1, tensor.len(), 1, None),
        };
        // The elements of a slice, in order.
        let slice = |at: usize| {
            (0..before).flat_map(move |row| {
                let start = (row * length + at) * after;
                start..start + after
            })
        };
        let compare = |a: usize, b: usize| {
            let mut pairs = slice(a).zip(slice(b)).map(|(a, b)| order(tensor.data(), a, b));
            pairs.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        let mut order: Vec<usize> = (0..length).collect();
        order.sort_by(|&a, &b| compare(a, b).then(a.cmp(&b)));
        // The first of each, and the first of its kind for every slice.
        let mut firsts: Vec<usize> = Vec::new();
        let mut leader = vec![0; length];
        for &at in &order {
            match firsts.last() {
                Some(&first) if compare(first, at).is_eq() => leader[at] = first,
                _ => {
                    firsts.push(at);
                    leader[at] = at;
                }
            }
        }
        if !sorted {
            firsts.sort_unstable();
        }
        let index = keyed::map(firsts.iter().copied().zip(0..));
        let inverse: Vec<i64> = leader.iter().filter_map(|first| index.get(first).copied()).collect();
        let mut counts = vec![0_i64; firsts.len()];
        inverse.iter().for_each(|&at| counts[at as usize] += 1);
        let places = of_slices(&firsts, (before, length, after));
        let mut result = shape.to_vec();
        match along {
            Some(along) => result[along] = firsts.len(),
            None => result = vec![firsts.len()],
        }
        let list = |values: Vec<i64>| Tensor::new(vec![values.len()], Data::I64(values));
        let firsts = firsts.into_iter().map(|at| at as i64).collect();
        Ok(vec![Tensor::new(result, take(tensor.data(), &places))?, list(firsts)?, list(inverse)?, list(counts)?])
    })
}

/// The first so many elements of each row turned around.
pub(super) fn reverse_sequence(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let (batch, time) = (node.int("batch_axis", 1), node.int("time_axis", 0));
    if !matches!((batch, time), (0, 1) | (1, 0)) {
        return Err("its axes are not the first two.".into());
    }
    Ok(closure(move |inputs| {
        let (tensor, lengths) = (input(inputs, 0)?, integers(input(inputs, 1)?)?);
        let [first, second, rest @ ..] = tensor.shape() else {
            return Err("its input has fewer than two dimensions.".into());
        };
        let (rows, steps) = if batch == 0 { (*first, *second) } else { (*second, *first) };
        let after: usize = rest.iter().product();
        let length = |row: usize| lengths.get(row).and_then(|&l| usize::try_from(l).ok()).filter(|&l| l <= steps);
        let lengths: Vec<usize> =
            (0..rows).map(length).collect::<Option<_>>().ok_or("its lengths do not fit its input.")?;
        let mut places = Vec::with_capacity(tensor.len());
        for i in 0..*first {
            for j in 0..*second {
                let (row, step) = if batch == 0 { (i, j) } else { (j, i) };
                let from = if step < lengths[row] { lengths[row] - 1 - step } else { step };
                let (i, j) = if batch == 0 { (row, from) } else { (from, row) };
                let start = (i * second + j) * after;
                places.extend(start..start + after);
            }
        }
        one(tensor.shape().to_vec(), take(tensor.data(), &places))
    }))
}
