//! Features, one by one: scaled, normalised, filled in, cut at a threshold.

use ml_onnx::{Data, Node, Tensor};

use super::rows::floats;
use crate::kernel::{Kernel, Reason, closure, input, one};

/// `(x - offset) * scale`, for each feature or for all.
pub(super) fn scaler(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let scale = node.floats("scale").unwrap_or_default().to_vec();
    let offset = node.floats("offset").unwrap_or_default().to_vec();
    let scale = if scale.is_empty() { vec![1.0; offset.len().max(1)] } else { scale };
    let offset = if offset.is_empty() { vec![0.0; scale.len()] } else { offset };
    if scale.len() != offset.len() {
        return Err("its scale and offset have different lengths.".into());
    }
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let features = per_feature(tensor, scale.len())?;
        let mut values = floats(tensor)?.into_owned();
        if scale.len() == 1 {
            values.iter_mut().for_each(|value| *value = (*value - offset[0]) * scale[0]);
        } else {
            for row in values.chunks_exact_mut(features.max(1)) {
                for ((value, offset), scale) in row.iter_mut().zip(&offset).zip(&scale) {
                    *value = (*value - offset) * scale;
                }
            }
        }
        one(tensor.shape().to_vec(), Data::F32(values))
    }))
}

/// The number of features, which an attribute of `length` values has to fit.
fn per_feature(tensor: &Tensor, length: usize) -> Result<usize, Reason> {
    let features = match tensor.shape() {
        [] => return Err("its input is a single number, but features are wanted.".into()),
        [features] => *features,
        [_, features, ..] => *features,
    };
    if length == 1 || length == features {
        return Ok(features);
    }
    Err(Reason(format!("its input has {features} features, but it is made for {length}.")))
}

/// Each row divided by its largest value, by the sum of its absolute values, or by its length.
pub(super) fn normalizer(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let norm: fn(&[f32]) -> f32 = match node.text("norm").unwrap_or("MAX") {
        "MAX" => |row| row.iter().copied().fold(f32::MIN, f32::max),
        "L1" => |row| row.iter().map(|value| value.abs()).sum(),
        "L2" => |row| row.iter().map(|value| value * value).sum::<f32>().sqrt(),
        other => return Err(Reason(format!("its norm {other} is none that ONNX knows."))),
    };
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let (_, features) = super::rows::shape(tensor)?;
        let mut values = floats(tensor)?.into_owned();
        for row in values.chunks_exact_mut(features.max(1)) {
            let norm = norm(row);
            if norm != 0.0 {
                row.iter_mut().for_each(|value| *value /= norm);
            }
        }
        one(tensor.shape().to_vec(), Data::F32(values))
    }))
}

/// Values that count as missing, replaced.
pub(super) fn imputer(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let floats = node.floats("imputed_value_floats").unwrap_or_default().to_vec();
    let integers = node.ints("imputed_value_int64s").unwrap_or_default().to_vec();
    if floats.is_empty() && integers.is_empty() {
        return Err("it has no values to fill in.".into());
    }
    let replaced_float = node.float("replaced_value_float", 0.0);
    let replaced_integer = node.int("replaced_value_int64", 0);
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let length = if floats.is_empty() { integers.len() } else { floats.len() };
        // onnxruntime takes the first value where their number fits nothing; that is more likely a mistake.
        let features = per_feature(tensor, length)?;
        let wrong = || Reason(format!("it cannot fill in {:?}.", tensor.element_type()));
        let data = match tensor.data() {
            Data::F32(values) if !floats.is_empty() => Data::F32(fill(values, features, &floats, |v| {
                v == replaced_float || (v.is_nan() && replaced_float.is_nan())
            })),
            Data::F64(values) if !floats.is_empty() => {
                let filled: Vec<f64> = floats.iter().map(|&v| f64::from(v)).collect();
                let replaced = f64::from(replaced_float);
                Data::F64(fill(values, features, &filled, |v| v == replaced || (v.is_nan() && replaced.is_nan())))
            }
            Data::I64(values) if !integers.is_empty() => {
                Data::I64(fill(values, features, &integers, |v| v == replaced_integer))
            }
            Data::I32(values) if !integers.is_empty() => {
                let filled = integers.iter().map(|&v| i32::try_from(v).ok()).collect::<Option<Vec<_>>>();
                let filled = filled.ok_or("a value to fill in does not fit 32 bits.")?;
                Data::I32(fill(values, features, &filled, |v| i64::from(v) == replaced_integer))
            }
            _ => return Err(wrong()),
        };
        one(tensor.shape().to_vec(), data)
    }))
}

fn fill<T: Copy>(values: &[T], features: usize, filled: &[T], missing: impl Fn(T) -> bool) -> Vec<T> {
    let with = |position: usize| if filled.len() == 1 { filled[0] } else { filled[position % features.max(1)] };
    values.iter().enumerate().map(|(i, &value)| if missing(value) { with(i) } else { value }).collect()
}

/// 1 above the threshold, else 0.
pub(super) fn binarizer(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let threshold = node.float("threshold", 0.0);
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let data = match tensor.data() {
            Data::F32(values) => Data::F32(values.iter().map(|&v| f32::from(u8::from(v > threshold))).collect()),
            Data::F64(values) => {
                Data::F64(values.iter().map(|&v| f64::from(u8::from(v > f64::from(threshold)))).collect())
            }
            Data::I32(values) => Data::I32(values.iter().map(|&v| i32::from(v as f32 > threshold)).collect()),
            Data::I64(values) => Data::I64(values.iter().map(|&v| i64::from(v as f32 > threshold)).collect()),
            other => return Err(Reason(format!("it cannot cut {:?}.", other.element_type()))),
        };
        one(tensor.shape().to_vec(), data)
    }))
}
