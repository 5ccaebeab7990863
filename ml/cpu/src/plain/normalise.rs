//! Layer normalisation with all that it can give.

use ml_onnx::{Data, ElementType, Node, Tensor};

use super::arguments::axis;
use super::cast::converted;
use super::strides::{broadcast, stretched};
use crate::kernel::{Kernel, Reason, closure, input};

/// The values, their mean and the inverse of their deviation, over the last axes.
pub(super) fn layer(node: &Node) -> Box<dyn Kernel> {
    let first = node.int("axis", -1);
    let epsilon = f64::from(node.float("epsilon", 1e-5));
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let shape = tensor.shape();
        let first = axis(first, shape.len())?;
        let length: usize = shape[first..].iter().product();
        let doubles = |tensor: &Tensor| match converted(tensor.data(), ElementType::F64)? {
            Data::F64(values) => Ok::<_, Reason>(values),
            _ => Err("it computes with numbers.".into()),
        };
        // Scale and bias are stretched over the axes that are normalised.
        let over = |position: usize, otherwise: f64| match inputs.get(position).copied().flatten() {
            None => Ok::<_, Reason>(vec![otherwise; tensor.len()]),
            Some(given) => {
                if broadcast(&[given.shape(), shape])? != shape {
                    return Err(Reason(format!("shape {:?} does not fit {shape:?}.", given.shape())));
                }
                let values = doubles(given)?;
                Ok(stretched(given.shape(), shape)?.into_iter().map(|p| values[p]).collect())
            }
        };
        let (scale, bias) = (over(1, 1.0)?, over(2, 0.0)?);
        let mut values = doubles(tensor)?;
        let (mut means, mut inverses) = (Vec::new(), Vec::new());
        for (row, line) in values.chunks_exact_mut(length.max(1)).enumerate() {
            let mean = line.iter().sum::<f64>() / length as f64;
            let variance = line.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / length as f64;
            let inverse = 1.0 / (variance + epsilon).sqrt();
            for (i, value) in line.iter_mut().enumerate() {
                let at = row * length + i;
                *value = (*value - mean) * inverse * scale[at] + bias[at];
            }
            means.push(mean);
            inverses.push(inverse);
        }
        let small: Vec<usize> = shape.iter().enumerate().map(|(a, &d)| if a < first { d } else { 1 }).collect();
        let give = |shape: &[usize], values: Vec<f64>| {
            let data = converted(&Data::F64(values), tensor.element_type())?;
            Ok::<_, Reason>(Tensor::new(shape.to_vec(), data)?)
        };
        Ok(vec![give(shape, values)?, give(&small, means)?, give(&small, inverses)?])
    })
}
