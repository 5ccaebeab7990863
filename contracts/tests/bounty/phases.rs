//! Every arrow of the phase diagram, the moments at which phases change, and what each phase forbids.

use bounty::{Action, Phase, calls};
use protocol::{Address, Digest};

use crate::harness::{
    BountyOffer, BountyRun,
    bounty_run::{REQUESTER, STRANGER},
    trainer, wrong_phase,
};

/// A bounty in each phase, with trainer 0 in it wherever there can be one.
fn game_in(phase: Phase) -> BountyRun {
    let offer = BountyOffer::default();
    match phase {
        Phase::Open => BountyRun::with_submissions(offer, &[80]),
        Phase::AwaitingTruth => {
            let mut run = BountyRun::with_submissions(offer, &[80]);
            run.after_deadline();
            run
        }
        Phase::TruthOverdue => {
            let mut run = game_in(Phase::AwaitingTruth);
            run.next_window();
            run
        }
        Phase::Claiming => BountyRun::claiming(offer, &[80]),
        Phase::Revealing => BountyRun::revealing(offer, &[(80, 80)]),
        Phase::SettleDue => {
            let mut run = game_in(Phase::Revealing);
            run.next_window();
            run
        }
        Phase::Settled => {
            let mut run = game_in(Phase::Revealing);
            run.reveal(trainer(0)).unwrap();
            run
        }
        Phase::Cancelled => {
            let mut run = game_in(Phase::Open);
            run.cancel().unwrap();
            run
        }
        Phase::Forfeited => {
            let mut run = game_in(Phase::TruthOverdue);
            run.send(STRANGER, calls::timeout(run.id)).unwrap();
            run
        }
        Phase::Refunded => {
            let mut run = game_in(Phase::SettleDue);
            run.settle().unwrap();
            run
        }
    }
}

#[test]
fn every_arrow_of_the_diagram_leads_where_it_points() {
    for phase in Phase::ALL {
        let mut run = game_in(phase);
        assert_eq!(run.phase(), phase);
        assert_eq!(run.world.folded(run.id).phase(run.world.chain.now()), phase);
    }
    // The arrows that game_in does not take.
    let mut run = BountyRun::claiming(BountyOffer::default(), &[80]);
    run.next_window();
    assert_eq!(run.phase(), Phase::SettleDue, "nobody claimed");
    run.settle().unwrap();
    assert_eq!(run.phase(), Phase::Refunded);

    let mut run = BountyRun::revealing(BountyOffer::default(), &[(80, 80), (90, 90)]);
    run.reveal(trainer(0)).unwrap();
    run.next_window();
    run.settle().unwrap();
    assert_eq!(run.phase(), Phase::Settled, "the window passed, somebody was valid");
}

#[test]
fn a_window_begins_with_its_first_second_and_ends_before_its_last() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[80]);
    let deadline = run.bounty().terms.deadline;
    let at = |run: &mut BountyRun, moment: u64, phase: Phase| {
        run.world.chain.set_time(moment);
        assert_eq!(run.phase(), phase, "at {moment}");
        let folded = run.world.folded(run.id);
        assert_eq!(folded.phase(moment), phase, "folded, at {moment}");
    };
    at(&mut run, deadline - 1, Phase::Open);
    at(&mut run, deadline, Phase::AwaitingTruth);
    at(&mut run, deadline + 899, Phase::AwaitingTruth);
    run.reveal_truth().unwrap();
    let revealed = deadline + 899;
    at(&mut run, revealed + 899, Phase::Claiming);
    run.claim(trainer(0), 80).unwrap();
    at(&mut run, revealed + 900, Phase::Revealing);
    at(&mut run, revealed + 1_799, Phase::Revealing);
    at(&mut run, revealed + 1_800, Phase::SettleDue);
    at(&mut run, revealed + 1_000_000_000, Phase::SettleDue);

    let mut run = BountyRun::open(BountyOffer::default());
    let deadline = run.bounty().terms.deadline;
    at(&mut run, deadline + 900, Phase::TruthOverdue);
    at(&mut run, deadline + 1_000_000_000, Phase::TruthOverdue);
}

#[test]
fn each_phase_refuses_what_belongs_to_another() {
    use Phase::{AwaitingTruth, Claiming, Open, Revealing, SettleDue, Settled, TruthOverdue};
    type Call = fn(&BountyRun) -> (Address, Vec<u8>);
    let actions: [(&[Phase], Call); 10] = [
        (&[Open], |g| (STRANGER, g.any_submission())),
        (&[Open], |g| (trainer(0), calls::replace(g.id, Digest([1; 32])))),
        (&[Open, AwaitingTruth, Claiming], |g| (trainer(0), calls::withdraw(g.id))),
        (&[Open], |g| (REQUESTER, calls::cancel(g.id, u32::MAX))),
        (&[AwaitingTruth], |g| (REQUESTER, calls::reveal_truth(g.id, &g.offer.truth()))),
        (&[Claiming], |g| (trainer(0), calls::claim(g.id, 80))),
        (&[Revealing], |g| (trainer(0), g.reveal_data(trainer(0)))),
        (&[TruthOverdue], |g| (STRANGER, calls::timeout(g.id))),
        (&[SettleDue], |g| (STRANGER, calls::settle(g.id))),
        (&[Settled], |g| (STRANGER, calls::slash_silent(g.id, trainer(0)))),
    ];
    for phase in Phase::ALL {
        for (allowed, call) in &actions {
            if !allowed.contains(&phase) {
                let mut run = game_in(phase);
                let (from, data) = call(&run);
                wrong_phase(run.send(from, data), run.id, phase);
            }
        }
    }
}

/// `Bounty::allowed` in protocol is what the page offers; the contract must take what it offers and refuse the rest.
#[test]
fn the_page_offers_exactly_what_the_contract_takes() {
    let people = [REQUESTER, STRANGER, trainer(0)];
    for phase in Phase::ALL {
        let mut run = game_in(phase);
        run.world.fund(STRANGER, run.offer.stake);
        let now = run.world.chain.now();
        let folded = run.world.folded(run.id);
        for person in people {
            let offered = folded.allowed(&person, now);
            let attempts = [
                (Action::Submit, run.any_submission()),
                (Action::Replace, calls::replace(run.id, Digest([1; 32]))),
                (Action::Withdraw, calls::withdraw(run.id)),
                (Action::Cancel, calls::cancel(run.id, u32::MAX)),
                (Action::RevealTruth, calls::reveal_truth(run.id, &run.offer.truth())),
                (Action::Claim, calls::claim(run.id, 80)),
                (Action::RevealPrediction, run.reveal_data(trainer(0))),
                (Action::Timeout, calls::timeout(run.id)),
                (Action::Settle, calls::settle(run.id)),
                (Action::Collect, calls::collect(run.id, person)),
            ];
            for (action, data) in attempts {
                let taken = run.world.chain.call(person, run.world.market, data).is_ok();
                assert_eq!(taken, offered.contains(&action), "{action:?} by {person} in {phase:?}");
            }
        }
    }
}
