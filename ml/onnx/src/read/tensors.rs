//! Tensors of a file, checked before memory is taken for them.

use crate::proto::{self, Half, TensorProto, widened};
use crate::tensor::{Data, ElementType, Tensor};
use crate::{Limits, ReadError};

/// Reads tensors and remembers how many elements all of them had together.
pub struct Tensors<'a> {
    limits: &'a Limits,
    elements: u64,
}

impl<'a> Tensors<'a> {
    pub fn new(limits: &'a Limits) -> Self {
        Self { limits, elements: 0 }
    }

    /// [`Tensors::read`], also of integers that become wider ones.
    pub fn read_wider(&mut self, mut tensor: TensorProto, place: &str) -> Result<Tensor, ReadError> {
        let code = i64::from(tensor.data_type);
        if tensor.data_location != proto::EXTERNAL
            && let Some(element) = widened(code)
        {
            widen(&mut tensor, code);
            tensor.data_type = element.to_onnx();
        }
        self.read(tensor, place)
    }

    /// `place` names the tensor in messages, as the beginning of a sentence.
    pub fn read(&mut self, tensor: TensorProto, place: &str) -> Result<Tensor, ReadError> {
        let place = || place.to_owned();
        if tensor.data_location == proto::EXTERNAL {
            let location = tensor.external_data.iter().find(|entry| entry.key == "location");
            let location = location.map_or_else(|| "not named".into(), |entry| entry.value.clone());
            return Err(ReadError::External { place: place(), location });
        }
        if tensor.segment.is_some() {
            return Err(ReadError::Segmented { place: place() });
        }
        let code = i64::from(tensor.data_type);
        let Some(element) = ElementType::from_onnx(code) else {
            return Err(ReadError::ElementType { place: place(), found: proto::type_name(code) });
        };
        if tensor.dims.len() > self.limits.rank {
            return Err(ReadError::Rank { place: place(), rank: tensor.dims.len(), limit: self.limits.rank });
        }
        let mut shape = Vec::with_capacity(tensor.dims.len());
        for &length in &tensor.dims {
            let length = usize::try_from(length).map_err(|_| ReadError::Dimension { place: place(), length })?;
            shape.push(length);
        }
        let limit = self.limits.elements;
        let too_many = || ReadError::Elements { place: place(), shape: written(&tensor.dims), limit };
        // A product with a zero in it is zero, however large the rest, but the rest is multiplied elsewhere too.
        let product = |least: u64| {
            let lengths = shape.iter().map(|&length| (length as u64).max(least));
            lengths.fold(1_u64, u64::saturating_mul)
        };
        if product(1) > limit {
            return Err(too_many());
        }
        let wanted = product(0);
        self.elements = self.elements.saturating_add(wanted);
        if self.elements > limit {
            return Err(too_many());
        }
        let half = Half::from_onnx(code);
        let found = match half {
            Some(_) => half_words(&tensor).map(|words| words.len() as u64),
            None => found(&tensor, element),
        };
        if found != Some(wanted) {
            let found = found.unwrap_or(0);
            return Err(ReadError::DataLength { place: place(), shape: written(&tensor.dims), wanted, found });
        }
        let data = match half {
            Some(half) => {
                Data::F32(half_words(&tensor).unwrap_or_default().into_iter().map(|w| half.widened(w)).collect())
            }
            None => data(tensor, element, &place)?,
        };
        // The length was compared above.
        Tensor::new(shape, data).map_err(|e| ReadError::DataLength {
            place: place(),
            shape: format!("{:?}", e.shape),
            wanted,
            found: e.found as u64,
        })
    }
}

/// Writes the numbers of a tensor of this type as its wider type has them. What is none of the type leaves it without any.
fn widen(tensor: &mut TensorProto, code: i64) {
    let raw = tensor.raw_data.take().unwrap_or_default();
    let (size, least, most) = match code {
        proto::UINT16 => (2, 0, u16::MAX.into()),
        proto::INT16 => (2, i16::MIN.into(), i16::MAX.into()),
        12 => (4, 0, u32::MAX.into()),
        _ => (8, 0, i64::MAX),
    };
    let numbers: Vec<i64> = if raw.is_empty() {
        let unsigned = std::mem::take(&mut tensor.uint64_data).into_iter().map(|v| v as i64);
        std::mem::take(&mut tensor.int32_data).into_iter().map(i64::from).chain(unsigned).collect()
    } else if !raw.len().is_multiple_of(size) {
        Vec::new()
    } else {
        match code {
            proto::INT16 => words(&raw, |bytes| i16::from_le_bytes(bytes).into()),
            proto::UINT16 => words(&raw, |bytes| u16::from_le_bytes(bytes).into()),
            12 => words(&raw, |bytes| u32::from_le_bytes(bytes).into()),
            _ => words(&raw, i64::from_le_bytes),
        }
    };
    if numbers.iter().all(|number| (least..=most).contains(number)) {
        match size {
            2 => tensor.int32_data = numbers.into_iter().map(|number| number as i32).collect(),
            _ => tensor.int64_data = numbers,
        }
    }
}

fn written(dims: &[i64]) -> String {
    format!("{dims:?}")
}

/// The number of elements that the file holds; `None` where it holds a broken one at the end.
fn found(tensor: &TensorProto, element: ElementType) -> Option<u64> {
    if let Some(raw) = raw(tensor, element) {
        let bytes = element.bytes();
        return (raw.len() % bytes == 0).then_some((raw.len() / bytes) as u64);
    }
    let found = match element {
        ElementType::F32 => tensor.float_data.len(),
        ElementType::F64 => tensor.double_data.len(),
        ElementType::I64 => tensor.int64_data.len(),
        ElementType::I8 | ElementType::U8 | ElementType::I32 | ElementType::Bool => tensor.int32_data.len(),
        ElementType::String => tensor.string_data.len(),
    };
    Some(found as u64)
}

/// The bits of floats of 16 bits: as bytes, or each in a number of 32 bits; `None` where the last is broken.
fn half_words(tensor: &TensorProto) -> Option<Vec<u16>> {
    match tensor.raw_data.as_deref().filter(|raw| !raw.is_empty()) {
        Some(raw) if raw.len() % 2 == 0 => Some(words(raw, u16::from_le_bytes)),
        Some(_) => None,
        None => Some(tensor.int32_data.iter().map(|&bits| bits as u16).collect()),
    }
}

/// The bytes of the elements where the tensor is stored as such; texts never are.
fn raw(tensor: &TensorProto, element: ElementType) -> Option<&[u8]> {
    tensor.raw_data.as_deref().filter(|raw| !raw.is_empty() && element != ElementType::String)
}

fn data(tensor: TensorProto, element: ElementType, place: &impl Fn() -> String) -> Result<Data, ReadError> {
    if let Some(raw) = raw(&tensor, element) {
        return Ok(match element {
            ElementType::F32 => Data::F32(words(raw, f32::from_le_bytes)),
            ElementType::F64 => Data::F64(words(raw, f64::from_le_bytes)),
            ElementType::I32 => Data::I32(words(raw, i32::from_le_bytes)),
            ElementType::I64 => Data::I64(words(raw, i64::from_le_bytes)),
            ElementType::I8 => Data::I8(words(raw, i8::from_le_bytes)),
            ElementType::U8 => Data::U8(raw.to_vec()),
            ElementType::Bool => Data::Bool(raw.iter().map(|&byte| byte != 0).collect()),
            ElementType::String => Data::String(Vec::new()),
        });
    }
    let small =
        |name| move |value: &i32| ReadError::OutOfRange { place: place(), value: (*value).into(), element: name };
    Ok(match element {
        ElementType::F32 => Data::F32(tensor.float_data),
        ElementType::F64 => Data::F64(tensor.double_data),
        ElementType::I32 => Data::I32(tensor.int32_data),
        ElementType::I64 => Data::I64(tensor.int64_data),
        ElementType::I8 => {
            let values = tensor.int32_data.iter().map(|v| i8::try_from(*v).map_err(|_| small("int8")(v)));
            Data::I8(values.collect::<Result<_, _>>()?)
        }
        ElementType::U8 => {
            let values = tensor.int32_data.iter().map(|v| u8::try_from(*v).map_err(|_| small("uint8")(v)));
            Data::U8(values.collect::<Result<_, _>>()?)
        }
        ElementType::Bool => Data::Bool(tensor.int32_data.iter().map(|&v| v != 0).collect()),
        ElementType::String => {
            let texts = tensor.string_data.into_iter().map(String::from_utf8);
            let texts = texts.collect::<Result<_, _>>().map_err(|_| ReadError::NotUtf8 { place: place() })?;
            Data::String(texts)
        }
    })
}

fn words<const N: usize, T>(raw: &[u8], word: fn([u8; N]) -> T) -> Vec<T> {
    let (chunks, _) = raw.as_chunks::<N>();
    chunks.iter().map(|chunk| word(*chunk)).collect()
}
