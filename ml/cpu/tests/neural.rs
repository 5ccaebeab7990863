//! Neural nodes, mixed graphs, and what comes in wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use ml_cpu::{CpuError, CpuModel};
use ml_onnx::{Attribute, Data, Dim, Domain, ElementType, Limits, Model, Node, Port, Tensor};
use proptest::prelude::*;

fn node(operator: &str, inputs: &[&str], outputs: &[&str]) -> Node {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let classical =
        ["Scaler", "Binarizer", "ArrayFeatureExtractor", "OneHotEncoder", "FeatureVectorizer"].contains(&operator);
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

fn integers(values: &[i64]) -> Tensor {
    Tensor::new(vec![values.len()], Data::I64(values.to_vec())).unwrap()
}

/// What a model of one input "x" gives as "y".
fn given(nodes: Vec<Node>, constants: &[(&str, Tensor)], x: Tensor) -> Tensor {
    let dims = x.shape().iter().enumerate().map(|(d, _)| Dim::Named(format!("d{d}"))).collect();
    let mut model =
        model(nodes, vec![port("x", ElementType::F32, Some(dims))], vec![port("y", ElementType::F32, None)]);
    model.constants.extend(constants.iter().map(|(name, tensor)| ((*name).to_owned(), tensor.clone())));
    CpuModel::new(&model).unwrap().run(vec![("x".into(), x)]).unwrap().swap_remove(0).1
}

/// Products and sums that look like a layer with a bias but are not.
#[test]
fn what_is_added_to_a_product_may_be_stretched_or_stretch_it() {
    let x = floats(&[2, 2], vec![1.0, 2.0, 3.0, 4.0]);
    let nodes = || vec![node("MatMul", &["x", "w"], &["p"]), node("Add", &["p", "b"], &["y"])];
    let weights = floats(&[2, 3], vec![1.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
    let tens = given(nodes(), &[("w", weights), ("b", floats(&[1], vec![10.0]))], x.clone());
    assert_eq!(tens, floats(&[2, 3], vec![11.0, 12.0, 13.0, 13.0, 14.0, 17.0]));
    let column = floats(&[2, 1], vec![1.0, 1.0]);
    let table = given(nodes(), &[("w", column), ("b", floats(&[3], vec![0.0, 100.0, 200.0]))], x);
    assert_eq!(table, floats(&[2, 3], vec![3.0, 103.0, 203.0, 7.0, 107.0, 207.0]));
}

/// Constants that are computed with before a row comes are floats like any other.
#[test]
fn whole_floats_are_no_integers() {
    let nodes = vec![node("Div", &["a", "b"], &["c"]), node("Mul", &["x", "c"], &["y"])];
    let constants = [("a", floats(&[1], vec![7.0])), ("b", floats(&[1], vec![2.0]))];
    assert_eq!(given(nodes, &constants, floats(&[2], vec![1.0, 2.0])), floats(&[2], vec![3.5, 7.0]));
    let nodes = vec![node("Mul", &["a", "a"], &["c"]), node("Mul", &["x", "c"], &["y"])];
    let y = given(nodes, &[("a", floats(&[1], vec![65_536.0]))], floats(&[1], vec![1.0]));
    assert_eq!(y, floats(&[1], vec![4_294_967_296.0]));
}

/// Whole rows one after the other, not each element repeated.
#[test]
fn tiles_are_not_interleaved() {
    let nodes = vec![
        node("Unsqueeze", &["x", "one"], &["u"]),
        node("Expand", &["u", "three"], &["e"]),
        node("Reshape", &["e", "flat"], &["y"]),
    ];
    let constants = [("one", integers(&[1])), ("three", integers(&[1, 3, 2])), ("flat", integers(&[-1, 6]))];
    let y = given(nodes, &constants, floats(&[1, 2], vec![1.0, 2.0]));
    assert_eq!(y, floats(&[1, 6], vec![1.0, 2.0, 1.0, 2.0, 1.0, 2.0]));
}

#[test]
fn softplus_of_large_numbers_is_the_number() {
    let y = given(vec![node("Softplus", &["x"], &["y"])], &[], floats(&[2], vec![100.0, -100.0]));
    assert_eq!(y, floats(&[2], vec![100.0, (-100.0_f32).exp()]));
}

/// Dimensions of length 1 are kept or dropped as ONNX says, for any number of rows.
#[test]
fn ranks_are_those_of_the_specification() {
    for rows in [1, 2] {
        // Matrices by a vector that is computed: that dimension does not come out, so each softmax is over three.
        let nodes = vec![
            node("Squeeze", &["column", "zero"], &["v"]),
            node("MatMul", &["x", "v"], &["p"]),
            with(node("Softmax", &["p"], &["y"]), "axis", Attribute::Int(-1)),
        ];
        let constants = [("column", floats(&[1, 2], vec![1.0, 1.0])), ("zero", integers(&[0]))];
        let y = given(nodes, &constants, floats(&[rows, 3, 2], vec![1.0; rows * 6]));
        assert_eq!(y.shape(), [rows, 3]);
        assert!(y.as_f32().unwrap().iter().all(|share| (share - 1.0 / 3.0).abs() < 1e-6));

        for operator in ["Div", "Pow"] {
            let nodes = vec![node(operator, &["x", "one"], &["y"])];
            let y = given(nodes, &[("one", floats(&[1, 1, 1], vec![1.0]))], floats(&[rows, 1], vec![4.0; rows]));
            assert_eq!(y, floats(&[1, rows, 1], vec![4.0; rows]), "{operator}");
        }
    }
}

/// What has two dimensions for two rows and one for one row.
#[test]
fn a_rank_may_hang_on_the_number_of_rows() {
    let nodes = || vec![node("Squeeze", &["x"], &["v"]), node("MatMul", &["a", "v"], &["y"])];
    let constants = || [("a", floats(&[2, 3, 2], (0..12).map(|i| i as f32).collect()))];
    let y = given(nodes(), &constants(), floats(&[1, 1, 2], vec![1.0, 10.0]));
    assert_eq!(y, floats(&[2, 3], vec![10.0, 32.0, 54.0, 76.0, 98.0, 120.0]));
    let y = given(nodes(), &constants(), floats(&[2, 1, 2], vec![1.0, 0.0, 0.0, 1.0]));
    assert_eq!(y, constants()[0].1);
}

/// Means that are kept out of their dimension run along the columns.
#[test]
fn a_mean_without_its_dimension_is_no_layer_normalisation() {
    let nodes = vec![
        with(node("ReduceMean", &["x", "last"], &["m"]), "keepdims", Attribute::Int(0)),
        node("Sub", &["x", "m"], &["d"]),
        node("Mul", &["d", "d"], &["s"]),
        with(node("ReduceMean", &["s", "last"], &["v"]), "keepdims", Attribute::Int(0)),
        node("Add", &["v", "epsilon"], &["e"]),
        node("Sqrt", &["e"], &["r"]),
        node("Div", &["d", "r"], &["y"]),
    ];
    let constants = [("last", integers(&[-1])), ("epsilon", floats(&[], vec![0.0]))];
    let y = given(nodes, &constants, floats(&[2, 2], vec![1.0, 3.0, 5.0, 9.0]));
    // Means 2 and 7: differences -1 -4 3 2; means of their squares 8.5 and 6.5.
    let (a, b) = (8.5_f32.sqrt(), 6.5_f32.sqrt());
    for (found, expected) in y.as_f32().unwrap().iter().zip([-1.0 / a, -4.0 / b, 3.0 / a, 2.0 / b]) {
        assert!((found - expected).abs() < 1e-6, "{found} against {expected}");
    }
}

#[test]
fn no_axes_may_mean_no_mean() {
    let nodes = vec![with(node("ReduceMean", &["x", "none"], &["y"]), "noop_with_empty_axes", Attribute::Int(1))];
    let x = floats(&[2, 2], vec![1.0, 2.0, 3.0, 4.0]);
    assert_eq!(given(nodes, &[("none", integers(&[]))], x.clone()), x);
}

#[test]
fn a_valid_window_has_no_padding() {
    let conv = with(node("Conv", &["x", "w"], &["y"]), "auto_pad", Attribute::Text(b"VALID".to_vec()));
    let conv = with(conv, "pads", Attribute::Ints(vec![1, 1, 1, 1]));
    let y = given(vec![conv], &[("w", floats(&[1, 1, 2, 2], vec![1.0; 4]))], floats(&[1, 1, 2, 2], vec![1.0; 4]));
    assert_eq!(y, floats(&[1, 1, 1, 1], vec![4.0]));
}

#[test]
fn steps_are_not_taken_for_axes() {
    let nodes = vec![node("Neg", &["x"], &["n"]), node("Slice", &["n", "from", "to", "", "step"], &["y"])];
    let constants = [
        ("from", integers(&[0, -1])),
        ("to", integers(&[i64::from(i32::MAX), i64::from(i32::MIN)])),
        ("step", integers(&[1, -1])),
    ];
    let y = given(nodes, &constants, floats(&[1, 3], vec![1.0, 2.0, 3.0]));
    assert_eq!(y, floats(&[1, 3], vec![-3.0, -2.0, -1.0]));
}

/// "For negative stepping it is clamped to [0, dims[axes[i]]-1]".
#[test]
fn a_slice_backwards_begins_at_the_first_element_where_it_would_begin_before_it() {
    let constants = [
        ("from", integers(&[-4])),
        ("to", integers(&[i64::from(i32::MIN)])),
        ("axis", integers(&[1])),
        ("step", integers(&[-1])),
    ];
    let slice = vec![node("Neg", &["x"], &["n"]), node("Slice", &["n", "from", "to", "axis", "step"], &["y"])];
    assert_eq!(given(slice, &constants, floats(&[1, 3], vec![1.0, 2.0, 3.0])), floats(&[1, 1], vec![-1.0]));
}

#[test]
fn features_beside_each_other_are_cut_and_filled() {
    let node = with(node("FeatureVectorizer", &["x", "x"], &["y"]), "inputdimensions", Attribute::Ints(vec![1, 3]));
    let y = given(vec![node], &[], floats(&[2, 2], vec![1.0, 2.0, 3.0, 4.0]));
    assert_eq!(y, floats(&[2, 4], vec![1.0, 1.0, 2.0, 0.0, 3.0, 3.0, 4.0, 0.0]));
}

fn text(value: &str) -> Attribute {
    Attribute::Text(value.into())
}

/// (place + 0.5) / 2, rounded down: 0.25, 0.75, 1.25, …
#[test]
fn a_resize_as_tensorflow_has_it_does_not_begin_half_a_pixel_earlier() {
    let resize = |coordinates: &str, nearest: &str| {
        let node =
            with(node("Resize", &["x", "", "scales"], &["y"]), "coordinate_transformation_mode", text(coordinates));
        with(node, "nearest_mode", text(nearest))
    };
    let scales = [("scales", floats(&[1], vec![2.0]))];
    let y = given(vec![resize("tf_half_pixel_for_nn", "floor")], &scales, floats(&[3], vec![1.0, 2.0, 3.0]));
    assert_eq!(y, floats(&[6], vec![1.0, 1.0, 2.0, 2.0, 3.0, 3.0]));
    for (coordinates, nearest) in [("half", "floor"), ("align_corners", "up")] {
        let nodes = vec![resize(coordinates, nearest)];
        let mut model = model(nodes, vec![port("x", ElementType::F32, None)], vec![port("y", ElementType::F32, None)]);
        model.constants.insert("scales".into(), floats(&[1], vec![2.0]));
        let error = CpuModel::new(&model).err().unwrap().to_string();
        assert!(error.contains("none that ONNX knows"), "{error}");
    }
}

/// What is twice as large has gaps between windows of one.
#[test]
fn a_transposed_convolution_may_leave_gaps() {
    for auto_pad in ["SAME_UPPER", "SAME_LOWER"] {
        let conv = with(node("ConvTranspose", &["x", "w"], &["y"]), "auto_pad", text(auto_pad));
        let conv = with(conv, "strides", Attribute::Ints(vec![2, 2]));
        let weights = [("w", floats(&[1, 1, 1, 1], vec![10.0]))];
        let y = given(vec![conv], &weights, floats(&[1, 1, 1, 2], vec![1.0, 2.0]));
        assert_eq!(y, floats(&[1, 1, 2, 4], vec![10.0, 0.0, 20.0, 0.0, 0.0, 0.0, 0.0, 0.0]), "{auto_pad}");
    }
}

#[test]
fn a_clip_that_leaves_no_numbers_is_refused() {
    for clip in [-1.0, f32::NAN] {
        let nodes = vec![with(node("RNN", &["x", "w", "r"], &["y"]), "clip", Attribute::Float(clip))];
        let model = model(nodes, vec![port("x", ElementType::F32, None)], vec![port("y", ElementType::F32, None)]);
        let model = Model {
            constants: ["w", "r"].map(|name| (name.to_owned(), floats(&[1, 1, 1], vec![1.0]))).into_iter().collect(),
            ..model
        };
        let error = CpuModel::new(&model).err().unwrap().to_string();
        assert!(error.contains("is below 0"), "{error}");
    }
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

/// A missing cell is not the first category.
#[test]
fn what_is_no_number_becomes_the_least_integer_and_no_category() {
    let x = || floats(&[2], vec![f32::NAN, 0.5]);
    let cast = |to: i64| given(vec![with(node("Cast", &["x"], &["y"]), "to", Attribute::Int(to))], &[], x());
    assert_eq!(cast(6).data(), &Data::I32(vec![i32::MIN, 0]));
    assert_eq!(cast(7).data(), &Data::I64(vec![i64::MIN, 0]));
    let double = with(node("Cast", &["x"], &["d"]), "to", Attribute::Int(11));
    let again = with(node("Cast", &["d"], &["y"]), "to", Attribute::Int(7));
    assert_eq!(given(vec![double, again], &[], x()).data(), &Data::I64(vec![i64::MIN, 0]));
    let encoder = with(node("OneHotEncoder", &["x"], &["y"]), "cats_int64s", Attribute::Ints(vec![0, i64::MIN]));
    assert_eq!(given(vec![encoder.clone()], &[], x()), floats(&[2, 2], vec![0.0, 0.0, 1.0, 0.0]));
    let strict = with(encoder, "zeros", Attribute::Int(0));
    let model = model(vec![strict], vec![port("x", ElementType::F32, None)], vec![port("y", ElementType::F32, None)]);
    let refused = CpuModel::new(&model).unwrap().run(vec![("x".into(), x())]).unwrap_err().to_string();
    assert!(refused.contains("a category that it does not know"), "{refused}");
}

/// As onnxruntime 1.31 has it.
#[test]
fn what_is_missing_is_clipped_to_nothing() {
    let nodes = vec![
        node("Clip", &["x", "low", "high"], &["c"]),
        node("IsNaN", &["c"], &["missing"]),
        node("Where", &["missing", "seven", "c"], &["y"]),
    ];
    let constants = [("low", 0.0), ("high", 6.0), ("seven", 7.0)].map(|(name, value)| (name, floats(&[], vec![value])));
    let y = given(nodes, &constants, floats(&[4], vec![f32::NAN, -1.0, 2.0, 9.0]));
    assert_eq!(y, floats(&[4], vec![7.0, 0.0, 2.0, 6.0]));
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
