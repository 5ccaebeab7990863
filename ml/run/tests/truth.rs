//! A table's true labels beside what a model says that calls the classes otherwise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod models;

use ml_onnx::{Attribute, Domain, ElementType, Model};
use ml_run::Predicted;
use models::{floats, model, node, onnx, port, strings};

/// Scores alone, as PyTorch and Keras export a classifier: the highest of three columns is the class.
fn scores() -> Model {
    model(vec![floats("x", &[3])], vec![onnx("Softmax", &["x"], &["y"])], vec![floats("y", &[3])])
}

/// The position alone.
fn positions() -> Model {
    let last =
        node(Domain::Onnx, "ArgMax", &["x"], &["y"], &[("axis", Attribute::Int(1)), ("keepdims", Attribute::Int(0))]);
    model(vec![floats("x", &[3])], vec![last], vec![port("y", ElementType::I64, &[])])
}

/// What comes of a table whose rows are one class each, the highest of three numbers, with these labels.
fn judged(model: Model, rows: &[(usize, &str)]) -> Predicted {
    let mut text = "a,b,c,kind\n".to_owned();
    for (class, label) in rows {
        let cells = (0..3).map(|at| if at == *class { "9" } else { "1" }).collect::<Vec<_>>();
        text.push_str(&format!("{},{label}\n", cells.join(",")));
    }
    models::predicted(model, &text, Some("kind")).unwrap()
}

#[test]
fn classes_that_are_only_numbered_are_the_tables_labels_in_order() {
    let flowers = [(2, "virginica"), (0, "setosa"), (1, "versicolor"), (1, "setosa")];
    let counted = [(2, "3"), (0, "1"), (1, "2"), (1, "1")];
    for make in [scores, positions] {
        for (rows, names) in [(flowers, ["setosa", "versicolor", "virginica"]), (counted, ["1", "2", "3"])] {
            let predicted = judged(make(), &rows);
            assert_eq!(predicted.correct, Some(3));
            assert_eq!(predicted.names, strings(&names));
            assert_eq!((predicted.classes, predicted.truth), (vec![2, 0, 1, 1], vec![2, 0, 1, 0]));
            let called = predicted.called.unwrap();
            assert!(called.contains(&format!("“{}”, “{}”, “{}”", names[0], names[1], names[2])), "{called}");
        }
    }
}

#[test]
fn labels_that_are_called_alike_are_compared_as_they_are() {
    let predicted = judged(scores(), &[(2, "2"), (0, "0"), (1, "2")]);
    assert_eq!((predicted.correct, predicted.called), (Some(2), None));
    // A label that the model does not know, beside all that it knows, is one that it cannot say.
    let predicted = judged(scores(), &[(2, "2"), (0, "0"), (1, "1"), (1, "3")]);
    assert_eq!((predicted.correct, predicted.called), (Some(3), None));
}

#[test]
fn labels_that_cannot_be_matched_are_not_counted_as_wrong() {
    // Two of three classes: which two, nobody says.
    let predicted = judged(scores(), &[(0, "setosa"), (1, "versicolor")]);
    assert_eq!((predicted.correct, predicted.truth.len()), (None, 0));
    let called = predicted.called.unwrap();
    assert!(called.contains("“setosa”, “versicolor”") && called.contains("otherwise"), "{called}");
    // A model that names its classes, and a table that numbers them.
    let named = models::with_metadata(scores(), &[("modelmarket.classes", r#"["ash","elm","oak"]"#)]);
    assert_eq!(judged(named.clone(), &[(0, "0"), (1, "1"), (2, "2")]).correct, None);
    assert_eq!(judged(named, &[(0, "ash"), (1, "oak"), (2, "fir")]).correct, Some(1));
}
