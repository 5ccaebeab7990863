//! Comparisons, booleans, and choosing by them.

use std::cmp::Ordering;

use ml_onnx::{Data, Node};

use super::strides::{broadcast, each, stretched};
use crate::kernel::{Kernel, Reason, closure, input, one};

pub(super) fn comparison(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let holds: fn(Option<Ordering>) -> bool = match node.operator.as_str() {
        "Equal" => |order| order == Some(Ordering::Equal),
        "Greater" => |order| order == Some(Ordering::Greater),
        "Less" => |order| order == Some(Ordering::Less),
        "GreaterOrEqual" => |order| matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        "LessOrEqual" => |order| matches!(order, Some(Ordering::Less | Ordering::Equal)),
        other => return Err(Reason(format!("{other} has no kernel."))),
    };
    Ok(closure(move |inputs| {
        let (a, b) = (input(inputs, 0)?, input(inputs, 1)?);
        let shape = broadcast(&[a.shape(), b.shape()])?;
        let (left, right) = (stretched(a.shape(), &shape)?, stretched(b.shape(), &shape)?);
        macro_rules! compare {
            ($a:expr, $b:expr) => {
                left.iter().zip(&right).map(|(&i, &j)| holds($a[i].partial_cmp(&$b[j]))).collect()
            };
        }
        let values = match (a.data(), b.data()) {
            (Data::F32(a), Data::F32(b)) => compare!(a, b),
            (Data::F64(a), Data::F64(b)) => compare!(a, b),
            (Data::I8(a), Data::I8(b)) => compare!(a, b),
            (Data::U8(a), Data::U8(b)) => compare!(a, b),
            (Data::I32(a), Data::I32(b)) => compare!(a, b),
            (Data::I64(a), Data::I64(b)) => compare!(a, b),
            (Data::Bool(a), Data::Bool(b)) => compare!(a, b),
            (Data::String(a), Data::String(b)) => compare!(a, b),
            (a, b) => {
                return Err(Reason(format!("it cannot compare {:?} and {:?}.", a.element_type(), b.element_type())));
            }
        };
        one(shape, Data::Bool(values))
    }))
}

pub(super) fn logic(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let apply: fn(bool, bool) -> bool = match node.operator.as_str() {
        "And" => |a, b| a && b,
        "Or" => |a, b| a || b,
        "Xor" => |a, b| a != b,
        other => return Err(Reason(format!("{other} has no kernel."))),
    };
    Ok(closure(move |inputs| {
        let (a, b) = (input(inputs, 0)?, input(inputs, 1)?);
        let shape = broadcast(&[a.shape(), b.shape()])?;
        let (left, right) = (stretched(a.shape(), &shape)?, stretched(b.shape(), &shape)?);
        let (Data::Bool(a), Data::Bool(b)) = (a.data(), b.data()) else {
            return Err("it combines booleans.".into());
        };
        one(shape, Data::Bool(left.iter().zip(&right).map(|(&i, &j)| apply(a[i], b[j])).collect()))
    }))
}

pub(super) fn not() -> Box<dyn Kernel> {
    closure(|inputs| {
        let tensor = input(inputs, 0)?;
        let Data::Bool(values) = tensor.data() else { return Err("it negates booleans.".into()) };
        one(tensor.shape().to_vec(), Data::Bool(values.iter().map(|v| !v).collect()))
    })
}

pub(super) fn is_nan() -> Box<dyn Kernel> {
    closure(|inputs| {
        let tensor = input(inputs, 0)?;
        let values = match tensor.data() {
            Data::F32(values) => values.iter().map(|v| v.is_nan()).collect(),
            Data::F64(values) => values.iter().map(|v| v.is_nan()).collect(),
            other => vec![false; other.len()],
        };
        one(tensor.shape().to_vec(), Data::Bool(values))
    })
}

/// `IsInf`, of either sign or both.
pub(super) fn is_infinite(node: &Node) -> Box<dyn Kernel> {
    let (below, above) = (node.int("detect_negative", 1) != 0, node.int("detect_positive", 1) != 0);
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let found = |value: f64| value.is_infinite() && if value < 0.0 { below } else { above };
        let values = match tensor.data() {
            Data::F32(values) => values.iter().map(|&v| found(f64::from(v))).collect(),
            Data::F64(values) => values.iter().map(|&v| found(v)).collect(),
            other => vec![false; other.len()],
        };
        one(tensor.shape().to_vec(), Data::Bool(values))
    })
}

/// `Where`
pub(super) fn choose() -> Box<dyn Kernel> {
    closure(|inputs| {
        let (condition, yes, no) = (input(inputs, 0)?, input(inputs, 1)?, input(inputs, 2)?);
        if yes.element_type() != no.element_type() {
            return Err("what it chooses from has two types.".into());
        }
        let shape = broadcast(&[condition.shape(), yes.shape(), no.shape()])?;
        let Data::Bool(flags) = condition.data() else { return Err("its condition is not boolean.".into()) };
        let when = stretched(condition.shape(), &shape)?;
        let (left, right) = (stretched(yes.shape(), &shape)?, stretched(no.shape(), &shape)?);
        // Positions in both, one after the other.
        let places: Vec<usize> = when
            .iter()
            .zip(left.iter().zip(&right))
            .map(|(&c, (&i, &j))| if flags[c] { i } else { yes.len() + j })
            .collect();
        let all = super::arrange::appended(yes.data(), no.data())?;
        one(shape, each!(&all, values => places.iter().filter_map(|&p| values.get(p).cloned()).collect()))
    })
}
