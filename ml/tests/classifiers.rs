//! What the classifiers compute, held against the textbook in floating point or in exact fractions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod generate;

use generate::{dense, shape, sparse, start, unit};
use proptest::prelude::*;
use shared_model::learn::{
    Classifier, ClassifierError,
    classifier::{NEVER, best},
};
use shared_model::{ClassifierKind, Sample, lanes};

/// ln of the posterior of each class, up to a constant, as scikit-learn's MultinomialNB computes it; class priors are
/// shares of the samples.
fn naive_bayes(counts: &[Vec<u32>], samples: &[u32], alpha: f64, listed: &[u32]) -> Vec<f64> {
    let classes = counts.iter().zip(samples);
    classes
        .map(|(counts, samples)| {
            let total: f64 = counts.iter().map(|count| f64::from(*count)).sum();
            let likelihood = |feature: &u32| {
                ((f64::from(counts[*feature as usize]) + alpha) / (total + alpha * counts.len() as f64)).ln()
            };
            f64::from(*samples).ln() + listed.iter().map(likelihood).sum::<f64>()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn naive_bayes_is_the_textbooks(
        features in 5u32..60, classes in 2u16..5, alpha in 1u32..5_000_000, seed: u64,
        listed in prop::collection::btree_set(0u32..60, 1..40),
    ) {
        let listed: Vec<u32> = listed.into_iter().filter(|feature| *feature < features).collect();
        prop_assume!(!listed.is_empty());
        let mut shape = shape(ClassifierKind::NaiveBayes, features, classes, classes);
        shape.setting = alpha;
        let counts = generate::counts(seed, usize::from(classes), features as usize, 500);
        shape.headers = counts.iter().map(|counts| i64::from(1 + counts[0] * 7)).collect();
        let samples: Vec<u32> = shape.headers.iter().map(|samples| *samples as u32).collect();
        let model = start(shape, |feature, class| counts[class][feature] as i32);
        let expected = naive_bayes(&counts, &samples, f64::from(alpha) / 1e6, &listed);
        let scores = model.scores(&Sample::Sparse(listed.clone())).unwrap();
        // Numerators and denominators are both scaled by A, so that only the base of the logarithm differs.
        for (score, expected) in scores.iter().zip(&expected) {
            let found = *score as f64 / (1u64 << 32) as f64 * std::f64::consts::LN_2;
            prop_assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
        }
        let highest = expected.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        prop_assert!(highest - expected[usize::from(best(scores))] < 1e-6);
    }

    #[test]
    fn naive_bayes_counts_what_it_is_taught(
        seed: u64,
        lessons in prop::collection::vec((prop::collection::btree_set(0u32..12, 1..12), 0u16..3), 1..60),
    ) {
        let shape = shape(ClassifierKind::NaiveBayes, 12, 4, 3);
        let mut counts = generate::counts(seed, 3, 12, 9);
        let mut model = start(shape, |feature, class| counts.get(class).map_or(0, |c| c[feature] as i32));
        for (listed, label) in &lessons {
            let listed: Vec<u32> = listed.iter().copied().collect();
            model.teach(&Sample::Sparse(listed.clone()), *label).unwrap();
            for feature in listed {
                counts[usize::from(*label)][feature as usize] += 1;
            }
        }
        let taught = |class| lessons.iter().filter(|(_, label)| *label == class).count() as i64;
        prop_assert_eq!(model.headers(), (0..3).map(taught).collect::<Vec<_>>());
        let totals: Vec<u64> = counts.iter().map(|c| c.iter().map(|c| u64::from(*c)).sum()).collect();
        prop_assert_eq!(model.sums(), totals);
        prop_assert_eq!(generate::weight(&model, 5, 1), counts[1][5] as i32);
    }

    /// Each step is within half a unit of the exact mean, and never outside of what it is the mean of.
    #[test]
    fn dense_centroids_are_means_within_rounding(seed: u64, steps in 1usize..40) {
        let mut model = start(shape(ClassifierKind::DenseCentroid, 13, 2, 2), |_, _| 0);
        let mut exact = vec![0i128; 13];
        for step in 0..steps {
            let sample = dense(seed.wrapping_add(step as u64), 13);
            let Sample::Dense(values) = &sample else { unreachable!() };
            model.teach(&sample, 1).unwrap();
            for (sum, value) in exact.iter_mut().zip(values) {
                *sum += i128::from(*value);
            }
        }
        let n = steps as i128;
        prop_assert_eq!(model.headers(), vec![0, steps as i64]);
        for (feature, sum) in exact.iter().enumerate() {
            let found = i128::from(generate::weight(&model, feature, 1));
            // An error of half a unit a step, of which earlier ones shrink by n/(n+1): together at most n/4 + 1/2.
            prop_assert!((4 * (found * n - sum)).abs() <= n * (n + 2), "{found} is not {sum}/{n}");
            if steps == 1 {
                prop_assert_eq!(found, *sum);
            }
        }
    }

    #[test]
    fn the_nearest_dense_centroid_is_predicted(seed: u64, features in 1u32..40, classes in 2u16..6) {
        let mut shape = shape(ClassifierKind::DenseCentroid, features, classes, classes);
        shape.headers = vec![3; usize::from(classes)];
        shape.headers[0] = 0;
        let centroids: Vec<Vec<i32>> = (0..classes).map(|c| unit(seed ^ u64::from(c) << 32, features as usize)).collect();
        let model = start(shape, |feature, class| centroids[class][feature]);
        let sample = unit(!seed, features as usize);
        let scores = model.scores(&Sample::Dense(sample.clone())).unwrap();
        prop_assert_eq!(scores[0], NEVER);
        for (score, centroid) in scores.iter().zip(&centroids).skip(1) {
            let expected: f64 = centroid.iter().zip(&sample).map(|(c, x)| f64::from(c - x).powi(2)).sum();
            prop_assert!((-*score as f64 - expected).abs() <= expected * 1e-12);
        }
        prop_assert!(model.predict(&Sample::Dense(sample)).unwrap() > 0);
    }

    #[test]
    fn sparse_centroids_are_as_far_as_their_means_say(
        classes in 2u16..5,
        lessons in prop::collection::vec((prop::collection::btree_set(0u32..20, 1..20), 0u16..2), 4..80),
        asked in prop::collection::btree_set(0u32..20, 1..20),
    ) {
        let mut model = start(shape(ClassifierKind::SparseCentroid, 20, classes, classes), |_, _| 0);
        let mut counts = vec![vec![0f64; 20]; 2];
        let mut samples = [0f64; 2];
        for (listed, label) in &lessons {
            model.teach(&Sample::Sparse(listed.iter().copied().collect()), *label).unwrap();
            samples[usize::from(*label)] += 1.0;
            for feature in listed {
                counts[usize::from(*label)][*feature as usize] += 1.0;
            }
        }
        let asked: Vec<u32> = asked.into_iter().collect();
        let scores = model.scores(&Sample::Sparse(asked.clone())).unwrap();
        for class in 0..usize::from(classes) {
            if class >= 2 || samples[class] == 0.0 {
                prop_assert_eq!(scores[class], NEVER);
                continue;
            }
            let distance: f64 = (0..20)
                .map(|f| {
                    let x = if asked.contains(&f) { 1.0 } else { 0.0 };
                    (x - counts[class][f as usize] / samples[class]).powi(2)
                })
                .sum();
            // The number of features of the sample is left out of the score.
            let found = asked.len() as f64 - scores[class] as f64 / (1u64 << 32) as f64;
            prop_assert!((found - distance).abs() < 1e-8, "{found}, not {distance}");
        }
    }

    /// Rosenblatt: on separable data the perceptron stops making mistakes.
    #[test]
    fn a_sparse_perceptron_learns_what_can_be_separated(seed: u64, features in 8u32..40) {
        let mut model = start(shape(ClassifierKind::SparsePerceptron, features, 2, 2), |_, _| 0);
        // Feature 0 decides.
        let data: Vec<(Sample, u16)> = (0..60u64)
            .map(|n| {
                let Sample::Sparse(mut listed) = sparse(seed.wrapping_add(n), features, 6) else { unreachable!() };
                listed.retain(|feature| *feature > 1);
                listed.insert(0, (n % 2) as u32);
                (Sample::Sparse(listed), 1 - (n % 2) as u16)
            })
            .collect();
        prop_assert!(converges(&mut model, &data));
    }

    #[test]
    fn a_dense_perceptron_learns_what_can_be_separated(seed: u64, features in 2usize..20, classes in 2u16..5) {
        let mut shape = shape(ClassifierKind::DensePerceptron, features as u32 + 4, classes, classes);
        shape.setting = 100_000;
        let mut model = start(shape, |_, _| 0);
        // One of the last four features is strong, and says the class.
        let data: Vec<(Sample, u16)> = (0..60u64)
            .map(|n| {
                let label = n % u64::from(classes);
                let mut values = unit(seed.wrapping_add(n), features);
                values.iter_mut().for_each(|value| *value = *value * 6 / 10);
                values.extend([0; 4]);
                values[features + label as usize] = 800_000;
                (Sample::Dense(values), label as u16)
            })
            .collect();
        prop_assert!(converges(&mut model, &data));
    }
}

/// Whether every sample is right after at most 300 rounds.
fn converges(model: &mut Classifier, data: &[(Sample, u16)]) -> bool {
    (0..300).any(|_| data.iter().filter(|(sample, label)| model.teach(sample, *label).unwrap() != *label).count() == 0)
}

#[test]
fn a_perceptron_learns_from_mistakes_only() {
    let mut shape = shape(ClassifierKind::SparsePerceptron, 12, 2, 2);
    shape.setting = 5;
    let mut model = start(shape, |_, _| 0);
    let sample = Sample::Sparse(vec![1, 11]);
    // A margin of zero is class 0.
    assert_eq!(model.teach(&sample, 0), Ok(0));
    assert!(model.words().iter().all(|byte| *byte == 0));
    assert_eq!(model.teach(&sample, 1), Ok(0));
    assert_eq!((generate::weight(&model, 1, 0), generate::weight(&model, 11, 0), model.headers()), (5, 5, vec![5]));
    assert_eq!(model.scores(&sample), Ok(vec![-15, 15]));
    assert_eq!(model.teach(&sample, 1), Ok(1));
    assert_eq!(model.scores(&Sample::Sparse(vec![0])), Ok(vec![-5, 5]));
}

#[test]
fn steps_of_a_dense_perceptron_are_cut_toward_zero() {
    let mut shape = shape(ClassifierKind::DensePerceptron, 3, 3, 3);
    shape.setting = 300_000;
    let mut model = start(shape, |_, _| 0);
    // 0.3 · −0.999999… and 0.3 · 0.000005
    let sample = Sample::Dense(vec![-999_999, 5, -5]);
    assert_eq!(model.teach(&sample, 2), Ok(0));
    let vector = |class| [0, 1, 2].map(|feature| generate::weight(&model, feature, class));
    assert_eq!(vector(2), [-299_999, 1, -1]);
    assert_eq!(vector(0), [299_999, -1, 1]);
    assert_eq!(vector(1), [0, 0, 0]);
    assert_eq!(model.headers(), [-300_000, 0, 300_000]);
}

#[test]
fn weights_and_counts_stay_at_the_ends_of_a_lane() {
    let mut perceptron = shape(ClassifierKind::SparsePerceptron, 1, 2, 2);
    perceptron.setting = 8_000_000;
    perceptron.headers = vec![-8_388_600];
    let mut model = start(perceptron, |_, _| 8_388_600);
    assert_eq!(model.teach(&Sample::Sparse(vec![0]), 1), Ok(0));
    assert_eq!((generate::weight(&model, 0, 0), model.headers()), (lanes::MAX, vec![-388_600]));

    for kind in [ClassifierKind::NaiveBayes, ClassifierKind::SparseCentroid] {
        let mut full = shape(kind, 2, 2, 2);
        full.headers = vec![i64::from(u32::MAX), 1];
        let mut model = start(full, |feature, class| if (feature, class) == (0, 0) { lanes::MAX } else { 0 });
        let before = model.sums()[0];
        model.teach(&Sample::Sparse(vec![0, 1]), 0).unwrap();
        assert_eq!(model.headers()[0], i64::from(u32::MAX));
        assert_eq!((generate::weight(&model, 0, 0), generate::weight(&model, 1, 0)), (lanes::MAX, 1));
        assert_eq!(model.sums()[0], before + 1);
    }
}

#[test]
fn a_class_that_is_added_is_learnt() {
    for kind in ClassifierKind::ALL {
        let mut model = start(shape(kind, 20, 3, 2), |_, _| 0);
        model.restart().unwrap();
        let sample = match kind {
            ClassifierKind::DensePerceptron | ClassifierKind::DenseCentroid => dense(7, 20),
            _ => sparse(7, 20, 5),
        };
        assert_eq!(model.teach(&sample, 2), Err(ClassifierError::UnknownLabel { label: 2, classes: 2 }));
        assert_eq!(model.add_class(), Ok(2));
        assert_eq!(model.add_class(), Err(ClassifierError::NoRoomForClass { capacity: 3 }));
        assert_ne!(model.predict(&sample), Ok(2), "{kind}");
        model.teach(&sample, 2).unwrap();
        assert_eq!(model.predict(&sample), Ok(2), "{kind}");
        let before = model.clone();
        model.restart().unwrap();
        assert_ne!(model.predict(&sample), Ok(2), "{kind}");
        assert_eq!(model.classes(), 3);
        model.teach(&sample, 2).unwrap();
        assert_eq!(model.words(), before.words());
    }
    let mut binary = start(shape(ClassifierKind::SparsePerceptron, 20, 2, 2), |_, _| 0);
    assert_eq!(binary.add_class(), Err(ClassifierError::NoRoomForClass { capacity: 2 }));
}

#[test]
fn loading_resumes_and_refuses_what_does_not_fit() {
    let mut shape = shape(ClassifierKind::NaiveBayes, 12, 3, 2);
    shape.headers = vec![1, 1];
    // Three features a word: four words, of which lanes 2, 5, 8 (no such class yet) and 9 are free.
    let mut model = Classifier::new(shape).unwrap();
    let word = lanes::write(&[1, 2, 0, 3, 4, 0, 5, 6, 0, 0]);
    let sample = Sample::Sparse(vec![0]);
    assert_eq!(model.predict(&sample), Err(ClassifierError::NotReady { loaded: 0, needed: 4 }));
    assert_eq!(model.load(1, &word), Err(ClassifierError::WrongStart { first: 1, expected: 0 }));
    assert_eq!(model.load(0, &[]), Err(ClassifierError::WrongChunk { length: 0 }));
    assert_eq!(model.load(0, &word[..29]), Err(ClassifierError::WrongChunk { length: 29 }));
    assert_eq!(model.load(0, &word.repeat(5)), Err(ClassifierError::WrongChunk { length: 150 }));
    assert_eq!(model.load(0, &word.repeat(3)), Ok(false));
    assert_eq!(model.add_class(), Err(ClassifierError::NotReady { loaded: 3, needed: 4 }));
    for lanes in [[0, 0, 1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [-1, 0, 0, 0, 0, 0, 0, 0, 0, 0]] {
        assert_eq!(model.load(3, &lanes::write(&lanes)), Err(ClassifierError::LaneOutOfRange { word: 3 }));
    }
    assert_eq!(model.load(3, &word), Ok(true));
    assert_eq!(model.load(4, &word), Err(ClassifierError::AlreadyLoaded { needed: 4 }));
    assert_eq!(model.sums(), [36, 48]);
    assert_eq!(model.words(), word.repeat(4));
}
