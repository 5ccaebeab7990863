//! Elements picked by position or by size.

use std::cmp::Ordering;

use ml_onnx::{Data, Node, Tensor};

use super::arguments::{Integers, axis, integers};
use super::strides::{around, each, strides, take};
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

/// A position counted from the end where it is negative.
#[inline(never)]
pub(super) fn place(position: i64, length: usize) -> Result<usize, Reason> {
    let from_start = if position < 0 { position.saturating_add(length as i64) } else { position };
    let found = usize::try_from(from_start).ok().filter(|&p| p < length);
    found.ok_or_else(|| Reason(format!("position {position} is not in an axis of length {length}.")))
}

pub(super) fn gather(node: &Node) -> Box<dyn Kernel> {
    let along = node.int("axis", 0);
    closure(move |inputs| {
        let (tensor, wanted) = (input(inputs, 0)?, input(inputs, 1)?);
        let along = axis(along, tensor.shape().len())?;
        let (before, length, after) = around(tensor.shape(), along);
        let picked = integers(wanted)?.iter().map(|&p| place(p, length)).collect::<Result<Vec<_>, _>>()?;
        let mut shape = tensor.shape()[..along].to_vec();
        shape.extend_from_slice(wanted.shape());
        shape.extend_from_slice(&tensor.shape()[along + 1..]);
        let count = elements(&shape)?;
        let data = each!(tensor.data(), values => {
            let mut result = Vec::with_capacity(count);
            for row in 0..before {
                for &p in &picked {
                    let start = (row * length + p) * after;
                    result.extend(values.iter().skip(start).take(after).cloned());
                }
            }
            result
        });
        one(shape, data)
    })
}

pub(super) fn gather_elements(node: &Node) -> Box<dyn Kernel> {
    let along = node.int("axis", 0);
    closure(move |inputs| {
        let (tensor, wanted) = (input(inputs, 0)?, input(inputs, 1)?);
        let rank = tensor.shape().len();
        let along = axis(along, rank)?;
        let fits =
            wanted.shape().len() == rank && (0..rank).all(|a| a == along || wanted.shape()[a] <= tensor.shape()[a]);
        if !fits {
            return Err(Reason(format!("positions {:?} do not fit {:?}.", wanted.shape(), tensor.shape())));
        }
        let (own, steps) = (strides(tensor.shape()), strides(wanted.shape()));
        let mut places = Vec::with_capacity(wanted.len());
        for (at, position) in integers(wanted)?.into_iter().enumerate() {
            let mut rest = at;
            let mut from = 0;
            for a in 0..rank {
                let index = rest / steps[a];
                rest %= steps[a];
                from += own[a] * if a == along { place(position, tensor.shape()[a])? } else { index };
            }
            places.push(from);
        }
        one(wanted.shape().to_vec(), take(tensor.data(), &places))
    })
}

pub(super) fn gather_nd(node: &Node) -> Box<dyn Kernel> {
    let batch = usize::try_from(node.int("batch_dims", 0)).unwrap_or(usize::MAX);
    closure(move |inputs| {
        let (tensor, wanted) = (input(inputs, 0)?, input(inputs, 1)?);
        let Some((&depth, rows)) = wanted.shape().split_last() else {
            return Err("its positions are a single number.".into());
        };
        let shape = tensor.shape();
        let fits = batch <= rows.len() && batch.checked_add(depth).is_some_and(|n| n <= shape.len());
        if !fits || rows[..batch] != shape[..batch] {
            return Err(Reason(format!("positions {:?} do not fit {shape:?}.", wanted.shape())));
        }
        let own = strides(shape);
        let after: usize = shape[batch + depth..].iter().product();
        let in_batch: usize = shape[batch..].iter().product();
        let each_batch: usize = rows[batch..].iter().product();
        let mut result = rows.to_vec();
        result.extend_from_slice(&shape[batch + depth..]);
        let mut places = Vec::with_capacity(elements(&result)?);
        let all = integers(wanted)?;
        let count: usize = rows.iter().product();
        for row in 0..count {
            let mut from = row / each_batch.max(1) * in_batch;
            for (i, &position) in all[row * depth..(row + 1) * depth].iter().enumerate() {
                from += place(position, shape[batch + i])? * own[batch + i];
            }
            places.extend(from..from + after);
        }
        one(result, take(tensor.data(), &places))
    })
}

pub(super) fn one_hot(node: &Node) -> Box<dyn Kernel> {
    let along = node.int("axis", -1);
    closure(move |inputs| {
        let (wanted, depth, values) = (input(inputs, 0)?, input(inputs, 1)?, input(inputs, 2)?);
        let whole = |tensor: &Tensor| super::cast::converted(tensor.data(), ml_onnx::ElementType::I64);
        let (Data::I64(wanted_values), Data::I64(depths)) = (whole(wanted)?, whole(depth)?) else {
            return Err("its positions are no numbers.".into());
        };
        let depth = depths.first().and_then(|&d| usize::try_from(d).ok()).ok_or("its depth is no length.")?;
        if values.len() != 2 {
            return Err("its values are not two: off and on.".into());
        }
        let along = axis(along, wanted.shape().len() + 1)?;
        let mut shape = wanted.shape().to_vec();
        shape.insert(along, depth);
        let mut places = vec![0_usize; elements(&shape)?];
        let after: usize = wanted.shape()[along..].iter().product();
        for (at, &position) in wanted_values.iter().enumerate() {
            if let Ok(position) = place(position, depth) {
                let (row, column) = (at / after.max(1), at % after.max(1));
                places[(row * depth + position) * after + column] = 1;
            }
        }
        one(shape, take(values.data(), &places))
    })
}

/// Numbers in an order in which NaN is larger than everything.
pub(super) fn order(data: &Data, a: usize, b: usize) -> Ordering {
    macro_rules! floats {
        ($values:expr) => {
            $values[a].partial_cmp(&$values[b]).unwrap_or_else(|| $values[a].is_nan().cmp(&$values[b].is_nan()))
        };
    }
    match data {
        Data::F32(values) => floats!(values),
        Data::F64(values) => floats!(values),
        Data::I8(values) => values[a].cmp(&values[b]),
        Data::U8(values) => values[a].cmp(&values[b]),
        Data::I32(values) => values[a].cmp(&values[b]),
        Data::I64(values) => values[a].cmp(&values[b]),
        Data::Bool(values) => values[a].cmp(&values[b]),
        Data::String(values) => values[a].cmp(&values[b]),
    }
}

pub(super) fn top(node: &Node) -> Box<dyn Kernel> {
    let along = node.int("axis", -1);
    let largest = node.int("largest", 1) != 0;
    let how_many = Integers::new(node, "k", 1);
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let k = how_many.need(inputs)?.first().and_then(|&k| usize::try_from(k).ok()).ok_or("its k is no length.")?;
        let along = axis(along, tensor.shape().len())?;
        let (before, length, after) = around(tensor.shape(), along);
        if k > length {
            return Err(Reason(format!("it wants {k} of an axis of length {length}.")));
        }
        let mut shape = tensor.shape().to_vec();
        shape[along] = k;
        let count = elements(&shape)?;
        let mut places = vec![0_usize; count];
        let mut positions = vec![0_i64; count];
        for row in 0..before {
            for column in 0..after {
                let at = |i: usize| (row * length + i) * after + column;
                let mut all: Vec<usize> = (0..length).collect();
                // Stable, so that the first of equals comes first.
                all.sort_by(|&i, &j| {
                    let order = order(tensor.data(), at(i), at(j));
                    if largest { order.reverse() } else { order }
                });
                for (rank, &i) in all.iter().take(k).enumerate() {
                    let to = (row * k + rank) * after + column;
                    places[to] = at(i);
                    positions[to] = i as i64;
                }
            }
        }
        Ok(vec![Tensor::new(shape.clone(), take(tensor.data(), &places))?, Tensor::new(shape, Data::I64(positions))?])
    })
}

/// `ArgMax` and `ArgMin`
pub(super) fn extreme(node: &Node) -> Box<dyn Kernel> {
    let along = node.int("axis", 0);
    let keep = node.int("keepdims", 1) != 0;
    let last = node.int("select_last_index", 0) != 0;
    let wanted = if node.operator == "ArgMax" { Ordering::Greater } else { Ordering::Less };
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let along = axis(along, tensor.shape().len())?;
        let (before, length, after) = around(tensor.shape(), along);
        if length == 0 {
            return Err("there is nothing along its axis.".into());
        }
        let mut positions = Vec::with_capacity(before * after);
        for row in 0..before {
            for column in 0..after {
                let at = |i: usize| (row * length + i) * after + column;
                let mut best = 0;
                for i in 1..length {
                    let order = order(tensor.data(), at(i), at(best));
                    if order == wanted || (last && order == Ordering::Equal) {
                        best = i;
                    }
                }
                positions.push(best as i64);
            }
        }
        let mut shape = tensor.shape().to_vec();
        if keep {
            shape[along] = 1;
        } else {
            shape.remove(along);
        }
        one(shape, Data::I64(positions))
    })
}
