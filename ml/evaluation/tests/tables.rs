//! Rows that are kept aside, tables that are written again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use dataset::{DatasetError, Part};
use ml_evaluation::{Confusion, Importance, Paired, Rows, Spread, folds, importance::sample, order};

const TABLE: &str = "size,\"of, what\",label\n1,\"a \"\"b\"\"\",x\n,c,\"y, z\"\n3,,x\n";

fn rows(text: &str) -> Rows {
    Rows::read(text.as_bytes(), Part::Training).unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_table_is_written_as_it_was_read() {
    let table = rows(TABLE);
    assert_eq!((table.count(), table.names()), (3, &["size", "of, what", "label"].map(str::to_owned)[..]));
    assert_eq!(text(table.part(&[0, 1, 2])), TABLE);
    assert_eq!(text(table.part(&[2])), "size,\"of, what\",label\n3,,x\n");
    let classes = ["x", "y, z"].map(str::to_owned);
    assert_eq!(table.labels(&classes), Some(vec![0, 1, 0]));
    assert_eq!(table.labels(&classes[..1]), None);
    // An empty cell that is a whole row stays one.
    let single = rows("a\n1\n\n3\n");
    assert_eq!(rows(&text(single.part(&[1, 0]))).count(), 2);
    assert_eq!(Rows::read(b"", Part::Test), Err(DatasetError::Empty { part: Part::Test }));
}

#[test]
fn one_column_is_shuffled_and_no_other() {
    let table = rows("a,b\n1,x\n2,y\n3,z\n4,w\n");
    assert_eq!(text(table.shuffled(&[0, 1, 3], 0, &[2, 0, 1])), "a,b\n4,x\n1,y\n2,w\n");
    assert_eq!(text(table.shuffled(&[0, 1, 3], 1, &[2, 0, 1])), "a,b\n1,w\n2,x\n4,y\n");
}

#[test]
fn orders_are_permutations_that_differ_by_column_and_repetition() {
    let all: Vec<u32> = (0..50).collect();
    let orders = [order(50, 1, 0, 0), order(50, 1, 0, 1), order(50, 1, 1, 0), order(50, 2, 0, 0)];
    for (at, drawn) in orders.iter().enumerate() {
        let mut sorted = drawn.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, all);
        assert!(orders[..at].iter().all(|other| other != drawn), "order {at} is another's");
    }
    assert_eq!(order(50, 1, 0, 0), orders[0]);
}

#[test]
fn of_large_and_wide_tables_few_rows_are_looked_at() {
    assert_eq!(sample(100, 784, 1), (0..100).collect::<Vec<u32>>());
    assert_eq!(sample(5_000, 10, 1).len(), 2_000);
    assert_eq!(sample(5_000, 784, 1).len(), 510);
    let drawn = sample(5_000, 100_000, 1);
    assert!(drawn.len() == 200 && drawn.is_sorted() && drawn.iter().any(|row| *row > 2_500), "{drawn:?}");
}

#[test]
fn folds_are_of_equal_size_as_a_whole_and_in_each_class() {
    let labels: Vec<u16> = (0..103).map(|row| if row % 10 == 0 { 2 } else { row % 2 }).collect();
    for (count, seed) in [(5, 1), (10, 1), (5, 2)] {
        let fold = folds(&labels, count, seed);
        for class in [None, Some(0), Some(1), Some(2)] {
            let size = |which| {
                let pairs = fold.iter().zip(&labels);
                pairs.filter(|(at, label)| **at == which && class.is_none_or(|class| **label == class)).count()
            };
            let sizes: Vec<usize> = (0..count).map(size).collect();
            assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{class:?}: {sizes:?}");
        }
        assert_eq!(folds(&labels, count, seed), fold);
    }
    assert_ne!(folds(&labels, 5, 1), folds(&labels, 5, 2));
}

#[test]
fn spreads_and_falls() {
    assert_eq!(Spread::of(&[]), None);
    assert_eq!(Spread::of(&[0.5]), Some(Spread { mean: 0.5, deviation: 0.0 }));
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares 32.
    let spread = Spread::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
    assert!(spread.mean == 5.0 && (spread.deviation - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12, "{spread:?}");
    let fall = Importance::of(3, 90, &[80, 70], 100).unwrap();
    assert!((fall.fall.mean - 0.15).abs() < 1e-12 && fall.column == 3, "{fall:?}");
    assert_eq!(Importance::of(3, 90, &[], 100), None);
}

#[test]
fn rows_without_a_class_are_left_out() {
    let counted = Confusion::of(2, [(0, 0), (0, usize::from(u16::MAX)), (7, 1), (1, 0)]);
    assert_eq!((counted.rows(), counted.left_out(), counted.right()), (2, 2, 1));
    assert_eq!((counted.count(0, 5), counted.count(5, 0)), (0, 0));
}

#[test]
fn rows_that_tell_two_models_apart_are_counted() {
    let paired = Paired::of(&[1, 1, 0, 0, 2], &[1, 0, 0, 1, 2], &[1, 1, 1, 0, 0]);
    assert_eq!(paired, Paired { first: 2, second: 2, rows: 5 });
    assert_eq!(paired.chance(), 1.0);
}
