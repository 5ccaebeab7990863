//! Reads what views of a prediction market returned.

use contracts::abi::{DecodeError, account, narrow, returned};
use protocol::{Address, Amount};

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
    /// Commitments to contributions are taken.
    Open,
    /// Contributors show what they committed to.
    Showing,
    /// The owner reveals the other pieces.
    Revealing,
    /// Contributions are taught and counted, pass by pass.
    Evaluating,
    /// Paid out.
    Ended,
    /// Ended without an evaluation, or before its end.
    TimedOut,
}

impl MarketPhase {
    /// All, by number.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::Posted,
        Self::Drawn,
        Self::Open,
        Self::Showing,
        Self::Revealing,
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
    /// Of each contribution.
    pub stake: Amount,
    /// Pieces of the test set.
    pub pieces: u8,
    /// Index of the piece that does not count, once drawn.
    pub drawn: u8,
    /// Pieces revealed so far.
    pub revealed: u8,
    /// Most contributions.
    pub limit: u16,
    /// Contributions that were committed to.
    pub committed: u16,
    /// Of these, shown.
    pub shown: u16,
    /// How long commitments are taken, in seconds.
    pub open_seconds: u32,
    /// How long contributors have to show what they committed to, in seconds.
    pub show_window: u32,
    /// How long the owner has for each reveal, in seconds.
    pub reveal_window: u32,
    /// Block of the post.
    pub post_block: u64,
    /// When the phase ends at the latest or can be timed out, seconds since the epoch; 0 for one without a limit.
    pub until: u64,
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
    /// What is left of the bounty, with what was lost to it; from the evaluation on with the stakes of what was not
    /// shown.
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
    /// In the order in which accounts showed their first contribution, from 1 on; 0 for none.
    pub number: u16,
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
        stake: Amount(info.stake),
        pieces: info.pieces,
        drawn: info.drawn,
        revealed: info.revealed,
        limit: info.limit,
        committed: info.committed,
        shown: info.shown,
        open_seconds: info.openSeconds,
        show_window: info.showWindow,
        reveal_window: info.revealWindow,
        post_block: info.postBlock,
        until: narrow(info.until)?,
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
    Ok(ChainParticipant { balance, score, dropped: found.dropped, number: found.number })
}

/// Who has shown a contribution, and the first 30 bytes of its key; no address and those of its commitment until then.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `contributionAt`.
pub fn contribution(data: &[u8]) -> Result<(Address, [u8; 30]), DecodeError> {
    let (contributor, hash) = returned::<MarketModel::contributionAtCall>(data)?;
    Ok((account(contributor), hash.0))
}
