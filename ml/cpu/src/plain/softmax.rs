//! Softmax and its kin. Before opset 13 everything from the axis on is one vector.

use ml_onnx::{Data, ElementType, Node};

use super::arguments::axis;
use super::cast::converted;
use super::strides::around;
use crate::kernel::{Kernel, Reason, closure, input, one};

pub(super) fn softmax(node: &Node, opset: i64) -> Result<Box<dyn Kernel>, Reason> {
    let flat = opset < 13;
    let along = node.int("axis", if flat { 1 } else { -1 });
    let apply: fn(&mut [f64]) = match node.operator.as_str() {
        "Softmax" => |values| {
            let total = shifted(values);
            values.iter_mut().for_each(|v| *v = (*v - total).exp());
        },
        "LogSoftmax" => |values| {
            let total = shifted(values);
            values.iter_mut().for_each(|v| *v -= total);
        },
        "Hardmax" => |values| {
            let mut best = 0;
            for i in 1..values.len() {
                if values[i] > values[best] {
                    best = i;
                }
            }
            values.iter_mut().enumerate().for_each(|(i, v)| *v = f64::from(u8::from(i == best)));
        },
        other => return Err(Reason(format!("{other} has no kernel."))),
    };
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let rank = tensor.shape().len();
        let (before, length, after) = if flat {
            let at = if along == rank as i64 { rank } else { axis(along, rank)? };
            let (rows, columns) = tensor.shape().split_at(at);
            (rows.iter().product(), columns.iter().product(), 1)
        } else {
            around(tensor.shape(), axis(along, rank)?)
        };
        let Data::F64(mut values) = converted(tensor.data(), ElementType::F64)? else {
            return Err("it computes with floats.".into());
        };
        let mut line = vec![0.0; length];
        for row in 0..before {
            for column in 0..after {
                let at = |i: usize| (row * length + i) * after + column;
                line.iter_mut().enumerate().for_each(|(i, v)| *v = values[at(i)]);
                apply(&mut line);
                line.iter().enumerate().for_each(|(i, v)| values[at(i)] = *v);
            }
        }
        one(tensor.shape().to_vec(), converted(&Data::F64(values), tensor.element_type())?)
    }))
}

/// The logarithm of the sum of the exponentials.
fn shifted(values: &[f64]) -> f64 {
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + values.iter().map(|v| (v - largest).exp()).sum::<f64>().ln()
}
