//! Neural nodes, mixed graphs, and what comes in wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use ml_cpu::{CpuError, CpuModel};
use ml_onnx::{Attribute, Data, Dim, Domain, ElementType, Limits, Model, Node, Port, Tensor};
use proptest::prelude::*;

fn node(operator: &str, inputs: &[&str], outputs: &[&str]) -> Node {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let classical = ["Scaler", "Binarizer", "ArrayFeatureExtractor"].contains(&operator);
    Node {
        name: format!("the {operator} of {}", outputs[0]),
        domain: if classical { Domain::Ml } else { Domain::Onnx },
        operator: operator.into(),
        inputs: names(inputs),
        outputs: names(outputs),
        attributes: BTreeMap::new(),
    }
}

fn with(mut node: Node, name: &str, value: Attribute) -> Node {
    node.attributes.insert(name.into(), value);
    node
}

fn port(name: &str, element: ElementType, dims: Option<Vec<Dim>>) -> Port {
    Port { name: name.into(), element, dims }
}

fn model(nodes: Vec<Node>, inputs: Vec<Port>, outputs: Vec<Port>) -> Model {
    Model { ir_version: 8, opset: 18, ml_opset: 3, inputs, outputs, nodes, ..Model::default() }
}

fn floats(shape: &[usize], values: Vec<f32>) -> Tensor {
    Tensor::new(shape.to_vec(), Data::F32(values)).unwrap()
}

#[test]
fn a_network_of_pytorch_gives_a_score_per_digit() {
    let bytes = include_bytes!("../../conformance/models/torch/mnist_cnn.onnx");
    let model = Model::read(bytes, &Limits::default()).unwrap();
    let cpu = CpuModel::new(&model).unwrap();
    let picture = floats(&[1, 1, 28, 28], vec![0.5; 784]);
    let outputs = cpu.run(vec![(model.inputs[0].name.clone(), picture)]).unwrap();
    assert_eq!(outputs[0].1.shape(), [1, 10]);
    assert!(outputs[0].1.as_f32().unwrap().iter().all(|v| v.is_finite()));
}

/// An operator that graphs are made of, and what it does to a number.
type Step = (&'static str, fn(f32) -> f32);

const STEPS: [Step; 6] = [
    ("Relu", |v| v.max(0.0)),
    ("Neg", |v| -v),
    ("Scaler", |v| (v - 1.0) * 0.5),
    ("Binarizer", |v| f32::from(u8::from(v > 0.25))),
    ("ThresholdedRelu", |v| if v > 1.0 { v } else { 0.0 }),
    ("Abs", f32::abs),
];

fn step(kind: usize, input: &str, output: &str) -> Node {
    let node = node(STEPS[kind].0, &[input], &[output]);
    match STEPS[kind].0 {
        "Scaler" => with(with(node, "scale", Attribute::Floats(vec![0.5])), "offset", Attribute::Floats(vec![1.0])),
        "Binarizer" => with(node, "threshold", Attribute::Float(0.25)),
        _ => node,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Neural and other nodes in any order and any shape of graph: cut into segments it gives what each node gives.
    #[test]
    fn a_mixed_graph_gives_what_its_nodes_give(
        choices in prop::collection::vec((0_usize..STEPS.len(), any::<prop::sample::Index>(), any::<bool>()), 1..14),
        values in prop::collection::vec(-3.0_f32..3.0, 6),
    ) {
        let mut names = vec!["x".to_owned()];
        let mut results = vec![values.clone()];
        let mut nodes = Vec::new();
        let mut outputs = Vec::new();
        for (i, (kind, from, is_output)) in choices.iter().enumerate() {
            let from = from.index(names.len());
            let name = format!("v{i}");
            nodes.push(step(*kind, &names[from], &name));
            results.push(results[from].iter().map(|&v| STEPS[*kind].1(v)).collect());
            if *is_output || i + 1 == choices.len() {
                outputs.push(port(&name, ElementType::F32, None));
            }
            names.push(name);
        }
        let model = model(nodes, vec![port("x", ElementType::F32, None)], outputs);
        let cpu = CpuModel::new(&model).unwrap();
        // Twice: nothing of the first run is left.
        for _ in 0..2 {
            let outputs = cpu.run(vec![("x".into(), floats(&[2, 3], values.clone()))]).unwrap();
            for (name, tensor) in outputs {
                let position = names.iter().position(|n| *n == name).unwrap();
                prop_assert_eq!(tensor.as_f32().unwrap(), results[position].as_slice());
            }
        }
    }
}

/// rten joins a product and a vector that is added to it, whatever its length.
#[test]
fn what_is_added_to_a_product_may_be_stretched_or_stretch_it() {
    let nodes = vec![
        node("MatMul", &["x", "weights"], &["product"]),
        node("Add", &["product", "ten"], &["tens"]),
        node("MatMul", &["x", "column"], &["sums"]),
        node("Add", &["sums", "three"], &["table"]),
    ];
    let outputs = vec![port("tens", ElementType::F32, None), port("table", ElementType::F32, None)];
    let mut model = model(nodes, vec![port("x", ElementType::F32, None)], outputs);
    let constants = [
        ("weights", floats(&[2, 3], vec![1.0, 0.0, 1.0, 0.0, 1.0, 1.0])),
        ("ten", floats(&[1], vec![10.0])),
        ("column", floats(&[2, 1], vec![1.0, 1.0])),
        ("three", floats(&[3], vec![0.0, 100.0, 200.0])),
    ];
    model.constants.extend(constants.map(|(name, tensor)| (name.to_owned(), tensor)));
    let results = CpuModel::new(&model).unwrap().run(vec![("x".into(), floats(&[2, 2], vec![1.0, 2.0, 3.0, 4.0]))]);
    let results = results.unwrap();
    assert_eq!(results[0].1, floats(&[2, 3], vec![11.0, 12.0, 13.0, 13.0, 14.0, 17.0]));
    assert_eq!(results[1].1, floats(&[2, 3], vec![3.0, 103.0, 203.0, 7.0, 107.0, 207.0]));
}

#[test]
fn outputs_have_the_types_that_the_model_says() {
    let nodes = vec![
        node("Shape", &["x"], &["shape"]),
        node("Greater", &["x", "zero"], &["above"]),
        node("ArgMax", &["x"], &["best"]),
        with(node("Cast", &["x"], &["double"]), "to", Attribute::Int(11)),
        with(node("Cast", &["best"], &["text"]), "to", Attribute::Int(8)),
    ];
    let outputs = [
        ("shape", ElementType::I64),
        ("above", ElementType::Bool),
        ("best", ElementType::I64),
        ("double", ElementType::F64),
        ("text", ElementType::String),
        ("x", ElementType::F32),
    ];
    let ports = outputs.iter().map(|(name, element)| port(name, *element, None)).collect();
    let mut model = model(nodes, vec![port("x", ElementType::F32, None)], ports);
    model.constants.insert("zero".into(), floats(&[], vec![0.0]));
    let cpu = CpuModel::new(&model).unwrap();
    let results = cpu.run(vec![("x".into(), floats(&[2, 2], vec![-1.0, 2.0, 3.0, 0.5]))]).unwrap();
    for ((name, element), (found, tensor)) in outputs.iter().zip(&results) {
        assert_eq!((name, *element), (&found.as_str(), tensor.element_type()));
    }
    assert_eq!(results[0].1.as_i64().unwrap(), [2, 2]);
    assert_eq!(results[1].1.data(), &Data::Bool(vec![false, true, true, true]));
    assert_eq!(results[2].1.as_i64().unwrap(), [1, 0]);
    assert_eq!(results[4].1.as_strings().unwrap(), ["1", "0"]);
}

#[test]
fn long_integers_are_computed_whole() {
    let nodes = vec![node("Add", &["a", "b"], &["sum"])];
    let long = |name| port(name, ElementType::I64, None);
    let cpu = CpuModel::new(&model(nodes, vec![long("a"), long("b")], vec![long("sum")])).unwrap();
    let tensor = |v| Tensor::new(vec![1], Data::I64(vec![v])).unwrap();
    let results = cpu.run(vec![("b".into(), tensor(5)), ("a".into(), tensor(1 << 40))]).unwrap();
    assert_eq!(results[0].1.as_i64().unwrap(), [(1 << 40) + 5]);
}

#[test]
fn wrong_inputs_are_told_what_is_wanted() {
    let dims = vec![Dim::Named("N".into()), Dim::Known(3)];
    let nodes = vec![node("Relu", &["x"], &["y"])];
    let inputs = vec![port("x", ElementType::F32, Some(dims))];
    let cpu = CpuModel::new(&model(nodes, inputs, vec![port("y", ElementType::F32, None)])).unwrap();
    let error = |inputs: Vec<(&str, Tensor)>| {
        cpu.run(inputs.into_iter().map(|(name, tensor)| (name.to_owned(), tensor)).collect()).unwrap_err()
    };
    let right = || floats(&[1, 3], vec![0.0; 3]);
    let cases = [
        (error(vec![]), "x (f32 [N, 3])"),
        (error(vec![("z", right())]), "no input z; it wants x"),
        (error(vec![("x", right()), ("x", right())]), "given twice"),
        (error(vec![("x", floats(&[1, 4], vec![0.0; 4]))]), "f32 [N, 3], not f32 [1, 4]"),
        (error(vec![("x", floats(&[3], vec![0.0; 3]))]), "not f32 [3]"),
        (error(vec![("x", Tensor::new(vec![1, 3], Data::I64(vec![0; 3])).unwrap())]), "not i64 [1, 3]"),
    ];
    for (error, part) in cases {
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn shapes_that_do_not_fit_are_errors_that_name_the_node() {
    let float = |name| port(name, ElementType::F32, None);
    let tensor = |shape: &[usize]| floats(shape, vec![1.0; shape.iter().product()]);
    let conv = with(node("Conv", &["a", "b"], &["y"]), "kernel_shape", Attribute::Ints(vec![3, 3]));
    let cases: Vec<(Node, Vec<usize>, Vec<usize>)> = vec![
        (node("MatMul", &["a", "b"], &["y"]), vec![2, 3], vec![4, 2]),
        (node("Gemm", &["a", "b"], &["y"]), vec![2, 3], vec![4, 2]),
        (node("Gemm", &["a", "b"], &["y"]), vec![3], vec![]),
        (node("Add", &["a", "b"], &["y"]), vec![2, 3], vec![4]),
        (conv.clone(), vec![1, 1, 2, 2], vec![1, 1, 3, 3]),
        (conv.clone(), vec![1, 2, 8, 8], vec![1, 1, 3, 3]),
        (conv.clone(), vec![4], vec![1, 1, 3, 3]),
        (with(conv.clone(), "strides", Attribute::Ints(vec![0, 0])), vec![1, 1, 8, 8], vec![1, 1, 3, 3]),
        (with(conv.clone(), "group", Attribute::Int(0)), vec![1, 1, 8, 8], vec![1, 1, 3, 3]),
        (with(conv.clone(), "pads", Attribute::Ints(vec![-9, -9, -9, -9])), vec![1, 1, 8, 8], vec![1, 1, 3, 3]),
        (with(conv.clone(), "pads", Attribute::Ints(vec![1])), vec![1, 1, 8, 8], vec![1, 1, 3, 3]),
        (with(conv, "dilations", Attribute::Ints(vec![0, 1])), vec![1, 1, 8, 8], vec![1, 1, 3, 3]),
        (with(node("Concat", &["a", "b"], &["y"]), "axis", Attribute::Int(7)), vec![1], vec![1]),
        (with(node("Softmax", &["a"], &["y"]), "axis", Attribute::Int(-9)), vec![1], vec![1]),
        (with(node("Transpose", &["a"], &["y"]), "perm", Attribute::Ints(vec![0, 0])), vec![2, 2], vec![1]),
        (with(node("Flatten", &["a"], &["y"]), "axis", Attribute::Int(9)), vec![2, 2], vec![1]),
        (with(node("MaxPool", &["a"], &["y"]), "kernel_shape", Attribute::Ints(vec![3, 3])), vec![1, 1, 2, 2], vec![1]),
        (with(node("MaxPool", &["a"], &["y"]), "kernel_shape", Attribute::Ints(vec![0, 0])), vec![1, 1, 2, 2], vec![1]),
        (with(node("AveragePool", &["a"], &["y"]), "kernel_shape", Attribute::Ints(vec![1])), vec![1, 1], vec![1]),
        (
            with(node("Einsum", &["a", "b"], &["y"]), "equation", Attribute::Text(b"ij,jk->iz".to_vec())),
            vec![2, 2],
            vec![2, 2],
        ),
    ];
    for (node, a, b) in cases {
        let told = format!("{node:?}");
        let (name, two) = (node.name.clone(), node.inputs.len() > 1);
        let inputs = if two { vec![float("a"), float("b")] } else { vec![float("a")] };
        let model = model(vec![node], inputs, vec![float("y")]);
        let mut given = vec![("a".to_owned(), tensor(&a))];
        if two {
            given.push(("b".to_owned(), tensor(&b)));
        }
        match CpuModel::new(&model).and_then(|cpu| cpu.run(given)) {
            Ok(outputs) => panic!("{told} on {a:?} and {b:?} gave {:?}", outputs[0].1.shape()),
            Err(CpuError::Broken { reason }) => panic!("{told} on {a:?} and {b:?} broke the engine: {reason}"),
            Err(error) => assert!(error.to_string().contains(&name), "{told}: {error}"),
        }
    }
}
