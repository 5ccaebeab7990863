//! A checked model: nodes in an order in which they can run, constants, inputs, outputs.

use std::collections::BTreeMap;

use crate::tensor::{ElementType, Tensor};

/// A model whose names are all defined, whose nodes are in an order in which they can run, and whose operators are
/// known (see [`crate::read`]).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    pub ir_version: i64,
    /// Version of the operators of `ai.onnx`.
    pub opset: i64,
    /// Version of the operators of `ai.onnx.ml`; 0 where the model uses none.
    pub ml_opset: i64,
    /// Who wrote the file, as it says itself.
    pub producer: String,
    pub name: String,
    /// What the person has to give; initialisers are not among them.
    pub inputs: Vec<Port>,
    /// Each is given by a node or is itself an input; a constant that is an output is read as an `Identity` of it.
    pub outputs: Vec<Port>,
    /// In an order in which they can run; a `Constant` is not among them, but its value among the constants.
    pub nodes: Vec<Node>,
    /// Initialisers by name, those of `Constant` nodes among them.
    pub constants: BTreeMap<String, Tensor>,
    /// `metadata_props`.
    pub metadata: BTreeMap<String, String>,
}

/// An input or output of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    pub name: String,
    pub element: ElementType,
    /// `None` where the file does not say even the rank. A `sequence(map(..))` of ZipMap has `element` F32 and shape
    /// `[Dim::Named("N"), Dim::Known(classes)]`: ZipMap is read as the identity on its scores.
    pub dims: Option<Vec<Dim>>,
}

/// A dimension of a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dim {
    Known(usize),
    /// Decided by what is given; equal names are equal lengths. Empty where the file says nothing.
    Named(String),
}

/// The set of operators that a node's operator belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Domain {
    /// `ai.onnx`
    Onnx,
    /// `ai.onnx.ml`
    Ml,
    /// `com.microsoft`: what onnxruntime has beside them.
    Microsoft,
}

/// One operator applied to values.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The file's name for it, or one made from its operator and position, so that messages can name it.
    pub name: String,
    pub domain: Domain,
    /// `op_type`
    pub operator: String,
    /// Names of values; empty for an optional input that is left out.
    pub inputs: Vec<String>,
    /// Names of values; empty for an output that nobody wants.
    pub outputs: Vec<String>,
    pub attributes: BTreeMap<String, Attribute>,
}

/// A fixed argument of a node.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    Float(f32),
    Int(i64),
    /// Bytes, since ONNX does not promise UTF-8 everywhere.
    Text(Vec<u8>),
    Floats(Vec<f32>),
    Ints(Vec<i64>),
    Texts(Vec<Vec<u8>>),
    Tensor(Tensor),
    Graph(Box<Graph>),
}

/// A branch of an `If`, the body of a `Loop` or `Scan`.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// Its inputs are those that the node hands over, and after them what it uses of the graph around it, by name. Element
    /// types of its ports are what the file says, or `F32` where it says nothing.
    pub model: Model,
    /// How many of the inputs are handed over.
    pub handed: usize,
}

impl Graph {
    /// Names of what it uses of the graph around it.
    pub fn captured(&self) -> impl Iterator<Item = &str> {
        self.model.inputs.iter().skip(self.handed).map(|port| port.name.as_str())
    }
}

impl Node {
    pub fn graph(&self, name: &str) -> Option<&Graph> {
        match self.attributes.get(name) {
            Some(Attribute::Graph(graph)) => Some(graph),
            _ => None,
        }
    }

    /// How many of the inputs the file lists; after them come those that graphs of this node use of the graph around it.
    pub fn handed(&self) -> usize {
        match self.graph("body") {
            Some(body) => body.handed,
            None if self.graph("then_branch").is_some() => 1,
            None => self.inputs.len(),
        }
    }

    /// A float attribute, or `otherwise` where it is absent.
    pub fn float(&self, name: &str, otherwise: f32) -> f32 {
        match self.attributes.get(name) {
            Some(Attribute::Float(value)) => *value,
            _ => otherwise,
        }
    }

    /// An integer attribute, or `otherwise` where it is absent.
    pub fn int(&self, name: &str, otherwise: i64) -> i64 {
        match self.attributes.get(name) {
            Some(Attribute::Int(value)) => *value,
            _ => otherwise,
        }
    }

    pub fn floats(&self, name: &str) -> Option<&[f32]> {
        match self.attributes.get(name) {
            Some(Attribute::Floats(values)) => Some(values),
            _ => None,
        }
    }

    pub fn ints(&self, name: &str) -> Option<&[i64]> {
        match self.attributes.get(name) {
            Some(Attribute::Ints(values)) => Some(values),
            _ => None,
        }
    }

    /// A text attribute where it is there and UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.attributes.get(name) {
            Some(Attribute::Text(bytes)) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    pub fn tensor(&self, name: &str) -> Option<&Tensor> {
        match self.attributes.get(name) {
            Some(Attribute::Tensor(tensor)) => Some(tensor),
            _ => None,
        }
    }

    /// A list of texts, where it is there and all UTF-8.
    pub fn texts(&self, name: &str) -> Option<Vec<&str>> {
        match self.attributes.get(name) {
            Some(Attribute::Texts(list)) => list.iter().map(|bytes| std::str::from_utf8(bytes).ok()).collect(),
            _ => None,
        }
    }
}

impl Model {
    /// Numbers that were learned: elements of all float constants, and of the float attributes of `ai.onnx.ml` nodes.
    pub fn parameters(&self) -> u64 {
        let constants = self.constants.values();
        let constants = constants.filter(|t| matches!(t.element_type(), ElementType::F32 | ElementType::F64));
        let attributes = self.nodes.iter().filter(|n| n.domain == Domain::Ml).flat_map(|n| n.attributes.values());
        let attributes = attributes.map(|a| match a {
            Attribute::Floats(values) => values.len() as u64,
            Attribute::Tensor(tensor) => tensor.len() as u64,
            _ => 0,
        });
        constants.map(|t| t.len() as u64).sum::<u64>() + attributes.sum::<u64>()
    }
}
