//! `Resize` in all its variants, one axis after the other: each is a weighted sum of a few places of the input, so
//! that the axes can be done in turn.

use ml_onnx::shapes::select::stretched;
use ml_onnx::{Data, ElementType, Node, Tensor};

use super::arguments::{axes, integers};
use super::cast::converted;
use super::strides::around;
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    Nearest,
    Linear,
    Cubic,
}

/// How lengths are chosen where the proportions are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Policy {
    Stretch,
    NotLarger,
    NotSmaller,
}

#[derive(Debug, Clone)]
struct Sampling {
    mode: Mode,
    /// Rounding of `nearest_mode`.
    nearest: String,
    /// `coordinate_transformation_mode`
    coordinates: String,
    antialias: bool,
    exclude_outside: bool,
    cubic: f64,
    extrapolation: f64,
}

/// What `coordinate_transformation_mode` and `nearest_mode` may be.
const COORDINATES: [&str; 7] = [
    "half_pixel",
    "half_pixel_symmetric",
    "pytorch_half_pixel",
    "align_corners",
    "asymmetric",
    "tf_half_pixel_for_nn",
    "tf_crop_and_resize",
];
const NEAREST: [&str; 4] = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

/// The text of an attribute, which is one of `known`; the first where the node has none.
fn one_of(node: &Node, name: &str, known: &[&str]) -> Result<String, Reason> {
    let text = node.text(name).or(known.first().copied()).unwrap_or_default();
    match known.contains(&text) {
        true => Ok(text.into()),
        false => Err(Reason(format!("its {name} {text} is none that ONNX knows."))),
    }
}

/// An axis to be resized.
struct Axis {
    input: usize,
    output: usize,
    scale: f64,
    /// Begin and end of the region of interest, as parts of the axis.
    region: (f64, f64),
}

pub(super) fn resize(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let mode = match node.text("mode").unwrap_or("nearest") {
        "nearest" => Mode::Nearest,
        "linear" => Mode::Linear,
        "cubic" => Mode::Cubic,
        other => return Err(Reason(format!("its mode {other} is none that ONNX knows."))),
    };
    let policy = match node.text("keep_aspect_ratio_policy").unwrap_or("stretch") {
        "not_larger" => Policy::NotLarger,
        "not_smaller" => Policy::NotSmaller,
        _ => Policy::Stretch,
    };
    let which = node.ints("axes").map(<[i64]>::to_vec);
    let sampling = Sampling {
        mode,
        nearest: one_of(node, "nearest_mode", &NEAREST)?,
        coordinates: one_of(node, "coordinate_transformation_mode", &COORDINATES)?,
        antialias: node.int("antialias", 0) != 0,
        exclude_outside: node.int("exclude_outside", 0) != 0,
        cubic: f64::from(node.float("cubic_coeff_a", -0.75)),
        extrapolation: f64::from(node.float("extrapolation_value", 0.0)),
    };
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let rank = tensor.shape().len();
        let which = match &which {
            Some(which) => axes(which, rank)?,
            None => (0..rank).collect(),
        };
        let list = axes_of(tensor, inputs, &which, policy)?;
        let mut shape = tensor.shape().to_vec();
        let Data::F64(mut values) = converted(tensor.data(), ElementType::F64)? else {
            return Err("it computes with numbers.".into());
        };
        for (&along, axis) in which.iter().zip(&list) {
            if axis.input == axis.output && axis.scale == 1.0 && sampling.coordinates != "tf_crop_and_resize" {
                continue;
            }
            elements(&[axis.output, 8])?;
            let taps = (0..axis.output).map(|place| sampling.taps(axis, place)).collect::<Vec<_>>();
            let (before, length, after) = around(&shape, along);
            shape[along] = axis.output;
            let mut next = Vec::with_capacity(elements(&shape)?);
            for row in 0..before {
                for tap in &taps {
                    for column in 0..after {
                        next.push(match tap {
                            None => sampling.extrapolation,
                            Some(tap) => tap
                                .iter()
                                .map(|&(i, weight)| values[(row * length + i) * after + column] * weight)
                                .sum(),
                        });
                    }
                }
            }
            values = next;
        }
        let data = match tensor.data() {
            // Halves are rounded away from zero before they are cut.
            Data::I8(_) | Data::U8(_) | Data::I32(_) | Data::I64(_) => {
                converted(&Data::F64(values.iter().map(|v| v.round()).collect()), tensor.element_type())?
            }
            _ => converted(&Data::F64(values), tensor.element_type())?,
        };
        one(shape, data)
    }))
}

fn axes_of(tensor: &Tensor, inputs: &[Option<&Tensor>], which: &[usize], policy: Policy) -> Result<Vec<Axis>, Reason> {
    let floats = |position: usize| match inputs.get(position).copied().flatten() {
        Some(given) if !given.is_empty() => match converted(given.data(), ElementType::F64)? {
            Data::F64(values) => Ok::<_, Reason>(Some(values)),
            _ => Err("it computes with numbers.".into()),
        },
        _ => Ok(None),
    };
    let region = floats(1)?.filter(|values| values.len() == 2 * which.len());
    let region = |i: usize| region.as_ref().map_or((0.0, 1.0), |r| (r[i], r[which.len() + i]));
    let lengths: Vec<usize> = which.iter().map(|&a| tensor.shape()[a]).collect();
    let sizes = inputs.get(3).copied().flatten().filter(|sizes| !sizes.is_empty());
    let wrong = || Reason(format!("it has not one scale or size for each of {} axes.", which.len()));
    let mut list = Vec::with_capacity(which.len());
    if let Some(sizes) = sizes {
        let sizes = super::arrange::lengths(&integers(sizes)?)?;
        if sizes.len() != which.len() {
            return Err(wrong());
        }
        let scales = sizes.iter().zip(&lengths).map(|(&size, &length)| size as f64 / length.max(1) as f64);
        let common = match policy {
            Policy::Stretch => None,
            Policy::NotLarger => Some(scales.fold(f64::INFINITY, f64::min)),
            Policy::NotSmaller => Some(scales.fold(0.0, f64::max)),
        };
        for (i, (&size, &length)) in sizes.iter().zip(&lengths).enumerate() {
            let scale = common.unwrap_or(size as f64 / length.max(1) as f64);
            let output = if common.is_some() { (scale * length as f64).round() as usize } else { size };
            list.push(Axis { input: length, output, scale, region: region(i) });
        }
        return Ok(list);
    }
    let scales = floats(2)?.ok_or("it has neither scales nor sizes.")?;
    if scales.len() != which.len() {
        return Err(wrong());
    }
    for (i, (&scale, &length)) in scales.iter().zip(&lengths).enumerate() {
        if !(scale > 0.0 && scale.is_finite()) {
            return Err(Reason(format!("a scale of {scale} makes no sense.")));
        }
        let region = region(i);
        let output = stretched(length, scale as f32);
        elements(&[output])?;
        list.push(Axis { input: length, output, scale, region });
    }
    Ok(list)
}

impl Sampling {
    /// Which places of the input make a place of the output, and how much of each; `None` outside the input where
    /// that is filled.
    fn taps(&self, axis: &Axis, place: usize) -> Option<Vec<(usize, f64)>> {
        let at = self.source(axis, place as f64);
        let last = axis.input.checked_sub(1)? as f64;
        if self.coordinates == "tf_crop_and_resize" && !(0.0..=last).contains(&at) {
            return None;
        }
        let clamp = |i: f64| i.clamp(0.0, last) as usize;
        if self.mode == Mode::Nearest {
            return Some(vec![(clamp(self.round(at)), 1.0)]);
        }
        // Shrinking with antialias looks at more places, farther apart.
        let shrink = if self.antialias && axis.scale < 1.0 { axis.scale } else { 1.0 };
        let reach = if self.mode == Mode::Linear { 1.0 } else { 2.0 } / shrink;
        let first = (at - reach).floor() as i64 + 1;
        let mut taps: Vec<(usize, f64)> = Vec::new();
        let mut total = 0.0;
        for i in first..=(at + reach).ceil() as i64 - 1 {
            let mut weight = self.weight(((i as f64 - at) * shrink).abs());
            if self.exclude_outside && !(0.0..=last).contains(&(i as f64)) {
                weight = 0.0;
            }
            total += weight;
            taps.push((clamp(i as f64), weight));
        }
        if total != 0.0 {
            taps.iter_mut().for_each(|(_, weight)| *weight /= total);
        }
        Some(taps)
    }

    /// Where a place of the output lies in the input.
    fn source(&self, axis: &Axis, place: f64) -> f64 {
        let (input, output) = (axis.input as f64, axis.output as f64);
        let exact = axis.scale * input;
        match self.coordinates.as_str() {
            "asymmetric" => place / axis.scale,
            "tf_half_pixel_for_nn" => (place + 0.5) / axis.scale,
            "align_corners" if exact <= 1.0 => 0.0,
            "align_corners" => place * (input - 1.0) / (exact - 1.0),
            "pytorch_half_pixel" if exact <= 1.0 => 0.0,
            "half_pixel_symmetric" => {
                let adjustment = output / exact;
                let offset = input / 2.0 * (1.0 - adjustment);
                offset + (place + 0.5) / axis.scale - 0.5
            }
            "tf_crop_and_resize" => {
                let (start, end) = axis.region;
                if output > 1.0 {
                    start * (input - 1.0) + place * (end - start) * (input - 1.0) / (output - 1.0)
                } else {
                    0.5 * (start + end) * (input - 1.0)
                }
            }
            _ => (place + 0.5) / axis.scale - 0.5,
        }
    }

    fn round(&self, at: f64) -> f64 {
        let half = at - at.floor() == 0.5;
        match self.nearest.as_str() {
            "floor" => at.floor(),
            "ceil" => at.ceil(),
            "round_prefer_ceil" if half => at.ceil(),
            "round_prefer_ceil" => at.round(),
            _ if half => at.floor(),
            _ => at.round(),
        }
    }

    /// The weight of a place at this distance.
    fn weight(&self, distance: f64) -> f64 {
        let (d, a) = (distance, self.cubic);
        match self.mode {
            Mode::Linear => (1.0 - d).max(0.0),
            _ if d <= 1.0 => ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0,
            _ if d < 2.0 => ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a,
            _ => 0.0,
        }
    }
}
