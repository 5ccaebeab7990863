//! Functions of a file, written out where they are called.

use crate::files::{attribute, good, node, set};
use ml_onnx::proto::*;
use ml_onnx::{Attribute, Limits, Model, ReadError};
use prost::Message;

fn function(name: &str, inputs: &[&str], outputs: &[&str], nodes: Vec<NodeProto>) -> FunctionProto {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    FunctionProto {
        name: name.into(),
        domain: "own".into(),
        input: owned(inputs),
        output: owned(outputs),
        node: nodes,
        opset_import: vec![set("", 17)],
        ..FunctionProto::default()
    }
}

fn call(name: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
    NodeProto { domain: "own".into(), ..node("", name, inputs, outputs) }
}

/// The small model with these nodes and functions.
fn model(nodes: Vec<NodeProto>, functions: Vec<FunctionProto>) -> ModelProto {
    let mut model = good();
    if let Some(graph) = &mut model.graph {
        graph.node = nodes;
    }
    ModelProto { functions, ..model }
}

fn read(model: &ModelProto) -> Result<Model, ReadError> {
    Model::read(&model.encode_to_vec(), &Limits::default())
}

/// Why a call of `own` is refused.
fn why(model: &ModelProto) -> &'static str {
    let error = read(model).unwrap_err();
    assert!(error.to_string().ends_with('.'), "{error}");
    match error {
        ReadError::Function { why, .. } => why,
        other => panic!("{other}"),
    }
}

fn operators(model: &Model) -> Vec<&str> {
    model.nodes.iter().map(|node| node.operator.as_str()).collect()
}

/// What it gives is what the same nodes give without a function.
#[test]
fn a_call_is_its_nodes() {
    let body = vec![node("", "Add", &["a", "b"], &["x"]), node("", "Relu", &["x"], &["y"])];
    let sum = function("Sum", &["a", "b"], &["y"], body);
    let nodes = vec![call("Sum", &["x", "bias"], &["h"]), call("Sum", &["h", "x"], &["y"])];
    let read = read(&model(nodes, vec![sum])).unwrap();
    assert_eq!(operators(&read), ["Add", "Relu", "Add", "Relu"]);
    let [first, bent, second, last] = &read.nodes[..] else { panic!() };
    assert_eq!(first.inputs, ["x", "bias"]);
    assert_eq!((&bent.inputs, &bent.outputs[..]), (&first.outputs, &["h".to_owned()][..]));
    assert_eq!(second.inputs, ["h", "x"]);
    assert_eq!((&last.inputs, &last.outputs[..]), (&second.outputs, &["y".to_owned()][..]));
    assert_ne!(first.outputs, second.outputs);
}

/// A quantised softmax says of which version it is, whatever the version of the file.
#[test]
fn a_quantised_softmax_of_old_is_over_all_from_its_axis_on() {
    let written = |opset: i64, axis: Option<i64>| {
        let told = [("opset", Some(opset)), ("axis", axis)];
        let told = told.into_iter().filter(|(_, value)| value.is_some());
        let softmax = NodeProto {
            domain: "com.microsoft".into(),
            attribute: told.map(|(name, i)| AttributeProto { i, ..attribute(name, attribute_type::INT) }).collect(),
            ..node("", "QLinearSoftmax", &["x", "bias", "bias", "bias", "bias"], &["y"])
        };
        let mut model = model(vec![softmax], vec![]);
        model.opset_import.push(set("com.microsoft", 1));
        let read = read(&model).unwrap();
        let axis = read.nodes.iter().find(|node| node.operator == "Softmax").unwrap().int("axis", 7);
        (operators(&read).join(" "), axis)
    };
    let plain = "DequantizeLinear Softmax QuantizeLinear".to_owned();
    let flat = "DequantizeLinear Shape Flatten Softmax Reshape QuantizeLinear".to_owned();
    assert_eq!(written(13, Some(1)), (plain.clone(), 1));
    assert_eq!(written(12, Some(1)), (flat, 1));
    // The last axis is the same in both, and what is meant where none is named.
    assert_eq!(written(12, None), (plain, -1));
}

/// Values of the model may be called as those of a call would be.
#[test]
fn names_of_a_call_are_its_own() {
    let twice = function("F", &["a"], &["b"], vec![node("", "Relu", &["a"], &["t"]), node("", "Neg", &["t"], &["b"])]);
    let nodes = vec![
        node("", "Neg", &["x"], &["1/F/t"]),
        call("F", &["1/F/t"], &["c"]),
        node("", "Add", &["1/F/t", "c"], &["y"]),
    ];
    let read = read(&model(nodes, vec![twice])).unwrap();
    let [_, relu, neg, add] = &read.nodes[..] else { panic!() };
    assert_eq!((&relu.inputs[..], &add.inputs[..]), (&["1/F/t".to_owned()][..], &["1/F/t".to_owned(), "c".into()][..]));
    assert!(relu.outputs == neg.inputs && relu.outputs != ["1/F/t"]);
}

#[test]
fn attributes_are_those_of_the_call_or_of_the_function() {
    let refers =
        |name: &str, to: &str| AttributeProto { ref_attr_name: to.into(), ..attribute(name, attribute_type::FLOAT) };
    let value = |name: &str, value| AttributeProto { f: Some(value), ..attribute(name, attribute_type::FLOAT) };
    let bent = |to: &str| NodeProto { attribute: vec![refers("alpha", to)], ..node("", "Elu", &["x"], &["y"]) };
    let with = |to: &str, said: Vec<AttributeProto>| {
        let inner = function("Inner", &["x"], &["y"], vec![bent("slope")]);
        let handed = NodeProto { attribute: vec![refers("slope", to)], ..call("Inner", &["x"], &["y"]) };
        let mut outer = function("Outer", &["x"], &["y"], vec![handed]);
        outer.attribute_proto = vec![value("given", 3.0)];
        let nodes = vec![NodeProto { attribute: said, ..call("Outer", &["x"], &["y"]) }];
        read(&model(nodes, vec![inner, outer])).unwrap().nodes[0].attributes.get("alpha").cloned()
    };
    assert_eq!(with("given", vec![]), Some(Attribute::Float(3.0)));
    assert_eq!(with("given", vec![value("given", 4.0)]), Some(Attribute::Float(4.0)));
    assert_eq!(with("other", vec![value("other", 5.0)]), Some(Attribute::Float(5.0)));
    // Nobody says it: the operator's own.
    assert_eq!(with("other", vec![]), None);
    // Outside of a function there is no call.
    let error = read(&model(vec![bent("slope")], vec![])).unwrap_err();
    assert!(matches!(error, ReadError::AttributeType { attribute, .. } if attribute == "alpha"));
}

#[test]
fn inputs_that_are_outputs_and_such_as_are_left_out() {
    let body = vec![node("", "Clip", &["x", "least", "most"], &["y"])];
    let clip = function("Bound", &["x", "least", "most"], &["y", "x", "unused"], body);
    let nodes = vec![call("Bound", &["x"], &["h", "again"]), node("", "Add", &["h", "again"], &["y"])];
    let read = read(&model(nodes, vec![clip])).unwrap();
    let clip = read.nodes.iter().find(|node| node.operator == "Clip").unwrap();
    assert_eq!(clip.inputs, ["x"]);
    let copy = read.nodes.iter().find(|node| node.operator == "Identity").unwrap();
    assert_eq!((&copy.inputs[..], &copy.outputs[..]), (&["x".to_owned()][..], &["again".to_owned()][..]));
}

#[test]
fn functions_that_do_not_run() {
    let relu = || vec![node("", "Relu", &["x"], &["y"])];
    let one = |function| model(vec![call("F", &["x"], &["y"])], vec![function]);
    let simple = || function("F", &["x"], &["y"], relu());
    assert!(read(&one(simple())).is_ok());
    let itself = function("F", &["x"], &["y"], vec![call("F", &["x"], &["y"])]);
    assert_eq!(why(&one(itself)), "which calls itself");
    let around = [("F", "G"), ("G", "F")];
    let around = around.map(|(name, other)| function(name, &["x"], &["y"], vec![call(other, &["x"], &["y"])]));
    assert_eq!(why(&model(vec![call("F", &["x"], &["y"])], around.into())), "which calls itself");
    assert_eq!(why(&model(vec![call("F", &["x"], &["y"])], vec![simple(), simple()])), "which is there twice");
    let standard = FunctionProto { name: "Relu".into(), domain: String::new(), ..simple() };
    assert_eq!(why(&model(relu(), vec![standard])), "which has the name of a standard operator");
    let fewer = model(vec![call("F", &["x", "bias"], &["y"])], vec![simple()]);
    assert_eq!(why(&fewer), "which has fewer inputs or outputs");
    let same = FunctionProto { input: vec!["x".into(), "x".into()], ..simple() };
    assert_eq!(why(&one(same)), "which has two inputs of one name");
    let other = FunctionProto { opset_import: vec![set("ai.onnx", 16)], ..simple() };
    assert_eq!(why(&one(other)), "which is made for another version of the operators than the model");
    // One of another overload is another function.
    let overload = FunctionProto { overload: "o".into(), ..simple() };
    assert!(matches!(read(&one(overload.clone())), Err(ReadError::Domain { .. })));
    let mut node = call("F", &["x"], &["y"]);
    node.overload = "o".into();
    assert!(read(&model(vec![node], vec![overload])).is_ok());
    // What nobody calls does not matter.
    let unused = function("Unused", &["x"], &["y"], vec![call("Unused", &["x"], &["y"])]);
    assert!(read(&model(relu(), vec![unused])).is_ok());
}

#[test]
fn versions_that_only_a_function_names_are_the_models() {
    let mut model = model(
        vec![call("F", &["x"], &["y"])],
        vec![function("F", &["x"], &["y"], vec![node("", "Relu", &["x"], &["y"])])],
    );
    model.opset_import = vec![set("own", 1)];
    assert_eq!(read(&model).unwrap().opset, 17);
}

/// Each calls the next many times: a few thousand bytes that would be a hundred million nodes.
#[test]
fn calls_that_grow_end_at_the_limits() {
    let many = |name: &str| (0..100).map(|at| call(name, &["x"], &[&format!("y{at}")])).collect::<Vec<_>>();
    for last in [vec![node("", "Relu", &["x"], &["y"])], vec![]] {
        let mut functions: Vec<_> =
            (0..4).map(|at| function(&format!("F{at}"), &["x"], &["y0"], many(&format!("F{}", at + 1)))).collect();
        let empty = last.is_empty();
        functions.push(function("F4", &["x"], &["y"], last));
        let limits = Limits { nodes: 1_000, memory: 16 << 20, ..Limits::default() };
        let bytes = model(vec![call("F0", &["x"], &["y"])], functions).encode_to_vec();
        let error = Model::read(&bytes, &limits).unwrap_err();
        match error {
            ReadError::TooMany { what: "nodes", .. } => assert!(!empty),
            ReadError::TooMuchMemory { .. } => assert!(empty),
            other => panic!("{other}"),
        }
    }
    let deep: Vec<_> = (0..100)
        .map(|at| function(&format!("F{at}"), &["x"], &["y"], vec![call(&format!("F{}", at + 1), &["x"], &["y"])]))
        .collect();
    let deep = model(vec![call("F0", &["x"], &["y"])], deep);
    assert_eq!(why(&deep), "which is called by functions that call each other too deep");
}
