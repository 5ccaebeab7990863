//! Random people do random things, mostly at the right time.

use std::collections::BTreeMap;

use bounty::{Bounty as Folded, Phase, SubmissionState, calls};
use protocol::{Address, Amount, Digest, commitment::superhash};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::{
    agree,
    market::{Fault, Market, Move, OTHER_TRUTH, Refusal},
    rules::{Bounty, rank},
};
use crate::harness::{
    BountyOffer, Failure, World,
    bounty_run::{REQUESTER, STRANGER, commitment, model_cid, model_commitment},
    random_calls, reverts, seed, trainer, worlds,
};

const TRAINERS: u32 = 12;
/// Calls in one world; then a new one begins.
const CALLS_IN_A_WORLD: u64 = 2_500;
const DEFAULT_CALLS: u64 = 200_000;
/// Bounties that run at the same time: one to five, by the number of the world. Where there is one, nearly everybody
/// takes part in it.
const RUNNING: u64 = 5;

fn people() -> Vec<Address> {
    let second = Address([0xab; 20]);
    [REQUESTER, second, STRANGER].into_iter().chain((0..TRAINERS).map(trainer)).collect()
}

#[test]
fn model_contract_and_events_agree_after_every_call() {
    let seed = seed("model");
    let calls = random_calls(DEFAULT_CALLS);
    let tallies = worlds::play(calls, CALLS_IN_A_WORLD, |world| {
        let mut tally = Tally::default();
        Run::new(seed, world).play(CALLS_IN_A_WORLD, &mut tally);
        tally
    });
    let mut total = Tally::default();
    for tally in tallies {
        total.merge(tally);
    }
    println!(
        "{} calls, {} of them refused; endings {:?}",
        total.calls,
        total.refused.values().sum::<u64>(),
        total.endings
    );
    println!("refusals: {:?}", total.refused);
    assert!(total.calls >= calls);
    // The run means nothing unless it went everywhere.
    for phase in Phase::ALL.into_iter().filter(|phase| phase.is_final()) {
        assert!(total.endings.get(&phase).copied().unwrap_or(0) > calls / 10_000, "too few endings in {phase:?}");
    }
}

#[derive(Default)]
struct Tally {
    calls: u64,
    refused: BTreeMap<&'static str, u64>,
    endings: BTreeMap<Phase, u64>,
}

impl Tally {
    fn merge(&mut self, other: Self) {
        self.calls += other.calls;
        other.refused.into_iter().for_each(|(name, n)| *self.refused.entry(name).or_default() += n);
        other.endings.into_iter().for_each(|(phase, n)| *self.endings.entry(phase).or_default() += n);
    }
}

struct Run {
    rng: StdRng,
    world: World,
    model: Market,
    folded: Vec<Option<Folded>>,
    /// Events already folded.
    seen: usize,
    running: usize,
    /// How honest the trainers of each bounty are, in per cent.
    honesty: Vec<u32>,
}

impl Run {
    fn new(seed: u64, number: u64) -> Self {
        let mut world = World::new();
        let mut model = Market::default();
        for person in people() {
            // One has too little for nearly everything.
            let balance = if person == trainer(TRAINERS - 1) { 300 } else { 1_000_000_000 };
            world.fund(person, Amount(balance));
            world.chain.send(person, world.coin, coin::calls::approve(world.market, Amount(u128::MAX))).unwrap();
            model.balances.insert(person, balance);
        }
        Self {
            rng: worlds::rng(seed, number),
            world,
            model,
            folded: Vec::new(),
            seen: 0,
            running: 1 + (number % RUNNING) as usize,
            honesty: Vec::new(),
        }
    }

    fn play(mut self, calls: u64, tally: &mut Tally) {
        // Fewer bounties at a time leave each of them as many calls between two jumps in time.
        let pace = 100 / (1 + self.running as u32);
        for call in 0..calls {
            if self.rng.random_ratio(1, pace) {
                self.pass_time();
            }
            let id = self.choose_bounty();
            let (caller, what) = self.choose_move(id);
            let id = if matches!(what, Move::Create(_)) { self.model.bounties.len() as u64 + 1 } else { id };
            self.step(caller, id, &what, tally);
            if call % 100 == 0 {
                agree::on_balances(&mut self.world, &self.model);
            }
            tally.calls += 1;
        }
        self.look_at_everything();
        let now = self.world.chain.now();
        for bounty in self.model.bounties.iter().filter(|b| b.ending.is_some()) {
            *tally.endings.entry(bounty.phase(now)).or_default() += 1;
        }
    }

    /// One call of contract and model, and everything that it may have changed.
    fn step(&mut self, caller: Address, id: u64, what: &Move, tally: &mut Tally) {
        let now = self.world.chain.now();
        let data = self.data(caller, id, what);
        let expected = self.model.play(caller, id, now, what);
        let result = self.world.send(caller, data);
        match (expected, result) {
            (Ok(()), Ok(_)) => {}
            (Err(Refusal(signature, arguments)), result @ Err(Failure::Reverted { .. })) => {
                reverts(result, signature, &arguments);
                *tally.refused.entry(signature).or_default() += 1;
            }
            (expected, result) => panic!("{caller} {what:?} on {id}: model {expected:?}, contract {result:?}"),
        }
        while let Some(logged) = self.world.history.get(self.seen) {
            let index = logged.subject as usize - 1;
            if index == self.folded.len() {
                self.folded.push(None);
                self.honesty.push(*[0, 10, 30, 70, 100].choose(&mut self.rng).expect("some"));
            }
            Folded::apply(&mut self.folded[index], logged).unwrap();
            self.seen += 1;
        }
        agree::on_tokens(&mut self.world, &self.model);
        if let Some(folded) = self.folded.get((id as usize).wrapping_sub(1)) {
            let mut people: Vec<_> = self.model.bounties[id as usize - 1].entries.iter().map(|e| e.trainer).collect();
            people.push(caller);
            agree::on_bounty(&mut self.world, &self.model, folded.as_ref().unwrap(), &people);
        }
    }

    fn look_at_everything(&mut self) {
        agree::on_balances(&mut self.world, &self.model);
        for folded in &self.folded {
            agree::on_bounty(&mut self.world, &self.model, folded.as_ref().unwrap(), &people());
        }
    }

    /// A few seconds, or to the very moment, or next to it, at which some bounty goes on.
    fn pass_time(&mut self) {
        let now = self.world.chain.now();
        let running = self.folded.iter().flatten().filter(|b| b.ending.is_none());
        let borders: Vec<u64> = running.filter_map(|b| b.phase_ends(now)).collect();
        let then = match borders.choose(&mut self.rng) {
            Some(border) if self.rng.random_ratio(4, 5) => border + self.rng.random_range(0..3) - 1,
            _ => now + self.rng.random_range(0..20),
        };
        self.world.chain.set_time(then.max(now));
        for folded in self.folded.iter().flatten().filter(|b| b.ending.is_none()) {
            agree::on_phase(&mut self.world, &self.model, folded);
        }
    }

    fn running(&self) -> Vec<u64> {
        (1..).zip(&self.model.bounties).filter(|(_, b)| b.ending.is_none()).map(|(id, _)| id).collect()
    }

    /// Mostly one that runs, sometimes one that has ended (its tokens wait), rarely one that never was.
    fn choose_bounty(&mut self) -> u64 {
        let count = self.model.bounties.len() as u64;
        let running = self.running();
        match self.rng.random_range(0..100) {
            0 => count + 1,
            1..25 if count > 0 => self.rng.random_range(count.saturating_sub(10)..=count),
            _ => running.choose(&mut self.rng).copied().unwrap_or(count),
        }
    }

    fn choose_move(&mut self, id: u64) -> (Address, Move) {
        if self.running().len() < self.running && self.rng.random_ratio(1, 4) {
            let requester = *people()[..2].choose(&mut self.rng).expect("two");
            return (requester, Move::Create(self.terms(requester)));
        }
        let anyone = *people().choose(&mut self.rng).expect("some");
        let Some(bounty) = self.model.bounties.get((id as usize).wrapping_sub(1)).cloned() else {
            return (anyone, self.any_move(&bounty_of_nobody()));
        };
        if self.rng.random_ratio(1, 8) {
            return (anyone, self.any_move(&bounty));
        }
        let (requester, now) = (bounty.requester, self.world.chain.now());
        let one_in = |run: &mut Self, state: SubmissionState| {
            let trainers: Vec<_> = bounty.in_state(state).map(|e| e.trainer).collect();
            trainers.choose(&mut run.rng).copied().unwrap_or(anyone)
        };
        let honesty = self.honesty[id as usize - 1];
        match bounty.phase(now) {
            Phase::Open => match self.rng.random_range(0..40) {
                0 => (requester, self.cancel(&bounty)),
                1..4 => (one_in(self, SubmissionState::Active), Move::Withdraw),
                4..8 => {
                    let actual = self.rng.random_range(0..=bounty.rows);
                    (one_in(self, SubmissionState::Active), Move::Replace { actual })
                }
                _ => (anyone, self.submit(&bounty)),
            },
            Phase::AwaitingTruth => match self.rng.random_range(0..5) {
                0 => (one_in(self, SubmissionState::Active), Move::Withdraw),
                1..4 => (requester, Move::RevealTruth(None)),
                _ => (requester, self.bad_truth(&bounty)),
            },
            Phase::TruthOverdue => (anyone, Move::Timeout),
            Phase::Claiming => {
                let who = one_in(self, SubmissionState::Active);
                if self.rng.random_ratio(1, 15) {
                    return (who, Move::Withdraw);
                }
                let actual = bounty.entry(who).map_or(0, |e| e.actual);
                let honest = self.rng.random_ratio(honesty, 100);
                (who, Move::Claim(if honest { actual } else { self.rng.random_range(0..=bounty.rows + 1) }))
            }
            Phase::Revealing => {
                if self.rng.random_ratio(1, 12) {
                    return (anyone, Move::Settle);
                }
                // In every other bounty the worst reveals first, so that false claims pile up on top.
                let claimed = bounty.in_state(SubmissionState::Claimed);
                let worst = claimed.max_by_key(|e| rank(e)).map(|e| e.trainer);
                let who = match worst {
                    Some(worst) if id.is_multiple_of(2) => worst,
                    _ => one_in(self, SubmissionState::Claimed),
                };
                if self.rng.random_ratio(1, 8) {
                    return (who, self.bad_reveal(&bounty, who));
                }
                (who, Move::Reveal(None))
            }
            Phase::SettleDue => (anyone, Move::Settle),
            Phase::Settled if self.rng.random() => (anyone, Move::SlashSilent(one_in(self, SubmissionState::Claimed))),
            Phase::Settled => {
                use SubmissionState::{Claimed, Conceded, Verified};
                let state = *[Claimed, Conceded, Verified].choose(&mut self.rng).expect("three");
                (anyone, Move::Collect(one_in(self, state)))
            }
            Phase::Cancelled | Phase::Forfeited => (anyone, Move::Collect(one_in(self, SubmissionState::Active))),
            Phase::Refunded => (anyone, Move::Collect(one_in(self, SubmissionState::Conceded))),
        }
    }

    fn any_move(&mut self, bounty: &Bounty) -> Move {
        let someone = *people().choose(&mut self.rng).expect("some");
        match self.rng.random_range(0..11) {
            0 => self.cancel(bounty),
            1 => Move::RevealTruth(None),
            2 => self.submit(bounty),
            10 => Move::Replace { actual: self.rng.random_range(0..=bounty.rows) },
            3 => Move::Withdraw,
            4 => Move::Claim(self.rng.random_range(0..=bounty.rows + 1)),
            5 => Move::Reveal(None),
            6 => Move::Timeout,
            7 => Move::Settle,
            8 => Move::SlashSilent(someone),
            _ => Move::Collect(someone),
        }
    }

    /// Mostly by a requester who knows how many are active.
    fn cancel(&mut self, bounty: &Bounty) -> Move {
        let active = bounty.in_state(SubmissionState::Active).count() as u32;
        let active_at_most = (active + self.rng.random_range(0..3)).saturating_sub(1);
        Move::Cancel { active_at_most }
    }

    fn submit(&mut self, bounty: &Bounty) -> Move {
        Move::Submit { actual: self.rng.random_range(0..=bounty.rows), seen: self.rng.random_ratio(40, 41) }
    }

    /// Terms that are mostly good: small amounts, so that divisions leave remainders; few rows, so that scores tie.
    fn terms(&mut self, requester: Address) -> Bounty {
        let now = self.world.chain.now();
        let rows = self.rng.random_range(1..=12);
        let mut bounty = Bounty {
            requester,
            reward: self.rng.random_range(1..1_000),
            stake: if self.rng.random_ratio(1, 6) { 0 } else { self.rng.random_range(1..200) },
            deadline: now + self.rng.random_range(1..200),
            window: self.rng.random_range(600..700),
            rows,
            classes: *[2, 3, 10, 200].choose(&mut self.rng).expect("some"),
            min_correct: if self.rng.random() { 0 } else { self.rng.random_range(0..=rows) },
            salt: self.model.bounties.len() as u64,
            submitted: 0,
            entries: Vec::new(),
            truth_at: None,
            ending: None,
        };
        match self.rng.random_range(0..100) {
            0 => bounty.reward = 0,
            1 => bounty.deadline = now - self.rng.random_range(0..3),
            2 => bounty.deadline = now + 365 * 86_400 + 1,
            3 => bounty.window = *[0, 599, 30 * 86_400 + 1].choose(&mut self.rng).expect("some"),
            4 => bounty.min_correct = rows + 1,
            5 => bounty.reward = 2_000_000_000,
            6..9 => {
                if let Some(before) = self.model.bounties.choose(&mut self.rng) {
                    (bounty.rows, bounty.classes, bounty.salt) = (before.rows, before.classes, before.salt);
                    bounty.min_correct = 0;
                }
            }
            _ => {}
        }
        bounty
    }

    fn bad_truth(&mut self, bounty: &Bounty) -> Move {
        let offer = offer(bounty);
        Move::RevealTruth(Some(Fault::Truth {
            found: superhash(&spoiled(offer.truth())),
            expected: superhash(&offer.truth()),
        }))
    }

    fn bad_reveal(&mut self, bounty: &Bounty, who: Address) -> Move {
        let offer = offer(bounty);
        let Some(entry) = bounty.entry(who) else { return Move::Reveal(None) };
        let file = offer.prediction(who, entry.actual);
        let fault = match self.rng.random_range(0..4) {
            0 => Fault::Truth { found: superhash(&spoiled(offer.truth())), expected: superhash(&offer.truth()) },
            1 => Fault::Foreign { named: Address([0xcc; 20]) },
            2 => Fault::Prediction { found: superhash(&spoiled(file.clone())), expected: superhash(&file) },
            _ => Fault::Model { found: Digest::of(b"another"), expected: model_commitment(who) },
        };
        Move::Reveal(Some(fault))
    }

    fn data(&self, caller: Address, id: u64, what: &Move) -> Vec<u8> {
        let nobody = bounty_of_nobody();
        let bounty = self.model.bounties.get((id as usize).wrapping_sub(1)).unwrap_or(&nobody);
        let offer = offer(bounty);
        match what {
            Move::Create(bounty) => {
                let now = self.world.chain.now();
                let mut terms = self::offer(bounty).terms(now);
                terms.deadline = bounty.deadline;
                calls::create(&terms, "train", "test", "metadata", None)
            }
            Move::Cancel { active_at_most } => calls::cancel(id, *active_at_most),
            Move::RevealTruth(None) => calls::reveal_truth(id, &offer.truth()),
            Move::RevealTruth(Some(_)) => calls::reveal_truth(id, &spoiled(offer.truth())),
            Move::Submit { actual, seen } => {
                let committed = commitment(caller, &offer.prediction(caller, *actual)).word();
                let truth = if *seen { superhash(&offer.truth()) } else { OTHER_TRUTH };
                calls::submit(id, truth, committed, None)
            }
            Move::Replace { actual } => {
                calls::replace(id, commitment(caller, &offer.prediction(caller, *actual)).word())
            }
            Move::Withdraw => calls::withdraw(id),
            Move::Claim(correct) => calls::claim(id, *correct),
            Move::Reveal(fault) => {
                let actual = bounty.entry(caller).map_or(0, |e| e.actual);
                let committed = commitment(caller, &offer.prediction(caller, actual));
                let (mut truth, mut file, mut model) =
                    (offer.truth(), offer.prediction(caller, actual), model_cid(caller));
                match fault {
                    None => {}
                    Some(Fault::Truth { .. }) => truth = spoiled(truth),
                    Some(Fault::Foreign { named }) => file = offer.prediction(*named, actual),
                    Some(Fault::Prediction { .. }) => file = spoiled(file),
                    Some(Fault::Model { .. }) => model = "another".to_owned(),
                }
                calls::reveal_prediction(id, &committed, &truth, &file, &model)
            }
            Move::Timeout => calls::timeout(id),
            Move::Settle => calls::settle(id),
            Move::SlashSilent(trainer) => calls::slash_silent(id, *trainer),
            Move::Collect(trainer) => calls::collect(id, *trainer),
        }
    }
}

/// Another file of the same length and owner.
fn spoiled(mut file: Vec<u8>) -> Vec<u8> {
    file[25] ^= 1;
    file
}

/// What the bounty of the model is on the chain.
pub fn offer(bounty: &Bounty) -> BountyOffer {
    BountyOffer {
        reward: Amount(bounty.reward),
        stake: Amount(bounty.stake),
        duration: 0,
        window: bounty.window as u32,
        rows: bounty.rows,
        classes: bounty.classes,
        min_correct: bounty.min_correct,
        salt: bounty.salt,
    }
}

/// Stands in where a move needs the shape of a bounty that does not exist.
fn bounty_of_nobody() -> Bounty {
    Bounty {
        requester: STRANGER,
        reward: 1,
        stake: 1,
        deadline: 0,
        window: 600,
        rows: 1,
        classes: 2,
        min_correct: 0,
        salt: 0,
        submitted: 0,
        entries: Vec::new(),
        truth_at: None,
        ending: None,
    }
}
