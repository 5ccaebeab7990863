//! Call data of a prediction market (`solidity/shared/IMarketModel.sol`), besides what [`super::shared`] has for every
//! model.

use contracts::abi::Token;
use protocol::{Address, Amount, Digest};

use contracts::abi::{address, amount, bytes, call, digest, number};

pub(crate) const POST_MARKET: &str = "postMarket(bytes32[],uint128,uint128,uint16,uint32,uint32)";
pub(crate) const DRAW: &str = "draw()";
pub(crate) const REVEAL_PIECE: &str = "revealPiece(uint16,bytes32,bytes)";
pub(crate) const EVALUATE: &str = "evaluate((address,uint16,bytes)[],bytes[])";
pub(crate) const END_PASS: &str = "endPass()";
pub(crate) const TIMEOUT: &str = "timeout()";
pub(crate) const MARKET: &str = "market()";
pub(crate) const PARTICIPANT: &str = "participant(address)";
pub(crate) const CONTRIBUTION_AT: &str = "contributionAt(uint256)";
pub(crate) const PIECE_HASH: &str = "pieceHash(uint256)";

/// What the owner of a market fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Commitments to the pieces of the test set, 2 to 16.
    pub commitments: Vec<Digest>,
    pub bounty: Amount,
    /// Least stake of a contribution, more than 0.
    pub min_stake: Amount,
    /// Most contributions, 1 to 256.
    pub limit: u16,
    /// How long contributions are taken, in seconds.
    pub open_seconds: u32,
    /// How long the owner has for each reveal, in seconds.
    pub reveal_window: u32,
}

/// A contribution as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub contributor: Address,
    pub label: u16,
    pub sample: Vec<u8>,
}

/// Posts bounty and commitments; by the owner, whose balance and allowance pay the bounty.
pub fn post_market(offer: &Offer) -> Vec<u8> {
    let commitments = Token::Array(offer.commitments.iter().copied().map(digest).collect());
    let terms = [amount(offer.bounty), amount(offer.min_stake), number(offer.limit)];
    let times = [number(offer.open_seconds), number(offer.reveal_window)];
    call(POST_MARKET, &[vec![commitments], terms.to_vec(), times.to_vec()].concat())
}

/// Draws the piece that does not count; by anyone.
pub fn draw() -> Vec<u8> {
    call(DRAW, &[])
}

/// Reveals a piece of the test set; by the owner.
pub fn reveal_piece(piece: u16, salt: Digest, rows: &[u8]) -> Vec<u8> {
    call(REVEAL_PIECE, &[number(piece), digest(salt), bytes(rows)])
}

/// Evaluates the next contributions; by anyone. `pieces` by their index, the drawn one and any that is not given empty.
pub fn evaluate(items: &[Item], pieces: &[&[u8]]) -> Vec<u8> {
    let item = |item: &Item| Token::Tuple(vec![address(item.contributor), number(item.label), bytes(&item.sample)]);
    let items = items.iter().map(item).collect();
    call(EVALUATE, &[Token::Array(items), Token::Array(pieces.iter().map(|piece| bytes(piece)).collect())])
}

/// Ends a pass of which every contribution is evaluated; by anyone.
pub fn end_pass() -> Vec<u8> {
    call(END_PASS, &[])
}

/// Ends a market whose owner did not reveal in time, or whose evaluation stands still; by anyone.
pub fn timeout() -> Vec<u8> {
    call(TIMEOUT, &[])
}

/// View: read with [`crate::returns::market::market`].
pub fn market() -> Vec<u8> {
    call(MARKET, &[])
}

/// View: read with [`crate::returns::market::participant`].
pub fn participant(who: Address) -> Vec<u8> {
    call(PARTICIPANT, &[address(who)])
}

/// View: contributor and key. Read with [`crate::returns::market::contribution`].
pub fn contribution_at(index: u16) -> Vec<u8> {
    call(CONTRIBUTION_AT, &[number(index)])
}

/// View: what a piece must hash to. Read with [`contracts::returns::digest`].
pub fn piece_hash(piece: u16) -> Vec<u8> {
    call(PIECE_HASH, &[number(piece)])
}
