//! What was folded from events, held against what the contract stores: a node that left events out shows here.

use std::fmt;

use protocol::Address;

use crate::{
    Bounty, Event, SubmissionState,
    returns::{ChainBounty, ChainSubmission},
};

/// What the contract has of a bounty and its events do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    Submissions,
    Withdrawals,
    Truth,
    Claims,
    FalseClaims,
    /// The best verified reveal.
    Reveals,
    /// Claims below the minimum.
    Concessions,
    End,
    /// What was paid out after the end.
    Payouts,
}

impl fmt::Display for Lacking {
    /// As in "the chain node left out … of this bounty".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Submissions => "submissions",
            Self::Withdrawals => "withdrawals",
            Self::Truth => "the revealed truth",
            Self::Claims => "claims",
            Self::FalseClaims => "false claims",
            Self::Reveals => "revealed predictions",
            Self::Concessions => "claims below the minimum",
            Self::End => "the end",
            Self::Payouts => "payments",
        })
    }
}

/// What events say happened how often: more than the state that they leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Submissions ever made: more than there are where somebody replaced one, or withdrew it and made another.
    pub submitted: u32,
    /// Claims that competed and were slashed because the count differed.
    pub false_claims: u32,
}

impl Told {
    /// Of a bounty's events, in order.
    pub fn by<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut told = Self::default();
        for event in events {
            told.add(event);
        }
        told
    }

    /// The next event.
    pub fn add(&mut self, event: &Event) {
        match event {
            Event::Submitted { .. } | Event::Replaced { .. } => self.submitted += 1,
            Event::Slashed { revealed: true, .. } => self.false_claims += 1,
            _ => {}
        }
    }
}

impl Bounty {
    /// What these events leave out of what the contract stores; `None` where they have all of it.
    ///
    /// `told` is counted from the same events; `stored` must be of a block that the reading of events has reached, or of one before.
    pub fn lacking(&self, told: &Told, stored: &ChainBounty) -> Option<Lacking> {
        let claimed = |competes: bool| {
            let claims = self.submissions.iter().filter_map(|submission| submission.claim);
            count(claims.filter(|claim| (*claim >= self.terms.min_correct) == competes))
        };
        let active = count(self.submissions.iter().filter(|submission| submission.is_active()));
        let rules = [
            (Lacking::Submissions, stored.submissions > told.submitted),
            // Later submissions have stakes of their own.
            (Lacking::Withdrawals, stored.submissions == told.submitted && active > stored.active),
            (Lacking::Truth, stored.truth_revealed_at.is_some() && self.truth.is_none()),
            (Lacking::Claims, stored.claims > claimed(true)),
            (Lacking::Concessions, stored.conceded > claimed(false)),
            (Lacking::FalseClaims, stored.false_claims > told.false_claims),
            (Lacking::Reveals, stored.best.is_some_and(|best| !self.has_revealed(&best, stored.best_correct))),
            (Lacking::End, stored.phase.is_final() && self.ending.is_none()),
        ];
        rules.into_iter().find(|(_, lacks)| *lacks).map(|(lacking, _)| lacking)
    }
}

impl Bounty {
    /// What these events leave out of what the contract stores of one trainer's submission; `None` where they have all of
    /// it. What was paid out is counted nowhere and shows here alone. `stored` must be of a block that the reading of
    /// events has reached, or of one before: a submission only ever goes on, or gives way to one of a later number.
    pub fn lacking_of(&self, trainer: &Address, stored: Option<&ChainSubmission>) -> Option<Lacking> {
        let stored = stored?;
        let told = self.submission(trainer).map(|told| (told.order, progress(told.state)));
        if told >= Some((stored.order, progress(stored.state))) {
            return None;
        }
        if told.is_none_or(|(order, _)| order < stored.order) {
            return Some(Lacking::Submissions);
        }
        Some(match stored.state {
            SubmissionState::Active => Lacking::Submissions,
            SubmissionState::Withdrawn | SubmissionState::Abandoned => Lacking::Withdrawals,
            SubmissionState::Claimed => Lacking::Claims,
            SubmissionState::Conceded => Lacking::Concessions,
            SubmissionState::Verified => Lacking::Reveals,
            SubmissionState::Slashed => Lacking::FalseClaims,
            SubmissionState::Paid => Lacking::Payouts,
        })
    }

    /// Whether a trainer's reveal was told, with so many correct labels.
    fn has_revealed(&self, trainer: &Address, correct: u32) -> bool {
        let reveal = self.submission(trainer).and_then(|submission| submission.reveal.as_ref());
        reveal.is_some_and(|reveal| reveal.correct == correct)
    }
}

impl crate::Submission {
    /// Whether its stake is neither withdrawn nor abandoned.
    pub fn is_active(&self) -> bool {
        !matches!(self.state, SubmissionState::Withdrawn | SubmissionState::Abandoned)
    }
}

/// How far a submission has come: its states follow each other in this order.
const fn progress(state: SubmissionState) -> u8 {
    match state {
        SubmissionState::Active => 0,
        SubmissionState::Withdrawn
        | SubmissionState::Abandoned
        | SubmissionState::Claimed
        | SubmissionState::Conceded => 1,
        SubmissionState::Verified | SubmissionState::Slashed => 2,
        SubmissionState::Paid => 3,
    }
}

fn count<T>(found: impl Iterator<Item = T>) -> u32 {
    u32::try_from(found.count()).unwrap_or(u32::MAX)
}
