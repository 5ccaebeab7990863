//! Random sequences of calls: whatever happens, contract and replica do the same.

use rand::{Rng, SeedableRng, rngs::StdRng};
use shared_model::{ClassifierKind, Shape, lanes};

use super::{draw, pair::Pair};
use crate::harness::seed;

/// Calls that each kind is driven with.
const CALLS: usize = 2_400;
/// Calls to one model.
const CALLS_EACH: usize = 150;
/// Calls between looks at every word.
const LOOK_EVERY: usize = 10;

fn drive(name: &str, kind: ClassifierKind) {
    let mut random = StdRng::seed_from_u64(seed(name));
    for _ in 0..CALLS / CALLS_EACH {
        let shape = draw::shape(kind, &mut random);
        let mut pair = Pair::new(shape.clone());
        load(&mut pair, &shape, &mut random);
        if random.random_bool(0.5) {
            pair.restart();
        }
        for step in 0..CALLS_EACH {
            act(&mut pair, &shape, &mut random);
            if step % LOOK_EVERY == 0 {
                pair.compare();
            }
        }
        pair.compare();
    }
}

/// In chunks, with what does not fit in between.
fn load(pair: &mut Pair, shape: &Shape, random: &mut StdRng) {
    let words = draw::words(shape, random);
    let mut first = 0;
    while first < shape.needed() {
        let most = random.random_range(1..=shape.needed() - first);
        let chunk = &words[first * lanes::WORD_BYTES..(first + most) * lanes::WORD_BYTES];
        match random.random_range(0..8) {
            0 => pair.load(first + 1, chunk),
            1 => pair.load(first, &chunk[1..]),
            2 => pair.load(first, &[]),
            3 => pair.load(first, &[chunk, &words].concat()),
            4 => {
                // Some of these are as good as the others.
                let mut odd = chunk.to_vec();
                let place = random.random_range(0..odd.len());
                odd[place] ^= 1 << random.random_range(0..8);
                pair.load(first, &odd);
            }
            5 => {
                let sample = draw::sample(shape, random);
                pair.teach(&sample, 0);
                pair.ask(&sample);
                pair.add_class();
                pair.restart();
                pair.count(&[(0, sample)], 0);
            }
            _ => pair.load(first, chunk),
        }
        first = pair.replica.loaded();
        pair.compare();
    }
    pair.load(0, &words);
}

fn act(pair: &mut Pair, shape: &Shape, random: &mut StdRng) {
    match random.random_range(0..100) {
        0..55 => {
            let sample = draw::sample(shape, random);
            // More than once, so that weights go far.
            for _ in 0..random.random_range(1..4) {
                let label = random.random_range(0..pair.replica.classes());
                assert!(pair.teach(&sample, label));
            }
        }
        55..65 => {
            let bytes = draw::broken(shape, random);
            pair.teach(&bytes, random.random_range(0..2));
            pair.ask(&bytes);
        }
        65..80 => pair.ask(&draw::sample(shape, random)),
        80..85 => {
            let label = pair.replica.classes() + random.random_range(0..3);
            assert!(!pair.teach(&draw::sample(shape, random), label));
        }
        85..90 => pair.add_class(),
        90..95 => {
            let rows: Vec<_> = (0..random.random_range(1..6))
                .map(|_| {
                    let odd = random.random_bool(0.1);
                    let sample = if odd { draw::broken(shape, random) } else { draw::sample(shape, random) };
                    (random.random_range(0..=pair.replica.classes() - u16::from(!odd)), sample)
                })
                .collect();
            let cut = if random.random_bool(0.2) { random.random_range(1..4) } else { 0 };
            pair.count(&rows, cut);
        }
        _ => pair.restart(),
    }
}

#[test]
fn dense_perceptrons_agree() {
    drive("dense_perceptrons_agree", ClassifierKind::DensePerceptron);
}

#[test]
fn sparse_perceptrons_agree() {
    drive("sparse_perceptrons_agree", ClassifierKind::SparsePerceptron);
}

#[test]
fn naive_bayes_agree() {
    drive("naive_bayes_agree", ClassifierKind::NaiveBayes);
}

#[test]
fn dense_centroids_agree() {
    drive("dense_centroids_agree", ClassifierKind::DenseCentroid);
}

#[test]
fn sparse_centroids_agree() {
    drive("sparse_centroids_agree", ClassifierKind::SparseCentroid);
}
