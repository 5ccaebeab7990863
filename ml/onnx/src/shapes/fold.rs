//! Integer computations on small tensors that are known, as exporters write them around `Reshape` and `Resize`.

use super::{Call, Known, SMALL, elementwise};
use crate::proto::Half;
use crate::{Data, Domain, ElementType, Tensor};

/// Numbers of a small tensor: integers (truth values among them) or floats.
#[derive(Debug, Clone, PartialEq)]
enum Numbers {
    Ints(Vec<i64>),
    Floats(Vec<f32>),
}

/// The elements as integers, where they are integers or truth values.
pub(super) fn integers(tensor: &Tensor) -> Option<Vec<i64>> {
    match numbers(tensor)? {
        Numbers::Ints(values) => Some(values),
        Numbers::Floats(_) => None,
    }
}

/// The elements as floats, where they are numbers.
pub(super) fn floats(tensor: &Tensor) -> Option<Vec<f32>> {
    match numbers(tensor)? {
        Numbers::Ints(values) => Some(values.into_iter().map(|v| v as f32).collect()),
        Numbers::Floats(values) => Some(values),
    }
}

fn numbers(tensor: &Tensor) -> Option<Numbers> {
    Some(match tensor.data() {
        Data::I64(v) => Numbers::Ints(v.clone()),
        Data::I32(v) => Numbers::Ints(v.iter().map(|&v| i64::from(v)).collect()),
        Data::I8(v) => Numbers::Ints(v.iter().map(|&v| i64::from(v)).collect()),
        Data::U8(v) => Numbers::Ints(v.iter().map(|&v| i64::from(v)).collect()),
        Data::Bool(v) => Numbers::Ints(v.iter().map(|&v| i64::from(v)).collect()),
        Data::F32(v) => Numbers::Floats(v.clone()),
        Data::F64(v) => Numbers::Floats(v.iter().map(|&v| v as f32).collect()),
        Data::String(_) => return None,
    })
}

fn tensor(numbers: Numbers, like: &Known) -> Option<Tensor> {
    let data = match (numbers, like.element) {
        (Numbers::Ints(v), ElementType::I64) => Data::I64(v),
        (Numbers::Ints(v), ElementType::I32) => {
            Data::I32(v.into_iter().map(|v| i32::try_from(v).ok()).collect::<Option<_>>()?)
        }
        (Numbers::Ints(v), ElementType::I8) => {
            Data::I8(v.into_iter().map(|v| i8::try_from(v).ok()).collect::<Option<_>>()?)
        }
        (Numbers::Ints(v), ElementType::U8) => {
            Data::U8(v.into_iter().map(|v| u8::try_from(v).ok()).collect::<Option<_>>()?)
        }
        (Numbers::Ints(v), ElementType::Bool) => Data::Bool(v.into_iter().map(|v| v != 0).collect()),
        (Numbers::Floats(v), ElementType::F32) => Data::F32(v),
        _ => return None,
    };
    Tensor::new(like.shape.clone(), data).ok()
}

/// The value of a node whose inputs are known, where it is one of the operators that shapes are computed with.
pub(super) fn fold(call: &Call, made: &Known) -> Option<Tensor> {
    if call.node.domain != Domain::Onnx || made.elements() > SMALL {
        return None;
    }
    match call.node.operator.as_str() {
        "Shape" => return tensor(Numbers::Ints(elementwise::shape_part(call)?), made),
        "Size" => return tensor(Numbers::Ints(vec![i64::try_from(call.optional(0)?.elements()).ok()?]), made),
        "ConstantOfShape" => return constant_of_shape(call, made),
        _ => {}
    }
    if call.node.operator == "Identity" {
        return call.optional(0)?.value.clone();
    }
    let mut given = Vec::with_capacity(call.inputs.len());
    for input in &call.inputs {
        given.push(match input {
            Some(known) => Some((numbers(known.value.as_ref()?)?, *known)),
            None => None,
        });
    }
    let first = given.first()?.clone();
    let result = match call.node.operator.as_str() {
        "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => first?.0,
        // What is rounded on the way is left to the engines.
        "Cast" if Half::from_onnx(call.node.int("to", 1)).is_some() => return None,
        "Cast" | "CastLike" => cast(first?.0, made.element)?,
        "Gather" => gather(call, &given, made)?,
        "Concat" => concat(call, &given)?,
        "Slice" => slice(call, &given, made)?,
        "Transpose" => {
            let order = call.order().ok()?;
            let (values, known) = first?;
            let strides = strides(&known.shape);
            let steps: Vec<i64> = order.iter().map(|&d| strides[d] as i64).collect();
            pick(&values, &made.shape, 0, &steps)?
        }
        "Expand" => {
            let (values, known) = first?;
            let steps = broadcast_strides(&known.shape, made.shape.len());
            pick(&values, &made.shape, 0, &steps)?
        }
        "Range" => {
            let values: Vec<i64> = given.iter().map(|g| scalar(g.as_ref()?)).collect::<Option<_>>()?;
            let at = |i: usize| values[0].checked_add(values[2].checked_mul(i64::try_from(i).ok()?)?);
            Numbers::Ints((0..made.elements()).map(at).collect::<Option<_>>()?)
        }
        "ReduceProd" | "ReduceSum" | "ReduceMax" | "ReduceMin" => {
            let (Numbers::Ints(values), _) = first? else { return None };
            if made.elements() != 1 {
                return None;
            }
            let value = match call.node.operator.as_str() {
                "ReduceProd" => values.iter().try_fold(1_i64, |p, &v| p.checked_mul(v))?,
                "ReduceSum" => values.iter().try_fold(0_i64, |s, &v| s.checked_add(v))?,
                "ReduceMax" => *values.iter().max()?,
                _ => *values.iter().min()?,
            };
            Numbers::Ints(vec![value])
        }
        "Neg" | "Abs" | "Not" | "Floor" | "Ceil" | "Round" | "Sqrt" => unary(call, first?.0)?,
        "Add" | "Sub" | "Mul" | "Div" | "Mod" | "Min" | "Max" | "Equal" | "Greater" | "GreaterOrEqual" | "Less"
        | "LessOrEqual" | "And" | "Or" | "Xor" => binary(call, &given, made)?,
        "Where" => {
            let parts: Vec<_> = given.iter().map(|g| aligned(g.as_ref()?, made)).collect::<Option<_>>()?;
            let Numbers::Ints(condition) = &parts[0] else { return None };
            match (&parts[1], &parts[2]) {
                (Numbers::Ints(a), Numbers::Ints(b)) => {
                    let chosen = condition.iter().zip(a.iter().zip(b));
                    Numbers::Ints(chosen.map(|(&c, (&a, &b))| if c != 0 { a } else { b }).collect())
                }
                (Numbers::Floats(a), Numbers::Floats(b)) => {
                    let chosen = condition.iter().zip(a.iter().zip(b));
                    Numbers::Floats(chosen.map(|(&c, (&a, &b))| if c != 0 { a } else { b }).collect())
                }
                _ => return None,
            }
        }
        _ => return None,
    };
    tensor(result, made)
}

type Given<'a> = Option<(Numbers, &'a Known)>;

fn scalar(given: &(Numbers, &Known)) -> Option<i64> {
    match &given.0 {
        Numbers::Ints(values) => values.first().copied(),
        Numbers::Floats(_) => None,
    }
}

fn constant_of_shape(call: &Call, made: &Known) -> Option<Tensor> {
    let count = made.elements();
    let value = match call.node.tensor("value") {
        Some(value) => numbers(value)?,
        None => Numbers::Floats(vec![0.0]),
    };
    let filled = match value {
        Numbers::Ints(v) => Numbers::Ints(vec![*v.first()?; count]),
        Numbers::Floats(v) => Numbers::Floats(vec![*v.first()?; count]),
    };
    tensor(filled, made)
}

fn cast(values: Numbers, to: ElementType) -> Option<Numbers> {
    Some(match (values, to) {
        (Numbers::Floats(v), ElementType::Bool) => Numbers::Ints(v.iter().map(|&v| i64::from(v != 0.0)).collect()),
        (Numbers::Ints(v), ElementType::Bool) => Numbers::Ints(v.iter().map(|&v| i64::from(v != 0)).collect()),
        (Numbers::Floats(v), ElementType::I64 | ElementType::I32) => {
            // What is no number is left to the engines.
            Numbers::Ints(v.iter().map(|&v| (!v.is_nan()).then_some(v as i64)).collect::<Option<_>>()?)
        }
        (Numbers::Ints(v), ElementType::I64 | ElementType::I32) => Numbers::Ints(v),
        (Numbers::Ints(v), ElementType::F32) => Numbers::Floats(v.iter().map(|&v| v as f32).collect()),
        (Numbers::Floats(v), ElementType::F32) => Numbers::Floats(v),
        _ => return None,
    })
}

/// Elements that one takes from one.
fn take(values: &Numbers, at: impl Iterator<Item = usize>) -> Option<Numbers> {
    Some(match values {
        Numbers::Ints(v) => Numbers::Ints(at.map(|i| v.get(i).copied()).collect::<Option<_>>()?),
        Numbers::Floats(v) => Numbers::Floats(at.map(|i| v.get(i).copied()).collect::<Option<_>>()?),
    })
}

fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1_usize; shape.len()];
    for d in (1..shape.len()).rev() {
        strides[d - 1] = strides[d].saturating_mul(shape[d]);
    }
    strides
}

/// Steps through a tensor of `shape` that is stretched to more dimensions; 0 along those of length 1.
fn broadcast_strides(shape: &[usize], rank: usize) -> Vec<i64> {
    let own = strides(shape);
    let mut steps = vec![0_i64; rank - shape.len()];
    steps.extend(shape.iter().zip(&own).map(|(&d, &s)| if d == 1 { 0 } else { s as i64 }));
    steps
}

/// The elements at `start` plus the position in `shape` times `steps`.
fn pick(values: &Numbers, shape: &[usize], start: i64, steps: &[i64]) -> Option<Numbers> {
    let count: usize = shape.iter().product();
    let own = strides(shape);
    let at = (0..count).map(|i| {
        let parts = (0..shape.len()).map(|d| ((i / own[d].max(1)) % shape[d].max(1)) as i64 * steps[d]);
        usize::try_from(start + parts.sum::<i64>()).unwrap_or(usize::MAX)
    });
    take(values, at)
}

fn aligned(given: &(Numbers, &Known), made: &Known) -> Option<Numbers> {
    pick(&given.0, &made.shape, 0, &broadcast_strides(&given.1.shape, made.shape.len()))
}

fn gather(call: &Call, given: &[Given], made: &Known) -> Option<Numbers> {
    let (data, known) = given.first()?.as_ref()?;
    let (Numbers::Ints(indices), _) = given.get(1)?.as_ref()? else { return None };
    let axis = call.axis_attribute(0, known.shape.len()).ok()?;
    let length = known.shape[axis];
    let inner: usize = known.shape[axis + 1..].iter().product();
    let at = (0..made.elements()).map(|i| {
        let (outer, rest) = (i / (inner * indices.len()).max(1), i % (inner * indices.len()).max(1));
        let index = indices[rest / inner.max(1)];
        let index = if index < 0 { index + length as i64 } else { index };
        if (0..length as i64).contains(&index) {
            (outer * length + index as usize) * inner + rest % inner.max(1)
        } else {
            usize::MAX
        }
    });
    take(data, at)
}

fn concat(call: &Call, given: &[Given]) -> Option<Numbers> {
    let rank = given.first()?.as_ref()?.1.shape.len();
    let axis = call.axis_attribute(1, rank).ok()?;
    let outer: usize = given.first()?.as_ref()?.1.shape[..axis].iter().product();
    let mut ints = Vec::new();
    let mut floats = Vec::new();
    for o in 0..outer {
        for part in given {
            let (values, known) = part.as_ref()?;
            let width: usize = known.shape[axis..].iter().product();
            let range = o * width..(o + 1) * width;
            match values {
                Numbers::Ints(v) => ints.extend(v.get(range)?),
                Numbers::Floats(v) => floats.extend(v.get(range)?),
            }
        }
    }
    if floats.is_empty() { Some(Numbers::Ints(ints)) } else { ints.is_empty().then_some(Numbers::Floats(floats)) }
}

fn slice(call: &Call, given: &[Given], made: &Known) -> Option<Numbers> {
    let (values, known) = given.first()?.as_ref()?;
    let ranges = call.slices().ok()?;
    let own = strides(&known.shape);
    let start: i64 = ranges.iter().zip(&own).map(|(r, &s)| r.start * s as i64).sum();
    let steps: Vec<i64> = ranges.iter().zip(&own).map(|(r, &s)| r.step.saturating_mul(s as i64)).collect();
    pick(values, &made.shape, start, &steps)
}

fn unary(call: &Call, values: Numbers) -> Option<Numbers> {
    Some(match (call.node.operator.as_str(), values) {
        ("Neg", Numbers::Ints(v)) => Numbers::Ints(v.into_iter().map(i64::checked_neg).collect::<Option<_>>()?),
        ("Abs", Numbers::Ints(v)) => Numbers::Ints(v.into_iter().map(i64::checked_abs).collect::<Option<_>>()?),
        ("Not", Numbers::Ints(v)) => Numbers::Ints(v.into_iter().map(|v| i64::from(v == 0)).collect()),
        ("Neg", Numbers::Floats(v)) => Numbers::Floats(v.into_iter().map(|v| -v).collect()),
        ("Abs", Numbers::Floats(v)) => Numbers::Floats(v.into_iter().map(f32::abs).collect()),
        ("Floor", Numbers::Floats(v)) => Numbers::Floats(v.into_iter().map(f32::floor).collect()),
        ("Ceil", Numbers::Floats(v)) => Numbers::Floats(v.into_iter().map(f32::ceil).collect()),
        ("Round", Numbers::Floats(v)) => Numbers::Floats(v.into_iter().map(f32::round_ties_even).collect()),
        ("Sqrt", Numbers::Floats(v)) => Numbers::Floats(v.into_iter().map(f32::sqrt).collect()),
        _ => return None,
    })
}

fn binary(call: &Call, given: &[Given], made: &Known) -> Option<Numbers> {
    let parts: Vec<_> = given.iter().map(|g| aligned(g.as_ref()?, made)).collect::<Option<_>>()?;
    let [a, b] = parts.as_slice() else { return None };
    match (a, b) {
        (Numbers::Ints(a), Numbers::Ints(b)) => {
            let fmod = call.node.int("fmod", 0) != 0;
            let of = |(&a, &b): (&i64, &i64)| -> Option<i64> {
                Some(match call.node.operator.as_str() {
                    "Add" => a.checked_add(b)?,
                    "Sub" => a.checked_sub(b)?,
                    "Mul" => a.checked_mul(b)?,
                    "Div" => a.checked_div(b)?,
                    "Mod" if fmod => a.checked_rem(b)?,
                    // The remainder has the sign of the divisor.
                    "Mod" => {
                        let rest = a.checked_rem(b)?;
                        if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest }
                    }
                    "Min" => a.min(b),
                    "Max" => a.max(b),
                    "Equal" => i64::from(a == b),
                    "Greater" => i64::from(a > b),
                    "GreaterOrEqual" => i64::from(a >= b),
                    "Less" => i64::from(a < b),
                    "LessOrEqual" => i64::from(a <= b),
                    "And" => i64::from(a != 0 && b != 0),
                    "Or" => i64::from(a != 0 || b != 0),
                    "Xor" => i64::from((a != 0) != (b != 0)),
                    _ => return None,
                })
            };
            Some(Numbers::Ints(a.iter().zip(b).map(of).collect::<Option<_>>()?))
        }
        (Numbers::Floats(a), Numbers::Floats(b)) => {
            let pairs = a.iter().zip(b);
            match call.node.operator.as_str() {
                "Add" => Some(Numbers::Floats(pairs.map(|(a, b)| a + b).collect())),
                "Sub" => Some(Numbers::Floats(pairs.map(|(a, b)| a - b).collect())),
                "Mul" => Some(Numbers::Floats(pairs.map(|(a, b)| a * b).collect())),
                "Div" => Some(Numbers::Floats(pairs.map(|(a, b)| a / b).collect())),
                "Equal" => Some(Numbers::Ints(pairs.map(|(a, b)| i64::from(a == b)).collect())),
                "Greater" => Some(Numbers::Ints(pairs.map(|(a, b)| i64::from(a > b)).collect())),
                "Less" => Some(Numbers::Ints(pairs.map(|(a, b)| i64::from(a < b)).collect())),
                _ => None,
            }
        }
        _ => None,
    }
}
