//! Numbers as rows of features.

use std::borrow::Cow;

use ml_onnx::{Data, Tensor};

use crate::kernel::Reason;

/// A matrix, one row after the other.
pub(super) struct Rows<'a> {
    pub count: usize,
    pub features: usize,
    pub values: Cow<'a, [f32]>,
}

/// Number of rows and of features: what has one dimension is one row.
pub(super) fn shape(tensor: &Tensor) -> Result<(usize, usize), Reason> {
    match tensor.shape() {
        [features] => Ok((1, *features)),
        [count, features] => Ok((*count, *features)),
        shape => Err(Reason(format!("its input has shape {shape:?}, but rows of features [N, F] are wanted."))),
    }
}

impl<'a> Rows<'a> {
    /// Any numbers, as floats.
    pub(super) fn read(tensor: &'a Tensor) -> Result<Self, Reason> {
        let (count, features) = shape(tensor)?;
        Ok(Self { count, features, values: floats(tensor)? })
    }
}

/// Any numbers, as floats.
pub(super) fn floats(tensor: &Tensor) -> Result<Cow<'_, [f32]>, Reason> {
    Ok(match tensor.data() {
        Data::F32(values) => Cow::Borrowed(values),
        Data::F64(values) => values.iter().map(|&v| v as f32).collect(),
        Data::I8(values) => values.iter().map(|&v| f32::from(v)).collect(),
        Data::U8(values) => values.iter().map(|&v| f32::from(v)).collect(),
        Data::I32(values) => values.iter().map(|&v| v as f32).collect(),
        Data::I64(values) => values.iter().map(|&v| v as f32).collect(),
        Data::Bool(values) => values.iter().map(|&v| f32::from(u8::from(v))).collect(),
        Data::String(_) => return Err("its input is text, but numbers are wanted.".into()),
    })
}
