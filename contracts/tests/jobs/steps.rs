//! What each party is told that it can do, by hand at each turn of a disputed job.

use jobs::{Call, Move, State, Step};
use protocol::{Amount, Digest};

use super::scene::{EVERY, PRICE, RIGHT, SALT, Scene, UNITS, WRONG, person};

const CHALLENGER: u8 = 11;
const STRANGER: u8 = 99;

fn steps(scene: &mut Scene, who: u8, job: u64) -> Vec<Step> {
    let draw_block = scene.job(job).dispute.as_ref().map(|dispute| dispute.draw_block);
    let hash = draw_block.and_then(|block| scene.chain.block_hash(block));
    let hash_of = |_| hash;
    let (now, block) = (scene.chain.now(), scene.chain.block());
    scene.book.steps(Call { caller: person(who), now, block, hash_of: &hash_of }, job)
}

#[test]
fn everybody_is_told_what_to_do_next() {
    let mut scene = Scene::new(8);
    let terms = scene.terms();
    let job = scene.post(1, terms);
    let until = terms.deadline - 600 - 3_600;
    assert_eq!(steps(&mut scene, 1, job), [Step::Lock { until }, Step::Cancel]);
    assert_eq!(steps(&mut scene, 10, job), []);
    let lock = scene.lock(job, 10);
    scene.does(1, &lock);
    let until = scene.chain.now() + 600;
    assert_eq!((steps(&mut scene, 10, job), steps(&mut scene, 1, job)), (vec![Step::Start { until }], vec![]));
    scene.does(10, &Move::Start { job });
    assert_eq!(steps(&mut scene, 10, job), [Step::Submit { until: terms.deadline }]);
    scene.vouched(job, UNITS - EVERY);
    scene.submits(job, WRONG, UNITS);
    let fee = PRICE.0 * u128::from(EVERY);
    let challenge = Step::Challenge { bond: Amount(12 * fee), until: scene.chain.now() + 3_600 };
    assert_eq!(steps(&mut scene, 1, job), [Step::Accept, challenge]);
    assert_eq!((steps(&mut scene, STRANGER, job), steps(&mut scene, 10, job)), (vec![challenge], vec![]));

    let result = scene.result(job);
    scene.does(CHALLENGER, &Move::Challenge { job, result });
    assert_eq!(steps(&mut scene, STRANGER, job), []);
    let until = scene.chain.now() + 3_600;
    scene.chain.wait(12);
    scene.chain.wait(12);
    assert_eq!(steps(&mut scene, STRANGER, job), [Step::Draw { until }]);
    scene.does(STRANGER, &Move::Draw { job });
    let jurors = scene.jurors(job);
    let (index, who) = jurors[1];
    let juror = (10..20).find(|number| person(*number) == who).unwrap();
    let until = scene.chain.now() + 7_200;
    assert_eq!(steps(&mut scene, juror, job), [Step::Commit { index, until }]);
    jurors.iter().for_each(|juror| scene.commits(job, *juror, RIGHT, UNITS));
    let until = scene.chain.now() + 3_600;
    assert_eq!(steps(&mut scene, juror, job), [Step::Reveal { index, until }]);
    assert_eq!(steps(&mut scene, 10, job), [Step::Show { until }]);
    for (index, who) in jurors {
        scene.play(who, &Move::Reveal { job, index, result: RIGHT, units: UNITS, salt: SALT }).unwrap();
    }
    scene.shows(job, WRONG);
    assert_eq!((steps(&mut scene, juror, job), steps(&mut scene, 10, job)), (vec![], vec![]));
    scene.chain.wait(3_600);
    let until = scene.chain.now() + 12 * 3_600;
    assert_eq!(steps(&mut scene, 10, job), [Step::Escalate { bond: Amount(36 * fee), until }]);
    assert_eq!(steps(&mut scene, CHALLENGER, job), []);
    scene.chain.wait(12 * 3_600);
    assert_eq!(steps(&mut scene, STRANGER, job), [Step::Conclude]);
    scene.does(STRANGER, &Move::Conclude { job });
    assert_eq!(scene.state(job), State::Slashed);
    let amount = Amount(PRICE.0 * u128::from(UNITS));
    assert_eq!((steps(&mut scene, 1, job), steps(&mut scene, 10, job)), (vec![Step::Claim { amount }], vec![]));
    assert_eq!(scene.book.owed_to(person(CHALLENGER)), Amount(12 * fee + (12 * fee - 3 * fee) / 2));
    assert_eq!(scene.book.steps(nobody(), 7), []);
}

fn nobody() -> Call<'static> {
    Call { caller: person(STRANGER), now: 0, block: 0, hash_of: &|_| None::<Digest> }
}
