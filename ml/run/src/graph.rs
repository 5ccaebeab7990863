//! Walks through a model: where a value comes from, and where a column goes.

use std::collections::{HashMap, HashSet};

use ml_onnx::{Attribute, Data, Domain, Model, Node, Tensor};

/// The node that makes each value.
pub fn makers(model: &Model) -> HashMap<&str, &Node> {
    model.nodes.iter().flat_map(|node| node.outputs.iter().map(move |name| (name.as_str(), node))).collect()
}

/// Whether a node hands its first input on, in another shape or type at most.
pub fn hands_on(node: &Node) -> bool {
    const SAME: [&str; 11] = [
        "Identity",
        "Cast",
        "CastLike",
        "Reshape",
        "Squeeze",
        "Unsqueeze",
        "Flatten",
        "Dropout",
        "Transpose",
        "QuantizeLinear",
        "DequantizeLinear",
    ];
    match node.domain {
        Domain::Onnx => SAME.contains(&node.operator.as_str()),
        Domain::Ml => node.operator == "ZipMap",
        Domain::Microsoft => false,
    }
}

/// The node that a value comes from, those that only hand it on left out.
pub fn origin<'m>(makers: &HashMap<&str, &'m Node>, value: &str) -> Option<&'m Node> {
    let mut node = *makers.get(value)?;
    // Names are unique and nodes in order, so this ends.
    while hands_on(node) {
        match node.inputs.first().and_then(|name| makers.get(name.as_str())) {
            Some(before) => node = before,
            None => break,
        }
    }
    Some(node)
}

/// Whether a value is an input of the model that is only handed on.
fn is_input(model: &Model, makers: &HashMap<&str, &Node>, value: &str) -> bool {
    let mut value = value;
    // Names are unique and nodes in order, so this ends.
    while let Some(node) = makers.get(value) {
        match node.inputs.first().filter(|_| hands_on(node)) {
            Some(before) => value = before,
            None => return false,
        }
    }
    model.inputs.iter().any(|port| port.name == value)
}

/// Without the outputs that only hand an input on, where others say something of it, and without the inputs and nodes that
/// nothing is made of: some exporters give every column of a table, the label too, and give it back.
pub fn needed(mut model: Model) -> Model {
    let makers = makers(&model);
    let says: Vec<bool> = model.outputs.iter().map(|port| !is_input(&model, &makers, &port.name)).collect();
    if says.contains(&true) {
        let mut says = says.into_iter();
        model.outputs.retain(|_| says.next().unwrap_or(true));
    }
    let mut used: HashSet<String> = model.outputs.iter().map(|port| port.name.clone()).collect();
    let mut kept = Vec::with_capacity(model.nodes.len());
    for node in model.nodes.into_iter().rev() {
        if node.outputs.iter().any(|value| used.contains(value)) {
            used.extend(node.inputs.iter().cloned());
            kept.push(node);
        }
    }
    kept.reverse();
    model.nodes = kept;
    // What is the same for every row is refused where nothing can be predicted from it.
    if model.inputs.iter().any(|port| used.contains(&port.name)) {
        model.inputs.retain(|port| used.contains(&port.name));
    }
    model
}

/// How many columns an input of shape `[N, ?]` has, from what first uses it.
pub fn columns_of(model: &Model, input: &str) -> Option<usize> {
    let mut values = vec![input];
    for node in &model.nodes {
        let Some(name) = node.inputs.first().map(String::as_str) else { continue };
        if !values.contains(&name) {
            continue;
        }
        let constant = |at: usize| node.inputs.get(at).and_then(|name| model.constants.get(name));
        let side =
            |tensor: &Tensor, axis: usize| tensor.shape().get(axis).copied().filter(|_| tensor.shape().len() == 2);
        let listed = |name: &str| node.floats(name).map(<[f32]>::len).filter(|&len| len > 1);
        let found = match node.operator.as_str() {
            "MatMul" => constant(1).and_then(|b| side(b, 0)),
            "Gemm" if node.int("transA", 0) == 0 => {
                constant(1).and_then(|b| side(b, usize::from(node.int("transB", 0) != 0)))
            }
            "Scaler" => listed("offset").or_else(|| listed("scale")),
            "Imputer" => listed("imputed_value_floats"),
            "LinearRegressor" => {
                let targets = usize::try_from(node.int("targets", 1)).unwrap_or(1).max(1);
                listed("coefficients").map(|len| len / targets)
            }
            "LinearClassifier" => {
                let classes = node.floats("intercepts").map_or(1, <[f32]>::len).max(1);
                listed("coefficients").map(|len| len / classes)
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        let same = ["Identity", "Cast", "Imputer", "Scaler", "Normalizer", "Sub", "Div", "Mul", "Add", "Dropout"];
        if same.contains(&node.operator.as_str()) {
            values.extend(node.outputs.first().map(String::as_str));
        }
    }
    None
}

/// The encoder of column `at` of input `input`, and the values that it knows, in its order.
pub fn encoder<'m>(
    model: &'m Model,
    input: &'m str,
    at: usize,
    widths: &HashMap<String, usize>,
) -> Option<(&'m Node, Vec<String>)> {
    let mut reached = vec![(input, at)];
    let mut step = 0;
    while let Some(&(value, at)) = reached.get(step) {
        step += 1;
        for node in model.nodes.iter().filter(|node| node.inputs.iter().any(|name| name == value)) {
            if let Some(values) = encoded(node) {
                return Some((node, values));
            }
            let (Some(next), Some(place)) = (passes(model, node, value, at, widths), node.outputs.first()) else {
                continue;
            };
            if reached.len() < model.nodes.len() + 1 && !reached.contains(&(place, next)) {
                reached.push((place, next));
            }
        }
    }
    None
}

/// Where column `at` of `value` is in the first output of `node`, if it comes through unchanged.
fn passes(model: &Model, node: &Node, value: &str, at: usize, widths: &HashMap<String, usize>) -> Option<usize> {
    let first = node.inputs.first().is_some_and(|name| name == value);
    match (node.domain, node.operator.as_str()) {
        (_, "Concat") => {
            if !matches!(node.int("axis", 1), 1 | -1) {
                return None;
            }
            let mut before = 0;
            for name in &node.inputs {
                if name == value {
                    return Some(before + at);
                }
                before += widths.get(name).copied().unwrap_or(1);
            }
            None
        }
        (Domain::Ml, "ArrayFeatureExtractor") | (Domain::Onnx, "Gather") if first => {
            if node.operator == "Gather" && !matches!(node.int("axis", 0), 1 | -1) {
                return None;
            }
            let taken = node.inputs.get(1).and_then(|name| model.constants.get(name))?.as_i64()?;
            taken.iter().position(|&index| usize::try_from(index) == Ok(at))
        }
        (Domain::Ml, "Imputer") => Some(at),
        // A row of one column stays one.
        _ if first && hands_on(node) && node.operator != "Transpose" => Some(at),
        _ => None,
    }
}

/// What an encoder lists.
fn encoded(node: &Node) -> Option<Vec<String>> {
    if node.domain != Domain::Ml {
        return None;
    }
    match node.operator.as_str() {
        "OneHotEncoder" => listed(node, "cats_strings", "cats_int64s"),
        "LabelEncoder" => listed(node, "keys_strings", "keys_int64s")
            .or_else(|| listed(node, "classes_strings", ""))
            .or_else(|| node.tensor("keys_tensor").and_then(texts)),
        "CategoryMapper" => listed(node, "cats_strings", ""),
        _ => None,
    }
}

/// A list of texts or whole numbers among the attributes of a node, as texts.
pub fn listed(node: &Node, strings: &str, ints: &str) -> Option<Vec<String>> {
    let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let strings = node.texts(strings).map(owned).filter(|list| !list.is_empty());
    strings.or_else(|| match node.attributes.get(ints) {
        Some(Attribute::Ints(values)) if !values.is_empty() => Some(values.iter().map(i64::to_string).collect()),
        _ => None,
    })
}

/// A tensor of texts or whole numbers as texts.
pub fn texts(tensor: &Tensor) -> Option<Vec<String>> {
    match tensor.data() {
        Data::String(values) => Some(values.clone()),
        Data::I64(values) => Some(values.iter().map(i64::to_string).collect()),
        Data::I32(values) => Some(values.iter().map(i32::to_string).collect()),
        _ => None,
    }
}
