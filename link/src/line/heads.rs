//! One hash a direction over everything that was said, so that both sides can say in the result that they saw the same.

use protocol::{Digest, keccak};

/// A direction of a link: how many fragments went, and the hash over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub count: u64,
    pub hash: Digest,
}

impl Head {
    /// Where a direction begins: 64 secret bytes, half of them from each side, so that nobody can try contents against a
    /// head that is on chain.
    pub fn begin(association: &Digest, from_lower: bool, secrets: [&[u8; 32]; 2]) -> Self {
        let parts: [&[u8]; 5] = [
            b"ModelMarket head 1",
            &association.0,
            &[u8::from(from_lower)],
            secrets[0].as_slice(),
            secrets[1].as_slice(),
        ];
        Self { count: 0, hash: keccak(&parts) }
    }

    /// With one more fragment, as it was sealed: keccak(head ‖ sequence ‖ BLAKE3(fragment)). A contract takes heads as they are
    /// and never computes one, so the bytes of a fragment go through what is fast in a browser: keccak would be a third of all
    /// the work.
    pub fn with(self, fragment: &[u8]) -> Self {
        let hash = keccak(&[&self.hash.0, &self.count.to_be_bytes(), blake3::hash(fragment).as_bytes()]);
        Self { count: self.count + 1, hash }
    }
}
