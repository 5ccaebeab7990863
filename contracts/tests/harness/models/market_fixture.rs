//! A prediction market and what its owner and its contributors know: everything up to the moment that a test is
//! about, in a line.

use protocol::{Address, Amount, Digest};
use shared_model::{
    Event, IncentiveKind, Sample, Shape,
    calls::market::{self, Item, Offer},
    hidden_set::HiddenPiece,
    lanes,
    learn::classifier::Classifier,
    market::Payout,
    record_key,
    returns::market::{ChainMarket, ChainParticipant, MarketPhase},
    state::contribution_commitment,
};

use super::{CreatedModel, OWNER, terms};
use crate::harness::{Failure, Models, Receipt, trainer};

/// A row of a test set.
pub type Row = (Sample, u16);

pub struct MarketFixture {
    pub models: Models,
    pub made: CreatedModel,
    /// Weights at the start.
    pub words: Vec<u8>,
    /// The test set, cut into pieces.
    pub rows: Vec<Vec<Row>>,
    pub offer: Offer,
    /// What was committed to, in order; `None` where it is not to be shown.
    pub committed: Vec<Option<Item>>,
}

pub const BOUNTY: Amount = Amount::mdc(100);
pub const STAKE: Amount = Amount::mdc(5);
pub const OPEN_SECONDS: u32 = 3_600;
pub const SHOW_WINDOW: u32 = 900;
pub const REVEAL_WINDOW: u32 = 600;

/// A piece as it is committed to.
pub fn piece(rows: &[Row]) -> Vec<u8> {
    let row = |(sample, label): &Row| {
        let bytes = sample.to_bytes();
        [&label.to_be_bytes()[..], &(bytes.len() as u16).to_be_bytes(), &bytes].concat()
    };
    rows.iter().flat_map(row).collect()
}

fn salt(piece: usize) -> Digest {
    Digest([0x50 + piece as u8; 32])
}

/// The test set as its owner keeps it.
pub fn kept(rows: &[Vec<Row>]) -> Vec<HiddenPiece> {
    let piece = |(n, rows): (usize, &Vec<Row>)| HiddenPiece { salt: salt(n), rows: hex::encode(piece(rows)) };
    rows.iter().enumerate().map(piece).collect()
}

fn item_salt(index: usize) -> Digest {
    let mut salt = [0x77; 32];
    salt[..8].copy_from_slice(&(index as u64).to_be_bytes());
    Digest(salt)
}

/// The commitment to a contribution that is made as the `index`-th.
pub fn commitment_of(item: &Item, index: usize) -> Digest {
    contribution_commitment(&record_key(&item.contributor, item.label, &item.sample), &item_salt(index))
}

fn commitment(salt: Digest, piece: &[u8]) -> Digest {
    Digest(ethers_core::utils::keccak256([&salt.0[..], piece].concat()))
}

impl MarketFixture {
    /// A model with a test set, and nothing posted yet.
    pub fn new(shape: &Shape, words: Option<Vec<u8>>, rows: Vec<Vec<Row>>) -> Self {
        Self::with_models(Models::new(), shape, words, rows)
    }

    pub fn with_models(mut models: Models, shape: &Shape, words: Option<Vec<u8>>, rows: Vec<Vec<Row>>) -> Self {
        let words = words.unwrap_or_else(|| vec![0; shape.needed() * lanes::WORD_BYTES]);
        let made = models.ready(shape, IncentiveKind::Market, &terms(IncentiveKind::Market), Some(&words));
        let commitments = rows.iter().enumerate().map(|(n, rows)| commitment(salt(n), &piece(rows))).collect();
        let offer = Offer {
            commitments,
            bounty: BOUNTY,
            stake: STAKE,
            limit: 20,
            open_seconds: OPEN_SECONDS,
            show_window: SHOW_WINDOW,
            reveal_window: REVEAL_WINDOW,
        };
        Self { models, made, words, rows, offer, committed: Vec::new() }
    }

    pub fn send(&mut self, from: Address, data: Vec<u8>) -> Result<Receipt, Failure> {
        self.models.send(from, self.made.model, data)
    }

    pub fn post(&mut self) -> Result<Receipt, Failure> {
        self.models.fund(OWNER, self.made.model, self.offer.bounty);
        let data = market::post_market(&self.offer);
        self.send(OWNER, data)
    }

    /// Lets a block pass, and draws.
    pub fn draw(&mut self) -> Result<Receipt, Failure> {
        self.models.chain.wait(2);
        self.models.chain.wait(2);
        self.send(trainer(77), market::draw())
    }

    pub fn reveal(&mut self, at: usize) -> Result<Receipt, Failure> {
        let data = market::reveal_piece(at as u16, salt(at), &piece(&self.rows[at]));
        self.send(OWNER, data)
    }

    /// Everything up to the opening.
    pub fn open(mut self) -> Self {
        self.post().unwrap();
        self.draw().unwrap();
        let drawn = self.drawn();
        self.reveal(drawn).unwrap();
        assert_eq!(self.market().phase, MarketPhase::Open);
        self
    }

    /// Commits to a contribution, with a salt of its own.
    pub fn commit(&mut self, n: u32, sample: &Sample, label: u16) -> Result<Receipt, Failure> {
        self.models.fund(trainer(n), self.made.model, self.offer.stake);
        let item = Item { contributor: trainer(n), label, sample: sample.to_bytes() };
        let data = market::commit(commitment_of(&item, self.committed.len()), None);
        let receipt = self.send(trainer(n), data)?;
        self.committed.push(Some(item));
        Ok(receipt)
    }

    /// Shows what was committed to under an index.
    pub fn show(&mut self, index: usize) -> Result<Receipt, Failure> {
        let item = self.committed[index].clone().expect("to be shown");
        self.send(item.contributor, market::show(index as u16, &item.sample, item.label, item_salt(index)))
    }

    /// As [`Self::show`], with whatever somebody says it was.
    pub fn show_by(&mut self, who: Address, index: usize, sample: &Sample, label: u16) -> Result<Receipt, Failure> {
        self.send(who, market::show(index as u16, &sample.to_bytes(), label, item_salt(index)))
    }

    /// Leaves a contribution out of what [`Self::show_all`] shows.
    pub fn forget(&mut self, index: usize) {
        self.committed[index] = None;
    }

    /// What was committed to and is shown, or will be, in order.
    pub fn items(&self) -> Vec<Item> {
        self.committed.iter().flatten().cloned().collect()
    }

    /// Lets it close, and shows everything that is to be shown.
    pub fn show_all(&mut self) {
        if self.market().phase == MarketPhase::Open {
            self.models.chain.wait(u64::from(OPEN_SECONDS));
        }
        for index in 0..self.committed.len() {
            if self.committed[index].is_some() {
                self.show(index).unwrap();
            }
        }
    }

    /// Lets it close, shows everything that is to be shown, and reveals the rest of the test set.
    pub fn reveal_all(&mut self) {
        if self.market().phase != MarketPhase::Revealing {
            self.show_all();
        }
        if self.market().phase == MarketPhase::Showing {
            self.models.chain.wait(u64::from(SHOW_WINDOW));
        }
        for at in 0..self.rows.len() {
            if at != self.drawn() {
                self.reveal(at).unwrap();
            }
        }
    }

    pub fn market(&mut self) -> ChainMarket {
        shared_model::returns::market::market(&self.models.view(self.made.model, market::market())).unwrap()
    }

    pub fn participant(&mut self, who: Address) -> ChainParticipant {
        shared_model::returns::market::participant(&self.models.view(self.made.model, market::participant(who)))
            .unwrap()
    }

    pub fn drawn(&mut self) -> usize {
        usize::from(self.market().drawn)
    }

    /// Pieces as `evaluate` takes them.
    pub fn pieces(&mut self) -> Vec<Vec<u8>> {
        let drawn = self.drawn();
        let shown = |(n, rows): (usize, &Vec<Row>)| if n == drawn { Vec::new() } else { piece(rows) };
        self.rows.iter().enumerate().map(shown).collect()
    }

    /// The next contributions that the pass asks for, at most so many, and the index of the first.
    pub fn due(&mut self, most: usize) -> (u16, Vec<Item>) {
        let next = self.market().next;
        let mut due = Vec::new();
        for item in self.committed.clone().into_iter().skip(usize::from(next)).flatten() {
            if due.len() < most && !self.participant(item.contributor).dropped {
                due.push(item);
            }
        }
        (next, due)
    }

    pub fn evaluate(&mut self, first: u16, items: &[Item], pieces: &[Vec<u8>]) -> Result<Receipt, Failure> {
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        self.send(trainer(77), market::evaluate(first, items, &pieces))
    }

    /// One pass, a few contributions in a transaction.
    pub fn pass(&mut self, batch: usize) {
        let pieces = self.pieces();
        loop {
            let (first, due) = self.due(batch);
            if due.is_empty() {
                break;
            }
            self.evaluate(first, &due, &pieces).unwrap();
        }
        self.send(trainer(77), market::end_pass()).unwrap();
        self.models.money_is_conserved(self.made.model);
    }

    /// What the replicas in Rust say: everyone's pay-out, the owner's, and the weights at the end.
    pub fn expected(&mut self) -> (Payout, Classifier) {
        let drawn = self.drawn();
        let counting: Vec<&Row> =
            self.rows.iter().enumerate().filter(|(n, _)| *n != drawn).flat_map(|(_, rows)| rows).collect();
        let items = self.items();
        let stake = self.offer.stake;
        let stakes = items.iter().map(|item| (item.contributor, stake));
        let unshown = Amount(stake.0 * (self.committed.len() - items.len()) as u128);
        let payout = Payout::new(self.offer.bounty, counting.len() as u32, stakes).unwrap();
        let mut payout = payout.with_unshown(unshown).unwrap();
        let mut model = Classifier::with_words(self.made.shape.clone(), &self.words).unwrap();
        let correct = |model: &Classifier| {
            counting.iter().filter(|(sample, label)| model.predict(sample).unwrap() == *label).count() as i64
        };
        while !payout.is_over() {
            model.restart().unwrap();
            let mut sums = std::collections::BTreeMap::new();
            let mut before = correct(&model);
            for item in items.iter().filter(|item| payout.counts(&item.contributor)) {
                let sample = model.sample(&item.sample).unwrap();
                model.teach(&sample, item.label).unwrap();
                let after = correct(&model);
                *sums.entry(item.contributor).or_insert(0) += after - before;
                before = after;
            }
            let pass = payout.end_pass(|who| sums.get(who).copied().unwrap_or(0));
            // Where all are dropped the market ends at the start of a pass with nobody in it.
            if pass.over && pass.rounds_left > 0 {
                model.restart().unwrap();
            }
        }
        (payout, model)
    }

    /// Evaluates to the end, and demands what the replicas say of balances, pot and weights.
    pub fn finish(&mut self, batch: usize) {
        let mut before: std::collections::BTreeMap<Address, Amount> = Default::default();
        for who in self.items().iter().map(|item| item.contributor).chain([OWNER]) {
            before.insert(who, self.models.account(self.made.model, who).0);
        }
        while self.market().phase == MarketPhase::Evaluating {
            self.pass(batch);
        }
        assert_eq!(self.market().phase, MarketPhase::Ended);
        let (payout, replica) = self.expected();
        for participant in payout.participants() {
            let balance = self.models.account(self.made.model, participant.account).0;
            assert_eq!(balance.0 - before[&participant.account].0, participant.balance.0, "{}", participant.account);
        }
        let owners = self.models.account(self.made.model, OWNER).0;
        assert_eq!(owners.0 - before[&OWNER].0, payout.pot().0, "the owner's");
        assert_eq!(*self.models.last_event(self.made.model), Event::MarketEnded { remainder: payout.pot() });
        let words = self.models.words(&self.made);
        assert_eq!(hex::encode(words), hex::encode(replica.words()), "weights");
    }
}
