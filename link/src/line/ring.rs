//! What was sent and may have to be sent again.

use std::collections::VecDeque;

use protocol::Digest;

use super::heads::Head;

/// Fragments that the other side has not confirmed, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Ring {
    kept: VecDeque<Kept>,
}

#[derive(Debug, Clone)]
struct Kept {
    /// As it was sealed.
    fragment: Vec<u8>,
    /// The head before it.
    before: Head,
    /// Bytes of payload before it.
    bytes_before: u64,
}

impl Ring {
    pub fn keep(&mut self, fragment: Vec<u8>, before: Head, bytes_before: u64) {
        self.kept.push_back(Kept { fragment, before, bytes_before });
    }

    /// Forgets the fragments before `count`.
    pub fn forget_before(&mut self, count: u64) {
        while self.kept.front().is_some_and(|kept| kept.before.count < count) {
            self.kept.pop_front();
        }
    }

    /// What the head was when `count` fragments had gone; `None` where that is no longer, or not yet, known.
    pub fn head_at(&self, count: u64) -> Option<Digest> {
        let first = self.kept.front()?.before.count;
        let index = usize::try_from(count.checked_sub(first)?).ok()?;
        self.kept.get(index).map(|kept| kept.before.hash)
    }

    /// The fragment after the first `count`, to be sealed, and the bytes of payload before it.
    pub fn fragment(&self, count: u64) -> Option<(&[u8], u64)> {
        let first = self.kept.front()?.before.count;
        let index = usize::try_from(count.checked_sub(first)?).ok()?;
        self.kept.get(index).map(|kept| (kept.fragment.as_slice(), kept.bytes_before))
    }

    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub fn forget_last(&mut self) -> Option<Head> {
        self.kept.pop_back().map(|kept| kept.before)
    }
}
