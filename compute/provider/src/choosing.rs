//! About which jobs something may be to do, and whether there is room for one more.

use jobs::{
    AFTERWARDS, Book, Dispute, Job, State,
    market::{Equipment, Miss, Offered, Unfit, serves},
};
use protocol::{Address, Amount};

use crate::Record;

/// Posted jobs that are looked at, the newest first; one after the other is checked.
pub const MOST_POSTED: usize = 16;

/// Whether an account runs a job.
pub fn runs(job: &Job, account: Address) -> bool {
    job.run.as_ref().is_some_and(|run| run.provider == account)
}

/// Whether an account judges a job.
pub fn judges(job: &Job, account: Address) -> bool {
    let jurors = job.dispute.as_ref().filter(|_| job.state == State::Disputed).map(|dispute| &dispute.jurors);
    jurors.is_some_and(|jurors| jurors.iter().any(|juror| juror.who == account))
}

/// Whether a provider runs a posted job of somebody else.
///
/// # Errors
/// [`Unfit`]; whoever offers nothing pauses.
pub fn fits(book: &Book, me: Address, job: &Job, now: u64) -> Result<(), Unfit> {
    let mine = book.provider(me).ok_or(Unfit::Limit(Miss::Pauses))?;
    let offered = Offered::by(me, &mine.offer, mine.weight > 0, Equipment::default());
    serves(&job.terms, &offered, mine.free(), now)
}

/// Jobs about which something may be to do for a provider: first those that it judges, under a deposit that it loses where it does
/// not, then the newest first those that it runs or ran until all is paid and told, and posted ones that it serves, unless it is
/// leaving.
pub fn relevant(book: &Book, me: Address, now: u64, leaving: bool) -> Vec<u64> {
    let (mut found, mut posted) = (Vec::new(), 0);
    let numbered: Vec<(u64, &Job)> = (1..).zip(&book.jobs).collect();
    for (id, job) in numbered.into_iter().rev() {
        let is_relevant = match job.state {
            State::Posted => {
                let fits = !leaving && job.client != me && fits(book, me, job, now).is_ok();
                posted += usize::from(fits);
                fits && posted <= MOST_POSTED
            }
            state if runs(job, me) => {
                !state.is_final() || job.claimable(me) > Amount::ZERO || now < job.since + AFTERWARDS
            }
            _ => judges(job, me),
        };
        if is_relevant {
            found.push(id);
        }
    }
    found.sort_by_key(|id| !book.job(*id).is_some_and(|job| judges(job, me)));
    found
}

/// Whether a provider can forget what it finds kept of a job when it begins. That the chain has ended it, with nothing to claim
/// and its client past asking, does not suffice: what is kept may be of another chain, whose job has the same number. So this
/// account has run or judged it on this chain, or nothing of worth is kept.
pub fn may_forget(job: &Job, me: Address, now: u64, record: &Record) -> bool {
    let is_done = job.state.is_final() && job.claimable(me) == Amount::ZERO && now >= job.since + AFTERWARDS;
    let has_judged = |dispute: &Dispute| dispute.jurors.iter().any(|juror| juror.who == me);
    let is_mine = runs(job, me) || job.dispute.as_ref().is_some_and(has_judged);
    let Record { checkpoints, voucher, end, failed, .. } = record;
    let is_untouched = checkpoints.is_empty() && voucher.is_none() && end.is_none() && failed.is_none();
    is_done && (is_mine || is_untouched)
}

/// Whether an account has no job about which it has to do anything. A juror has something locked until its dispute is concluded.
pub fn is_idle(book: &Book, me: Address) -> bool {
    let is_bound = book.provider(me).is_some_and(|provider| provider.locked > Amount::ZERO);
    !is_bound
        && !book.jobs.iter().any(|job| runs(job, me) && (!job.state.is_final() || job.claimable(me) > Amount::ZERO))
}

/// Whether a provider can take its deposit back now.
pub fn may_leave(book: &Book, me: Address) -> bool {
    is_idle(book, me) && book.open_draws == 0
}

/// What is promised to jobs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    pub places: usize,
    /// MiB.
    pub memory: u64,
    /// Of the places, those of jobs that are run again now, to judge them.
    pub judging: usize,
}

impl Taken {
    /// By jobs that run or will, jobs that are run again to judge them, and quotes that can still be locked. `jobs` are the relevant
    /// ones, with what is kept of each and whether it runs here now.
    pub fn by<'a>(jobs: impl IntoIterator<Item = (&'a Job, Option<&'a Record>, bool)>, now: u64) -> Self {
        let mut taken = Self::default();
        for (job, record, is_at_work) in jobs {
            let holds = match job.state {
                State::Posted => record.is_some_and(|record| record.holds_quote(now)),
                State::Locked | State::Running => true,
                // What a juror runs again takes a place as well, once it runs; what was submitted has ended here.
                State::Disputed => is_at_work,
                _ => false,
            };
            if holds {
                taken.add(job);
                taken.judging += usize::from(job.state == State::Disputed);
            }
        }
        taken
    }

    /// Whether one more has room where so many places and MiB are lent.
    pub fn leaves_room(self, job: &Job, places: usize, mib: u16) -> bool {
        self.places < places && self.memory + u64::from(job.terms.memory_mib) <= u64::from(mib)
    }

    /// One more.
    pub fn add(&mut self, job: &Job) {
        self.places += 1;
        self.memory += u64::from(job.terms.memory_mib);
    }

    /// One more, which is to be judged. Whether it runs now: where there is room, and else as the only one beyond what is lent,
    /// since a juror that waits for jobs to end loses what it has locked. One that does not run yet keeps its place from quotes.
    pub fn adds_to_judge(&mut self, job: &Job, places: usize, mib: u16) -> bool {
        let is_beyond = self.judging > 0 && (self.places > places || self.memory > u64::from(mib));
        let runs = !is_beyond || self.leaves_room(job, places, mib);
        self.add(job);
        self.judging += usize::from(runs);
        runs
    }
}

/// What is said of a job that is to be judged, while another one that is judged runs beyond what is lent.
pub const NO_ROOM_TO_JUDGE: &str =
    "It is to be judged here, and waits until another one that is judged here beyond what is lent has ended.";

/// What a client is told that asks when there is no room.
pub const NO_ROOM: &str = "All of what this machine lends is taken. Ask again later, or another one.";
