//! What events of jobs do to the deposits of providers.

use protocol::{Address, Amount};

use crate::{Change, Dispute, Event, Job, State, Verdict};

impl Job {
    /// What an event that comes next does to the deposits of the provider and the jurors of this job.
    pub fn moves(&self, event: &Event) -> Vec<(Address, Change)> {
        let of_provider = |change: Change| self.run.iter().map(|run| (run.provider, change)).collect();
        let duty = self.dispute.as_ref().map_or(Amount::ZERO, Dispute::duty);
        match event {
            Event::Started => of_provider(Change { locks: self.terms.stake, ..Change::default() }),
            Event::Ended { state, .. } if self.state > State::Locked => {
                let loses = if *state == State::Slashed { self.terms.stake } else { Amount::ZERO };
                of_provider(Change { frees: self.terms.stake, loses, ..Change::default() })
            }
            Event::DisputeEnded { verdict: Verdict::Stands, reward, .. } => {
                of_provider(Change { gains: *reward, ..Change::default() })
            }
            Event::Drawn { jurors, .. } => {
                jurors.iter().map(|juror| (*juror, Change { locks: duty, ..Change::default() })).collect()
            }
            Event::Released { index, paid, lost } => {
                let jurors = self.dispute.as_ref().map_or(&[][..], |dispute| &dispute.jurors);
                let change = Change { frees: duty, gains: *paid, loses: *lost, ..Change::default() };
                jurors.get(usize::from(*index)).map(|juror| (juror.who, change)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}
