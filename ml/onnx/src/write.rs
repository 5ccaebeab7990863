//! From a model to the bytes of a file.

use std::collections::BTreeMap;

use prost::Message;

use crate::proto::{
    AttributeProto, DimensionProto, EXTERNAL, GraphProto, MapTypeProto, ModelProto, NodeProto, OperatorSetIdProto,
    SequenceTypeProto, StringStringEntryProto, TensorProto, TensorShapeProto, TensorTypeProto, TypeProto,
    ValueInfoProto, attribute_type,
};
use crate::{Attribute, Data, Dim, Domain, ElementType, Model, Node, Port, Tensor, keyed};

impl Model {
    /// The model as an ONNX file. Reading it gives the same model, if the model is one that [`Model::read`] accepts.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.encode(&mut tensor)
    }

    /// The model as two files: the graph, and the elements of its constants, which the graph says are in a file called
    /// `location`. For engines that take weights from where they lie: they are copied once, into the second file, and
    /// each begins at a multiple of 16 bytes.
    pub fn to_graph_and_weights(&self, location: &str) -> (Vec<u8>, Vec<u8>) {
        let places = |tensor: &Tensor| tensor.len() * tensor.element_type().bytes() + ALIGNMENT;
        let numbers = self.constants.values().filter(|tensor| tensor.element_type() != ElementType::String);
        let mut weights = Vec::with_capacity(numbers.map(places).sum());
        let graph = self.encode(&mut |name, value| external(name, value, location, &mut weights));
        (graph, weights)
    }

    fn encode(&self, initialiser: &mut dyn FnMut(&str, &Tensor) -> TensorProto) -> Vec<u8> {
        let zip_maps = self.zip_maps();
        let zip_map = |output: &Port| zip_maps.get(output.name.as_str()).copied();
        let set = |domain: &str, version| OperatorSetIdProto { domain: domain.into(), version };
        let microsoft = i64::from(self.nodes.iter().any(|node| node.domain == Domain::Microsoft));
        let sets =
            [set("", self.opset), set(Domain::Ml.name(), self.ml_opset), set(Domain::Microsoft.name(), microsoft)];
        let metadata = self.metadata.iter().map(|(key, value)| entry(key, value));
        let graph = self.graph(self.inputs.len(), &zip_map, initialiser);
        let model = ModelProto {
            ir_version: self.ir_version,
            producer_name: self.producer.clone(),
            graph: Some(graph),
            opset_import: sets.into_iter().filter(|set| set.version != 0).collect(),
            metadata_props: metadata.collect(),
            functions: Vec::new(),
        };
        model.encode_to_vec()
    }

    /// The graph, of whose inputs the first `listed` are listed.
    fn graph<'a>(
        &'a self,
        listed: usize,
        zip_map: &dyn Fn(&Port) -> Option<&'a Node>,
        initialiser: &mut dyn FnMut(&str, &Tensor) -> TensorProto,
    ) -> GraphProto {
        GraphProto {
            node: self.nodes.iter().map(node).collect(),
            name: self.name.clone(),
            initializer: self.constants.iter().map(|(name, value)| initialiser(name, value)).collect(),
            input: self.inputs.iter().take(listed).map(|input| port(input, None)).collect(),
            output: self.outputs.iter().map(|output| port(output, zip_map(output))).collect(),
            sparse_initializer: Vec::new(),
        }
    }

    /// ZipMaps by the value that they give.
    fn zip_maps(&self) -> BTreeMap<&str, &Node> {
        let zip_maps = self.nodes.iter().filter(|node| node.domain == Domain::Ml && node.operator == "ZipMap");
        keyed::map(zip_maps.filter_map(|node| Some((node.outputs.first()?.as_str(), node))))
    }
}

fn entry(key: &str, value: &str) -> StringStringEntryProto {
    StringStringEntryProto { key: key.into(), value: value.into() }
}

fn port(port: &Port, zip_map: Option<&Node>) -> ValueInfoProto {
    let kind = match zip_map {
        Some(node) => map_type(node),
        None => tensor_type(port.element, port.dims.as_deref()),
    };
    ValueInfoProto { name: port.name.clone(), r#type: Some(kind) }
}

fn tensor_type(element: ElementType, dims: Option<&[Dim]>) -> TypeProto {
    let dim = |dim: &Dim| match dim {
        Dim::Known(length) => DimensionProto { dim_value: i64::try_from(*length).ok(), dim_param: None },
        Dim::Named(name) => {
            DimensionProto { dim_value: None, dim_param: Some(name.clone()).filter(|name| !name.is_empty()) }
        }
    };
    let shape = dims.map(|dims| TensorShapeProto { dim: dims.iter().map(dim).collect() });
    let tensor = TensorTypeProto { elem_type: element.to_onnx(), shape };
    TypeProto { tensor_type: Some(tensor), sequence_type: None, map_type: None }
}

/// What a ZipMap gives: a map from class to score for every row.
fn map_type(node: &Node) -> TypeProto {
    let texts = node.attributes.contains_key("classlabels_strings");
    let key_type = if texts { ElementType::String } else { ElementType::I64 }.to_onnx();
    let map = MapTypeProto { key_type, value_type: Some(tensor_type(ElementType::F32, Some(&[]))) };
    let map = TypeProto { tensor_type: None, sequence_type: None, map_type: Some(map.encode_to_vec()) };
    let sequence = SequenceTypeProto { elem_type: Some(map) };
    TypeProto { tensor_type: None, sequence_type: Some(sequence.encode_to_vec()), map_type: None }
}

fn node(node: &Node) -> NodeProto {
    NodeProto {
        input: node.inputs.iter().take(node.handed()).cloned().collect(),
        output: node.outputs.clone(),
        name: node.name.clone(),
        op_type: node.operator.clone(),
        attribute: node.attributes.iter().map(|(name, value)| attribute(name, value)).collect(),
        domain: match node.domain {
            Domain::Onnx => String::new(),
            Domain::Ml | Domain::Microsoft => node.domain.name().into(),
        },
        overload: String::new(),
    }
}

fn attribute(name: &str, value: &Attribute) -> AttributeProto {
    let mut attribute = AttributeProto { name: name.into(), ..AttributeProto::default() };
    attribute.r#type = match value {
        Attribute::Float(value) => {
            attribute.f = Some(*value);
            attribute_type::FLOAT
        }
        Attribute::Int(value) => {
            attribute.i = Some(*value);
            attribute_type::INT
        }
        Attribute::Text(value) => {
            attribute.s = Some(value.clone());
            attribute_type::STRING
        }
        Attribute::Floats(values) => {
            attribute.floats.clone_from(values);
            attribute_type::FLOATS
        }
        Attribute::Ints(values) => {
            attribute.ints.clone_from(values);
            attribute_type::INTS
        }
        Attribute::Texts(values) => {
            attribute.strings.clone_from(values);
            attribute_type::STRINGS
        }
        Attribute::Tensor(value) => {
            attribute.t = Some(tensor("", value));
            attribute_type::TENSOR
        }
        Attribute::Graph(graph) => {
            attribute.g = Some(Box::new(graph.model.graph(graph.handed, &|_| None, &mut tensor)));
            attribute_type::GRAPH
        }
    };
    attribute
}

/// A tensor without its elements.
fn header(name: &str, value: &Tensor) -> TensorProto {
    // Lengths in memory fit an i64 on every platform there is.
    let dims = value.shape().iter().map(|&length| i64::try_from(length).unwrap_or(i64::MAX)).collect();
    let data_type = value.element_type().to_onnx();
    TensorProto { dims, name: name.into(), data_type, ..TensorProto::default() }
}

fn tensor(name: &str, value: &Tensor) -> TensorProto {
    let mut tensor = header(name, value);
    let mut raw = Vec::with_capacity(value.len() * value.element_type().bytes());
    match value.data() {
        Data::String(values) => tensor.string_data = values.iter().map(|v| v.clone().into_bytes()).collect(),
        data => {
            little_endian(data, &mut raw);
            tensor.raw_data = Some(raw.into());
        }
    }
    tensor
}

/// Bytes at a multiple of which each tensor of a file of weights begins, so that elements of any type can be read there.
const ALIGNMENT: usize = 16;

/// A tensor whose elements are appended to `weights`. Texts stay in the graph.
fn external(name: &str, value: &Tensor, location: &str, weights: &mut Vec<u8>) -> TensorProto {
    if value.element_type() == ElementType::String || value.is_empty() {
        return tensor(name, value);
    }
    weights.resize(weights.len().next_multiple_of(ALIGNMENT), 0);
    let start = weights.len();
    little_endian(value.data(), weights);
    let length = weights.len() - start;
    let mut tensor = header(name, value);
    tensor.data_location = EXTERNAL;
    tensor.external_data =
        vec![entry("location", location), entry("offset", &start.to_string()), entry("length", &length.to_string())];
    tensor
}

/// Appends the elements as a file of ONNX has them; texts are none of them.
fn little_endian(data: &Data, raw: &mut Vec<u8>) {
    fn words<const N: usize, T: Copy>(values: &[T], bytes: fn(T) -> [u8; N], raw: &mut Vec<u8>) {
        values.iter().for_each(|value| raw.extend_from_slice(&bytes(*value)));
    }
    match data {
        Data::F32(values) => words(values, f32::to_le_bytes, raw),
        Data::F64(values) => words(values, f64::to_le_bytes, raw),
        Data::I32(values) => words(values, i32::to_le_bytes, raw),
        Data::I64(values) => words(values, i64::to_le_bytes, raw),
        Data::I8(values) => words(values, i8::to_le_bytes, raw),
        Data::U8(values) => raw.extend_from_slice(values),
        Data::Bool(values) => raw.extend(values.iter().map(|v| u8::from(*v))),
        Data::String(_) => {}
    }
}
