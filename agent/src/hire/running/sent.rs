//! What was sent about a job, so that nothing is sent again and again while nothing has changed.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use jobs::Job;

/// Before something is sent once more for a job that stands as it stood.
const AGAIN: Duration = Duration::from_secs(10);

/// What a client sends about its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    Accept,
    Challenge,
    Draw,
    Conclude,
    Expire,
    Claim,
    /// What is owed to the client beside its part.
    Collect,
}

/// What was sent last of each, and how the job stood then.
#[derive(Default)]
pub struct Sent(BTreeMap<Deed, (Job, Instant)>);

impl Sent {
    /// Whether it is to be sent now, which is remembered. Whatever came of it the last time, the chain may not have been read that
    /// far yet: it is sent again once the job stands otherwise, or after a while.
    pub fn begins(&mut self, deed: Deed, job: &Job, now: Instant) -> bool {
        let is_new = self.0.get(&deed).is_none_or(|(stood, at)| stood != job || *at + AGAIN <= now);
        if is_new {
            self.0.insert(deed, (job.clone(), now));
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use jobs::State;

    use super::*;
    use crate::hire::samples::job;

    #[test]
    fn what_was_refused_waits_until_the_job_stands_otherwise_or_ten_seconds_have_passed() {
        let (mut sent, begun) = (Sent::default(), Instant::now());
        let at = |milliseconds| begun + Duration::from_millis(milliseconds);
        let (submitted, disputed) = (job(State::Submitted), job(State::Disputed));
        assert!(sent.begins(Deed::Accept, &submitted, at(0)));
        assert!(!sent.begins(Deed::Accept, &submitted, at(500)));
        assert!(sent.begins(Deed::Challenge, &submitted, at(500)), "something else does not wait for it");
        assert!(!sent.begins(Deed::Accept, &submitted, at(9_999)));
        assert!(sent.begins(Deed::Accept, &submitted, at(10_000)));
        assert!(!sent.begins(Deed::Accept, &submitted, at(19_999)));
        assert!(sent.begins(Deed::Accept, &disputed, at(19_999)), "the chain says something new");
    }
}
