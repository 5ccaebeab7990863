//! Tensors to rten's values and back. rten computes booleans and long integers as 32-bit integers, and doubles as
//! floats.

use ml_onnx::{Data, ElementType, Tensor};
use rten::{Value, ValueOrView, ValueView};

use crate::error::CpuError;

/// A value for a segment: its own where nobody else needs it any more, so that rten may overwrite it.
pub(crate) enum Given<'a> {
    Own(Tensor),
    Shared(&'a Tensor),
}

pub(crate) fn to_rten<'a>(name: &str, given: Given<'a>) -> Result<ValueOrView<'a>, CpuError> {
    let failed = |error: &dyn std::fmt::Display| CpuError::Run { reason: format!("{name}: {error}.") };
    macro_rules! own {
        ($shape:expr, $data:expr) => {
            Value::from_shape($shape, $data).map(ValueOrView::Value).map_err(|error| failed(&error))
        };
    }
    match given {
        Given::Own(tensor) => {
            let (shape, data) = tensor.into_parts();
            match data {
                Data::F32(values) => own!(shape, values),
                Data::I32(values) => own!(shape, values),
                Data::I8(values) => own!(shape, values),
                Data::U8(values) => own!(shape, values),
                Data::F64(values) => own!(shape, narrowed(&values)),
                Data::I64(values) => own!(shape, shortened(name, &values)?),
                Data::Bool(values) => own!(shape, counted(&values)),
                Data::String(_) => Err(CpuError::Run { reason: format!("{name} is text.") }),
            }
        }
        Given::Shared(tensor) => {
            let shape = tensor.shape();
            macro_rules! view {
                ($values:expr) => {
                    ValueView::from_shape(shape, $values).map(ValueOrView::View).map_err(|error| failed(&error))
                };
            }
            match tensor.data() {
                Data::F32(values) => view!(values),
                Data::I32(values) => view!(values),
                Data::I8(values) => view!(values),
                Data::U8(values) => view!(values),
                Data::F64(values) => own!(shape, narrowed(values)),
                Data::I64(values) => own!(shape, shortened(name, values)?),
                Data::Bool(values) => own!(shape, counted(values)),
                Data::String(_) => Err(CpuError::Run { reason: format!("{name} is text.") }),
            }
        }
    }
}

fn narrowed(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&v| v as f32).collect()
}

fn counted(values: &[bool]) -> Vec<i32> {
    values.iter().map(|&v| i32::from(v)).collect()
}

fn shortened(name: &str, values: &[i64]) -> Result<Vec<i32>, CpuError> {
    values
        .iter()
        .map(|&v| short(v))
        .collect::<Option<_>>()
        .ok_or_else(|| CpuError::IntegerTooLarge { name: name.into() })
}

/// ONNX marks "to the very end" with the largest and smallest long integers.
fn short(value: i64) -> Option<i32> {
    match value {
        i64::MAX => Some(i32::MAX),
        i64::MIN => Some(i32::MIN),
        _ => i32::try_from(value).ok(),
    }
}

pub(crate) fn from_rten(value: Value, element: ElementType) -> Result<Tensor, CpuError> {
    let (shape, data) = match value {
        Value::FloatTensor(tensor) => (tensor_shape(&tensor), Data::F32(tensor.into_data())),
        Value::Int32Tensor(tensor) => (tensor_shape(&tensor), Data::I32(tensor.into_data())),
        Value::Int8Tensor(tensor) => (tensor_shape(&tensor), Data::I8(tensor.into_data())),
        Value::UInt8Tensor(tensor) => (tensor_shape(&tensor), Data::U8(tensor.into_data())),
        _ => return Err(CpuError::Run { reason: "it gave a sequence.".into() }),
    };
    let data = match (data, element) {
        (data, element) if data.element_type() == element => data,
        (Data::I32(values), ElementType::I64) => Data::I64(values.into_iter().map(i64::from).collect()),
        (Data::I32(values), ElementType::Bool) => Data::Bool(values.into_iter().map(|v| v != 0).collect()),
        (Data::F32(values), ElementType::F64) => Data::F64(values.into_iter().map(f64::from).collect()),
        (data, element) => {
            let reason = format!("it gave {:?} where {element:?} was wanted.", data.element_type());
            return Err(CpuError::Run { reason });
        }
    };
    Tensor::new(shape, data).map_err(|error| CpuError::Run { reason: error.to_string() })
}

fn tensor_shape<T>(tensor: &rten_tensor::Tensor<T>) -> Vec<usize> {
    use rten_tensor::Layout;
    tensor.shape().to_vec()
}
