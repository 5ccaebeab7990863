//! What a seed promises: checked natively (`training`) and in a browser (`wasm`).

use std::fmt::Write as _;

use ml_task::{Algorithm, TrainOptions};
use ml_train::{Trained, train_blocking};

fn trained(algorithm: Algorithm) -> Trained {
    // The numbers of Marsaglia's xorshift32.
    let mut state = 2_463_534_242_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        f64::from(state >> 8) / f64::from(1_u32 << 24)
    };
    let (mut train, mut test) = (String::from("a,b,kind,label\n"), String::from("a,b,kind\n"));
    for row in 0..400 {
        let (a, b, c) = (next(), next(), next());
        let kind = ["x", "y", "z"][(c * 3.0) as usize];
        let gap = if row % 13 == 0 { String::new() } else { format!("{:.4}", b * 40.0) };
        let label = ["low", "middle", "high"][usize::from(a + 0.2 * c > 0.5) + usize::from(b > 0.6 && kind == "y")];
        if row % 4 == 0 {
            writeln!(test, "{a:.5},{gap},{kind}").unwrap();
        } else {
            writeln!(train, "{a:.5},{gap},{kind},{label}").unwrap();
        }
    }
    let options = TrainOptions { rounds: 25, ..TrainOptions::new(algorithm, Vec::new()) };
    train_blocking(train.as_bytes(), test.as_bytes(), &options).unwrap()
}

/// FNV-1a of 64 bits.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

pub fn trees_have_the_bytes_of_their_seed() {
    let trained = trained(Algorithm::Trees);
    let bytes = trained.model.to_bytes();
    assert_eq!((bytes.len(), digest(&bytes)), TREES, "{:x}", digest(&bytes));
    let probabilities: Vec<u8> = trained.probabilities.iter().flat_map(|p| p.to_le_bytes()).collect();
    assert_eq!(digest(&probabilities), PROBABILITIES, "{:x}", digest(&probabilities));
}

pub fn networks_are_those_of_their_seed() {
    for (algorithm, expected) in [(Algorithm::Logistic, LOGISTIC), (Algorithm::Mlp, MLP)] {
        let trained = trained(algorithm);
        for (found, wanted) in trained.probabilities.iter().zip(expected) {
            assert!((found - wanted).abs() < 1e-4, "{algorithm:?}: {:?}", &trained.probabilities[..9]);
        }
    }
}

const TREES: (usize, u64) = (43_818, 0x1a1a_9ff4_0991_ea53);
const PROBABILITIES: u64 = 0xa29b33a37efb3a61;
const LOGISTIC: [f32; 9] =
    [0.027388722, 0.63071185, 0.34189937, 0.57840455, 0.00076634664, 0.42082915, 0.038561612, 0.005162545, 0.9562759];
const MLP: [f32; 9] =
    [0.033894937, 0.5747113, 0.39139378, 0.74384844, 0.008125648, 0.24802592, 0.015450844, 0.009165866, 0.9753832];
