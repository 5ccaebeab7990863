//! Nodes of a file, checked one by one against the table of operators.

use std::collections::{BTreeMap, BTreeSet};

use super::attributes;
use super::file::File;
use super::graphs::{self, Place};
use super::tensors::Tensors;
use crate::operators::{self, ML_OPSETS, OPSETS};
use crate::proto::{self, GraphProto, NodeProto};
use crate::{Attribute, Data, Domain, ElementType, Model, Node, ReadError, Tensor, keyed};

/// Names in the file are the domain's, or nothing for `ai.onnx`.
pub fn domain(name: &str) -> Option<Domain> {
    match name {
        "" | "ai.onnx" => Some(Domain::Onnx),
        "ai.onnx.ml" => Some(Domain::Ml),
        "com.microsoft" => Some(Domain::Microsoft),
        _ => None,
    }
}

/// Names for nodes: the file's, or, where it has none or has it twice, made from operator and position.
pub fn names(nodes: &[NodeProto]) -> Vec<String> {
    let given = keyed::set(nodes.iter().map(|node| node.name.as_str()));
    let mut taken = BTreeSet::new();
    let mut name = |at: usize, node: &NodeProto| {
        let mut name = node.name.clone();
        if name.is_empty() || taken.contains(&name) {
            let made = (0..).map(|again| match again {
                0 => format!("{}_{at}", node.op_type),
                _ => format!("{}_{at}_{again}", node.op_type),
            });
            let mut free = made.filter(|made| !given.contains(made.as_str()) && !taken.contains(made));
            name = free.next().unwrap_or_default();
        }
        taken.insert(name.clone());
        name
    };
    nodes.iter().enumerate().map(|(at, node)| name(at, node)).collect()
}

/// A node, or the value of a `Constant`.
pub enum Read {
    Node(Node),
    Constant { value: String, tensor: Tensor },
}

/// Reads a graph in a node.
pub type Inner<'a> = dyn FnMut(GraphProto, &mut Tensors<'_>) -> Result<Model, ReadError> + 'a;

/// Reads the node that is called `name`; `inner` reads the graphs that it holds.
pub fn read(
    node: NodeProto,
    name: String,
    file: &File<'_>,
    tensors: &mut Tensors<'_>,
    inner: &mut Inner<'_>,
) -> Result<Read, ReadError> {
    let operator = node.op_type;
    let Some(domain) = domain(&node.domain) else {
        return Err(ReadError::Domain { node: name, operator, domain: node.domain });
    };
    if domain == Domain::Onnx && operator == "SequenceMap" {
        return Err(ReadError::ControlFlow { node: name, operator });
    }
    let Some(known) = operators::find(domain, &operator) else {
        if domain == Domain::Microsoft {
            return Err(ReadError::Domain { node: name, operator, domain: node.domain });
        }
        return Err(ReadError::Operator { node: name, operator, domain: domain.name() });
    };
    let opset = file.opsets.of(domain);
    let (all_first, all_last) = match domain {
        Domain::Onnx => OPSETS,
        Domain::Ml => ML_OPSETS,
        Domain::Microsoft => (1, 1),
    };
    if opset == 0 {
        return Err(ReadError::OpsetMissing { domain: domain.name(), node: name, operator });
    }
    if !(all_first..=all_last).contains(&opset) {
        return Err(ReadError::Opset { domain: domain.name(), opset, first: all_first, last: all_last });
    }
    let (first, last) = known.opsets;
    if !(first..=last).contains(&opset) {
        return Err(ReadError::OperatorVersion { node: name, operator, domain: domain.name(), opset, first, last });
    }
    let (graphs, attributes) = node.attribute.into_iter().partition(|attribute| attribute.g.is_some());
    let mut attributes = attributes::read(attributes, &name, &operator, tensors)?;
    let (mut inputs, outputs) = (trimmed(node.input), trimmed(node.output));
    let (least, most) = known.inputs;
    if !(least..=most).contains(&inputs.len()) {
        return Err(ReadError::Inputs { node: name, operator, found: inputs.len(), least, most });
    }
    // A loop may do without a number of runs, and without a condition.
    let needed = if operator == "Loop" { 0 } else { least };
    if let Some(position) = inputs.iter().take(needed).position(String::is_empty) {
        return Err(ReadError::InputLeftOut { node: name, operator, position });
    }
    let (least, most) = known.outputs;
    let least = least.min(1);
    if !(least..=most).contains(&outputs.len()) {
        return Err(ReadError::Outputs { node: name, operator, found: outputs.len(), least, most });
    }
    if operator == "Cast"
        && let Some(Attribute::Int(to)) = attributes.get("to")
        && ElementType::from_onnx(*to).is_none()
    {
        return Err(ReadError::CastTo { node: name, operator, found: proto::type_name(*to) });
    }
    // Before version 7 the second value could be laid along an axis.
    if opset < 7 && attributes.contains_key("axis") && attributes.contains_key("broadcast") {
        let (first, domain) = (7, domain.name());
        return Err(ReadError::OperatorVersion { node: name, operator, domain, opset, first, last });
    }
    if domain == Domain::Onnx && matches!(operator.as_str(), "If" | "Loop" | "Scan") {
        let place = Place { node: &name, operator: &operator };
        graphs::read(graphs, place, &mut inputs, &mut attributes, &mut |graph| inner(graph, tensors))?;
    } else if !graphs.is_empty() {
        return Err(ReadError::ControlFlow { node: name, operator });
    }
    let node = Node { name, domain, operator, inputs, outputs, attributes };
    if node.domain == Domain::Onnx && node.operator == "Constant" { constant(node) } else { Ok(Read::Node(node)) }
}

/// Without the empty names at the end: leaving out and naming nothing mean the same.
fn trimmed(mut names: Vec<String>) -> Vec<String> {
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    names
}

fn constant(mut node: Node) -> Result<Read, ReadError> {
    let name = node.name.clone();
    let without = || ReadError::ConstantWithoutValue { node: name.clone() };
    let value = node.outputs.pop().ok_or_else(without)?;
    let text = |bytes| {
        let place = || format!("The value of node \"{name}\" (Constant)");
        String::from_utf8(bytes).map_err(|_| ReadError::NotUtf8 { place: place() })
    };
    let (shape, data) = match node.attributes.pop_first() {
        Some((_, Attribute::Tensor(tensor))) => tensor.into_parts(),
        Some((_, Attribute::Float(value))) => (vec![], Data::F32(vec![value])),
        Some((_, Attribute::Int(value))) => (vec![], Data::I64(vec![value])),
        Some((_, Attribute::Text(value))) => (vec![], Data::String(vec![text(value)?])),
        Some((_, Attribute::Floats(values))) => (vec![values.len()], Data::F32(values)),
        Some((_, Attribute::Ints(values))) => (vec![values.len()], Data::I64(values)),
        Some((_, Attribute::Texts(values))) => {
            let texts: Vec<_> = values.into_iter().map(text).collect::<Result<_, _>>()?;
            (vec![texts.len()], Data::String(texts))
        }
        Some((_, Attribute::Graph(_))) | None => return Err(without()),
    };
    let tensor = Tensor::new(shape, data).map_err(|_| without())?;
    Ok(Read::Constant { value, tensor })
}

/// Checks that no node does what it does in training only.
pub fn infers(nodes: &[Node], constants: &BTreeMap<String, Tensor>) -> Result<(), ReadError> {
    let trains = |node: &&Node| match node.operator.as_str() {
        "BatchNormalization" => node.int("training_mode", 0) != 0,
        "Dropout" => node.inputs.get(2).is_some_and(|mode| {
            let mode = constants.get(mode).map(Tensor::data);
            !mode.is_some_and(|mode| matches!(mode, Data::Bool(flags) if flags.iter().all(|flag| !flag)))
        }),
        _ => false,
    };
    match nodes.iter().find(trains) {
        Some(node) => Err(ReadError::Training { node: node.name.clone(), operator: node.operator.clone() }),
        None => Ok(()),
    }
}
