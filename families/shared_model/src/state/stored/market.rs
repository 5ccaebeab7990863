//! A prediction market as its contract stores it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::abi::DecodeError;
use protocol::{Address, Amount, Digest};

use crate::{
    calls::market as calls,
    returns::market::{self as returns, ChainMarket, MarketPhase},
    state::{EVALUATION_TIME, Entry, Market, Over, Piece, STALL},
};

/// Bytes of a hash that the contract keeps of a contribution.
const KEPT: usize = 30;

/// What is stored of a market.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMarket {
    pub market: ChainMarket,
    /// By what the contract knows each piece; empty where it was not asked.
    pub pieces: Vec<Digest>,
    /// Who has shown a contribution, and the beginning of its hash; empty where it was not asked.
    pub entries: Vec<(Address, [u8; KEPT])>,
}

impl StoredMarket {
    /// `None` where no market was posted. Pieces are asked for while the owner reveals, contributions while somebody who
    /// has committed can show.
    pub(super) async fn read<E: From<DecodeError>>(
        is_owner: bool,
        has_committed: bool,
        ask: impl AsyncFn(Vec<u8>) -> Result<Vec<u8>, E>,
    ) -> Result<Option<Self>, E> {
        let market = returns::market(&ask(calls::market()).await?)?;
        if market.phase == MarketPhase::None {
            return Ok(None);
        }
        let mut pieces = Vec::new();
        if is_owner && matches!(market.phase, MarketPhase::Drawn | MarketPhase::Revealing) {
            for piece in 0..u16::from(market.pieces) {
                pieces.push(contracts::returns::digest(&ask(calls::piece_hash(piece)).await?)?);
            }
        }
        let entries = match has_committed && market.phase == MarketPhase::Showing {
            true => Self::entries(market.committed, &ask).await?,
            false => Vec::new(),
        };
        Ok(Some(Self { market, pieces, entries }))
    }

    /// The contributions of a market, as many as were committed to.
    ///
    /// # Errors
    /// What asking or reading an answer failed with.
    pub async fn entries<E: From<DecodeError>>(
        committed: u16,
        ask: impl AsyncFn(Vec<u8>) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<(Address, [u8; KEPT])>, E> {
        let mut entries = Vec::new();
        for index in 0..committed {
            entries.push(returns::contribution(&ask(calls::contribution_at(index)).await?)?);
        }
        Ok(entries)
    }

    /// Where a commitment is among the contributions of a market, if it was not shown yet.
    pub fn position(entries: &[(Address, [u8; KEPT])], commitment: &Digest) -> Option<u16> {
        let found =
            |(contributor, hash): &(Address, [u8; KEPT])| *contributor == Address::ZERO && begins(commitment, hash);
        u16::try_from(entries.iter().position(found)?).ok()
    }

    /// The market as far as its stage, its times and whose turn it is need it. Rows, scores and what each account has in it
    /// are in events alone. `commitments` are the person's own.
    pub(super) fn as_market(&self, person: Option<Address>, commitments: &[Digest]) -> Market {
        let ChainMarket { phase, until, .. } = self.market;
        let (show, reveal) = (u64::from(self.market.show_window), u64::from(self.market.reveal_window));
        let is_drawn = !matches!(phase, MarketPhase::None | MarketPhase::Posted);
        let is_open = is_drawn && phase != MarketPhase::Drawn;
        let closes_at = match phase {
            MarketPhase::Open => until,
            MarketPhase::Showing => until.saturating_sub(show),
            MarketPhase::Revealing => until.saturating_sub(show + reveal),
            // Long ago.
            _ => 0,
        };
        let evaluates = phase == MarketPhase::Evaluating;
        Market {
            bounty: self.market.bounty,
            stake: self.market.stake,
            limit: self.market.limit,
            open_seconds: self.market.open_seconds,
            show_window: self.market.show_window,
            reveal_window: self.market.reveal_window,
            commitments: match self.pieces.is_empty() {
                true => vec![Digest::ZERO; usize::from(self.market.pieces)],
                false => self.pieces.clone(),
            },
            posted_at: 0,
            posted_block: self.market.post_block,
            drawn: is_drawn.then_some(u16::from(self.market.drawn)),
            drawn_at: (phase == MarketPhase::Drawn).then(|| until.saturating_sub(reveal)),
            pieces: self.revealed(),
            closes_at: is_open.then_some(closes_at),
            entries: self.as_entries(person, commitments),
            // So that the earlier of both ends is the one that the contract says.
            evaluated_from: evaluates.then(|| until.saturating_sub(EVALUATION_TIME)),
            stepped_at: if evaluates { until.saturating_sub(STALL) } else { 0 },
            trainings: Vec::new(),
            passes: vec![Amount::ZERO; self.market.pass as usize],
            rounds_left: self.market.rounds_left,
            dropped: BTreeSet::new(),
            escrowed: self.market.pot,
            remainder: None,
            burned: Amount::ZERO,
            over: match phase {
                MarketPhase::Ended => Some(Over::Paid),
                MarketPhase::TimedOut => Some(Over::TimedOut),
                _ => None,
            },
        }
    }

    /// The drawn piece is revealed first, then the others in order. What they hold is in events alone.
    fn revealed(&self) -> BTreeMap<u16, Piece> {
        let drawn = u16::from(self.market.drawn);
        let others = (0..u16::from(self.market.pieces)).filter(|piece| *piece != drawn);
        let order = std::iter::once(drawn).chain(others).take(usize::from(self.market.revealed));
        order.map(|piece| (piece, Piece { salt: Digest::ZERO, correct: 0, total: 0, rows: Vec::new() })).collect()
    }

    fn as_entries(&self, person: Option<Address>, commitments: &[Digest]) -> Vec<Entry> {
        let nobody = Entry { contributor: Address::ZERO, commitment: Digest::ZERO, key: None, at: 0 };
        if self.entries.is_empty() {
            let shown = |index| (index < self.market.shown).then_some(Digest::ZERO);
            return (0..self.market.committed).map(|index| Entry { key: shown(index), ..nobody }).collect();
        }
        let entry = |(contributor, hash): &(Address, [u8; KEPT])| {
            if *contributor != Address::ZERO {
                return Entry { contributor: *contributor, key: Some(padded(hash)), ..nobody };
            }
            match (person, commitments.iter().find(|own| begins(own, hash))) {
                (Some(person), Some(own)) => Entry { contributor: person, commitment: *own, ..nobody },
                _ => Entry { commitment: padded(hash), ..nobody },
            }
        };
        self.entries.iter().map(entry).collect()
    }
}

fn begins(digest: &Digest, hash: &[u8; KEPT]) -> bool {
    digest.0[..KEPT] == hash[..]
}

fn padded(hash: &[u8; KEPT]) -> Digest {
    let mut padded = [0; 32];
    padded[..KEPT].copy_from_slice(hash);
    Digest(padded)
}
