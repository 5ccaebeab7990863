//! Reads what views of a prediction market returned.

use contracts::abi::{DecodeError, account, digest, narrow, returned};
use protocol::{Address, Amount, Digest};

use super::super::contract::MarketModel;

/// `IMarketModel.Phase`, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarketPhase {
    /// No market has been posted, or the last one was void.
    None,
    /// The draw is due.
    Posted,
    /// The owner reveals the piece that does not count.
    Drawn,
    /// For contributions.
    Open,
    /// The owner reveals the other pieces.
    Closed,
    /// Contributions are taught and counted, pass by pass.
    Evaluating,
    /// Paid out.
    Ended,
    /// Ended without an evaluation.
    TimedOut,
}

impl MarketPhase {
    /// All, by number.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Posted,
        Self::Drawn,
        Self::Open,
        Self::Closed,
        Self::Evaluating,
        Self::Ended,
        Self::TimedOut,
    ];
}

/// `IMarketModel.MarketInfo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainMarket {
    /// Where it stands.
    pub phase: MarketPhase,
    /// What its owner has put up.
    pub bounty: Amount,
    /// Least stake of a contribution.
    pub min_stake: Amount,
    /// Pieces of the test set.
    pub pieces: u8,
    /// Index of the piece that does not count, once drawn.
    pub drawn: u8,
    /// Pieces revealed so far.
    pub revealed: u8,
    /// Most contributions.
    pub limit: u16,
    /// Contributions so far.
    pub contributions: u16,
    /// How long contributions are taken, in seconds.
    pub open_seconds: u32,
    /// How long the owner has for each reveal, in seconds.
    pub reveal_window: u32,
    /// Block of the post.
    pub post_block: u64,
    /// Seconds since the epoch. Drawn: of the draw; open, closed: of the closing; evaluating: of the last step.
    pub since: u64,
    /// Revealed rows that count.
    pub rows: u32,
    /// Of these, correct with the weights as loaded.
    pub baseline: u32,
    /// 0 for the first.
    pub pass: u32,
    /// Contribution that is evaluated next.
    pub next: u16,
    /// Piece that is counted next for it.
    pub next_piece: u8,
    /// Whether it has been taught already.
    pub taught: bool,
    /// Rounds not yet paid for.
    pub rounds_left: Amount,
    /// What is left of the bounty, with what was lost to it.
    pub pot: Amount,
}

/// `IMarketModel.Participant`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainParticipant {
    /// In the market.
    pub balance: Amount,
    /// Sum of this pass.
    pub score: i64,
    /// Whether it could not pay another round.
    pub dropped: bool,
    /// Whether it has contributed to this market.
    pub joined: bool,
}

/// What a market has come to.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `market`.
pub fn market(data: &[u8]) -> Result<ChainMarket, DecodeError> {
    let (info,) = returned::<MarketModel::marketCall>(data)?;
    Ok(ChainMarket {
        phase: MarketPhase::ALL.get(usize::from(info.phase)).copied().ok_or(DecodeError::OutOfRange)?,
        bounty: Amount(info.bounty),
        min_stake: Amount(info.minStake),
        pieces: info.pieces,
        drawn: info.drawn,
        revealed: info.revealed,
        limit: info.limit,
        contributions: info.contributions,
        open_seconds: info.openSeconds,
        reveal_window: info.revealWindow,
        post_block: info.postBlock,
        since: narrow(info.since)?,
        rows: info.rows,
        baseline: info.baseline,
        pass: info.pass,
        next: info.next,
        next_piece: info.nextPiece,
        taught: info.taught,
        rounds_left: Amount(info.roundsLeft),
        pot: Amount(info.pot),
    })
}

/// What a market knows of an account.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `participant`.
pub fn participant(data: &[u8]) -> Result<ChainParticipant, DecodeError> {
    let (found,) = returned::<MarketModel::participantCall>(data)?;
    let (balance, score) = (Amount(found.balance), found.score);
    Ok(ChainParticipant { balance, score, dropped: found.dropped, joined: found.joined })
}

/// Contributor and key of a contribution.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `contributionAt`.
pub fn contribution(data: &[u8]) -> Result<(Address, Digest), DecodeError> {
    let (contributor, key) = returned::<MarketModel::contributionAtCall>(data)?;
    Ok((account(contributor), digest(key)))
}
