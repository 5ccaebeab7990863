//! Call data of BountyMarket, one function per function of the contract.
//!
//! What each does, when it may be called and by whom is said in `solidity/IBountyMarket.sol`. Bounty ids count from 1.

use coin::permit::{self, PermitSignature};
use contracts::abi::{Token, address, amount, bytes, call, digest, number, text};
use protocol::{Address, Digest};

use crate::Terms;

pub(crate) const CREATE: &str =
    "create((uint96,uint96,uint40,uint32,uint32,uint16,uint32,bytes32),string,string,string)";
pub(crate) const CREATE_WITH_PERMIT: &str = "createWithPermit((uint96,uint96,uint40,uint32,uint32,uint16,uint32,bytes32),string,string,string,uint256,uint8,bytes32,bytes32)";
pub(crate) const CANCEL: &str = "cancel(uint256)";
pub(crate) const REVEAL_TRUTH: &str = "revealTruth(uint256,bytes)";
pub(crate) const SUBMIT: &str = "submit(uint256,bytes32,bytes32)";
pub(crate) const SUBMIT_WITH_PERMIT: &str = "submitWithPermit(uint256,bytes32,bytes32,uint256,uint8,bytes32,bytes32)";
pub(crate) const WITHDRAW: &str = "withdraw(uint256)";
pub(crate) const CLAIM: &str = "claim(uint256,uint32)";
pub(crate) const REVEAL_PREDICTION: &str = "revealPrediction(uint256,bytes,bytes,string)";
pub(crate) const TIMEOUT: &str = "timeout(uint256)";
pub(crate) const SETTLE: &str = "settle(uint256)";
pub(crate) const SLASH_SILENT: &str = "slashSilent(uint256,address)";
pub(crate) const COLLECT: &str = "collect(uint256,address)";
pub(crate) const COIN: &str = "coin()";
pub(crate) const BOUNTY_COUNT: &str = "bountyCount()";
pub(crate) const BOUNTY: &str = "bounty(uint256)";
pub(crate) const SUBMISSION: &str = "submission(uint256,address)";
pub(crate) const DUE: &str = "due(uint256,address)";
pub(crate) const COUNT_CORRECT: &str = "countCorrect(bytes,bytes,uint32,uint16)";
pub(crate) const SUPERHASH: &str = "superhash(bytes)";

/// Escrows the reward and opens a bounty. With a permit for exactly `terms.reward` no allowance is needed before.
/// The id is in the [`crate::Event::Created`] of the receipt.
pub fn create(
    terms: &Terms,
    train_cid: &str,
    test_cid: &str,
    metadata_cid: &str,
    permit: Option<&PermitSignature>,
) -> Vec<u8> {
    let arguments = vec![terms_token(terms), text(train_cid), text(test_cid), text(metadata_cid)];
    permit::call_with(CREATE, CREATE_WITH_PERMIT, arguments, permit)
}

/// Ends an open bounty; by the requester.
pub fn cancel(id: u64) -> Vec<u8> {
    call(CANCEL, &[number(id)])
}

/// Reveals the ground-truth file; by the requester, within one window after the deadline.
pub fn reveal_truth(id: u64, truth_file: &[u8]) -> Vec<u8> {
    call(REVEAL_TRUTH, &[number(id), bytes(truth_file)])
}

/// Locks the stake and two superhashes. With a permit for exactly the stake no allowance is needed before.
pub fn submit(
    id: u64,
    prediction_superhash: Digest,
    model_superhash: Digest,
    permit: Option<&PermitSignature>,
) -> Vec<u8> {
    let arguments = vec![number(id), digest(prediction_superhash), digest(model_superhash)];
    permit::call_with(SUBMIT, SUBMIT_WITH_PERMIT, arguments, permit)
}

/// Takes the sender's submission back: before the deadline with the stake, later without it.
pub fn withdraw(id: u64) -> Vec<u8> {
    call(WITHDRAW, &[number(id)])
}

/// Claims a number of correct labels; within one window after the truth was revealed.
pub fn claim(id: u64, correct: u32) -> Vec<u8> {
    call(CLAIM, &[number(id), number(correct)])
}

/// Reveals predictions and model; within the reveal window.
pub fn reveal_prediction(id: u64, truth_file: &[u8], prediction_file: &[u8], model_cid: &str) -> Vec<u8> {
    call(REVEAL_PREDICTION, &[number(id), bytes(truth_file), bytes(prediction_file), text(model_cid)])
}

/// Ends a bounty whose truth is overdue; by anyone.
pub fn timeout(id: u64) -> Vec<u8> {
    call(TIMEOUT, &[number(id)])
}

/// Ends a bounty whose reveal window is over or in which nobody competes; by anyone.
pub fn settle(id: u64) -> Vec<u8> {
    call(SETTLE, &[number(id)])
}

/// Sends the stake of a claimant who stayed silent above the winner to the winner; by anyone.
pub fn slash_silent(id: u64, trainer: Address) -> Vec<u8> {
    call(SLASH_SILENT, &[number(id), address(trainer)])
}

/// Sends a trainer what is due; by anyone.
pub fn collect(id: u64, trainer: Address) -> Vec<u8> {
    call(COLLECT, &[number(id), address(trainer)])
}

/// View: the address of ModelCoin. Read with [`contracts::returns::address`].
pub fn coin() -> Vec<u8> {
    call(COIN, &[])
}

/// View: the number of bounties, which is the highest id. Read with [`contracts::returns::count`].
pub fn bounty_count() -> Vec<u8> {
    call(BOUNTY_COUNT, &[])
}

/// View: read with [`crate::returns::bounty`].
pub fn bounty(id: u64) -> Vec<u8> {
    call(BOUNTY, &[number(id)])
}

/// View: read with [`crate::returns::submission`].
pub fn submission(id: u64, trainer: Address) -> Vec<u8> {
    call(SUBMISSION, &[number(id), address(trainer)])
}

/// View: what `collect` would send now. Read with [`contracts::returns::amount`].
pub fn due(id: u64, trainer: Address) -> Vec<u8> {
    call(DUE, &[number(id), address(trainer)])
}

/// View: number of equal labels of two files. Read with [`contracts::returns::count`].
pub fn count_correct(truth_file: &[u8], prediction_file: &[u8], test_rows: u32, classes: u16) -> Vec<u8> {
    call(COUNT_CORRECT, &[bytes(truth_file), bytes(prediction_file), number(test_rows), number(classes)])
}

/// View: superhash of a file that fits one block. Read with [`contracts::returns::digest`].
pub fn superhash(file: &[u8]) -> Vec<u8> {
    call(SUPERHASH, &[bytes(file)])
}

/// `IBountyMarket.Terms`, in its order.
fn terms_token(terms: &Terms) -> Token {
    Token::Tuple(vec![
        amount(terms.reward),
        amount(terms.stake),
        number(terms.deadline),
        number(terms.window),
        number(terms.test_rows),
        number(terms.classes),
        number(terms.min_correct),
        digest(terms.truth_superhash),
    ])
}
