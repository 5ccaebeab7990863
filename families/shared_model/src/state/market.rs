//! What a prediction market has come to, folded from its events. The pay-out rule itself is
//! [`crate::market`].

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Address, Amount, Digest};

use super::Model;
use crate::{
    events::{Event, LoggedEvent},
    refusal::Refusal,
};

/// A prediction market in a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Market {
    /// What its owner has put up.
    pub bounty: Amount,
    /// Least stake of a contribution.
    pub min_stake: Amount,
    /// Most contributions.
    pub limit: u16,
    /// How long contributions are taken, in seconds.
    pub open_seconds: u32,
    /// How long the owner has for each reveal, in seconds.
    pub reveal_window: u32,
    /// Keccak-256 of salt and rows of each piece of the test set.
    pub commitments: Vec<Digest>,
    /// Seconds since the epoch.
    pub posted_at: u64,
    /// The piece that is revealed at once and does not count.
    pub drawn: Option<u16>,
    /// Revealed pieces.
    pub pieces: BTreeMap<u16, Piece>,
    /// When contributions close, once they are open.
    pub closes_at: Option<u64>,
    /// Contributions so far.
    pub contributions: u16,
    /// Every contribution taught in every pass, in order.
    pub trainings: Vec<Training>,
    /// Rounds that each pass paid for.
    pub passes: Vec<Amount>,
    /// Rounds not yet paid for.
    pub rounds_left: Amount,
    /// Accounts that could not pay another round.
    pub dropped: BTreeSet<Address>,
    /// Bounty and stakes that the market still holds.
    pub escrowed: Amount,
    /// What came back to the owner, once it is over.
    pub remainder: Option<Amount>,
    /// How it ended, if it did.
    pub over: Option<Over>,
}

/// How a market ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Over {
    /// It was evaluated and paid.
    Paid,
    /// The draw lapsed; the bounty went back to its owner.
    Voided,
    /// Its owner did not reveal in time, or the evaluation stood still.
    TimedOut,
}

/// A revealed piece of the test set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Hashed before the rows.
    pub salt: Digest,
    /// Rows that the model as loaded predicts as labelled.
    pub correct: u32,
    /// Rows of the piece.
    pub total: u32,
    /// Label (2 bytes) ‖ bytes of the sample (2) ‖ sample, for each row.
    pub rows: Vec<u8>,
}

/// One contribution taught once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Training {
    /// Number of the pass, from 0.
    pub pass: u32,
    /// Of the contribution, from 0.
    pub index: u16,
    /// Who made it.
    pub contributor: Address,
    /// By how many test rows the model got better.
    pub score: i32,
}

/// Where a market stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarketStage {
    /// The piece to reveal at once is not drawn yet.
    Drawing,
    /// The drawn piece is to be revealed.
    FirstReveal,
    /// Contributions are taken.
    Open,
    /// The other pieces are to be revealed.
    Revealing,
    /// Contributions are taught and counted, pass by pass.
    Training,
    /// Paid out, or given back.
    Over(Over),
}

/// The commitment to a piece of a test set: keccak256(salt ‖ rows).
pub fn commitment(salt: &Digest, rows: &[u8]) -> Digest {
    super::keccak(&[&salt.0[..], rows].concat())
}

impl Market {
    /// Where it stands at `now`.
    pub fn stage(&self, now: u64) -> MarketStage {
        if let Some(over) = self.over {
            return MarketStage::Over(over);
        }
        match (self.drawn, self.closes_at) {
            (None, _) => MarketStage::Drawing,
            (Some(_), None) => MarketStage::FirstReveal,
            (Some(_), Some(closes)) if now < closes && self.contributions < self.limit => MarketStage::Open,
            _ if self.pieces.len() < self.commitments.len() => MarketStage::Revealing,
            _ => MarketStage::Training,
        }
    }

    /// Rows that count: of all revealed pieces but the drawn one.
    pub fn rows(&self) -> u64 {
        self.pieces.iter().filter(|(piece, _)| Some(**piece) != self.drawn).map(|(_, p)| u64::from(p.total)).sum()
    }
}

impl Model {
    /// The stake that a contribution to the market takes.
    pub(super) fn stake(&self, account: &Address, stake: Amount, now: u64) -> Result<Amount, Refusal> {
        let market = self.market.as_ref().ok_or(Refusal::MarketClosed)?;
        if *account == self.owner {
            return Err(Refusal::OwnerMayNotContribute);
        }
        if market.contributions >= market.limit {
            return Err(Refusal::MarketFull { limit: market.limit });
        }
        if market.stage(now) != MarketStage::Open {
            return Err(Refusal::MarketClosed);
        }
        let least = market.min_stake;
        if stake < least { Err(Refusal::StakeTooLow { stake, least }) } else { Ok(stake) }
    }

    /// Begins a market, by the event that posted it.
    pub(super) fn begin_market(&mut self, logged: &LoggedEvent) {
        let Event::MarketPosted { bounty, min_stake, limit, open_seconds, reveal_window, commitments } = &logged.event
        else {
            return;
        };
        self.market = Some(Market {
            bounty: *bounty,
            min_stake: *min_stake,
            limit: *limit,
            open_seconds: *open_seconds,
            reveal_window: *reveal_window,
            commitments: commitments.clone(),
            posted_at: logged.at,
            drawn: None,
            pieces: BTreeMap::new(),
            closes_at: None,
            contributions: 0,
            trainings: Vec::new(),
            passes: Vec::new(),
            rounds_left: *bounty,
            dropped: BTreeSet::new(),
            escrowed: *bounty,
            remainder: None,
            over: None,
        });
    }
}

impl Market {
    /// Notes what an event shows of its course; money is moved by [`super::fold`].
    pub(super) fn show(&mut self, event: &Event) {
        match event {
            Event::PieceDrawn { piece } => self.drawn = Some(*piece),
            Event::PieceRevealed { piece, salt, correct, total, rows } => {
                let revealed = Piece { salt: *salt, correct: *correct, total: *total, rows: rows.clone() };
                self.pieces.insert(*piece, revealed);
            }
            Event::MarketOpened { closes_at } => self.closes_at = Some(*closes_at),
            Event::Trained { index, contributor, pass, score } => {
                let training = Training { pass: *pass, index: *index, contributor: *contributor, score: *score };
                self.trainings.push(training);
            }
            Event::PassEnded { rounds, rounds_left, .. } => {
                self.passes.push(*rounds);
                self.rounds_left = *rounds_left;
            }
            Event::Dropped { account, .. } => {
                self.dropped.insert(*account);
            }
            Event::MarketVoided { bounty } => {
                self.over = Some(Over::Voided);
                self.remainder = Some(*bounty);
            }
            Event::MarketTimedOut { .. } => self.over = Some(Over::TimedOut),
            Event::MarketEnded { remainder } => {
                self.over.get_or_insert(Over::Paid);
                self.remainder = Some(*remainder);
            }
            _ => {}
        }
    }
}
