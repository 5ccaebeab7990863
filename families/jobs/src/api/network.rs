//! All providers and jobs in figures: the server counts them in SQL (`server/src/families/jobs/network.rs`), the page out of the
//! chain's logs, and a test holds the two equal.

use std::collections::BTreeMap;

use protocol::{Address, Amount};
use serde::{Deserialize, Serialize};

use super::ProviderRow;
use crate::{Book, Job, State};

/// Seconds of a day.
pub const DAY: u64 = 86_400;
/// Days of the trend, today's included.
pub const DAYS: u64 = 15;

/// Figures of everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Network {
    pub totals: Totals,
    /// [`DAYS`] days by UTC, the last of them today.
    pub days: Vec<Day>,
}

/// Sums over everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = NetworkTotals))]
pub struct Totals {
    /// Providers that have not left.
    pub providers: u64,
    /// Those of them that take new jobs.
    pub ready: u64,
    /// What those that take new jobs do together, as they measured it.
    pub units_per_second: u64,
    /// All jobs that were ever posted.
    pub jobs: u64,
    /// Posted, and not locked yet.
    pub open: u64,
    /// Locked, running, submitted or disputed.
    pub running: u64,
    /// Ended and paid, in whole or in part.
    pub paid_jobs: u64,
    /// Units that were paid.
    pub units: u64,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub paid: Amount,
    /// What clients of jobs that have not ended have locked.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub escrowed: Amount,
}

/// What came about on one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = NetworkDay))]
pub struct Day {
    /// When it began.
    pub from: u64,
    /// Jobs that were posted.
    pub posted: u64,
    /// Jobs that ended, however.
    pub ended: u64,
    /// Units of those, as they were paid.
    pub units: u64,
    /// What those paid.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub paid: Amount,
}

impl Network {
    /// The figures of all there is at a moment. `posted_at` says when jobs were posted, by their numbers.
    pub fn of(book: &Book, posted_at: &BTreeMap<u64, u64>, now: u64) -> Self {
        let mut network = Self { totals: Totals::default(), days: Day::until(now) };
        for provider in book.providers.values().filter(|provider| provider.slot != 0) {
            network.totals.providers += 1;
            if provider.weight != 0 {
                network.totals.ready += 1;
                network.totals.units_per_second += u64::from(provider.offer.units_per_second);
            }
        }
        for (id, job) in (1..).zip(&book.jobs) {
            network.totals.count(job);
            network.on(posted_at.get(&id).copied().unwrap_or_default(), |day| day.posted += 1);
            if job.state.is_final() {
                network.on(job.since, |day| {
                    day.ended += 1;
                    day.units += job.units_paid();
                    day.paid.0 += job.parts().0.0;
                });
            }
        }
        network
    }

    fn on(&mut self, at: u64, count: impl FnOnce(&mut Day)) {
        let from = at - at % DAY;
        if let Some(day) = self.days.iter_mut().find(|day| day.from == from) {
            count(day);
        }
    }
}

impl Totals {
    fn count(&mut self, job: &Job) {
        self.jobs += 1;
        self.open += u64::from(job.state == State::Posted);
        let price = job.run.as_ref().map_or(Amount::ZERO, |run| run.price);
        if job.is_under_way() {
            self.running += 1;
            self.escrowed.0 += job.terms.escrow(price).0;
        }
        self.paid_jobs += u64::from(job.units_paid() > 0);
        self.units += job.units_paid();
        self.paid.0 += job.parts().0.0;
    }
}

impl Day {
    /// [`DAYS`] empty days, the last of them that of a moment.
    pub fn until(now: u64) -> Vec<Self> {
        let today = now - now % DAY;
        (0..DAYS).rev().map(|back| Self { from: today.saturating_sub(back * DAY), ..Self::default() }).collect()
    }
}

impl Book {
    /// The rows of all providers that have not left.
    pub fn provider_rows(&self) -> Vec<ProviderRow> {
        let mut earned = BTreeMap::<Address, (u64, u64, u128)>::new();
        for job in self.jobs.iter().filter(|job| job.units_paid() > 0) {
            if let Some(run) = &job.run {
                let of_provider = earned.entry(run.provider).or_default();
                of_provider.0 += 1;
                of_provider.1 += job.units_paid();
                of_provider.2 += job.parts().0.0;
            }
        }
        let here = self.providers.iter().filter(|(_, provider)| provider.slot != 0);
        here.map(|(account, provider)| {
            let (jobs, units, paid) = earned.get(account).copied().unwrap_or_default();
            ProviderRow {
                account: *account,
                offer: provider.offer,
                deposit: provider.deposit,
                locked: provider.locked,
                takes_jobs: provider.weight != 0,
                since: provider.since,
                jobs,
                units,
                earned: Amount(paid),
            }
        })
        .collect()
    }
}
