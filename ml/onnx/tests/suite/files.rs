//! Files made message by message, so that they can be wrong in one thing.

use ml_onnx::proto::*;
use prost::Message;

pub fn tensor(name: &str, dims: &[i64], floats: &[f32]) -> TensorProto {
    TensorProto {
        name: name.into(),
        dims: dims.to_vec(),
        data_type: 1,
        float_data: floats.to_vec(),
        ..TensorProto::default()
    }
}

pub fn node(name: &str, operator: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
    NodeProto {
        name: name.into(),
        op_type: operator.into(),
        input: inputs.iter().map(|&name| name.into()).collect(),
        output: outputs.iter().map(|&name| name.into()).collect(),
        ..NodeProto::default()
    }
}

/// A value of floats with these lengths.
pub fn port(name: &str, lengths: &[i64]) -> ValueInfoProto {
    let dim = lengths.iter().map(|&length| DimensionProto { dim_value: Some(length), dim_param: None }).collect();
    let tensor = TensorTypeProto { elem_type: 1, shape: Some(TensorShapeProto { dim }) };
    let kind = TypeProto { tensor_type: Some(tensor), sequence_type: None, map_type: None };
    ValueInfoProto { name: name.into(), r#type: Some(kind) }
}

pub fn attribute(name: &str, kind: i32) -> AttributeProto {
    AttributeProto { name: name.into(), r#type: kind, ..AttributeProto::default() }
}

pub fn set(domain: &str, version: i64) -> OperatorSetIdProto {
    OperatorSetIdProto { domain: domain.into(), version }
}

/// x [1, 2] → Gemm with weights → Relu → y.
pub fn good() -> ModelProto {
    let graph = GraphProto {
        name: "small".into(),
        node: vec![node("dense", "Gemm", &["x", "weights", "bias"], &["h"]), node("bend", "Relu", &["h"], &["y"])],
        initializer: vec![tensor("weights", &[2, 2], &[1.0, 2.0, 3.0, 4.0]), tensor("bias", &[2], &[0.5, -0.5])],
        input: vec![port("x", &[1, 2])],
        output: vec![port("y", &[1, 2])],
        sparse_initializer: vec![],
    };
    ModelProto { ir_version: 8, graph: Some(graph), opset_import: vec![set("", 17)], ..ModelProto::default() }
}

/// The bytes of [`good`] after a change to its graph.
pub fn changed(change: impl FnOnce(&mut GraphProto)) -> Vec<u8> {
    let mut model = good();
    change(model.graph.as_mut().expect("it has a graph"));
    model.encode_to_vec()
}
