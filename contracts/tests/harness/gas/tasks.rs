//! What each action of a task costs: two owners who compute and a requester who receives, unless a name says otherwise.
//! Somebody else's task has been there before, coins are allowed before, and bonds and fees are not 0.

use std::collections::BTreeMap;

use directory::calls::grants;
use protocol::{Amount, Digest};
use tasks::{Draft, Move, REQUESTER_PART, Roles, SeatTerms, SignedKeys, typed_data};

use super::super::{
    tasks::{ANN, HELPERS, Scene, candidates, outcome},
    trainer,
};

type Table = BTreeMap<&'static str, u64>;

pub fn measure(table: &mut Table) {
    registries(table);
    life(table);
    helped(table);
    ends(table);
}

fn registries(table: &mut Table) {
    let mut scene = Scene::new();
    let sent = |scene: &mut Scene, who: u32, to, data| scene.chain.send(trainer(who), to, data).unwrap().gas;
    let (directory, datasets, grants) = (scene.directory, scene.datasets, scene.grants);
    let join = directory::calls::directory::join(Digest([9; 32]), Digest([9; 32]));
    table.insert("directory_join", sent(&mut scene, 50, directory, join));
    let terms = scene.book.registry.datasets[1].terms.clone();
    table.insert("datasets_publish", sent(&mut scene, 50, datasets, directory::calls::datasets::publish(&terms)));
    let mut terms = super::super::tasks::grant_terms(scene.chain.now());
    terms.times = 2;
    let apply = grants::apply_for(4, Digest([7; 32]), &terms);
    table.insert("grants_apply", sent(&mut scene, ANN, grants, apply));
    table.insert("grants_approve", sent(&mut scene, 50, grants, grants::approve(1, Amount(5))));
}

/// Two owners who compute, and a requester who receives.
fn three_seats(scene: &mut Scene) -> Draft {
    let mut draft = scene.draft(5);
    draft.seats.push(SeatTerms { grant: 0, roles: Roles(Roles::RECEIVES), purpose: Digest::ZERO });
    draft
}

/// A world in which somebody has published before.
fn lively() -> Scene {
    let mut scene = Scene::new();
    let draft = scene.draft(5);
    scene.publish(&draft);
    scene
}

fn played(scene: &mut Scene, who: u32, what: &Move) -> u64 {
    scene.play(trainer(who), what).unwrap().gas
}

fn life(table: &mut Table) {
    let mut scene = lively();
    let draft = scene.draft(5);
    table.insert("tasks_publish_2", played(&mut scene, ANN, &Move::Publish(vec![draft])));
    let draft = three_seats(&mut scene);
    table.insert("tasks_publish_3", played(&mut scene, ANN, &Move::Publish(vec![draft])));
    let task = 3;
    for (seat, who, name) in [(0, 1, "tasks_confirm"), (1, 2, ""), (2, ANN, "tasks_confirm_last")] {
        let confirm = scene.confirmation(task, seat, 0);
        let gas = played(&mut scene, who, &confirm);
        if !name.is_empty() {
            table.insert(name, gas);
        }
    }
    table.insert("tasks_start_2_grants", played(&mut scene, ANN, &Move::Start { task }));
    let signers = scene.signers(task);
    table.insert("tasks_begin_3", played(&mut scene, 99, &Move::Begin { task, signers }));
    let mut came_out = outcome(Digest([6; 32]));
    came_out.dealt = 0;
    let finish = scene.finishing(task, came_out);
    table.insert("tasks_finish_3", played(&mut scene, 99, &finish));
    scene.chain.wait(86_400);
    table.insert("tasks_collect", played(&mut scene, 1, &Move::Collect { task, part: 0 }));

    // Three grants.
    let grants = [1, 2, 3].map(|dataset| scene.granted(trainer(ANN), dataset, 5, |_| {}));
    let draft = super::super::tasks::draft(scene.chain.now(), &grants);
    let task = scene.publish(&draft);
    scene.confirm_all(task, 0);
    table.insert("tasks_start_3_grants", played(&mut scene, ANN, &Move::Start { task }));
}

fn helped(table: &mut Table) {
    let mut scene = lively();
    let mut draft = three_seats(&mut scene);
    (draft.helpers, draft.helper_budget) = (candidates(&[7, 7, 7]), Amount(50));
    table.insert("tasks_publish_3_helped", played(&mut scene, ANN, &Move::Publish(vec![draft.clone()])));
    let task = 2;
    for (seat, who, name) in [(0, 1, "tasks_confirm_helped"), (2, ANN, ""), (1, 2, "tasks_confirm_fixes_draw")] {
        let confirm = scene.confirmation(task, seat, if seat == 2 { 0 } else { 7 });
        let gas = played(&mut scene, who, &confirm);
        if !name.is_empty() {
            table.insert(name, gas);
        }
    }
    scene.chain.wait(12);
    scene.chain.wait(12);
    table.insert("tasks_draw", played(&mut scene, 99, &Move::Draw { task, candidates: draft.helpers.clone() }));
    let helper = scene.book.task(task).unwrap().helper.as_ref().unwrap().helper.unwrap();
    let who = *HELPERS.iter().find(|n| trainer(**n) == helper).unwrap();
    table.insert("tasks_serve", played(&mut scene, who, &Move::Serve { task, key: Digest([3; 32]) }));
    scene.begin(task);
    let key_hashes = vec![Digest([1; 32]); 3];
    let keys = typed_data::sealed_keys(&key_hashes);
    let finish = scene.finishing(task, outcome(keys));
    table.insert("tasks_finish_3_helped", played(&mut scene, 99, &finish));
    let signed = SignedKeys { result: scene.result(task, &outcome(keys)), keys, key_hashes };
    table.insert("tasks_demand", played(&mut scene, ANN, &Move::Demand { task, seat: 0, signed }));
}

fn ends(table: &mut Table) {
    let mut scene = lively();
    let draft = three_seats(&mut scene);
    let task = scene.publish(&draft);
    table.insert("tasks_cancel", played(&mut scene, ANN, &Move::Cancel { task }));
    table.insert("tasks_collect_requester", played(&mut scene, ANN, &Move::Collect { task, part: REQUESTER_PART }));
    let task = scene.publish(&draft);
    let reject = Move::Reject { task, seat: 0, reason: "Not for this purpose.".to_owned() };
    table.insert("tasks_reject", played(&mut scene, 1, &reject));
    let task = scene.publish(&draft);
    scene.confirm_all(task, 0);
    scene.begin(task);
    let heads = Digest([4; 32]);
    table.insert("tasks_stall", played(&mut scene, 1, &Move::Stall { task, seat: 0, heads }));
    scene.chain.wait(600);
    table.insert("tasks_expire_stalled", played(&mut scene, 99, &Move::Expire { task }));
}
