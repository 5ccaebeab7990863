//! What all seats sign.

use std::collections::BTreeMap;

use link::SeatNumber;
use protocol::{Digest, keccak, merkle};
use serde::{Deserialize, Serialize};

use crate::error::RunError;

/// What came out of a run, in hashes. The contract's own crate knows how it is signed.
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
    /// Of the sealed key that each seat sends the receiver after the end; zero for seats that send none.
    pub keys: Vec<Digest>,
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
    /// Commitment to its half of the model.
    pub share: Digest,
    /// Commitment to its half of the metrics.
    pub metrics: Digest,
    /// Hash of the sealed key that it will send to the receiver.
    pub key: Digest,
}

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
        Ok(Self {
            plan,
            rows,
            heads: keccak(&[b"ModelMarket heads 1", &heads]),
            metrics: metrics_root(&metrics),
            outputs: keccak(&[b"ModelMarket outputs 1", &outputs]),
            shares: both_shares(&shares),
            keys: statements.iter().map(|statement| statement.key).collect(),
            dealt,
        })
    }
}

/// What a prediction's task names as the model: both owners' commitments.
pub(crate) fn both_shares(shares: &[Digest]) -> Digest {
    let all: Vec<u8> = shares.iter().flat_map(|share| share.0).collect();
    keccak(&[b"ModelMarket shares 1", &all])
}

/// The root over both owners' commitments to their halves of the metrics.
fn metrics_root(halves: &[Digest]) -> Digest {
    merkle::root(&halves.iter().map(|half| merkle::leaf_hash(&half.0)).collect::<Vec<_>>())
}

/// What stands for rows that were aligned before.
pub(crate) fn given_rows(count: u32) -> Digest {
    keccak(&[b"ModelMarket given rows 1", &count.to_be_bytes()])
}
