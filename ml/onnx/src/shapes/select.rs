//! Arguments of `Slice`, `Pad`, `Split` and `Resize`.

use super::{Call, ShapeError};

/// The part that `Slice` takes of one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Position of the first element taken; anything where `length` is 0.
    pub start: i64,
    /// Distance to the next; never 0.
    pub step: i64,
    pub length: usize,
}

/// How `Resize` and `Upsample` stretch.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Factor of each dimension.
    pub scales: Vec<f32>,
    pub output: Vec<usize>,
}

/// The length that stretching by a scale gives: rounded down in single precision, as onnxruntime does.
pub fn stretched(length: usize, scale: f32) -> usize {
    (length as f32 * scale).floor() as usize
}

impl Call<'_> {
    /// One range per dimension of the first input of a `Slice`.
    ///
    /// # Errors
    /// [`ShapeError`] where the arguments are not known or do not fit.
    pub fn slices(&self) -> Result<Vec<Range>, ShapeError> {
        let shape = self.shape(0)?;
        let starts = self.argument("starts", 1)?.ok_or_else(|| self.invalid("starts is missing"))?;
        let ends = self.argument("ends", 2)?.ok_or_else(|| self.invalid("ends is missing"))?;
        let axes = self.argument("axes", 3)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
        let steps = self.integers(4)?.unwrap_or_else(|| vec![1; starts.len()]);
        if ends.len() != starts.len() || axes.len() != starts.len() || steps.len() != starts.len() {
            return Err(self.invalid("starts, ends, axes and steps differ in length"));
        }
        self.axes(&axes, shape.len())?;
        let mut ranges: Vec<Range> = shape.iter().map(|&length| Range { start: 0, step: 1, length }).collect();
        for (((&start, &end), &axis), &step) in starts.iter().zip(&ends).zip(&axes).zip(&steps) {
            let axis = self.axis(axis, shape.len())?;
            let length = shape[axis] as i64;
            if step == 0 {
                return Err(self.invalid("a step is 0"));
            }
            let from_start = |v: i64| if v < 0 { v.saturating_add(length) } else { v };
            ranges[axis] = if step > 0 {
                let start = from_start(start).clamp(0, length);
                let end = from_start(end).clamp(0, length);
                let length = if end > start { (end - start - 1) / step + 1 } else { 0 };
                Range { start, step, length: length as usize }
            } else {
                // A start before the first element is the first one, also backwards.
                let start = from_start(start).clamp(0, (length - 1).max(0));
                let end = from_start(end).clamp(-1, length - 1);
                let down = step.checked_neg().unwrap_or(i64::MAX);
                let length = if length > 0 && start > end { (start - end - 1) / down + 1 } else { 0 };
                Range { start, step, length: length as usize }
            };
        }
        Ok(ranges)
    }

    /// What `Pad` adds before and after each dimension; a negative number cuts.
    ///
    /// # Errors
    /// [`ShapeError`] where the arguments are not known or do not fit.
    pub fn padding(&self) -> Result<Vec<(i64, i64)>, ShapeError> {
        let rank = self.shape(0)?.len();
        let pads = self.argument("pads", 1)?.ok_or_else(|| self.invalid("pads is missing"))?;
        let axes = match self.integers(3)? {
            Some(axes) => axes.iter().map(|&a| self.axis(a, rank)).collect::<Result<Vec<_>, _>>()?,
            None => (0..rank).collect(),
        };
        if pads.len() != 2 * axes.len() {
            return Err(self.invalid(format!("pads has {} values, {} are needed", pads.len(), 2 * axes.len())));
        }
        let mut result = vec![(0, 0); rank];
        for (i, &axis) in axes.iter().enumerate() {
            result[axis] = (pads[i], pads[axes.len() + i]);
        }
        Ok(result)
    }

    /// The lengths of the parts of a `Split`, one per output.
    ///
    /// # Errors
    /// [`ShapeError`] where they are not known or do not add up.
    pub fn split(&self) -> Result<(usize, Vec<usize>), ShapeError> {
        let shape = self.shape(0)?;
        let axis = self.axis_attribute(0, shape.len())?;
        let count = self.node.outputs.len();
        let parts = match self.argument("split", 1)? {
            Some(parts) => parts.iter().map(|&p| self.length(p)).collect::<Result<Vec<_>, _>>()?,
            None => {
                let each = shape[axis].div_ceil(count.max(1));
                let part = |i: usize| each.min(shape[axis].saturating_sub(i.saturating_mul(each)));
                (0..count).map(part).collect()
            }
        };
        let sum = parts.iter().try_fold(0_usize, |sum, &p| sum.checked_add(p));
        if sum != Some(shape[axis]) || parts.len() != count {
            return Err(self.invalid(format!("parts of {parts:?} for {count} outputs are not {}", shape[axis])));
        }
        Ok((axis, parts))
    }

    /// How `Resize` or `Upsample` stretches its first input.
    ///
    /// # Errors
    /// [`ShapeError`] where scales and sizes are not known or do not fit.
    pub fn stretch(&self) -> Result<Stretch, ShapeError> {
        let shape = self.shape(0)?;
        let rank = shape.len();
        let (scales_at, sizes_at) = if self.node.operator == "Upsample" || self.opset < 11 { (1, 9) } else { (2, 3) };
        let axes = match self.node.ints("axes") {
            Some(axes) => axes.iter().map(|&a| self.axis(a, rank)).collect::<Result<Vec<_>, _>>()?,
            None => (0..rank).collect(),
        };
        let scales = match self.node.floats("scales") {
            Some(scales) => Some(scales.to_vec()),
            None => self.floats(scales_at)?,
        };
        let mut all = vec![1.0_f32; rank];
        let mut output = shape.to_vec();
        if let Some(scales) = scales {
            if scales.len() != axes.len() || scales.iter().any(|s| !s.is_finite() || *s <= 0.0) {
                return Err(self.invalid(format!("scales of {scales:?} do not fit {rank} dimensions")));
            }
            for (&axis, &scale) in axes.iter().zip(&scales) {
                all[axis] = scale;
                output[axis] = stretched(shape[axis], scale);
            }
        } else if let Some(sizes) = self.integers(sizes_at)? {
            if sizes.len() != axes.len() {
                return Err(self.invalid(format!("sizes of {sizes:?} do not fit {rank} dimensions")));
            }
            let sizes = sizes.iter().map(|&s| self.length(s)).collect::<Result<Vec<_>, _>>()?;
            let factor = |(&axis, &size): (&usize, &usize)| size as f32 / shape[axis].max(1) as f32;
            let factors = axes.iter().zip(&sizes).map(factor);
            let common = match self.node.text("keep_aspect_ratio_policy").unwrap_or("stretch") {
                "stretch" => None,
                "not_larger" => factors.reduce(f32::min),
                "not_smaller" => factors.reduce(f32::max),
                other => return Err(self.invalid(format!("policy \"{other}\" is not known"))),
            };
            for (&axis, &size) in axes.iter().zip(&sizes) {
                output[axis] = common.map_or(size, |c| (c * shape[axis] as f32 + 0.5).floor() as usize);
                all[axis] = common.unwrap_or(size as f32 / shape[axis].max(1) as f32);
            }
        } else {
            return Err(self.invalid("neither scales nor sizes are given"));
        }
        if shape.iter().zip(&output).any(|(&given, &made)| given == 0 && made > 0) {
            return Err(self.invalid(format!("an input of shape {shape:?} has nothing to fill {output:?} with")));
        }
        Ok(Stretch { scales: all, output })
    }
}
