//! Every way in which a file can be wrong has its own error, which names what is wrong.

use crate::files::{attribute, changed, good, node, port, set, tensor};
use ml_onnx::proto::*;
use ml_onnx::{Limits, Model, ReadError};
use prost::Message;

fn refused(bytes: &[u8]) -> ReadError {
    refused_within(bytes, Limits::default())
}

fn refused_within(bytes: &[u8], limits: Limits) -> ReadError {
    let error = Model::read(bytes, &limits).expect_err("it is wrong");
    let words = error.to_string();
    assert!(words.ends_with('.') && words.len() > 40, "no sentence: {words}");
    error
}

/// Asserts on the variant and the fields named.
macro_rules! assert_refused {
    ($error:expr, $($pattern:tt)+) => {
        let error = $error;
        assert!(matches!(&error, $($pattern)+), "{error:?}");
    };
}

#[test]
fn the_file_that_the_others_are_made_from_is_read() {
    let model = Model::read(&good().encode_to_vec(), &Limits::default()).unwrap();
    assert_eq!(model.nodes.len(), 2);
    assert_eq!(model.constants["weights"].as_f32().unwrap(), [1.0, 2.0, 3.0, 4.0]);
}

// What the file costs.

#[test]
fn more_bytes_than_the_limit() {
    let bytes = good().encode_to_vec();
    let limits = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(refused_within(&bytes, limits), ReadError::TooLarge { bytes: bytes.len() as u64, limit: 10 });
}

#[test]
fn a_gigabyte() {
    // Zeroed pages that nobody touches cost nothing.
    let bytes = vec![0; 1 << 30];
    assert_eq!(refused(&bytes), ReadError::TooLarge { bytes: 1 << 30, limit: Limits::default().bytes });
}

#[test]
fn more_nodes_and_initialisers_than_the_limit() {
    let limits = Limits { nodes: 1, ..Limits::default() };
    assert_eq!(refused_within(&changed(|_| {}), limits), ReadError::TooMany { what: "nodes", limit: 1 });
    let limits = Limits { initialisers: 1, ..Limits::default() };
    assert_eq!(refused_within(&changed(|_| {}), limits), ReadError::TooMany { what: "initialisers", limit: 1 });
}

/// Two bytes of a file are an empty node, which takes a hundred times that in memory.
#[test]
fn messages_that_are_small_in_the_file_and_large_in_memory() {
    let flood = |count| changed(|graph| graph.node[0].attribute = vec![AttributeProto::default(); count]);
    let limits = Limits { memory: 1 << 20, ..Limits::default() };
    assert_eq!(refused_within(&flood(10_000), limits), ReadError::TooMuchMemory { limit: 1 << 20 });
    let dims = changed(|graph| graph.input = vec![port("x", &[0; 100_000])]);
    assert_eq!(refused_within(&dims, limits), ReadError::TooMuchMemory { limit: 1 << 20 });
    let ints = changed(|graph| {
        graph.node[0].attribute = vec![AttributeProto { ints: vec![0; 1 << 18], ..attribute("perm", 7) }];
    });
    assert_eq!(refused_within(&ints, limits), ReadError::TooMuchMemory { limit: 1 << 20 });
}

#[test]
fn a_name_longer_than_the_limit() {
    let long = "n".repeat(5_000);
    let bytes = changed(|graph| graph.node[0].name = long);
    assert_eq!(refused(&bytes), ReadError::LongName { bytes: 5_000, limit: 4_096 });
}

/// Types are the only messages that hold themselves.
#[test]
fn types_within_types() {
    let mut kind = port("x", &[1]).r#type.unwrap();
    for _ in 0..1_000 {
        let sequence = SequenceTypeProto { elem_type: Some(kind) }.encode_to_vec();
        kind = TypeProto { tensor_type: None, sequence_type: Some(sequence), map_type: None };
    }
    let bytes = changed(|graph| graph.input[0].r#type = Some(kind));
    assert_refused!(refused(&bytes), ReadError::TooDeep { .. });
}

// What the file is.

#[test]
fn bytes_that_are_no_protobuf() {
    for bytes in [&[0xff; 64][..], &[0x0b, 0x0c]] {
        assert_refused!(refused(bytes), ReadError::NotOnnx { .. });
    }
    for bytes in [&b"PK\x03\x04 a zip file"[..], b"<!DOCTYPE html><html>", b"\x80\x04\x95 sklearn"] {
        assert_refused!(refused(bytes), ReadError::OtherFormat { .. });
    }
    assert_eq!(refused(b""), ReadError::NoGraph);
}

#[test]
fn every_beginning_of_a_file() {
    let bytes = good().encode_to_vec();
    for length in 0..bytes.len() {
        refused(&bytes[..length]);
    }
    assert_refused!(refused(&bytes[..40]), ReadError::NotOnnx { cause } if cause.contains("longer than what is left"));
}

#[test]
fn text_that_is_not_utf_8() {
    let mut bytes = good().encode_to_vec();
    let at = bytes.windows(5).position(|window| window == b"dense").unwrap();
    bytes[at] = 0xff;
    assert_eq!(refused(&bytes), ReadError::NotUtf8 { place: format!("The name or text at byte {at} of the file") });
}

#[test]
fn no_graph_and_no_output() {
    assert_eq!(refused(&ModelProto { graph: None, ..good() }.encode_to_vec()), ReadError::NoGraph);
    assert_eq!(refused(&changed(|graph| graph.output.clear())), ReadError::NoOutput);
}

// Operators.

#[test]
fn an_operator_that_does_not_run_here() {
    let bytes = changed(|graph| graph.node[1].op_type = "NonMaxSuppression".into());
    let operator = "NonMaxSuppression".into();
    assert_eq!(refused(&bytes), ReadError::Operator { node: "bend".into(), operator, domain: "ai.onnx" });
    let bytes = changed(|graph| graph.node[1].op_type = String::new());
    assert_refused!(refused(&bytes), ReadError::Operator { node, .. } if node == "bend");
}

#[test]
fn an_operator_of_another_set() {
    let bytes = changed(|graph| graph.node[1].domain = "com.microsoft".into());
    let (operator, domain) = ("Relu".into(), "com.microsoft".into());
    assert_eq!(refused(&bytes), ReadError::Domain { node: "bend".into(), operator, domain });
}

#[test]
fn an_operator_of_the_wrong_set() {
    let bytes = changed(|graph| graph.node[1].domain = "ai.onnx.ml".into());
    let operator = "Relu".into();
    assert_eq!(refused(&bytes), ReadError::Operator { node: "bend".into(), operator, domain: "ai.onnx.ml" });
}

#[test]
fn a_version_of_the_operators_that_is_not_known() {
    for opset in [-1, 29, i64::MAX] {
        let bytes = ModelProto { opset_import: vec![set("", opset)], ..good() }.encode_to_vec();
        assert_eq!(refused(&bytes), ReadError::Opset { domain: "ai.onnx", opset, first: 1, last: 28 });
    }
    let bytes = ModelProto { opset_import: vec![], ..good() }.encode_to_vec();
    let (node, operator) = ("dense".into(), "Gemm".into());
    assert_eq!(refused(&bytes), ReadError::OpsetMissing { domain: "ai.onnx", node, operator });
}

#[test]
fn an_operator_younger_or_older_than_the_file() {
    let mut model = ModelProto { opset_import: vec![set("ai.onnx", 13)], ..good() };
    model.graph.as_mut().unwrap().node[1].op_type = "Mish".into();
    assert_refused!(
        refused(&model.encode_to_vec()),
        ReadError::OperatorVersion { node, opset: 13, first: 18, .. } if node == "bend"
    );
    model.graph.as_mut().unwrap().node[1] = node("grow", "Upsample", &["h", "bias"], &["y"]);
    assert_refused!(
        refused(&model.encode_to_vec()),
        ReadError::OperatorVersion { node, opset: 13, last: 9, .. } if node == "grow"
    );
}

#[test]
fn control_flow_and_training() {
    let bytes = changed(|graph| graph.node[1].op_type = "SequenceMap".into());
    assert_eq!(refused(&bytes), ReadError::ControlFlow { node: "bend".into(), operator: "SequenceMap".into() });
    let bytes = changed(|graph| graph.node[1].op_type = "If".into());
    let (node_name, operator) = ("bend".to_owned(), "If".to_owned());
    assert_eq!(refused(&bytes), ReadError::GraphMissing { node: node_name, operator, attribute: "then_branch" });
    let held = || AttributeProto { g: Some(Box::default()), ..attribute("body", attribute_type::GRAPH) };
    let bytes = changed(|graph| graph.node[1].attribute = vec![held()]);
    assert_eq!(refused(&bytes), ReadError::ControlFlow { node: "bend".into(), operator: "Relu".into() });
    // A graph in a graph in a graph…
    let deep = (0..20).fold(held(), |inner, _| {
        let node = NodeProto { attribute: vec![inner], ..node("again", "If", &["x"], &["y"]) };
        let graph = GraphProto { node: vec![node], ..GraphProto::default() };
        AttributeProto { g: Some(Box::new(graph)), ..attribute("then_branch", attribute_type::GRAPH) }
    });
    let bytes = changed(|graph| graph.node[1].attribute = vec![deep.clone()]);
    assert_eq!(refused(&bytes), ReadError::GraphsTooDeep { limit: 8 });

    let bytes = changed(|graph| {
        graph.node[1] = node("drop", "Dropout", &["h", "", "train"], &["y"]);
        let train = TensorProto { data_type: 9, int32_data: vec![1], float_data: vec![], ..tensor("train", &[], &[]) };
        graph.initializer.push(train);
    });
    assert_eq!(refused(&bytes), ReadError::Training { node: "drop".into(), operator: "Dropout".into() });
    let bytes = changed(|graph| {
        let norm = node("norm", "BatchNormalization", &["h", "bias", "bias", "bias", "bias"], &["y"]);
        let mode = AttributeProto { i: Some(1), ..attribute("training_mode", attribute_type::INT) };
        graph.node[1] = NodeProto { attribute: vec![mode], ..norm };
    });
    assert_refused!(refused(&bytes), ReadError::Training { node, .. } if node == "norm");
}

#[test]
fn too_few_and_too_many_inputs_and_outputs() {
    let bytes = changed(|graph| graph.node[0].input.truncate(1));
    let (node, operator) = ("dense".to_owned(), "Gemm".to_owned());
    assert_eq!(refused(&bytes), ReadError::Inputs { node, operator, found: 1, least: 2, most: 3 });
    let bytes = changed(|graph| graph.node[1].input.push("x".into()));
    assert_refused!(refused(&bytes), ReadError::Inputs { node, found: 2, .. } if node == "bend");
    let bytes = changed(|graph| graph.node[0].input[1].clear());
    assert_refused!(refused(&bytes), ReadError::InputLeftOut { node, position: 1, .. } if node == "dense");
    let bytes = changed(|graph| graph.node[0].output.push("more".into()));
    assert_refused!(refused(&bytes), ReadError::Outputs { node, found: 2, most: 1, .. } if node == "dense");
    let bytes = changed(|graph| graph.node[0].output.clear());
    assert_refused!(refused(&bytes), ReadError::Outputs { node, found: 0, .. } if node == "dense");
}

#[test]
fn attributes_of_a_wrong_kind_or_twice() {
    let with = |attributes: Vec<AttributeProto>| changed(|graph| graph.node[0].attribute = attributes);
    let text = AttributeProto { s: Some(b"yes".to_vec()), ..attribute("transB", attribute_type::STRING) };
    assert_eq!(
        refused(&with(vec![text])),
        ReadError::AttributeType {
            node: "dense".into(),
            operator: "Gemm".into(),
            attribute: "transB".into(),
            wanted: "an integer",
            found: "a text".into(),
        }
    );
    let unknown = attribute("alpha", 14);
    assert_refused!(refused(&with(vec![unknown])), ReadError::AttributeType { attribute, .. } if attribute == "alpha");
    let one = AttributeProto { i: Some(1), ..attribute("transB", attribute_type::INT) };
    assert_refused!(refused(&with(vec![one.clone(), one])), ReadError::AttributeTwice { node, .. } if node == "dense");
}

#[test]
fn a_cast_to_what_models_cannot_hold() {
    let bytes = changed(|graph| {
        let to = AttributeProto { i: Some(5), ..attribute("to", attribute_type::INT) };
        graph.node[1] = NodeProto { attribute: vec![to], ..node("half", "Cast", &["h"], &["y"]) };
    });
    let (node, operator) = ("half".into(), "Cast".into());
    assert_eq!(refused(&bytes), ReadError::CastTo { node, operator, found: "int16".into() });
}

#[test]
fn a_constant_without_a_value() {
    let bytes = changed(|graph| graph.node[1] = node("none", "Constant", &[], &["y"]));
    assert_eq!(refused(&bytes), ReadError::ConstantWithoutValue { node: "none".into() });
}

// Tensors.

fn with_weights(weights: TensorProto) -> ReadError {
    refused(&changed(|graph| graph.initializer[0] = weights))
}

const WEIGHTS: &str = "Initialiser \"weights\"";

#[test]
fn shapes_that_ask_for_too_much() {
    // 2³¹ elements, and a product that overflows, of which the file holds none.
    for dims in [&[1 << 31][..], &[1 << 16, 1 << 15], &[i64::MAX, i64::MAX, 4], &[i64::MAX, 2, 0]] {
        assert_refused!(
            with_weights(tensor("weights", dims, &[])),
            ReadError::Elements { place, shape, .. } if place == WEIGHTS && *shape == format!("{dims:?}")
        );
    }
    let limits = Limits { elements: 5, ..Limits::default() };
    let error = refused_within(&good().encode_to_vec(), limits);
    assert_refused!(error, ReadError::Elements { place, limit: 5, .. } if place == "Initialiser \"bias\"");
}

#[test]
fn shapes_that_are_none() {
    let error = with_weights(tensor("weights", &[2, -2], &[0.0; 4]));
    assert_eq!(error, ReadError::Dimension { place: WEIGHTS.into(), length: -2 });
    let error = with_weights(tensor("weights", &[1; 9], &[0.0]));
    assert_eq!(error, ReadError::Rank { place: WEIGHTS.into(), rank: 9, limit: 8 });
}

#[test]
fn shapes_that_do_not_fit_the_data() {
    let length = |found| ReadError::DataLength { place: WEIGHTS.into(), shape: "[2, 2]".into(), wanted: 4, found };
    assert_eq!(with_weights(tensor("weights", &[2, 2], &[0.0; 3])), length(3));
    let raw = |bytes| TensorProto { raw_data: Some(vec![0; bytes].into()), ..tensor("weights", &[2, 2], &[]) };
    assert_eq!(with_weights(raw(20)), length(5));
    // Half an element at the end.
    assert_refused!(with_weights(raw(18)), ReadError::DataLength { .. });
}

#[test]
fn elements_that_models_cannot_hold() {
    let half = TensorProto { data_type: 5, raw_data: Some(vec![0; 8].into()), ..tensor("weights", &[2, 2], &[]) };
    assert_eq!(with_weights(half), ReadError::ElementType { place: "Value \"weights\"".into(), found: "int16".into() });
    let strange = TensorProto { data_type: 99, ..tensor("weights", &[2, 2], &[]) };
    assert_refused!(with_weights(strange), ReadError::ElementType { found, .. } if found == "type 99");
    let bytes = TensorProto { data_type: 2, int32_data: vec![256], ..tensor("weights", &[1], &[]) };
    let error = ReadError::OutOfRange { place: WEIGHTS.into(), value: 256, element: "uint8" };
    assert_eq!(with_weights(bytes), error);
    let texts = TensorProto { data_type: 8, string_data: vec![vec![0xc3]], ..tensor("weights", &[1], &[]) };
    assert_eq!(with_weights(texts), ReadError::NotUtf8 { place: WEIGHTS.into() });
}

#[test]
fn data_that_is_elsewhere() {
    let location = StringStringEntryProto { key: "location".into(), value: "../secrets.bin".into() };
    let error = ReadError::External { place: WEIGHTS.into(), location: "../secrets.bin".into() };
    let external =
        TensorProto { data_location: EXTERNAL, external_data: vec![location], ..tensor("weights", &[2], &[]) };
    assert_eq!(with_weights(external), error);
    let segmented = TensorProto { segment: Some(SegmentProto { begin: 0, end: 1 }), ..tensor("weights", &[2], &[]) };
    assert_eq!(with_weights(segmented), ReadError::Segmented { place: WEIGHTS.into() });
    let sparse = SparseTensorProto { values: Some(tensor("weights", &[1], &[1.0])) };
    let bytes = changed(|graph| graph.sparse_initializer = vec![sparse]);
    assert_eq!(refused(&bytes), ReadError::Sparse { place: WEIGHTS.into() });
}

#[test]
fn weights_that_are_no_numbers() {
    let not_finite = |value, position| ReadError::NotFinite { place: WEIGHTS.into(), value, position };
    let nan = tensor("weights", &[2, 2], &[0.0, 1.0, f32::NAN, 2.0]);
    assert_eq!(with_weights(nan), not_finite("a NaN", 2));
    let infinite = tensor("weights", &[2, 2], &[0.0, f32::NEG_INFINITY, 1.0, 2.0]);
    assert_eq!(with_weights(infinite), not_finite("an infinity", 1));

    let bytes = changed(|graph| {
        let weights =
            AttributeProto { floats: vec![1.0, f32::NAN], ..attribute("coefficients", attribute_type::FLOATS) };
        let linear = node("linear", "LinearRegressor", &["h"], &["y"]);
        graph.node[1] = NodeProto { domain: "ai.onnx.ml".into(), attribute: vec![weights], ..linear };
    });
    let mut model = ModelProto::decode(bytes.as_slice()).unwrap();
    model.opset_import.push(set("ai.onnx.ml", 3));
    let place = "Attribute \"coefficients\" of node \"linear\" (LinearRegressor)".into();
    assert_eq!(refused(&model.encode_to_vec()), ReadError::NotFinite { place, value: "a NaN", position: 1 });
}

/// Bounds and masks may be infinite.
#[test]
fn infinities_that_are_meant() {
    let bytes = changed(|graph| {
        graph.node[1] = node("bound", "Clip", &["h", "least"], &["y"]);
        graph.initializer.push(tensor("least", &[], &[f32::NEG_INFINITY]));
    });
    assert!(Model::read(&bytes, &Limits::default()).is_ok());
    let bytes = changed(|graph| {
        graph.node[1] = node("mask", "Add", &["h", "mask"], &["y"]);
        graph.initializer.push(tensor("mask", &[2], &[0.0, f32::NEG_INFINITY]));
    });
    assert!(Model::read(&bytes, &Limits::default()).is_ok());
}

// Names.

#[test]
fn values_given_twice() {
    let bytes = changed(|graph| graph.node[1].output = vec!["h".into()]);
    let error = ReadError::ValueTwice { node: "bend".into(), value: "h".into(), other: "node \"dense\"".into() };
    assert_eq!(refused(&bytes), error);
    let bytes = changed(|graph| graph.node[1].output = vec!["bias".into()]);
    assert_refused!(refused(&bytes), ReadError::ValueTwice { other, .. } if other == "an initialiser");
    let bytes = changed(|graph| graph.node[1].output = vec!["x".into()]);
    assert_refused!(refused(&bytes), ReadError::ValueTwice { other, .. } if other == "an input of the model");
    let bytes = changed(|graph| graph.initializer.push(tensor("bias", &[1], &[0.0])));
    assert_eq!(refused(&bytes), ReadError::InitialiserTwice { name: "bias".into() });
    let bytes = changed(|graph| graph.input.push(port("x", &[1])));
    assert_eq!(refused(&bytes), ReadError::PortTwice { what: "input", name: "x".into() });
    let bytes = changed(|graph| graph.output.push(port("y", &[1])));
    assert_eq!(refused(&bytes), ReadError::PortTwice { what: "output", name: "y".into() });
}

#[test]
fn values_that_nobody_gives() {
    let bytes = changed(|graph| graph.initializer.truncate(1));
    let error = ReadError::MissingValue { node: "dense".into(), operator: "Gemm".into(), value: "bias".into() };
    assert_eq!(refused(&bytes), error);
    let bytes = changed(|graph| graph.output[0].name = "z".into());
    assert_eq!(refused(&bytes), ReadError::MissingOutput { output: "z".into() });
}

#[test]
fn names_that_are_empty() {
    assert_eq!(with_weights(tensor("", &[1], &[0.0])), ReadError::NamelessInitialiser);
    let bytes = changed(|graph| graph.input[0].name.clear());
    assert_eq!(refused(&bytes), ReadError::PortNameless { what: "input" });
}

/// "after" waits for the cycle too, but does not lie on it.
#[test]
fn a_cycle() {
    let bytes = changed(|graph| {
        graph.node = vec![
            node("after", "Relu", &["b"], &["y"]),
            node("first", "Add", &["x", "b"], &["a"]),
            node("second", "Relu", &["a"], &["b"]),
        ];
    });
    assert_refused!(refused(&bytes), ReadError::Cycle { node, .. } if node == "first" || node == "second");
    let bytes = changed(|graph| graph.node = vec![node("self", "Relu", &["y"], &["y"])]);
    assert_eq!(refused(&bytes), ReadError::Cycle { node: "self".into(), operator: "Relu".into() });
}

// Inputs and outputs.

#[test]
fn ports_that_are_no_tensors() {
    let kind = |kind: TypeProto| changed(|graph| graph.input[0].r#type = Some(kind));
    let sequence = SequenceTypeProto { elem_type: port("x", &[1]).r#type }.encode_to_vec();
    let sequence = TypeProto { tensor_type: None, sequence_type: Some(sequence), map_type: None };
    assert_eq!(refused(&kind(sequence)), ReadError::NotATensor { what: "input", name: "x".into() });
    let bytes = changed(|graph| graph.output[0].r#type = None);
    assert_eq!(refused(&bytes), ReadError::NotATensor { what: "output", name: "y".into() });
}

#[test]
fn ports_of_wrong_types_and_shapes() {
    let bytes = changed(|graph| graph.input = vec![port("x", &[1, -7])]);
    assert_eq!(refused(&bytes), ReadError::PortDimension { what: "input", name: "x".into(), length: -7 });
    let bytes = changed(|graph| graph.input = vec![port("x", &[1; 9])]);
    assert_eq!(refused(&bytes), ReadError::PortRank { what: "input", name: "x".into(), rank: 9, limit: 8 });
    let bytes = changed(|graph| {
        graph.input[0].r#type.as_mut().unwrap().tensor_type.as_mut().unwrap().elem_type = 5;
    });
    let found = "int16".into();
    assert_eq!(refused(&bytes), ReadError::PortType { what: "input", name: "x".into(), found });
}
