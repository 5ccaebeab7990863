//! Jobs and providers as the tables have them.

use std::collections::BTreeMap;

use ::jobs::{Event, Held, Job, Offer, ProviderEvent};
use protocol::{Address, Amount};
use serde::{Deserialize, Serialize};

/// A job, with what its state does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DatedJob {
    /// How many providers there were when jurors were drawn is not known here.
    pub(super) job: Job,
    pub(super) posted_at: u64,
    /// What it has done to deposits so far.
    pub(super) held: BTreeMap<Address, Held>,
}

impl DatedJob {
    pub(super) fn posted(event: &Event, at: u64) -> Option<Self> {
        Job::posted(event, at).map(|job| Self { job, posted_at: at, held: BTreeMap::new() })
    }

    pub(super) fn apply(&mut self, event: &Event, at: u64) {
        for (who, change) in self.job.moves(event) {
            self.held.entry(who).or_default().take(change);
        }
        self.job.apply(event, at, 0);
    }
}

/// What a provider did itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OwnPart {
    pub(super) registered: bool,
    pub(super) takes_jobs: bool,
    pub(super) offer: Offer,
    pub(super) nonce: u64,
    /// When its deposit or offer was changed last by itself.
    pub(super) since: u64,
    /// All that it ever put into its deposit, and all that it took out.
    pub(super) put: Amount,
    pub(super) taken: Amount,
}

impl OwnPart {
    pub(super) fn apply(&mut self, event: &ProviderEvent, at: u64) {
        match event {
            ProviderEvent::Offers { amount, offer } => {
                (self.registered, self.takes_jobs, self.offer, self.since) = (true, true, *offer, at);
                self.put.0 = self.put.0.saturating_add(amount.0);
            }
            ProviderEvent::Paused => self.takes_jobs = false,
            ProviderEvent::Withdrawn { amount } => {
                self.taken.0 = self.taken.0.saturating_add(amount.0);
                if self.takes_jobs {
                    self.since = at;
                }
            }
            ProviderEvent::Left { amount } => {
                self.taken.0 = self.taken.0.saturating_add(amount.0);
                (self.registered, self.takes_jobs, self.offer, self.since) = (false, false, Offer::default(), 0);
            }
            ProviderEvent::QuotesRevoked { nonce } => self.nonce = *nonce,
        }
    }

    /// The deposit, with what jobs have added and taken.
    pub(super) fn deposit(&self, held: Held) -> Amount {
        let more = self.put.0.saturating_add(held.gained.0);
        Amount(more.saturating_sub(self.taken.0.saturating_add(held.lost.0)))
    }
}
