//! Who must act, until when, and what happens if they do not.

use serde::{Deserialize, Serialize};

use crate::{Bounty, Phase, SubmissionState};
use protocol::{Address, Amount};

/// Something that a person can do to a bounty now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A trainer: commit predictions and model.
    Submit,
    /// A trainer: commit to others instead.
    Replace,
    /// A trainer: take the submission back.
    Withdraw,
    /// The requester: end it before the deadline.
    Cancel,
    /// The requester: reveal the ground truth.
    RevealTruth,
    /// A trainer: claim a score.
    Claim,
    /// A claimant: reveal predictions and model.
    RevealPrediction,
    /// Anyone: end it, as the truth was not revealed in time.
    Timeout,
    /// Anyone: pay the best verified reveal.
    Settle,
    /// A trainer: take what is due after the end.
    Collect,
    /// Anyone, for the winner: send the winner the stake of a claimant who stayed silent above them.
    SendStake,
}

/// An action that waits for a person, and the moment after which it is too late (seconds since the epoch).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// What can be done.
    pub action: Action,
    /// When it can no longer be done, seconds since the epoch; `None` where there is no end.
    pub until: Option<u64>,
}

impl Bounty {
    /// What this person would lose by not doing now. `None` where nothing waits for them.
    pub fn task(&self, person: &Address, now: u64) -> Option<Task> {
        let mine = self.submission(person).map(|s| s.state);
        let action = waiting(self.phase(now), mine, self.requester == *person, self.active(), self.due(person))?;
        Some(Task { action, until: self.phase_ends(now) })
    }

    /// Everything this person may do now, whether or not it is wise.
    pub fn allowed(&self, person: &Address, now: u64) -> Vec<Action> {
        let mine = self.submission(person).map(|s| s.state);
        allowed(self.phase(now), mine, self.requester == *person, self.due(person))
    }
}

/// What somebody would lose by not doing in a phase, by the state of their submission, how many submissions stand, and what
/// is due to them. Where none stands, the reward comes back whether or not the truth is revealed, once somebody ends it.
pub(crate) fn waiting(
    phase: Phase,
    mine: Option<SubmissionState>,
    is_requester: bool,
    active: usize,
    due: Amount,
) -> Option<Action> {
    Some(match (phase, mine) {
        (Phase::AwaitingTruth, _) if is_requester && active > 0 => Action::RevealTruth,
        (Phase::TruthOverdue, _) if is_requester && active == 0 => Action::Timeout,
        (Phase::Claiming, Some(SubmissionState::Active)) => Action::Claim,
        (Phase::Revealing, Some(SubmissionState::Claimed)) => Action::RevealPrediction,
        (Phase::TruthOverdue, Some(SubmissionState::Active)) => Action::Timeout,
        (Phase::SettleDue, Some(_)) => Action::Settle,
        (Phase::SettleDue, None) if is_requester => Action::Settle,
        (phase, Some(_)) if phase.is_final() && due.0 > 0 => Action::Collect,
        _ => return None,
    })
}

/// Everything that somebody may do in a phase, by the state of their submission and what is due to them.
pub(crate) fn allowed(phase: Phase, mine: Option<SubmissionState>, is_requester: bool, due: Amount) -> Vec<Action> {
    use SubmissionState::{Active, Claimed, Withdrawn};
    let rules = [
        (Action::Submit, phase == Phase::Open && !is_requester && matches!(mine, None | Some(Withdrawn))),
        (Action::Replace, phase == Phase::Open && mine == Some(Active)),
        (
            Action::Withdraw,
            matches!(phase, Phase::Open | Phase::AwaitingTruth | Phase::Claiming) && mine == Some(Active),
        ),
        (Action::Cancel, phase == Phase::Open && is_requester),
        (Action::RevealTruth, phase == Phase::AwaitingTruth && is_requester),
        (Action::Claim, phase == Phase::Claiming && mine == Some(Active)),
        (Action::RevealPrediction, phase == Phase::Revealing && mine == Some(Claimed)),
        (Action::Timeout, phase == Phase::TruthOverdue),
        (Action::Settle, phase == Phase::SettleDue),
        (Action::Collect, phase.is_final() && due.0 > 0),
    ];
    rules.into_iter().filter(|(_, allowed)| *allowed).map(|(action, _)| action).collect()
}
