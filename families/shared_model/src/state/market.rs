//! What a prediction market has come to, folded from its events. The pay-out rule itself is
//! [`crate::market`].

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Address, Amount, Digest, keccak};

use super::Model;
use crate::{
    events::{Event, LoggedEvent},
    refusal::Refusal,
};

/// Most features of a contributed sparse sample: a third of `MarketModel.MAX_SPARSE_SAMPLE`.
pub const MOST_FEATURES: usize = 128;

/// A prediction market in a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Market {
    /// What its owner has put up.
    pub bounty: Amount,
    /// Of each contribution.
    pub stake: Amount,
    /// Most contributions.
    pub limit: u16,
    /// How long commitments are taken, in seconds.
    pub open_seconds: u32,
    /// How long contributors have to show what they committed to, in seconds.
    pub show_window: u32,
    /// How long the owner has for each reveal, in seconds.
    pub reveal_window: u32,
    /// Keccak-256 of salt and rows of each piece of the test set.
    pub commitments: Vec<Digest>,
    /// Seconds since the epoch.
    pub posted_at: u64,
    /// Height of its block: what is drawn is decided by the one after it.
    pub posted_block: u64,
    /// The piece that is revealed at once and does not count.
    pub drawn: Option<u16>,
    /// When it was drawn, seconds since the epoch.
    pub drawn_at: Option<u64>,
    /// Revealed pieces.
    pub pieces: BTreeMap<u16, Piece>,
    /// When the market closes as it was announced, once it is open; its limit may close it before.
    pub closes_at: Option<u64>,
    /// What was committed to, in order.
    pub entries: Vec<Entry>,
    /// When the last piece was revealed and the evaluation began.
    pub evaluated_from: Option<u64>,
    /// When the evaluation made its last step that is seen in an event.
    pub stepped_at: u64,
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
    /// What was destroyed, once it is void or timed out.
    pub burned: Amount,
    /// How it ended, if it did.
    pub over: Option<Over>,
}

/// How a market ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Over {
    /// It was evaluated and paid.
    Paid,
    /// The draw lapsed, or the drawn piece was not revealed; the bounty is burned.
    Voided,
    /// Its owner did not reveal in time, or the evaluation did not come to its end.
    TimedOut,
}

/// A contribution that was committed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Who alone can show it.
    pub contributor: Address,
    /// [`contribution_commitment`].
    pub commitment: Digest,
    /// Key of the contribution, once it is shown.
    pub key: Option<Digest>,
    /// When it was committed to, seconds since the epoch.
    pub at: u64,
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
    /// Commitments to contributions are taken.
    Open,
    /// Contributors show what they committed to.
    Showing,
    /// The other pieces are to be revealed.
    Revealing,
    /// Contributions are taught and counted, pass by pass.
    Training,
    /// Paid out, or given back.
    Over(Over),
}

/// The commitment to a piece of a test set: keccak256(salt ‖ rows).
pub fn commitment(salt: &Digest, rows: &[u8]) -> Digest {
    keccak(&[&salt.0, rows])
}

/// The commitment to a contribution: keccak256(abi.encode(key, salt)). The key names the contributor, so that a copy is
/// of no use to anybody else.
pub fn contribution_commitment(key: &Digest, salt: &Digest) -> Digest {
    keccak(&[&key.0, &salt.0])
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
            (Some(_), Some(closes)) if now < closes && self.entries.len() < usize::from(self.limit) => {
                MarketStage::Open
            }
            (Some(_), Some(closes)) if now < closes + u64::from(self.show_window) && self.unshown() > 0 => {
                MarketStage::Showing
            }
            _ if self.pieces.len() < self.commitments.len() => MarketStage::Revealing,
            _ => MarketStage::Training,
        }
    }

    /// Contributions that are committed to and not shown.
    pub fn unshown(&self) -> usize {
        self.entries.iter().filter(|entry| entry.key.is_none()).count()
    }

    /// Rows that count: of all revealed pieces but the drawn one.
    pub fn rows(&self) -> u64 {
        self.pieces.iter().filter(|(piece, _)| Some(**piece) != self.drawn).map(|(_, p)| u64::from(p.total)).sum()
    }
}

impl Model {
    /// The stake that a commitment to a contribution takes.
    pub(super) fn stake(&self, account: &Address, most: Amount, now: u64) -> Result<Amount, Refusal> {
        let market = self.market.as_ref().ok_or(Refusal::MarketClosed)?;
        if *account == self.owner {
            return Err(Refusal::OwnerMayNotContribute);
        }
        if market.entries.len() >= usize::from(market.limit) {
            return Err(Refusal::MarketFull { limit: market.limit });
        }
        if market.stage(now) != MarketStage::Open {
            return Err(Refusal::MarketClosed);
        }
        let stake = market.stake;
        if stake > most { Err(Refusal::StakeTooHigh { stake, most }) } else { Ok(stake) }
    }

    /// Begins a market, by the event that posted it.
    pub(super) fn begin_market(&mut self, logged: &LoggedEvent) {
        let Event::MarketPosted { bounty, stake, limit, open_seconds, show_window, reveal_window, commitments } =
            &logged.event
        else {
            return;
        };
        self.market = Some(Market {
            bounty: *bounty,
            stake: *stake,
            limit: *limit,
            open_seconds: *open_seconds,
            show_window: *show_window,
            reveal_window: *reveal_window,
            commitments: commitments.clone(),
            posted_at: logged.at,
            posted_block: logged.block,
            drawn: None,
            drawn_at: None,
            pieces: BTreeMap::new(),
            closes_at: None,
            entries: Vec::new(),
            evaluated_from: None,
            stepped_at: 0,
            trainings: Vec::new(),
            passes: Vec::new(),
            rounds_left: *bounty,
            dropped: BTreeSet::new(),
            escrowed: *bounty,
            remainder: None,
            burned: Amount::ZERO,
            over: None,
        });
    }
}

impl Market {
    /// Notes what an event shows of its course; money is moved by [`super::fold`].
    pub(super) fn show(&mut self, logged: &LoggedEvent) {
        match &logged.event {
            Event::PieceDrawn { piece } => {
                self.drawn = Some(*piece);
                self.drawn_at = Some(logged.at);
            }
            Event::PieceRevealed { piece, salt, correct, total, rows } => {
                let revealed = Piece { salt: *salt, correct: *correct, total: *total, rows: rows.clone() };
                self.pieces.insert(*piece, revealed);
                if self.pieces.len() == self.commitments.len() {
                    self.evaluated_from = Some(logged.at);
                    self.stepped_at = logged.at;
                }
            }
            Event::MarketOpened { closes_at } => self.closes_at = Some(*closes_at),
            Event::Committed { contributor, commitment, .. } => {
                let entry = Entry { contributor: *contributor, commitment: *commitment, key: None, at: logged.at };
                self.entries.push(entry);
            }
            Event::Shown { index, key, .. } => {
                if let Some(entry) = self.entries.get_mut(usize::from(*index)) {
                    entry.key = Some(*key);
                }
            }
            Event::Trained { index, contributor, pass, score } => {
                let training = Training { pass: *pass, index: *index, contributor: *contributor, score: *score };
                self.trainings.push(training);
                self.stepped_at = logged.at;
            }
            Event::PassEnded { rounds, rounds_left, .. } => {
                self.passes.push(*rounds);
                self.rounds_left = *rounds_left;
                self.stepped_at = logged.at;
            }
            Event::Dropped { account, .. } => {
                self.dropped.insert(*account);
            }
            Event::MarketVoided { burned } => {
                self.over = Some(Over::Voided);
                self.burned = *burned;
            }
            Event::MarketTimedOut { burned, .. } => {
                self.over = Some(Over::TimedOut);
                self.burned = *burned;
            }
            Event::MarketEnded { remainder } => {
                self.over.get_or_insert(Over::Paid);
                self.remainder = Some(*remainder);
            }
            _ => {}
        }
    }
}
