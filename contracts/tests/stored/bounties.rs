//! What a person takes part in, with a server that leaves out or invents and a node that leaves out, against the contract.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

use bounty::{Action, Bounty, Event, Lacking, LoggedEvent, Part, Parts, StoredBounty, Task, calls, unnamed};
use contracts::abi::DecodeError;
use protocol::{Address, Amount};

use super::at_once;
use crate::harness::{BountyOffer, BountyRun, World, bounty_run::REQUESTER, bounty_run::STRANGER, trainer};

/// Bounties that these events tell of a person, as the page reads them from a node.
fn told(events: &[LoggedEvent], person: Address) -> Vec<Bounty> {
    let ids: BTreeSet<u64> = events.iter().map(|event| event.subject).collect();
    let folded = ids.into_iter().filter_map(|id| {
        let own = events.iter().filter(|event| event.subject == id);
        Bounty::fold(own).ok().flatten()
    });
    folded.filter(|bounty| bounty.requester == person || bounty.submission(&person).is_some()).collect()
}

/// What is found, and how many questions it took.
fn held(world: &mut World, person: Address, told: Vec<Bounty>, named: &[u64]) -> (Parts, u32) {
    let (market, asked, now) = (world.market, Cell::new(0), world.chain.now());
    let chain = RefCell::new(&mut world.chain);
    let ask = async |data: Vec<u8>| -> Result<Vec<u8>, DecodeError> {
        asked.set(asked.get() + 1);
        Ok(chain.borrow_mut().view(market, data).unwrap())
    };
    let parts = at_once(Parts::hold(person, now, told, &named.iter().copied().collect(), ask)).unwrap();
    (parts, asked.get())
}

fn task(parts: &Parts, id: u64, person: Address, now: u64) -> Option<Task> {
    parts.parts.iter().find(|part| part.id() == id)?.task(&person, now)
}

/// Two bounties: a stake of the first trainer in both, and one of the second trainer in the second only.
fn two() -> (World, [u64; 2]) {
    let mut first = BountyRun::open(BountyOffer::default());
    first.submit(trainer(0), 60);
    let a = first.id;
    let mut second = BountyRun::open_in(first.world, BountyOffer::default());
    second.submit(trainer(0), 70);
    second.submit(trainer(1), 80);
    second.after_deadline();
    second.reveal_truth().unwrap();
    let b = second.id;
    (second.world, [a, b])
}

#[test]
fn a_bounty_that_a_node_leaves_out_is_found_by_the_server_and_the_other_way_round() {
    let (mut world, [first, second]) = two();
    let at = world.chain.now();
    let claim = Some(Task { action: Action::Claim, until: Some(at + 900) });
    let whole = world.history.clone();
    let of_node = told(&whole, trainer(0));
    assert_eq!(of_node.len(), 2);

    // The server names nothing.
    let (parts, _) = held(&mut world, trainer(0), of_node.clone(), &[]);
    assert_eq!((parts.parts.len(), parts.lacking.len()), (2, 0));
    assert_eq!(task(&parts, second, trainer(0), at), claim);

    // The node leaves out all of the second bounty, the server names it: the stake is not lost.
    let without: Vec<Bounty> = of_node.iter().filter(|bounty| bounty.id == first).cloned().collect();
    let (parts, _) = held(&mut world, trainer(0), without, &[second]);
    assert_eq!(task(&parts, second, trainer(0), at), claim);
    assert_eq!(parts.lacking.get(&second), Some(&Lacking::Submissions));

    // The node leaves out the submission alone, or the revealed truth.
    for (is_left_out, expected) in [
        (
            (|event| matches!(event, Event::Submitted { trainer: who, .. } if *who == trainer(0)))
                as fn(&Event) -> bool,
            Lacking::Submissions,
        ),
        (|event| matches!(event, Event::TruthRevealed { .. }), Lacking::Truth),
    ] {
        let some: Vec<_> = whole.iter().filter(|e| e.subject != second || !is_left_out(&e.event)).cloned().collect();
        let (parts, _) = held(&mut world, trainer(0), told(&some, trainer(0)), &[first, second]);
        assert_eq!(task(&parts, second, trainer(0), at), claim);
        assert_eq!(parts.lacking.get(&second), Some(&expected));
        assert!(!parts.lacking.contains_key(&first));
    }
}

#[test]
fn a_server_that_names_what_is_not_so_adds_nothing() {
    let (mut world, [first, second]) = two();
    let of_node = told(&world.history, trainer(1));
    // One of others, one that does not exist, one that is known.
    let (parts, _) = held(&mut world, trainer(1), of_node, &[first, second, 77]);
    let ids: Vec<u64> = parts.parts.iter().map(Part::id).collect();
    assert_eq!((ids, parts.lacking.len()), (vec![second], 0));
    let (parts, _) = held(&mut world, STRANGER, Vec::new(), &[first, second]);
    assert_eq!(parts, Parts::default());
}

#[test]
fn what_node_and_server_both_leave_out_is_found_while_it_is_new() {
    let (mut world, [_, second]) = two();
    let at = world.chain.now();
    let count = contracts::returns::count(&world.chain.view(world.market, calls::bounty_count()).unwrap()).unwrap();
    let (nobody, none) = (BTreeSet::new(), BTreeSet::new());
    let asked = unnamed(count, &nobody, &none);
    assert_eq!(asked, [1, 2]);
    let (parts, questions) = held(&mut world, trainer(1), Vec::new(), &asked);
    assert_eq!(task(&parts, second, trainer(1), at).map(|task| task.action), Some(Action::Claim));
    assert!(questions <= 2 * 2, "{questions} questions");
    // Once asked, not again; and of many only the newest.
    assert_eq!(unnamed(count, &nobody, &asked.into_iter().collect()), [0; 0]);
    assert_eq!(unnamed(1_000, &[999].into(), &[998].into()), (985..=997).chain([1_000]).collect::<Vec<_>>());
    assert_eq!(unnamed(0, &nobody, &none), [0; 0]);
}

/// Until the deadline it is nobody's turn, so that most of what is open costs no question.
#[test]
fn what_is_open_is_not_asked_about() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    for person in [trainer(0), REQUESTER] {
        let whole = told(&run.world.history, person);
        let (parts, questions) = held(&mut run.world, person, whole, &[]);
        assert_eq!((parts.parts.len(), questions), (1, 0));
    }
    run.after_deadline();
    for person in [trainer(0), REQUESTER] {
        let whole = told(&run.world.history, person);
        let (parts, questions) = held(&mut run.world, person, whole, &[]);
        assert_eq!((parts.parts.len(), questions), (1, 2));
    }
}

#[test]
fn the_requesters_turn_is_found_too() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    run.after_deadline();
    let at = run.world.chain.now();
    let (parts, _) = held(&mut run.world, REQUESTER, Vec::new(), &[run.id]);
    assert_eq!(task(&parts, run.id, REQUESTER, at).map(|task| task.action), Some(Action::RevealTruth));
    // Events that leave the submission out do not say that nothing has to be revealed.
    let is_submission = |event: &LoggedEvent| matches!(event.event, Event::Submitted { .. });
    let some: Vec<_> = run.world.history.iter().filter(|event| !is_submission(event)).cloned().collect();
    let (parts, _) = held(&mut run.world, REQUESTER, told(&some, REQUESTER), &[]);
    assert_eq!(task(&parts, run.id, REQUESTER, at).map(|task| task.action), Some(Action::RevealTruth));
    assert_eq!(parts.lacking.get(&run.id), Some(&Lacking::Submissions));
}

/// The contract gives the reward back where nobody has a submission: no label has to be revealed for it.
#[test]
fn with_no_submission_there_is_nothing_to_reveal_and_the_reward_comes_back() {
    let mut run = BountyRun::open(BountyOffer::default());
    let before = run.balance(REQUESTER);
    run.after_deadline();
    let action = |run: &mut BountyRun| {
        let at = run.world.chain.now();
        let whole = told(&run.world.history, REQUESTER);
        let (parts, _) = held(&mut run.world, REQUESTER, whole, &[]);
        task(&parts, run.id, REQUESTER, at).map(|task| task.action)
    };
    assert_eq!(action(&mut run), None);
    run.next_window();
    assert_eq!(action(&mut run), Some(Action::Timeout));
    run.send(STRANGER, calls::timeout(run.id)).unwrap();
    assert_eq!(run.balance(REQUESTER).0 - before.0, run.offer.reward.0);
}

#[test]
fn a_payment_that_the_node_leaves_out_is_noticed_and_not_offered_again() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    run.cancel().unwrap();
    let at = run.world.chain.now();
    let due = told(&run.world.history, trainer(0));
    let (parts, _) = held(&mut run.world, trainer(0), due.clone(), &[]);
    assert_eq!(task(&parts, run.id, trainer(0), at).map(|task| task.action), Some(Action::Collect));
    run.collect(trainer(0)).unwrap();
    assert_eq!(run.balance(trainer(0)), Amount::mdc(60));
    // The payment is left out.
    let (parts, _) = held(&mut run.world, trainer(0), due, &[]);
    assert_eq!(parts.lacking.get(&run.id), Some(&Lacking::Payouts));
    assert_eq!(task(&parts, run.id, trainer(0), at), None);
    // Told of it, the page asks nothing more of what has ended.
    let whole = told(&run.world.history, trainer(0));
    let (parts, questions) = held(&mut run.world, trainer(0), whole, &[]);
    assert_eq!((parts.lacking.len(), questions), (0, 0));
    assert_eq!(parts.parts.len(), 1);
}

/// What is stored and what was folded tell the same of turns, windows to come and standing, at every step of a bounty.
#[test]
fn what_is_stored_says_the_same_as_the_whole_history() {
    let mut run =
        BountyRun::with_submissions(BountyOffer { min_correct: 20, ..BountyOffer::default() }, &[90, 80, 10, 70, 5]);
    let people = [REQUESTER, trainer(0), trainer(1), trainer(2), trainer(3), trainer(4), STRANGER];
    let same = |run: &mut BountyRun| {
        for person in people {
            let bounty = run.world.folded(run.id);
            let (market, chain) = (run.world.market, RefCell::new(&mut run.world.chain));
            let ask =
                async |data: Vec<u8>| -> Result<_, DecodeError> { Ok(chain.borrow_mut().view(market, data).unwrap()) };
            let stored = at_once(StoredBounty::read(run.id, Some(person), ask)).unwrap().unwrap();
            let start = chain.borrow().now();
            let ends = stored.bounty.truth_revealed_at.unwrap_or(start) + 2 * 900 + 10;
            // The phase goes on by itself as long as nobody does anything.
            for at in [start, start + 1, start + 899, start + 900, start + 1_800, ends] {
                let (told, stored) = (Part::Told(Box::new(bounty.clone())), Part::Stored(Box::new(stored.clone())));
                assert_eq!(told.phase(at), stored.phase(at), "at {at}");
                assert_eq!(told.phase_ends(at), stored.phase_ends(at), "at {at}");
                assert_eq!(told.task(&person, at), stored.task(&person, at), "{person} at {at}");
                assert_eq!(told.coming(&person, at), stored.coming(&person, at), "{person} at {at}");
                assert_eq!(told.standing(&person, at), stored.standing(&person, at), "{person} at {at}");
            }
        }
    };
    same(&mut run);
    run.after_deadline();
    same(&mut run);
    run.reveal_truth().unwrap();
    same(&mut run);
    for (who, claim) in [(0, 95), (1, 80), (2, 10), (3, 70)] {
        run.claim(trainer(who), claim).unwrap();
        same(&mut run);
    }
    run.next_window();
    same(&mut run);
    // The first one's claim is false.
    run.reveal(trainer(0)).unwrap();
    same(&mut run);
    run.reveal(trainer(1)).unwrap();
    same(&mut run);
    for who in [2, 3] {
        run.collect(trainer(who)).unwrap();
        same(&mut run);
    }
}
