//! Call data of BountyMarket, one function per function of the contract.
//!
//! What each does, when it may be called and by whom is said in `solidity/IBountyMarket.sol`. Bounty ids count from 1.

use coin::PermitSignature;
use contracts::abi::{address, call, wide, word};
use protocol::{Address, Digest};

use crate::{
    Commitment, Terms,
    contract::{BountyMarket::*, IBountyMarket},
};

/// Escrows the reward and opens a bounty. With a permit for exactly `terms.reward` no allowance is needed before.
/// The id is in the [`crate::Event::Created`] of the receipt.
pub fn create(
    terms: &Terms,
    train_cid: &str,
    test_cid: &str,
    metadata_cid: &str,
    permit: Option<&PermitSignature>,
) -> Vec<u8> {
    let [train, test, metadata] = [train_cid, test_cid, metadata_cid].map(str::to_owned);
    let terms = abi_terms(terms);
    match permit {
        None => call::<createCall>((terms, train, test, metadata)),
        Some(permit) => {
            let (deadline, v, r, s) = permit.arguments();
            call::<createWithPermitCall>((terms, train, test, metadata, deadline, v, r, s))
        }
    }
}

/// Ends an open bounty; by the requester, and only while at most `active_at_most` trainers are active.
pub fn cancel(id: u64, active_at_most: u32) -> Vec<u8> {
    call::<cancelCall>((wide(id), active_at_most))
}

/// Reveals the ground-truth file; by the requester, within one window after the deadline.
pub fn reveal_truth(id: u64, truth_file: &[u8]) -> Vec<u8> {
    call::<revealTruthCall>((wide(id), truth_file.to_vec().into()))
}

/// Locks the stake and a commitment ([`Commitment::word`]). `truth_superhash` is that of the bounty which is meant, so
/// that a reorganised chain cannot put another one in its place. With a permit for exactly the stake no allowance is
/// needed before.
pub fn submit(id: u64, truth_superhash: Digest, commitment: Digest, permit: Option<&PermitSignature>) -> Vec<u8> {
    let (truth, commitment) = (word(truth_superhash), word(commitment));
    match permit {
        None => call::<submitCall>((wide(id), truth, commitment)),
        Some(permit) => {
            let (deadline, v, r, s) = permit.arguments();
            call::<submitWithPermitCall>((wide(id), truth, commitment, deadline, v, r, s))
        }
    }
}

/// Puts another commitment in the place of the sender's; before the deadline.
pub fn replace(id: u64, commitment: Digest) -> Vec<u8> {
    call::<replaceCall>((wide(id), word(commitment)))
}

/// Takes the sender's submission back: before the deadline with the stake, later without it.
pub fn withdraw(id: u64) -> Vec<u8> {
    call::<withdrawCall>((wide(id),))
}

/// Takes a submission back with its stake; refused from the deadline on.
pub fn withdraw_in_time(id: u64) -> Vec<u8> {
    call::<withdrawInTimeCall>((wide(id),))
}

/// Claims a number of correct labels; within one window after the truth was revealed.
pub fn claim(id: u64, correct: u32) -> Vec<u8> {
    call::<claimCall>((wide(id), correct))
}

/// Reveals predictions and model; within the reveal window.
pub fn reveal_prediction(
    id: u64,
    committed: &Commitment,
    truth_file: &[u8],
    prediction_file: &[u8],
    model_cid: &str,
) -> Vec<u8> {
    call::<revealPredictionCall>((
        wide(id),
        word(committed.prediction_superhash),
        word(committed.model_superhash),
        truth_file.to_vec().into(),
        prediction_file.to_vec().into(),
        model_cid.to_owned(),
    ))
}

/// Ends a bounty whose truth is overdue; by anyone.
pub fn timeout(id: u64) -> Vec<u8> {
    call::<timeoutCall>((wide(id),))
}

/// Ends a bounty whose reveal window is over or in which nobody competes; by anyone.
pub fn settle(id: u64) -> Vec<u8> {
    call::<settleCall>((wide(id),))
}

/// Sends the stake of a claimant who stayed silent above the winner to the winner; by anyone.
pub fn slash_silent(id: u64, trainer: Address) -> Vec<u8> {
    call::<slashSilentCall>((wide(id), address(trainer)))
}

/// Sends a trainer what is due; by anyone.
pub fn collect(id: u64, trainer: Address) -> Vec<u8> {
    call::<collectCall>((wide(id), address(trainer)))
}

/// View: the address of ModelCoin. Read with [`contracts::returns::address`].
pub fn coin() -> Vec<u8> {
    call::<coinCall>(())
}

/// View: the number of bounties, which is the highest id. Read with [`contracts::returns::count`].
pub fn bounty_count() -> Vec<u8> {
    call::<bountyCountCall>(())
}

/// View: read with [`crate::returns::bounty`].
pub fn bounty(id: u64) -> Vec<u8> {
    call::<bountyCall>((wide(id),))
}

/// View: read with [`crate::returns::submission`].
pub fn submission(id: u64, trainer: Address) -> Vec<u8> {
    call::<submissionCall>((wide(id), address(trainer)))
}

/// View: what `collect` would send now. Read with [`contracts::returns::amount`].
pub fn due(id: u64, trainer: Address) -> Vec<u8> {
    call::<dueCall>((wide(id), address(trainer)))
}

/// View: number of equal labels of two files. Read with [`contracts::returns::count`].
pub fn count_correct(truth_file: &[u8], prediction_file: &[u8], test_rows: u32, classes: u16) -> Vec<u8> {
    call::<countCorrectCall>((truth_file.to_vec().into(), prediction_file.to_vec().into(), test_rows, classes))
}

/// View: what is committed. Read with [`contracts::returns::digest`].
pub fn commitment(committed: &Commitment) -> Vec<u8> {
    call::<commitmentCall>((word(committed.prediction_superhash), word(committed.model_superhash)))
}

/// View: superhash of a file that fits one block. Read with [`contracts::returns::digest`].
pub fn superhash(file: &[u8]) -> Vec<u8> {
    call::<superhashCall>((file.to_vec().into(),))
}

/// `IBountyMarket.Terms`.
fn abi_terms(terms: &Terms) -> IBountyMarket::Terms {
    IBountyMarket::Terms {
        reward: wide(terms.reward.0),
        stake: wide(terms.stake.0),
        deadline: wide(terms.deadline),
        window: terms.window,
        testRows: terms.test_rows,
        classes: terms.classes,
        minCorrect: terms.min_correct,
        truthSuperhash: word(terms.truth_superhash),
        postNumber: terms.post_number.0.into(),
    }
}
