//! What the one score of two classes is, by the nodes that make it.

use std::collections::HashMap;

use ml_onnx::{Domain, Model, Node};

use crate::graph;

/// Products that give scores without bounds.
const PRODUCTS: [&str; 8] =
    ["Gemm", "MatMul", "Einsum", "Conv", "QLinearMatMul", "QLinearConv", "MatMulInteger", "ConvInteger"];
/// Products inside of each other, and parts of a sum, that are looked into. A file may hold any number.
const DEEP: usize = 2;
const MANY: usize = 16;

/// What the one score of two classes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Single {
    Probability,
    /// Before a sigmoid that the file leaves out.
    Logit,
    /// Between -1 and 1.
    Signed,
    /// Anything else; taken for the second class from one half on.
    Value,
}

/// A model's constants, and the node that makes each other value.
#[derive(Clone, Copy)]
struct Graph<'m> {
    model: &'m Model,
    makers: &'m HashMap<&'m str, &'m Node>,
}

impl Single {
    /// What output `at` is, if it is one score.
    pub(super) fn of<'m>(model: &'m Model, makers: &'m HashMap<&'m str, &'m Node>, at: usize) -> Self {
        let output = model.outputs.get(at).map_or("", |port| port.name.as_str());
        Graph { model, makers }.single(output)
    }
}

impl<'m> Graph<'m> {
    /// The node that a value comes from, those left out that only hand it on or pick a part of it.
    fn origin(self, value: &str) -> Option<&'m Node> {
        let mut node = graph::origin(self.makers, value)?;
        // Names are unique and nodes in order, so this ends.
        while node.domain == Domain::Onnx
            && matches!(node.operator.as_str(), "Gather" | "GatherElements" | "Slice" | "Split")
        {
            match node.inputs.first().and_then(|name| graph::origin(self.makers, name)) {
                Some(before) => node = before,
                None => break,
            }
        }
        Some(node)
    }

    fn single(self, output: &'m str) -> Single {
        let (mut value, mut scaled) = (output, false);
        // As above, this ends.
        while let Some(node) = self.origin(value) {
            let likely = |name: &String| self.likely(name, DEEP);
            let (any, all) = (|| node.inputs.iter().take(MANY).any(likely), || node.inputs.iter().all(likely));
            return match (node.domain, node.operator.as_str()) {
                (Domain::Onnx, "Mul" | "Div") => match self.scaled(node) {
                    Some(before) => {
                        (value, scaled) = (before, true);
                        continue;
                    }
                    None => Single::Value,
                },
                // Times something it is none any more.
                (Domain::Onnx, "Sigmoid" | "HardSigmoid") if !scaled => Single::Probability,
                (Domain::Onnx, "Tanh") if !scaled => Single::Signed,
                (Domain::Onnx, operator) if PRODUCTS.contains(&operator) => Single::Logit,
                // What one probability leaves of 1 is one as well; how far two are apart is none.
                (Domain::Onnx, "Sub") if any() && !all() => Single::Value,
                (Domain::Onnx, "Add" | "Sum" | "ReduceSum") | (Domain::Microsoft, "QLinearAdd") if any() => {
                    Single::Value
                }
                (Domain::Onnx, "Sub" | "Add" | "Sum" | "ReduceSum") | (Domain::Microsoft, "QLinearAdd") => {
                    Single::Logit
                }
                (Domain::Ml, _) if !scaled && node.text("post_transform") == Some("LOGISTIC") => Single::Probability,
                _ => Single::Value,
            };
        }
        Single::Value
    }

    /// What a product multiplies by a constant or a scale.
    fn scaled(self, node: &'m Node) -> Option<&'m str> {
        let [first, second] = node.inputs.as_slice() else { return None };
        match (self.fixed(first, DEEP), self.fixed(second, DEEP)) {
            (false, true) => Some(first),
            (true, false) if node.operator == "Mul" => Some(second),
            _ => None,
        }
    }

    /// Whether a value is the same for every row: a constant, or what a quantised table is scaled by.
    fn fixed(self, value: &str, deep: usize) -> bool {
        let Some(node) = self.makers.get(value) else { return self.model.constants.contains_key(value) };
        match node.operator.as_str() {
            "DynamicQuantizeLinear" => node.outputs.first().is_none_or(|quantised| quantised != value),
            "Mul" | "Div" => deep > 0 && node.inputs.iter().take(2).all(|name| self.fixed(name, deep - 1)),
            _ => false,
        }
    }

    /// Whether a value is a probability, or some of their products with each other and with constants.
    fn likely(self, value: &str, deep: usize) -> bool {
        let Some(node) = self.origin(value).filter(|node| node.domain == Domain::Onnx) else { return false };
        let (likely, fixed) = (|name: &String| self.likely(name, deep - 1), |name: &String| self.fixed(name, deep - 1));
        match node.operator.as_str() {
            "Sigmoid" | "HardSigmoid" | "Softmax" => true,
            "Mul" | "Div" if deep > 0 => {
                let factors = node.inputs.iter().take(2);
                factors.clone().any(likely) && factors.clone().all(|name| likely(name) || fixed(name))
            }
            _ => false,
        }
    }
}
