//! Call data of a prediction market (`solidity/shared/IMarketModel.sol`), besides what [`super::shared`] has for every
//! model.

use protocol::{Address, Amount, Digest};

use contracts::abi::{address, call, wide, word};

use super::super::contract::{IMarketModel, MarketModel};

/// What the owner of a market fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Commitments to the pieces of the test set, 2 to 16.
    pub commitments: Vec<Digest>,
    /// What its owner has put up.
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
    /// Who sent it.
    pub contributor: Address,
    /// Index of the class that its contributor says.
    pub label: u16,
    /// As the model was given it.
    pub sample: Vec<u8>,
}

/// Posts bounty and commitments; by the owner, whose balance and allowance pay the bounty.
pub fn post_market(offer: &Offer) -> Vec<u8> {
    let commitments = offer.commitments.iter().copied().map(word).collect();
    let terms = (offer.bounty.0, offer.min_stake.0, offer.limit);
    let arguments = (commitments, terms.0, terms.1, terms.2, offer.open_seconds, offer.reveal_window);
    call::<MarketModel::postMarketCall>(arguments)
}

/// Draws the piece that does not count; by anyone.
pub fn draw() -> Vec<u8> {
    call::<MarketModel::drawCall>(())
}

/// Reveals a piece of the test set; by the owner.
pub fn reveal_piece(piece: u16, salt: Digest, rows: &[u8]) -> Vec<u8> {
    call::<MarketModel::revealPieceCall>((piece, word(salt), rows.to_vec().into()))
}

/// Evaluates the next contributions; by anyone. `pieces` by their index, the drawn one and any that is not given empty.
pub fn evaluate(items: &[Item], pieces: &[&[u8]]) -> Vec<u8> {
    let item = |item: &Item| IMarketModel::Item {
        contributor: address(item.contributor),
        label: item.label,
        sample: item.sample.clone().into(),
    };
    let items = items.iter().map(item).collect();
    call::<MarketModel::evaluateCall>((items, pieces.iter().map(|piece| piece.to_vec().into()).collect()))
}

/// Ends a pass of which every contribution is evaluated; by anyone.
pub fn end_pass() -> Vec<u8> {
    call::<MarketModel::endPassCall>(())
}

/// Ends a market whose owner did not reveal in time, or whose evaluation stands still; by anyone.
pub fn timeout() -> Vec<u8> {
    call::<MarketModel::timeoutCall>(())
}

/// View: read with [`crate::returns::market::market`].
pub fn market() -> Vec<u8> {
    call::<MarketModel::marketCall>(())
}

/// View: read with [`crate::returns::market::participant`].
pub fn participant(who: Address) -> Vec<u8> {
    call::<MarketModel::participantCall>((address(who),))
}

/// View: contributor and key. Read with [`crate::returns::market::contribution`].
pub fn contribution_at(index: u16) -> Vec<u8> {
    call::<MarketModel::contributionAtCall>((wide(index),))
}

/// View: what a piece must hash to. Read with [`contracts::returns::digest`].
pub fn piece_hash(piece: u16) -> Vec<u8> {
    call::<MarketModel::pieceHashCall>((wide(piece),))
}
