//! The prediction market of a run: posted at the start, evaluated at the end. The rule is
//! [`shared_model::market`].

use std::collections::BTreeMap;

use protocol::{Address, Amount, Digest};
use shared_model::{Event, Sample, learn::accuracy::Accuracy, market::Payout};

use crate::{chain::Chain, config::IncentivePlan, error::SimulationError};

/// Pieces of the test set, of which one is revealed at once.
const PIECES: usize = 10;

/// A market that is being evaluated, one contribution at a time.
pub(crate) struct Evaluation {
    payout: Payout,
    accuracy: Accuracy,
    pass: u32,
    next: usize,
    correct: u32,
    scores: BTreeMap<Address, i64>,
}

/// Escrows the bounty and opens the market until `closes_at`.
pub(crate) fn open(
    chain: &mut Chain,
    plan: &IncentivePlan,
    test: usize,
    closes_at: u64,
) -> Result<(), SimulationError> {
    let IncentivePlan::Market { bounty, min_stake, limit } = plan else { return Ok(()) };
    let owner = chain.wallets.len() - 1;
    chain.wallets[owner].0 += bounty.0;
    chain.cover(owner, *bounty)?;
    let open_seconds = u32::try_from(closes_at).unwrap_or(u32::MAX);
    chain.emit(Event::MarketPosted {
        bounty: *bounty,
        stake: *min_stake,
        limit: *limit,
        open_seconds,
        show_window: open_seconds,
        reveal_window: open_seconds,
        commitments: vec![Digest::ZERO; PIECES],
    })?;
    chain.emit(Event::PieceDrawn { piece: 0 })?;
    chain.emit(revealed(0, drawn(test)))?;
    chain.emit(Event::MarketOpened { closes_at })
}

/// Rows of the drawn piece; the others count.
fn drawn(test: usize) -> usize {
    test / PIECES
}

fn revealed(piece: u16, rows: usize) -> Event {
    // The rows themselves are the test set that everybody in the run is judged by; nobody needs to read them here.
    Event::PieceRevealed { piece, salt: Digest::ZERO, correct: 0, total: rows as u32, rows: Vec::new() }
}

impl Evaluation {
    /// Begins when contributions are closed.
    pub(crate) fn new(chain: &mut Chain, test: &[(Sample, u16)]) -> Result<Self, SimulationError> {
        let rows = &test[drawn(test.len())..];
        for piece in 1..PIECES {
            let share = rows.len() * piece / (PIECES - 1) - rows.len() * (piece - 1) / (PIECES - 1);
            chain.emit(revealed(piece as u16, share))?;
        }
        let bounty = chain.model.market.as_ref().map_or(Amount::ZERO, |market| market.bounty);
        let stakes = chain.model.contributions.iter().map(|c| (c.record.contributor, c.record.initial));
        let payout = Payout::new(bounty, rows.len() as u32, stakes)?;
        chain.classifier.restart()?;
        let accuracy = Accuracy::new(&chain.classifier, rows.to_vec())?;
        let correct = accuracy.correct();
        Ok(Self { payout, accuracy, pass: 0, next: 0, correct, scores: BTreeMap::new() })
    }

    /// Contributions of this pass that are evaluated.
    pub(crate) fn next(&self) -> usize {
        self.next
    }

    /// Teaches the next contribution, or ends the pass. Answers whether the market has ended.
    pub(crate) fn step(&mut self, chain: &mut Chain) -> Result<bool, SimulationError> {
        if self.payout.is_over() {
            return self.end(chain);
        }
        let Some(contribution) = chain.model.contributions.get(self.next) else {
            return self.end_pass(chain);
        };
        let (contributor, label) = (contribution.record.contributor, contribution.record.label);
        let index = self.next as u16;
        self.next += 1;
        if !self.payout.counts(&contributor) {
            return Ok(false);
        }
        let Ok(sample) = chain.classifier.sample(&contribution.sample) else { return Ok(false) };
        self.accuracy.teach(&mut chain.classifier, &sample, label)?;
        let score = self.accuracy.correct() as i32 - self.correct as i32;
        self.correct = self.accuracy.correct();
        *self.scores.entry(contributor).or_default() += i64::from(score);
        chain.emit(Event::Trained { index, contributor, pass: self.pass, score })?;
        Ok(false)
    }

    fn end_pass(&mut self, chain: &mut Chain) -> Result<bool, SimulationError> {
        let ended = self.payout.end_pass(|account| self.scores.get(account).copied().unwrap_or_default());
        let (rounds, rounds_left) = (Amount(ended.rounds), Amount(ended.rounds_left));
        chain.emit(Event::PassEnded { pass: self.pass, rounds, rounds_left })?;
        for account in ended.dropped {
            chain.emit(Event::Dropped { account, pass: self.pass })?;
        }
        if ended.over {
            // Where nobody's contributions are left, the model is as it was.
            if self.payout.participants().iter().all(|p| p.dropped) {
                chain.classifier.restart()?;
            }
            return self.end(chain);
        }
        chain.classifier.restart()?;
        self.accuracy.refresh(&chain.classifier);
        self.correct = self.accuracy.correct();
        (self.pass, self.next) = (self.pass + 1, 0);
        self.scores.clear();
        Ok(false)
    }

    fn end(&mut self, chain: &mut Chain) -> Result<bool, SimulationError> {
        for participant in self.payout.participants().to_vec() {
            chain.emit(Event::Credited { account: participant.account, amount: participant.balance })?;
        }
        chain.emit(Event::MarketEnded { remainder: self.payout.pot() })?;
        chain.accuracy.refresh(&chain.classifier);
        Ok(true)
    }
}
