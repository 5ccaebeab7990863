//! CIDs against Kubo: the committed vectors, and a Kubo on this machine where there is one.
//!
//! The content of a vector is the first `bytes` bytes of a ChaCha20 key stream with a key of zeros and a nonce of
//! zeros (`rand_chacha::ChaCha20Rng::from_seed([0; 32])`). `vectors/cids.json` was written by Kubo:
//! `ipfs add --only-hash --cid-version=1 --raw-leaves FILE`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{io::Write as _, path::PathBuf, process::Command};

use proptest::{prelude::*, test_runner::TestRunner};
use protocol::{
    Digest,
    cid::{Block, CHUNK_SIZE, Cid, FileHasher, HashedFile, LeafTree},
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{RngCore as _, SeedableRng as _},
};

#[derive(serde::Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    bytes: usize,
    cid: Cid,
}

fn vectors() -> Vec<Case> {
    serde_json::from_str::<Vectors>(include_str!("vectors/cids.json")).unwrap().cases
}

fn content(bytes: usize) -> Vec<u8> {
    let mut content = vec![0; bytes];
    ChaCha20Rng::from_seed([0; 32]).fill_bytes(&mut content);
    content
}

#[test]
fn the_vectors_of_kubo_are_reproduced() {
    let cases = vectors();
    assert!(cases.len() >= 10);
    let longest = content(cases.iter().map(|case| case.bytes).max().unwrap());
    for Case { bytes, cid } in cases {
        let content = &longest[..bytes];
        assert_eq!(FileHasher::hash(content), HashedFile { cid, bytes: bytes as u64 }, "{bytes} bytes");
        // Leaves that are hashed elsewhere give the same tree.
        let mut tree = LeafTree::new();
        content.chunks(CHUNK_SIZE).for_each(|leaf| tree.push(Digest::of(leaf), leaf.len() as u32));
        assert_eq!(tree.finish().cid, cid, "{bytes} bytes");
    }
}

#[test]
fn pieces_and_blocks_fit_together() {
    let content = content(200 * CHUNK_SIZE + 17);
    let whole = FileHasher::hash(&content);
    let mut runner = TestRunner::new(ProptestConfig { cases: 8, ..ProptestConfig::default() });
    let pieces = prop::collection::vec(1usize..3 * CHUNK_SIZE, 1..6);
    runner
        .run(&pieces, |pieces| {
            let mut hasher = FileHasher::new();
            let (mut leaves, mut nodes, mut last) = (0u64, Vec::new(), None);
            let mut see = |block: Block<'_>| match block {
                Block::Leaf { cid, offset, len } => {
                    assert_eq!(offset, leaves);
                    assert_eq!(cid, Cid::of_block(&content[offset as usize..][..len as usize]));
                    leaves += u64::from(len);
                    last = Some(cid);
                }
                Block::Node { cid, bytes } => {
                    assert_eq!(cid.digest, Digest::of(bytes));
                    nodes.push(cid);
                    last = Some(cid);
                }
            };
            let mut rest = &content[..];
            for len in pieces.iter().cycle() {
                let (piece, later) = rest.split_at(rest.len().min(*len));
                hasher.update_with(piece, &mut see);
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            let hashed = hasher.finish_with(&mut see);
            prop_assert_eq!(hashed, whole);
            prop_assert_eq!(leaves, content.len() as u64);
            // 201 leaves: two nodes of at most 174 and a root.
            prop_assert_eq!(nodes.len(), 3);
            prop_assert_eq!(last, Some(whole.cid));
            Ok(())
        })
        .unwrap();
}

/// Kubo: `MODELMARKET_KUBO` names it, else `target/tools/ipfs` is taken.
fn kubo() -> Option<PathBuf> {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/tools/ipfs");
    match std::env::var_os("MODELMARKET_KUBO") {
        Some(none) if none == "none" => {
            // Past the harness, which keeps what a passing test prints to itself.
            let skipped =
                "skipped: MODELMARKET_KUBO=none, so only the committed vectors were compared, not a live Kubo\n";
            std::io::stderr().write_all(skipped.as_bytes()).unwrap();
            None
        }
        Some(path) => Some(PathBuf::from(path)),
        None if default.exists() => Some(default),
        None => panic!(
            "No Kubo to compare with. Put its binary at target/tools/ipfs, name it in MODELMARKET_KUBO, or set \
             MODELMARKET_KUBO=none to do without."
        ),
    }
}

struct Kubo {
    binary: PathBuf,
    repository: tempfile::TempDir,
}

impl Kubo {
    fn start(binary: PathBuf) -> Self {
        let kubo = Self { binary, repository: tempfile::tempdir().unwrap() };
        kubo.run(&["init", "--empty-repo"]);
        kubo
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(&self.binary)
            .args(arguments)
            .env("IPFS_PATH", self.repository.path().join("repository"))
            .output()
            .unwrap_or_else(|e| panic!("{} does not start: {e}", self.binary.display()));
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn cid(&self, content: &[u8]) -> Cid {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file.flush().unwrap();
        let path = file.path().to_str().unwrap();
        self.run(&["add", "-Q", "--only-hash", "--cid-version=1", "--raw-leaves", path]).parse().unwrap()
    }
}

#[test]
fn a_live_kubo_agrees() {
    let Some(binary) = kubo() else { return };
    let kubo = Kubo::start(binary);
    println!("Kubo {}", kubo.run(&["version", "--number"]));
    let cases = vectors();
    let longest = content(cases.iter().map(|case| case.bytes).max().unwrap());
    for Case { bytes, cid } in cases {
        assert_eq!(kubo.cid(&longest[..bytes]), cid, "{bytes} bytes");
    }
    // Sizes around the borders of leaves and nodes, and any.
    let mut runner = TestRunner::new(ProptestConfig { cases: 12, ..ProptestConfig::default() });
    let sizes = prop_oneof![
        1 => 0usize..3 * CHUNK_SIZE,
        1 => (1usize..180, 0usize..3).prop_map(|(leaves, off)| leaves * CHUNK_SIZE + off - 1),
        1 => (0usize..3).prop_map(|off| 174 * CHUNK_SIZE + off - 1),
    ];
    runner
        .run(&sizes, |bytes| {
            prop_assert_eq!(kubo.cid(&longest[..bytes]), FileHasher::hash(&longest[..bytes]).cid, "{} bytes", bytes);
            Ok(())
        })
        .unwrap();
}
