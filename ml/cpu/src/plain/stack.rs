//! One slice of a value, and values as slices of one.

use ml_onnx::{Data, Tensor};

use super::arguments::axis;
use super::strides::{around, strides, take, view};
use crate::kernel::{Reason, elements};

/// The slice at `place` along an axis, without that axis.
pub(crate) fn part(tensor: &Tensor, along: i64, place: usize) -> Result<Tensor, Reason> {
    let mut shape = tensor.shape().to_vec();
    let along = axis(along, shape.len())?;
    let (before, length, after) = around(&shape, along);
    if place >= length {
        return Err(Reason(format!("position {place} is not in an axis of length {length}.")));
    }
    let places: Vec<usize> = (0..before)
        .flat_map(|row| {
            let start = (row * length + place) * after;
            start..start + after
        })
        .collect();
    shape.remove(along);
    Ok(Tensor::new(shape, take(tensor.data(), &places))?)
}

/// Values of one shape as slices along a new axis.
pub(crate) fn stacked(slices: &[Tensor], along: i64) -> Result<Tensor, Reason> {
    let [first, rest @ ..] = slices else {
        return Err("it ran no time, so that nobody knows the shape of what it collects.".into());
    };
    if rest.iter().any(|slice| slice.shape() != first.shape()) {
        return Err("what it collects changes its shape.".into());
    }
    let mut whole = vec![slices.len()];
    whole.extend(first.shape());
    elements(&whole)?;
    macro_rules! joined {
        ($($variant:ident)*) => {
            match first.data() {
                $(Data::$variant(_) => {
                    let mut all = Vec::with_capacity(whole.iter().product());
                    for slice in slices {
                        let Data::$variant(values) = slice.data() else {
                            return Err("what it collects changes its type.".into());
                        };
                        all.extend_from_slice(values);
                    }
                    Data::$variant(all)
                })*
            }
        };
    }
    let data = joined!(F32 F64 I8 U8 I32 I64 Bool String);
    let along = axis(along, whole.len())?;
    if along == 0 {
        return Ok(Tensor::new(whole, data)?);
    }
    let own = strides(&whole);
    let mut order: Vec<usize> = (1..whole.len()).collect();
    order.insert(along, 0);
    let shape: Vec<usize> = order.iter().map(|&a| whole[a]).collect();
    let steps: Vec<isize> = order.iter().map(|&a| own[a] as isize).collect();
    let places = view(&shape, &steps, 0)?;
    Ok(Tensor::new(shape, take(&data, &places))?)
}
