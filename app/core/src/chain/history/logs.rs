//! The logs of a question: what is kept of them and what may still change, without a copy of either.

use std::{iter::Chain, slice::Iter, sync::Arc};

use protocol::Digest;
use rpc::RawLog;

use super::Kept;

/// All logs of a question, in the chain's order.
#[derive(Debug, Clone)]
pub(in crate::chain) struct Logs {
    /// What is settled; shared with what the page keeps between two readings.
    kept: Arc<Kept>,
    /// What comes after it.
    tail: Vec<RawLog>,
}

impl Logs {
    /// Goes on with what was kept before.
    pub(super) fn from_kept(kept: Arc<Kept>) -> Self {
        Self { kept, tail: Vec::new() }
    }

    /// Nothing yet, of a question that begins with block `from`.
    pub(super) fn from_block(from: u64) -> Self {
        let begin = Kept { block: from.saturating_sub(1), hash: Digest::ZERO, logs: Vec::new() };
        Self::from_kept(Arc::new(begin))
    }

    /// What is settled.
    pub(super) fn kept(&self) -> &Arc<Kept> {
        &self.kept
    }

    /// Adds logs that are settled, up to a block and its hash. Copies what is kept only where somebody else holds it
    /// too, which is once for hundreds of blocks.
    pub(super) fn settle(&mut self, logs: Vec<RawLog>, block: u64, hash: Digest) {
        let kept = Arc::make_mut(&mut self.kept);
        kept.logs.extend(logs);
        (kept.block, kept.hash) = (block, hash);
    }

    /// Adds logs that may still be replaced.
    pub(super) fn add(&mut self, logs: Vec<RawLog>) {
        self.tail.extend(logs);
    }
}

impl<'a> IntoIterator for &'a Logs {
    type Item = &'a RawLog;
    type IntoIter = Chain<Iter<'a, RawLog>, Iter<'a, RawLog>>;

    fn into_iter(self) -> Self::IntoIter {
        self.kept.logs.iter().chain(self.tail.iter())
    }
}

#[cfg(test)]
mod tests {
    use protocol::Address;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn log(block: u64) -> RawLog {
        let raw = protocol::RawLog { topics: vec![Digest([3; 32])], data: vec![block as u8] };
        let hash = Digest([block as u8; 32]);
        RawLog { address: Address([1; 20]), block, block_hash: hash, log_index: 0, tx: hash, at: block, raw }
    }

    fn logs(blocks: std::ops::RangeInclusive<u64>) -> Vec<RawLog> {
        blocks.map(log).collect()
    }

    fn all(logs: &Logs) -> Vec<RawLog> {
        logs.into_iter().cloned().collect()
    }

    #[wasm_bindgen_test]
    fn settled_and_unsettled_logs_come_in_order_and_only_settled_ones_are_kept() {
        let mut first = Logs::from_block(5);
        assert_eq!((first.kept().block, first.kept().hash, all(&first)), (4, Digest::ZERO, Vec::new()));
        first.settle(logs(5..=8), 8, Digest([8; 32]));
        first.settle(logs(9..=9), 9, Digest([9; 32]));
        first.add(logs(10..=11));
        assert_eq!(all(&first), logs(5..=11));
        let kept = Kept { block: 9, hash: Digest([9; 32]), logs: logs(5..=9) };
        assert_eq!(**first.kept(), kept);

        // The tail is read again, and one block of it is settled by now.
        let mut second = Logs::from_kept(first.kept().clone());
        second.settle(logs(10..=10), 10, Digest([10; 32]));
        second.add(logs(11..=12));
        assert_eq!(all(&second), logs(5..=12));
        assert_eq!((second.kept().block, second.kept().logs.len()), (10, 6));
        assert_eq!((all(&first), &**first.kept()), (logs(5..=11), &kept), "who still reads the first sees no change");
    }

    #[wasm_bindgen_test]
    fn a_reading_that_settles_nothing_copies_nothing_of_what_is_kept() {
        let mut before = Logs::from_block(1);
        before.settle(logs(1..=3), 3, Digest([3; 32]));
        let place = before.kept().logs.as_ptr();
        before.settle(Vec::new(), 4, Digest([4; 32]));
        assert_eq!(before.kept().logs.as_ptr(), place, "nobody else holds them, so they are added to where they are");
        let mut next = Logs::from_kept(before.kept().clone());
        next.add(logs(5..=6));
        assert!(Arc::ptr_eq(before.kept(), next.kept()));
        assert_eq!(next.into_iter().map(|log| log.block).collect::<Vec<_>>(), [1, 2, 3, 5, 6]);
    }
}
