//! A bounty for tests.

use bounty::{Bounty, PostNumber, Terms};
use protocol::{Address, Amount, Digest};

pub const REQUESTER: Address = Address([1; 20]);

/// A bounty as the contract stores it: others' submissions are not in it.
pub fn stored() -> Bounty {
    let terms = Terms {
        reward: Amount::mdc(100),
        stake: Amount::mdc(5),
        deadline: 1_000,
        window: 600,
        test_rows: 10,
        classes: 2,
        min_correct: 0,
        truth_superhash: Digest::ZERO,
        post_number: PostNumber([0; 8]),
    };
    Bounty::bare(1, REQUESTER, terms)
}
