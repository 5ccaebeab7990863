//! Many elements to one.

use ml_onnx::{Data, Node, Tensor};

use super::arguments::{Integers, axes, axis, integers};
use super::strides::{around, strides, view};
use crate::kernel::{Kernel, Reason, closure, input, one};

/// How elements are brought together, for floats and for integers.
#[derive(Clone, Copy)]
struct Fold {
    float: fn(&mut dyn Iterator<Item = f64>) -> f64,
    integer: fn(&mut dyn Iterator<Item = i64>) -> i64,
}

fn log_sum_exp(values: &mut dyn Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest.is_infinite() {
        return largest;
    }
    largest + values.iter().map(|v| (v - largest).exp()).sum::<f64>().ln()
}

/// NaN wins.
fn max(values: &mut dyn Iterator<Item = f64>) -> f64 {
    values.fold(f64::NEG_INFINITY, |a, b| if a.is_nan() || a > b { a } else { b })
}

fn min(values: &mut dyn Iterator<Item = f64>) -> f64 {
    values.fold(f64::INFINITY, |a, b| if a.is_nan() || a < b { a } else { b })
}

fn mean(values: &mut dyn Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u64), |(sum, count), v| (sum + v, count + 1));
    sum / count as f64
}

fn whole_mean(values: &mut dyn Iterator<Item = i64>) -> i64 {
    let (sum, count) = values.fold((0_i64, 0_i64), |(sum, count), v| (sum.wrapping_add(v), count + 1));
    sum / count.max(1)
}

fn fold(operator: &str) -> Result<Fold, Reason> {
    Ok(match operator {
        "ReduceSum" => Fold { float: |v| v.sum(), integer: |v| v.fold(0, i64::wrapping_add) },
        "ReduceMean" => Fold { float: mean, integer: whole_mean },
        "ReduceMax" => Fold { float: max, integer: |v| v.max().unwrap_or(i64::MIN) },
        "ReduceMin" => Fold { float: min, integer: |v| v.min().unwrap_or(i64::MAX) },
        "ReduceProd" => Fold { float: |v| v.product(), integer: |v| v.fold(1, i64::wrapping_mul) },
        "ReduceL1" => {
            Fold { float: |v| v.map(f64::abs).sum(), integer: |v| v.map(i64::wrapping_abs).fold(0, i64::wrapping_add) }
        }
        "ReduceL2" => Fold {
            float: |v| v.map(|v| v * v).sum::<f64>().sqrt(),
            integer: |v| v.map(|v| (v as f64).powi(2)).sum::<f64>().sqrt() as i64,
        },
        "ReduceLogSum" => Fold { float: |v| v.sum::<f64>().ln(), integer: |v| (v.sum::<i64>() as f64).ln() as i64 },
        "ReduceLogSumExp" => Fold { float: log_sum_exp, integer: |v| log_sum_exp(&mut v.map(|v| v as f64)) as i64 },
        "ReduceSumSquare" => Fold {
            float: |v| v.map(|v| v * v).sum(),
            integer: |v| v.map(|v| v.wrapping_mul(v)).fold(0, i64::wrapping_add),
        },
        other => return Err(Reason(format!("{other} has no kernel."))),
    })
}

pub(super) fn reduce(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let fold = fold(&node.operator)?;
    let keep = node.int("keepdims", 1) != 0;
    let nothing_is_nothing = node.int("noop_with_empty_axes", 0) != 0;
    let which = Integers::new(node, "axes", 1);
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let shape = tensor.shape();
        let given = which.get(inputs)?.unwrap_or_default();
        let gone = if given.is_empty() && nothing_is_nothing {
            Vec::new()
        } else if given.is_empty() {
            (0..shape.len()).collect()
        } else {
            axes(&given, shape.len())?
        };
        let own = strides(shape);
        let part = |of_gone: bool| {
            let chosen = (0..shape.len()).filter(|a| gone.contains(a) == of_gone);
            let (lengths, steps): (Vec<usize>, Vec<isize>) = chosen.map(|a| (shape[a], own[a] as isize)).unzip();
            view(&lengths, &steps, 0)
        };
        let (starts, offsets) = (part(false)?, part(true)?);
        macro_rules! folded {
            ($values:expr, $how:expr, $wide:ty, $type:ty) => {
                starts
                    .iter()
                    .map(|start| $how(&mut offsets.iter().map(|o| <$wide>::from($values[start + o]))) as $type)
                    .collect()
            };
        }
        let data = match tensor.data() {
            Data::F32(values) => Data::F32(folded!(values, (fold.float), f64, f32)),
            Data::F64(values) => Data::F64(folded!(values, (fold.float), f64, f64)),
            Data::I8(values) => Data::I8(folded!(values, (fold.integer), i64, i8)),
            Data::U8(values) => Data::U8(folded!(values, (fold.integer), i64, u8)),
            Data::I32(values) => Data::I32(folded!(values, (fold.integer), i64, i32)),
            Data::I64(values) => Data::I64(folded!(values, (fold.integer), i64, i64)),
            Data::Bool(values) => {
                let folded: Vec<i64> = folded!(values, (fold.integer), i64, i64);
                // Of nothing the largest is false and the smallest true.
                Data::Bool(folded.iter().map(|&v| v > 0).collect())
            }
            Data::String(_) => return Err("texts cannot be brought together.".into()),
        };
        let kept = (0..shape.len()).filter(|a| keep || !gone.contains(a));
        one(kept.map(|a| if gone.contains(&a) { 1 } else { shape[a] }).collect(), data)
    }))
}

/// `CumSum` and `CumProd`
pub(super) fn cumulate(node: &Node) -> Box<dyn Kernel> {
    let product = node.operator == "CumProd";
    let exclusive = node.int("exclusive", 0) != 0;
    let reverse = node.int("reverse", 0) != 0;
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let along = integers(input(inputs, 1)?)?.first().copied().unwrap_or(0);
        let along = axis(along, tensor.shape().len())?;
        let (before, length, after) = around(tensor.shape(), along);
        macro_rules! cumulated {
            ($values:expr, $zero:expr, $one:expr, $add:expr, $times:expr) => {{
                let mut result = $values.clone();
                for row in 0..before {
                    for column in 0..after {
                        let mut sum = if product { $one } else { $zero };
                        for i in 0..length {
                            let i = if reverse { length - 1 - i } else { i };
                            let at = (row * length + i) * after + column;
                            let next = if product { $times(sum, $values[at]) } else { $add(sum, $values[at]) };
                            result[at] = if exclusive { sum } else { next };
                            sum = next;
                        }
                    }
                }
                result
            }};
        }
        let data = match tensor.data() {
            Data::F32(values) => {
                Data::F32(cumulated!(values, 0.0, 1.0, |a: f32, b: f32| a + b, |a: f32, b: f32| a * b))
            }
            Data::F64(values) => {
                Data::F64(cumulated!(values, 0.0, 1.0, |a: f64, b: f64| a + b, |a: f64, b: f64| a * b))
            }
            Data::I8(values) => Data::I8(cumulated!(values, 0, 1, i8::wrapping_add, i8::wrapping_mul)),
            Data::U8(values) => Data::U8(cumulated!(values, 0, 1, u8::wrapping_add, u8::wrapping_mul)),
            Data::I32(values) => Data::I32(cumulated!(values, 0, 1, i32::wrapping_add, i32::wrapping_mul)),
            Data::I64(values) => Data::I64(cumulated!(values, 0, 1, i64::wrapping_add, i64::wrapping_mul)),
            other => return Err(Reason(format!("it sums numbers, not {:?}.", other.element_type()))),
        };
        Ok(vec![Tensor::new(tensor.shape().to_vec(), data)?])
    })
}
