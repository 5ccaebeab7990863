//! Whole numbers that may not fit 32 bits, and positions that may lie outside, are refused, as the CPU computes them
//! otherwise or refuses them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{close, floats, integers, model, node, run};
use ml_gpu::GpuError;
use ml_onnx::{Attribute, Data, Domain, ElementType, Node, Tensor};

const I64: i64 = 7;

fn cast(from: &str, to: &str, element: i64) -> Node {
    node("Cast", &[from], &[to], &[("to", Attribute::Int(element))])
}

/// What a model of the input `x` gives as `y`.
fn given(nodes: Vec<Node>, constants: &[(&str, Tensor)], element: ElementType, x: Tensor) -> Result<Tensor, GpuError> {
    let inputs = [("x", &x)];
    run(&model(nodes, &inputs, constants, &[("y", element)]), &inputs).map(|mut outputs| outputs.remove("y").unwrap())
}

/// Why a model is refused.
fn why(nodes: Vec<Node>, constants: &[(&str, Tensor)], element: ElementType, x: Tensor) -> String {
    match given(nodes, constants, element, x) {
        Err(GpuError::Unsupported { why, .. } | GpuError::Value { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

fn list() -> [(&'static str, Tensor); 1] {
    [("list", floats(&[3], vec![10.0, 20.0, 30.0]))]
}

#[test]
fn positions_that_are_given_are_looked_at() {
    let gather = || vec![node("Gather", &["list", "x"], &["y"], &[])];
    let of = |positions: Vec<i64>| given(gather(), &list(), ElementType::F32, integers(&[positions.len()], positions));
    close(&of(vec![0, 2, -1, -3]).unwrap(), &[4], &[10.0, 30.0, 30.0, 10.0], 0.0);
    for outside in [3, -4] {
        assert!(matches!(of(vec![0, outside]), Err(GpuError::Value { name, .. }) if name == "x"), "{outside}");
    }
    // As Keras writes it: whole numbers given as floats.
    let nodes = || vec![cast("x", "whole", I64), node("Gather", &["list", "whole"], &["y"], &[])];
    let of = |positions: Vec<f32>| given(nodes(), &list(), ElementType::F32, floats(&[positions.len()], positions));
    close(&of(vec![1.0, 2.9]).unwrap(), &[2], &[20.0, 30.0], 0.0);
    assert!(of(vec![1.0, f32::NAN]).is_err() && of(vec![1.0, 3.0]).is_err());
    // A place of one row for each row, the column of a table.
    let nd = || vec![node("GatherND", &["table", "x"], &["y"], &[])];
    let table = [("table", floats(&[1, 3], vec![1.0, 2.0, 3.0]))];
    let of = |places: Vec<i64>| given(nd(), &table, ElementType::F32, integers(&[places.len() / 2, 2], places));
    close(&of(vec![0, 2, 0, 1]).unwrap(), &[2], &[3.0, 2.0], 0.0);
    assert!(of(vec![0, 2, 1, 1]).is_err());
}

#[test]
fn positions_that_are_computed_are_refused_unless_they_are_chosen_among_as_many() {
    let nodes = vec![node("Add", &["x", "one"], &["more"], &[]), node("Gather", &["list", "more"], &["y"], &[])];
    let constants = [&list()[..], &[("one", Tensor::new(vec![], Data::I32(vec![1])).unwrap())]].concat();
    let x = Tensor::new(vec![1], Data::I32(vec![0])).unwrap();
    assert!(why(nodes, &constants, ElementType::F32, x).contains("outside"));
    let best = || {
        let arg_max =
            node("ArgMax", &["x"], &["best"], &[("axis", Attribute::Int(1)), ("keepdims", Attribute::Int(0))]);
        vec![arg_max, node("Gather", &["list", "best"], &["y"], &[])]
    };
    let y = given(best(), &list(), ElementType::F32, floats(&[2, 3], vec![0.0, 0.0, 1.0, 0.0, 1.0, 0.0])).unwrap();
    close(&y, &[2], &[30.0, 20.0], 0.0);
    assert!(why(best(), &list(), ElementType::F32, floats(&[1, 4], vec![0.0; 4])).contains("outside"));
    let nodes = vec![node("Gather", &["x", "at"], &["y"], &[])];
    let at = [("at", integers(&[1], vec![2]))];
    assert!(given(nodes.clone(), &at, ElementType::F32, floats(&[3], vec![0.0; 3])).is_ok());
    assert!(why(nodes, &at, ElementType::F32, floats(&[2], vec![0.0; 2])).contains("outside"));
}

#[test]
fn whole_numbers_of_64_bits_are_computed_where_they_fit_32() {
    let square = || vec![node("Mul", &["x", "x"], &["y"], &[])];
    let sentence = why(square(), &[], ElementType::I64, integers(&[1], vec![3]));
    assert!(sentence.contains("32 bits"), "{sentence}");
    // Those of 32 bits wrap around here as there.
    let short = Tensor::new(vec![1], Data::I32(vec![1 << 16])).unwrap();
    assert_eq!(given(square(), &[], ElementType::I32, short).unwrap().data(), &Data::I32(vec![0]));
    // Labels of -1 and 1 from a condition.
    let signs = vec![
        node("Greater", &["x", "zero"], &["above"], &[]),
        cast("above", "whole", I64),
        node("Mul", &["whole", "two"], &["twice"], &[]),
        node("Sub", &["twice", "one"], &["y"], &[]),
    ];
    let constants =
        [("zero", floats(&[], vec![0.0])), ("one", integers(&[], vec![1])), ("two", integers(&[], vec![2]))];
    let y = given(signs, &constants, ElementType::I64, floats(&[2], vec![-0.5, 0.5])).unwrap();
    assert_eq!(y.data(), &Data::I64(vec![-1, 1]));
    let nodes = vec![node("Exp", &["x"], &["large"], &[]), cast("large", "y", I64)];
    assert!(why(nodes, &[], ElementType::I64, floats(&[1], vec![1.0])).contains("32 bits"));
    let nodes = || vec![cast("x", "y", I64)];
    let y = given(nodes(), &[], ElementType::I64, floats(&[2], vec![-2.5, 3e8])).unwrap();
    assert_eq!(y.data(), &Data::I64(vec![-2, 300_000_000]));
    assert!(given(nodes(), &[], ElementType::I64, floats(&[1], vec![3e9])).is_err());
}

#[test]
fn whole_numbers_are_not_divided_by_what_may_be_zero() {
    let nodes = |by: &str| vec![node("Div", &["x", by], &["y"], &[])];
    let x = || Tensor::new(vec![2], Data::I32(vec![7, -7])).unwrap();
    let by = |value: i32| [("by", Tensor::new(vec![], Data::I32(vec![value])).unwrap())];
    assert_eq!(given(nodes("by"), &by(2), ElementType::I32, x()).unwrap().data(), &Data::I32(vec![3, -3]));
    assert!(why(nodes("by"), &by(0), ElementType::I32, x()).contains("by 0"));
    assert!(why(nodes("x"), &[], ElementType::I32, x()).contains("by 0"));
}

#[test]
fn features_beside_each_other_are_cut_and_filled() {
    let dimensions = [("inputdimensions", Attribute::Ints(vec![1, 3]))];
    let node = Node { domain: Domain::Ml, ..node("FeatureVectorizer", &["x", "x"], &["y"], &dimensions) };
    let y = given(vec![node], &[], ElementType::F32, floats(&[2, 2], vec![1.0, 2.0, 3.0, 4.0])).unwrap();
    close(&y, &[2, 4], &[1.0, 1.0, 2.0, 0.0, 3.0, 3.0, 4.0, 0.0], 0.0);
}

#[test]
fn what_is_no_number_becomes_the_least_and_is_not_clipped() {
    let y = given(vec![cast("x", "y", 6)], &[], ElementType::I32, floats(&[2], vec![f32::NAN, -1.5])).unwrap();
    assert_eq!(y.data(), &Data::I32(vec![i32::MIN, -1]));
    let clip = vec![node("Clip", &["x", "low"], &["y"], &[])];
    let y =
        given(clip, &[("low", floats(&[], vec![0.0]))], ElementType::F32, floats(&[2], vec![f32::NAN, -1.5])).unwrap();
    assert!(y.as_f32().is_some_and(|values| values[0].is_nan() && values[1] == 0.0), "{y:?}");
}
