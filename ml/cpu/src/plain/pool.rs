//! Windows moved over space: pooling of every kind, and local response normalisation.

use ml_onnx::{Data, Node, Tensor};

use super::arrange::lengths;
use super::cast::{converted, doubles};
use super::strides::strides;
use crate::kernel::{Kernel, Reason, closure, elements, input, one};
use crate::lanes::{Eight, LANES};

/// How a window moves along the axes after `[N, C]`.
#[derive(Debug, Clone)]
pub(super) struct Window {
    kernel: Option<Vec<usize>>,
    strides: Option<Vec<usize>>,
    dilations: Option<Vec<usize>>,
    pads: Option<Vec<i64>>,
    same: Option<Same>,
    ceil: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Same {
    Upper,
    Lower,
}

/// A window along one axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Along {
    pub kernel: usize,
    pub stride: usize,
    pub dilation: usize,
    pub before: i64,
    pub after: i64,
    pub input: usize,
    pub output: usize,
}

impl Along {
    /// Where in the input place `k` of the window at `position` lies; `None` in the padding.
    pub(super) fn source(&self, position: usize, k: usize) -> Option<usize> {
        let at = (position * self.stride + k * self.dilation) as i64 - self.before;
        usize::try_from(at).ok().filter(|&at| at < self.input)
    }
}

impl Window {
    pub(super) fn read(node: &Node) -> Result<Self, Reason> {
        let of = |name: &str| node.ints(name).map(lengths).transpose();
        let positive = |values: Option<Vec<usize>>, name: &str| match values {
            Some(values) if values.contains(&0) => Err(Reason(format!("its {name} has a zero."))),
            values => Ok(values),
        };
        let same = match node.text("auto_pad").unwrap_or("NOTSET") {
            "SAME_UPPER" => Some(Same::Upper),
            "SAME_LOWER" => Some(Same::Lower),
            _ => None,
        };
        let pads = if node.text("auto_pad") == Some("VALID") { None } else { node.ints("pads").map(<[i64]>::to_vec) };
        if pads.iter().flatten().any(|&p| !(0..1 << 24).contains(&p)) {
            return Err("its pads are negative or huge.".into());
        }
        Ok(Self {
            kernel: positive(of("kernel_shape")?, "kernel_shape")?,
            strides: positive(of("strides")?, "strides")?,
            dilations: positive(of("dilations")?, "dilations")?,
            pads,
            same,
            ceil: node.int("ceil_mode", 0) != 0,
        })
    }

    /// The window along each axis of `space`; `kernel` where the node does not say it.
    pub(super) fn over(&self, space: &[usize], kernel: Option<&[usize]>) -> Result<Vec<Along>, Reason> {
        let kernel = self.kernel.as_deref().or(kernel).ok_or("its kernel_shape is missing.")?;
        let rank = space.len();
        let wrong = || Reason(format!("its window is not made for {rank} axes of space."));
        if kernel.len() != rank {
            return Err(wrong());
        }
        let mut result = Vec::with_capacity(rank);
        for axis in 0..rank {
            let of = |values: &Option<Vec<usize>>| match values {
                None => Some(1),
                Some(values) if values.len() == rank => values.get(axis).copied(),
                Some(_) => None,
            };
            let stride = of(&self.strides).ok_or_else(wrong)?;
            let dilation = of(&self.dilations).ok_or_else(wrong)?;
            let reach = (kernel[axis] - 1).checked_mul(dilation).and_then(|r| r.checked_add(1));
            let reach = reach.filter(|&r| r < 1 << 30).ok_or("its window is too large.")? as i64;
            let length = space[axis] as i64;
            let (step, mut before, mut after) = (stride as i64, 0, 0);
            match (&self.pads, self.same) {
                (_, Some(same)) => {
                    let total = (((length + step - 1) / step - 1) * step + reach - length).max(0);
                    before = if same == Same::Upper { total / 2 } else { total - total / 2 };
                    after = total - before;
                }
                (Some(pads), None) if pads.len() == 2 * rank => {
                    before = pads[axis];
                    after = pads[rank + axis];
                }
                (Some(_), None) => return Err(wrong()),
                (None, None) => {}
            }
            let room = length + before + after - reach;
            if room < 0 {
                return Err(Reason(format!("its window is longer than an axis of {length}.")));
            }
            let mut output = if self.ceil { (room + step - 1) / step + 1 } else { room / step + 1 };
            // A window that begins in the padding behind the input is none.
            if self.ceil && (output - 1) * step >= length + before {
                output -= 1;
            }
            let output = usize::try_from(output).map_err(|_| wrong())?;
            result.push(Along { kernel: kernel[axis], stride, dilation, before, after, input: space[axis], output });
        }
        Ok(result)
    }
}

/// Batch, channels and the axes of space.
pub(super) fn space(tensor: &Tensor) -> Result<(usize, usize, &[usize]), Reason> {
    match tensor.shape() {
        [batch, channels, space @ ..] if !space.is_empty() => Ok((*batch, *channels, space)),
        shape => Err(Reason(format!("its input has shape {shape:?}, but [N, C, ...] is wanted."))),
    }
}

/// All indices of a shape, in order.
#[inline(never)]
pub(super) fn indices(shape: &[usize]) -> Result<Vec<Vec<usize>>, Reason> {
    let count = elements(shape)?;
    let steps = strides(shape);
    Ok((0..count).map(|i| (0..shape.len()).map(|a| i / steps[a] % shape[a]).collect()).collect())
}

/// For every place of the output, the places of the input under its window.
#[inline(never)]
fn windows(along: &[Along]) -> Result<Vec<Vec<usize>>, Reason> {
    let outputs: Vec<usize> = along.iter().map(|a| a.output).collect();
    let kernel: Vec<usize> = along.iter().map(|a| a.kernel).collect();
    let input: Vec<usize> = along.iter().map(|a| a.input).collect();
    let own = strides(&input);
    let within = indices(&kernel)?;
    elements(&[elements(&outputs)?, within.len()])?;
    let place = |at: &[usize], k: &[usize]| {
        let mut place = 0;
        for (axis, along) in along.iter().enumerate() {
            place += along.source(at[axis], k[axis])? * own[axis];
        }
        Some(place)
    };
    Ok(indices(&outputs)?.iter().map(|at| within.iter().filter_map(|k| place(at, k)).collect()).collect())
}

pub(super) fn max(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let window = Window::read(node)?;
    let by_column = node.int("storage_order", 0) != 0;
    let positions_wanted = node.outputs.get(1).is_some_and(|name| !name.is_empty());
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let (batch, channels, space) = space(tensor)?;
        let along = window.over(space, None)?;
        if let (false, Data::F32(values), [down, across]) = (positions_wanted, tensor.data(), along.as_slice())
            && down.dilation == 1
            && across.dilation == 1
        {
            let shape = vec![batch, channels, down.output, across.output];
            elements(&shape)?;
            return one(shape, Data::F32(largest_in_planes(values, down, across)));
        }
        let windows = windows(&along)?;
        let values = doubles(tensor)?;
        let size: usize = space.iter().product();
        let mut shape = vec![batch, channels];
        shape.extend(along.iter().map(|a| a.output));
        let count = elements(&shape)?;
        let (mut largest, mut positions) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for plane in 0..batch * channels {
            for places in &windows {
                let mut best: Option<usize> = None;
                for &place in places {
                    let at = plane * size + place;
                    if best.is_none_or(|best| values[at] > values[best] || values[at].is_nan()) {
                        best = Some(at);
                    }
                }
                largest.push(best.map_or(f64::NEG_INFINITY, |best| values[best]));
                positions.push(best.map_or(-1, |best| if by_column { turned(best, size, space) } else { best as i64 }));
            }
        }
        let data = converted(&Data::F64(largest), tensor.element_type())?;
        Ok(vec![Tensor::new(shape.clone(), data)?, Tensor::new(shape, Data::I64(positions))?])
    }))
}

/// The larger of two; NaN counts as larger.
#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    // Not `f32::max`: it is a call in wasm, and this is one instruction for four values.
    if b > a || b.is_nan() { b } else { a }
}

/// What [`max`] computes most often, and what networks for pictures spend time with: plane by plane, first over the
/// rows of a window, side by side, and then along the one row that is left.
fn largest_in_planes(values: &[f32], down: &Along, across: &Along) -> Vec<f32> {
    let within = |along: &Along, position: usize| {
        let start = (position * along.stride) as i64 - along.before;
        let end = (start + along.kernel as i64).clamp(0, along.input as i64);
        usize::try_from(start.max(0)).unwrap_or(0)..usize::try_from(end).unwrap_or(0)
    };
    let width = across.input;
    let columns: Vec<_> = (0..across.output).map(|x| within(across, x)).collect();
    let mut line = vec![f32::NEG_INFINITY; width];
    let mut results = Vec::new();
    for plane in values.chunks_exact((down.input * width).max(1)) {
        for y in 0..down.output {
            line.fill(f32::NEG_INFINITY);
            let rows = within(down, y);
            for row in plane.chunks_exact(width.max(1)).take(rows.end).skip(rows.start) {
                let (lines, rest) = line.as_chunks_mut::<LANES>();
                let (rows, ends) = row.as_chunks::<LANES>();
                for (line, row) in lines.iter_mut().zip(rows) {
                    *line = Eight::of(line).larger(Eight::of(row)).numbers();
                }
                rest.iter_mut().zip(ends).for_each(|(a, &b)| *a = larger(*a, b));
            }
            let window = |x: &std::ops::Range<usize>| line.get(x.clone()).unwrap_or_default();
            results.extend(columns.iter().map(|x| window(x).iter().copied().fold(f32::NEG_INFINITY, larger)));
        }
    }
    results
}

/// A position as it would be with the first axis of space running fastest.
fn turned(at: usize, size: usize, space: &[usize]) -> i64 {
    let (plane, mut rest) = (at / size.max(1), at % size.max(1));
    let steps = strides(space);
    let mut place = 0;
    let mut step = 1;
    for (axis, &length) in space.iter().enumerate() {
        place += rest / steps[axis] * step;
        rest %= steps[axis];
        step *= length;
    }
    (plane * size + place) as i64
}

pub(super) fn average(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let window = Window::read(node)?;
    let padding_counts = node.int("count_include_pad", 0) != 0;
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let (batch, channels, space) = space(tensor)?;
        let along = window.over(space, None)?;
        let windows = windows(&along)?;
        let outputs: Vec<usize> = along.iter().map(|a| a.output).collect();
        // What a window holds with its padding; what reaches beyond the padding does not count.
        let within = |at: usize, along: &Along| {
            let end = along.input as i64 + along.before + along.after;
            (0..along.kernel).filter(|k| ((at * along.stride + k * along.dilation) as i64) < end).count()
        };
        let counts: Vec<usize> = indices(&outputs)?
            .iter()
            .map(|at| at.iter().zip(&along).map(|(&at, along)| within(at, along)).product())
            .collect();
        let values = doubles(tensor)?;
        let size: usize = space.iter().product();
        let mut shape = vec![batch, channels];
        shape.extend(&outputs);
        let mut means = Vec::with_capacity(elements(&shape)?);
        for plane in 0..batch * channels {
            for (places, &count) in windows.iter().zip(&counts) {
                let sum: f64 = places.iter().map(|place| values[plane * size + place]).sum();
                let count = if padding_counts { count } else { places.len() };
                means.push(if count == 0 { 0.0 } else { sum / count as f64 });
            }
        }
        one(shape, converted(&Data::F64(means), tensor.element_type())?)
    }))
}

/// The root of the sum of powers of all sizes.
fn size_of(values: impl Iterator<Item = f64>, power: f64) -> f64 {
    values.map(|v| v.abs().powf(power)).sum::<f64>().powf(1.0 / power)
}

/// `LpPool`
pub(super) fn sizes(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let window = Window::read(node)?;
    let power = node.int("p", 2) as f64;
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let (batch, channels, space) = space(tensor)?;
        let along = window.over(space, None)?;
        let windows = windows(&along)?;
        let values = doubles(tensor)?;
        let area: usize = space.iter().product();
        let mut shape = vec![batch, channels];
        shape.extend(along.iter().map(|a| a.output));
        let mut found = Vec::with_capacity(elements(&shape)?);
        for plane in 0..batch * channels {
            found.extend(windows.iter().map(|at| size_of(at.iter().map(|place| values[plane * area + place]), power)));
        }
        one(shape, converted(&Data::F64(found), tensor.element_type())?)
    }))
}

/// `GlobalMaxPool`, `GlobalAveragePool` and `GlobalLpPool`
pub(super) fn global(node: &Node) -> Box<dyn Kernel> {
    let mean = node.operator == "GlobalAveragePool";
    let power = (node.operator == "GlobalLpPool").then(|| node.int("p", 2) as f64);
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let (batch, channels, space) = space(tensor)?;
        let size: usize = space.iter().product();
        let values = doubles(tensor)?;
        let mut shape = vec![batch, channels];
        shape.extend(space.iter().map(|_| 1));
        let plane = |values: &[f64]| {
            if let Some(power) = power {
                size_of(values.iter().copied(), power)
            } else if mean {
                values.iter().sum::<f64>() / size as f64
            } else {
                values.iter().copied().fold(f64::NEG_INFINITY, |a, b| if a.is_nan() || a > b { a } else { b })
            }
        };
        if size == 0 {
            return Err("its input is empty.".into());
        }
        let results = values.chunks_exact(size).map(plane).collect();
        one(shape, converted(&Data::F64(results), tensor.element_type())?)
    })
}

/// `LRN`: each value divided by what its neighbours in other channels say.
pub(super) fn response(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let size = usize::try_from(node.int("size", 0)).ok().filter(|&s| s > 0).ok_or("its size is not positive.")?;
    let (alpha, beta) = (f64::from(node.float("alpha", 1e-4)), f64::from(node.float("beta", 0.75)));
    let bias = f64::from(node.float("bias", 1.0));
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let (batch, channels, space) = space(tensor)?;
        let area: usize = space.iter().product();
        let values = doubles(tensor)?;
        let mut results = Vec::with_capacity(values.len());
        for n in 0..batch {
            for c in 0..channels {
                let first = c.saturating_sub((size - 1) / 2);
                let last = c.saturating_add(size / 2).min(channels - 1);
                for place in 0..area {
                    let at = |c: usize| (n * channels + c) * area + place;
                    let squares: f64 = (first..=last).map(|c| values[at(c)] * values[at(c)]).sum();
                    results.push(values[at(c)] / (bias + alpha / size as f64 * squares).powf(beta));
                }
            }
        }
        one(tensor.shape().to_vec(), converted(&Data::F64(results), tensor.element_type())?)
    }))
}
