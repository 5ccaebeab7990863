//! What all seats sign.

use std::collections::BTreeMap;

use link::{SeatNumber, Terms};
use protocol::{Digest, merkle};
use serde::{Deserialize, Serialize};
use tiny_keccak::{Hasher, Keccak};

use super::session_key::signer;
use crate::error::RunError;

/// What came out of a run, as the contract's `Outcome` has it; all words are hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Operations, shapes and bounds.
    pub plan: Digest,
    /// Sorted double images of the aligned keys.
    pub rows: Digest,
    /// Of all links.
    pub heads: Digest,
    pub metrics: Digest,
    /// Sealed files.
    pub outputs: Digest,
    /// Commitments to the owners' shares of the model.
    pub shares: Digest,
    /// Keys that are sent after the end.
    pub keys: Digest,
    /// Megabytes that the helper dealt.
    pub dealt: u64,
}

/// What one seat says of its results; all others hear the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Statement {
    /// Heads of its links: the other seat, and both directions, that of the lower seat first.
    pub heads: Vec<(SeatNumber, [Digest; 2])>,
    /// Sealed files, by who receives them.
    pub files: Vec<(SeatNumber, Digest)>,
    /// Commitment to its share of the model.
    pub share: Digest,
    /// Commitment to its part of the metrics.
    pub metrics: Digest,
    /// Hash of the sealed key that it will send to the receiver.
    pub key: Digest,
}

const DOMAIN: &str = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const RESULT: &str = "Result(uint64 task,uint16 attempt,bytes32 spec,bytes32 plan,bytes32 rows,bytes32 heads,bytes32 metrics,bytes32 outputs,bytes32 shares,bytes32 keys,uint64 dealt)";

impl Outcome {
    /// What the statements of all seats that sign come to. The first two are the owners'.
    pub(crate) fn of(statements: &[Statement], plan: Digest, rows: Digest, dealt: u64) -> Result<Self, RunError> {
        let mut links: BTreeMap<(SeatNumber, SeatNumber), (SeatNumber, [Digest; 2])> = BTreeMap::new();
        for (seat, statement) in (0..).zip(statements) {
            for (peer, heads) in &statement.heads {
                let (first, said) = links.entry((seat.min(*peer), seat.max(*peer))).or_insert((seat, *heads));
                if said != heads {
                    return Err(RunError::Differ { seats: [*first, seat], what: "what they said to each other" });
                }
            }
        }
        let heads: Vec<u8> = links
            .iter()
            .flat_map(|((low, high), (_, heads))| [&[*low, *high], &heads[0].0[..], &heads[1].0].concat())
            .collect();
        let outputs: Vec<u8> = (0_u8..)
            .zip(statements)
            .flat_map(|(from, statement)| {
                statement.files.iter().flat_map(move |(to, hash)| [&[from, *to], &hash.0[..]].concat())
            })
            .collect();
        let shares: Vec<Digest> = statements.iter().map(|statement| statement.share).take(2).collect();
        let metrics: Vec<Digest> = statements.iter().map(|statement| statement.metrics).take(2).collect();
        let keys: Vec<Digest> = statements.iter().map(|statement| statement.key).collect();
        Ok(Self {
            plan,
            rows,
            heads: keccak(&[b"ModelMarket heads 1", &heads]),
            metrics: metrics_root(&metrics),
            outputs: keccak(&[b"ModelMarket outputs 1", &outputs]),
            shares: both_shares(&shares),
            keys: key_list(&keys),
            dealt,
        })
    }

    /// What is signed (EIP-712), bound to chain, contract, task, attempt and spec: equal to `TaskSignatures` of the
    /// contract.
    pub fn digest(&self, terms: &Terms) -> Digest {
        let domain = keccak(&[
            &keccak(&[DOMAIN.as_bytes()]).0,
            &keccak(&[b"ModelMarket tasks"]).0,
            &keccak(&[b"1"]).0,
            &word(&terms.chain_id.to_be_bytes()),
            &word(&terms.contract.0),
        ]);
        let result = keccak(&[
            &keccak(&[RESULT.as_bytes()]).0,
            &word(&terms.task.to_be_bytes()),
            &word(&terms.attempt.to_be_bytes()),
            &terms.spec.0,
            &self.plan.0,
            &self.rows.0,
            &self.heads.0,
            &self.metrics.0,
            &self.outputs.0,
            &self.shares.0,
            &self.keys.0,
            &word(&self.dealt.to_be_bytes()),
        ]);
        keccak(&[&[0x19, 0x01], &domain.0, &result.0])
    }

    /// Who signed it.
    pub fn signer(&self, terms: &Terms, signature: &[u8]) -> protocol::Address {
        signer(&self.digest(terms), signature)
    }
}

/// What a prediction's task names as the model: both owners' commitments.
pub(crate) fn both_shares(shares: &[Digest]) -> Digest {
    let all: Vec<u8> = shares.iter().flat_map(|share| share.0).collect();
    keccak(&[b"ModelMarket shares 1", &all])
}

/// The root over both owners' commitments to their parts of the metrics.
fn metrics_root(parts: &[Digest]) -> Digest {
    merkle::root(&parts.iter().map(|part| merkle::leaf_hash(&part.0)).collect::<Vec<_>>())
}

/// keccak256(abi.encode(bytes32[])).
fn key_list(keys: &[Digest]) -> Digest {
    let all: Vec<u8> = keys.iter().flat_map(|key| key.0).collect();
    keccak(&[&word(&[32]), &word(&(keys.len() as u64).to_be_bytes()), &all])
}

/// What stands for rows that were aligned before.
pub(crate) fn given_rows(count: u32) -> Digest {
    keccak(&[b"ModelMarket given rows 1", &count.to_be_bytes()])
}

pub(crate) fn keccak(parts: &[&[u8]]) -> Digest {
    let (mut keccak, mut hash) = (Keccak::v256(), [0; 32]);
    parts.iter().for_each(|part| keccak.update(part));
    keccak.finalize(&mut hash);
    Digest(hash)
}

/// Bytes at the end of a word.
fn word(bytes: &[u8]) -> [u8; 32] {
    let mut word = [0; 32];
    word[32 - bytes.len()..].copy_from_slice(bytes);
    word
}
