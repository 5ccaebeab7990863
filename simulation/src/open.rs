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
    pub(crate) reported: u128,
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
        let waits = [terms.refund_wait, terms.owner_wait, terms.any_wait];
        waits.into_iter().map(|wait| self.at + u64::from(wait)).find(|time| *time > now).unwrap_or(u64::MAX)
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
        if after(model.terms.any_wait) {
            return true;
        }
        let owners = who.owner && after(model.terms.owner_wait);
        let may = owners || (who.good > 0 && self.reported >> who.agent & 1 == 0);
        may && predicted() != self.label
    }
}
