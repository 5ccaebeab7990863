//! Functions of a file, written out where nodes call them.
//! Source: <https://github.com/onnx/onnx/blob/main/docs/IR.md#functions>

use std::collections::BTreeMap;

use prost::Message;

use super::nodes;
use super::scan::DEEPEST_GRAPHS;
use crate::proto::{AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto};
use crate::{Limits, ReadError, operators};

/// Functions that call functions.
const DEEPEST_CALLS: usize = 32;
/// Bytes that a node, an attribute or a name takes in memory at most, besides what it says.
const EACH: u64 = 512;
/// The place of functions of which there are two.
const TWICE: usize = usize::MAX;

/// Writes out all calls in `model`, after which it has no functions.
///
/// # Errors
/// [`ReadError::Function`], and those that tell of a limit.
pub fn write_out(model: &mut ModelProto, limits: &Limits) -> Result<(), ReadError> {
    let (functions, sets) = (std::mem::take(&mut model.functions), &mut model.opset_import);
    let Some(graph) = model.graph.as_mut().filter(|_| !functions.is_empty()) else { return Ok(()) };
    let mut places = BTreeMap::new();
    for (at, function) in functions.iter().enumerate() {
        let key = key(&function.domain, &function.name, &function.overload);
        let place = if places.contains_key(&key) { TWICE } else { at };
        places.insert(key, place);
    }
    let calls = highest(graph);
    let mut writer = Writer { functions: &functions, places, sets, limits, calls, nodes: 0, memory: 0 };
    let nodes = std::mem::take(&mut graph.node);
    graph.node = writer.nodes(nodes, &mut Vec::new(), 1)?;
    Ok(())
}

/// What a function is found by: lengths too, so that no two are the same.
fn key(domain: &str, name: &str, overload: &str) -> String {
    let domain = if domain == "ai.onnx" { "" } else { domain };
    [&domain.len().to_string(), " ", &name.len().to_string(), " ", domain, name, overload].concat()
}

/// The highest number before a slash with which a name of a value of a graph begins, or of one in it.
fn highest(graph: &GraphProto) -> u64 {
    let number = |name: &String| name.split_once('/').and_then(|(start, _)| start.parse::<u32>().ok()).unwrap_or(0);
    let ports = graph.input.iter().map(|port| &port.name);
    let mut most =
        ports.chain(graph.initializer.iter().map(|tensor| &tensor.name)).map(number).max().unwrap_or(0).into();
    for node in &graph.node {
        most = u64::max(most, node.input.iter().chain(&node.output).map(number).max().unwrap_or(0).into());
        for graph in node.attribute.iter().filter_map(|attribute| attribute.g.as_ref()) {
            most = most.max(highest(graph));
        }
    }
    most
}

/// What some nodes take in memory besides their texts and numbers.
fn weight(nodes: &[NodeProto]) -> u64 {
    let mut most = 0;
    for node in nodes {
        most += EACH * (1 + node.input.len() + node.output.len() + node.attribute.len()) as u64;
        for graph in node.attribute.iter().filter_map(|attribute| attribute.g.as_ref()) {
            let named = graph.input.len() + graph.output.len() + graph.initializer.len();
            most += EACH * named as u64 + weight(&graph.node);
        }
    }
    most
}

struct Writer<'a> {
    functions: &'a [FunctionProto],
    /// Their places by their keys.
    places: BTreeMap<String, usize>,
    /// Versions of operators that the model imports.
    sets: &'a mut Vec<OperatorSetIdProto>,
    limits: &'a Limits,
    /// The number of the last call; no name of the model begins with a higher one.
    calls: u64,
    nodes: usize,
    memory: u64,
}

impl Writer<'_> {
    /// Nodes with their calls written out; `inside` are the functions that they are in, and `graphs` counts the graphs.
    fn nodes(
        &mut self,
        nodes: Vec<NodeProto>,
        inside: &mut Vec<usize>,
        graphs: usize,
    ) -> Result<Vec<NodeProto>, ReadError> {
        let mut written = Vec::with_capacity(nodes.len());
        for mut node in nodes {
            for graph in node.attribute.iter_mut().filter_map(|attribute| attribute.g.as_mut()) {
                if graphs == DEEPEST_GRAPHS {
                    return Err(ReadError::GraphsTooDeep { limit: DEEPEST_GRAPHS });
                }
                graph.node = self.nodes(std::mem::take(&mut graph.node), inside, graphs + 1)?;
            }
            match self.places.get(&key(&node.domain, &node.op_type, &node.overload)).copied() {
                Some(place) => {
                    let body = self.body(node, place, inside)?;
                    inside.push(place);
                    written.extend(self.nodes(body, inside, graphs)?);
                    inside.pop();
                }
                None => {
                    self.nodes += 1;
                    if self.nodes > self.limits.nodes {
                        return Err(ReadError::TooMany { what: "nodes", limit: self.limits.nodes as u64 });
                    }
                    written.push(node);
                }
            }
        }
        Ok(written)
    }

    /// The nodes of the function at `place`, as `node` calls it.
    fn body(&mut self, mut node: NodeProto, place: usize, inside: &[usize]) -> Result<Vec<NodeProto>, ReadError> {
        let refused = |node: NodeProto, why| ReadError::Function { node: node.name, operator: node.op_type, why };
        let functions = self.functions;
        if nodes::domain(&node.domain).is_some_and(|domain| operators::find(domain, &node.op_type).is_some()) {
            return Err(refused(node, "which has the name of a standard operator"));
        }
        let Some(function) = functions.get(place) else { return Err(refused(node, "which is there twice")) };
        let why = if inside.contains(&place) {
            "which calls itself"
        } else if inside.len() == DEEPEST_CALLS {
            "which is called by functions that call each other too deep"
        } else if node.input.len() > function.input.len() || node.output.len() > function.output.len() {
            "which has fewer inputs or outputs"
        } else if !self.imports(function) {
            "which is made for another version of the operators than the model"
        } else {
            ""
        };
        if !why.is_empty() {
            return Err(refused(node, why));
        }
        self.take(weight(&function.node) + 2 * function.encoded_len() as u64)?;
        self.calls += 1;
        let mut call = Call { prefix: format!("{}/{}/", self.calls, function.name), ..Call::default() };
        let mut body = Vec::with_capacity(function.node.len());
        node.input.resize(function.input.len(), String::new());
        for (name, value) in function.input.iter().zip(std::mem::take(&mut node.input)) {
            if call.names.contains_key(name) {
                return Err(refused(node, "which has two inputs of one name"));
            }
            call.stands_for(name, value);
        }
        for (name, value) in function.output.iter().zip(node.output).filter(|(_, value)| !value.is_empty()) {
            match call.names.get(name) {
                // An input that is an output too, or an output that is there twice.
                Some(&same) => body.push(NodeProto {
                    input: vec![call.values[same].clone()],
                    output: vec![value],
                    op_type: "Identity".into(),
                    ..NodeProto::default()
                }),
                None => call.stands_for(name, value),
            }
        }
        // What the node says counts more than what the function says.
        for attribute in function.attribute_proto.iter().cloned().chain(node.attribute) {
            call.attributes.insert(attribute.name.clone(), call.given.len());
            call.given.push(attribute);
        }
        for node in &function.node {
            let mut node = node.clone();
            call.apply(&mut node, self)?;
            body.push(node);
        }
        Ok(body)
    }

    /// Whether the model has the versions of operators that `function` is made for; those that it does not name become its
    /// own.
    fn imports(&mut self, function: &FunctionProto) -> bool {
        for set in &function.opset_import {
            let Some(domain) = nodes::domain(&set.domain) else { continue };
            match self.sets.iter().find(|other| nodes::domain(&other.domain) == Some(domain)) {
                Some(other) if other.version != set.version => return false,
                Some(_) => {}
                None => self.sets.push(set.clone()),
            }
        }
        true
    }

    fn take(&mut self, bytes: u64) -> Result<(), ReadError> {
        self.memory = self.memory.saturating_add(bytes);
        if self.memory > self.limits.memory {
            return Err(ReadError::TooMuchMemory { limit: self.limits.memory });
        }
        Ok(())
    }
}

/// What a function's own names stand for.
#[derive(Default)]
struct Call {
    /// What the names of its own values begin with.
    prefix: String,
    /// Places in the list of values.
    names: BTreeMap<String, usize>,
    values: Vec<String>,
    /// Places in the list of attributes.
    attributes: BTreeMap<String, usize>,
    given: Vec<AttributeProto>,
}

impl Call {
    fn stands_for(&mut self, name: &str, value: String) {
        self.names.insert(name.to_owned(), self.values.len());
        self.values.push(value);
    }

    /// Gives a node of the function the names and attributes of the call.
    fn apply(&mut self, node: &mut NodeProto, writer: &mut Writer<'_>) -> Result<(), ReadError> {
        if !node.name.is_empty() {
            node.name.insert_str(0, &self.prefix);
        }
        for name in node.input.iter_mut().chain(&mut node.output) {
            self.rename(name, writer)?;
        }
        for mut attribute in std::mem::take(&mut node.attribute) {
            if !attribute.ref_attr_name.is_empty() {
                // One that nobody gives is left out.
                let Some(&at) = self.attributes.get(&attribute.ref_attr_name) else { continue };
                let given = &self.given[at];
                let graph = given.g.as_ref().map_or(0, |graph| weight(&graph.node));
                writer.take(EACH + graph + 2 * given.encoded_len() as u64)?;
                attribute = AttributeProto { name: attribute.name, ..given.clone() };
            } else if let Some(graph) = &mut attribute.g {
                self.within(graph, writer)?;
            }
            node.attribute.push(attribute);
        }
        Ok(())
    }

    /// The same for all of a graph that a node of the function holds.
    fn within(&mut self, graph: &mut GraphProto, writer: &mut Writer<'_>) -> Result<(), ReadError> {
        let ports = graph.input.iter_mut().chain(&mut graph.output).map(|port| &mut port.name);
        for name in ports.chain(graph.initializer.iter_mut().map(|tensor| &mut tensor.name)) {
            self.rename(name, writer)?;
        }
        graph.node.iter_mut().try_for_each(|node| self.apply(node, writer))
    }

    /// A name that is neither an input nor an output is the call's own.
    fn rename(&mut self, name: &mut String, writer: &mut Writer<'_>) -> Result<(), ReadError> {
        if name.is_empty() {
            return Ok(());
        }
        if !self.names.contains_key(name) {
            self.stands_for(name, [&self.prefix, name.as_str()].concat());
        }
        let value = self.names.get(name).map(|&at| &self.values[at]);
        *name = value.cloned().unwrap_or_default();
        writer.take(name.len() as u64)
    }
}
