//! The payments of a job, line by line, out of its events.

use protocol::{Address, Amount};

use super::{Line, LineKind};
use crate::{Event, Job, LoggedEvent, State, Verdict};

impl Line {
    /// All lines of a job, in the order of the chain.
    pub fn all(events: &[LoggedEvent]) -> Vec<Self> {
        let mut job: Option<Job> = None;
        let mut lines = Vec::new();
        for LoggedEvent { event, at, .. } in events {
            if let Some(posted) = Job::posted(event, *at) {
                job = Some(posted);
                continue;
            }
            let Some(job) = &mut job else { continue };
            let said = of(job, event).into_iter().filter(|(_, _, amount)| *amount > Amount::ZERO);
            lines.extend(said.map(|(kind, who, amount)| Self { kind, who, amount, at: *at }));
            // Who is drawn does not matter here.
            job.apply(event, *at, 0);
        }
        lines
    }
}

/// What an event that comes next moves.
fn of(job: &Job, event: &Event) -> Vec<(LineKind, Option<Address>, Amount)> {
    let provider = job.run.as_ref().map(|run| run.provider);
    match event {
        Event::Locked { price, .. } => vec![(LineKind::Escrow, Some(job.client), job.terms.escrow(*price))],
        Event::Started => vec![(LineKind::Stake, provider, job.terms.stake)],
        Event::Ended { state: State::Slashed, .. } => vec![(LineKind::StakeLost, provider, job.terms.stake)],
        Event::Ended { .. } if job.state > State::Locked => {
            vec![(LineKind::StakeFreed, provider, job.terms.stake)]
        }
        Event::Claimed { who, amount } if *who == job.client => vec![(LineKind::Refunded, Some(*who), *amount)],
        Event::Claimed { who, amount } => vec![(LineKind::Paid, Some(*who), *amount)],
        Event::Challenged { challenger, bond, .. } => vec![(LineKind::Bond, Some(*challenger), *bond)],
        Event::Escalated { escalator, bond, .. } => vec![(LineKind::SecondBond, Some(*escalator), *bond)],
        Event::DisputeEnded { verdict, reward, burned } => {
            let challenger = job.dispute.as_ref().map(|dispute| dispute.challenger);
            let right = if *verdict == Verdict::Stands { provider } else { challenger };
            let mut lines = bonds_back(job, *verdict);
            lines.extend([(LineKind::Reward, right, *reward), (LineKind::Burned, None, *burned)]);
            lines
        }
        Event::Released { index, paid, lost } => {
            let jurors = job.dispute.as_ref().map_or(&[][..], |dispute| &dispute.jurors);
            let juror = jurors.get(usize::from(*index)).map(|juror| juror.who);
            vec![(LineKind::JurorPaid, juror, *paid), (LineKind::JurorLost, juror, *lost)]
        }
        _ => Vec::new(),
    }
}

/// The bonds that a verdict leaves with those who locked them.
fn bonds_back(job: &Job, verdict: Verdict) -> Vec<(LineKind, Option<Address>, Amount)> {
    let Some(dispute) = &job.dispute else { return Vec::new() };
    let provider = job.run.as_ref().map(|run| run.provider);
    let sides = [(Some(dispute.challenger), 1), (dispute.escalator, 2)];
    let is_back = |who: Option<Address>| match verdict {
        Verdict::Undecided => true,
        Verdict::Stands => who == provider,
        Verdict::Wrong => who != provider,
    };
    let back = sides.into_iter().filter(|(who, _)| who.is_some() && is_back(*who));
    back.map(|(who, round)| (LineKind::BondBack, who, job.bond(dispute.fee, round))).collect()
}
