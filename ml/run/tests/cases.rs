//! Models as people bring them, each made after public reports of one kind of trouble (`cases/README.md`), from file to
//! prediction: against what onnxruntime said, and against what a person would rightly expect.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod models;

use std::path::{Path, PathBuf};

use ml_run::output::names::NO_CLASS;
use ml_run::{Gpus, Predicted, Session, Watch};
use ml_task::{Context, EngineChoice, FieldKind};
use models::strings;
use pollster::block_on;

/// A table as lists of cells, the header apart.
struct Cells {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Cells {
    fn of(text: &str) -> Self {
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        Self { header: lines.next().unwrap(), rows: lines.collect() }
    }

    /// The column `name`, or those called `name[0]`, `name[1]`, …, as numbers.
    fn numbers(&self, name: &str) -> Vec<Vec<f64>> {
        let wanted = |column: &str| column == name || column.starts_with(&format!("{name}["));
        let places: Vec<usize> = (0..self.header.len()).filter(|&at| wanted(&self.header[at])).collect();
        assert!(!places.is_empty(), "{name} is none of {:?}", self.header);
        self.rows.iter().map(|row| places.iter().map(|&at| row[at].parse().unwrap()).collect()).collect()
    }

    fn column(&self, name: &str) -> Vec<&str> {
        let at = self.header.iter().position(|column| column == name).unwrap();
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }
}

struct ToTheEnd;

impl Watch for ToTheEnd {
    async fn progress(&mut self, _: u64, _: u64) -> bool {
        true
    }
}

fn place(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder)
}

fn text(folder: &str, file: &str) -> String {
    std::fs::read_to_string(place(folder).join(file)).unwrap()
}

fn open(folder: &str, model: &str, classes: Option<&[&str]>) -> Session {
    let context = Context { classes: classes.map(strings), ..Context::default() };
    let file = std::fs::read(place(folder).join(model)).unwrap();
    Session::open(file, &context).unwrap_or_else(|error| panic!("{folder}/{model}: {error}"))
}

fn run(session: &mut Session, table: &str, label: Option<&str>) -> Predicted {
    let (mut none, mut watch) = (Gpus::none("There is none in this test."), ToTheEnd);
    let done = session.table(table.as_bytes(), label, EngineChoice::Cpu, &mut none, &mut watch);
    block_on(done).unwrap().unwrap()
}

/// What a model says of the folder's `input.csv`: predictions and scores of each row.
fn said(folder: &str, model: &str, classes: Option<&[&str]>, label: Option<&str>) -> (Predicted, Cells) {
    let predicted = run(&mut open(folder, model, classes), &text(folder, "input.csv"), label);
    let cells = Cells::of(std::str::from_utf8(&predicted.csv).unwrap());
    (predicted, cells)
}

/// Compares what a model says, the label or number and its scores, with columns of onnxruntime's answer.
fn agrees(folder: &str, model: &str, answer: &str, label: Option<&str>, scores: Option<&str>) {
    let (_, cells) = said(folder, model, None, None);
    let wanted = Cells::of(&text(folder, answer));
    assert_eq!(cells.rows.len(), wanted.rows.len(), "{folder}/{model}");
    if let Some(label) = label {
        assert_eq!(cells.column("prediction"), wanted.column(label), "{folder}/{model}");
    }
    let Some(scores) = scores else { return };
    for (at, (row, wanted)) in cells.rows.iter().zip(wanted.numbers(scores)).enumerate() {
        let from = if wanted.len() == 1 { 0 } else { 1 };
        let found: Vec<f64> = row[from..].iter().map(|cell| cell.parse().unwrap()).collect();
        assert_eq!(found.len(), wanted.len(), "{folder}/{model}, row {at}");
        for (found, wanted) in found.iter().zip(&wanted) {
            assert!((found - wanted).abs() < 1e-4, "{folder}/{model}, row {at}: {found} instead of {wanted}");
        }
    }
}

#[test]
fn minus_one_is_a_label_of_anomaly_detectors() {
    for (model, answer) in [("model.onnx", "outputs.csv"), ("oneclass.onnx", "oneclass.csv")] {
        let wanted = Cells::of(&text("minus-one-labels", answer));
        for classes in [None, Some(&["-1", "1"][..])] {
            let (predicted, cells) = said("minus-one-labels", model, classes, None);
            assert_eq!(cells.column("prediction"), wanted.column("label"), "{model}");
            let names: Vec<&str> =
                predicted.classes.iter().map(|&at| predicted.names[usize::from(at)].as_str()).collect();
            assert_eq!(names, wanted.column("label"), "{model}");
        }
    }
}

#[test]
fn labels_that_count_from_zero_number_the_tables_classes() {
    let table = text("zero-based-classes", "input.csv");
    let mut session = open("zero-based-classes", "model.onnx", Some(&["1", "2", "3"]));
    let predicted = run(&mut session, &table, Some("class"));
    let revealed = text("zero-based-classes", "revealed-predictions.csv");
    let places: Vec<u16> = revealed.lines().map(|class| class.parse::<u16>().unwrap() - 1).collect();
    assert_eq!(predicted.classes, places);
    let truth = Cells::of(&table);
    let right = truth.column("class").iter().zip(revealed.lines()).filter(|(one, other)| **one == *other).count();
    assert_eq!(predicted.correct, Some(right as u64));
    let mut session = open("zero-based-classes", "minus-one.onnx", Some(&["-1", "1"]));
    let predicted = run(&mut session, &table, Some("class"));
    let revealed = text("zero-based-classes", "minus-one-revealed.csv");
    let places: Vec<u16> = revealed.lines().map(|class| u16::from(class == "1")).collect();
    assert_eq!(predicted.classes, places);
}

#[test]
fn the_scores_are_found_behind_an_embedding() {
    let right = text("embedding-first", "right-labels.txt");
    let (_, cells) = said("embedding-first", "model.onnx", Some(&["ant", "bee", "cat"]), None);
    assert_eq!(cells.column("prediction"), right.lines().collect::<Vec<_>>());
    // By name and origin where nobody says how many classes there are.
    agrees("embedding-first", "model.onnx", "outputs.csv", None, Some("predictions"));
}

#[test]
fn scores_that_are_an_output_each_stand_by_their_classes() {
    agrees("zipmap-columns", "model.onnx", "outputs.csv", Some("label"), Some("probabilities"));
    let (_, cells) = said("zipmap-columns", "model.onnx", Some(&["malignant", "benign"]), None);
    // As the classifier lists them.
    assert_eq!(cells.header, ["prediction", "benign", "malignant"]);
}

#[test]
fn true_and_false_are_labels() {
    agrees("bool-output", "model.onnx", "outputs.csv", Some("is_spam"), None);
    let wanted = Cells::of(&text("bool-output", "outputs.csv"));
    let wanted: Vec<bool> = wanted.column("is_spam").iter().map(|cell| *cell == "True").collect();
    // The second class is what true means, unless the classes say otherwise.
    for (classes, truth) in [(["ham", "spam"], "spam"), (["FALSE", "TRUE"], "TRUE"), (["yes", "no"], "yes")] {
        let (predicted, cells) = said("bool-output", "model.onnx", Some(&classes), None);
        assert_eq!(cells.column("prediction").iter().map(|cell| *cell == truth).collect::<Vec<_>>(), wanted);
        assert!(predicted.classes.iter().all(|&class| class < 2));
    }
    // Of three classes it names none.
    let (predicted, _) = said("bool-output", "model.onnx", Some(&["a", "b", "c"]), None);
    assert_eq!(predicted.names[..4], ["a", "b", "c", "True"]);
    assert!(predicted.classes.iter().all(|&class| class >= 3 && class != NO_CLASS));
}

#[test]
fn quantised_models() {
    for model in ["float32", "qdq", "qoperator"] {
        let answer = format!("{model}.csv");
        agrees("quantised", &format!("{model}.onnx"), &answer, None, Some("logits"));
    }
    agrees("quantised", "model.onnx", "outputs.csv", None, Some("logits"));
}

#[test]
fn a_text_pipeline_has_one_text_field() {
    let session = open("tfidf-text", "model.onnx", None);
    assert_eq!(session.card().fields.len(), 1);
    assert_eq!(session.card().fields[0].kind, FieldKind::Text);
    agrees("tfidf-text", "model.onnx", "outputs.csv", Some("label"), Some("probabilities"));
}

#[test]
fn recurrent_networks() {
    agrees("lstm", "model.onnx", "outputs.csv", None, Some("logits"));
    agrees("lstm", "gru.onnx", "gru.csv", None, Some("logits"));
}

#[test]
fn a_branch_that_shapes_decide() {
    agrees("if-squeeze", "model.onnx", "outputs.csv", None, Some("logits"));
}

#[test]
fn a_masked_column() {
    agrees("scatter-nonzero", "model.onnx", "outputs.csv", None, Some("logits"));
}

#[test]
fn columns_whose_names_exporters_change() {
    let session = open("non-ascii-columns", "model.onnx", None);
    let names: Vec<&str> = session.card().fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, Cells::of(&text("non-ascii-columns", "input.csv")).header);
    agrees("non-ascii-columns", "model.onnx", "outputs.csv", Some("label"), Some("probabilities"));
}

#[test]
fn one_probability_stands_for_two_classes() {
    agrees("single-probability", "model.onnx", "outputs.csv", None, Some("p_spam"));
    let right = text("single-probability", "right-labels.txt");
    let (_, cells) = said("single-probability", "model.onnx", Some(&["ham", "spam"]), None);
    assert_eq!(cells.column("prediction"), right.lines().collect::<Vec<_>>());
}

#[test]
fn boosted_trees_as_their_makers_export_them() {
    for folder in ["catboost", "xgboost-base-score"] {
        agrees(folder, "model.onnx", "outputs.csv", Some("label"), Some("probabilities"));
        agrees(folder, "three.onnx", "three.csv", Some("label"), Some("probabilities"));
    }
    agrees("lightgbm-categories", "model.onnx", "outputs.csv", Some("label"), Some("probabilities"));
}

#[test]
fn a_model_exported_with_one_row_predicts_six() {
    agrees("baked-batch", "model.onnx", "outputs.csv", None, Some("logits"));
}

#[test]
fn a_picture_of_bytes_with_its_channels_last() {
    let session = open("keras-nhwc", "model.onnx", None);
    let picture = session.card().picture.clone().unwrap();
    assert_eq!((picture.width, picture.height, picture.channels), (14, 14, 1));
    agrees("keras-nhwc", "model.onnx", "outputs.csv", None, Some("Identity:0"));
}

#[test]
fn one_network_in_six_opsets() {
    for opset in [8, 11, 13, 17, 20, 23] {
        agrees("opset-spread", &format!("opset{opset}.onnx"), "outputs.csv", None, Some("scores"));
    }
}
