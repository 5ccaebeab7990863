//! Shapes of values before anything runs: published examples, folded computations, and overflows in untrusted models.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use ml_onnx::shapes::{Known, ShapeError, Shapes, infer};
use ml_onnx::{Attribute, Data, Dim, Domain, ElementType, Model, Node, Port, Tensor};

fn node(operator: &str, inputs: &[&str], outputs: &[&str], attributes: &[(&str, Attribute)]) -> Node {
    let names = |list: &[&str]| list.iter().map(|n| (*n).to_owned()).collect();
    Node {
        name: format!("the {operator}"),
        domain: Domain::Onnx,
        operator: operator.to_owned(),
        inputs: names(inputs),
        outputs: names(outputs),
        attributes: attributes.iter().map(|(n, a)| ((*n).to_owned(), a.clone())).collect(),
    }
}

fn ints(values: &[i64]) -> Attribute {
    Attribute::Ints(values.to_vec())
}

fn integers(values: &[i64]) -> Tensor {
    Tensor::new(vec![values.len()], Data::I64(values.to_vec())).unwrap()
}

/// A model with one float input "x" and the output "y".
fn model(nodes: Vec<Node>, dims: Option<Vec<Dim>>, constants: &[(&str, Tensor)]) -> Model {
    Model {
        opset: 17,
        ml_opset: 3,
        inputs: vec![Port { name: "x".into(), element: ElementType::F32, dims }],
        outputs: vec![Port { name: "y".into(), element: ElementType::F32, dims: None }],
        nodes,
        constants: constants.iter().map(|(n, t)| ((*n).to_owned(), t.clone())).collect(),
        ..Model::default()
    }
}

fn told(model: &Model, shape: &[usize]) -> Result<Shapes, ShapeError> {
    infer(model, &BTreeMap::from([("x".to_owned(), Known::new(ElementType::F32, shape.to_vec()))]))
}

fn shape_of(nodes: Vec<Node>, constants: &[(&str, Tensor)], shape: &[usize]) -> Vec<usize> {
    told(&model(nodes, None, constants), shape).unwrap().values["y"].shape.clone()
}

fn zeros(shape: &[usize]) -> Tensor {
    Tensor::new(shape.to_vec(), Data::F32(vec![0.0; shape.iter().product()])).unwrap()
}

#[test]
fn convolutions_and_pools_follow_the_specification() {
    // The examples of ONNX's own tests: a 7 by 5 picture with a kernel of 3 by 3.
    let conv = |attributes: &[(&str, Attribute)]| {
        shape_of(vec![node("Conv", &["x", "w"], &["y"], attributes)], &[("w", zeros(&[1, 1, 3, 3]))], &[1, 1, 7, 5])
    };
    assert_eq!(conv(&[("strides", ints(&[2, 2])), ("pads", ints(&[1, 1, 1, 1]))]), [1, 1, 4, 3]);
    assert_eq!(conv(&[("strides", ints(&[2, 2]))]), [1, 1, 3, 2]);
    assert_eq!(conv(&[("strides", ints(&[2, 2])), ("pads", ints(&[1, 0, 1, 0]))]), [1, 1, 4, 2]);
    let same = Attribute::Text(b"SAME_LOWER".to_vec());
    assert_eq!(conv(&[("auto_pad", same), ("strides", ints(&[2, 2]))]), [1, 1, 4, 3]);
    assert_eq!(conv(&[("dilations", ints(&[2, 2]))]), [1, 1, 3, 1]);
    let pool = |attributes: &[(&str, Attribute)], shape: &[usize]| {
        shape_of(vec![node("MaxPool", &["x"], &["y"], attributes)], &[], shape)
    };
    let ceil = [("kernel_shape", ints(&[3, 3])), ("strides", ints(&[2, 2])), ("ceil_mode", Attribute::Int(1))];
    assert_eq!(pool(&ceil, &[1, 1, 4, 4]), [1, 1, 2, 2]);
    assert_eq!(pool(&[("kernel_shape", ints(&[5, 5])), ("strides", ints(&[3, 3]))], &[1, 3, 32, 32]), [1, 3, 10, 10]);
    let transposed = [("strides", ints(&[3, 2])), ("output_padding", ints(&[1, 1]))];
    let nodes = vec![node("ConvTranspose", &["x", "w"], &["y"], &transposed)];
    assert_eq!(shape_of(nodes, &[("w", zeros(&[1, 2, 3, 3]))], &[1, 1, 3, 3]), [1, 2, 10, 8]);
}

#[test]
fn normalisations_have_a_value_for_each_channel() {
    let norm = |operator: &str, inputs: &[&str], length: usize, shape: &[usize]| {
        let nodes = vec![node(operator, inputs, &["y"], &[])];
        told(&model(nodes, None, &[("c", zeros(&[length]))]), shape).map(|shapes| shapes.values["y"].shape.clone())
    };
    let batch = ["x", "c", "c", "c", "c"];
    assert_eq!(norm("BatchNormalization", &batch, 3, &[2, 3, 4, 4]).unwrap(), [2, 3, 4, 4]);
    assert_eq!(norm("BatchNormalization", &batch, 1, &[7]).unwrap(), [7], "one dimension is a batch of one channel");
    norm("BatchNormalization", &batch, 7, &[7]).unwrap_err();
    norm("BatchNormalization", &batch, 4, &[2, 3, 4, 4]).unwrap_err();
    norm("BatchNormalization", &batch, 1, &[]).unwrap_err();
    norm("BatchNormalization", &batch, 3, &[0, 3, 4, 4]).unwrap_err();
    let instance = ["x", "c", "c"];
    assert_eq!(norm("InstanceNormalization", &instance, 3, &[2, 3, 4]).unwrap(), [2, 3, 4]);
    for (length, shape) in [(3, &[2, 3][..]), (2, &[2]), (1, &[]), (4, &[2, 3, 4])] {
        norm("InstanceNormalization", &instance, length, shape).unwrap_err();
    }
    assert_eq!(norm("LRN", &["x"], 1, &[1, 5, 5, 5]).unwrap(), [1, 5, 5, 5]);
    norm("LRN", &["x"], 1, &[5]).unwrap_err();
    assert_eq!(norm("LayerNormalization", &["x", "c", "c"], 4, &[2, 3, 4]).unwrap(), [2, 3, 4]);
    norm("LayerNormalization", &["x", "c"], 3, &[2, 3, 4]).unwrap_err();
    norm("LayerNormalization", &["x", "c"], 4, &[2, 3, 1]).unwrap_err();
    norm("LayerNormalization", &["x", "c"], 4, &[0, 3, 4]).unwrap_err();
}

#[test]
fn a_window_needs_something_to_move_over() {
    let attributes = [("kernel_shape", ints(&[2, 2])), ("auto_pad", Attribute::Text(b"SAME_UPPER".to_vec()))];
    let pooled = |shape: &[usize]| {
        let pool = node("AveragePool", &["x"], &["y"], &attributes);
        told(&model(vec![pool], None, &[]), shape).map(|shapes| shapes.values["y"].shape.clone())
    };
    assert_eq!(pooled(&[1, 1, 3, 3]).unwrap(), [1, 1, 3, 3]);
    assert_eq!(pooled(&[0, 1, 3, 3]).unwrap(), [0, 1, 3, 3], "no pictures are fine");
    pooled(&[1, 1, 0, 3]).unwrap_err();
}

/// What multiplies nothing may be any number; what is larger than a tensor is refused.
#[test]
fn windows_stay_within_what_can_be_counted() {
    let far = 1_i64 << 40;
    let conv = |kernel: [usize; 2], attributes: &[(&str, Attribute)]| {
        let nodes = vec![node("Conv", &["x", "w"], &["y"], attributes)];
        let model = model(nodes, None, &[("w", zeros(&[1, 1, kernel[0], kernel[1]]))]);
        told(&model, &[1, 1, 4, 4]).map(|shapes| shapes.values["y"].shape.clone())
    };
    assert_eq!(conv([1, 1], &[("dilations", ints(&[far, far]))]).unwrap(), [1, 1, 4, 4]);
    assert_eq!(conv([4, 4], &[("strides", ints(&[far, far]))]).unwrap(), [1, 1, 1, 1]);
    let same = ("auto_pad", Attribute::Text(b"SAME_UPPER".to_vec()));
    assert_eq!(conv([2, 2], std::slice::from_ref(&same)).unwrap(), [1, 1, 4, 4]);
    conv([2, 2], &[same, ("dilations", ints(&[1 << 20, 1 << 20]))]).unwrap_err();
    conv([2, 2], &[("pads", ints(&[1 << 20, 1 << 20, 0, 0]))]).unwrap_err();
    let pool = |size: i64| {
        let attributes = [("kernel_shape", ints(&[size, size])), ("auto_pad", Attribute::Text(b"SAME_UPPER".to_vec()))];
        told(&model(vec![node("MaxPool", &["x"], &["y"], &attributes)], None, &[]), &[1, 1, 4, 4])
    };
    pool(3).unwrap();
    pool(1 << 40).unwrap_err();
}

#[test]
fn nothing_cannot_be_stretched() {
    let resized = |sizes: &[i64], shape: &[usize]| {
        let nodes = vec![node("Resize", &["x", "", "", "sizes"], &["y"], &[])];
        told(&model(nodes, None, &[("sizes", integers(sizes))]), shape).map(|shapes| shapes.values["y"].shape.clone())
    };
    assert_eq!(resized(&[1, 4], &[1, 2]).unwrap(), [1, 4]);
    assert_eq!(resized(&[0, 4], &[0, 2]).unwrap(), [0, 4]);
    resized(&[1, 4], &[1, 0]).unwrap_err();
    resized(&[0, 4], &[0, 0]).unwrap_err();
}

#[test]
fn nothing_is_not_summed() {
    let made = |nodes: Vec<Node>, constants: &[(&str, Tensor)], shape: &[usize]| {
        told(&model(nodes, None, constants), shape).map(|shapes| shapes.values["y"].shape.clone())
    };
    let product = || vec![node("MatMul", &["x", "w"], &["y"], &[])];
    assert_eq!(made(product(), &[("w", zeros(&[3, 2]))], &[0, 3]).unwrap(), [0, 2], "no rows are fine");
    made(product(), &[("w", zeros(&[0, 2]))], &[4, 0]).unwrap_err();
    made(vec![node("Gemm", &["x", "w"], &["y"], &[])], &[("w", zeros(&[0, 2]))], &[4, 0]).unwrap_err();
    made(vec![node("Conv", &["x", "w"], &["y"], &[])], &[("w", zeros(&[4, 0, 3, 3]))], &[1, 0, 5, 5]).unwrap_err();
    made(vec![node("ConvTranspose", &["x", "w"], &["y"], &[])], &[("w", zeros(&[0, 4, 3, 3]))], &[1, 0, 5, 5])
        .unwrap_err();
    made(vec![node("GlobalAveragePool", &["x"], &["y"], &[])], &[], &[1, 2, 0, 5]).unwrap_err();
    let sum = |equation: &str, inputs: &[&str]| {
        vec![node("Einsum", inputs, &["y"], &[("equation", Attribute::Text(equation.as_bytes().to_vec()))])]
    };
    made(sum("ij,jk->ik", &["x", "w"]), &[("w", zeros(&[0, 2]))], &[4, 0]).unwrap_err();
    // What lies between is larger than what goes in and comes out.
    made(sum("i,j,k,i->i", &["x", "w", "w", "x"]), &[("w", zeros(&[2_000]))], &[2_000]).unwrap_err();
}

#[test]
fn bounds_are_numbers() {
    let clipped = |shape: &[usize]| {
        told(&model(vec![node("Clip", &["x", "low"], &["y"], &[])], None, &[("low", zeros(shape))]), &[5, 4])
    };
    clipped(&[]).unwrap();
    clipped(&[1]).unwrap();
    clipped(&[1, 1, 1]).unwrap_err();
    clipped(&[4]).unwrap_err();
}

#[test]
fn engines_need_room_beside_values() {
    let peak = |operator: &str, weights: &[usize]| {
        let model = model(vec![node(operator, &["x", "w"], &["y"], &[])], None, &[("w", zeros(weights))]);
        told(&model, &[1, 1, 64, 64]).map(|shapes| shapes.peak_bytes)
    };
    // Each of 64 x 64 pixels times 16 x 16 weights.
    assert!(peak("ConvTranspose", &[1, 1, 16, 16]).unwrap() >= 4 * 4_096 * 256);
    told(
        &model(vec![node("ConvTranspose", &["x", "w"], &["y"], &[])], None, &[("w", zeros(&[1, 1, 64, 64]))]),
        &[1, 1, 1_024, 1_024],
    )
    .unwrap_err();
}

#[test]
fn a_target_shape_computed_from_the_batch_is_known() {
    // As PyTorch writes x.view(x.size(0), -1).
    let nodes = vec![
        node("Shape", &["x"], &["s"], &[]),
        node("Gather", &["s", "zero"], &["n"], &[("axis", Attribute::Int(0))]),
        node("Unsqueeze", &["n", "axes"], &["n1"], &[]),
        node("Concat", &["n1", "rest"], &["target"], &[("axis", Attribute::Int(0))]),
        node("Reshape", &["x", "target"], &["y"], &[]),
    ];
    let zero = Tensor::new(Vec::new(), Data::I64(vec![0])).unwrap();
    let constants = [("zero", zero), ("axes", integers(&[0])), ("rest", integers(&[-1]))];
    let shapes = told(&model(nodes, None, &constants), &[6, 2, 5]).unwrap();
    assert_eq!(shapes.values["y"].shape, [6, 10]);
    assert_eq!(shapes.values["target"].integers(), Some(vec![6, -1]));
}

#[test]
fn sizes_computed_through_floats_are_known() {
    let nodes = vec![
        node("Shape", &["x"], &["s"], &[]),
        node("Slice", &["s", "two", "four"], &["hw"], &[]),
        node("Cast", &["hw"], &["f"], &[("to", Attribute::Int(1))]),
        node("Mul", &["f", "factor"], &["g"], &[]),
        node("Floor", &["g"], &["floored"], &[]),
        node("Cast", &["floored"], &["i"], &[("to", Attribute::Int(7))]),
        node("Concat", &["nc", "i"], &["sizes"], &[("axis", Attribute::Int(0))]),
        node("Resize", &["x", "", "", "sizes"], &["y"], &[]),
    ];
    let factor = Tensor::new(vec![1], Data::F32(vec![1.5])).unwrap();
    let constants = [("two", integers(&[2])), ("four", integers(&[4])), ("factor", factor), ("nc", integers(&[1, 3]))];
    assert_eq!(shape_of(nodes, &constants, &[1, 3, 5, 7]), [1, 3, 7, 10]);
}

#[test]
fn slices_may_run_backwards_and_over_the_ends() {
    let slice = |start: i64, end: i64, step: i64| {
        let nodes = vec![node("Slice", &["x", "a", "b", "c", "d"], &["y"], &[])];
        let constants =
            [("a", integers(&[start])), ("b", integers(&[end])), ("c", integers(&[0])), ("d", integers(&[step]))];
        shape_of(nodes, &constants, &[10])[0]
    };
    assert_eq!(slice(0, i64::MAX, 1), 10);
    assert_eq!(slice(-1, i64::MIN, -1), 10);
    assert_eq!(slice(-1, i64::MIN, i64::MIN), 1);
    assert_eq!(slice(20, 0, -1), 9);
    assert_eq!(slice(5, 2, 1), 0);
    assert_eq!(slice(1, 1000, 3), 3);
    // "For negative stepping it is clamped to [0, dims[axes[i]]-1]": the first element.
    assert_eq!(slice(-11, i64::MIN, -1), 1);
    assert_eq!(slice(-11, 0, -1), 0);
}

#[test]
fn a_first_state_is_made_for_a_number_of_rows() {
    let recurrent = |operator: &str, constants: &[(&str, Tensor)], shape: &[usize]| {
        let has = |name: &'static str| if constants.iter().any(|(other, _)| *other == name) { name } else { "" };
        let inputs = ["x", "w", "r", "", has("lengths"), has("h"), has("c")];
        let gates = if operator == "LSTM" { 4 } else { 1 };
        let weights = [("w", zeros(&[1, gates, 3])), ("r", zeros(&[1, gates, 1]))];
        told(&model(vec![node(operator, &inputs, &["y"], &[])], None, &[&weights, constants].concat()), shape)
    };
    for constants in [vec![("h", zeros(&[1, 1, 1]))], vec![("c", zeros(&[1, 1, 1]))], vec![("lengths", integers(&[5]))]]
    {
        assert_eq!(recurrent("LSTM", &constants, &[5, 1, 3]).unwrap().values["y"].shape, [5, 1, 1, 1]);
        let error = recurrent("LSTM", &constants, &[5, 2, 3]).unwrap_err();
        assert!(matches!(&error, ShapeError::Invalid { node, .. } if node == "the LSTM"), "{error}");
    }
    assert!(recurrent("RNN", &[("h", zeros(&[1, 2, 1]))], &[5, 2, 3]).is_ok());
}

#[test]
fn features_beside_each_other_may_be_cut_and_filled() {
    let vectorizer = |dimensions: &[i64]| {
        let mut node = node("FeatureVectorizer", &["x", "x"], &["y"], &[("inputdimensions", ints(dimensions))]);
        node.domain = Domain::Ml;
        told(&model(vec![node], None, &[]), &[2, 3]).map(|shapes| shapes.values["y"].shape.clone())
    };
    assert_eq!(vectorizer(&[3, 3]).unwrap(), [2, 6]);
    assert_eq!(vectorizer(&[2, 5]).unwrap(), [2, 7]);
    assert!(vectorizer(&[6]).is_err() && vectorizer(&[3, -3]).is_err());
}

#[test]
fn shapes_that_overflow_name_the_node() {
    let huge = i64::MAX / 2;
    let nodes = vec![node("Expand", &["x", "target"], &["y"], &[])];
    let error = told(&model(nodes, None, &[("target", integers(&[huge, huge]))]), &[1]).unwrap_err();
    assert!(matches!(error, ShapeError::TooLarge { .. }), "{error}");
    assert!(error.to_string().contains("the Expand"), "{error}");
    // Exactly 2^31 elements are too many, one fewer row is not.
    let expand = |rows: i64| {
        let nodes = vec![node("Expand", &["x", "target"], &["y"], &[])];
        told(&model(nodes, None, &[("target", integers(&[rows, 1 << 16]))]), &[1])
    };
    assert!(matches!(expand(1 << 15).unwrap_err(), ShapeError::TooLarge { .. }));
    assert_eq!(expand((1 << 15) - 1).unwrap().values["y"].shape, [(1 << 15) - 1, 1 << 16]);
    // A dimension of zero does not hide a product that overflows.
    let nodes = vec![node("ConstantOfShape", &["target"], &["y"], &[])];
    let error = told(&model(nodes, None, &[("target", integers(&[0, huge, huge]))]), &[1]).unwrap_err();
    assert!(matches!(error, ShapeError::TooLarge { .. }), "{error}");
    let pads = [("kernel_shape", ints(&[2])), ("pads", ints(&[i64::MAX, i64::MAX]))];
    let nodes = vec![node("MaxPool", &["x"], &["y"], &pads)];
    let error = told(&model(nodes, None, &[]), &[1, 1, 4]).unwrap_err();
    assert!(matches!(error, ShapeError::Invalid { .. } | ShapeError::TooLarge { .. }), "{error}");
}

#[test]
fn a_shape_that_depends_on_data_is_an_error() {
    let nodes = vec![
        node("Cast", &["x"], &["target"], &[("to", Attribute::Int(7))]),
        node("Reshape", &["z", "target"], &["y"], &[]),
    ];
    let error = told(&model(nodes, None, &[("z", zeros(&[4]))]), &[2]).unwrap_err();
    assert!(matches!(&error, ShapeError::DataDependent { node, .. } if node == "the Reshape"), "{error}");
}

#[test]
fn inputs_are_compared_with_the_ports() {
    let dims = Some(vec![Dim::Named("N".into()), Dim::Known(3), Dim::Named("N".into())]);
    let relu = model(vec![node("Relu", &["x"], &["y"], &[])], dims, &[]);
    assert!(told(&relu, &[2, 3, 2]).is_ok());
    for wrong in [&[2, 3, 4][..], &[2, 4, 2], &[2, 3]] {
        let error = told(&relu, wrong).unwrap_err();
        assert!(error.to_string().contains("[N, 3, N]"), "{error}");
    }
    assert!(matches!(infer(&relu, &BTreeMap::new()), Err(ShapeError::MissingInput { name }) if name == "x"));
    let extra = BTreeMap::from([
        ("x".to_owned(), Known::new(ElementType::F32, vec![2, 3, 2])),
        ("z".to_owned(), Known::new(ElementType::F32, vec![1])),
    ]);
    assert!(infer(&relu, &extra).is_err());
}

#[test]
fn memory_is_that_of_the_largest_moment() {
    // x (40 bytes) -> a (40) -> b (4) -> y (4): x and a are alive together, a and b, b and y.
    let nodes = vec![
        node("Relu", &["x"], &["a"], &[]),
        node("ReduceSum", &["a"], &["b"], &[]),
        node("Neg", &["b"], &["y"], &[]),
    ];
    let shapes = told(&model(nodes, None, &[]), &[10]).unwrap();
    assert_eq!(shapes.peak_bytes, 80);
    // One multiplication and one addition per weight and output: 2 * 3 * 4 * 5.
    let nodes = vec![node("MatMul", &["x", "w"], &["y"], &[])];
    let shapes = told(&model(nodes, None, &[("w", zeros(&[4, 5]))]), &[3, 4]).unwrap();
    assert_eq!(shapes.flops, 120);
    assert_eq!(shapes.peak_bytes, 48 + 60);
}

#[test]
fn einsum_is_told_by_its_letters() {
    let nodes =
        vec![node("Einsum", &["x", "w"], &["y"], &[("equation", Attribute::Text(b"bij, bjk -> bik".to_vec()))])];
    assert_eq!(shape_of(nodes, &[("w", zeros(&[2, 4, 5]))], &[2, 3, 4]), [2, 3, 5]);
    let nodes = vec![node("Einsum", &["x"], &["y"], &[("equation", Attribute::Text(b"...ii->...i".to_vec()))])];
    assert_eq!(shape_of(nodes, &[], &[3, 5, 5]), [3, 5]);
}
