//! The orders of a folder, as the chain has them now. Who orders what was ordered before is told so, and does not pay twice.

use std::fs::File;

use jobs::{Job, State, Terms, market::Posting, typed_data};
use protocol::{Amount, Digest};
use rpc::KnownChain;

use super::{
    Hiring,
    kept::{Kept, Ordered},
};
use crate::{cli::hire::Limits, failure::Failure, files};

/// Seconds in which an order may still come to the chain that was sent before its program was ended.
const UNSEEN: u64 = 600;

/// An order of this account, on this chain.
pub struct Known {
    pub ordered: Ordered,
    /// `None` where another program is at it.
    pub kept: Option<Kept>,
    /// Its number, and the job, once it is on chain.
    pub found: Option<(u64, Job)>,
}

impl Known {
    /// Whether nothing is left to do about it.
    fn is_over(&self, now: u64) -> bool {
        let Some((_, job)) = &self.found else {
            let unseen_until = self.ordered.lock_by.unwrap_or(self.ordered.begun).saturating_add(UNSEEN);
            return self.ordered.job.is_none() && now >= unseen_until;
        };
        let is_paid = job.claimable(self.ordered.client) == Amount::ZERO;
        match job.state {
            // A lock that came in time may not have been read yet.
            State::Posted => now >= job.terms.lock_by().saturating_add(UNSEEN),
            State::Settled => is_paid && self.ordered.written,
            state => state.is_final() && is_paid,
        }
    }

    /// Whether another chain has begun, which does not have it: one whose number was said before is read at once where no blocks
    /// are waited for.
    pub fn is_gone(&self) -> bool {
        let is_unseen = self.found.is_none() && self.ordered.job.is_some();
        is_unseen && KnownChain::of(self.ordered.chain).confirmations == 0
    }

    /// Whether it may still come to the chain, or be read of it.
    fn may_come(&self, now: u64) -> bool {
        !self.is_gone() && now < self.ordered.begun.saturating_add(UNSEEN)
    }

    /// Whether its money may be locked, and that was not read yet.
    fn may_be_locked(&self, now: u64) -> bool {
        let until = self.ordered.quote_until.map(|until| until.saturating_add(UNSEEN));
        !self.is_gone() && until.is_some_and(|until| now < until)
    }

    /// Whether money may be in it.
    pub fn may_be_paid(&self, now: u64) -> bool {
        match self.found.as_ref().map(|(_, job)| job.state) {
            // Nothing is in it, unless that is under way.
            None | Some(State::Posted) => self.kept.is_none() || self.may_be_locked(now),
            Some(state) => !state.is_final(),
        }
    }

    /// Why the same is not ordered now, if it may cost the same money again.
    fn forbids(&self, order: &Ordered, now: u64) -> Option<String> {
        if self.ordered.work != order.work {
            return None;
        }
        let is_held = self.kept.is_none();
        let is_same = (self.ordered.limits, self.ordered.provider) == (order.limits, order.provider);
        let waits = match self.found.as_ref().map(|(_, job)| job.state) {
            None => self.may_come(now),
            Some(state) => state == State::Posted,
        };
        let is_open = is_same && waits || self.may_be_paid(now);
        let what = match &self.found {
            _ if !is_open => return None,
            None if is_held => "Another program orders it now.".to_owned(),
            None => "It is not to be seen on chain yet. Try again in ten minutes.".to_owned(),
            Some((id, _)) if is_held => format!("It is job {id}, and another program is at it."),
            Some((id, _)) => format!("It is job {id}: `agent job … resume` goes on with it where it stands."),
        };
        Some(format!(
            "The same was ordered from this folder before. {what} To have it run once more, use another folder."
        ))
    }
}

/// Holds up other programs that look at the orders of this folder: whoever looks holds each of them for a moment, and would be
/// taken for a program that is at it. Of two programs that order the same at once, one finds the order of the other.
pub fn turn(hiring: &Hiring) -> Result<File, Failure> {
    files::folder(&hiring.hired)?;
    files::lock(&hiring.hired.join("lock"))
}

/// All orders that are not over; the others are forgotten. For whoever has the [`turn`].
pub fn known(hiring: &Hiring) -> Result<Vec<Known>, Failure> {
    let here = (hiring.chain.deployment.chain_id, hiring.view.contract, hiring.me);
    let mut all = Vec::new();
    for (ordered, kept) in Kept::all(&hiring.hired)? {
        if (ordered.chain, ordered.contract, ordered.client) != here {
            continue;
        }
        let is_it = |id: u64, job: &Job| {
            ordered.job.is_none_or(|known| known == id)
                && job.client == ordered.client
                && typed_data::terms(&job.terms) == ordered.terms
        };
        let found = hiring.view.jobs().find(|(id, job)| is_it(*id, job)).map(|(id, job)| (id, job.clone()));
        let known = Known { ordered, kept, found };
        let is_over = known.is_over(hiring.view.now());
        match known.kept {
            Some(kept) if is_over => {
                if let Some((_, job)) = &known.found {
                    hiring.forgets(known.ordered.passed(job));
                }
                kept.forget();
            }
            kept => all.push(Known { kept, ordered: known.ordered, found: known.found }),
        }
    }
    Ok(all)
}

/// Keeps an order, before anything is sent for it. Answers with it older orders of the same work that hold no money: once this one
/// is posted, they are given up, so that whoever goes on later does not pay for both.
///
/// # Errors
/// [`Failure::Refused`] where the same was ordered before and is not over.
pub fn begin(hiring: &Hiring, posting: &Posting, work: Digest, limits: &Limits) -> Result<(Kept, Vec<Kept>), Failure> {
    let ordered = Ordered {
        chain: hiring.chain.deployment.chain_id,
        contract: hiring.view.contract,
        client: hiring.me,
        terms: typed_data::terms(&posting.terms),
        limits: typed_data::terms(&Terms { deadline: 0, ..posting.terms }),
        work,
        job: None,
        begun: hiring.view.now(),
        lock_by: Some(posting.terms.lock_by()),
        provider: limits.provider,
        out: files::absolute(&limits.out)?,
        stop_after: limits.stop_after,
        quote_until: None,
        drawn: false,
        lied: false,
        written: false,
        fetched: Vec::new(),
    };
    let _turn = turn(hiring)?;
    let mut older = Vec::new();
    for known in known(hiring)? {
        if let Some(why) = known.forbids(&ordered, hiring.view.now()) {
            return Err(Failure::Refused(why));
        }
        let never_ran = known.found.as_ref().is_none_or(|(_, job)| job.state == State::Posted);
        if never_ran && known.ordered.work == ordered.work {
            older.extend(known.kept);
        }
    }
    Ok((Kept::begin(&hiring.hired, ordered)?, older))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hire::samples::{job, ordered};

    fn known(state: Option<State>) -> Known {
        Known { ordered: ordered(state.map(|_| 1)), kept: None, found: state.map(|state| (1, job(state))) }
    }

    #[test]
    fn what_another_program_is_at_is_not_ordered_until_it_has_ended_whatever_its_limits_are() {
        let other_limits = Ordered { limits: Digest([9; 32]), ..ordered(None) };
        let other_work = Ordered { work: Digest([9; 32]), ..ordered(None) };
        let open = [State::Posted, State::Locked, State::Running, State::Submitted, State::Disputed];
        for known in open.map(Some).into_iter().chain([None]).map(known) {
            assert!(known.forbids(&other_limits, 2_000).unwrap().contains("nother program"));
            assert_eq!(known.forbids(&other_work, 2_000), None);
        }
        for state in State::ALL.into_iter().filter(|state| state.is_final()) {
            assert_eq!(known(Some(state)).forbids(&other_limits, 2_000), None, "{state:?}");
        }
    }

    #[test]
    fn what_may_be_locked_and_was_not_read_yet_is_not_ordered_with_other_limits() {
        let folder = tempfile::tempdir().unwrap();
        let sent = Ordered { quote_until: Some(2_000), ..ordered(Some(1)) };
        let other_limits = Ordered { limits: Digest([9; 32]), ..ordered(None) };
        for found in [None, Some((1, job(State::Posted)))] {
            let kept = Kept::begin(folder.path(), sent.clone()).unwrap();
            let mut known = Known { ordered: sent.clone(), kept: Some(kept), found };
            // Ten minutes after the quote, what came in time was read.
            let forbids = [1_999, 2_599, 2_600].map(|now| known.forbids(&other_limits, now).is_some());
            assert_eq!(forbids, [true, true, false]);
            known.ordered.quote_until = None;
            assert_eq!(known.forbids(&other_limits, 1_999), None, "no money was sent");
        }
    }

    #[test]
    fn an_order_is_forgotten_once_nothing_can_come_of_it() {
        // Ten minutes for one that may still come, and after the time in which it can be locked.
        assert_eq!([1_599, 1_600].map(|now| known(None).is_over(now)), [false, true]);
        let mut unseen = known(None);
        unseen.ordered.lock_by = Some(5_000);
        // Its transaction may be in a block late: it is gone on with then. The same is ordered again sooner.
        assert_eq!([1_600, 5_599, 5_600].map(|now| unseen.is_over(now)), [false, false, true]);
        assert_eq!([1_599, 1_600].map(|now| unseen.may_come(now)), [true, false]);
        let lock_by = job(State::Posted).terms.lock_by();
        assert_eq!([lock_by + 599, lock_by + 600].map(|now| known(Some(State::Posted)).is_over(now)), [false, true]);
        for state in [State::Locked, State::Running, State::Submitted, State::Disputed] {
            assert!(!known(Some(state)).is_over(u64::MAX), "{state:?}");
        }
        for state in [State::Partial, State::Refunded, State::Slashed, State::Cancelled] {
            assert!(known(Some(state)).is_over(0), "{state:?}");
        }
        // What was paid for is still to be written.
        let mut settled = known(Some(State::Settled));
        assert!(!settled.is_over(u64::MAX));
        settled.ordered.written = true;
        assert!(settled.is_over(0));
    }

    #[test]
    fn what_the_chain_lost_with_itself_does_not_come_any_more() {
        let mut lost = known(None);
        assert!(lost.may_come(1_599));
        lost.ordered.job = Some(1);
        assert!(lost.may_come(1_599), "it is read some blocks later");
        lost.ordered.chain = 31_337;
        assert!(!lost.may_come(1_001));
    }
}
