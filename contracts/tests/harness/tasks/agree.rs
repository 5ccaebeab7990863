//! What must be equal after each call.

use contracts::returns;
use protocol::{Amount, Digest};
use tasks::{REQUESTER_PART, Said, calls, returns as read, typed_data};

use super::Scene;

/// Each task, seat and grant that was touched, and all tokens.
pub fn on(scene: &mut Scene, said: &[Said]) {
    let mut touched: Vec<_> =
        said.iter().filter_map(|said| if let Said::Task(id, _) = said { Some(*id) } else { None }).collect();
    touched.dedup();
    touched.into_iter().for_each(|id| on_task(scene, id));
    for said in said {
        if let Said::Registry(directory::Event::Grant(id, _)) = said {
            on_grant(scene, *id);
        }
    }
    on_tokens(scene);
}

/// The contract holds what it owes, to the last unit.
pub fn on_tokens(scene: &mut Scene) {
    assert_eq!(scene.balance(scene.tasks), scene.book.holds().0, "held and owed");
    let owed: u128 = scene.book.owed.values().map(|amount| amount.0).sum();
    assert_eq!(returns::amount(&scene.view(calls::total_owed())).unwrap().0, owed);
}

fn on_grant(scene: &mut Scene, id: u64) {
    let data = scene.chain.view(scene.grants, directory::calls::grants::grant(id)).unwrap();
    let found = directory::returns::grant(&data).unwrap().expect("a grant");
    let terms = &found.terms;
    assert!(found.used + found.held <= terms.times && found.tried <= terms.tries, "{found:?}");
    assert!(found.facts_used <= terms.facts && found.rows_used <= terms.rows, "{found:?}");
    assert_eq!(Some(&found), scene.book.registry.grant(id).map(|(grant, _)| grant));
}

pub fn on_task(scene: &mut Scene, id: u64) {
    let expected = scene.book.task(id).expect("folded").clone();
    let found = read::task(&scene.view(calls::task(id))).unwrap().expect("a task");
    let draft = &expected.draft;
    assert_eq!((found.state, found.since, found.attempt), (expected.state, expected.since, expected.attempt), "{id}");
    assert_eq!((found.requester, found.kind), (expected.requester, draft.kind));
    assert_eq!((found.waits_for, found.model_of), (expected.waits_for, expected.model_of));
    assert_eq!((usize::from(found.seats), usize::from(found.confirmed)), (expected.seats.len(), expected.confirmed()));
    assert_eq!((found.bond_lost, found.reveals_early), (expected.bond_lost, draft.reveals_early));
    assert_eq!(
        (found.confirm_by, found.start_by, found.max_seconds),
        (draft.confirm_by, draft.start_by, draft.max_seconds)
    );
    assert_eq!(
        (found.facts, found.rows, found.compute_fee, found.bond),
        (draft.facts, draft.rows, draft.compute_fee, draft.bond)
    );
    assert_eq!((found.spec, found.result), (draft.spec, expected.result));
    for (index, seat) in expected.seats.iter().enumerate() {
        let found = read::seat(&scene.view(calls::seat(id, index as u8))).unwrap().expect("a seat");
        assert_eq!(
            (found.holder, found.signer, found.grant),
            (seat.holder, seat.signer, seat.grant),
            "seat {index} of {id}"
        );
        assert_eq!(
            (found.roles, found.state, found.accepted),
            (seat.roles, seat.state, seat.accepted),
            "seat {index} of {id}"
        );
        assert_eq!(found.fee, seat.fee, "fee of seat {index} of {id}");
    }
    let found = read::helper(&scene.view(calls::helper(id))).unwrap();
    match &expected.helper {
        None => assert_eq!((found.candidates, found.budget), (Digest::ZERO, Amount::ZERO)),
        Some(helper) => {
            assert_eq!((found.helper, found.per_megabyte), (helper.helper, helper.per_megabyte), "helper of {id}");
            assert_eq!((found.budget, found.serving, found.gone), (helper.budget, helper.serving, helper.gone));
            assert_eq!(found.candidates, typed_data::candidates(&helper.candidates));
            let draw = helper.owners.map(|owners| scene.book.draws[&owners]);
            assert_eq!((found.draw_block, found.draw_hash), (draw.map(|d| d.number), draw.and_then(|d| d.hash)));
        }
    }
    let now = scene.chain.now();
    for part in (0..=expected.seats.len() as u8).chain([REQUESTER_PART]) {
        let due = returns::amount(&scene.view(calls::due(id, part))).unwrap();
        assert_eq!(due, expected.due(part, now), "due to part {part} of {id}, which is {:?}", expected.state);
    }
}
