//! Sample models: what is submitted and published can be run, and says what it is said to say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use dataset::{DEFAULT_SHARE, SplitOptions, task::SurveyOptions};
use devchain::{
    bounty::model::{Effort, learn},
    trained::samples::{IRIS, MNIST},
};
use ml_cpu::CpuModel;
use ml_onnx::{Data, Limits, Model, Tensor};
use trained::{MAX_DESCRIPTION_LENGTH, MAX_NAME_LENGTH};

fn public(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../public").join(path)
}

/// Numbers of a CSV, row by row, without its header, and the texts of the last column where it is a label.
fn rows(csv: &str, labelled: bool) -> (Vec<Vec<f32>>, Vec<String>) {
    let mut labels = Vec::new();
    let row = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if labelled {
            labels.push(cells.pop().unwrap().to_owned());
        }
        cells.iter().map(|cell| cell.parse().unwrap()).collect()
    };
    (csv.lines().skip(1).map(row).collect(), labels)
}

/// Runs a model whose one input is `features`; its first output.
fn run(file: &[u8], rows: &[Vec<f32>]) -> Data {
    let model = CpuModel::new(&Model::read(file, &Limits::default()).unwrap()).unwrap();
    let features = Tensor::new(vec![rows.len(), rows[0].len()], Data::F32(rows.concat())).unwrap();
    let outputs = model.run(vec![("features".into(), features)]).unwrap();
    let (name, labels) = outputs.into_iter().next().unwrap();
    assert_eq!(name, "label");
    labels.into_parts().1
}

/// The columns that a model wants of every row.
fn looked_at(file: &[u8], test: &str) -> Vec<Vec<f32>> {
    let model = Model::read(file, &Limits::default()).unwrap();
    let wanted: Vec<String> = serde_json::from_str(&model.metadata["modelmarket.columns"]).unwrap();
    let header: Vec<&str> = test.lines().next().unwrap().split(',').collect();
    let places: Vec<usize> = wanted.iter().map(|name| header.iter().position(|h| h == name).unwrap()).collect();
    rows(test, false).0.iter().map(|row| places.iter().map(|&at| row[at]).collect()).collect()
}

#[test]
fn a_submitted_model_gives_its_predictions_again() {
    for file in ["breast_cancer.csv", "iris.csv", "digits.csv"] {
        let csv = std::fs::read(public("datasets").join(file)).unwrap();
        for seed in 0..3 {
            let surveyed = dataset::survey(&csv, None, &SurveyOptions::default()).unwrap();
            let options = SplitOptions { seed: [seed; 32], share_percent: DEFAULT_SHARE, stratified: true };
            let files = dataset::split(&surveyed, &csv, &options).unwrap();
            let (train, test) = (String::from_utf8(files.train).unwrap(), String::from_utf8(files.test).unwrap());
            let classes = &files.report.classes;
            let mut scores = Vec::new();
            for effort in [Effort::Poor, Effort::Good] {
                let learned = learn(&train, &test, classes, effort, Default::default()).unwrap();
                let Data::String(labels) = run(&learned.file, &looked_at(&learned.file, &test)) else {
                    panic!("names of classes")
                };
                let predicted: Vec<&String> =
                    learned.predictions.iter().map(|&class| &classes[usize::from(class)]).collect();
                assert!(labels.iter().eq(predicted), "{file}, seed {seed}, {effort:?}");
                let right = learned.predictions.iter().zip(&files.truth).filter(|(a, b)| a == b).count();
                scores.push(right as f64 / files.truth.len() as f64);
            }
            println!("{file}, seed {seed}: {scores:.3?}");
            // A sample bounty has a winner, and the winner is good.
            assert!(scores[0] < scores[1] && scores[1] > 0.85, "{file}, seed {seed}: {scores:?}");
        }
    }
}

#[test]
fn the_iris_model_tells_irises() {
    let csv = std::fs::read_to_string(public("datasets/iris.csv")).unwrap();
    let (rows, labels) = rows(&csv, true);
    let file = std::fs::read(public("models").join(IRIS.file)).unwrap();
    let Data::I64(found) = run(&file, &rows) else { panic!("XGBoost numbers its classes") };
    let model = Model::read(&file, &Limits::default()).unwrap();
    let classes: Vec<String> = serde_json::from_str(&model.metadata["modelmarket.classes"]).unwrap();
    let right = found.iter().zip(&labels).filter(|(found, label)| classes[**found as usize] == **label).count();
    assert!(right > 145, "{right} of {}", rows.len());
    let columns: Vec<String> = serde_json::from_str(&model.metadata["modelmarket.columns"]).unwrap();
    assert_eq!(columns.join(","), csv.lines().next().unwrap().rsplit_once(',').unwrap().0);
}

#[test]
fn published_samples_fit_and_name_their_licence() {
    let torch = public("../ml/conformance/models/torch/mnist_cnn.onnx");
    let mnist = std::fs::read(public("models").join(MNIST.file)).unwrap();
    assert!(mnist == std::fs::read(torch).unwrap(), "copy ml/conformance/models/torch/mnist_cnn.onnx to public/models");
    for sample in [MNIST, IRIS] {
        let file = std::fs::read(public("models").join(sample.file)).unwrap();
        assert!(file.len() < 200_000);
        let metadata = Model::read(&file, &Limits::default()).unwrap().metadata;
        assert!(metadata.contains_key("licence") && metadata.contains_key("description"), "{metadata:?}");
        assert!((1..=MAX_NAME_LENGTH).contains(&sample.name.len()));
        assert!(sample.description.len() <= MAX_DESCRIPTION_LENGTH);
    }
}
