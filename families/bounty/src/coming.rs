//! Windows that are still to come for a person: for whoever puts them into a calendar before it is their turn.

use protocol::Address;

use crate::{Action, Bounty, Phase, SubmissionState, Window};

/// A window in which a person will have something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coming {
    /// What there will be to do.
    pub action: Action,
    /// The earliest that it can be: it opens no sooner and closes no sooner.
    pub window: Window,
    /// On whose doing it depends.
    pub depends: Depends,
}

/// What a coming window depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depends {
    /// On time alone.
    Nothing,
    /// On when the requester reveals the ground truth: the window can come later, by so many seconds at most, or never.
    Truth { later: u64 },
    /// On the person's own claim, which comes before.
    OwnClaim,
}

impl Bounty {
    /// What this person will have to do later than now, as far as it can be known; not what waits for them already
    /// ([`Bounty::task`]).
    pub fn coming(&self, person: &Address, now: u64) -> Vec<Coming> {
        let wait = u64::from(self.terms.window);
        let mine = self.submission(person).map(|submission| submission.state);
        let mut coming = Vec::new();
        match self.phase(now) {
            Phase::Open if self.requester == *person => {
                let (action, window) = (Action::RevealTruth, self.truth_window());
                coming.push(Coming { action, window, depends: Depends::Nothing });
            }
            Phase::Open | Phase::AwaitingTruth if mine == Some(SubmissionState::Active) => {
                // The truth is revealed at the earliest now, and at the latest in the last second of its window.
                let truth = Window { from: self.truth_window().from.max(now), ..self.truth_window() };
                let depends = Depends::Truth { later: truth.until.saturating_sub(truth.from + 1) };
                let claim = Window { from: truth.from, until: truth.from + wait };
                let reveal = Window { from: claim.until, until: claim.until + wait };
                coming.push(Coming { action: Action::Claim, window: claim, depends });
                coming.push(Coming { action: Action::RevealPrediction, window: reveal, depends });
            }
            Phase::Claiming => {
                let depends = match mine {
                    Some(SubmissionState::Active) => Some(Depends::OwnClaim),
                    Some(SubmissionState::Claimed) => Some(Depends::Nothing),
                    _ => None,
                };
                let action = Action::RevealPrediction;
                let window = self.reveal_window();
                coming.extend(depends.zip(window).map(|(depends, window)| Coming { action, window, depends }));
            }
            _ => {}
        }
        coming
    }
}
