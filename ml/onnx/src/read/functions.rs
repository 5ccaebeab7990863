//! Functions of a file, written out where nodes call them.
//! Source: <https://github.com/onnx/onnx/blob/main/docs/IR.md#functions>

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;

use super::nodes;
use super::scan::DEEPEST_GRAPHS;
use crate::proto::{AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto};
use crate::{Limits, ReadError, operators};

/// Functions that call functions.
const DEEPEST_CALLS: usize = 32;
/// Bytes that a node, an attribute or a name takes in memory at most, besides what it says.
const EACH: u64 = 512;

/// Domain, name and overload of a function.
type Key = (String, String, String);

/// Writes out all calls in `model`, after which it has no functions.
///
/// # Errors
/// [`ReadError::Function`], and those that tell of a limit.
pub fn write_out(model: &mut ModelProto, limits: &Limits) -> Result<(), ReadError> {
    let (functions, sets) = (std::mem::take(&mut model.functions), &mut model.opset_import);
    let Some(graph) = model.graph.as_mut().filter(|_| !functions.is_empty()) else { return Ok(()) };
    let mut known = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for function in functions {
        let key = key(&function.domain, &function.name, &function.overload);
        if known.insert(key.clone(), function).is_some() {
            twice.insert(key);
        }
    }
    let mut names = BTreeSet::new();
    gather(graph, &mut names);
    let mut writer = Writer { functions: &known, twice, sets, limits, names, calls: 0, nodes: 0, memory: 0 };
    let nodes = std::mem::take(&mut graph.node);
    graph.node = writer.nodes(nodes, &mut Vec::new(), 1)?;
    Ok(())
}

fn key(domain: &str, name: &str, overload: &str) -> Key {
    let domain = if domain == "ai.onnx" { "" } else { domain };
    (domain.to_owned(), name.to_owned(), overload.to_owned())
}

/// Names of values of a graph and of those in it.
fn gather(graph: &GraphProto, names: &mut BTreeSet<String>) {
    names.extend(graph.input.iter().map(|port| port.name.clone()));
    names.extend(graph.initializer.iter().map(|tensor| tensor.name.clone()));
    for node in &graph.node {
        names.extend(node.input.iter().chain(&node.output).cloned());
        node.attribute.iter().filter_map(|attribute| attribute.g.as_ref()).for_each(|graph| gather(graph, names));
    }
}

/// What some nodes take in memory besides their texts and numbers.
fn weight(nodes: &[NodeProto]) -> u64 {
    let graph = |graph: &GraphProto| {
        weight(&graph.node) + EACH * (graph.input.len() + graph.output.len() + graph.initializer.len()) as u64
    };
    let attribute = |attribute: &AttributeProto| EACH + attribute.g.as_deref().map_or(0, graph);
    let node = |node: &NodeProto| {
        let names = 1 + node.input.len() + node.output.len();
        EACH * names as u64 + node.attribute.iter().map(attribute).sum::<u64>()
    };
    nodes.iter().map(node).sum()
}

struct Writer<'a> {
    functions: &'a BTreeMap<Key, FunctionProto>,
    /// Those of which there are two.
    twice: BTreeSet<Key>,
    /// Versions of operators that the model imports.
    sets: &'a mut Vec<OperatorSetIdProto>,
    limits: &'a Limits,
    /// Values of the model.
    names: BTreeSet<String>,
    calls: u64,
    nodes: usize,
    memory: u64,
}

impl<'a> Writer<'a> {
    /// Nodes with their calls written out; `inside` are the functions that they are in, and `graphs` counts the graphs.
    fn nodes(
        &mut self,
        nodes: Vec<NodeProto>,
        inside: &mut Vec<&'a Key>,
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
            let functions = self.functions;
            match functions.get_key_value(&key(&node.domain, &node.op_type, &node.overload)) {
                Some((key, function)) => {
                    let body = self.body(node, key, function, inside)?;
                    inside.push(key);
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

    /// The nodes of a function, as `node` calls it.
    fn body(
        &mut self,
        node: NodeProto,
        key: &Key,
        function: &FunctionProto,
        inside: &[&Key],
    ) -> Result<Vec<NodeProto>, ReadError> {
        let known = nodes::domain(&key.0).is_some_and(|domain| operators::find(domain, &key.1).is_some());
        let formal: BTreeSet<&String> = function.input.iter().collect();
        let why = if known {
            "which has the name of a standard operator"
        } else if self.twice.contains(key) {
            "which is there twice"
        } else if inside.contains(&key) {
            "which calls itself"
        } else if inside.len() == DEEPEST_CALLS {
            "which is called by functions that call each other too deep"
        } else if node.input.len() > function.input.len() || node.output.len() > function.output.len() {
            "which has fewer inputs or outputs"
        } else if formal.len() < function.input.len() {
            "which has two inputs of one name"
        } else if !self.imports(function) {
            "which is made for another version of the operators than the model"
        } else {
            ""
        };
        if !why.is_empty() {
            return Err(ReadError::Function { node: node.name, operator: node.op_type, why });
        }
        self.take(weight(&function.node) + 2 * function.encoded_len() as u64)?;
        let mut call =
            Call { prefix: self.prefix(&function.name), names: BTreeMap::new(), attributes: BTreeMap::new() };
        let mut body = Vec::with_capacity(function.node.len());
        let mut given = node.input.into_iter();
        call.names.extend(function.input.iter().map(|name| (name.clone(), given.next().unwrap_or_default())));
        for (name, value) in function.output.iter().zip(node.output).filter(|(_, value)| !value.is_empty()) {
            match call.names.get(name) {
                // An input that is an output too, or an output that is there twice.
                Some(same) => body.push(NodeProto {
                    input: vec![same.clone()],
                    output: vec![value],
                    op_type: "Identity".into(),
                    ..NodeProto::default()
                }),
                None => drop(call.names.insert(name.clone(), value)),
            }
        }
        // What the node says counts more than what the function says.
        let attributes = function.attribute_proto.iter().cloned().chain(node.attribute);
        call.attributes.extend(attributes.map(|attribute| (attribute.name.clone(), attribute)));
        for mut node in function.node.iter().cloned() {
            call.apply(&mut node, self)?;
            body.push(node);
        }
        Ok(body)
    }

    /// Whether the model has the versions of operators that `function` is made for; those that it does not name become its
    /// own.
    fn imports(&mut self, function: &FunctionProto) -> bool {
        function.opset_import.iter().filter(|set| nodes::domain(&set.domain).is_some()).all(|set| {
            let same = |other: &&OperatorSetIdProto| nodes::domain(&other.domain) == nodes::domain(&set.domain);
            match self.sets.iter().find(same) {
                Some(other) => other.version == set.version,
                None => {
                    self.sets.push(set.clone());
                    true
                }
            }
        })
    }

    /// What the names of values of the next call begin with, and no others.
    fn prefix(&mut self, function: &str) -> String {
        loop {
            self.calls += 1;
            let prefix = format!("{}/{function}/", self.calls);
            let next = self.names.range(prefix.clone()..).next();
            if !next.is_some_and(|name| name.starts_with(&prefix)) {
                return prefix;
            }
        }
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
struct Call {
    prefix: String,
    names: BTreeMap<String, String>,
    attributes: BTreeMap<String, AttributeProto>,
}

impl Call {
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
                let Some(given) = self.attributes.get(&attribute.ref_attr_name) else { continue };
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
        let (prefix, own) = (&self.prefix, name.as_str());
        let new = self.names.entry(name.clone()).or_insert_with(|| format!("{prefix}{own}"));
        writer.take(new.len() as u64)?;
        name.clone_from(new);
        Ok(())
    }
}
