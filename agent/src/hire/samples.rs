//! A job and its order, for tests of what is kept and sent.

use jobs::{Files, Job, State, Terms};
use protocol::{Address, Amount, Digest};

use super::kept::Ordered;

const CLIENT: Address = Address([2; 20]);

/// A job in this state.
pub fn job(state: State) -> Job {
    let terms = Terms {
        kind: 0,
        jurors: 1,
        memory_mib: 16,
        audit_rate: 0,
        max_seconds: 600,
        window: 600,
        deadline: 100_000,
        units: 100,
        every: 10,
        highest_price: Amount(1),
        stake: Amount(40),
        files: Digest::ZERO,
    };
    Job { client: CLIENT, terms, files: Files::default(), state, since: 0, run: None, dispute: None }
}

/// An order that began at 1,000, under this number, on a network on which some blocks are waited for.
pub fn ordered(job: Option<u64>) -> Ordered {
    Ordered {
        chain: 1,
        contract: Address([1; 20]),
        client: CLIENT,
        terms: Digest([3; 32]),
        limits: Digest([4; 32]),
        work: Digest([5; 32]),
        job,
        begun: 1_000,
        lock_by: None,
        provider: None,
        out: "result".into(),
        stop_after: None,
        quote_until: None,
        drawn: false,
        lied: false,
        written: false,
        fetched: Vec::new(),
    }
}
