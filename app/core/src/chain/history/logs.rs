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
        let begin = Kept { block: from.saturating_sub(1), hash: Digest::ZERO, logs: Vec::new(), offered: 0 };
        Self::from_kept(Arc::new(begin))
    }

    /// What is settled.
    pub(super) fn kept(&self) -> &Arc<Kept> {
        &self.kept
    }

    /// The logs that are settled, and those after them.
    pub(in crate::chain) fn parts(&self) -> (&[RawLog], &[RawLog]) {
        (&self.kept.logs, &self.tail)
    }

    /// Adds logs that are settled, up to a block and its hash. Copies what is kept only where somebody else holds it
    /// too, which is once for hundreds of blocks.
    pub(super) fn settle(&mut self, logs: Vec<RawLog>, block: u64, hash: Digest) {
        let kept = Arc::make_mut(&mut self.kept);
        kept.logs.extend(logs);
        (kept.block, kept.hash) = (block, hash);
    }

    /// The same with logs that the server offered and the chain did not contradict.
    pub(super) fn take_over(&mut self, logs: Vec<RawLog>, block: u64, hash: Digest) {
        self.settle(logs, block, hash);
        Arc::make_mut(&mut self.kept).offered = block;
    }

    /// Whether this log is among them.
    pub(super) fn has(&self, log: &RawLog) -> bool {
        let among = |logs: &[RawLog]| {
            let first = logs.partition_point(|other| other.block < log.block);
            logs[first..].iter().take_while(|other| other.block == log.block).any(|other| place(other) == place(log))
        };
        among(&self.kept.logs) || among(&self.tail)
    }

    /// Adds a log that a node left out, to where it belongs.
    pub(super) fn insert(&mut self, log: RawLog) {
        let logs = match log.block <= self.kept.block {
            true => &mut Arc::make_mut(&mut self.kept).logs,
            false => &mut self.tail,
        };
        let at = logs.partition_point(|other| (other.block, other.log_index) < (log.block, log.log_index));
        logs.insert(at, log);
    }

    /// Adds logs that may still be replaced.
    pub(super) fn add(&mut self, logs: Vec<RawLog>) {
        self.tail.extend(logs);
    }
}

fn place(log: &RawLog) -> (&Digest, u64) {
    (&log.block_hash, log.log_index)
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
        let kept = Kept { block: 9, hash: Digest([9; 32]), logs: logs(5..=9), offered: 0 };
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

    #[wasm_bindgen_test]
    fn what_was_left_out_goes_to_where_it_belongs() {
        let mut all_logs = Logs::from_block(1);
        all_logs.settle(vec![log(1), log(5)], 8, Digest([8; 32]));
        all_logs.add(vec![log(9), log(12)]);
        for late in [log(3), log(11), log(7)] {
            assert!(!all_logs.has(&late));
            all_logs.insert(late.clone());
            assert!(all_logs.has(&late));
        }
        assert_eq!(all(&all_logs).iter().map(|log| log.block).collect::<Vec<_>>(), [1, 3, 5, 7, 9, 11, 12]);
        assert_eq!(all_logs.kept().logs.len(), 4, "what is settled is kept");
        let replaced = RawLog { block_hash: Digest([77; 32]), ..log(9) };
        assert!(!all_logs.has(&replaced), "another block of the same height");
    }

    #[wasm_bindgen_test]
    fn what_came_from_the_server_is_remembered_as_such() {
        let mut logs = Logs::from_block(1);
        logs.take_over(vec![log(2)], 4, Digest([4; 32]));
        logs.settle(vec![log(6)], 8, Digest([8; 32]));
        assert_eq!((logs.kept().offered, logs.kept().block), (4, 8));
    }
}
