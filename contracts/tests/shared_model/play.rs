//! Random people do random things with random models, and after each call everything must agree: the contract, the
//! state that the family folds from its events, what the family said would happen, and the classifier's replica.
//!
//! `MODELMARKET_SEED` repeats a run, `MODELMARKET_CALLS` makes it longer.

use protocol::{Address, Amount, Digest};
use rand::{
    Rng, SeedableRng,
    rngs::StdRng,
    seq::{IndexedRandom, IteratorRandom},
};
use shared_model::{
    ClassifierKind, Event, Form, IncentiveKind, Sample, Shape, Terms,
    calls::{classifier, shared},
    lanes,
    learn::classifier::Classifier,
    refusal::Refusal,
    state::{Contribution, Model, record_key},
};

use super::refusals::revert_data;
use crate::harness::{
    Failure, Models,
    models::{CreatedModel, OWNER, shape},
    seed,
    sum::dense,
    trainer,
    world::DEPLOYER,
};

/// Calls in one model's life.
const LIFE: usize = 250;

fn people() -> Vec<Address> {
    (0..5).map(trainer).chain([OWNER]).collect()
}

#[test]
fn contract_events_rules_and_replicas_agree_on_random_lives() {
    let seed = seed("shared models");
    let calls = std::env::var("MODELMARKET_CALLS").ok().map_or(20_000, |n| n.parse().expect("a number"));
    let mut rng = StdRng::seed_from_u64(seed);
    let mut models = Models::new();
    for person in people() {
        let data = coin::calls::transfer(person, Amount::mdc(80_000));
        models.chain.send(DEPLOYER, models.coin, data).unwrap();
    }
    let mut tally = Tally::default();
    for life in 0..calls / LIFE {
        let kind = ClassifierKind::ALL[life % 5];
        let incentive = if rng.random_ratio(4, 5) { IncentiveKind::Deposit } else { IncentiveKind::Points };
        let mut play = Play::begin(models, kind, incentive, &mut rng);
        for step in 0..LIFE {
            play.step(&mut rng, &mut tally);
            if step % 25 == 24 {
                play.compare_weights();
                play.compare_accounts();
            }
        }
        models = play.models;
    }
    println!("{tally:?}");
    tally.demand_variety(calls);
}

/// How often what happened, so that a run which tests nothing does not pass.
#[derive(Debug, Default)]
struct Tally {
    contributed: usize,
    refunded: usize,
    points: usize,
    reported: usize,
    paths: [usize; 3],
    supported: usize,
    classes: usize,
    withdrawn: usize,
    refused: std::collections::BTreeMap<String, usize>,
}

impl Tally {
    fn demand_variety(&self, calls: usize) {
        if calls < 10_000 {
            return;
        }
        for count in [self.contributed, self.refunded, self.points, self.reported] {
            assert!(count > 50, "{self:?}");
        }
        for count in [self.paths[0], self.paths[1], self.paths[2], self.supported] {
            assert!(count > 20, "{self:?}");
        }
        assert!(self.classes > 0 && self.withdrawn > 50, "{self:?}");
        assert!(self.refused.len() >= 21, "{self:?}");
    }
}

/// One model, and everything that must agree on it.
struct Play {
    models: Models,
    made: CreatedModel,
    model: Option<Model>,
    /// Events that have been folded.
    folded: usize,
    replica: Classifier,
    /// Few, so that the same ones come again.
    samples: Vec<Sample>,
}

enum Move {
    Contribute { sample: Vec<u8>, label: u16, most: Amount },
    Refund { sample: Vec<u8>, label: u16 },
    Report { contributor: Address, sample: Vec<u8>, label: u16 },
    Take { contributor: Address, sample: Vec<u8>, label: u16 },
    TopUp(Amount),
    Withdraw(Amount),
    Propose(String),
    Support(u64),
    AddClass(u64),
}

/// What should come of a move.
enum Outcome {
    /// The last event, where it says all there is to say; what it says of predictions comes from the replica.
    Done(Option<Event>),
    Refused(Refusal),
}

impl From<Result<Event, Refusal>> for Outcome {
    fn from(result: Result<Event, Refusal>) -> Self {
        result.map_or_else(Outcome::Refused, |event| Outcome::Done(Some(event)))
    }
}

impl Play {
    fn begin(mut models: Models, kind: ClassifierKind, incentive: IncentiveKind, rng: &mut StdRng) -> Self {
        let capacity = *[2, 3, 4, 12].choose(rng).unwrap();
        let classes = rng.random_range(2..=capacity);
        let mut shape = shape(kind, rng.random_range(8..30), capacity, classes);
        shape.headers = shape.headers.iter().map(|_| rng.random_range(0..3)).collect();
        let words = words(&shape, rng);
        let refund_wait = rng.random_range(60..120);
        let owner_wait = 2 * refund_wait + rng.random_range(0..60);
        let weight = *[1, 7, 10u128.pow(12), 10u128.pow(15)].choose(rng).unwrap();
        let terms = Terms {
            cost_weight: if incentive == IncentiveKind::Deposit { Amount(weight) } else { Amount::ZERO },
            refund_wait,
            owner_wait,
            any_wait: owner_wait + refund_wait + rng.random_range(0..600),
        };
        let made = models.ready(&shape, incentive, &terms, Some(&words));
        for person in people() {
            let data = coin::calls::approve(made.model, Amount::SUPPLY);
            models.chain.send(person, models.coin, data).unwrap();
        }
        let samples = (0..12).map(|_| sample(&shape, rng)).collect();
        let replica = Classifier::with_words(shape, &words).unwrap();
        let mut play = Self { models, made, model: None, folded: 0, replica, samples };
        play.fold();
        play
    }

    /// Applies what was emitted since.
    fn fold(&mut self) {
        let history = &self.models.history[&self.made.model];
        for logged in &history[self.folded..] {
            Model::apply(&mut self.model, logged).unwrap();
        }
        self.folded = history.len();
    }

    fn model(&self) -> &Model {
        self.model.as_ref().expect("created")
    }

    /// What the replica predicts of a sample that it takes.
    fn predict(&self, sample: &[u8]) -> u16 {
        self.replica.predict(&self.replica.sample(sample).unwrap()).unwrap()
    }

    fn step(&mut self, rng: &mut StdRng, tally: &mut Tally) {
        if rng.random_ratio(1, 3) {
            // Often none at all: several calls in one moment.
            let wait = *[1, 5, 15, 60, 120].choose(rng).unwrap();
            self.models.chain.wait(rng.random_range(0..=wait));
        }
        let who = *people().choose(rng).unwrap();
        let what = self.any_move(who, rng);
        let now = self.models.chain.now();
        let outcome = self.outcome(who, &what, now);
        let data = match &what {
            Move::Contribute { sample, label, most } => shared::contribute(sample, *label, *most, None),
            Move::Refund { sample, label } => shared::refund(sample, *label),
            Move::Report { contributor, sample, label } => shared::report(*contributor, sample, *label),
            Move::Take { contributor, sample, label } => shared::take(*contributor, sample, *label),
            Move::TopUp(amount) => shared::top_up(*amount),
            Move::Withdraw(amount) => shared::withdraw(*amount),
            Move::Propose(name) => shared::propose_class(name),
            Move::Support(id) => shared::support_class(*id),
            Move::AddClass(id) => shared::add_class(*id),
        };
        let result = self.models.send(who, self.made.model, data);
        match (result, outcome) {
            (Ok(_), Outcome::Done(expected)) => {
                self.fold();
                let last = self.models.last_event(self.made.model).clone();
                if let Some(expected) = expected {
                    assert_eq!(last, expected);
                }
                self.count(&last, tally);
                if let Event::ClassAdded { .. } = last {
                    self.replica.add_class().unwrap();
                }
                self.compare(who, &last);
            }
            (Err(Failure::Reverted { data, revert }), Outcome::Refused(refusal)) => {
                assert_eq!(hex::encode(data), hex::encode(revert_data(&refusal, who)), "{revert:?}, not {refusal:?}");
                *tally.refused.entry(revert.name).or_default() += 1;
            }
            (result, Outcome::Refused(refusal)) => panic!("{result:?}, but {refusal:?} was expected"),
            (result, Outcome::Done(event)) => panic!("{result:?}, but {event:?} was expected"),
        }
    }

    /// What the rules in Rust say of a move before it is made. Teaches the replica where the model learns.
    fn outcome(&mut self, who: Address, what: &Move, now: u64) -> Outcome {
        let model = self.model();
        match what {
            Move::Contribute { sample, label, most } => {
                let deposit = match model.contribute(&who, sample, *label, *most, now) {
                    Ok(deposit) => deposit,
                    Err(refusal) => return Outcome::Refused(refusal),
                };
                let taught = self.replica.sample(sample).unwrap();
                let predicted = self.replica.teach(&taught, *label).unwrap();
                let key = record_key(&who, *label, sample);
                let (label, sample) = (*label, sample.clone());
                Outcome::Done(Some(Event::Contributed { contributor: who, key, label, predicted, deposit, sample }))
            }
            Move::Refund { sample, label } => {
                let key = record_key(&who, *label, sample);
                let refund = model.refund(&who, &key, now, || self.predict(sample));
                let event = |r: shared_model::claims::Refund| Event::Refunded {
                    contributor: who,
                    key,
                    amount: r.amount,
                    point: r.point,
                };
                refund.map(event).into()
            }
            Move::Report { contributor, sample, label } => {
                let key = record_key(contributor, *label, sample);
                let report = model.report(&who, &key, now, || self.predict(sample));
                report.map(|()| Event::Reported { reporter: who, key, contributor: *contributor }).into()
            }
            Move::Take { contributor, sample, label } => {
                let key = record_key(contributor, *label, sample);
                let take = model.take(&who, &key, now, || self.predict(sample));
                let event = |t: shared_model::claims::Take| Event::Taken {
                    taker: who,
                    key,
                    contributor: *contributor,
                    amount: t.amount,
                    path: t.path,
                };
                take.map(event).into()
            }
            Move::TopUp(amount) => Outcome::Done(Some(Event::ToppedUp { account: who, amount: *amount })),
            Move::Withdraw(amount) => {
                model.withdraw(&who, *amount).map(|()| Event::Withdrawn { account: who, amount: *amount }).into()
            }
            Move::Propose(name) => {
                let proposal = model.proposals.len() as u64 + 1;
                let event = |()| Event::ClassProposed { proposal, proposer: who, name: name.clone() };
                model.propose_class(name).map(event).into()
            }
            Move::Support(id) => {
                let event = |weight| Event::ClassSupported { proposal: *id, supporter: who, weight };
                model.support_class(&who, *id).map(event).into()
            }
            Move::AddClass(id) => {
                let name = || model.proposals[*id as usize - 1].name.clone();
                let event = |index| Event::ClassAdded { proposal: *id, index, name: name() };
                model.add_class(&who, *id, now).map(event).into()
            }
        }
    }

    fn any_move(&self, who: Address, rng: &mut StdRng) -> Move {
        let model = self.model();
        let label = |rng: &mut StdRng| rng.random_range(0..model.classes);
        let made = model.contributions.choose(rng);
        match (rng.random_range(0..22), made) {
            (0..9, _) | (_, None) => {
                let sample = match rng.random_range(0..12) {
                    0 => broken(&self.made.shape, rng),
                    1..3 => sample(&self.made.shape, rng).to_bytes(),
                    _ => self.samples.choose(rng).expect("some").to_bytes(),
                };
                let label = if rng.random_ratio(1, 30) { model.classes } else { label(rng) };
                let cost = model.deposit(self.models.chain.now()).0;
                let most = if rng.random_ratio(1, 20) { Amount(cost.saturating_sub(1)) } else { Amount(cost * 2) };
                Move::Contribute { sample, label, most }
            }
            (9..12, Some(made)) => {
                // Mostly one's own, mostly as it was.
                let own = model.contributions.iter().filter(|c| c.record.contributor == who).choose(rng);
                let made = if rng.random_ratio(9, 10) { own.unwrap_or(made) } else { made };
                let label = if rng.random_ratio(1, 20) { label(rng) } else { made.record.label };
                Move::Refund { sample: made.sample.clone(), label }
            }
            (12..17, Some(made)) => {
                // Mostly one that is open and that the model does not agree with.
                let bad = |c: &&Contribution| !c.record.settled && self.predict(&c.sample) != c.record.label;
                let open = model.contributions.iter().rev().take(40).filter(bad).choose(rng);
                let now = self.models.chain.now();
                let due = |c: &&Contribution| {
                    let times = model.terms.report_times(&c.record, now);
                    times.is_some_and(|times| now >= times.takeable)
                };
                let due = model.contributions.iter().rev().take(60).filter(bad).filter(due).choose(rng);
                let open = due.filter(|_| rng.random_ratio(3, 4)).or(open);
                let made = if rng.random_ratio(9, 10) { open.unwrap_or(made) } else { made };
                let label = if rng.random_ratio(1, 20) { label(rng) } else { made.record.label };
                let (contributor, sample) = (made.record.contributor, made.sample.clone());
                let reported = model.terms.report_times(&made.record, self.models.chain.now()).is_some();
                match reported != rng.random_ratio(1, 6) {
                    true => Move::Take { contributor, sample, label },
                    false => Move::Report { contributor, sample, label },
                }
            }
            (17, _) => Move::TopUp(Amount(rng.random_range(0..10u128.pow(18)))),
            (18, _) => {
                let balance = model.account(&who).balance.0;
                Move::Withdraw(Amount(if rng.random_ratio(1, 5) { balance + 1 } else { rng.random_range(0..=balance) }))
            }
            (19, _) => Move::Propose("x".repeat(*[0, 1, 5, 64, 65].choose(rng).unwrap())),
            (20, _) => Move::Support(rng.random_range(0..=model.proposals.len() as u64 + 1)),
            _ => Move::AddClass(rng.random_range(0..=model.proposals.len() as u64 + 1)),
        }
    }

    fn count(&self, last: &Event, tally: &mut Tally) {
        match last {
            Event::Contributed { .. } => tally.contributed += 1,
            Event::Refunded { point, .. } => {
                tally.refunded += 1;
                tally.points += usize::from(*point);
            }
            Event::Reported { .. } => tally.reported += 1,
            Event::Taken { path, .. } => tally.paths[usize::from(path.number())] += 1,
            Event::ClassSupported { .. } => tally.supported += 1,
            Event::ClassAdded { .. } => tally.classes += 1,
            Event::Withdrawn { .. } => tally.withdrawn += 1,
            _ => {}
        }
    }

    /// What a call changed, and what must hold after each.
    fn compare(&mut self, who: Address, last: &Event) {
        let at = self.made.model;
        let model = self.model().clone_summary(who, last);
        assert_eq!(self.models.account(at, who), (model.balance, model.good), "account of {who}");
        if let Some((key, expected)) = model.record {
            let record = self.models.record(at, key).expect("on record");
            assert_eq!(record, expected);
        }
        let totals = shared_model::returns::shared::totals(&self.models.view(at, shared::totals())).unwrap();
        assert_eq!((totals.last, totals.good, totals.contributions), model.totals);
        assert_eq!(self.models.tokens(at), model.owed, "held and owed");
        let now = self.models.chain.now();
        assert_eq!(self.models.deposit_now(at), self.model().deposit(now));
        let sample = self.samples[self.folded % self.samples.len()].clone();
        let predicted = self.models.predict(&self.made, &sample.to_bytes());
        assert_eq!(predicted, self.replica.predict(&sample).unwrap(), "prediction");
    }

    fn compare_weights(&mut self) {
        let words = self.models.words(&self.made);
        assert_eq!(hex::encode(words), hex::encode(self.replica.words()), "weights of {:?}", self.made.shape);
        let headers =
            shared_model::returns::shared::headers(&self.models.view(self.made.classifier, classifier::headers()))
                .unwrap();
        let expected: Vec<i128> = self.replica.headers().into_iter().map(i128::from).collect();
        assert_eq!(headers.values, expected, "headers");
        let expected: Vec<i128> = self.replica.sums().into_iter().map(i128::from).collect();
        assert_eq!(headers.sums, expected, "sums");
    }

    fn compare_accounts(&mut self) {
        for who in people() {
            let expected = self.model().account(&who);
            assert_eq!(self.models.account(self.made.model, who), (expected.balance, expected.good), "{who}");
        }
    }
}

/// The part of a folded model that one call can have changed.
struct Summary {
    balance: Amount,
    good: u64,
    record: Option<(Digest, shared_model::returns::shared::ChainRecord)>,
    totals: (u64, u64, u32),
    owed: Amount,
}

trait Summarised {
    fn clone_summary(&self, who: Address, last: &Event) -> Summary;
}

impl Summarised for Model {
    fn clone_summary(&self, who: Address, last: &Event) -> Summary {
        let key = match last {
            Event::Contributed { key, .. }
            | Event::Refunded { key, .. }
            | Event::Reported { key, .. }
            | Event::Taken { key, .. } => Some(*key),
            _ => None,
        };
        let record = key.map(|key| {
            let record = self.contribution(&key).expect("folded").record;
            let at = shared_model::returns::shared::ChainRecord {
                at: record.at,
                initial: record.initial,
                left: record.left,
                reported_at: record.reported_at,
                known: record.known,
                settled: record.settled,
            };
            (key, at)
        });
        let account = self.account(&who);
        Summary {
            balance: account.balance,
            good: account.good,
            record,
            totals: (self.last, self.total_good, self.contributions.len() as u32),
            owed: self.owed(),
        }
    }
}

/// A start that fits a shape.
pub fn words(shape: &Shape, rng: &mut StdRng) -> Vec<u8> {
    let mut words = vec![0; shape.needed() * lanes::WORD_BYTES];
    for feature in 0..shape.features as usize {
        for vector in 0..shape.start_vectors() {
            let (word, lane) = shape.place(feature, vector);
            let at = word * lanes::WORD_BYTES + lane * lanes::LANE_BYTES;
            let weight = if shape.kind.counts() { rng.random_range(0..4) } else { rng.random_range(-900_000..900_000) };
            words[at..at + lanes::LANE_BYTES].copy_from_slice(&lanes::to_bytes(weight));
        }
    }
    words
}

/// A sample that the model takes.
pub fn sample(shape: &Shape, rng: &mut StdRng) -> Sample {
    match shape.kind.form() {
        Form::Dense => dense(shape.features, rng),
        Form::Sparse => {
            let listed = rng.random_range(1..=5);
            let mut listed = (0..shape.features).choose_multiple(rng, listed);
            listed.sort_unstable();
            Sample::Sparse(listed)
        }
    }
}

/// Bytes that the model mostly does not take.
fn broken(shape: &Shape, rng: &mut StdRng) -> Vec<u8> {
    let mut bytes = sample(shape, rng).to_bytes();
    match rng.random_range(0..6) {
        0 => bytes.clear(),
        1 => bytes.push(7),
        2 => bytes.truncate(bytes.len() - 3),
        3 => bytes[0] ^= 0x40,
        4 => bytes.extend_from_within(..3),
        _ => bytes = vec![0; 3 * 1_025],
    }
    bytes
}
