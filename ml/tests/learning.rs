//! Fitting a start, and the accuracy that is kept up to date.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod generate;

use generate::{dense, sparse};
use proptest::prelude::*;
use shared_model::learn::{
    accuracy::Accuracy,
    train::{Plan, TrainError, fit},
};
use shared_model::{ClassifierKind, Form, Sample, lanes};

fn plan(kind: ClassifierKind, features: u32, classes: u16) -> Plan {
    let setting = match kind {
        ClassifierKind::DensePerceptron | ClassifierKind::SparsePerceptron => 50_000,
        ClassifierKind::NaiveBayes => 1_000_000,
        ClassifierKind::DenseCentroid | ClassifierKind::SparseCentroid => 0,
    };
    Plan { kind, features, capacity: classes, classes, setting, epochs: 20, seed: 3 }
}

/// Samples of which each class has its own features.
fn data(kind: ClassifierKind, seed: u64, rows: u64, features: u32, classes: u16) -> Vec<(Sample, u16)> {
    (0..rows)
        .map(|n| {
            let label = (n % u64::from(classes)) as u16;
            let sample = match kind.form() {
                Form::Sparse => {
                    let Sample::Sparse(mut listed) = sparse(seed + n, features, 6) else { unreachable!() };
                    listed.retain(|feature| *feature >= u32::from(classes));
                    listed.insert(0, u32::from(label));
                    Sample::Sparse(listed)
                }
                Form::Dense => {
                    let mut values = generate::unit(seed + n, features as usize - usize::from(classes));
                    values.iter_mut().for_each(|value| *value = *value * 6 / 10);
                    let mut own = vec![0; usize::from(classes)];
                    own[usize::from(label)] = 800_000;
                    own.extend(values);
                    Sample::Dense(own)
                }
            };
            (sample, label)
        })
        .collect()
}

#[test]
fn every_kind_learns_from_a_data_set() {
    for kind in ClassifierKind::ALL {
        for classes in [2, 3] {
            let rows = data(kind, 11, 400, 30, classes);
            let (train, test) = rows.split_at(300);
            let start = fit(&plan(kind, 30, classes), train).unwrap();
            assert_eq!(start.words.len(), start.shape.needed() * lanes::WORD_BYTES);
            let model = start.classifier().unwrap();
            let accuracy = Accuracy::new(&model, test.to_vec()).unwrap();
            assert!(accuracy.correct() >= 90, "{kind}, {classes} classes: {} of 100", accuracy.correct());
            assert_eq!(fit(&plan(kind, 30, classes), train).unwrap(), start, "the same again");
        }
    }
}

#[test]
fn fitted_counts_and_means_are_exact() {
    let rows = [(Sample::Sparse(vec![0, 2]), 0), (Sample::Sparse(vec![2]), 0), (Sample::Sparse(vec![1]), 1)];
    let start = fit(&plan(ClassifierKind::NaiveBayes, 3, 2), &rows).unwrap();
    assert_eq!(start.shape.headers, [2, 1]);
    assert_eq!(lanes::read(&start.words), [1, 0, 0, 1, 2, 0, 0, 0, 0, 0]);

    let rows: Vec<(Sample, u16)> = (0..7).map(|n| (dense(n, 4), (n % 2) as u16)).collect();
    let start = fit(&plan(ClassifierKind::DenseCentroid, 4, 2), &rows).unwrap();
    assert_eq!(start.shape.headers, [4, 3]);
    let found = lanes::read(&start.words);
    for feature in 0..4 {
        for (class, samples) in [(0, 4i64), (1, 3)] {
            let values = rows.iter().filter(|(_, label)| *label == class).map(|(sample, _)| match sample {
                Sample::Dense(values) => i64::from(values[feature]),
                Sample::Sparse(_) => unreachable!(),
            });
            let sum: i64 = values.sum();
            let mean = i64::from(found[usize::from(class) * 10 + feature]);
            assert!(2 * (mean * samples - sum).abs() <= samples, "{mean} is not {sum}/{samples}");
        }
    }
}

#[test]
fn what_cannot_be_fitted_is_named() {
    let plan = plan(ClassifierKind::NaiveBayes, 3, 2);
    assert_eq!(fit(&plan, &[]), Err(TrainError::NoSamples));
    let unknown = [(Sample::Sparse(vec![0]), 0), (Sample::Sparse(vec![0]), 2)];
    assert_eq!(fit(&plan, &unknown), Err(TrainError::UnknownLabel { row: 1, label: 2, classes: 2 }));
    let far = [(Sample::Sparse(vec![3]), 0)];
    assert_eq!(fit(&plan, &far), Err(TrainError::WrongSample { row: 0, features: 3 }));
    let other = [(dense(1, 3), 0)];
    assert_eq!(fit(&plan, &other), Err(TrainError::WrongSample { row: 0, features: 3 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn kept_accuracy_is_that_of_asking_every_row(
        kind in prop::sample::select(&ClassifierKind::ALL), seed in 0u64..1 << 40, classes in 2u16..4,
        labels in prop::collection::vec(0u16..4, 1..60),
    ) {
        let mut plan = plan(kind, 24, classes);
        plan.epochs = 1;
        plan.capacity = 4;
        let mut model = fit(&plan, &data(kind, seed, 20, 24, classes)).unwrap().classifier().unwrap();
        let rows = data(kind, seed + 1_000, 30, 24, classes);
        let mut accuracy = Accuracy::new(&model, rows.clone()).unwrap();
        for (n, label) in labels.iter().enumerate() {
            if *label == classes && n % 7 == 3 && model.add_class().is_ok() {
                accuracy.refresh(&model);
            }
            let label = label % classes;
            let (sample, _) = &data(kind, seed + 2_000 + n as u64, 1, 24, classes)[0];
            accuracy.teach(&mut model, sample, label).unwrap();
            let right = rows.iter().filter(|(sample, label)| model.predict(sample).unwrap() == *label).count();
            prop_assert_eq!(accuracy.correct() as usize, right);
        }
    }
}
