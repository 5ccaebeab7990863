//! What an older system leaked, as scripts: there an owner without the label read it from the residuals that it was given to
//! decrypt, and the label's owner solved for whole columns of the other one. Here each owner looks at everything that it
//! receives for numbers that go with the labels, or with a column, of the other. Seeds are fixed. What it finds must be no
//! more than it finds of the same labels in another order, 10,000 of them; in builds with a planted fault the same script
//! recovers more than 99 of 100.

use mpc::{Party, Seat};
use mpc_learn::{Answer, Column, Evaluation, Metric};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore as _, SeedableRng as _};

use crate::support::{Bytes, Data, fit_by_both};

const ROWS: usize = 64;
/// Columns of a matrix that stand beside each other: those of the label's owner, ones and the label.
const MOST_BESIDE: usize = 4;
/// Less often than once in so many orders.
const ORDERS: usize = 10_000;

fn uniform(random: &mut ChaCha20Rng) -> f64 {
    f64::from(random.next_u32()) / f64::from(u32::MAX) - 0.5
}

/// Two columns each, and a label of two classes that has nothing to do with them: whatever tells of it is a leak.
fn data(seed: u64) -> Data {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut column =
        |name: &str| Column { name: name.into(), values: (0..ROWS).map(|_| uniform(&mut random)).collect() };
    let columns = [vec![column("a"), column("b")], vec![column("c"), column("d")]];
    let classes = (0..ROWS).map(|_| f64::from(random.next_u32() & 1)).collect();
    Data { columns, label: Column { name: "class".into(), values: classes } }
}

/// Of length one, around zero; nothing where all are the same.
fn normal(values: Vec<f64>) -> Option<Vec<f64>> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let length = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>().sqrt();
    (length > 0.0).then(|| values.iter().map(|value| (value - mean) / length).collect())
}

/// Everything that a seat receives which has a number for each row: one after the other, or beside others.
fn windows(data: &Data, watched: Seat, byte: u8) -> Vec<Vec<f64>> {
    let task = data.task(Evaluation::Training, &[Metric::Rmse, Metric::Mae, Metric::R2]);
    let ran = fit_by_both(&task, data, Bytes::of(byte));
    assert!(ran.seats.iter().all(|seat| matches!(seat, Ok(Answer::Fitted(_)))));
    let mut found = Vec::new();
    for sent in ran.recorded.iter().filter(|sent| sent.to == Party::Seat(watched)) {
        let words = sent.frame[4..].as_chunks::<16>().0;
        let words: Vec<f64> = words.iter().map(|word| i128::from_le_bytes(*word) as f64).collect();
        for beside in 1..=MOST_BESIDE {
            let whole = beside * (ROWS - 1) + 1;
            for from in 0..(words.len() + 1).saturating_sub(whole) {
                found.extend(normal(words[from..].iter().step_by(beside).take(ROWS).copied().collect()));
            }
        }
    }
    found
}

fn along(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>()
}

/// The window that goes best with what is looked for.
fn best<'w>(windows: &'w [Vec<f64>], target: &[f64]) -> (f64, &'w [f64]) {
    let all = windows.iter().map(|window| (along(window, target).abs(), window.as_slice()));
    all.max_by(|a, b| a.0.total_cmp(&b.0)).expect("something is received")
}

/// Whether one of so many orders of the target, which nobody has, goes as well with what is received.
fn is_chance(windows: &[Vec<f64>], target: &[f64], random: &mut ChaCha20Rng) -> bool {
    let found = best(windows, target).0;
    let mut other = target.to_vec();
    (0..ORDERS).any(|_| {
        for at in (1..other.len()).rev() {
            other.swap(at, random.next_u32() as usize % (at + 1));
        }
        windows.iter().any(|window| along(window, &other).abs() >= found)
    })
}

#[cfg(feature = "faults")]
/// The part of the labels that one reads from what goes best with them: above or below the middle.
fn labels_read(windows: &[Vec<f64>], target: &[f64]) -> f64 {
    let (_, read) = best(windows, target);
    let same = read.iter().zip(target).filter(|(read, label)| (**read > 0.0) == (**label > 0.0)).count();
    same.max(ROWS - same) as f64 / ROWS as f64
}

fn label(data: &Data) -> Vec<f64> {
    normal(data.label.values.clone()).expect("two classes")
}

fn columns(data: &Data, owner: Seat) -> Vec<Vec<f64>> {
    let own = &data.columns[usize::from(owner == Seat::Second)];
    own.iter().filter_map(|column| normal(column.values.clone())).collect()
}

#[test]
fn what_an_owner_receives_tells_nothing_of_labels_or_columns() {
    for seed in 1..=3 {
        let data = data(seed);
        let mut random = ChaCha20Rng::seed_from_u64(1_000 + seed);
        for watched in Seat::BOTH {
            let windows = windows(&data, watched, seed as u8);
            assert!(windows.len() > 100, "{}", windows.len());
            let mut targets = columns(&data, watched.other());
            targets.extend((watched == Seat::First).then(|| label(&data)));
            for (at, target) in targets.iter().enumerate() {
                let chance = is_chance(&windows, target, &mut random);
                assert!(chance, "{seed}: {watched:?} reads something of {at}: no other order goes as well");
            }
        }
    }
}

#[cfg(feature = "faults")]
#[test]
fn planted_leaks_are_read_by_the_same_script() {
    use mpc::fault::{Fault, with};
    let data = data(1);
    // Columns and labels are hidden by too little.
    for watched in Seat::BOTH {
        let windows = with(Fault::ShortMask, || windows(&data, watched, 1));
        if watched == Seat::First {
            let read = labels_read(&windows, &label(&data));
            assert!(read > 0.99, "only {read} of the labels");
            assert!(!is_chance(&windows, &label(&data), &mut ChaCha20Rng::seed_from_u64(1)));
        }
        for column in columns(&data, watched.other()) {
            let (goes, _) = best(&windows, &column);
            assert!(goes > 0.99, "{watched:?}: {goes}");
            assert!(!is_chance(&windows, &column, &mut ChaCha20Rng::seed_from_u64(1)));
        }
    }
}
