//! What each action of a compute job costs. Somebody else's job has been there before; coins are allowed before unless a
//! name says otherwise; CIDs have their real length.

use std::collections::BTreeMap;

use jobs::{Files, Move, calls, typed_data};
use protocol::{Amount, typed_data::Permit};

use super::super::jobs::{EVERY, FILE, RIGHT, SALT, Scene, UNITS, offer, person};

type Table = BTreeMap<&'static str, u64>;

pub fn measure(table: &mut Table) {
    providers(table);
    life(table);
    dispute(table);
}

fn long() -> Files {
    let cid = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
    Files { workload: cid.to_owned(), inputs: cid.to_owned(), resumed: String::new() }
}

/// A world in which somebody has run a job before.
fn lively() -> Scene {
    let mut scene = Scene::new(18);
    let terms = scene.terms();
    let job = scene.post(2, terms);
    let lock = scene.lock(job, 10);
    scene.does(2, &lock);
    scene
}

fn providers(table: &mut Table) {
    let mut scene = lively();
    scene.joins(50);
    let join = Move::Offer { amount: Amount::mdc(10), offer: offer() };
    table.insert("jobs_offer_first", scene.does(50, &join));
    table.insert("jobs_offer_change", scene.does(50, &Move::Offer { amount: Amount::ZERO, offer: offer() }));
    table.insert("jobs_pause", scene.does(50, &Move::Pause));
    table.insert("jobs_offboard", scene.does(50, &Move::Offboard));
}

/// Posted, locked, submitted: of a client and a provider who have done it before. The permit is the client's first one.
fn life(table: &mut Table) {
    let mut scene = lively();
    for round in 0..2 {
        let mut terms = scene.terms();
        terms.files = typed_data::files(&long());
        let post = scene.does(1, &Move::Post { terms, files: long() });
        let job = scene.book.jobs.len() as u64;
        let (quote, value) = (scene.quote(10), terms.escrow(terms.highest_price));
        let signature = scene.wallet(person(10)).sign_digest(scene.of(job).quote(typed_data::terms(&terms), &quote));
        let (coin, spender) = (scene.coin, scene.jobs);
        let deadline = scene.chain.now() + 60;
        let permit = Permit { owner: person(1), spender, value, nonce: 0, deadline };
        let permit = scene.wallet(person(1)).sign(coin, &permit);
        scene.chain.send(person(1), coin, coin::calls::approve(spender, Amount::ZERO)).unwrap();
        let data = calls::lock(job, &terms, &quote, &signature, Some(&permit));
        // As it is, and then by the rules, so that the book has it too.
        let lock = scene.chain.call(person(1), spender, data).unwrap().gas;
        scene.chain.send(person(1), coin, coin::calls::approve(spender, Amount(u128::MAX))).unwrap();
        let by_allowance = scene.lock(job, 10);
        let by_allowance = scene.does(1, &by_allowance);
        let start = scene.does(10, &Move::Start { job });
        let (signer, units) = (person(1), UNITS - EVERY);
        let redeem = scene.does(10, &Move::Redeem { job, units, checkpoint: FILE, signer });
        let submission = scene.submission(job, RIGHT, UNITS - 1);
        let submit = scene.does(10, &submission);
        let result = scene.result(job);
        let accept = scene.does(1, &Move::Accept { job, result });
        let claim = scene.does(10, &Move::Claim { job });
        let refund = scene.does(1, &Move::Claim { job });
        if round == 1 {
            table.insert("jobs_post", post);
            table.insert("jobs_lock_with_permit", lock);
            table.insert("jobs_lock", by_allowance);
            table.insert("jobs_start", start);
            table.insert("jobs_redeem", redeem);
            table.insert("jobs_submit", submit);
            table.insert("jobs_accept", accept);
            table.insert("jobs_claim", claim);
            table.insert("jobs_claim_rest", refund);
        }
    }
}

fn dispute(table: &mut Table) {
    let mut scene = lively();
    let terms = scene.terms();
    let job = scene.job_in(jobs::State::Submitted, terms);
    let result = scene.result(job);
    table.insert("jobs_challenge", scene.does(11, &Move::Challenge { job, result }));
    let draw = |scene: &mut Scene| {
        scene.chain.wait(12);
        scene.chain.wait(12);
        scene.does(99, &Move::Draw { job })
    };
    table.insert("jobs_draw_3", draw(&mut scene));
    let jurors = scene.jurors(job);
    let commitment = |round, who| typed_data::commitment(job, round, who, typed_data::answer(RIGHT, UNITS), SALT);
    for (index, who) in jurors.clone() {
        let commit = Move::Commit { job, index, commitment: commitment(1, who) };
        let gas = scene.play(who, &commit).unwrap().gas;
        table.insert("jobs_commit", gas);
    }
    for (index, who) in jurors {
        let reveal = Move::Reveal { job, index, result: RIGHT, units: UNITS, salt: SALT };
        let gas = scene.play(who, &reveal).unwrap().gas;
        table.insert("jobs_reveal", gas);
    }
    table.insert("jobs_show", scene.does(99, &Move::Show { job, result: RIGHT, salt: SALT }));
    scene.chain.wait(3_600);
    table.insert("jobs_escalate", scene.does(11, &Move::Escalate { job }));
    table.insert("jobs_draw_9", draw(&mut scene));
    scene.judged(job, &[Some((RIGHT, UNITS)); 9]);
    let at = scene.job(job).expires_at().unwrap();
    scene.chain.set_time(at);
    table.insert("jobs_conclude_12", scene.does(99, &Move::Conclude { job }));
}
