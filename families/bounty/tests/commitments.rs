//! A trainer's commitment against values that were computed with hashlib and eth-utils 5 (Python).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bounty::Commitment;
use protocol::{Digest, cid::Cid};
use serde_json::Value;

#[test]
fn the_word_is_the_hash_of_both_superhashes_in_order() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("vectors/commitments.json")).unwrap();
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap().to_owned();
        let digest = |name: &str| text(name).parse::<Digest>().unwrap();
        let file = hex::decode(&text("prediction_file")[2..]).unwrap();
        let committed = Commitment::of(&file, &text("model_cid").parse::<Cid>().unwrap());
        assert_eq!(committed.prediction_superhash, digest("prediction_superhash"), "{vector}");
        assert_eq!(committed.model_superhash, digest("model_superhash"), "{vector}");
        assert_eq!(committed.word(), digest("commitment"), "{vector}");
    }
}
