//! Random shapes, starts and samples: ordinary ones, those at the ends of what is allowed, and invalid ones.

use rand::{
    Rng,
    seq::{IndexedRandom, SliceRandom},
};
use shared_model::{ClassifierKind, Form, Shape, lanes};

/// A shape that can be.
pub fn shape(kind: ClassifierKind, random: &mut impl Rng) -> Shape {
    let capacity = *[2, 2, 3, 5, 7, 10, 11, 23, 64].choose(random).unwrap();
    // Every way to fill the last word.
    let features = random.random_range(1..=33);
    sized(kind, features, capacity, random)
}

pub fn sized(kind: ClassifierKind, features: u32, capacity: u16, random: &mut impl Rng) -> Shape {
    let setting = if kind.least_setting() == 0 {
        0
    } else {
        match random.random_range(0..4) {
            0 => kind.least_setting(),
            1 => *kind.settings().end(),
            _ => random.random_range(1..=2_000_000),
        }
    };
    let classes = random.random_range(2..=capacity);
    let mut shape = Shape { kind, features, capacity, classes, setting, headers: Vec::new() };
    shape.headers = (0..shape.start_vectors())
        .map(|_| match random.random_range(0..6) {
            0 => *kind.header_values().start(),
            1 => *kind.header_values().end(),
            2 => 0,
            _ if kind.is_perceptron() => random.random_range(-2_000_000..=2_000_000),
            _ => random.random_range(0..=50),
        })
        .collect();
    shape.check().unwrap();
    shape
}

/// Words of a start that fits a shape.
pub fn words(shape: &Shape, random: &mut impl Rng) -> Vec<u8> {
    let mut all = vec![0; shape.needed() * lanes::PER_WORD];
    for feature in 0..shape.features as usize {
        for vector in 0..shape.start_vectors() {
            let (word, lane) = shape.place(feature, vector);
            let least = if shape.kind.counts() { 0 } else { lanes::MIN };
            all[word * lanes::PER_WORD + lane] = match random.random_range(0..10) {
                0 => least,
                1 => lanes::MAX,
                2 => lanes::MAX - 1,
                3..=6 if shape.kind.counts() => random.random_range(0..20),
                7 => 0,
                _ => random.random_range(least / 4..=lanes::MAX / 4),
            };
        }
    }
    lanes::write(&all)
}

/// A sample that the model takes.
pub fn sample(shape: &Shape, random: &mut impl Rng) -> Vec<u8> {
    match shape.kind.form() {
        Form::Dense => lanes::write(&unit(shape.features as usize, random)),
        Form::Sparse => {
            let share = *[0.1, 0.5, 1.0].choose(random).unwrap();
            let mut listed: Vec<u32> = (0..shape.features).filter(|_| random.random_bool(share)).take(1_024).collect();
            if listed.is_empty() {
                listed.push(random.random_range(0..shape.features));
            }
            indices(&listed)
        }
    }
}

fn unit(features: usize, random: &mut impl Rng) -> Vec<i32> {
    // Few large values at times, so that weights run to their ends.
    let share = *[0.2, 1.0].choose(random).unwrap();
    let mut raw: Vec<f64> =
        (0..features).map(|_| if random.random_bool(share) { random.random_range(-1.0..1.0) } else { 0.0 }).collect();
    raw[random.random_range(0..features)] = 1.0;
    let norm = raw.iter().map(|value: &f64| value * value).sum::<f64>().sqrt();
    raw.iter().map(|value| (value / norm * f64::from(lanes::ONE)).round() as i32).collect()
}

fn indices(listed: &[u32]) -> Vec<u8> {
    listed.iter().flat_map(|index| index.to_be_bytes().into_iter().skip(1)).collect()
}

/// Bytes near to a sample, most of which are none.
pub fn broken(shape: &Shape, random: &mut impl Rng) -> Vec<u8> {
    let mut bytes = sample(shape, random);
    match random.random_range(0..7) {
        0 => bytes.clear(),
        1 => bytes.push(0),
        2 => {
            bytes.pop();
        }
        3 => bytes.extend_from_slice(&shape.features.to_be_bytes()[1..]),
        4 => {
            let place = random.random_range(0..bytes.len());
            bytes[place] ^= 1 << random.random_range(0..8);
        }
        5 => {
            let mut threes: Vec<[u8; 3]> = bytes.as_chunks().0.to_vec();
            threes.push([0, 0, 0]);
            threes.shuffle(random);
            bytes = threes.concat();
        }
        _ => bytes = vec![1; 3 * 1_025],
    }
    bytes
}
