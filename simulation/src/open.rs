//! Records of which something can still be claimed, with just what tells whether asking the rules is worth it: agents
//! look at every one of them every time.

use shared_model::{IncentiveKind, Model};

/// Such a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    /// Among the model's contributions.
    pub(crate) position: usize,
    pub(crate) at: u64,
    pub(crate) author: usize,
    pub(crate) label: u16,
    /// A bit for each agent that has taken a share. There are at most 100 agents.
    pub(crate) taken: u128,
    /// When it was reported last.
    pub(crate) reported: Option<u64>,
}

/// Who looks.
pub(crate) struct Looker {
    pub(crate) agent: usize,
    pub(crate) owner: bool,
    pub(crate) good: u64,
    pub(crate) now: u64,
}

impl Open {
    /// When time alone lets somebody claim it who could not at `now`.
    pub(crate) fn changes(&self, model: &Model, now: u64) -> u64 {
        let terms = &model.terms;
        let refund = u64::from(terms.refund_wait);
        let waits = [refund, 2 * refund, terms.owner_wait.into(), terms.any_wait.into()].map(|wait| self.at + wait);
        let of_report = self.reported.map(|at| [1, 2, 3].map(|waits| at + waits * refund));
        let all = waits.into_iter().chain(of_report.into_iter().flatten());
        all.filter(|time| *time > now).min().unwrap_or(u64::MAX)
    }

    /// Whether nobody can claim it yet.
    pub(crate) fn waits(&self, model: &Model, now: u64) -> bool {
        now < self.at + u64::from(model.terms.refund_wait)
    }

    /// Whether the rules could let this one claim it. They have the last word.
    pub(crate) fn promises(&self, model: &Model, who: &Looker, predicted: impl FnOnce() -> u16) -> bool {
        if self.author == who.agent {
            return predicted() == self.label;
        }
        if model.incentive != IncentiveKind::Deposit {
            return false;
        }
        let after = |wait: u32| who.now >= self.at + u64::from(wait);
        let refund = u64::from(model.terms.refund_wait);
        let may = match self.reported.filter(|at| who.now < at + 3 * refund) {
            None => who.owner || who.good > 0 || after(model.terms.any_wait),
            Some(at) => {
                let share = who.good > 0 && self.taken >> who.agent & 1 == 0;
                let owners = who.owner && after(model.terms.owner_wait);
                let anyones = after(model.terms.any_wait) && who.now >= at + 2 * refund;
                who.now >= at + refund && (share || owners || anyones)
            }
        };
        may && predicted() != self.label
    }
}
