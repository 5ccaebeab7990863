//! Convolutions that rten lacks: over three axes of space, padded below, of doubles.

use ml_onnx::{Data, Node, Tensor};

use super::arrange::lengths;
use super::cast::{converted, doubles};
use super::direct::{Lengths, convolve};
use super::pool::{Along, Window, indices, space};
use super::strides::strides;
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

fn groups(node: &Node) -> Result<usize, Reason> {
    usize::try_from(node.int("group", 1)).ok().filter(|&g| g > 0).ok_or("its group is not positive.".into())
}

/// What is added to each channel.
fn bias(inputs: &[Option<&Tensor>], channels: usize) -> Result<Vec<f64>, Reason> {
    match inputs.get(2).copied().flatten() {
        None => Ok(vec![0.0; channels]),
        Some(bias) if bias.shape() == [channels] => doubles(bias),
        Some(bias) => Err(Reason(format!("its bias has shape {:?}, not [{channels}].", bias.shape()))),
    }
}

pub(super) fn conv(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let window = Window::read(node)?;
    let groups = groups(node)?;
    Ok(closure(move |inputs| {
        let (tensor, weights) = (input(inputs, 0)?, input(inputs, 1)?);
        let (batch, channels, area) = space(tensor)?;
        let (maps, per_group, kernel) = space(weights)?;
        if per_group.checked_mul(groups) != Some(channels) || !maps.is_multiple_of(groups) {
            return Err(Reason(format!("weights {:?} do not fit {:?}.", weights.shape(), tensor.shape())));
        }
        let along = window.over(area, Some(kernel))?;
        if along.iter().zip(kernel).any(|(along, &k)| along.kernel != k) {
            return Err("its kernel_shape is not that of its weights.".into());
        }
        let outputs: Vec<usize> = along.iter().map(|a| a.output).collect();
        if let ([down, across], Data::F32(values), Data::F32(factors)) =
            (along.as_slice(), tensor.data(), weights.data())
            && groups == 1
            && [down, across].iter().all(|a| a.stride == 1 && a.dilation == 1)
        {
            let shape = vec![batch, maps, down.output, across.output];
            elements(&shape)?;
            let zeros = |along: &Along| usize::try_from(along.before).unwrap_or(0);
            let lengths = Lengths {
                batch,
                channels,
                input: [down.input, across.input],
                maps,
                kernel: [down.kernel, across.kernel],
                before: [zeros(down), zeros(across)],
                output: [down.output, across.output],
            };
            // The zeros around a picture are memory too.
            elements(&[channels, down.output + down.kernel, across.output + across.kernel + 8])?;
            let bias: Vec<f32> = bias(inputs, maps)?.into_iter().map(|v| v as f32).collect();
            return one(shape, Data::F32(convolve(lengths, values, factors, &bias)));
        }
        let (values, factors, bias) = (doubles(tensor)?, doubles(weights)?, bias(inputs, maps)?);
        let (own, size) = (strides(area), area.iter().product::<usize>());
        let within = indices(kernel)?;
        let mut shape = vec![batch, maps];
        shape.extend(&outputs);
        let mut results = Vec::with_capacity(elements(&shape)?);
        let places: Vec<Vec<Option<usize>>> = indices(&outputs)?
            .iter()
            .map(|at| {
                let place = |k: &Vec<usize>| {
                    let mut place = 0;
                    for (axis, along) in along.iter().enumerate() {
                        place += along.source(at[axis], k[axis])? * own[axis];
                    }
                    Some(place)
                };
                within.iter().map(place).collect()
            })
            .collect();
        for n in 0..batch {
            for (map, bias) in bias.iter().enumerate() {
                let first = map / (maps / groups) * per_group;
                for places in &places {
                    let mut sum = *bias;
                    for c in 0..per_group {
                        let plane = (n * channels + first + c) * size;
                        let factors = factors.iter().skip((map * per_group + c) * within.len());
                        for (place, factor) in places.iter().zip(factors) {
                            if let Some(place) = place {
                                sum += values[plane + place] * factor;
                            }
                        }
                    }
                    results.push(sum);
                }
            }
        }
        one(shape, converted(&Data::F64(results), tensor.element_type())?)
    }))
}

/// `ConvTranspose`
pub(super) fn transposed(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let groups = groups(node)?;
    let of = |name: &str| node.ints(name).map(lengths).transpose();
    let (steps, dilations) = (of("strides")?, of("dilations")?);
    let (extra, wanted) = (of("output_padding")?, of("output_shape")?);
    let pads = node.ints("pads").map(<[i64]>::to_vec);
    let auto = node.text("auto_pad").unwrap_or("NOTSET").to_owned();
    Ok(closure(move |inputs| {
        let (tensor, weights) = (input(inputs, 0)?, input(inputs, 1)?);
        let (batch, channels, area) = space(tensor)?;
        let (from, per_group, kernel) = space(weights)?;
        let rank = area.len();
        if from != channels || !channels.is_multiple_of(groups) || kernel.len() != rank {
            return Err(Reason(format!("weights {:?} do not fit {:?}.", weights.shape(), tensor.shape())));
        }
        let wrong = || Reason(format!("its attributes are not made for {rank} axes of space."));
        let each = |values: &Option<Vec<usize>>, otherwise: usize, axis: usize| match values {
            None => Ok(otherwise),
            Some(values) if values.len() == rank => Ok(values[axis]),
            Some(_) => Err(wrong()),
        };
        let mut outputs = Vec::with_capacity(rank);
        let mut axes = Vec::with_capacity(rank);
        for axis in 0..rank {
            let (step, dilation) = (each(&steps, 1, axis)? as i64, each(&dilations, 1, axis)? as i64);
            let extra = each(&extra, 0, axis)? as i64;
            let full = (area[axis] as i64 - 1)
                .checked_mul(step)
                .and_then(|n| (kernel[axis] as i64 - 1).checked_mul(dilation).and_then(|m| n.checked_add(m)))
                .and_then(|n| n.checked_add(extra + 1))
                .ok_or_else(wrong)?;
            let (before, length) = match (&wanted, auto.as_str(), &pads) {
                (Some(_), _, _) | (None, "SAME_UPPER" | "SAME_LOWER", _) => {
                    let length = match &wanted {
                        Some(_) => each(&wanted, 0, axis)? as i64,
                        None => area[axis] as i64 * step,
                    };
                    let total = (full - length).max(0);
                    (if auto == "SAME_UPPER" { total / 2 } else { total - total / 2 }, length)
                }
                (None, _, Some(pads)) if auto != "VALID" => {
                    if pads.len() != 2 * rank {
                        return Err(wrong());
                    }
                    (pads[axis], full - pads[axis] - pads[rank + axis])
                }
                _ => (0, full),
            };
            outputs.push(usize::try_from(length).map_err(|_| wrong())?);
            axes.push((step, dilation, before));
        }
        let maps = per_group.checked_mul(groups).ok_or_else(wrong)?;
        let mut shape = vec![batch, maps];
        shape.extend(&outputs);
        let mut results = vec![0.0; elements(&shape)?];
        let (values, factors, bias) = (doubles(tensor)?, doubles(weights)?, bias(inputs, maps)?);
        let (own, size) = (strides(&outputs), outputs.iter().product::<usize>());
        for (plane, plane_bias) in results.chunks_exact_mut(size.max(1)).zip(bias.iter().cycle()) {
            plane.fill(*plane_bias);
        }
        let (sources, within) = (indices(area)?, indices(kernel)?);
        for n in 0..batch {
            for c in 0..channels {
                let group = c / (channels / groups);
                for (at, place) in sources.iter().enumerate() {
                    let value = values[(n * channels + c) * sources.len() + at];
                    for (k, inside) in within.iter().enumerate() {
                        let target = (0..rank).try_fold(0, |sum, axis| {
                            let (step, dilation, before) = axes[axis];
                            let to = place[axis] as i64 * step + inside[axis] as i64 * dilation - before;
                            let to = usize::try_from(to).ok().filter(|&to| to < outputs[axis])?;
                            Some(sum + to * own[axis])
                        });
                        let Some(target) = target else { continue };
                        for m in 0..per_group {
                            let factor = factors[(c * per_group + m) * within.len() + k];
                            results[(n * maps + group * per_group + m) * size + target] += value * factor;
                        }
                    }
                }
            }
        }
        one(shape, converted(&Data::F64(results), tensor.element_type())?)
    }))
}
