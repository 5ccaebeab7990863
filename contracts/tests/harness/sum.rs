//! What shared models cost on the workloads that the original, "Sharing Updatable Models", was measured on
//! (solc 0.6.2, no optimiser, as shipped): the same sizes, a steady account whose deposit comes out of its balance in
//! the model, and contributions that the model does not know, learns, and then agrees with. Means of several samples.

use protocol::Amount;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IteratorRandom};
use shared_model::{ClassifierKind, IncentiveKind, Sample, Shape, calls::shared, lanes, learn::classifier::Classifier};

use super::{
    Models,
    models::{CreatedModel, OWNER, shape, terms},
    trainer,
};

/// One line of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub model: &'static str,
    pub action: &'static str,
    pub gas: u64,
    /// Of the original.
    pub original: u64,
}

/// A workload: name, kind, features, and what the original costs for deploying, updating, refunding, reporting.
type Workload = (&'static str, ClassifierKind, u32, [u64; 4]);

const WORKLOADS: [Workload; 5] = [
    ("sparse perceptron, 1,000", ClassifierKind::SparsePerceptron, 1_000, [28_900_000, 345_139, 166_311, 131_529]),
    ("naive Bayes, 2x1,000", ClassifierKind::NaiveBayes, 1_000, [54_200_000, 351_648, 270_530, 235_744]),
    (
        "sparse nearest centroid, 2x1,000",
        ClassifierKind::SparseCentroid,
        1_000,
        [59_400_000, 381_266, 305_999, 271_189],
    ),
    (
        "dense nearest centroid, 2x512",
        ClassifierKind::DenseCentroid,
        512,
        [15_100_000, 2_948_487, 3_611_449, 3_576_678],
    ),
    ("dense perceptron, 400", ClassifierKind::DensePerceptron, 400, [13_300_000, 3_273_090, 1_347_918, 1_313_129]),
];

/// Features of a sparse sample.
const LISTED: usize = 20;
/// Samples that each figure is the mean of: by luck, one shares words with itself or not.
const ROUNDS: u32 = 10;
/// What a person agrees to pay.
const MOST: Amount = Amount::mdc(10);

/// All lines, in the order of the original's table.
pub fn measure() -> Vec<Line> {
    WORKLOADS.into_iter().flat_map(of).collect()
}

fn of((model, kind, features, [deployed, updated, refunded, reported]): Workload) -> Vec<Line> {
    let rng = &mut StdRng::seed_from_u64(7);
    let (shape, words) = start(kind, features, rng);
    let mut models = Models::new();
    // Somebody else's model came first.
    models.create(&shape, IncentiveKind::Deposit, &terms(IncentiveKind::Deposit));

    let creation = shared_model::calls::factory::create_model(
        &shape,
        IncentiveKind::Deposit,
        &terms(IncentiveKind::Deposit),
        super::bounty_run::METADATA_CID,
    );
    let receipt = models.send(OWNER, models.factory, creation).unwrap();
    let address = contracts::returns::address(&receipt.output).unwrap();
    let classifier = models.folded(address).classifier;
    let made = CreatedModel { model: address, classifier, shape: shape.clone() };
    let deploy = receipt.gas + models.load(&made, &words, 300);

    let mut replica = Classifier::with_words(shape.clone(), &words).unwrap();
    for n in 0..2 {
        models.fund(trainer(n), address, Amount::mdc(1_000));
        models.send(trainer(n), address, shared::top_up(Amount::mdc(1_000))).unwrap();
    }
    let act = |models: &mut Models, n, data| {
        models.chain.wait(1);
        models.send(trainer(n), address, data).unwrap().gas
    };
    // Both have points already, so that nothing is written for the first time.
    for n in 0..2 {
        let (sample, label) = lesson(&replica, rng);
        replica.teach(&sample, label).unwrap();
        act(&mut models, n, shared::contribute(&sample.to_bytes(), label, MOST, None));
        models.chain.wait(200);
        act(&mut models, n, shared::refund(&sample.to_bytes(), label));
    }

    // The owner has a balance in the model, as who takes deposits has.
    models.fund(OWNER, address, Amount::mdc(1));
    models.send(OWNER, address, shared::top_up(Amount::mdc(1))).unwrap();

    let [mut update, mut refund, mut reports, mut share, mut owners, mut anyones] = [0; 6];
    for round in 0..ROUNDS {
        let (sample, label) = lesson(&replica, rng);
        let bytes = sample.to_bytes();
        replica.teach(&sample, label).unwrap();
        update += act(&mut models, 0, shared::contribute(&bytes, label, MOST, None));
        models.chain.wait(200);
        refund += act(&mut models, 0, shared::refund(&bytes, label));

        // A bad one: the model is taught the opposite afterwards, and disagrees.
        let (sample, label) = lesson(&replica, rng);
        let bytes = sample.to_bytes();
        let teach = |replica: &mut Classifier, label| replica.teach(&sample, label).map(drop).unwrap();
        teach(&mut replica, label);
        act(&mut models, 0, shared::contribute(&bytes, label, MOST, None));
        for n in 1.. {
            if replica.predict(&sample).unwrap() != label {
                break;
            }
            let helper = if n == 1 { 1 } else { 100 * round + n };
            models.fund(trainer(helper), address, Amount::mdc(10));
            teach(&mut replica, 1 - label);
            act(&mut models, helper, shared::contribute(&bytes, 1 - label, MOST, None));
        }
        let (report, take) = (shared::report(trainer(0), &bytes, label), shared::take(trainer(0), &bytes, label));
        let mut after = |who, wait, data: &[u8], kept: bool| {
            models.chain.wait(wait);
            let receipt = if kept {
                models.chain.send(who, address, data.to_vec())
            } else {
                models.chain.call(who, address, data.to_vec())
            };
            receipt.unwrap().gas
        };
        reports += after(trainer(1), 100, &report, true);
        // A share while shares are due, the whole once the owner's wait and then the longest are over.
        share += after(trainer(1), 100, &take, false);
        owners += after(OWNER, 0, &take, false);
        anyones += after(trainer(1), 100, &take, false);
    }
    let mean = |gas: u64| gas / u64::from(ROUNDS);

    let line = |action, gas, original| Line { model, action, gas, original };
    vec![
        line("deploy", deploy, deployed),
        line("update", mean(update), updated),
        line("refund", mean(refund), refunded),
        line("report", mean(reports), reported),
        line("take a share", mean(share), reported),
        line("take as owner", mean(owners), reported),
        line("take unclaimed", mean(anyones), reported),
    ]
}

/// A model with weights of which nearly none are zero.
fn start(kind: ClassifierKind, features: u32, rng: &mut StdRng) -> (Shape, Vec<u8>) {
    let mut shape = shape(kind, features, 2, 2);
    let weight: &mut dyn FnMut() -> i32 = match kind {
        ClassifierKind::DensePerceptron => &mut || rng.random_range(-500_000..500_000),
        ClassifierKind::SparsePerceptron => &mut || rng.random_range(-200_000..200_000),
        ClassifierKind::DenseCentroid => &mut || rng.random_range(-60_000..60_000),
        ClassifierKind::NaiveBayes | ClassifierKind::SparseCentroid => &mut || rng.random_range(1..4),
    };
    let mut words = vec![0; shape.needed() * lanes::WORD_BYTES];
    for feature in 0..features as usize {
        for vector in 0..shape.vectors() {
            let (word, lane) = shape.place(feature, vector);
            let at = word * lanes::WORD_BYTES + lane * lanes::LANE_BYTES;
            words[at..at + lanes::LANE_BYTES].copy_from_slice(&lanes::to_bytes(weight()));
        }
    }
    match kind {
        ClassifierKind::DensePerceptron => shape.setting = 8_000_000,
        ClassifierKind::SparsePerceptron => {}
        ClassifierKind::DenseCentroid => shape.headers = vec![3; 2],
        ClassifierKind::NaiveBayes | ClassifierKind::SparseCentroid => shape.headers = vec![10; 2],
    }
    (shape, words)
}

/// A random sample with a label that the model does not predict, but would after learning it.
fn lesson(model: &Classifier, rng: &mut StdRng) -> (Sample, u16) {
    loop {
        let sample = match model.shape().kind.form() {
            shared_model::Form::Sparse => {
                let mut listed = (0..model.shape().features).choose_multiple(rng, LISTED);
                listed.sort_unstable();
                Sample::Sparse(listed)
            }
            shared_model::Form::Dense => dense(model.shape().features, rng),
        };
        let label = 1 - model.predict(&sample).unwrap();
        let mut taught = model.clone();
        taught.teach(&sample, label).unwrap();
        if taught.predict(&sample).unwrap() == label {
            return (sample, label);
        }
    }
}

/// A random sample of norm 1.
pub fn dense(features: u32, rng: &mut StdRng) -> Sample {
    let values: Vec<f64> = (0..features).map(|_| rng.random_range(-1.0..1.0)).collect();
    let norm = values.iter().map(|x| x * x).sum::<f64>().sqrt();
    Sample::Dense(values.iter().map(|x| (x / norm * 1e6).round() as i32).collect())
}
