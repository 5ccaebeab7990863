//! Element by element.

use ml_onnx::{Data, Node, Tensor};

use super::strides::{broadcast, stretched};
use crate::kernel::{Kernel, Reason, closure, input, one};
use crate::lanes::{Eight, LANES};

/// A function of two numbers, for floats and for integers; `None` where integers have no answer.
#[derive(Clone, Copy)]
struct Pair {
    float: fn(f64, f64) -> f64,
    integer: fn(i64, i64) -> Option<i64>,
}

fn pair(node: &Node) -> Result<Pair, Reason> {
    let whole: fn(i64, i64) -> Option<i64> = match node.operator.as_str() {
        "Add" | "Sum" | "Mean" => |a, b| Some(a.wrapping_add(b)),
        "Sub" => |a, b| Some(a.wrapping_sub(b)),
        "Mul" => |a, b| Some(a.wrapping_mul(b)),
        "Div" => |a, b| (b != 0).then(|| a.wrapping_div(b)),
        "Mod" if node.int("fmod", 0) != 0 => |a, b| (b != 0).then(|| a.wrapping_rem(b)),
        "Mod" => |a, b| {
            let rest = if b == 0 { return None } else { a.wrapping_rem(b) };
            Some(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
        },
        "Pow" => |a, b| match u32::try_from(b) {
            Ok(power) => Some(a.wrapping_pow(power)),
            Err(_) => Some((a as f64).powf(b as f64) as i64),
        },
        "Max" => |a, b| Some(a.max(b)),
        "Min" => |a, b| Some(a.min(b)),
        "BitwiseAnd" => |a, b| Some(a & b),
        "BitwiseOr" => |a, b| Some(a | b),
        "BitwiseXor" => |a, b| Some(a ^ b),
        // Beyond the width nothing is left but the sign.
        "BitShift" if node.text("direction") == Some("LEFT") => {
            |a, b| Some(u32::try_from(b).ok().and_then(|b| a.checked_shl(b)).unwrap_or(0))
        }
        "BitShift" => |a, b| Some(a >> u32::try_from(b).unwrap_or(63).min(63)),
        "PRelu" => |a, b| Some(if a < 0 { a.wrapping_mul(b) } else { a }),
        other => return Err(Reason(format!("{other} has no kernel."))),
    };
    let float: fn(f64, f64) -> f64 = match node.operator.as_str() {
        "Sub" => |a, b| a - b,
        "Mul" => |a, b| a * b,
        "Div" => |a, b| a / b,
        "Mod" if node.int("fmod", 0) == 0 => |a, b| {
            let rest = a % b;
            if rest != 0.0 && (rest < 0.0) != (b < 0.0) { rest + b } else { rest }
        },
        "Mod" => |a, b| a % b,
        "Pow" => f64::powf,
        // NaN wins.
        "Max" => |a, b| if a.is_nan() || a > b { a } else { b },
        "Min" => |a, b| if a.is_nan() || a < b { a } else { b },
        "PRelu" => |a, b| if a < 0.0 { a * b } else { a },
        _ => |a, b| a + b,
    };
    Ok(Pair { float, integer: whole })
}

/// Two or more values, folded from the left.
pub(super) fn binary(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let pair = pair(node)?;
    let mean = node.operator == "Mean";
    let mixed = node.operator == "Pow";
    Ok(closure(move |inputs| {
        let first = input(inputs, 0)?;
        let mut result: Option<Tensor> = None;
        for position in 1..inputs.len() {
            let next = combine(result.as_ref().unwrap_or(first), input(inputs, position)?, pair, mixed)?;
            result = Some(next);
        }
        let result = result.unwrap_or_else(|| first.clone());
        if !mean {
            return Ok(vec![result]);
        }
        let (shape, data) = result.into_parts();
        let count = inputs.len() as f64;
        one(shape, over_floats(&data, |v| v / count)?)
    }))
}

fn combine(a: &Tensor, b: &Tensor, pair: Pair, mixed: bool) -> Result<Tensor, Reason> {
    let shape = broadcast(&[a.shape(), b.shape()])?;
    let (left, right) = (stretched(a.shape(), &shape)?, stretched(b.shape(), &shape)?);
    let converted;
    // The exponent of a power may have another type.
    let b = if mixed && a.element_type() != b.element_type() {
        converted = super::cast::converted(b.data(), a.element_type())?;
        // A root of integers is a root, not what is left of its exponent.
        if let (Data::F32(_) | Data::F64(_), Data::I32(_) | Data::I64(_)) = (b.data(), a.data()) {
            let powers = super::cast::converted(b.data(), ml_onnx::ElementType::F64)?;
            let bases = super::cast::converted(a.data(), ml_onnx::ElementType::F64)?;
            let (Data::F64(bases), Data::F64(powers)) = (bases, powers) else {
                return Err("it cannot raise these types.".into());
            };
            let values = left.iter().zip(&right).map(|(&i, &j)| (pair.float)(bases[i], powers[j])).collect();
            return Ok(Tensor::new(shape, super::cast::converted(&Data::F64(values), a.element_type())?)?);
        }
        &converted
    } else {
        b.data()
    };
    macro_rules! floats {
        ($variant:ident, $type:ty, $a:expr, $b:expr) => {
            Data::$variant(
                left.iter()
                    .zip(&right)
                    .map(|(&i, &j)| (pair.float)(f64::from($a[i]), f64::from($b[j])) as $type)
                    .collect(),
            )
        };
    }
    macro_rules! integers {
        ($variant:ident, $type:ty, $a:expr, $b:expr) => {
            Data::$variant(
                left.iter()
                    .zip(&right)
                    .map(|(&i, &j)| (pair.integer)(i64::from($a[i]), i64::from($b[j])).map(|v| v as $type))
                    .collect::<Option<_>>()
                    .ok_or("it divides an integer by zero.")?,
            )
        };
    }
    let data = match (a.data(), b) {
        (Data::F32(a), Data::F32(b)) => floats!(F32, f32, a, b),
        (Data::F64(a), Data::F64(b)) => floats!(F64, f64, a, b),
        (Data::I8(a), Data::I8(b)) => integers!(I8, i8, a, b),
        (Data::U8(a), Data::U8(b)) => integers!(U8, u8, a, b),
        (Data::I32(a), Data::I32(b)) => integers!(I32, i32, a, b),
        (Data::I64(a), Data::I64(b)) => integers!(I64, i64, a, b),
        (a, b) => {
            return Err(Reason(format!("it cannot combine {:?} and {:?}.", a.element_type(), b.element_type())));
        }
    };
    Ok(Tensor::new(shape, data)?)
}

/// A function of each float; integers are computed as floats and cut back.
fn over_floats(data: &Data, apply: impl Fn(f64) -> f64) -> Result<Data, Reason> {
    Ok(match data {
        Data::F32(values) => Data::F32(values.iter().map(|&v| apply(f64::from(v)) as f32).collect()),
        Data::F64(values) => Data::F64(values.iter().map(|&v| apply(v)).collect()),
        Data::I8(values) => Data::I8(values.iter().map(|&v| apply(f64::from(v)) as i8).collect()),
        Data::U8(values) => Data::U8(values.iter().map(|&v| apply(f64::from(v)) as u8).collect()),
        Data::I32(values) => Data::I32(values.iter().map(|&v| apply(f64::from(v)) as i32).collect()),
        Data::I64(values) => Data::I64(values.iter().map(|&v| apply(v as f64) as i64).collect()),
        other => return Err(Reason(format!("it computes with numbers, not {:?}.", other.element_type()))),
    })
}

/// A function of one number.
pub(super) fn unary(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    type Function = Box<dyn Fn(f64) -> f64 + Send + Sync>;
    let alpha = |otherwise: f32| f64::from(node.float("alpha", otherwise));
    let function: Function = match node.operator.as_str() {
        "Abs" => return Ok(over_numbers(f64::abs, i64::wrapping_abs)),
        "Neg" => return Ok(over_numbers(|v| -v, i64::wrapping_neg)),
        "Sign" => return Ok(over_numbers(sign, i64::signum)),
        "BitwiseNot" => return Ok(over_numbers(|v| v, |v| !v)),
        // NaN stays.
        "Relu" => return Ok(relu()),
        "Sqrt" => Box::new(f64::sqrt),
        "Reciprocal" => Box::new(f64::recip),
        "Exp" => Box::new(f64::exp),
        "Log" => Box::new(f64::ln),
        "Floor" => Box::new(f64::floor),
        "Ceil" => Box::new(f64::ceil),
        "Round" => Box::new(f64::round_ties_even),
        "Sin" => Box::new(f64::sin),
        "Cos" => Box::new(f64::cos),
        "Tan" => Box::new(f64::tan),
        "Acos" => Box::new(f64::acos),
        "Acosh" => Box::new(f64::acosh),
        "Asin" => Box::new(f64::asin),
        "Asinh" => Box::new(f64::asinh),
        "Atan" => Box::new(f64::atan),
        "Atanh" => Box::new(f64::atanh),
        "Cosh" => Box::new(f64::cosh),
        "Sinh" => Box::new(f64::sinh),
        "Swish" => {
            let alpha = alpha(1.0);
            Box::new(move |v| v / (1.0 + (-alpha * v).exp()))
        }
        "Shrink" => {
            let (limit, bias) = (f64::from(node.float("lambd", 0.5)), f64::from(node.float("bias", 0.0)));
            Box::new(move |v| match () {
                () if v < -limit => v + bias,
                () if v > limit => v - bias,
                () => 0.0,
            })
        }
        "Tanh" => Box::new(f64::tanh),
        "Sigmoid" => Box::new(|v| 1.0 / (1.0 + (-v).exp())),
        "Softplus" => Box::new(softplus),
        "Softsign" => Box::new(|v| v / (1.0 + v.abs())),
        "Mish" => Box::new(|v| v * softplus(v).tanh()),
        "HardSwish" => Box::new(|v| v * (v / 6.0 + 0.5).clamp(0.0, 1.0)),
        "HardSigmoid" => {
            let (alpha, beta) = (alpha(0.2), f64::from(node.float("beta", 0.5)));
            Box::new(move |v| (alpha * v + beta).clamp(0.0, 1.0))
        }
        "LeakyRelu" => {
            let alpha = alpha(0.01);
            Box::new(move |v| if v < 0.0 { alpha * v } else { v })
        }
        "ThresholdedRelu" => {
            let alpha = alpha(1.0);
            Box::new(move |v| if v > alpha { v } else { 0.0 })
        }
        "Elu" => {
            let alpha = alpha(1.0);
            Box::new(move |v| if v < 0.0 { alpha * v.exp_m1() } else { v })
        }
        "Celu" => {
            let alpha = alpha(1.0);
            Box::new(move |v| v.max(0.0) + (alpha * (v / alpha).exp_m1()).min(0.0))
        }
        "Selu" => {
            // The defaults of the standard.
            let (alpha, gamma) = (alpha(1.673_263_2), f64::from(node.float("gamma", 1.050_701)));
            Box::new(move |v| gamma * if v <= 0.0 { alpha * v.exp_m1() } else { v })
        }
        other => return Err(Reason(format!("{other} has no kernel."))),
    };
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        one(tensor.shape().to_vec(), over_floats(tensor.data(), &function)?)
    }))
}

/// What networks have most often: several at a time, which rten does one by one with a call for each. NaN stays.
fn relu() -> Box<dyn Kernel> {
    let general = over_numbers(|v| if v < 0.0 { 0.0 } else { v }, |v| v.max(0));
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        match tensor.data() {
            Data::F32(values) => {
                let mut values = values.clone();
                let (groups, rest) = values.as_chunks_mut::<LANES>();
                for group in groups {
                    *group = Eight::splat(0.0).larger(Eight::of(group)).numbers();
                }
                rest.iter_mut().filter(|v| **v < 0.0).for_each(|v| *v = 0.0);
                one(tensor.shape().to_vec(), Data::F32(values))
            }
            _ => general.run(inputs),
        }
    })
}

fn sign(value: f64) -> f64 {
    if value == 0.0 || value.is_nan() { value } else { value.signum() }
}

fn softplus(value: f64) -> f64 {
    value.max(0.0) + (-value.abs()).exp().ln_1p()
}

fn over_numbers(float: fn(f64) -> f64, integer: fn(i64) -> i64) -> Box<dyn Kernel> {
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let data = match tensor.data() {
            Data::I8(values) => Data::I8(values.iter().map(|&v| integer(i64::from(v)) as i8).collect()),
            Data::U8(values) => Data::U8(values.iter().map(|&v| integer(i64::from(v)) as u8).collect()),
            Data::I32(values) => Data::I32(values.iter().map(|&v| integer(i64::from(v)) as i32).collect()),
            Data::I64(values) => Data::I64(values.iter().map(|&v| integer(v)).collect()),
            data => over_floats(data, float)?,
        };
        one(tensor.shape().to_vec(), data)
    })
}

/// Between a smallest and a largest value, each by attribute, by input, or not at all.
pub(super) fn clip(node: &Node) -> Box<dyn Kernel> {
    let has = |name: &str| node.attributes.contains_key(name).then(|| node.float(name, 0.0));
    let (low, high) = (has("min"), has("max"));
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        macro_rules! clip {
            ($variant:ident, $values:expr, $type:ty) => {{
                let limit = |position: usize, attribute: Option<f32>| -> Result<Option<$type>, Reason> {
                    match inputs.get(position).copied().flatten().map(Tensor::data) {
                        Some(Data::$variant(values)) => Ok(values.first().copied()),
                        Some(other) => {
                            Err(Reason(format!("its limit is {:?}, unlike its input.", other.element_type())))
                        }
                        None => Ok(attribute.map(|v| v as $type)),
                    }
                };
                let (low, high) = (limit(1, low)?, limit(2, high)?);
                Data::$variant(
                    $values
                        .iter()
                        .map(|&v| {
                            let v = low.map_or(v, |low| if v < low { low } else { v });
                            high.map_or(v, |high| if v > high { high } else { v })
                        })
                        .collect(),
                )
            }};
        }
        let data = match tensor.data() {
            Data::F32(values) => clip!(F32, values, f32),
            Data::F64(values) => clip!(F64, values, f64),
            Data::I8(values) => clip!(I8, values, i8),
            Data::U8(values) => clip!(U8, values, u8),
            Data::I32(values) => clip!(I32, values, i32),
            Data::I64(values) => clip!(I64, values, i64),
            other => return Err(Reason(format!("it clips numbers, not {:?}.", other.element_type()))),
        };
        one(tensor.shape().to_vec(), data)
    })
}

/// `a * alpha + b * beta` in doubles.
pub(super) fn scaled_sum(a: &Data, alpha: f64, b: Option<&Data>, beta: f64) -> Result<Data, Reason> {
    let doubles = |data: &Data| match super::cast::converted(data, ml_onnx::ElementType::F64)? {
        Data::F64(values) => Ok::<_, Reason>(values),
        _ => Err("it computes with numbers.".into()),
    };
    let a = doubles(a)?;
    Ok(Data::F64(match b {
        Some(b) => a.iter().zip(doubles(b)?).map(|(a, b)| a * alpha + b * beta).collect(),
        None => a.iter().map(|a| a * alpha).collect(),
    }))
}
