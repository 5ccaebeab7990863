//! Models made by hand, for tests of how they are read.

#![allow(dead_code)]

use std::collections::BTreeMap;

use ml_onnx::{Attribute, Data, Dim, Domain, ElementType, Model, Node, Port, Tensor};
use ml_run::{Gpus, Predicted, RunError, Session, Watch};
use ml_task::{Context, EngineChoice};

/// A port `[N, dims…]`; 0 is a dimension that the file leaves open.
pub fn port(name: &str, element: ElementType, dims: &[usize]) -> Port {
    let open = |dim: &usize| if *dim == 0 { Dim::Named(String::new()) } else { Dim::Known(*dim) };
    let dims = std::iter::once(Dim::Named("N".into())).chain(dims.iter().map(open)).collect();
    Port { name: name.into(), element, dims: Some(dims) }
}

pub fn floats(name: &str, dims: &[usize]) -> Port {
    port(name, ElementType::F32, dims)
}

pub fn node(
    domain: Domain,
    operator: &str,
    inputs: &[&str],
    outputs: &[&str],
    attributes: &[(&str, Attribute)],
) -> Node {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Node {
        name: format!("the {operator}"),
        domain,
        operator: operator.into(),
        inputs: owned(inputs),
        outputs: owned(outputs),
        attributes: attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
    }
}

pub fn onnx(operator: &str, inputs: &[&str], outputs: &[&str]) -> Node {
    node(Domain::Onnx, operator, inputs, outputs, &[])
}

pub fn texts(values: &[&str]) -> Attribute {
    Attribute::Texts(values.iter().map(|text| text.as_bytes().to_vec()).collect())
}

pub fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|text| (*text).to_owned()).collect()
}

pub fn model(inputs: Vec<Port>, nodes: Vec<Node>, outputs: Vec<Port>) -> Model {
    Model { ir_version: 8, opset: 17, ml_opset: 3, inputs, nodes, outputs, ..Model::default() }
}

pub fn with_metadata(mut model: Model, pairs: &[(&str, &str)]) -> Model {
    model.metadata = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    model
}

pub fn with_constants(mut model: Model, constants: Vec<(&str, Tensor)>) -> Model {
    model.constants = constants.into_iter().map(|(name, tensor)| (name.to_owned(), tensor)).collect::<BTreeMap<_, _>>();
    model
}

pub fn tensor(shape: &[usize], values: &[f32]) -> Tensor {
    Tensor::new(shape.to_vec(), Data::F32(values.to_vec())).unwrap()
}

pub fn whole(shape: &[usize], values: &[i64]) -> Tensor {
    Tensor::new(shape.to_vec(), Data::I64(values.to_vec())).unwrap()
}

pub fn words(shape: &[usize], values: &[&str]) -> Tensor {
    Tensor::new(shape.to_vec(), Data::String(strings(values))).unwrap()
}

struct ToTheEnd;

impl Watch for ToTheEnd {
    async fn progress(&mut self, _: u64, _: u64) -> bool {
        true
    }
}

/// What a model says of the rows of a table, which has true labels in this column.
pub fn predicted(model: Model, table: &str, label: Option<&str>) -> Result<Predicted, RunError> {
    let mut session = Session::of(model, 0, &Context::default())?;
    let (mut none, mut watch) = (Gpus::none("There is none in this test."), ToTheEnd);
    let done = session.table(table.as_bytes(), label, EngineChoice::Cpu, &mut none, &mut watch);
    pollster::block_on(done).map(|predicted| predicted.expect("nobody ends it"))
}
