//! Call data of a prediction market (`solidity/shared/IMarketModel.sol`), besides what [`super::shared`] has for every
//! model.

use protocol::{Address, Amount, Digest};

use coin::PermitSignature;
use contracts::abi::{address, call, wide, word};

use super::super::contract::{IMarket, MarketModel};

/// What the owner of a market fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Commitments to the pieces of the test set, 3 to 16.
    pub commitments: Vec<Digest>,
    /// What its owner has put up.
    pub bounty: Amount,
    /// Of each contribution, more than 0.
    pub stake: Amount,
    /// Most contributions, 1 to 256.
    pub limit: u16,
    /// How long commitments are taken, in seconds.
    pub open_seconds: u32,
    /// How long contributors have to show what they committed to, in seconds.
    pub show_window: u32,
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
    let (bounty, stake) = (offer.bounty.0, offer.stake.0);
    let (open, show, reveal) = (offer.open_seconds, offer.show_window, offer.reveal_window);
    call::<MarketModel::postMarketCall>((commitments, bounty, stake, offer.limit, open, show, reveal))
}

/// Draws the piece that does not count; by anyone.
pub fn draw() -> Vec<u8> {
    call::<MarketModel::drawCall>(())
}

/// Reveals a piece of the test set; by the owner.
pub fn reveal_piece(piece: u16, salt: Digest, rows: &[u8]) -> Vec<u8> {
    call::<MarketModel::revealPieceCall>((piece, word(salt), rows.to_vec().into()))
}

/// Commits to a contribution, by [`crate::state::contribution_commitment`]; its stake is taken, with a permit if given.
pub fn commit(commitment: Digest, permit: Option<&PermitSignature>) -> Vec<u8> {
    let commitment = word(commitment);
    let Some(permit) = permit else { return call::<MarketModel::commitCall>((commitment,)) };
    let (deadline, v, r, s) = permit.arguments();
    call::<MarketModel::commitWithPermitCall>((commitment, deadline, v, r, s))
}

/// Shows a contribution that the sender has committed to.
pub fn show(index: u16, sample: &[u8], label: u16, salt: Digest) -> Vec<u8> {
    call::<MarketModel::showCall>((index, sample.to_vec().into(), label, word(salt)))
}

/// Evaluates contributions from index `first` on; by anyone. `pieces` by their index, the drawn one and any that is not
/// given empty.
pub fn evaluate(first: u16, items: &[Item], pieces: &[&[u8]]) -> Vec<u8> {
    let item = |item: &Item| IMarket::Item {
        contributor: address(item.contributor),
        label: item.label,
        sample: item.sample.clone().into(),
    };
    let items = items.iter().map(item).collect();
    call::<MarketModel::evaluateCall>((first, items, pieces.iter().map(|piece| piece.to_vec().into()).collect()))
}

/// Ends a pass of which every contribution is evaluated; by anyone.
pub fn end_pass() -> Vec<u8> {
    call::<MarketModel::endPassCall>(())
}

/// Ends a market in which somebody has not acted in time; by anyone.
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

/// View: contributor and hash. Read with [`crate::returns::market::contribution`].
pub fn contribution_at(index: u16) -> Vec<u8> {
    call::<MarketModel::contributionAtCall>((wide(index),))
}

/// View: what a piece must hash to. Read with [`contracts::returns::digest`].
pub fn piece_hash(piece: u16) -> Vec<u8> {
    call::<MarketModel::pieceHashCall>((wide(piece),))
}
