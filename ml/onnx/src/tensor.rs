//! Values that travel between engines.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The types of elements that models here may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElementType {
    F32,
    F64,
    I8,
    U8,
    I32,
    I64,
    Bool,
    String,
}

/// Elements in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    F32(Vec<f32>),
    F64(Vec<f64>),
    I8(Vec<i8>),
    U8(Vec<u8>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    Bool(Vec<bool>),
    String(Vec<String>),
}

/// A dense tensor; the product of `shape` is the number of elements (1 for an empty shape, a scalar). A clone shares the
/// elements, so that weights are in memory once, whoever keeps the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    data: Arc<Data>,
}

/// A shape that does not fit its data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("A tensor of shape {shape:?} needs {wanted} elements, but there are {found}.")]
pub struct ShapeMismatch {
    pub shape: Vec<usize>,
    pub wanted: String,
    pub found: usize,
}

impl ElementType {
    /// Bytes of an element in memory; a text counts its handle only.
    pub fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 | Self::Bool => 1,
            Self::F32 | Self::I32 => 4,
            Self::F64 | Self::I64 => 8,
            Self::String => size_of::<String>(),
        }
    }
}

impl Data {
    pub fn len(&self) -> usize {
        match self {
            Self::F32(v) => v.len(),
            Self::F64(v) => v.len(),
            Self::I8(v) => v.len(),
            Self::U8(v) => v.len(),
            Self::I32(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::Bool(v) => v.len(),
            Self::String(v) => v.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn element_type(&self) -> ElementType {
        match self {
            Self::F32(_) => ElementType::F32,
            Self::F64(_) => ElementType::F64,
            Self::I8(_) => ElementType::I8,
            Self::U8(_) => ElementType::U8,
            Self::I32(_) => ElementType::I32,
            Self::I64(_) => ElementType::I64,
            Self::Bool(_) => ElementType::Bool,
            Self::String(_) => ElementType::String,
        }
    }
}

impl Tensor {
    /// # Errors
    /// [`ShapeMismatch`] when the product of `shape` is not the number of elements, or does not fit a `usize`.
    pub fn new(shape: Vec<usize>, data: Data) -> Result<Self, ShapeMismatch> {
        let wanted = shape.iter().try_fold(1_usize, |product, &d| product.checked_mul(d));
        if wanted == Some(data.len()) {
            return Ok(Self { shape, data: Arc::new(data) });
        }
        let wanted = wanted.map_or("too many".into(), |n| n.to_string());
        Err(ShapeMismatch { shape, wanted, found: data.len() })
    }

    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Shape and elements; they are copied only where a clone shares them.
    pub fn into_parts(self) -> (Vec<usize>, Data) {
        (self.shape, Arc::unwrap_or_clone(self.data))
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    pub fn element_type(&self) -> ElementType {
        self.data.element_type()
    }

    /// The elements where they are `f32`.
    pub fn as_f32(&self) -> Option<&[f32]> {
        match &*self.data {
            Data::F32(v) => Some(v),
            _ => None,
        }
    }

    /// The elements where they are `i64`.
    pub fn as_i64(&self) -> Option<&[i64]> {
        match &*self.data {
            Data::I64(v) => Some(v),
            _ => None,
        }
    }

    /// The elements where they are texts.
    pub fn as_strings(&self) -> Option<&[String]> {
        match &*self.data {
            Data::String(v) => Some(v),
            _ => None,
        }
    }
}
