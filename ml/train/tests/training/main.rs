//! What training promises, whatever the algorithm.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod engine;
#[cfg(feature = "gpu")]
mod gpu;
#[path = "../promise/mod.rs"]
mod promise;
mod tables;

use std::future::{Future, ready};

use ml_task::{Algorithm, Point, TrainOptions};
use ml_train::{Cells, Column, Table, TrainError, Unwatched, Watch, train_blocking};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
use tables::{ALL, classes, evenly, fit, table};

#[test]
fn trees_have_the_bytes_they_have_in_a_browser() {
    promise::trees_have_the_bytes_of_their_seed();
}

#[test]
fn networks_are_those_of_a_browser_but_for_rounding() {
    promise::networks_are_those_of_their_seed();
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (table, labels) = table(300, 8, true);
    for algorithm in ALL {
        let options = TrainOptions { rounds: 8, ..TrainOptions::new(algorithm, classes(3)) };
        let bytes = |options: &TrainOptions| {
            let trained = fit(&table, &labels, &table, options, &mut Unwatched);
            (trained.model.to_bytes(), trained.probabilities)
        };
        let first = bytes(&options);
        assert_eq!(first, bytes(&options));
        assert_ne!(first, bytes(&TrainOptions { seed: 2, ..options }));
    }
}

/// Labels that nothing tells: a model that goes on learns them by heart, and the validation part says so early.
#[test]
fn training_ends_early_where_nothing_can_be_learned() {
    let (table, _) = table(400, 9, false);
    let mut source = ChaCha8Rng::seed_from_u64(10);
    let labels: Vec<u16> = (0..400).map(|_| (source.next_u32() % 2) as u16).collect();
    for algorithm in [Algorithm::Mlp, Algorithm::Trees] {
        let options =
            TrainOptions { rounds: 500, patience: 7, validation: 0.25, ..TrainOptions::new(algorithm, classes(2)) };
        let mut points: Vec<Point> = Vec::new();
        let trained = fit(&table, &labels, &table, &options, &mut points);
        let lowest = points.iter().map(|point| point.validation_loss.unwrap()).fold(f32::MAX, f32::min);
        assert_eq!(trained.summary.best.validation_loss, Some(lowest));
        assert_eq!(points.len() as u32, trained.summary.best.round + 7, "{algorithm:?}");
        assert!(!trained.summary.stopped);
    }
}

/// Ends training after some rounds, or after some pauses.
struct Impatient {
    rounds: u32,
    pauses: u32,
}

impl Watch for Impatient {
    fn progress(&mut self, point: &Point) -> impl Future<Output = bool> {
        ready(point.round < self.rounds)
    }

    fn pause(&mut self) -> impl Future<Output = bool> {
        self.pauses = self.pauses.saturating_sub(1);
        ready(self.pauses > 0)
    }
}

#[test]
fn a_stop_keeps_the_best_so_far() {
    let (table, labels) = table(300, 11, false);
    for algorithm in ALL {
        let options = TrainOptions { validation: 0.2, ..TrainOptions::new(algorithm, classes(3)) };
        let stopped = fit(&table, &labels, &table, &options, &mut Impatient { rounds: 4, pauses: u32::MAX });
        assert!(stopped.summary.stopped && stopped.summary.best.round <= 4, "{:?}", stopped.summary);
        // At once, where the first round is not over: that round is waited for, so that there is a model.
        let at_once = fit(&table, &labels, &table, &options, &mut Impatient { rounds: 99, pauses: 1 });
        assert!(at_once.summary.stopped && at_once.summary.best.round == 1, "{:?}", at_once.summary);
    }
}

/// Rows kept aside are told as the model says them that has not seen them: as many are right as the curve of its round says.
#[test]
fn what_is_said_of_rows_kept_aside_is_what_was_counted() {
    let (table, labels) = table(300, 17, true);
    for algorithm in ALL {
        for validation in [0.0, 0.3] {
            let options = TrainOptions { validation, rounds: 12, ..TrainOptions::new(algorithm, classes(3)) };
            let trained = fit(&table, &labels, &table, &options, &mut Unwatched);
            let (rows, right) = (trained.kept_aside.len(), trained.kept_aside.iter().filter(|(t, p)| t == p).count());
            assert_eq!(rows as u64, trained.summary.validation_rows);
            let expected = trained.summary.best.validation_accuracy;
            assert_eq!(expected, (rows > 0).then(|| (right as f64 / rows as f64) as f32), "{algorithm:?}");
        }
    }
}

/// Where rows are few, all of them are learned from in the end; a stop in that leaves what was there before.
#[test]
fn a_stop_in_the_last_pass_keeps_what_was_there_before() {
    let (table, labels) = table(200, 13, false);
    for algorithm in ALL {
        let options = TrainOptions { rounds: 6, ..TrainOptions::new(algorithm, classes(3)) };
        let whole = fit(&table, &labels, &table, &options, &mut Unwatched);
        let count = 1 << 20;
        let mut counting = Impatient { rounds: u32::MAX, pauses: count };
        fit(&table, &labels, &table, &options, &mut counting);
        let pauses = count - counting.pauses;
        let stopped = fit(&table, &labels, &table, &options, &mut Impatient { rounds: u32::MAX, pauses: pauses - 1 });
        assert!(stopped.summary.stopped && !whole.summary.stopped);
        assert_eq!(stopped.summary.best.round, whole.summary.best.round);
        assert_ne!(stopped.probabilities, whole.probabilities);
    }
}

#[test]
fn balanced_classes_find_more_of_the_rare_one() {
    let mut source = ChaCha8Rng::seed_from_u64(12);
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for row in 0..1_000 {
        let rare = row % 12 == 0;
        labels.push(u16::from(rare));
        // Sums of four even numbers, one deviation apart.
        values.push((0..4).map(|_| evenly(&mut source)).sum::<f32>() + if rare { 0.6 } else { 0.0 });
    }
    let table = Table::new(vec![Column { name: "value".into(), cells: Cells::Numbers(values) }]).unwrap();
    for algorithm in ALL {
        let recall = |balance| {
            let options = TrainOptions { balance, rounds: 40, ..TrainOptions::new(algorithm, classes(2)) };
            let trained = fit(&table, &labels, &table, &options, &mut Unwatched);
            let found = trained.predictions.iter().zip(&labels).filter(|(found, label)| (**found, **label) == (1, 1));
            found.count() as f64 / labels.iter().filter(|label| **label == 1).count() as f64
        };
        let (plain, balanced) = (recall(false), recall(true));
        assert!(plain < 0.3 && balanced > 0.5, "{algorithm:?}: {plain} without, {balanced} with balance");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_loss_of_trees_never_rises_in_small_steps(
        rows in 20_usize..200, seed: u64, kinds in 2_usize..4, depth in 1_u32..6,
    ) {
        let (table, labels) = table(rows, seed, true);
        let labels: Vec<u16> = labels.iter().map(|label| (*label).min(kinds as u16 - 1)).collect();
        prop_assume!(labels.iter().any(|label| *label != labels[0]));
        let options = TrainOptions {
            rounds: 40, validation: 0.0, learning_rate: 0.02, depth,
            ..TrainOptions::new(Algorithm::Trees, classes(kinds))
        };
        let mut points: Vec<Point> = Vec::new();
        fit(&table, &labels, &table, &options, &mut points);
        prop_assert_eq!(points.len(), 40);
        for pair in points.windows(2) {
            prop_assert!(pair[1].train_loss <= pair[0].train_loss + 1e-6, "{:?}", pair);
        }
        prop_assert!(points[39].train_loss < points[0].train_loss || depth == 0 || points[0].train_loss == points[39].train_loss);
    }
}

#[test]
fn a_network_learns_what_no_line_parts() {
    let (a, b): (Vec<f32>, Vec<f32>) = (0..400).map(|k| ((k % 20) as f32, (k / 20) as f32)).unzip();
    let labels: Vec<u16> = a.iter().zip(&b).map(|(a, b)| u16::from((*a < 6.5) == (*b < 6.5))).collect();
    let column = |name: &str, cells| Column { name: name.into(), cells: Cells::Numbers(cells) };
    let table = Table::new(vec![column("a", a), column("b", b)]).unwrap();
    let accuracy = |algorithm| {
        let trained = fit(&table, &labels, &table, &TrainOptions::new(algorithm, classes(2)), &mut Unwatched);
        trained.predictions.iter().zip(&labels).filter(|(found, wanted)| found == wanted).count()
    };
    assert!(accuracy(Algorithm::Logistic) < 300);
    assert!(accuracy(Algorithm::Mlp) > 380);
    assert!(accuracy(Algorithm::Trees) > 380);
}

#[test]
fn what_cannot_be_trained_is_said() {
    let csv = "id,v,label\nq,1,a\nw,2,b\ne,3,a\nr,4,b\nt,5,a\nz,6,b\nu,7,a\ni,8,b\no,9,a\np,10,b\n";
    let test = "id,v\nx,1\n";
    let options = |algorithm| TrainOptions::new(algorithm, vec!["a".into(), "b".into()]);
    let trained = train_blocking(csv.as_bytes(), test.as_bytes(), &options(Algorithm::Logistic)).unwrap();
    let dropped: Vec<&str> = trained.dropped.iter().map(|dropped| dropped.name.as_str()).collect();
    assert_eq!(dropped, ["id"]);
    assert_eq!(trained.model.metadata["modelmarket.columns"], r#"["v"]"#);
    assert_eq!((trained.predictions.len(), trained.summary.test_rows), (1, 1));

    let error = |options: &TrainOptions| train_blocking(csv.as_bytes(), test.as_bytes(), options).unwrap_err();
    let fast = TrainOptions { learning_rate: 1e38, ..options(Algorithm::Mlp) };
    assert_eq!(error(&fast), TrainError::Diverged { round: 1, rate: 1e38 });
    let much = TrainOptions { validation: 0.6, ..options(Algorithm::Mlp) };
    assert_eq!(error(&much).to_string(), "The share kept for validation is 0.6; choose 0 to 0.5.");
    let none = TrainOptions { rounds: 0, ..options(Algorithm::Trees) };
    assert_eq!(error(&none).to_string(), "The number of rounds is 0; choose 1 to 1,000,000.");
    let one = "v,label\n1,a\n2,a\n";
    let only = train_blocking(one.as_bytes(), b"v\n1\n", &options(Algorithm::Trees)).unwrap_err();
    assert_eq!(only, TrainError::OneClass);
}

/// Pixels say what white is, other columns do not.
#[test]
fn pictures_say_what_white_is() {
    let header: Vec<String> = (0..16).map(|pixel| format!("p{pixel}")).chain(["label".into()]).collect();
    let row = |k: usize| -> String {
        let pixels: Vec<String> =
            (0..16).map(|pixel| if pixel == k % 16 { "255".into() } else { "0".into() }).collect();
        format!("{},{}\n", pixels.join(","), if k % 16 < 8 { "up" } else { "down" })
    };
    let rows: String = (0..64).map(row).collect();
    let train = format!("{}\n{rows}", header.join(","));
    let test = format!("{}\n{}", header[..16].join(","), row(3).rsplit_once(',').unwrap().0);
    let options = TrainOptions { licence: Some("CC0-1.0".into()), ..TrainOptions::new(Algorithm::Mlp, Vec::new()) };
    let trained = train_blocking(train.as_bytes(), test.as_bytes(), &options).unwrap();
    assert_eq!(trained.model.metadata["modelmarket.brightest"], "255");
    assert_eq!(trained.model.metadata["modelmarket.classes"], r#"["down","up"]"#);
    assert_eq!(trained.model.metadata["licence"], "CC0-1.0");
    assert_eq!(trained.predictions, [1]);
}
