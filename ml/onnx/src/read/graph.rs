//! From the messages of a file to a model whose names are all defined.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::file::{Around, File, Opsets};
use super::functions;
use super::fused;
use super::integers;
use super::nodes::{self, Read};
use super::order::order;
use super::ports::{self, INPUT, OUTPUT};
use super::tensors::Tensors;
use crate::proto::{GraphProto, ModelProto, TensorProto};
use crate::{Domain, ElementType, Limits, Model, Node, Port, ReadError, Tensor, keyed};

/// Checks everything but the finiteness of weights.
pub fn read(mut model: ModelProto, limits: &Limits) -> Result<Model, ReadError> {
    functions::write_out(&mut model, limits)?;
    let mut graph = model.graph.ok_or(ReadError::NoGraph)?;
    integers::check(&mut graph)?;
    let mut opsets = Opsets::default();
    for set in &model.opset_import {
        match nodes::domain(&set.domain) {
            Some(Domain::Onnx) => opsets.onnx = set.version,
            Some(Domain::Ml) => opsets.ml = set.version,
            // Its one version is as good as another.
            Some(Domain::Microsoft) | None => {}
        }
    }
    let file = File { ir_version: model.ir_version, opsets, limits };
    let mut tensors = Tensors::new(limits);
    let read = one(graph, None, &file, &mut tensors)?;
    Ok(Model {
        producer: model.producer_name,
        metadata: keyed::map(model.metadata_props.into_iter().map(|entry| (entry.key, entry.value))),
        ..read
    })
}

/// Reads a graph. One that lies in others, with `around`, may use what they have: constants become its own, and everything
/// else its inputs, after those that it lists.
pub fn one(
    graph: GraphProto,
    around: Option<&Around<'_>>,
    file: &File<'_>,
    tensors: &mut Tensors<'_>,
) -> Result<Model, ReadError> {
    if let Some(sparse) = graph.sparse_initializer.into_iter().next() {
        let name = sparse.values.map(|values| values.name).unwrap_or_default();
        return Err(ReadError::Sparse { place: format!("Initialiser \"{name}\"") });
    }
    let mut constants = initialisers(graph.initializer, around.is_none(), tensors)?;
    // Up to IR version 3 initialisers had to be inputs too, and since then they may be, as a default.
    let inputs = graph.input.into_iter().filter(|port| !constants.contains_key(&port.name)).collect();
    let mut inputs = match around {
        None => ports::read(inputs, INPUT, file.limits, |_| None)?,
        Some(_) => ports::inner(inputs, INPUT, file.limits)?,
    };
    let listed = fused::written_out(graph.node);
    let names = nodes::names(&listed);
    let mut givers = Givers::new(&constants, inputs.iter().map(|port| port.name.as_str()));
    let mut nodes = Vec::with_capacity(listed.len());
    for (at, node) in listed.into_iter().enumerate() {
        let name = names.get(at).cloned().unwrap_or_default();
        let around: Vec<_> = around.unwrap_or_default().iter().copied().chain([&constants]).collect();
        let mut inner = |graph: GraphProto, tensors: &mut Tensors<'_>| one(graph, Some(&around), file, tensors);
        match nodes::read(node, name, file, tensors, &mut inner)? {
            Read::Node(node) => {
                for value in node.outputs.iter().filter(|value| !value.is_empty()) {
                    givers.give(at, value, &names)?;
                }
                nodes.push(node);
            }
            Read::Constant { value, tensor } => {
                givers.give(at, &value, &names)?;
                constants.insert(value, tensor);
            }
        }
    }
    if let Some(around) = around {
        let used = nodes.iter().flat_map(|node| &node.inputs).chain(graph.output.iter().map(|port| &port.name));
        for name in used.filter(|name| !name.is_empty()) {
            if givers.knows(name) {
                continue;
            }
            match around.iter().rev().find_map(|constants| constants.get(name)) {
                Some(constant) => {
                    constants.insert(name.clone(), constant.clone());
                    givers.0.insert(name.clone(), Giver::Initialiser);
                }
                None => {
                    inputs.push(Port { name: name.clone(), element: ElementType::F32, dims: None });
                    givers.0.insert(name.clone(), Giver::Input);
                }
            }
        }
    }
    for node in &nodes {
        if let Some(value) = node.inputs.iter().find(|value| !value.is_empty() && !givers.knows(value)) {
            let (node, operator) = (node.name.clone(), node.operator.clone());
            return Err(ReadError::MissingValue { node, operator, value: value.clone() });
        }
    }
    nodes::infers(&nodes, &constants)?;
    let mut nodes = order(nodes)?;
    let zipped = zipped(&nodes);
    let outputs = match around {
        None => ports::read(graph.output, OUTPUT, file.limits, |value| zipped.get(value).copied())?,
        Some(_) => ports::inner(graph.output, OUTPUT, file.limits)?,
    };
    if outputs.is_empty() {
        return Err(ReadError::NoOutput);
    }
    let named = keyed::set(names.iter().map(String::as_str));
    let mut copies = Vec::new();
    for output in &outputs {
        if !givers.knows(&output.name) {
            return Err(ReadError::MissingOutput { output: output.name.clone() });
        }
        if let Some(tensor) = constants.remove(&output.name) {
            let (node, name) = copy(&output.name, &constants, &givers, &named);
            constants.insert(name, tensor);
            copies.push(node);
        }
    }
    let mut opset = file.opsets.onnx;
    if !copies.is_empty() {
        opset = if opset == 0 { 13 } else { opset };
        // In front, since others may use the values.
        nodes.splice(0..0, copies);
    }
    let (name, ml_opset, ir_version) = (graph.name, file.opsets.ml, file.ir_version);
    Ok(Model { ir_version, opset, ml_opset, name, inputs, outputs, nodes, constants, ..Model::default() })
}

/// `own` are those of the model's own graph, whose uses were checked.
fn initialisers(
    list: Vec<TensorProto>,
    own: bool,
    tensors: &mut Tensors<'_>,
) -> Result<BTreeMap<String, Tensor>, ReadError> {
    let mut constants = BTreeMap::new();
    for initialiser in list {
        let name = initialiser.name.clone();
        if name.is_empty() {
            return Err(ReadError::NamelessInitialiser);
        }
        let place = format!("Initialiser \"{name}\"");
        let tensor = if own { tensors.read_wider(initialiser, &place)? } else { tensors.read(initialiser, &place)? };
        if constants.insert(name.clone(), tensor).is_some() {
            return Err(ReadError::InitialiserTwice { name });
        }
    }
    Ok(constants)
}

/// Who gives a value.
#[derive(Clone, Copy)]
enum Giver {
    Input,
    Initialiser,
    /// The node at this place in the file.
    Node(usize),
}

/// Who gives which value.
struct Givers(BTreeMap<String, Giver>);

impl Givers {
    fn new<'a>(constants: &BTreeMap<String, Tensor>, inputs: impl Iterator<Item = &'a str>) -> Self {
        let inputs = inputs.map(|name| (name.to_owned(), Giver::Input));
        let constants = constants.keys().map(|name| (name.clone(), Giver::Initialiser));
        Self(keyed::map(inputs.chain(constants)))
    }

    fn give(&mut self, node: usize, value: &str, names: &[String]) -> Result<(), ReadError> {
        let name = |node: usize| names.get(node).cloned().unwrap_or_default();
        match self.0.entry(value.to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(Giver::Node(node));
                Ok(())
            }
            Entry::Occupied(entry) => {
                let other = match *entry.get() {
                    Giver::Input => "an input of the model".to_owned(),
                    Giver::Initialiser => "an initialiser".to_owned(),
                    Giver::Node(other) => format!("node \"{}\"", name(other)),
                };
                Err(ReadError::ValueTwice { node: name(node), value: value.to_owned(), other })
            }
        }
    }

    fn knows(&self, value: &str) -> bool {
        self.0.contains_key(value)
    }
}

/// The values that a ZipMap gives, with its number of classes.
fn zipped(nodes: &[Node]) -> BTreeMap<String, usize> {
    let zip_maps = nodes.iter().filter(|node| node.domain == Domain::Ml && node.operator == "ZipMap");
    let value = |node: &Node| {
        let integers = node.ints("classlabels_int64s").map_or(0, <[i64]>::len);
        let texts = node.texts("classlabels_strings").map_or(0, |texts| texts.len());
        node.outputs.first().map(|value| (value.clone(), integers.max(texts)))
    };
    keyed::map(zip_maps.filter_map(value))
}

/// An `Identity` that gives a constant which is an output, so that engines find every output after a node; and the new
/// name for the constant.
fn copy(value: &str, constants: &BTreeMap<String, Tensor>, givers: &Givers, named: &BTreeSet<&str>) -> (Node, String) {
    let made = (0..).map(|again| format!("{value}_constant_{again}"));
    let taken = |name: &str| givers.knows(name) || constants.contains_key(name) || named.contains(name);
    let mut free = made.filter(|name| !taken(name));
    let name = free.next().unwrap_or_default();
    let node = Node {
        name: name.clone(),
        domain: Domain::Onnx,
        operator: "Identity".into(),
        inputs: vec![name.clone()],
        outputs: vec![value.to_owned()],
        attributes: BTreeMap::new(),
    };
    (node, name)
}
