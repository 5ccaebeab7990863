//! The families of contracts whose reverts the page can tell in words.

use contracts::refusal::Refusals;

/// Sentences for the errors of every family that the page sends transactions to.
pub const REFUSALS: [Refusals; 7] = [
    coin::REFUSALS,
    bounty::REFUSALS,
    shared_model::REFUSALS,
    ::trained::REFUSALS,
    directory::REFUSALS,
    tasks::REFUSALS,
    jobs::REFUSALS,
];
