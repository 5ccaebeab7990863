//! Which grants are given by themselves.

use directory::{Grant, GrantTerms};
use protocol::Amount;
use serde::Deserialize;

/// Grants that are approved by themselves, to partners. Each limit is for all grants of one user together, for whichever of the
/// data sets that the rules name; where anybody may ask, for all grants of all users: more accounts get no more.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    pub most_times: u32,
    pub most_tries: u16,
    /// Numbers that all tasks may tell together.
    pub most_facts: u32,
    #[serde(default)]
    pub most_rows: u32,
    /// Seconds from now until it ends. A grant counts for as long after its end.
    pub most_seconds: u64,
    #[serde(default)]
    pub own_coefficients: bool,
    /// For each task that finishes.
    #[serde(default)]
    pub fee: Amount,
}

impl Approve {
    /// Whether a grant for these terms may be given beside those that were given before. `least_rows`: fewer are never told
    /// of.
    pub fn allows<'g>(
        &self,
        terms: &GrantTerms,
        given: impl IntoIterator<Item = &'g Grant>,
        now: u64,
        least_rows: u32,
    ) -> bool {
        let mut sum = all_of(terms);
        for grant in given {
            sum.iter_mut().zip(self.counted(grant, now)).for_each(|(sum, more)| *sum = sum.saturating_add(more));
        }
        let most = [self.most_times, self.most_tries.into(), self.most_facts, self.most_rows].map(u64::from);
        sum.iter().zip(most).all(|(sum, most)| *sum <= most)
            && terms.until <= now.saturating_add(self.most_seconds)
            && terms.min_rows >= least_rows
            && (self.own_coefficients || !terms.own_coefficients)
    }

    /// What counts of a grant that was given: all of it while it lasts, what was used of it for a while after. Whatever was
    /// given in the last `most_seconds` counts, since no grant can end sooner than it is given.
    fn counted(&self, grant: &Grant, now: u64) -> [u64; 4] {
        match grant.terms.until {
            until if now < until => all_of(&grant.terms),
            until if now < until.saturating_add(self.most_seconds) => [
                u64::from(grant.used) + u64::from(grant.held),
                grant.tried.into(),
                grant.facts_used.into(),
                grant.rows_used.into(),
            ],
            _ => [0; 4],
        }
    }
}

/// Times, tries, facts, rows.
fn all_of(terms: &GrantTerms) -> [u64; 4] {
    [terms.times.into(), terms.tries.into(), terms.facts.into(), terms.rows.into()]
}

#[cfg(test)]
mod tests {
    use directory::{GrantEvent, GrantState};
    use protocol::{Address, Digest};

    use super::*;

    const DAY: u64 = 86_400;

    fn approve() -> Approve {
        serde_json::from_str(r#"{"most_times": 5, "most_tries": 10, "most_facts": 20, "most_seconds": 2592000}"#)
            .unwrap()
    }

    fn terms(times: u32, facts: u32, until: u64) -> GrantTerms {
        GrantTerms {
            from: 0,
            until,
            times,
            tries: 3,
            facts,
            rows: 0,
            min_rows: 100,
            digits: 3,
            own_coefficients: false,
        }
    }

    fn given(terms: GrantTerms) -> Grant {
        let applied = GrantEvent::Applied { dataset: 1, user: Address([2; 20]), purpose: Digest::ZERO, terms };
        Grant { state: GrantState::Approved, ..Grant::after(None, &applied).unwrap() }
    }

    #[test]
    fn many_small_grants_get_no_more_than_one_large_one() {
        let (approve, now) = (approve(), 100 * DAY);
        let small = terms(2, 8, now + DAY);
        let one = given(small.clone());
        let allows = |before: &[Grant], terms: &GrantTerms| approve.allows(terms, before, now, 100);
        let two = [one.clone(), one.clone()];
        assert!(allows(&[], &small) && allows(std::slice::from_ref(&one), &small));
        assert!(!allows(&two, &small), "six of five times, 24 of 20 facts");
        assert!(allows(&two, &terms(1, 4, now + DAY)));
        assert!(!allows(&two, &terms(1, 5, now + DAY)));
    }

    #[test]
    fn what_was_used_counts_after_the_end_as_long_as_a_grant_may_last() {
        let approve = approve();
        let ended = 100 * DAY;
        let mut before = given(terms(5, 20, ended));
        let allows = |before: &Grant, now: u64| approve.allows(&terms(2, 8, now + DAY), [before], now, 100);
        // As it lasts nothing is left; once it has ended unused, all is.
        assert!(!allows(&before, ended - 1) && allows(&before, ended));
        (before.used, before.held, before.facts_used) = (3, 1, 12);
        assert!(!allows(&before, ended), "six of five times");
        before.held = 0;
        assert!(allows(&before, ended), "five times, 20 facts");
        before.facts_used = 13;
        assert!(!allows(&before, ended + 30 * DAY - 1) && allows(&before, ended + 30 * DAY));
    }

    #[test]
    fn each_limit_refuses_by_itself() {
        let (approve, now) = (approve(), 100 * DAY);
        let good = terms(5, 20, now + 30 * DAY);
        assert!(approve.allows(&good, [], now, 100));
        for wrong in [
            GrantTerms { times: 6, ..good.clone() },
            GrantTerms { tries: 11, ..good.clone() },
            GrantTerms { facts: 21, ..good.clone() },
            GrantTerms { rows: 1, ..good.clone() },
            GrantTerms { until: good.until + 1, ..good.clone() },
            GrantTerms { min_rows: 99, ..good.clone() },
            GrantTerms { own_coefficients: true, ..good.clone() },
        ] {
            assert!(!approve.allows(&wrong, [], now, 100), "{wrong:?}");
        }
    }
}
