//! What events do.

use protocol::{Address, Amount, Digest};

use super::{Book, Said};
use crate::{
    Dispute, Duty, Event, Job, Juror, LoggedEvent, Provider, ProviderEvent, REVEAL_WINDOW, Run, State, typed_data,
};

impl Book {
    /// Takes in what was said at a moment.
    pub fn apply(&mut self, said: &Said, at: u64) {
        match said {
            Said::Owed(account, amount) => self.owed.entry(*account).or_default().0 += amount.0,
            Said::Collected(account, _) => drop(self.owed.remove(account)),
            Said::Provider(account, event) => self.of_provider(*account, event, at),
            Said::Job(id, event) => match Job::posted(event, at) {
                Some(job) if *id == self.jobs.len() as u64 + 1 => self.jobs.push(job),
                Some(_) => {}
                None => self.of_job(*id, event, at),
            },
        }
    }

    fn of_provider(&mut self, account: Address, event: &ProviderEvent, at: u64) {
        let provider = self.providers.entry(account).or_default();
        match event {
            ProviderEvent::Offers { amount, offer } => {
                if provider.slot == 0 {
                    self.slots.push(account);
                    provider.slot = self.slots.len() as u32;
                }
                provider.deposit.0 += amount.0;
                provider.offer = *offer;
                provider.weigh(at);
            }
            ProviderEvent::Paused => provider.weight = 0,
            ProviderEvent::Withdrawn { amount } => {
                provider.deposit.0 = provider.deposit.0.saturating_sub(amount.0);
                if provider.weight != 0 {
                    provider.weigh(at);
                }
            }
            ProviderEvent::Left { .. } => {
                let place = (provider.slot as usize).saturating_sub(1);
                *provider = Provider { nonce: provider.nonce, ..Provider::default() };
                if place < self.slots.len() {
                    self.slots.swap_remove(place);
                }
                let moved = self.slots.get(place).and_then(|moved| self.providers.get_mut(moved));
                moved.into_iter().for_each(|moved| moved.slot = place as u32 + 1);
            }
            ProviderEvent::QuotesRevoked { nonce } => provider.nonce = *nonce,
        }
    }

    fn of_job(&mut self, id: u64, event: &Event, at: u64) {
        let place = usize::try_from(id).ok().and_then(|id| id.checked_sub(1));
        let Some(job) = place.and_then(|place| self.jobs.get_mut(place)) else { return };
        for (who, change) in job.moves(event) {
            self.providers.entry(who).or_default().take(change);
        }
        match event {
            Event::Challenged { .. } | Event::Escalated { .. } => self.open_draws += 1,
            Event::Drawn { .. } => self.open_draws = self.open_draws.saturating_sub(1),
            _ => {}
        }
        if matches!(event, Event::DisputeEnded { .. }) && job.dispute.as_ref().is_some_and(|dispute| !dispute.drawn) {
            self.open_draws = self.open_draws.saturating_sub(1);
        }
        job.apply(event, at, self.slots.len() as u32);
    }
}

impl Job {
    /// The job that an event begins, said at a moment; `None` for what happens to one that is there.
    pub fn posted(event: &Event, at: u64) -> Option<Self> {
        let Event::Posted { client, terms, files } = event else { return None };
        let (files, state) = (files.clone(), State::Posted);
        Some(Self { client: *client, terms: *terms, files, state, since: at, run: None, dispute: None })
    }

    /// A job out of everything that was said of it, in order; `None` where it was never posted. How many providers there were
    /// when jurors were drawn is not known by it.
    pub fn of(events: &[LoggedEvent]) -> Option<Self> {
        events.iter().fold(None, |job: Option<Self>, LoggedEvent { event, at, .. }| {
            let mut job = Self::posted(event, *at).or(job)?;
            if !matches!(event, Event::Posted { .. }) {
                job.apply(event, *at, 0);
            }
            Some(job)
        })
    }

    /// Takes in what was said of it at a moment. `slots` is how many providers there were then, for whoever draws jurors.
    pub fn apply(&mut self, event: &Event, at: u64, slots: u32) {
        let state = match event {
            Event::Locked { .. } => Some(State::Locked),
            Event::Started => Some(State::Running),
            Event::Submitted { .. } => Some(State::Submitted),
            Event::Challenged { .. } => Some(State::Disputed),
            Event::Ended { state, .. } => Some(*state),
            _ => None,
        };
        if let Some(state) = state {
            (self.state, self.since) = (state, at);
        }
        match event {
            Event::Locked { provider, price } => self.run = Some(Run::locked(*provider, *price)),
            Event::Challenged { challenger, fee, draw_block, .. } => {
                self.dispute = Some(Dispute::new(*challenger, *fee, *draw_block, (at, slots)));
            }
            _ => {
                let client = self.client;
                self.run.iter_mut().for_each(|run| run.apply(event, client));
                let round_of_run = self.run.as_ref().map_or(0, |run| run.units);
                self.dispute.iter_mut().for_each(|dispute| dispute.apply(event, (at, slots), round_of_run));
            }
        }
    }
}

impl Run {
    /// As it is once its money is locked: nothing has run, and nobody has claimed.
    #[must_use]
    pub fn locked(provider: Address, price: Amount) -> Self {
        let (result, file, log_head) = (Digest::ZERO, Digest::ZERO, Digest::ZERO);
        let (client_claimed, provider_claimed) = (false, false);
        Self {
            provider,
            price,
            units: 0,
            agreed: 0,
            checkpoint: None,
            result,
            file,
            log_head,
            code: 0,
            client_claimed,
            provider_claimed,
        }
    }

    fn apply(&mut self, event: &Event, client: Address) {
        match event {
            Event::VoucherShown { units, checkpoint } => {
                (self.agreed, self.checkpoint) = (*units, Some(*checkpoint));
            }
            Event::Submitted { result, file, units, log_head } => {
                (self.result, self.file, self.units, self.log_head) = (*result, *file, *units, *log_head);
            }
            Event::Ended { code, .. } => self.code = *code,
            Event::Claimed { who, .. } if *who == client => self.client_claimed = true,
            Event::Claimed { .. } => self.provider_claimed = true,
            _ => {}
        }
    }
}

impl Dispute {
    fn new(challenger: Address, fee: Amount, draw_block: u64, (fixed_at, slots): (u64, u32)) -> Self {
        Self {
            challenger,
            escalator: None,
            fee,
            round: 1,
            drawn: false,
            slots,
            fixed_at,
            draw_block,
            commit_by: 0,
            reveal_by: 0,
            shown: None,
            jurors: Vec::new(),
            first: 0,
        }
    }

    fn apply(&mut self, event: &Event, (at, slots): (u64, u32), submitted: u64) {
        match event {
            Event::Escalated { escalator, draw_block, .. } => {
                self.escalator = Some(*escalator);
                (self.round, self.drawn, self.slots, self.fixed_at) = (2, false, slots, at);
                self.draw_block = *draw_block;
            }
            Event::Drawn { jurors, commit_by, .. } => {
                let drawn = |who: &Address| Juror { who: *who, duty: Duty::Drawn, answer: Digest::ZERO };
                self.jurors.extend(jurors.iter().map(drawn));
                if self.round == 1 {
                    self.first = self.jurors.len();
                }
                self.drawn = true;
                self.commit_by = *commit_by;
                self.reveal_by = if jurors.is_empty() { *commit_by } else { commit_by + REVEAL_WINDOW };
            }
            Event::Committed { index, commitment } => {
                self.say(*index, Duty::Committed, *commitment);
                if self.of_round(self.round).iter().all(|juror| juror.duty != Duty::Drawn) {
                    (self.commit_by, self.reveal_by) = (at, at + REVEAL_WINDOW);
                }
            }
            Event::Revealed { index, result, units } => {
                self.say(*index, Duty::Revealed, typed_data::answer(*result, *units));
            }
            Event::Shown { result } => self.shown = Some(typed_data::answer(*result, submitted)),
            _ => {}
        }
    }

    fn say(&mut self, index: u8, duty: Duty, answer: Digest) {
        if let Some(juror) = self.jurors.get_mut(usize::from(index)) {
            (juror.duty, juror.answer) = (duty, answer);
        }
    }
}
