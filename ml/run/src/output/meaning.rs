//! What a model's graph says of its outputs before anything runs: labels, positions, or scores.

use std::collections::HashMap;

use ml_onnx::{Domain, ElementType, Model, Node};

use super::single::Single;
use crate::graph;

/// What a classifier lists of its classes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Labels {
    None,
    Texts(Vec<String>),
    Whole(Vec<String>),
}

impl Labels {
    pub(super) fn names(&self) -> Option<&Vec<String>> {
        match self {
            Self::None => None,
            Self::Texts(names) | Self::Whole(names) => Some(names),
        }
    }
}

/// What whole numbers of an output are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Name,
    /// A position among the classes, from 0.
    Index,
    /// The graph does not say; the numbers themselves have to.
    Unclear,
}

/// What the graph says of one output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    pub meaning: Meaning,
    pub single: Single,
    /// Whether it comes from a node that gives labels or positions, whatever type it was brought to.
    pub labels: bool,
    /// Whether it comes from a node that gives scores of classes: a classifier, a softmax, a sigmoid.
    pub scores: bool,
    /// Whether it holds predicted numbers, one for each target: it comes from a node that predicts such, or the exporter
    /// would have put a label beside it.
    pub numbers: bool,
}

impl Output {
    /// What the graph says of output `at`; `makers` are the nodes that make each value.
    pub(super) fn of(model: &Model, makers: &HashMap<&str, &Node>, at: usize) -> Self {
        let origin = model.outputs.get(at).and_then(|port| graph::origin(makers, &port.name));
        let meaning = meaning(model, at, origin);
        let classifies = origin.is_some_and(classifies);
        // Of a classifier's outputs the first is the label.
        let first = || origin.and_then(|node| node.outputs.first()).is_some_and(|label| leads(model, at, label));
        let regressors = ["LinearRegressor", "SVMRegressor", "TreeEnsembleRegressor", "TreeEnsemble"];
        let predicts =
            origin.is_some_and(|node| node.domain == Domain::Ml && regressors.contains(&node.operator.as_str()));
        let soft = ["Softmax", "LogSoftmax", "Sigmoid", "HardSigmoid"];
        let scores = (classifies && !first()) || origin.is_some_and(|node| soft.contains(&node.operator.as_str()));
        // skl2onnx puts a label first where it exports a classifier.
        let floats = || model.outputs.iter().all(|port| matches!(port.element, ElementType::F32 | ElementType::F64));
        let numbers = predicts || (!scores && model.producer == "skl2onnx" && floats());
        Self {
            meaning,
            numbers,
            single: Single::of(model, makers, at),
            labels: meaning == Meaning::Index
                || (meaning == Meaning::Name
                    && (!classifies || first())
                    && origin.is_some_and(|node| names(model, node))),
            scores,
        }
    }
}

/// Whether output `at` is the value `from`, or that handed on.
fn leads(model: &Model, at: usize, from: &str) -> bool {
    let makers = graph::makers(model);
    let Some(mut value) = model.outputs.get(at).map(|port| port.name.as_str()) else { return false };
    // Names are unique and nodes in order, so this ends.
    while value != from {
        match makers.get(value).filter(|node| graph::hands_on(node)).and_then(|node| node.inputs.first()) {
            Some(before) => value = before,
            None => return false,
        }
    }
    true
}

fn classifies(node: &Node) -> bool {
    node.domain == Domain::Ml
        && matches!(node.operator.as_str(), "TreeEnsembleClassifier" | "LinearClassifier" | "SVMClassifier")
}

/// Whether a node gives names of classes.
fn names(model: &Model, node: &Node) -> bool {
    classifies(node)
        || (node.domain == Domain::Ml && matches!(node.operator.as_str(), "LabelEncoder" | "CategoryMapper"))
        || gathers(model, node)
}

/// Whether a whole-number output holds names of classes or positions.
fn meaning(model: &Model, at: usize, origin: Option<&Node>) -> Meaning {
    let text = model.outputs.get(at).is_some_and(|port| port.element == ElementType::String);
    match origin {
        Some(node) if node.domain == Domain::Ml => Meaning::Name,
        Some(node) if gathers(model, node) => Meaning::Name,
        _ if text => Meaning::Name,
        Some(node) if matches!(node.operator.as_str(), "ArgMax" | "ArgMin") => Meaning::Index,
        // Its first output holds the values.
        Some(node) if node.operator == "TopK" && node.outputs.get(1).is_some_and(|places| leads(model, at, places)) => {
            Meaning::Index
        }
        _ => Meaning::Unclear,
    }
}

/// Whether a node picks from a list of constants, as exporters write labels.
fn gathers(model: &Model, node: &Node) -> bool {
    matches!(node.operator.as_str(), "ArrayFeatureExtractor" | "Gather" | "GatherElements" | "GatherND")
        && node.inputs.first().is_some_and(|name| model.constants.contains_key(name))
}

/// The classes that a node lists, if it is one that names classes.
pub(super) fn labels(model: &Model, node: &Node) -> Option<Labels> {
    let texts = |names: Option<Vec<&str>>| {
        let owned = names.map(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>());
        owned.filter(|names| !names.is_empty()).map(Labels::Texts)
    };
    let whole = |name: &str| graph::listed(node, "", name).map(Labels::Whole);
    match node.operator.as_str() {
        "LabelEncoder" => {
            let keys = node.ints("keys_int64s").map(<[i64]>::to_vec);
            let keys = keys.or_else(|| node.tensor("keys_tensor").and_then(|t| t.as_i64().map(<[i64]>::to_vec)));
            let values = graph::listed(node, "values_strings", "values_int64s");
            let values = values.or_else(|| node.tensor("values_tensor").and_then(graph::texts));
            let textual = node.texts("values_strings").is_some()
                || node.tensor("values_tensor").is_some_and(|t| t.as_strings().is_some());
            // In the order of the indices that it turns into names.
            let mut pairs: Vec<(i64, String)> = keys?.into_iter().zip(values?).collect();
            pairs.sort_by_key(|(key, _)| *key);
            let names = pairs.into_iter().map(|(_, name)| name).collect();
            Some(if textual { Labels::Texts(names) } else { Labels::Whole(names) })
        }
        _ if node.domain == Domain::Ml && node.operator != "ArrayFeatureExtractor" => {
            texts(node.texts("classlabels_strings"))
                .or_else(|| whole("classlabels_int64s"))
                .or_else(|| whole("classlabels_ints"))
        }
        _ if gathers(model, node) => {
            let constant = node.inputs.first().and_then(|name| model.constants.get(name))?;
            let names = graph::texts(constant)?;
            Some(if constant.as_strings().is_some() { Labels::Texts(names) } else { Labels::Whole(names) })
        }
        _ => None,
    }
}
