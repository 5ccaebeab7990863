//! Every arrow of the phase diagram, the moments at which phases change, and what each phase forbids.

use bounty::{Action, Phase, calls};
use protocol::{Address, Digest};

use crate::harness::{
    Game, Plan,
    game::{REQUESTER, STRANGER},
    trainer, wrong_phase,
};

/// A bounty in each phase, with trainer 0 in it wherever there can be one.
fn game_in(phase: Phase) -> Game {
    let plan = Plan::default();
    match phase {
        Phase::Open => Game::with_submissions(plan, &[80]),
        Phase::AwaitingTruth => {
            let mut game = Game::with_submissions(plan, &[80]);
            game.after_deadline();
            game
        }
        Phase::TruthOverdue => {
            let mut game = game_in(Phase::AwaitingTruth);
            game.next_window();
            game
        }
        Phase::Claiming => Game::claiming(plan, &[80]),
        Phase::Revealing => Game::revealing(plan, &[(80, 80)]),
        Phase::SettleDue => {
            let mut game = game_in(Phase::Revealing);
            game.next_window();
            game
        }
        Phase::Settled => {
            let mut game = game_in(Phase::Revealing);
            game.reveal(trainer(0)).unwrap();
            game
        }
        Phase::Cancelled => {
            let mut game = game_in(Phase::Open);
            game.send(REQUESTER, calls::cancel(game.id)).unwrap();
            game
        }
        Phase::Forfeited => {
            let mut game = game_in(Phase::TruthOverdue);
            game.send(STRANGER, calls::timeout(game.id)).unwrap();
            game
        }
        Phase::Refunded => {
            let mut game = game_in(Phase::SettleDue);
            game.settle().unwrap();
            game
        }
    }
}

#[test]
fn every_arrow_of_the_diagram_leads_where_it_points() {
    for phase in Phase::ALL {
        let mut game = game_in(phase);
        assert_eq!(game.phase(), phase);
        assert_eq!(game.world.folded(game.id).phase(game.world.chain.now()), phase);
    }
    // The arrows that game_in does not take.
    let mut game = Game::claiming(Plan::default(), &[80]);
    game.next_window();
    assert_eq!(game.phase(), Phase::SettleDue, "nobody claimed");
    game.settle().unwrap();
    assert_eq!(game.phase(), Phase::Refunded);

    let mut game = Game::revealing(Plan::default(), &[(80, 80), (90, 90)]);
    game.reveal(trainer(0)).unwrap();
    game.next_window();
    game.settle().unwrap();
    assert_eq!(game.phase(), Phase::Settled, "the window passed, somebody was valid");
}

#[test]
fn a_window_begins_with_its_first_second_and_ends_before_its_last() {
    let mut game = Game::with_submissions(Plan::default(), &[80]);
    let deadline = game.bounty().terms.deadline;
    let at = |game: &mut Game, moment: u64, phase: Phase| {
        game.world.chain.set_time(moment);
        assert_eq!(game.phase(), phase, "at {moment}");
        let folded = game.world.folded(game.id);
        assert_eq!(folded.phase(moment), phase, "folded, at {moment}");
    };
    at(&mut game, deadline - 1, Phase::Open);
    at(&mut game, deadline, Phase::AwaitingTruth);
    at(&mut game, deadline + 899, Phase::AwaitingTruth);
    game.reveal_truth().unwrap();
    let revealed = deadline + 899;
    at(&mut game, revealed + 899, Phase::Claiming);
    game.claim(trainer(0), 80).unwrap();
    at(&mut game, revealed + 900, Phase::Revealing);
    at(&mut game, revealed + 1_799, Phase::Revealing);
    at(&mut game, revealed + 1_800, Phase::SettleDue);
    at(&mut game, revealed + 1_000_000_000, Phase::SettleDue);

    let mut game = Game::open(Plan::default());
    let deadline = game.bounty().terms.deadline;
    at(&mut game, deadline + 900, Phase::TruthOverdue);
    at(&mut game, deadline + 1_000_000_000, Phase::TruthOverdue);
}

#[test]
fn each_phase_refuses_what_belongs_to_another() {
    use Phase::{AwaitingTruth, Claiming, Open, Revealing, SettleDue, Settled, TruthOverdue};
    type Call = fn(&Game) -> (Address, Vec<u8>);
    let actions: [(&[Phase], Call); 9] = [
        (&[Open], |g| (STRANGER, calls::submit(g.id, Digest([1; 32]), Digest([1; 32]), None))),
        (&[Open, AwaitingTruth, Claiming], |g| (trainer(0), calls::withdraw(g.id))),
        (&[Open], |g| (REQUESTER, calls::cancel(g.id))),
        (&[AwaitingTruth], |g| (REQUESTER, calls::reveal_truth(g.id, &g.plan.truth()))),
        (&[Claiming], |g| (trainer(0), calls::claim(g.id, 80))),
        (&[Revealing], |g| (trainer(0), g.reveal_data(trainer(0)))),
        (&[TruthOverdue], |g| (STRANGER, calls::timeout(g.id))),
        (&[SettleDue], |g| (STRANGER, calls::settle(g.id))),
        (&[Settled], |g| (STRANGER, calls::slash_silent(g.id, trainer(0)))),
    ];
    for phase in Phase::ALL {
        for (allowed, call) in &actions {
            if !allowed.contains(&phase) {
                let mut game = game_in(phase);
                let (from, data) = call(&game);
                wrong_phase(game.send(from, data), game.id, phase);
            }
        }
    }
}

/// `Bounty::allowed` in protocol is what the page offers; the contract must take what it offers and refuse the rest.
#[test]
fn the_page_offers_exactly_what_the_contract_takes() {
    let people = [REQUESTER, STRANGER, trainer(0)];
    for phase in Phase::ALL {
        let mut game = game_in(phase);
        game.world.fund(STRANGER, game.plan.stake);
        let now = game.world.chain.now();
        let folded = game.world.folded(game.id);
        for person in people {
            let offered = folded.allowed(&person, now);
            let attempts = [
                (Action::Submit, calls::submit(game.id, Digest([1; 32]), Digest([1; 32]), None)),
                (Action::Withdraw, calls::withdraw(game.id)),
                (Action::Cancel, calls::cancel(game.id)),
                (Action::RevealTruth, calls::reveal_truth(game.id, &game.plan.truth())),
                (Action::Claim, calls::claim(game.id, 80)),
                (Action::RevealPrediction, game.reveal_data(trainer(0))),
                (Action::Timeout, calls::timeout(game.id)),
                (Action::Settle, calls::settle(game.id)),
                (Action::Collect, calls::collect(game.id, person)),
            ];
            for (action, data) in attempts {
                let taken = game.world.chain.call(person, game.world.market, data).is_ok();
                assert_eq!(taken, offered.contains(&action), "{action:?} by {person} in {phase:?}");
            }
        }
    }
}
