//! Weights that are not finite: with them every answer would be no number, so the model is refused with the name of the
//! tensor instead.
//!
//! Not every number must be finite. A bound of Clip, the filling of a mask and the threshold of a split may be infinite,
//! and a NaN can be a mark for what is missing (Imputer, LabelEncoder, a scalar that is compared or chosen).

use std::collections::BTreeMap;

use crate::{Attribute, Data, Domain, Model, Node, ReadError, Tensor};

/// # Errors
/// [`ReadError::NotFinite`]
pub fn check(model: &Model) -> Result<(), ReadError> {
    let mut uses: BTreeMap<&str, Vec<&Node>> = BTreeMap::new();
    for node in &model.nodes {
        for input in node.inputs.iter().filter(|input| model.constants.contains_key(*input)) {
            uses.entry(input).or_default().push(node);
        }
    }
    for (name, tensor) in &model.constants {
        let used = uses.get(name.as_str()).map_or(&[][..], Vec::as_slice);
        let Some(allowed) = of_constant(tensor, used) else { continue };
        if let Some((position, value)) = first(tensor.data(), allowed) {
            return Err(ReadError::NotFinite { place: format!("Initialiser \"{name}\""), value, position });
        }
    }
    for node in &model.nodes {
        for (name, attribute) in &node.attributes {
            let Some(allowed) = of_attribute(node, name) else { continue };
            let found = match attribute {
                Attribute::Float(value) => odd(f64::from(*value), allowed).map(|value| (0, value)),
                Attribute::Floats(values) => find(values.iter().map(|v| f64::from(*v)), allowed),
                Attribute::Tensor(tensor) => first(tensor.data(), allowed),
                _ => None,
            };
            if let Some((position, value)) = found {
                let place = format!("Attribute \"{name}\" of node \"{}\" ({})", node.name, node.operator);
                return Err(ReadError::NotFinite { place, value, position });
            }
        }
    }
    Ok(())
}

/// What numbers need not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Finite,
    Infinite,
}

/// What the numbers of a constant may be; `None` where they may be anything.
fn of_constant(tensor: &Tensor, used: &[&Node]) -> Option<Allowed> {
    let weighs = |node: &&Node| {
        node.domain == Domain::Onnx
            && matches!(
                node.operator.as_str(),
                "BatchNormalization"
                    | "Conv"
                    | "ConvTranspose"
                    | "Gemm"
                    | "InstanceNormalization"
                    | "LayerNormalization"
                    | "MatMul"
                    | "PRelu"
            )
    };
    if used.iter().any(weighs) {
        return Some(Allowed::Finite);
    }
    let reckons =
        |node: &&Node| matches!(node.operator.as_str(), "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Sum" | "Mean");
    (tensor.len() > 1 || used.iter().any(reckons)).then_some(Allowed::Infinite)
}

/// What the numbers of an attribute may be; `None` where they may be anything.
fn of_attribute(node: &Node, name: &str) -> Option<Allowed> {
    match name {
        "replaced_value_float"
        | "default_float"
        | "default_tensor"
        | "keys_floats"
        | "keys_tensor"
        | "values_floats"
        | "values_tensor"
        | "value" => None,
        // Lists of members end with a NaN, and a split by them has a NaN for its number.
        "membership_values" | "nodes_splits" => None,
        // All that is smaller than infinity goes to one side: how a split on missing values alone is written.
        "nodes_values"
        | "nodes_values_as_tensor"
        | "nodes_hitrates"
        | "nodes_hitrates_as_tensor"
        | "threshold"
        | "min"
        | "max"
        | "extrapolation_value" => Some(Allowed::Infinite),
        _ if node.domain == Domain::Ml => Some(Allowed::Finite),
        _ => Some(Allowed::Infinite),
    }
}

fn first(data: &Data, allowed: Allowed) -> Option<(usize, &'static str)> {
    match data {
        Data::F32(values) => find(values.iter().map(|v| f64::from(*v)), allowed),
        Data::F64(values) => find(values.iter().copied(), allowed),
        _ => None,
    }
}

fn find(values: impl Iterator<Item = f64>, allowed: Allowed) -> Option<(usize, &'static str)> {
    values.enumerate().find_map(|(position, value)| odd(value, allowed).map(|value| (position, value)))
}

fn odd(value: f64, allowed: Allowed) -> Option<&'static str> {
    match allowed {
        _ if value.is_nan() => Some("a NaN"),
        Allowed::Finite if value.is_infinite() => Some("an infinity"),
        _ => None,
    }
}
