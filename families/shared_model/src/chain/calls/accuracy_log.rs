//! Call data of AccuracyLog.

use protocol::{Address, Digest};

use super::super::contract::AccuracyLog;

use contracts::abi::{address, call, word};

/// Anchors size and root of the sender's log; the size must be larger than the last one.
pub fn anchor(size: u64, root: Digest) -> Vec<u8> {
    call::<AccuracyLog::anchorCall>((size, word(root)))
}

/// View: the last anchor of a log. Read with [`crate::returns::shared::anchor`].
pub fn latest(log: Address) -> Vec<u8> {
    call::<AccuracyLog::latestCall>((address(log),))
}
