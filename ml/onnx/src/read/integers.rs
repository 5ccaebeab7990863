//! Integers that models here have no type for: of 16 bits, and without a sign of 32 and 64. Constants and what a node casts
//! to them are read as wider ones, where every operator that is given them says the same of those: it moves, compares,
//! casts or dequantises; and so are outputs.

use std::collections::BTreeMap;

use super::fused;
use crate::ReadError;
use crate::proto::{self, AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto, attribute_type, widened};

/// Passes over the nodes, which a file has in an order in which they can run.
const MOST_PASSES: usize = 8;

/// Checks that no operator of the model's own graph says another thing of such integers than of wider ones. Constants that
/// nodes hold become initialisers.
///
/// # Errors
/// [`ReadError::ElementType`]
pub fn check(graph: &mut GraphProto) -> Result<(), ReadError> {
    let mut kept = Vec::with_capacity(graph.node.len());
    let mut found = BTreeMap::new();
    for mut node in std::mem::take(&mut graph.node) {
        fused::standard(&mut node);
        cast(&mut node, &mut found);
        match held(&mut node) {
            Some(tensor) => graph.initializer.push(tensor),
            None => kept.push(node),
        }
    }
    graph.node = kept;
    for tensor in &graph.initializer {
        if widened(tensor.data_type.into()).is_some() {
            found.insert(tensor.name.clone(), tensor.data_type as usize);
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    for _ in 0..MOST_PASSES {
        let before = found.len();
        for node in &mut graph.node {
            pass(node, &mut found)?;
        }
        if found.len() == before {
            return outputs(&mut graph.output, &found);
        }
    }
    // An order that no exporter writes.
    graph.initializer.iter().find_map(|tensor| refused(&tensor.name, &found)).map_or(Ok(()), Err)
}

/// Makes a cast to integers without a sign one to wider ones. Those with a sign come from whoever wants them to overflow.
fn cast(node: &mut NodeProto, found: &mut BTreeMap<String, usize>) {
    if node.op_type != "Cast" || !matches!(node.domain.as_str(), "" | "ai.onnx") {
        return;
    }
    let Some(to) = node.attribute.iter_mut().find(|attribute| attribute.name == "to") else { return };
    let Some(code) = to.i.filter(|code| *code != proto::INT16) else { return };
    let Some(wider) = widened(code) else { return };
    to.i = Some(wider.to_onnx().into());
    found.extend(node.output.iter().map(|name| (name.clone(), code as usize)));
}

/// Makes outputs that are such integers wider ones.
fn outputs(ports: &mut [ValueInfoProto], found: &BTreeMap<String, usize>) -> Result<(), ReadError> {
    for port in ports {
        let Some(&code) = found.get(&port.name) else { continue };
        let tensor = port.r#type.as_mut().and_then(|kind| kind.tensor_type.as_mut());
        match (tensor, widened(code as i64)) {
            (Some(tensor), Some(wider)) if tensor.elem_type as usize == code => tensor.elem_type = wider.to_onnx(),
            _ => return refused(&port.name, found).map_or(Ok(()), Err),
        }
    }
    Ok(())
}

/// The value of a `Constant`, as an initialiser.
fn held(node: &mut NodeProto) -> Option<TensorProto> {
    if node.op_type != "Constant" || !node.domain.is_empty() && node.domain != "ai.onnx" {
        return None;
    }
    let [AttributeProto { t: Some(tensor), .. }] = &mut node.attribute[..] else { return None };
    widened(tensor.data_type.into())?;
    Some(TensorProto { name: node.output.first()?.clone(), ..std::mem::take(tensor) })
}

/// Adds what a node makes of such values.
fn pass(node: &mut NodeProto, found: &mut BTreeMap<String, usize>) -> Result<(), ReadError> {
    // Graphs that a node holds may use anything.
    let mut inside = Vec::new();
    node.attribute.iter().filter_map(|attribute| attribute.g.as_deref()).for_each(|graph| uses(graph, &mut inside));
    if let Some(refused) = inside.into_iter().find_map(|name| refused(name, found)) {
        return Err(refused);
    }
    let Some(given) = node.input.iter().find(|name| found.contains_key(*name)) else { return Ok(()) };
    let code = found.get(given).copied().unwrap_or_default();
    if !matches!(node.domain.as_str(), "" | "ai.onnx") {
        return refused(given, found).map_or(Ok(()), Err);
    }
    match node.op_type.as_str() {
        "Concat" | "Expand" | "Flatten" | "Gather" | "GatherElements" | "GatherND" | "Identity" | "Max" | "Min"
        | "Reshape" | "Slice" | "Split" | "Squeeze" | "Tile" | "Transpose" | "Unsqueeze" | "Where" => {
            for name in node.output.iter().filter(|name| !name.is_empty()) {
                found.insert(name.clone(), code);
            }
        }
        "Cast" | "DequantizeLinear" | "Equal" | "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual" | "Shape"
        | "Size" => {}
        // The zero point says how far it goes, which a wider one would not.
        "QuantizeLinear"
            if node.input.get(2).is_some_and(|zero| found.contains_key(zero)) && code <= proto::INT16 as usize =>
        {
            node.attribute.retain(|attribute| attribute.name != "output_dtype");
            node.attribute.push(AttributeProto {
                name: "output_dtype".into(),
                i: Some(code as i64),
                r#type: attribute_type::INT,
                ..AttributeProto::default()
            });
            for name in &node.output {
                found.insert(name.clone(), code);
            }
        }
        _ => return refused(given, found).map_or(Ok(()), Err),
    }
    Ok(())
}

/// Names that nodes of a graph and of those in it are given, and that it gives.
fn uses<'a>(graph: &'a GraphProto, names: &mut Vec<&'a String>) {
    names.extend(graph.output.iter().map(|port| &port.name));
    for node in &graph.node {
        names.extend(&node.input);
        node.attribute.iter().filter_map(|attribute| attribute.g.as_deref()).for_each(|graph| uses(graph, names));
    }
}

/// Says of a value that is such integers that it cannot be used.
fn refused(name: &str, found: &BTreeMap<String, usize>) -> Option<ReadError> {
    let code = *found.get(name)? as i64;
    Some(ReadError::ElementType { place: format!("Value \"{name}\""), found: proto::type_name(code) })
}
