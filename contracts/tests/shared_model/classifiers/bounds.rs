//! The largest models that the factory makes: each can be taught, and what was taught can be refunded and reported in one
//! transaction, whatever classes are added. Otherwise whoever adds classes could keep deposits from coming back.

use protocol::Amount;
use shared_model::{ClassifierKind, IncentiveKind, Sample, Shape, ShapeError, calls::shared, lanes};

use crate::harness::{
    Failure, Models, Receipt,
    models::{CreatedModel, OWNER, shape, terms},
    trainer,
};

const MOST: Amount = Amount::mdc(10);

/// The largest shapes that pass: one more feature or class does not.
fn dense_shapes() -> Vec<Shape> {
    use ClassifierKind::{DenseCentroid, DensePerceptron};
    let largest = [
        (DensePerceptron, 4_096, 2),
        (DensePerceptron, 2_050, 9),
        (DensePerceptron, 310, 64),
        (DenseCentroid, 4_096, 4),
        (DenseCentroid, 310, 64),
    ];
    largest.map(|(kind, features, capacity)| shape(kind, features, capacity, capacity)).to_vec()
}

#[test]
fn these_are_the_largest() {
    for shape in dense_shapes() {
        shape.check().unwrap();
        let mut wider = Shape { features: shape.features + 10, ..shape.clone() };
        if wider.check().is_ok() {
            // There are bounds of two kinds: what a question reads, and what a lesson writes.
            wider = Shape { capacity: shape.capacity + 1, classes: shape.capacity + 1, ..shape.clone() };
            wider.headers = vec![0; wider.start_vectors()];
        }
        let refused = wider.check().unwrap_err();
        assert!(matches!(refused, ShapeError::TooManyWords { .. } | ShapeError::Features { .. }), "{refused}");
    }
}

/// Something that asks the model: it is done, or refused by what the model says, and never runs out of gas.
#[track_caller]
fn fits(result: Result<Receipt, Failure>, what: &str) {
    match result {
        Ok(receipt) => println!("{what}: {} gas", receipt.gas),
        Err(Failure::Reverted { revert, .. }) => {
            assert!(["ModelAgrees", "ModelDisagrees"].contains(&revert.name.as_str()), "{what}: {revert:?}");
            println!("{what}: asked and refused, {}", revert.name);
        }
        Err(halted) => panic!("{what}: {halted:?}"),
    }
}

/// Teaches, refunds and reports a sample with all the gas that a transaction can have, and what any classifier does with it.
fn play(models: &mut Models, made: &CreatedModel, sample: &Sample, label: u16, what: &str) {
    let bytes = sample.to_bytes();
    models.fund(trainer(0), made.model, Amount::mdc(100));
    let taught = models.send(trainer(0), made.model, shared::contribute(&bytes, label, MOST, None));
    println!("{what}, taught: {} gas", taught.unwrap_or_else(|halted| panic!("{what}: {halted:?}")).gas);
    models.chain.wait(200);
    fits(models.chain.call(trainer(0), made.model, shared::refund(&bytes, label)), &format!("{what}, refund"));
    let reported = models.send(OWNER, made.model, shared::report(trainer(0), &bytes, label));
    let is_reported = reported.is_ok();
    fits(reported, &format!("{what}, report"));
    models.chain.wait(100);
    if is_reported {
        let take = models.chain.call(OWNER, made.model, shared::take(trainer(0), &bytes, label));
        fits(take, &format!("{what}, take"));
    }
}

#[test]
fn the_largest_dense_models_are_taught_refunded_and_reported_in_one_transaction() {
    for shape in dense_shapes() {
        // Weights of zero are the dearest to learn: each is written for the first time. Classes without samples are not
        // looked at, so there is one of each.
        let shape = if shape.kind == ClassifierKind::DenseCentroid {
            Shape { headers: vec![1; shape.start_vectors()], ..shape }
        } else {
            shape
        };
        let mut models = Models::new();
        let made = models.ready(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit), None);
        let sample = even(shape.features);
        let what = format!("{} of {} features, {} classes", shape.kind, shape.features, shape.capacity);
        play(&mut models, &made, &sample, 1, &what);
    }
}

/// A sample of norm 1 with no zero in it.
fn even(features: u32) -> Sample {
    let each = (1e6 / f64::from(features).sqrt()).round() as i32;
    let mut values: Vec<i32> = (0..features).map(|n| if n % 2 == 0 { each } else { -each }).collect();
    // What rounding has lost or added, on the first.
    let rest: i64 = values.iter().skip(1).map(|v| i64::from(*v).pow(2)).sum();
    values[0] = (((1e12 - rest as f64).max(1.0)).sqrt()) as i32;
    Sample::Dense(values)
}

/// A sample that lists so many features, each in words of its own.
fn far_apart(shape: &Shape, listed: usize) -> Sample {
    let step = (lanes::PER_WORD / shape.vectors()).max(1) as u32;
    Sample::Sparse((0..listed as u32).map(|n| n * step).collect())
}

#[test]
fn the_longest_sparse_samples_are_refunded_and_reported_in_one_transaction() {
    use ClassifierKind::{NaiveBayes, SparseCentroid, SparsePerceptron};
    for (kind, capacity) in [
        (SparsePerceptron, 2),
        (SparsePerceptron, 24),
        (SparsePerceptron, 64),
        (NaiveBayes, 10),
        (NaiveBayes, 24),
        (NaiveBayes, 25),
        (NaiveBayes, 64),
        (SparseCentroid, 10),
        (SparseCentroid, 24),
        (SparseCentroid, 64),
    ] {
        let mut shape = shape(kind, 1, capacity, capacity);
        let listed = shape.most_listed();
        let step = (lanes::PER_WORD / shape.vectors()).max(1);
        shape.features = (listed * step) as u32;
        shape.headers = vec![1; shape.start_vectors()];
        let mut models = Models::new();
        let words = ones(&shape);
        let made = models.ready(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit), Some(&words));
        let sample = far_apart(&shape, listed);
        // What a perceptron knows it does not learn, so that this costs what asking does.
        let label = models.predict(&made, &sample.to_bytes());
        play(&mut models, &made, &sample, label, &format!("{kind} of {capacity} classes, {listed} listed"));
    }
}

/// Whatever the start, every model takes samples of 128 features.
#[test]
fn no_sparse_model_is_too_large_to_be_taught() {
    use ClassifierKind::{NaiveBayes, SparseCentroid, SparsePerceptron};
    for kind in [SparsePerceptron, NaiveBayes, SparseCentroid] {
        for capacity in [2, 64] {
            let mut shape = shape(kind, 128 * 10, capacity, capacity);
            shape.headers = vec![1; shape.start_vectors()];
            let mut models = Models::new();
            let made = models.ready(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit), None);
            let sample = far_apart(&shape, 128);
            let label = (models.predict(&made, &sample.to_bytes()) + 1) % 2;
            play(&mut models, &made, &sample, label, &format!("empty {kind} of {capacity} classes, 128 listed"));
        }
    }
}

/// A start in which every weight is 1.
fn ones(shape: &Shape) -> Vec<u8> {
    let mut words = vec![0; shape.needed() * lanes::WORD_BYTES];
    for feature in 0..shape.features as usize {
        for vector in 0..shape.start_vectors() {
            let (word, lane) = shape.place(feature, vector);
            let at = word * lanes::WORD_BYTES + lane * lanes::LANE_BYTES;
            words[at..at + lanes::LANE_BYTES].copy_from_slice(&lanes::to_bytes(1));
        }
    }
    words
}
