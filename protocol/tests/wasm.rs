//! The same answers in a browser as natively: `CHROMEDRIVER=… cargo test -p protocol --target
//! wasm32-unknown-unknown --target-dir target/wasm`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use protocol::{
    cid::{Cid, FileHasher},
    labels,
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{RngCore as _, SeedableRng as _},
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn the_vectors_of_kubo_are_reproduced() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("vectors/cids.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    let longest = cases.iter().filter_map(|case| case["bytes"].as_u64()).max().unwrap();
    // One stream, read once: the wasm memory never holds a whole file.
    let mut hashers: Vec<(u64, Cid, FileHasher)> = cases
        .iter()
        .map(|case| {
            (case["bytes"].as_u64().unwrap(), case["cid"].as_str().unwrap().parse().unwrap(), FileHasher::new())
        })
        .collect();
    let mut stream = ChaCha20Rng::from_seed([0; 32]);
    let mut piece = vec![0; 1 << 20];
    let mut at = 0;
    while at < longest {
        stream.fill_bytes(&mut piece);
        for (bytes, _, hasher) in &mut hashers {
            let left = bytes.saturating_sub(at).min(piece.len() as u64);
            hasher.update(&piece[..left as usize]);
        }
        at += piece.len() as u64;
    }
    for (bytes, cid, hasher) in hashers {
        assert_eq!(hasher.finish().cid, cid, "{bytes} bytes");
    }
}

#[wasm_bindgen_test]
fn labels_are_packed_as_natively() {
    assert_eq!(labels::pack(&[3, 0, 1, 2, 3], 4).unwrap(), [0b1100_0110, 0b1100_0000]);
    assert_eq!(labels::pack(&[9, 1, 15], 16).unwrap(), [0x91, 0xf0]);
    assert_eq!(labels::unpack(&[0x91, 0xf0], 3, 16).unwrap(), [9, 1, 15]);
}
