//! Call data of AccuracyLog.

use protocol::{Address, Digest};

use contracts::abi::{address, call, digest, number};

pub(crate) const ANCHOR: &str = "anchor(uint64,bytes32)";
pub(crate) const LATEST: &str = "latest(address)";

/// Anchors size and root of the sender's log; the size must be larger than the last one.
pub fn anchor(size: u64, root: Digest) -> Vec<u8> {
    call(ANCHOR, &[number(size), digest(root)])
}

/// View: the last anchor of a log. Read with [`crate::returns::shared::anchor`].
pub fn latest(log: Address) -> Vec<u8> {
    call(LATEST, &[address(log)])
}
