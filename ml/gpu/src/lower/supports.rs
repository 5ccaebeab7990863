//! Which models have kernels for all their nodes.

use std::collections::BTreeSet;

use ml_onnx::{Domain, ElementType, Model, Node, operators};

use crate::GpuError;
use crate::lower::scalar_of;

/// Why a node whose operator the table gives no kernel is refused.
pub(crate) const NO_KERNEL: &str = "the operator is not among those of the GPU";

/// What computes the operator of a node, by the table of operators.
pub(crate) fn kernel(node: &Node) -> operators::Gpu {
    operators::find(node.domain, &node.operator).map_or(operators::Gpu::None, |known| known.gpu)
}

fn refuse(node: &Node, why: &str) -> GpuError {
    GpuError::Unsupported { node: node.name.clone(), operator: node.operator.clone(), why: why.to_owned() }
}

/// What can be told without shapes.
pub(crate) fn check(model: &Model) -> Result<(), GpuError> {
    for port in &model.inputs {
        if scalar_of(port.element).is_none() {
            return Err(GpuError::Value { name: port.name.clone(), why: "it has texts or doubles".into() });
        }
    }
    let mut texts: BTreeSet<&str> = BTreeSet::new();
    for node in &model.nodes {
        let name = node.operator.as_str();
        if kernel(node) == operators::Gpu::None {
            return Err(refuse(node, NO_KERNEL));
        }
        for (place, input) in node.inputs.iter().enumerate() {
            let constant = model.constants.get(input).map(|c| c.element_type());
            if constant == Some(ElementType::String) {
                texts.insert(input);
            } else if constant.is_some_and(|c| scalar_of(c).is_none()) {
                return Err(refuse(node, "a constant of doubles"));
            }
            // Texts are positions among them until they are read back, so they can be moved, and nothing else.
            if texts.contains(input.as_str()) && !(place == 0 && passes_texts(node)) {
                return Err(refuse(node, "it reads texts"));
            }
        }
        let moved = node.inputs.first().is_some_and(|i| texts.contains(i.as_str()));
        if let Some(output) = node.outputs.first().filter(|_| moved || makes_texts(node)) {
            texts.insert(output);
        }
        match name {
            "Cast" if moved && node.int("to", 1) != 8 => return Err(refuse(node, "it reads texts")),
            "Cast" if !moved && matches!(node.int("to", 1), 8 | 10 | 11 | 16) => {
                return Err(refuse(node, "it makes texts, doubles or halves"));
            }
            "MaxPool" if node.outputs.get(1).is_some_and(|o| !o.is_empty()) => {
                return Err(refuse(node, "the positions of the maxima are wanted"));
            }
            "Resize" | "Upsample"
                if !matches!(node.text("mode").unwrap_or("nearest"), "nearest" | "linear" | "bilinear") =>
            {
                return Err(refuse(node, "only nearest and linear"));
            }
            "BatchNormalization" if node.int("training_mode", 0) != 0 => {
                return Err(refuse(node, "it is in training mode"));
            }
            _ => {}
        }
        if node.operator == "LabelEncoder" && !from_integers(node) {
            return Err(refuse(node, "only integers are encoded on the GPU"));
        }
    }
    for port in &model.outputs {
        let there = scalar_of(port.element).is_some() || texts.contains(port.name.as_str());
        if !there {
            return Err(GpuError::Value { name: port.name.clone(), why: "it has texts or doubles".into() });
        }
    }
    Ok(())
}

/// Whether an operator only moves the elements of its first input, so that they may be texts.
pub(crate) fn passes_texts(node: &Node) -> bool {
    matches!(
        (node.domain, node.operator.as_str()),
        (
            Domain::Onnx,
            "Cast" | "Flatten" | "Gather" | "Identity" | "Reshape" | "Slice" | "Squeeze" | "Transpose" | "Unsqueeze"
        ) | (Domain::Ml, "ArrayFeatureExtractor")
    )
}

/// Whether the first output of a node are texts that it makes itself.
fn makes_texts(node: &Node) -> bool {
    match node.operator.as_str() {
        "TreeEnsembleClassifier" | "LinearClassifier" => {
            node.texts("classlabels_strings").is_some_and(|labels| !labels.is_empty())
        }
        "LabelEncoder" => node.attributes.contains_key("values_strings"),
        _ => false,
    }
}

fn from_integers(node: &Node) -> bool {
    node.attributes.contains_key("keys_int64s")
        || node.tensor("keys_tensor").is_some_and(|k| matches!(k.element_type(), ElementType::I64 | ElementType::I32))
}
