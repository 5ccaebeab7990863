//! The word that a trainer commits to, against the vectors that the family and the documents share.

use bounty::{Commitment, calls};
use contracts::returns;
use protocol::Digest;
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::harness::{World, seed};

const VECTORS: &str = include_str!("../../../families/bounty/tests/vectors/commitments.json");

fn on_chain(world: &mut World, committed: &Commitment) -> Digest {
    returns::digest(&world.chain.view(world.market, calls::commitment(committed)).unwrap()).unwrap()
}

#[test]
fn the_chain_makes_the_known_words() {
    let mut world = World::new();
    let vectors: Vec<serde_json::Value> = serde_json::from_str(VECTORS).unwrap();
    for vector in &vectors {
        let digest = |name: &str| vector[name].as_str().unwrap().parse::<Digest>().unwrap();
        let (prediction_superhash, model_superhash) = (digest("prediction_superhash"), digest("model_superhash"));
        let committed = Commitment { prediction_superhash, model_superhash };
        assert_eq!(on_chain(&mut world, &committed), digest("commitment"), "{vector}");
    }
    assert!(!vectors.is_empty());
}

#[test]
fn chain_and_family_make_the_same_word_of_any_two() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(seed("commitment"));
    for _ in 0..500 {
        let committed =
            Commitment { prediction_superhash: Digest(rng.random()), model_superhash: Digest(rng.random()) };
        assert_eq!(on_chain(&mut world, &committed), committed.word());
    }
}
