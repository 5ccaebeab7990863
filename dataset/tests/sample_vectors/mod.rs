//! What a split of the sample data sets yields, and what was recorded of it.

use dataset::{SplitOptions, task::SurveyOptions};
use protocol::{
    cid::Cid,
    commitment::{TruthFile, superhash},
};
use serde_json::{Value, json};

const SAMPLES: [(&str, &[u8]); 3] = [
    ("breast_cancer", include_bytes!("../../../public/datasets/breast_cancer.csv")),
    ("digits", include_bytes!("../../../public/datasets/digits.csv")),
    ("iris", include_bytes!("../../../public/datasets/iris.csv")),
];

/// Every sample with seed and salt 0, 1, 2, …, 31.
pub fn measured() -> Value {
    let seed: [u8; 32] = std::array::from_fn(|n| n as u8);
    let split = |(name, csv): (&str, &[u8])| {
        let surveyed = dataset::survey(csv, None, &SurveyOptions::default()).unwrap();
        let options = SplitOptions { seed, share_percent: 20, stratified: true };
        let prepared = dataset::split(&surveyed, csv, &options).unwrap();
        let classes = prepared.report.classes.len() as u16;
        let truth = TruthFile { salt: seed, labels: prepared.truth, classes }.to_bytes().unwrap();
        let warnings: Vec<String> = prepared.report.warnings.iter().map(ToString::to_string).collect();
        json!({
            "name": name,
            "source": surveyed.report.source,
            "train": prepared.report.train,
            "test": prepared.report.test,
            "classes": prepared.report.classes,
            "truth": Cid::of_block(&truth),
            "superhash": superhash(&truth),
            "warnings": warnings,
        })
    };
    Value::Array(SAMPLES.into_iter().map(split).collect())
}

pub fn expected() -> Value {
    serde_json::from_str(include_str!("../vectors/samples.json")).unwrap()
}
