//! What exporters leave in models, from model to prediction.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod models;

use ml_onnx::{Attribute, Domain, ElementType, Model};
use models::{floats, model, node, onnx, port, predicted, texts, whole, with_constants};

/// The first column of a CSV of predictions, without its header.
fn said(csv: &[u8]) -> Vec<&str> {
    std::str::from_utf8(csv).unwrap().lines().skip(1).map(|line| line.split(',').next().unwrap()).collect()
}

/// As ML.NET writes a binary classifier: every column of the table is an input, and all come back.
fn with_columns_given_back() -> Model {
    let inputs =
        vec![port("Label", ElementType::Bool, &[1]), floats("Size", &[1]), floats("Age", &[1]), floats("Limit", &[1])];
    let nodes = vec![
        onnx("Identity", &["Label"], &["Label.output"]),
        onnx("Identity", &["Age"], &["Age.output"]),
        onnx("Greater", &["Size", "Limit"], &["big"]),
        onnx("Identity", &["big"], &["PredictedLabel.output"]),
    ];
    let outputs = vec![
        port("Label.output", ElementType::Bool, &[1]),
        floats("Age.output", &[1]),
        port("PredictedLabel.output", ElementType::Bool, &[1]),
    ];
    model(inputs, nodes, outputs)
}

#[test]
fn columns_that_a_model_only_gives_back_are_neither_asked_for_nor_read_as_its_answer() {
    // The label that was read in says the opposite; a gap is in a column that nothing is made of.
    let table = "Label,Size,Limit,Age\nTrue,0.5,1,\nFalse,2,1,7\n";
    assert_eq!(said(&predicted(with_columns_given_back(), table, None).unwrap().csv), ["False", "True"]);
    let table = "Limit,Size\n1,0.5\n1,2\n";
    assert_eq!(said(&predicted(with_columns_given_back(), table, None).unwrap().csv), ["False", "True"]);
    // A model that does nothing else keeps what it gives back.
    let same = model(vec![floats("x", &[2])], vec![onnx("Identity", &["x"], &["y"])], vec![floats("y", &[2])]);
    assert_eq!(said(&predicted(same, "a,b\n1,2\n2,1\n", None).unwrap().csv), ["1", "0"]);
}

#[test]
fn results_of_several_rows_in_one_are_told_apart_by_running_row_by_row() {
    // PyTorch's `view(1, -1)`, exported with one row and any number of them.
    let nodes = vec![onnx("Softmax", &["x"], &["p"]), onnx("Reshape", &["p", "shape"], &["y"])];
    let model = model(vec![floats("x", &[2])], nodes, vec![floats("y", &[0])]);
    let model = with_constants(model, vec![("shape", whole(&[2], &[1, -1]))]);
    let table = "a,b\n1,2\n3,1\n0,5\n";
    assert_eq!(said(&predicted(model, table, None).unwrap().csv), ["1", "0", "1"]);
}

/// A column of texts to one score for each category, as scikit-learn's OneHotEncoder is exported.
fn encoder(zeros: i64) -> Model {
    let attributes = [("cats_strings", texts(&["a", "nan"])), ("zeros", Attribute::Int(zeros))];
    let nodes = vec![
        node(Domain::Ml, "OneHotEncoder", &["kind"], &["encoded"], &attributes),
        onnx("Softmax", &["encoded"], &["y"]),
    ];
    model(vec![port("kind", ElementType::String, &[1])], nodes, vec![floats("y", &[1, 2])])
}

#[test]
fn a_missing_text_is_what_training_made_of_it() {
    // `str(float("nan"))`
    let table = "kind\na\nNA\nnan\n\"\"\n";
    for zeros in [0, 1] {
        assert_eq!(said(&predicted(encoder(zeros), table, None).unwrap().csv), ["0", "1", "1", "1"]);
    }
}

#[test]
fn a_text_that_the_model_refuses_is_named_by_line_and_column() {
    let table = "kind\na\nb\n";
    let sentence = predicted(encoder(0), table, None).unwrap_err().to_string();
    assert!(sentence.starts_with("Line 3, column 1 (“f1”): “b” is none of the texts"), "{sentence}");
    assert!(predicted(encoder(1), table, None).is_ok());
}
