//! A model that was trained here is run on what it was trained on: training and running read the same table alike.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use dataset::{GAPS, in_class_order, survey};
use ml_run::{Gpus, Session, Watch};
use ml_task::{Algorithm, Context, EngineChoice, Input, TrainOptions};
use ml_train::{Trained, train_blocking};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

/// Tables of each algorithm.
const TABLES: usize = 12;

struct ToTheEnd;

impl Watch for ToTheEnd {
    async fn progress(&mut self, _: u64, _: u64) -> bool {
        true
    }
}

/// Runs the trained model, as its file says it, on a table; compares each row with what training predicted for it.
fn runs_as_trained(trained: &Trained, table: &str) -> Result<(), String> {
    let mut session = Session::open(trained.model.to_bytes(), &Context::default()).map_err(|e| e.to_string())?;
    let (mut gpus, mut watch) = (Gpus::default(), ToTheEnd);
    let running = session.table(table.as_bytes(), None, EngineChoice::Cpu, &mut gpus, &mut watch);
    let predicted = pollster::block_on(running).map_err(|e| e.to_string())?.expect("nobody ends it");
    if predicted.classes.len() != trained.predictions.len() {
        return Err(format!("{} rows were trained on, {} run", trained.predictions.len(), predicted.classes.len()));
    }
    let csv = String::from_utf8(predicted.csv).unwrap();
    let classes = trained.probabilities.len() / trained.predictions.len();
    for (row, line) in csv.lines().skip(1).enumerate() {
        // No class of these tests has a comma.
        let scores: Vec<f32> = line.split(',').skip(1).map(|score| score.parse().unwrap()).collect();
        let expected = &trained.probabilities[row * classes..(row + 1) * classes];
        if scores.len() != classes || scores.iter().zip(expected).any(|(a, b)| (a - b).abs() > 1e-4) {
            return Err(format!("row {} has the scores {scores:?} and not {expected:?}", row + 1));
        }
    }
    Ok(())
}

fn cell(text: &str, quoted: bool) -> String {
    if quoted || text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into() }
}

/// A table of two columns of numbers and one of texts, as people write them: with the label as its last column, without
/// it, and the labels.
fn table(source: &mut ChaCha8Rng) -> (String, String, BTreeSet<String>) {
    let mut below = |limit: usize| source.next_u32() as usize % limit;
    let labels: &[&str] = [&["10", "9", "-2"][..], &["b", "a", "C"], &["1.0", "0"], &["low", "10"]][below(4)];
    let (mut train, mut test) = (String::from("width,length,colour,label\n"), String::from("width,length,colour\n"));
    let mut found = BTreeSet::new();
    for row in 0..40 {
        let mut cells = Vec::new();
        let mut sum = 0.0;
        for column in 0..2 {
            let value = below(81) as f64 / 4.0 - 10.0;
            sum += value;
            let text = match below(10) {
                0 => GAPS[below(GAPS.len())].to_owned(),
                1 => GAPS[below(GAPS.len())].to_uppercase(),
                2 if value >= 0.0 => format!("+{value}"),
                3 => format!("{value:e}"),
                4 => format!(" {value} "),
                5 => format!("{value:.3}"),
                6 => format!("{value}E0"),
                7 if value >= 0.0 => format!("00{value}"),
                _ => value.to_string(),
            };
            // One cell in forty is not enough to make texts of a column.
            let text = if row == 20 + column { ["x", "inf", "1e39", "1,5", "-nan"][below(5)].to_owned() } else { text };
            cells.push(cell(&text, below(5) == 0));
        }
        let colour = ["red", "None", "a;b", "x \"y\", z", " blue", ""][below(6)];
        cells.push(cell(colour, below(5) == 0));
        test.push_str(&cells.join(","));
        test.push('\n');
        // Every label occurs twice, and most follow from the numbers.
        let label =
            if row < 2 * labels.len() { row % labels.len() } else { usize::from(sum > 0.0) + usize::from(sum > 8.0) };
        let label = labels[label.min(labels.len() - 1)];
        found.insert(label.to_owned());
        train.push_str(&format!("{},{label}\n", cells.join(",")));
    }
    (train, test, found)
}

#[test]
fn training_and_running_read_the_same_tables_alike() {
    let given = std::env::var("MODELMARKET_SEED").ok().map(|text| text.parse().expect("MODELMARKET_SEED is a number"));
    let seed = given.unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64);
    println!("MODELMARKET_SEED={seed}");
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    for _ in 0..TABLES {
        for algorithm in [Algorithm::Logistic, Algorithm::Trees] {
            let (train, test, labels) = table(&mut source);
            let options = TrainOptions { rounds: 5, ..TrainOptions::new(algorithm, Vec::new()) };
            let trained = train_blocking(train.as_bytes(), test.as_bytes(), &options)
                .unwrap_or_else(|error| panic!("MODELMARKET_SEED={seed}: {error}\n{train}"));
            let order = in_class_order(labels.into_iter().collect());
            let named: Vec<String> = serde_json::from_str(&trained.model.metadata["modelmarket.classes"]).unwrap();
            assert_eq!(named, order, "MODELMARKET_SEED={seed}\n{train}");
            let surveyed = survey(train.as_bytes(), None, &Default::default()).unwrap();
            let prepared: Vec<&str> = surveyed.report.classes.iter().map(|class| class.name.as_str()).collect();
            assert_eq!(prepared, order, "MODELMARKET_SEED={seed}\n{train}");
            if let Err(why) = runs_as_trained(&trained, &test) {
                panic!("MODELMARKET_SEED={seed}, {algorithm:?}: {why}\n{test}");
            }
        }
    }
}

/// What is no number is read as in training, but not in silence.
#[test]
fn cells_that_are_no_numbers_are_told_of() {
    let (mut train, mut test) = (String::from("a,b,label\n"), String::from("a,b\n"));
    for row in 0..50 {
        let a = if row == 7 || row == 30 { "5 cm".to_owned() } else { row.to_string() };
        train.push_str(&format!("{a},{row},{}\n", if row > 20 { "yes" } else { "no" }));
        test.push_str(&format!("{a},{row}\n"));
    }
    let options = TrainOptions { rounds: 5, ..TrainOptions::new(Algorithm::Logistic, Vec::new()) };
    let trained = train_blocking(train.as_bytes(), test.as_bytes(), &options).unwrap();
    let mut session = Session::open(trained.model.to_bytes(), &Context::default()).unwrap();
    let (mut gpus, mut watch) = (Gpus::default(), ToTheEnd);
    let running = session.table(test.as_bytes(), None, EngineChoice::Cpu, &mut gpus, &mut watch);
    let unread = pollster::block_on(running).unwrap().unwrap().ran.unread;
    let expected = "2 cells are no numbers and were read as missing, as in training. The first: Line 9, column 1 (“a”), \
                    “5 cm”.";
    assert_eq!(unread.as_deref(), Some(expected));
    // Whoever types it into a form is told at once.
    let typed = Input::Fields(vec!["5 cm".into(), "3".into()]);
    let error = pollster::block_on(session.predict(&typed, EngineChoice::Cpu, &mut gpus)).unwrap_err().to_string();
    assert_eq!(error, "“a”: “5 cm” is not a number.");
    let left_out = Input::Fields(vec![String::new(), "3".into()]);
    assert!(pollster::block_on(session.predict(&left_out, EngineChoice::Cpu, &mut gpus)).is_ok());
}

/// Before there was one list of gaps, such a model could be trained but not run on the table that it was trained on.
#[test]
fn a_model_can_be_reproduced_on_a_table_that_says_none() {
    for gap in ["none", "None", "NONE"] {
        let (mut train, mut test) = (String::from("a,b,label\n"), String::from("a,b\n"));
        for row in 0..30 {
            let (a, b) = (row * 7 % 13, row * 5 % 11);
            let a = if row % 6 == 0 { gap.to_owned() } else { a.to_string() };
            train.push_str(&format!("{a},{b},{}\n", if b > 5 { "yes" } else { "no" }));
            test.push_str(&format!("{a},{b}\n"));
        }
        for algorithm in [Algorithm::Logistic, Algorithm::Mlp, Algorithm::Trees] {
            let options = TrainOptions { rounds: 5, ..TrainOptions::new(algorithm, Vec::new()) };
            let trained = train_blocking(train.as_bytes(), test.as_bytes(), &options).unwrap();
            assert_eq!(runs_as_trained(&trained, &test), Ok(()), "{gap}, {algorithm:?}");
        }
    }
}
