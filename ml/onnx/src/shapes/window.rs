//! Kernels, strides, dilations and paddings of convolutions and pools.

use super::{Call, ShapeError};

/// How a kernel moves over the spatial dimensions; all lists have one entry per spatial dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub kernel: Vec<usize>,
    pub strides: Vec<usize>,
    pub dilations: Vec<usize>,
    /// Zeros (or nothing, for a maximum) before each dimension.
    pub before: Vec<usize>,
    /// And after it.
    pub after: Vec<usize>,
    /// Lengths of what comes out.
    pub output: Vec<usize>,
}

impl Window {
    /// Without distances between places of a kernel of one, and between steps where there is but one: they mean
    /// nothing, and may be any number. `steps` are made in each dimension.
    fn plain(mut self, steps: &[usize]) -> Self {
        for (dilation, _) in self.dilations.iter_mut().zip(&self.kernel).filter(|(_, length)| **length == 1) {
            *dilation = 1;
        }
        for (stride, _) in self.strides.iter_mut().zip(steps).filter(|(_, steps)| **steps <= 1) {
            *stride = 1;
        }
        self
    }
}

impl Call<'_> {
    /// The window of `Conv`, `MaxPool`, `AveragePool`, ... over spatial lengths `input` with a kernel of `kernel`.
    ///
    /// # Errors
    /// [`ShapeError`] where the attributes do not fit, or nothing would come out.
    pub fn window(&self, input: &[usize], kernel: &[usize]) -> Result<Window, ShapeError> {
        let rank = input.len();
        if kernel.len() != rank || kernel.contains(&0) {
            return Err(self.invalid(format!("a kernel of {kernel:?} does not fit {rank} spatial dimensions")));
        }
        self.something(input)?;
        let strides = self.positive("strides", rank)?;
        let dilations = self.positive("dilations", rank)?;
        let (mut before, mut after) = self.pads(rank)?;
        let ceil = self.node.int("ceil_mode", 0) != 0;
        let automatic = self.node.text("auto_pad").unwrap_or("NOTSET");
        let mut output = Vec::with_capacity(rank);
        for d in 0..rank {
            let too_large = || self.invalid("its window is larger than memory");
            let reach =
                (kernel[d] - 1).checked_mul(dilations[d]).and_then(|r| r.checked_add(1)).ok_or_else(too_large)?;
            let length = match automatic {
                "SAME_UPPER" | "SAME_LOWER" => {
                    let length = input[d].div_ceil(strides[d]);
                    let covered = length.saturating_sub(1).checked_mul(strides[d]).and_then(|c| c.checked_add(reach));
                    let total = covered.ok_or_else(too_large)?.saturating_sub(input[d]);
                    (before[d], after[d]) = (total / 2, total - total / 2);
                    if automatic == "SAME_LOWER" {
                        (before[d], after[d]) = (after[d], before[d]);
                    }
                    length
                }
                "NOTSET" | "VALID" => {
                    if automatic == "VALID" {
                        (before[d], after[d]) = (0, 0);
                    }
                    let padded = input[d].checked_add(before[d]).and_then(|p| p.checked_add(after[d]));
                    let room = padded.ok_or_else(too_large)?.checked_sub(reach).ok_or_else(|| {
                        self.invalid(format!(
                            "a kernel that reaches over {reach} does not fit a length of {}",
                            input[d]
                        ))
                    })?;
                    let mut length = if ceil { room.div_ceil(strides[d]) } else { room / strides[d] } + 1;
                    // A window that would start beyond the input and its first padding is left out.
                    if ceil && (length - 1).saturating_mul(strides[d]) >= input[d].saturating_add(before[d]) {
                        length -= 1;
                    }
                    length
                }
                other => return Err(self.invalid(format!("auto_pad \"{other}\" is not known"))),
            };
            output.push(length);
        }
        let window = Window { kernel: kernel.to_vec(), strides, dilations, before, after, output };
        let padded: Vec<usize> =
            (0..rank).map(|d| input[d].saturating_add(window.before[d]).saturating_add(window.after[d])).collect();
        self.fits(&padded)?;
        let steps = window.output.clone();
        Ok(window.plain(&steps))
    }

    /// The window of `ConvTranspose`: `output` are the lengths that come out, the paddings are cut off from it.
    ///
    /// # Errors
    /// [`ShapeError`] where the attributes do not fit.
    pub fn transposed_window(&self, input: &[usize], kernel: &[usize]) -> Result<Window, ShapeError> {
        let rank = input.len();
        if kernel.len() != rank || kernel.contains(&0) || input.contains(&0) {
            return Err(self.invalid(format!("a kernel of {kernel:?} does not fit {rank} spatial dimensions")));
        }
        let strides = self.positive("strides", rank)?;
        let dilations = self.positive("dilations", rank)?;
        let (mut before, mut after) = self.pads(rank)?;
        let more = self.lengths("output_padding", rank, 0)?;
        let wanted = match self.node.ints("output_shape") {
            Some(shape) if shape.len() >= rank => {
                let spatial = &shape[shape.len() - rank..];
                Some(spatial.iter().map(|&d| self.length(d)).collect::<Result<Vec<_>, _>>()?)
            }
            Some(_) => return Err(self.invalid("output_shape has too few dimensions")),
            None => None,
        };
        let automatic = self.node.text("auto_pad").unwrap_or("NOTSET");
        let same = automatic.starts_with("SAME");
        let (mut output, mut whole) = (Vec::with_capacity(rank), Vec::with_capacity(rank));
        for d in 0..rank {
            let too_large = || self.invalid("its window is larger than memory");
            let reach = (kernel[d] - 1).checked_mul(dilations[d]).and_then(|r| r.checked_add(1));
            let full = (input[d] - 1).checked_mul(strides[d]).and_then(|f| f.checked_add(reach?));
            let full = full.and_then(|f| f.checked_add(more[d])).ok_or_else(too_large)?;
            whole.push(full);
            let target = match (&wanted, same) {
                (Some(wanted), _) => Some(wanted[d]),
                (None, true) => Some(input[d].checked_mul(strides[d]).ok_or_else(too_large)?),
                (None, false) => None,
            };
            if let Some(target) = target {
                let total = full.saturating_sub(target);
                (before[d], after[d]) = (total / 2, total - total / 2);
                // SAME_UPPER keeps the larger half at the start; everything else cuts it there.
                if automatic != "SAME_UPPER" {
                    (before[d], after[d]) = (after[d], before[d]);
                }
                output.push(target);
            } else {
                let cut = before[d].checked_add(after[d]).ok_or_else(too_large)?;
                output.push(full.checked_sub(cut).ok_or_else(|| self.invalid("its paddings leave nothing"))?);
            }
        }
        self.fits(&whole)?;
        Ok(Window { kernel: kernel.to_vec(), strides, dilations, before, after, output }.plain(input))
    }

    /// The attribute `kernel_shape`.
    ///
    /// # Errors
    /// [`ShapeError::Invalid`] where it is missing.
    pub fn kernel_shape(&self) -> Result<Vec<usize>, ShapeError> {
        let kernel = self.node.ints("kernel_shape").ok_or_else(|| self.invalid("kernel_shape is missing"))?;
        kernel.iter().map(|&k| self.length(k)).collect()
    }

    /// The attribute `pads` as what goes before and after each spatial dimension.
    fn pads(&self, rank: usize) -> Result<(Vec<usize>, Vec<usize>), ShapeError> {
        let pads = self.lengths("pads", 2 * rank, 0)?;
        Ok((pads[..rank].to_vec(), pads[rank..].to_vec()))
    }

    fn positive(&self, name: &str, rank: usize) -> Result<Vec<usize>, ShapeError> {
        let values = self.lengths(name, rank, 1)?;
        if values.contains(&0) {
            return Err(self.invalid(format!("{name} has a 0")));
        }
        Ok(values)
    }

    fn lengths(&self, name: &str, count: usize, otherwise: usize) -> Result<Vec<usize>, ShapeError> {
        let Some(values) = self.node.ints(name) else { return Ok(vec![otherwise; count]) };
        if values.len() != count {
            return Err(self.invalid(format!("{name} has {} values, {count} are needed", values.len())));
        }
        values.iter().map(|&v| self.length(v)).collect()
    }
}
