//! Bytes of the largest moment, floating-point operations.

use std::collections::BTreeMap;

use super::{Call, Known};
use crate::{Domain, Model, Node, keyed};

/// The largest sum of bytes of values that are alive together, and of what computing them needs: from the node that
/// makes them to the last that reads them; inputs from the start, outputs to the end.
pub(super) fn peak_bytes(model: &Model, values: &BTreeMap<String, Known>) -> u64 {
    let bytes = |name: &str| values.get(name).map_or(0, Known::bytes);
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for (position, node) in model.nodes.iter().enumerate() {
        for name in node.inputs.iter().chain(&node.outputs) {
            last.insert(name, position);
        }
    }
    for port in &model.outputs {
        last.insert(&port.name, model.nodes.len());
    }
    let mut now: u64 = model.inputs.iter().map(|p| bytes(&p.name)).fold(0, u64::saturating_add);
    let mut peak = now;
    for (position, node) in model.nodes.iter().enumerate() {
        let named = keyed::set(node.inputs.iter().chain(&node.outputs).map(String::as_str));
        let made = node.outputs.iter().filter(|n| !n.is_empty()).map(|n| bytes(n));
        now = made.fold(now, u64::saturating_add);
        peak = peak.max(now.saturating_add(scratch(node, values)));
        for name in named {
            if last.get(name) == Some(&position) && !model.constants.contains_key(name) {
                now = now.saturating_sub(bytes(name));
            }
        }
    }
    peak
}

/// Bytes that engines need beside inputs and outputs while they compute a node, where they are many.
fn scratch(node: &Node, values: &BTreeMap<String, Known>) -> u64 {
    let shape = |name: Option<&String>| name.and_then(|name| values.get(name)).map_or(&[][..], |known| &known.shape);
    let spatial = |shape: &[usize]| product(shape.get(2..).unwrap_or_default());
    let (input, output) = (shape(node.inputs.first()), shape(node.outputs.first()));
    let (bytes, count) = match node.operator.as_str() {
        // What every input element adds where, of one picture.
        "ConvTranspose" => {
            (4, product(shape(node.inputs.get(1)).get(1..).unwrap_or_default()).saturating_mul(spatial(input)))
        }
        // The places that each window sees.
        "Conv" if input.len() > 4 => (8, spatial(shape(node.inputs.get(1))).saturating_mul(spatial(output))),
        "MaxPool" | "AveragePool" => (8, kernel(node).saturating_add(3).saturating_mul(spatial(output))),
        _ => return 0,
    };
    count.saturating_mul(bytes)
}

/// Places of a pool's kernel.
fn kernel(node: &Node) -> u64 {
    let lengths = node.ints("kernel_shape").unwrap_or_default();
    lengths.iter().fold(1_u64, |product, &length| product.saturating_mul(length.max(1) as u64))
}

fn product(lengths: &[usize]) -> u64 {
    lengths.iter().fold(1_u64, |product, &d| product.saturating_mul(d as u64))
}

/// Floating-point operations of one node; an estimate where they depend on the data (trees).
pub(super) fn flops(call: &Call, made: &[Known]) -> u64 {
    let Some(output) = made.first() else { return 0 };
    let elements = output.elements() as u64;
    let shape = |i: usize| call.optional(i).map_or(&[][..], |k| k.shape.as_slice());
    let input = |i: usize| call.optional(i).map_or(0, |k| k.elements() as u64);
    let attribute = |name: &str| call.node.ints(name).map_or(0, |v| v.len() as u64);
    let each = match (call.node.domain, call.node.operator.as_str()) {
        (Domain::Onnx, "MatMul") => 2 * shape(0).last().copied().unwrap_or(1) as u64,
        (Domain::Onnx, "Gemm") => {
            let k = if call.node.int("transA", 0) == 0 { shape(0).last() } else { shape(0).first() };
            2 * k.copied().unwrap_or(1) as u64 + 1
        }
        (Domain::Onnx, "Conv") => 2_u64.saturating_mul(product(shape(1).get(1..).unwrap_or(&[]))),
        (Domain::Onnx, "ConvTranspose") => {
            // Every input element meets every weight of its channel.
            let weights = product(shape(1).get(1..).unwrap_or(&[]));
            return 2_u64.saturating_mul(input(0)).saturating_mul(weights);
        }
        (Domain::Onnx, "MaxPool" | "AveragePool") => kernel(call.node),
        (Domain::Onnx, "Softmax" | "LogSoftmax" | "LayerNormalization" | "InstanceNormalization") => 8,
        (Domain::Onnx, "BatchNormalization" | "Sigmoid" | "Tanh" | "Gelu" | "Erf" | "Exp" | "Log" | "Pow") => 4,
        (
            Domain::Onnx,
            "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" | "Identity" | "Dropout" | "Transpose" | "Concat" | "Slice"
            | "Gather" | "Split" | "Shape" | "Size" | "Cast" | "Expand" | "Tile" | "Pad",
        ) => 0,
        (Domain::Onnx, name) if name.starts_with("Reduce") || name.starts_with("Arg") || name.starts_with("Global") => {
            return input(0);
        }
        (Domain::Ml, "TreeEnsembleClassifier" | "TreeEnsembleRegressor") => {
            // About the logarithm of a tree's nodes is compared per tree; with n nodes in all, trees are not counted.
            let nodes = attribute("nodes_modes").max(call.node.texts("nodes_modes").map_or(0, |m| m.len() as u64));
            let trees = call.node.ints("nodes_treeids").map_or(1, |ids| {
                let mut ids = ids.to_vec();
                ids.sort_unstable();
                ids.dedup();
                ids.len().max(1) as u64
            });
            let rows = made.first().and_then(|k| k.shape.first()).copied().unwrap_or(1) as u64;
            let depth = u64::from((nodes / trees).max(2).ilog2());
            return rows.saturating_mul(trees).saturating_mul(depth);
        }
        (Domain::Ml, "LinearClassifier" | "LinearRegressor") => {
            let columns = shape(0).last().copied().unwrap_or(1) as u64;
            return 2_u64.saturating_mul(columns).saturating_mul(made.last().map_or(0, |k| k.elements() as u64));
        }
        (Domain::Ml, "SVMClassifier" | "SVMRegressor") => {
            let vectors = call.node.floats("support_vectors").map_or(0, |v| v.len() as u64);
            let rows = made.first().and_then(|k| k.shape.first()).copied().unwrap_or(1) as u64;
            return 2_u64.saturating_mul(vectors).saturating_mul(rows);
        }
        _ => 1,
    };
    each.saturating_mul(elements)
}
