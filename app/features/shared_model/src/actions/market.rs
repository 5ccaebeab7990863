//! The steps of a prediction market: post, draw, reveal, evaluate, end.

use std::time::Duration;

use gloo_timers::future::sleep;
use protocol::{Address, Amount};
use shared_model::{
    Model,
    calls::{
        classifier,
        market::{self as calls, Item, Offer},
        shared,
    },
    evaluation::Evaluation,
    hidden_set::{self, HiddenPiece},
    market_limits::{self, PieceError},
    state::Market,
};

use super::models::{self, send};
use crate::vault_kinds::PIECES;
use app_core::{
    action::{ActionError, Tools, permit},
    vault::Vault,
};

/// Gas that one step of an evaluation should stay under: wallets add up to a half to what they are told, and a transaction may
/// use 16,777,216 (EIP-7825).
const GAS_OF_STEP: u64 = 9_000_000;
/// Gas of one prediction and of one lesson of a small model: how many contributions are tried at once.
const GAS_OF_ROW: u64 = 25_000;
const GAS_OF_LESSON: u64 = 400_000;

/// Blocks after the post that a draw is refused in. Wallets estimate it as part of the newest block.
const BLOCKS_TO_DRAW: u64 = 2;
const PAUSE: Duration = Duration::from_millis(500);

/// Keeps the pieces, then posts their commitments with the bounty. Whatever would keep the market from being posted, or its
/// test set from being revealed, is looked for before anything is paid.
///
/// # Errors
/// [`ActionError`]; nothing is locked then.
pub async fn post(
    tools: Tools,
    model: &Model,
    pieces: Vec<HiddenPiece>,
    offer: Offer,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    step("Asking the model whether the test set can be revealed");
    for (number, piece) in (1..).zip(&pieces) {
        demand_revealable(tools, model, number, &piece.bytes()).await?;
    }
    let commitments = pieces.iter().map(HiddenPiece::commitment).collect();
    let call = calls::post_market(&Offer { commitments, ..offer });
    tools.reader.preflight_unpaid(tools.account()?, model.address, &call).await?;
    step("Keeping the hidden test set in your vault");
    let kept = serde_json::to_vec(&pieces).unwrap_or_default();
    models::keep(tools, PIECES, model.address, &model.address.short(), &kept).await?;
    let missing = model.missing(&tools.account()?, offer.bounty);
    if missing > Amount::ZERO {
        step("Signing the bounty: your wallet asks for a permit");
        if let Some(permit) = permit::ask(tools, model.address, missing).await? {
            step("Paying the bounty in: your wallet asks for a transaction");
            send(tools, "Top up", model.address, shared::top_up_with_permit(missing, &permit)).await?;
        }
    }
    step("Posting: your wallet asks for one transaction");
    send(tools, "Post a prediction market", model.address, call).await
}

/// Whether the `number`-th piece, from 1 on, can be revealed. The node sees a stand-in: whoever knows the rows can teach for
/// them.
async fn demand_revealable(tools: Tools, model: &Model, number: usize, rows: &[u8]) -> Result<(), ActionError> {
    let shape = &model.shape;
    market_limits::check_piece(shape, model.classes, number, rows).map_err(ActionError::feature)?;
    let count = classifier::count(&market_limits::stand_in(shape, rows));
    let gas = market_limits::gas_to_count(&count);
    match tools.reader.answers_within(gas, model.classifier, count).await? {
        true => Ok(()),
        false => Err(ActionError::feature(PieceError::TooDear { piece: number })),
    }
}

/// The pieces of the market that is posted, if this browser keeps them: it may have others of the same model, from a
/// post that was refused or a market that was void.
pub async fn kept_pieces(model: Address, market: &Market) -> Option<Vec<HiddenPiece>> {
    let files = Vault::open().await.ok()?.files_of(&PIECES, model).await.ok()?;
    let sets = files.iter().filter_map(|file| serde_json::from_slice(file).ok());
    hidden_set::posted(sets, &market.commitments)
}

/// Draws the piece that does not count, once the block that decides it is there: the one after the post.
///
/// # Errors
/// [`ActionError`]
pub async fn draw(tools: Tools, model: Address, posted: u64, step: impl Fn(&'static str)) -> Result<(), ActionError> {
    if tools.reader.head().await?.0 < posted + BLOCKS_TO_DRAW {
        step("Waiting for the block that decides");
        while tools.reader.head().await?.0 < posted + BLOCKS_TO_DRAW {
            sleep(PAUSE).await;
        }
    }
    step("Drawing: your wallet asks for one transaction");
    send(tools, "Draw a piece of the test set", model, calls::draw()).await
}

/// Reveals the next piece: the drawn one first, then the others in order.
///
/// # Errors
/// [`ActionError`]
pub async fn reveal(tools: Tools, model: Address, index: u16, piece: &HiddenPiece) -> Result<(), ActionError> {
    let title = format!("Reveal piece {}", index + 1);
    send(tools, &title, model, calls::reveal_piece(index, piece.salt, &piece.bytes())).await
}

/// Evaluates the next contributions, or counts some of the pieces for the next one where all of them fit no transaction;
/// anybody may, and all that is needed is on chain.
///
/// # Errors
/// [`ActionError`]
pub async fn evaluate(
    tools: Tools,
    model: &Model,
    market: &Market,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    step("Asking the contract how far the evaluation is");
    let stands = tools.reader.market_now(model.address).await?;
    let mut waiting = waiting(model, market);
    // The contract may be ahead of the events that were read.
    waiting.retain(|(index, _)| *index >= stands.next);
    let Some(first) = waiting.first().map(|(index, _)| *index) else { return end_pass(tools, model.address).await };
    let items: Vec<Item> = waiting.into_iter().map(|(_, item)| item).collect();
    let none = Vec::new();
    let pieces: Vec<&[u8]> = (0..market.commitments.len() as u16)
        .map(|i| if Some(i) == market.drawn { &none } else { market.pieces.get(&i).map_or(&none, |p| &p.rows) })
        .map(Vec::as_slice)
        .collect();
    let sizes: Vec<usize> = pieces.iter().map(|piece| piece.len()).collect();
    let samples: Vec<usize> = items.iter().map(|item| item.sample.len()).collect();
    let counting = stands.taught.then_some(usize::from(stands.next_piece));
    let left = Evaluation { pieces: &sizes, samples: &samples, counting };
    let rows = market.rows().max(1);
    let many = (GAS_OF_STEP / (GAS_OF_LESSON + rows * GAS_OF_ROW)).max(1) as usize;
    step("Asking the chain how much fits one transaction");
    let mut data = Vec::new();
    for part in left.steps(many) {
        let given = items.get(..part.contributions).unwrap_or(&items);
        data = calls::evaluate(first, given, &part.given(&pieces));
        // Whatever speaks against all of them is said when the smallest one is tried before it is sent.
        if matches!(tools.reader.answers_within(GAS_OF_STEP, model.address, data.clone()).await, Ok(true)) {
            break;
        }
    }
    step("Evaluating: your wallet asks for one transaction");
    let title = format!("Evaluate contributions from {} on", u32::from(first) + 1);
    send(tools, &title, model.address, data).await
}

/// Contributions that this pass has not evaluated yet, in order, with their indices.
pub fn waiting(model: &Model, market: &Market) -> Vec<(u16, Item)> {
    let pass = market.passes.len() as u32;
    let done = market.trainings.iter().filter(|t| t.pass == pass).map(|t| t.index).max();
    let all = (0u16..).zip(&market.entries);
    all.filter(|(index, e)| done.is_none_or(|done| *index > done) && !market.dropped.contains(&e.contributor))
        .filter_map(|(index, entry)| Some((index, model.contribution(&entry.key?)?)))
        .map(|(index, c)| {
            let record = &c.record;
            (index, Item { contributor: record.contributor, label: record.label, sample: c.sample.clone() })
        })
        .collect()
}

/// Ends a pass.
///
/// # Errors
/// [`ActionError`]
pub async fn end_pass(tools: Tools, model: Address) -> Result<(), ActionError> {
    send(tools, "End a pass of the evaluation", model, calls::end_pass()).await
}

/// Ends a market that is stuck.
///
/// # Errors
/// [`ActionError`]
pub async fn timeout(tools: Tools, model: Address) -> Result<(), ActionError> {
    send(tools, "End the market", model, calls::timeout()).await
}
