//! Which providers fit, and why the others do not.

use std::cmp::Reverse;

use protocol::{Address, Amount};

use super::{Estimate, Limit, Miss, Offered, Wanted};

/// A provider that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    pub account: Address,
    /// For a unit.
    pub price: Amount,
    pub estimate: Estimate,
}

/// How many providers a limit keeps out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    pub limit: Limit,
    /// Those that it keeps out, whatever other limits say.
    pub providers: usize,
    /// Those that it alone keeps out: they would fit without it.
    pub alone: usize,
}

/// A provider that does not fit, with everything that would have to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    pub account: Address,
    /// In the order of [`Limit::ALL`]; never empty.
    pub misses: Vec<(Limit, Miss)>,
}

/// What a comparison of a job with all providers gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matching {
    /// By what they are expected to cost, then by time, then by address.
    pub fits: Vec<Fit>,
    /// All others, the nearest to fitting first: the fewest limits, then what the client can change, then how far it is.
    pub missed: Vec<Missed>,
}

/// Compares a job with all providers. The order of these does not matter, and each counts once.
pub fn matching(wanted: &Wanted, offers: &[Offered]) -> Matching {
    let mut found = Matching::default();
    for offered in offers {
        let misses = Limit::ALL.into_iter().filter_map(|limit| Some((limit, limit.misses(wanted, offered)?)));
        let misses: Vec<_> = misses.collect();
        let account = offered.account;
        match Estimate::of(wanted.units, offered) {
            Some(estimate) if misses.is_empty() => found.fits.push(Fit { account, price: offered.price, estimate }),
            _ => found.missed.push(Missed { account, misses }),
        }
    }
    found.fits.sort_by_key(|fit| (fit.estimate.cost, fit.estimate.seconds, fit.account));
    found.missed.sort_by_key(Missed::rank);
    found
}

impl Matching {
    /// How many providers each limit keeps out; limits that keep out none are left out, those that keep out most come
    /// first.
    pub fn removed(&self) -> Vec<Removed> {
        let removed = Limit::ALL.into_iter().map(|limit| {
            let out =
                || self.missed.iter().filter(move |missed| missed.misses.iter().any(|(which, _)| *which == limit));
            Removed { limit, providers: out().count(), alone: out().filter(|missed| missed.misses.len() == 1).count() }
        });
        let mut removed: Vec<_> = removed.filter(|removed| removed.providers > 0).collect();
        removed.sort_by_key(|removed| Reverse((removed.providers, removed.alone)));
        removed
    }

    /// The provider that would fit most easily, where none does.
    pub fn nearest(&self) -> Option<&Missed> {
        self.missed.first().filter(|_| self.fits.is_empty())
    }
}

impl Missed {
    fn rank(&self) -> (usize, usize, u128, Address) {
        let others = self.misses.iter().filter(|(_, miss)| !miss.is_up_to_client()).count();
        let distance = self.misses.iter().map(|(_, miss)| miss.distance()).fold(0, u128::saturating_add);
        (self.misses.len(), others, distance, self.account)
    }
}
