//! A chain with one model on it: what is decided becomes an event, and events make the state.

use protocol::{Address, Amount, Digest};
use shared_model::{
    Event, LoggedEvent, Model, Record, Refusal, Sample,
    learn::{accuracy::Accuracy, classifier::Classifier, predictions::Predictions, train::Start},
    record_key,
    state::contribution_commitment,
};

use crate::{
    config::Config,
    error::SimulationError,
    open::{Looker, Open},
};

/// Address of the model.
const MODEL: Address = Address([0xee; 20]);
/// Address of its owner.
pub(crate) const OWNER: Address = Address([0xdd; 20]);

/// The model's state, its weights, and what people have outside it.
pub(crate) struct Chain {
    pub(crate) model: Model,
    pub(crate) classifier: Classifier,
    /// Told of every lesson, but counted only when somebody asks.
    pub(crate) accuracy: Accuracy,
    /// What the model says of each contribution now, by position.
    predictions: Predictions,
    /// Seconds since the creation.
    pub(crate) now: u64,
    /// By number of the agent; the owner is last.
    pub(crate) wallets: Vec<Amount>,
    events: u64,
    /// Contributions of which something can still be claimed, in order.
    pub(crate) open: Vec<Open>,
    /// By agent, how many events there were when it last found nothing to claim, and when time changes that.
    nothing: Vec<(u64, u64)>,
}

/// The address of an agent by its number.
pub(crate) fn address(agent: usize) -> Address {
    let mut bytes = [0; 20];
    bytes[12..].copy_from_slice(&(agent as u64 + 1).to_be_bytes());
    Address(bytes)
}

impl Chain {
    /// A model that has just been created and loaded.
    pub(crate) fn new(config: &Config, start: &Start, test: Vec<(Sample, u16)>) -> Result<Self, SimulationError> {
        let classifier = start.classifier()?;
        let accuracy = Accuracy::new(&classifier, test)?;
        let created = Event::Created {
            owner: OWNER,
            classifier: Address([0xcc; 20]),
            incentive: config.incentive.kind(),
            shape: start.shape.clone(),
            terms: config.incentive.terms(),
            metadata_cid: String::new(),
        };
        let mut model = None;
        Model::apply(&mut model, &logged(created, 0, 0))?;
        // The creation was just applied.
        let model = model.ok_or(shared_model::FoldError::NotCreated(MODEL))?;
        let wallets: Vec<Amount> =
            config.agents.iter().map(|agent| agent.start_balance).chain([Amount::ZERO]).collect();
        let nothing = vec![(0, 0); wallets.len()];
        let predictions = Predictions::new(&classifier);
        let mut chain =
            Self { model, classifier, accuracy, predictions, now: 0, wallets, events: 1, open: Vec::new(), nothing };
        chain.emit(Event::Loaded { first: 0, words: start.words.clone() })?;
        chain.emit(Event::Ready)?;
        Ok(chain)
    }

    /// Applies what has happened.
    pub(crate) fn emit(&mut self, event: Event) -> Result<(), SimulationError> {
        let logged = logged(event, self.now, self.events);
        self.events += 1;
        Ok(self.model.next(&logged)?)
    }

    /// Address of an agent, or of the owner for the number after the last.
    pub(crate) fn person(&self, agent: usize) -> Address {
        if agent + 1 == self.wallets.len() { OWNER } else { address(agent) }
    }

    /// What a person can spend: inside the model and outside.
    pub(crate) fn funds(&self, agent: usize) -> Amount {
        Amount(self.model.account(&self.person(agent)).balance.0 + self.wallets[agent].0)
    }

    /// All money there is, wherever it is.
    pub(crate) fn money(&self) -> u128 {
        self.model.owed().0 + self.wallets.iter().map(|wallet| wallet.0).sum::<u128>()
    }

    /// Makes sure that a person's balance in the model covers an amount that the person has.
    pub(crate) fn cover(&mut self, agent: usize, amount: Amount) -> Result<(), SimulationError> {
        let account = self.person(agent);
        let missing = amount.0.saturating_sub(self.model.account(&account).balance.0);
        if missing > 0 {
            self.wallets[agent].0 -= missing;
            self.emit(Event::ToppedUp { account, amount: Amount(missing) })?;
        }
        Ok(())
    }

    /// Contributes, if the model takes it for at most `most` and the agent has that. Answers what was predicted.
    pub(crate) fn contribute(
        &mut self,
        agent: usize,
        sample: &Sample,
        label: u16,
        most: Amount,
    ) -> Result<Result<u16, Refusal>, SimulationError> {
        let (contributor, bytes) = (self.person(agent), sample.to_bytes());
        let deposit = match self.model.contribute(&contributor, &bytes, label, most, self.now) {
            Ok(deposit) => deposit,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let funds = self.funds(agent);
        if deposit > funds {
            return Ok(Err(Refusal::BalanceTooLow { balance: funds, amount: deposit }));
        }
        self.cover(agent, deposit)?;
        // A prediction market only records; it teaches when it is evaluated.
        let predicted = match self.model.market {
            Some(_) => self.classifier.predict(sample)?,
            None => {
                let predicted = self.classifier.teach(sample, label)?;
                self.accuracy.taught(&self.classifier, sample, label, predicted);
                self.predictions.taught(&self.classifier, sample, label, predicted);
                predicted
            }
        };
        self.predictions.push(sample.clone());
        let key = record_key(&contributor, label, &bytes);
        let position = self.model.contributions.len();
        self.open.push(Open { position, at: self.now, author: agent, label, taken: 0, reported: None });
        let contributed = Event::Contributed { contributor, key, label, predicted, deposit, sample: bytes };
        let Some(market) = &self.model.market else {
            self.emit(contributed)?;
            return Ok(Ok(predicted));
        };
        // Nobody in a run looks at what others have shown, so that all is shown at once.
        let index = market.entries.len() as u16;
        let commitment = contribution_commitment(&key, &Digest::ZERO);
        self.emit(Event::Committed { index, contributor, commitment, stake: deposit })?;
        self.emit(contributed)?;
        self.emit(Event::Shown { index, contributor, key })?;
        Ok(Ok(predicted))
    }

    /// Rows of the test set that the model gets right now.
    pub(crate) fn correct(&mut self) -> u32 {
        self.accuracy.count(&self.classifier)
    }

    /// Claims and reports everything that a person can now. Answers refunds, and reported deposits of which something was
    /// taken.
    pub(crate) fn claim(&mut self, agent: usize) -> Result<(u32, u32), SimulationError> {
        let (mut refunds, mut takes, mut claims) = (0, 0, 0);
        if self.model.market.is_some() {
            return Ok((0, 0));
        }
        if self.nothing[agent].0 == self.events && self.now < self.nothing[agent].1 {
            return Ok((0, 0));
        }
        let mut changes = u64::MAX;
        let person = self.person(agent);
        let good = self.model.account(&person).good;
        let mut who = Looker { agent, owner: person == OWNER, good, now: self.now };
        for place in 0..self.open.len() {
            let open = self.open[place];
            changes = changes.min(open.changes(&self.model, self.now));
            if open.waits(&self.model, self.now) {
                // Nor can anybody claim what came after it.
                break;
            }
            let mut predict = || self.predictions.predicted(&self.classifier, open.position);
            if !open.promises(&self.model, &who, &mut predict) {
                continue;
            }
            let Some(record) = self.model.contributions.get(open.position).map(|c| c.record) else { continue };
            let event = if open.author == agent {
                let refund = self.model.refund(&person, &record.key, self.now, predict);
                refund.ok().map(|refund| Event::Refunded {
                    contributor: person,
                    key: record.key,
                    amount: refund.amount,
                    point: refund.point,
                })
            } else {
                let predicted = predict();
                self.of_others(&person, &record, predicted)
            };
            let Some(event) = event else { continue };
            match &event {
                // The point that comes after a deposit is no other refund.
                Event::Refunded { amount, .. } => {
                    refunds += u32::from(*amount > Amount::ZERO || record.initial == Amount::ZERO);
                    claims += 1;
                }
                Event::Taken { .. } => {
                    takes += 1;
                    self.open[place].taken |= 1 << agent;
                }
                _ => {
                    claims += 1;
                    self.open[place].reported = Some(self.now);
                }
            }
            self.emit(event)?;
            who.good = self.model.account(&person).good;
        }
        if claims + takes == 0 {
            self.nothing[agent] = (self.events, changes);
        } else {
            let (contributions, predictions) = (&self.model.contributions, &mut self.predictions);
            self.open.retain(|open| {
                let settled = contributions.get(open.position).is_none_or(|c| c.record.settled);
                if settled {
                    predictions.forget(open.position);
                }
                !settled
            });
        }
        Ok((refunds, takes))
    }

    /// What can be done about somebody else's contribution: take of it where it is reported, or else report it.
    fn of_others(&self, person: &Address, record: &Record, predicted: u16) -> Option<Event> {
        let (key, contributor) = (record.key, record.contributor);
        if let Ok(take) = self.model.take(person, &key, self.now, || predicted) {
            return Some(Event::Taken { taker: *person, key, contributor, amount: take.amount, path: take.path });
        }
        let report = self.model.report(person, &key, self.now, || predicted);
        report.is_ok().then_some(Event::Reported { reporter: *person, key, contributor })
    }

    /// Moves money between people, outside the model; as much as the payer has there or can withdraw.
    pub(crate) fn pay(&mut self, from: usize, to: usize, amount: Amount) -> Result<(), SimulationError> {
        let amount = amount.min(self.funds(from));
        let missing = amount.0.saturating_sub(self.wallets[from].0);
        if missing > 0 {
            self.emit(Event::Withdrawn { account: self.person(from), amount: Amount(missing) })?;
            self.wallets[from].0 += missing;
        }
        self.wallets[from].0 -= amount.0;
        self.wallets[to].0 += amount.0;
        Ok(())
    }
}

fn logged(event: Event, at: u64, log_index: u64) -> LoggedEvent {
    let zero = Digest::ZERO;
    LoggedEvent { subject: MODEL, block: log_index, block_hash: zero, log_index, tx: zero, at, event }
}
