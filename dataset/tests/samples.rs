//! The sample data sets, split with a fixed seed: the same files natively and, by `wasm.rs`, in a browser.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod sample_vectors;

use dataset::{ReadOptions, task::SurveyOptions};
use sample_vectors::{expected, measured};

/// Which rows are drawn is part of the protocol: whoever changes this file makes wallets and files of older bounties
/// give another ground truth. `MODELMARKET_BLESS=1` rewrites it.
#[test]
fn the_sample_data_sets_are_split_as_recorded() {
    if std::env::var_os("MODELMARKET_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/samples.json");
        std::fs::write(path, serde_json::to_string_pretty(&measured()).unwrap() + "\n").unwrap();
        return;
    }
    assert_eq!(measured(), expected());
}

/// Tables that come with the page are ordinary: nothing is put right in them.
#[test]
fn tables_that_come_with_the_page_are_read_as_they_stand() {
    let mut open = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../public/datasets"))];
    let mut seen = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "csv") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let read = |table| {
            let options = SurveyOptions { table, ..SurveyOptions::default() };
            // Tables to learn together from have numbers where others have classes.
            let report = dataset::survey(&bytes, None, &options).map(|surveyed| surveyed.report);
            report.map(|report| (report.features, report.label, report.classes, report.rows))
        };
        assert_eq!(read(ReadOptions::default()), read(ReadOptions::as_it_stands()), "{}", path.display());
        seen += 1;
    }
    assert!(seen > 5, "only {seen} tables were read");
}
