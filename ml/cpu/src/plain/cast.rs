//! From one type of element to another.

use ml_onnx::proto::Half;
use ml_onnx::{Data, ElementType, Tensor};

use crate::kernel::{Kernel, Reason, closure, input, one};

/// `half` says that what comes out is rounded as floats of 16 bits are.
pub(super) fn cast(to: ElementType, half: Option<Half>) -> Box<dyn Kernel> {
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let mut data = converted(tensor.data(), to)?;
        if let (Some(half), Data::F32(values)) = (half, &mut data) {
            values.iter_mut().for_each(|value| *value = half.rounded(*value));
        }
        one(tensor.shape().to_vec(), data)
    })
}

/// `BitCast`: the same bits as another type of that size.
pub(super) fn same_bits(to: ElementType) -> Box<dyn Kernel> {
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let data = match (tensor.data(), to) {
            (data, to) if data.element_type() == to => data.clone(),
            (Data::F32(values), ElementType::I32) => Data::I32(values.iter().map(|v| v.to_bits() as i32).collect()),
            (Data::I32(values), ElementType::F32) => {
                Data::F32(values.iter().map(|&v| f32::from_bits(v as u32)).collect())
            }
            (Data::F64(values), ElementType::I64) => Data::I64(values.iter().map(|v| v.to_bits() as i64).collect()),
            (Data::I64(values), ElementType::F64) => {
                Data::F64(values.iter().map(|&v| f64::from_bits(v as u64)).collect())
            }
            (Data::I8(values), ElementType::U8) => Data::U8(values.iter().map(|&v| v as u8).collect()),
            (Data::U8(values), ElementType::I8) => Data::I8(values.iter().map(|&v| v as i8).collect()),
            (Data::Bool(values), ElementType::U8) => Data::U8(values.iter().map(|&v| u8::from(v)).collect()),
            (Data::U8(values), ElementType::Bool) => Data::Bool(values.iter().map(|&v| v != 0).collect()),
            (other, to) => {
                return Err(Reason(format!("the bits of {:?} are not those of {to:?}.", other.element_type())));
            }
        };
        one(tensor.shape().to_vec(), data)
    })
}

/// The elements as doubles.
#[inline(never)]
pub(super) fn doubles(tensor: &Tensor) -> Result<Vec<f64>, Reason> {
    match converted(tensor.data(), ElementType::F64)? {
        Data::F64(values) => Ok(values),
        _ => Err("it computes with numbers.".into()),
    }
}

/// Numbers are cut towards zero; what does not fit becomes the nearest that does, integers wrap. What is no number becomes
/// the least integer, as in onnxruntime, so that it is not taken for 0. Texts are as onnxruntime writes them.
#[inline(never)]
pub(super) fn converted(data: &Data, to: ElementType) -> Result<Data, Reason> {
    macro_rules! number {
        ($values:expr) => {
            match to {
                ElementType::F32 => Data::F32($values.iter().map(|&v| v as f32).collect()),
                ElementType::F64 => Data::F64($values.iter().map(|&v| v as f64).collect()),
                ElementType::I8 => Data::I8($values.iter().map(|&v| v as i8).collect()),
                ElementType::U8 => Data::U8($values.iter().map(|&v| v as u8).collect()),
                ElementType::I32 => Data::I32($values.iter().map(|&v| v as i32).collect()),
                ElementType::I64 => Data::I64($values.iter().map(|&v| v as i64).collect()),
                ElementType::Bool => Data::Bool($values.iter().map(|&v| v as f64 != 0.0).collect()),
                ElementType::String => Data::String($values.iter().map(|v| v.to_string()).collect()),
            }
        };
    }
    macro_rules! whole {
        ($values:expr, $type:ty) => {
            $values.iter().map(|&v| if v.is_nan() { <$type>::MIN } else { v as $type }).collect()
        };
    }
    Ok(match data {
        Data::F32(values) if to == ElementType::I32 => Data::I32(whole!(values, i32)),
        Data::F32(values) if to == ElementType::I64 => Data::I64(whole!(values, i64)),
        Data::F64(values) if to == ElementType::I32 => Data::I32(whole!(values, i32)),
        Data::F64(values) if to == ElementType::I64 => Data::I64(whole!(values, i64)),
        Data::F32(values) if to == ElementType::String => {
            Data::String(values.iter().map(|&v| general(f64::from(v), 8)).collect())
        }
        Data::F64(values) if to == ElementType::String => {
            Data::String(values.iter().map(|&v| general(v, 17)).collect())
        }
        // Through an integer, as C does, so that what is negative wraps.
        Data::F32(values) if matches!(to, ElementType::U8 | ElementType::I8) => {
            converted(&Data::I64(values.iter().map(|&v| v as i64).collect()), to)?
        }
        Data::F64(values) if matches!(to, ElementType::U8 | ElementType::I8) => {
            converted(&Data::I64(values.iter().map(|&v| v as i64).collect()), to)?
        }
        Data::F32(values) => number!(values),
        Data::F64(values) => number!(values),
        Data::I8(values) => number!(values),
        Data::U8(values) => number!(values),
        Data::I32(values) => number!(values),
        Data::I64(values) => number!(values),
        Data::Bool(values) => {
            let numbers: Vec<u8> = values.iter().map(|&v| u8::from(v)).collect();
            number!(numbers)
        }
        Data::String(values) => read(values, to)?,
    })
}

fn read(values: &[String], to: ElementType) -> Result<Data, Reason> {
    macro_rules! parse {
        ($type:ty) => {
            values
                .iter()
                .map(|text| text.trim().parse::<$type>().map_err(|_| unreadable(text)))
                .collect::<Result<_, _>>()?
        };
    }
    Ok(match to {
        ElementType::F32 => Data::F32(parse!(f32)),
        ElementType::F64 => Data::F64(parse!(f64)),
        ElementType::I8 => Data::I8(parse!(i8)),
        ElementType::U8 => Data::U8(parse!(u8)),
        ElementType::I32 => Data::I32(parse!(i32)),
        ElementType::I64 => Data::I64(parse!(i64)),
        ElementType::Bool => return Err("texts cannot become booleans.".into()),
        ElementType::String => Data::String(values.to_vec()),
    })
}

fn unreadable(text: &str) -> Reason {
    let shown: String = text.chars().take(40).collect();
    Reason(format!("the text {shown:?} is no number of the wanted kind."))
}

/// C's `%.{digits}g`.
fn general(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "INF" } else { "-INF" }.into();
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0" } else { "0" }.into();
    }
    let scientific = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trimmed = |text: &str| {
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
        text.to_owned()
    };
    if exponent < -4 || exponent >= digits as i32 {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", trimmed(mantissa), exponent.abs());
    }
    let places = (digits as i32 - 1 - exponent).max(0) as usize;
    trimmed(&format!("{value:.places$}"))
}

#[cfg(test)]
mod tests {
    use super::general;

    #[test]
    fn numbers_are_written_as_c_writes_them() {
        let cases = [
            (0.5, "0.5"),
            (1.0, "1"),
            (-2.25, "-2.25"),
            (100_000_000.0, "1e+08"),
            (12_345_678.0, "12345678"),
            (0.000_012_5, "1.25e-05"),
            (f64::from(0.1_f32), "0.1"),
            (f64::from(0.478_925_47_f32), "0.47892547"),
            (f64::INFINITY, "INF"),
            (f64::NAN, "NaN"),
        ];
        for (value, text) in cases {
            assert_eq!(general(value, 8), text);
        }
        assert_eq!(general(0.1, 17), "0.10000000000000001");
    }
}
