//! What must be equal after each call.

use bounty::{Bounty as Folded, Phase, SubmissionState, calls};
use protocol::{Address, Amount};

use super::market::Market;
use crate::harness::{World, bounty_run::STRANGER};

/// The contract's view of a bounty and of some people in it, against the model's and against what the family folds
/// from the events.
pub fn on_bounty(world: &mut World, model: &Market, folded: &Folded, people: &[Address]) {
    let (id, now) = (folded.id, world.chain.now());
    on_phase(world, model, folded);
    let expected = &model.bounties[id as usize - 1];
    for person in people {
        let chain = world.submission(id, *person);
        let (state, due) = (chain.as_ref().map(|s| s.state), world.due(id, *person).0);
        assert_eq!(state, expected.state(*person), "state of {person} in {id}");
        assert_eq!(due, expected.due(*person), "due to {person} from {id}");
        if let (Some(chain), Some(entry)) = (&chain, expected.entry(*person)) {
            assert_eq!((chain.order, chain.claim), (entry.order, entry.claim), "order and claim of {person} in {id}");
        }
        let submission = folded.submission(person);
        assert_eq!(submission.map(|s| s.state), state, "folded state of {person} in {id}");
        assert_eq!(folded.due(person).0, due, "folded due to {person} from {id}");
        assert_eq!(folded.slashable(person), expected.slashable(*person), "folded slashable {person} in {id}");
        if let (Some(chain), Some(submission)) = (&chain, submission) {
            assert_eq!(submission.order, chain.order);
            assert_eq!(submission.claim.unwrap_or(0), chain.claim);
            assert_eq!(submission.commitment, chain.commitment);
            assert_eq!(submission.reveal.is_some(), chain.verified, "verified {person} in {id}");
        }
        if folded.phase(now) == Phase::Settled && state == Some(SubmissionState::Claimed) {
            let attempt = world.chain.call(STRANGER, world.market, calls::slash_silent(id, *person));
            assert_eq!(attempt.is_ok(), folded.slashable(person), "slashable {person} in {id}");
        }
    }
}

/// As [`on_bounty`], without people.
pub fn on_phase(world: &mut World, model: &Market, folded: &Folded) {
    let (id, now) = (folded.id, world.chain.now());
    let chain = world.bounty(id);
    let expected = &model.bounties[id as usize - 1];
    assert_eq!(chain.phase, expected.phase(now), "phase of {id}");
    assert_eq!(folded.phase(now), chain.phase, "folded phase of {id}");
    assert_eq!((chain.requester, &chain.terms), (expected.requester, &folded.terms), "terms of {id}");
    assert_eq!((chain.terms.reward.0, chain.terms.stake.0), (expected.reward, expected.stake));
    assert_eq!(chain.truth_revealed_at, expected.truth_at, "truth of {id}");

    let of = |states: &[SubmissionState]| expected.entries.iter().filter(|e| states.contains(&e.state)).count() as u32;
    use SubmissionState::{Abandoned, Withdrawn};
    assert_eq!(chain.submissions, expected.submitted, "submissions of {id}");
    assert_eq!(chain.active, expected.entries.len() as u32 - of(&[Withdrawn, Abandoned]), "active in {id}");
    assert_eq!(folded.active() as u32, chain.active, "folded active in {id}");
    assert_eq!(chain.best, expected.best().map(|e| e.trainer), "best of {id}");
    assert_eq!(chain.best_correct, expected.best().map_or(0, |e| e.actual), "best count of {id}");
    assert_eq!(folded.best().map(|s| s.trainer), chain.best, "folded best of {id}");
    if expected.ending.is_none() {
        use SubmissionState::{Claimed, Conceded, Slashed, Verified};
        assert_eq!(chain.claims, of(&[Claimed, Verified, Slashed]), "claims in {id}");
        assert_eq!(chain.false_claims, of(&[Slashed]), "false claims in {id}");
        assert_eq!(chain.conceded, of(&[Conceded]), "conceded in {id}");
    }
}

/// Tokens held are tokens owed, nothing was made, and only what should burn burned.
pub fn on_tokens(world: &mut World, model: &Market) {
    assert_eq!(world.held().0, model.owed(), "held and owed");
    assert_eq!(world.supply().0, Amount::SUPPLY.0 - model.burned, "burned");
}

/// Everybody's balance.
pub fn on_balances(world: &mut World, model: &Market) {
    for (person, balance) in &model.balances {
        assert_eq!(world.balance(*person).0, *balance, "balance of {person}");
    }
}
