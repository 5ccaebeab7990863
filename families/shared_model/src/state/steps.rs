//! What an account can do about deposits and points of a model, and until when: for whoever reminds people of it.

use super::{Contribution, Model};
use crate::incentive::IncentiveKind;
use protocol::{Address, Amount, Digest};

/// What can be done about a contribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Todo {
    /// Somebody has reported the person's own contribution: have the deposit back before others take it, as soon as the
    /// model agrees.
    Defend,
    /// Take a deposit that was reported, if the model still disagrees.
    Take,
    /// Have the deposit back, if the model agrees.
    Refund,
    /// Have the point, if the model still agrees.
    Point,
}

/// Something that an account can do about a contribution, now or later. Whether the model agrees or disagrees, which each
/// of them needs, is for the chain to say when it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub todo: Todo,
    /// The contribution.
    pub key: Digest,
    /// What comes of it, 10^-18 MDC; nothing for a point alone.
    pub amount: Amount,
    /// From when on it can be done, seconds since the epoch.
    pub from: u64,
    /// Until when it should be: from then on others may take what it is about, or it cannot be done any more. `None` where
    /// nothing is lost by waiting.
    pub until: Option<u64>,
}

impl Model {
    /// What `account` can do at `now` or later, without counting on what others may do first: the most urgent first.
    pub fn steps(&self, account: &Address, now: u64) -> Vec<Step> {
        let open = self.contributions.iter().filter(|c| !c.record.settled && self.incentive != IncentiveKind::Market);
        let mut steps: Vec<Step> = open
            .filter_map(|c| {
                if c.record.contributor == *account { self.own_step(c, now) } else { self.take_step(account, c, now) }
            })
            .collect();
        steps.sort_by_key(|step| (step.until.unwrap_or(u64::MAX), step.from, step.todo, step.key));
        steps
    }

    /// When what `account` can do about deposits, points and the market next becomes another by time alone; `None` where
    /// it does not. Until then [`Self::steps`], [`Model::market_turn`] and [`Model::market_coming`] say the same.
    pub fn changes_at(&self, account: &Address, now: u64) -> Option<u64> {
        let terms = &self.terms;
        let open = self.contributions.iter().filter(|c| !c.record.settled && self.incentive != IncentiveKind::Market);
        let times = open.flat_map(|c| {
            let record = &c.record;
            let after = |wait: u32| record.at.saturating_add(u64::from(wait));
            let report = terms.report_times(record, now);
            let is_mine = record.contributor == *account;
            // Of others' contributions only what is reported concerns this account.
            let waits =
                [after(terms.refund_wait), after(terms.owner_wait), after(terms.any_wait), terms.point_from(record)];
            let waits = waits.into_iter().filter(move |_| is_mine || report.is_some());
            waits.chain(report.into_iter().flat_map(|times| [times.takeable, times.anyones, times.ends]))
        });
        let market = self.market.as_ref().and_then(|market| market.until(now));
        times.chain(market).filter(|at| *at > now).min()
    }

    fn own_step(&self, contribution: &Contribution, now: u64) -> Option<Step> {
        let (record, terms) = (&contribution.record, &self.terms);
        let (key, amount) = (record.key, record.left);
        let refundable = record.at.saturating_add(u64::from(terms.refund_wait));
        if record.left == Amount::ZERO {
            return Some(Step { todo: Todo::Point, key, amount, from: terms.point_from(record), until: None });
        }
        Some(match terms.report_times(record, now) {
            Some(times) => Step { todo: Todo::Defend, key, amount, from: refundable, until: Some(times.takeable) },
            None => Step { todo: Todo::Refund, key, amount, from: refundable, until: None },
        })
    }

    fn take_step(&self, account: &Address, contribution: &Contribution, now: u64) -> Option<Step> {
        let times = self.terms.report_times(&contribution.record, now)?;
        let key = contribution.record.key;
        // The time from which on this account can take is one of those at which something changes.
        let owners = contribution.record.at.saturating_add(u64::from(self.terms.owner_wait));
        let anyones = contribution.record.at.saturating_add(u64::from(self.terms.any_wait)).max(times.anyones);
        let changes = [times.takeable, owners.max(times.takeable), anyones].map(|at| at.max(now));
        let disagreeing = contribution.record.label.wrapping_add(1);
        changes.into_iter().filter(|at| *at < times.ends).find_map(|from| {
            let take = self.take(account, &key, from, || disagreeing).ok()?;
            Some(Step { todo: Todo::Take, key, amount: take.amount, from, until: Some(times.ends) })
        })
    }
}
