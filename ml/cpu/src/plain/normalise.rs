//! Normalisations that rten lacks, and layer normalisation with all that it can give.

use ml_onnx::{Data, Node, Tensor};

use super::arguments::{axes, axis};
use super::cast::{converted, doubles};
use super::strides::{around, broadcast, stretched};
use crate::kernel::{Kernel, Reason, closure, input, one};

/// The values, their mean and the inverse of their deviation, over the last axes.
pub(super) fn layer(node: &Node) -> Box<dyn Kernel> {
    let first = node.int("axis", -1);
    let epsilon = f64::from(node.float("epsilon", 1e-5));
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let shape = tensor.shape();
        let first = axis(first, shape.len())?;
        let length: usize = shape[first..].iter().product();
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

/// Values of the shape and type of an input.
fn like(tensor: &Tensor, values: Vec<f64>) -> Result<Vec<Tensor>, Reason> {
    one(tensor.shape().to_vec(), converted(&Data::F64(values), tensor.element_type())?)
}

/// `RMSNormalization`: over the last axes, by the root of the mean of the squares.
pub(super) fn root_mean_square(node: &Node) -> Box<dyn Kernel> {
    let first = node.int("axis", -1);
    let epsilon = f64::from(node.float("epsilon", 1e-5));
    closure(move |inputs| {
        let (tensor, scale) = (input(inputs, 0)?, input(inputs, 1)?);
        let shape = tensor.shape();
        let length: usize = shape[axis(first, shape.len())?..].iter().product();
        if broadcast(&[scale.shape(), shape])? != shape {
            return Err(Reason(format!("its scale of shape {:?} does not fit {shape:?}.", scale.shape())));
        }
        let (scales, places) = (doubles(scale)?, stretched(scale.shape(), shape)?);
        let mut values = doubles(tensor)?;
        for (line, places) in values.chunks_exact_mut(length.max(1)).zip(places.chunks_exact(length.max(1))) {
            let mean = line.iter().map(|v| v * v).sum::<f64>() / length as f64;
            let root = (mean + epsilon).sqrt();
            line.iter_mut().zip(places).for_each(|(value, &place)| *value = *value / root * scales[place]);
        }
        like(tensor, values)
    })
}

/// `GroupNormalization`: each group of channels by its own mean and deviation.
pub(super) fn group(node: &Node, opset: i64) -> Result<Box<dyn Kernel>, Reason> {
    let groups = usize::try_from(node.int("num_groups", 0)).ok().filter(|&groups| groups > 0);
    let groups = groups.ok_or("its num_groups is no number of groups.")?;
    let epsilon = f64::from(node.float("epsilon", 1e-5));
    // Scale and bias had a value for each group before, and have one for each channel since.
    let by_group = opset < 21;
    Ok(closure(move |inputs| {
        let (tensor, scale, bias) = (input(inputs, 0)?, input(inputs, 1)?, input(inputs, 2)?);
        let channels = tensor.shape().get(1).copied().unwrap_or(0);
        let wanted = if by_group { groups } else { channels };
        if channels == 0 || !channels.is_multiple_of(groups) || scale.shape() != [wanted] || bias.shape() != [wanted] {
            return Err(Reason(format!("its scale and bias do not fit {channels} channels in {groups} groups.")));
        }
        let area: usize = tensor.shape()[2..].iter().product();
        let (scale, bias) = (doubles(scale)?, doubles(bias)?);
        let each = channels / groups;
        let mut values = doubles(tensor)?;
        for (at, line) in values.chunks_exact_mut((each * area).max(1)).enumerate() {
            let count = line.len() as f64;
            let mean = line.iter().sum::<f64>() / count;
            let variance = line.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
            let inverse = 1.0 / (variance + epsilon).sqrt();
            for (i, value) in line.iter_mut().enumerate() {
                let group = at % groups;
                let place = if by_group { group } else { group * each + i / area.max(1) };
                *value = (*value - mean) * inverse * scale[place] + bias[place];
            }
        }
        like(tensor, values)
    }))
}

/// `LpNormalization`: to length 1 along an axis; what has no length stays.
pub(super) fn lengths(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let along = node.int("axis", -1);
    let power = node.int("p", 2);
    if !matches!(power, 1 | 2) {
        return Err(Reason(format!("it measures lengths of order {power}, and only 1 and 2 have a meaning.")));
    }
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let (before, length, after) = around(tensor.shape(), axis(along, tensor.shape().len())?);
        let mut values = doubles(tensor)?;
        for row in 0..before {
            for column in 0..after {
                let at = |i: usize| (row * length + i) * after + column;
                let measured: f64 = match power {
                    1 => (0..length).map(|i| values[at(i)].abs()).sum(),
                    _ => (0..length).map(|i| values[at(i)] * values[at(i)]).sum::<f64>().sqrt(),
                };
                if measured != 0.0 {
                    (0..length).for_each(|i| values[at(i)] /= measured);
                }
            }
        }
        like(tensor, values)
    }))
}

/// `MeanVarianceNormalization`: over the axes that are named.
pub(super) fn mean_variance(node: &Node) -> Box<dyn Kernel> {
    let over = node.ints("axes").map_or_else(|| vec![0, 2, 3], <[i64]>::to_vec);
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let shape = tensor.shape();
        let over = axes(&over, shape.len())?;
        let kept: Vec<usize> = (0..shape.len()).map(|a| if over.contains(&a) { 1 } else { shape[a] }).collect();
        let groups = stretched(&kept, shape)?;
        let mut values = doubles(tensor)?;
        let count: usize = kept.iter().product();
        let each = values.len() as f64 / count.max(1) as f64;
        let mut means = vec![0.0; count];
        groups.iter().zip(&values).for_each(|(&group, value)| means[group] += value / each);
        let mut squares = vec![0.0; count];
        for (&group, value) in groups.iter().zip(&values) {
            squares[group] += (value - means[group]) * (value - means[group]) / each;
        }
        for (&group, value) in groups.iter().zip(&mut values) {
            *value = (*value - means[group]) / (squares[group].sqrt() + 1e-9);
        }
        like(tensor, values)
    })
}
