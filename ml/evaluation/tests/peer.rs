//! Against scikit-learn, scipy and published values (`peer/measures.py`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use dataset::{Part, likely_shares};
use ml_evaluation::{Confusion, Importance, Paired, Rows, importance::sample, majority, order};
use serde_json::Value;

fn peer() -> Value {
    serde_json::from_str(include_str!("measures.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn places(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(|number| number.as_u64().unwrap() as usize).collect()
}

fn near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() < 1e-12, "{what}: {found} instead of {expected}");
}

#[test]
fn measures_are_those_of_scikit_learn() {
    for case in peer()["predictions"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let classes = case["classes"].as_u64().unwrap() as usize;
        let rows = places(&case["truth"]).into_iter().zip(places(&case["predicted"]));
        let counted = Confusion::of(classes, rows);
        for truth in 0..classes {
            for (predicted, expected) in numbers(&case["matrix"][truth]).into_iter().enumerate() {
                assert_eq!(counted.count(truth, predicted) as f64, expected, "{name}: {truth} as {predicted}");
            }
            let class = counted.class(truth);
            near(class.precision, case["precision"][truth].as_f64().unwrap(), name);
            near(class.recall, case["recall"][truth].as_f64().unwrap(), name);
            near(class.f1, case["f1"][truth].as_f64().unwrap(), name);
            assert_eq!(class.support as f64, case["support"][truth].as_f64().unwrap(), "{name}");
        }
        near(counted.accuracy(), case["accuracy"].as_f64().unwrap(), name);
        near(counted.balanced_accuracy(), case["balanced_accuracy"].as_f64().unwrap(), name);
        let means = counted.means();
        for (found, expected) in [means.precision, means.recall, means.f1].into_iter().zip(numbers(&case["means"])) {
            near(found, expected, name);
        }
    }
}

#[test]
fn the_most_frequent_class_is_that_of_the_training_data() {
    for case in peer()["majorities"].as_array().unwrap() {
        let counts: Vec<u64> = places(&case["counts"]).into_iter().map(|count| count as u64).collect();
        let found = majority(&counts, places(&case["truth"])).unwrap();
        assert_eq!(found.class as u64, case["class"].as_u64().unwrap());
        near(found.accuracy(), case["accuracy"].as_f64().unwrap(), "accuracy");
        let counted =
            Confusion::of(3, counts.iter().enumerate().flat_map(|(class, rows)| vec![(class, 0); *rows as usize]));
        let most = counted.majority().unwrap();
        assert_eq!((most.class, most.right, most.rows), (found.class, counts[found.class], counts.iter().sum()));
    }
    assert_eq!(Confusion::new(2).majority(), None);
    assert_eq!(majority(&[0, 0], [1]), None);
    assert_eq!(majority(&[], []), None);
}

#[test]
fn differences_by_chance_are_those_of_the_exact_test() {
    for case in peer()["paired"].as_array().unwrap() {
        let (first, second) = (case["first"].as_u64().unwrap(), case["second"].as_u64().unwrap());
        let (found, expected) = (Paired { first, second, rows: 10_000 }.chance(), case["chance"].as_f64().unwrap());
        assert!((found - expected).abs() < 1e-9, "{first} against {second}: {found} instead of {expected}");
    }
}

/// Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I,
/// method 3.
#[test]
fn intervals_are_those_that_were_published() {
    for (right, rows, low, high) in
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
    {
        let counted = Confusion::of(2, (0..rows).map(|row| (0, usize::from(row >= right))));
        let (from, to) = counted.interval();
        assert!((from - low).abs() < 5e-5 && (to - high).abs() < 5e-5, "{right} of {rows}: {from} to {to}");
    }
    assert_eq!(Confusion::new(3).interval(), likely_shares(0.0, 0));
}

/// A rule that looks at the first column most, at the second a little, at the third never: columns are shuffled in the
/// table, and the rule reads what is written.
#[test]
fn importance_is_that_of_scikit_learn() {
    const REPETITIONS: u32 = 500;
    let expected = &peer()["importance"];
    let truth = places(&expected["truth"]);
    let lines = expected["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| numbers(row).iter().map(f64::to_string).collect::<Vec<_>>().join(","));
    let table = format!("a,b,c\n{}\n", lines.collect::<Vec<_>>().join("\n"));
    let right = |csv: &[u8]| {
        let text = std::str::from_utf8(csv).unwrap();
        let says = |line: &str| {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            usize::from(3.0 * cells[0] + cells[1] > 0.0)
        };
        text.lines().skip(1).map(says).zip(&truth).filter(|(says, truth)| says == *truth).count() as u64
    };
    let rows = Rows::read(table.as_bytes(), Part::Test).unwrap();
    let chosen = sample(rows.count(), 3, 1);
    assert_eq!(chosen.len(), 120);
    let whole = right(&rows.part(&chosen));
    for column in 0..3 {
        let shuffled: Vec<u64> = (0..REPETITIONS)
            .map(|repetition| right(&rows.shuffled(&chosen, column, &order(120, 1, column, repetition))))
            .collect();
        let found = Importance::of(column, whole, &shuffled, 120).unwrap();
        let (mean, deviation) = (numbers(&expected["mean"])[column], numbers(&expected["deviation"])[column]);
        // Both are means of draws: five standard errors of ours.
        let error = 5.0 * deviation / f64::from(REPETITIONS).sqrt();
        assert!((found.fall.mean - mean).abs() <= error, "column {column}: {found:?} instead of {mean}");
        assert!((found.fall.deviation - deviation).abs() <= 0.2 * deviation, "column {column}: {found:?}, {deviation}");
    }
    let unseen: Vec<u64> =
        (0..5).map(|repetition| right(&rows.shuffled(&chosen, 2, &order(120, 9, 2, repetition)))).collect();
    assert_eq!(Importance::of(2, whole, &unseen, 120).unwrap().fall.mean, 0.0);
}
