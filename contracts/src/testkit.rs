//! Holds a family's bindings against the ABI that the compiler wrote.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests use it")]

use std::collections::BTreeSet;

use serde_json::Value;

use tiny_keccak::{Hasher as _, Keccak};

use crate::refusal::{Refusals, SHARED, decode, known_to};

/// Signatures of everything of a kind (`function`, `event`, `error`) in an artifact.
pub fn signatures(artifact: &str, kind: &str) -> BTreeSet<String> {
    fn type_of(input: &Value) -> String {
        let name = input["type"].as_str().unwrap();
        match name.strip_prefix("tuple") {
            // What follows is the brackets of a list.
            Some(rest) => format!("({}){rest}", list(&input["components"])),
            None => name.to_owned(),
        }
    }
    fn list(inputs: &Value) -> String {
        inputs.as_array().unwrap().iter().map(type_of).collect::<Vec<_>>().join(",")
    }
    let artifact: Value = serde_json::from_str(artifact).unwrap();
    let entries = artifact["abi"].as_array().unwrap().iter();
    entries
        .filter(|entry| entry["type"] == kind)
        .map(|entry| format!("{}({})", entry["name"].as_str().unwrap(), list(&entry["inputs"])))
        .collect()
}

/// Functions of a contract, without its constants.
pub fn functions(artifact: &str) -> BTreeSet<String> {
    let constant = |signature: &String| signature.chars().all(|c| c.is_ascii_uppercase() || "_()".contains(c));
    signatures(artifact, "function").into_iter().filter(|s| !constant(s)).collect()
}

/// A set of signatures, as [`signatures`] gives it.
pub fn owned<'a>(signatures: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    signatures.into_iter().map(str::to_owned).collect()
}

/// Demands that a family has a sentence for each error in the ABIs of its contracts, that it has none besides, and that
/// each says cause and next step and refuses data that is cut off. `others` are the families whose contracts these call:
/// they pass errors on, and have the sentences for them.
///
/// # Panics
/// Where one is missing, too much, or no such sentence.
#[track_caller]
pub fn errors_have_sentences<'a>(artifacts: impl IntoIterator<Item = &'a str>, family: Refusals, others: &[Refusals]) {
    let theirs: BTreeSet<_> = artifacts.into_iter().flat_map(|artifact| signatures(artifact, "error")).collect();
    let elsewhere = others.iter().flat_map(|other| other.iter()).chain(&[SHARED]).flat_map(|group| group.iter());
    let elsewhere = owned(elsewhere.map(|known| known.signature));
    let ours = owned(family.iter().flat_map(|group| group.iter()).map(|known| known.signature));
    assert_eq!(ours, &theirs - &elsewhere);
    for known in known_to(&[family]) {
        says_cause_and_next_step(known.signature, family);
    }
}

fn says_cause_and_next_step(signature: &str, family: Refusals) {
    // Small numbers fit every argument; a text argument is an offset to a length of zero.
    let list = signature.split_once('(').unwrap().1.trim_end_matches(')');
    let mut arguments: Vec<u128> = list.split(',').map(|_| 32).collect();
    if signature.contains("uint8") {
        *arguments.last_mut().unwrap() = 1;
    }
    if list.contains("string") {
        arguments = vec![32, 0];
    }
    let data = error(signature, &arguments);
    let revert = decode(&data, &[family]);
    assert!(signature.starts_with(&revert.name), "{signature}: {revert:?}");
    let whole = revert.sentence.strip_suffix('.').expect("a sentence ends");
    let parted = ["; ", ". ", ", ", ": "].iter().filter_map(|mark| whole.split_once(mark));
    let (cause, step) = parted.max_by_key(|(cause, step)| cause.len().min(step.len())).expect("two parts");
    assert!(cause.len().min(step.len()) > 10 && whole.len() > 40, "{cause:?}, {step:?} of {revert:?}");
    if !list.is_empty() {
        assert_eq!(decode(&data[..20], &[family]).name, "Unknown", "{signature} cut off");
    }
}

/// Keccak-256, by another crate than the one that the bindings use.
pub fn keccak(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    let mut keccak = Keccak::v256();
    keccak.update(text.as_bytes());
    keccak.finalize(&mut hash);
    hash
}

/// The data of a revert with an error whose arguments are numbers.
pub fn error(signature: &str, arguments: &[u128]) -> Vec<u8> {
    let mut data = keccak(signature)[..4].to_vec();
    for argument in arguments {
        data.extend([0; 16]);
        data.extend(argument.to_be_bytes());
    }
    data
}

/// Demands that these are calls of exactly these functions, by the selectors of their signatures in the ABI.
///
/// # Panics
/// Where a function has no call, or a call no function.
#[track_caller]
pub fn calls_are_of(calls: &[Vec<u8>], signatures: &BTreeSet<String>) {
    let ours: BTreeSet<[u8; 4]> = calls.iter().map(|call| *call.first_chunk().unwrap()).collect();
    for signature in signatures {
        assert!(ours.contains(&keccak(signature)[..4]), "{signature} has no call");
    }
    assert_eq!(ours.len(), signatures.len(), "there is a call of no function in {signatures:?}");
}

/// Demands that these are the first topics of exactly these events, by their signatures in the ABI.
///
/// # Panics
/// Where one is missing or too much.
#[track_caller]
pub fn topics_are_of(topics: &[protocol::Digest], signatures: &BTreeSet<String>) {
    let ours: BTreeSet<[u8; 32]> = topics.iter().map(|topic| topic.0).collect();
    assert_eq!(ours, signatures.iter().map(|signature| keccak(signature)).collect());
}
