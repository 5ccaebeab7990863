//! Each arrow of the states' picture, legal where it stands and nowhere else; and each step of a dispute.

use jobs::{Move, State, typed_data};

use super::scene::{EVERY, FILE, RIGHT, SALT, Scene, UNITS, WRONG};

/// Units of the submission: less than all, so that both parties have something to claim.
const METERED: u64 = UNITS - EVERY / 2;

/// A job of client 1 with provider 10 that came to a state; provider 11 challenges.
fn in_state(state: State) -> (Scene, u64) {
    let mut scene = Scene::new(8);
    let terms = scene.terms();
    let until = if state > State::Running { State::Running } else { state };
    let job = scene.job_in(until, terms);
    match state {
        State::Posted | State::Locked | State::Running => return (scene, job),
        State::Cancelled => {
            scene.cancels_another();
        }
        State::Refunded => {
            scene.does(10, &Move::Fail { job, code: 7 });
        }
        State::Partial => {
            scene.vouched(job, 500);
            scene.does(10, &Move::Fail { job, code: 7 });
        }
        _ => {
            scene.vouched(job, UNITS - EVERY);
            scene.submits(job, if state == State::Slashed { WRONG } else { RIGHT }, METERED);
            let result = scene.result(job);
            match state {
                State::Settled => {
                    scene.does(1, &Move::Accept { job, result });
                }
                State::Disputed => {
                    scene.does(11, &Move::Challenge { job, result });
                }
                State::Slashed => {
                    scene.does(11, &Move::Challenge { job, result });
                    scene.draws(job);
                    scene.judged(job, &[Some((RIGHT, METERED)); 3]);
                    scene.concludes(job);
                }
                _ => {}
            }
        }
    }
    let job = scene.book.jobs.len() as u64;
    (scene, job)
}

impl Scene {
    /// Another job, which is cancelled.
    fn cancels_another(&mut self) {
        let terms = self.terms();
        let job = self.post(1, terms);
        self.does(1, &Move::Cancel { job });
    }
}

/// Every call, by whom it is for, where an independent table says that it may go through.
#[test]
fn every_arrow_is_legal_where_it_stands_and_nowhere_else() {
    use State::*;
    let table: [(&str, &[State]); 14] = [
        ("cancel", &[Posted]),
        ("lock", &[Posted]),
        ("start", &[Locked]),
        ("redeem", &[Running, Submitted, Disputed]),
        ("submit", &[Running]),
        ("fail", &[Running]),
        ("accept", &[Submitted]),
        ("challenge", &[Submitted]),
        ("draw", &[Disputed]),
        ("commit", &[]),
        ("expire", &[Posted, Locked, Running, Submitted]),
        ("conclude", &[Disputed]),
        ("claim of the provider", &[Settled, Partial]),
        ("claim of the client", &[Settled, Partial, Refunded, Slashed]),
    ];
    for state in State::ALL {
        for (name, legal) in table {
            let (mut scene, job) = in_state(state);
            assert_eq!(scene.state(job), state);
            let result = scene.result(job);
            let late = name == "expire" || name == "conclude";
            let (who, what) = match name {
                "cancel" => (1, Move::Cancel { job }),
                "lock" => (1, scene.lock(job, 10)),
                "start" => (10, Move::Start { job }),
                "redeem" => {
                    let signer = scene.job(job).client;
                    (10, Move::Redeem { job, units: UNITS, checkpoint: FILE, signer })
                }
                "submit" => {
                    let most = scene.submission(job, RIGHT, EVERY);
                    (10, most)
                }
                "fail" => (10, Move::Fail { job, code: 1 }),
                "accept" => (1, Move::Accept { job, result }),
                "challenge" => (11, Move::Challenge { job, result }),
                "draw" => (99, Move::Draw { job }),
                "commit" => (12, Move::Commit { job, index: 0, commitment: SALT }),
                "expire" => (99, Move::Expire { job }),
                "conclude" => (99, Move::Conclude { job }),
                "claim of the provider" => (10, Move::Claim { job }),
                _ => (1, Move::Claim { job }),
            };
            if late {
                assert!(scene.play(super::scene::person(who), &what).is_err(), "{name} in {state:?} at once");
                scene.chain.wait(100 * 86_400);
            }
            if name == "draw" {
                scene.chain.wait(24);
                scene.chain.wait(12);
            }
            let met = scene.play(super::scene::person(who), &what);
            assert_eq!(met.is_ok(), legal.contains(&state), "{name} in {state:?}: {met:?}");
            if met.is_ok() {
                assert!(
                    scene.play(super::scene::person(who), &what).is_err(),
                    "{name} goes through twice in {state:?}"
                );
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Drawing,
    Committing,
    Revealing,
    Deciding,
    Over,
}

/// A wrong result, which two of three jurors found out, in a phase of its first round.
fn in_phase(phase: Phase) -> (Scene, u64) {
    let (mut scene, job) = in_state(State::Submitted);
    let result = scene.result(job);
    scene.does(11, &Move::Challenge { job, result });
    scene.chain.wait(12);
    scene.chain.wait(12);
    if phase == Phase::Drawing {
        return (scene, job);
    }
    scene.does(99, &Move::Draw { job });
    let jurors = scene.jurors(job);
    if phase == Phase::Committing {
        return (scene, job);
    }
    for juror in jurors.iter().take(2) {
        scene.commits(job, *juror, WRONG, METERED);
    }
    let by = scene.job(job).dispute.as_ref().unwrap().commit_by;
    scene.chain.set_time(by);
    if phase == Phase::Revealing {
        return (scene, job);
    }
    for (index, who) in jurors.iter().take(2) {
        let (index, result) = (*index, WRONG);
        scene.play(*who, &Move::Reveal { job, index, result, units: METERED, salt: SALT }).unwrap();
    }
    scene.chain.wait(3_600);
    if phase == Phase::Over {
        scene.chain.wait(12 * 3_600);
    }
    (scene, job)
}

#[test]
fn every_step_of_a_dispute_is_legal_in_its_time_and_at_no_other() {
    use Phase::*;
    let table: [(&str, &[Phase]); 6] = [
        ("draw", &[Drawing]),
        ("commit", &[Committing]),
        ("reveal", &[Revealing]),
        ("show", &[Revealing]),
        ("escalate", &[Deciding]),
        ("conclude", &[Over]),
    ];
    for phase in [Drawing, Committing, Revealing, Deciding, Over] {
        for (name, legal) in table {
            let (mut scene, job) = in_phase(phase);
            let (index, who) = match phase {
                Drawing => (0, super::scene::person(12)),
                // The third has not committed; of those who have, the first reveals.
                _ => scene.jurors(job)[if name == "commit" { 2 } else { 0 }],
            };
            let answer = typed_data::answer(WRONG, METERED);
            let commitment = typed_data::commitment(job, 1, who, answer, SALT);
            let provider = super::scene::person(10);
            let (who, what) = match name {
                "draw" => (who, Move::Draw { job }),
                "commit" => (who, Move::Commit { job, index, commitment }),
                "reveal" => (who, Move::Reveal { job, index, result: WRONG, units: METERED, salt: SALT }),
                "show" => (who, Move::Show { job, result: RIGHT, salt: SALT }),
                "escalate" => (provider, Move::Escalate { job }),
                _ => (who, Move::Conclude { job }),
            };
            let met = scene.play(who, &what);
            assert_eq!(met.is_ok(), legal.contains(&phase), "{name} while {phase:?}: {met:?}");
            assert!(scene.play(who, &what).is_err(), "{name} goes through twice while {phase:?}");
        }
    }
}

#[test]
fn times_are_over_to_the_second() {
    // Ten minutes to start; then anybody gives the money back.
    let (mut scene, job) = in_state(State::Locked);
    scene.chain.wait(599);
    assert_eq!(scene.refused(99, &Move::Expire { job }), "JobTooEarly");
    scene.chain.wait(1);
    assert_eq!(scene.refused(10, &Move::Start { job }), "JobTooLate");
    scene.does(99, &Move::Expire { job });
    assert_eq!(scene.state(job), State::Refunded);

    // The result by the deadline, a voucher an hour longer.
    let (mut scene, job) = in_state(State::Running);
    let deadline = scene.job(job).terms.deadline;
    scene.chain.set_time(deadline);
    let submission = scene.submission(job, RIGHT, EVERY);
    assert_eq!(scene.refused(10, &submission), "JobTooLate");
    scene.vouched(job, 300);
    scene.chain.set_time(deadline + 3_599);
    assert_eq!(scene.refused(99, &Move::Expire { job }), "JobTooEarly");
    scene.chain.wait(1);
    scene.does(99, &Move::Expire { job });
    assert_eq!(scene.state(job), State::Partial);

    // A challenge in the last second of the window has all its time.
    let (mut scene, job) = in_state(State::Submitted);
    let (result, over) = (scene.result(job), scene.job(job).expires_at().unwrap());
    scene.chain.set_time(over - 1);
    assert_eq!(scene.refused(99, &Move::Expire { job }), "JobTooEarly");
    scene.does(11, &Move::Challenge { job, result });
    scene.draws(job);
    let commit_by = scene.job(job).dispute.as_ref().unwrap().commit_by;
    assert_eq!(commit_by, scene.chain.now() + 3_600 + 3_600, "an hour, and the time that the job may run");

    let (mut scene, job) = in_state(State::Submitted);
    let (result, over) = (scene.result(job), scene.job(job).expires_at().unwrap());
    scene.chain.set_time(over);
    assert_eq!(scene.refused(11, &Move::Challenge { job, result }), "JobTooLate");
    scene.does(99, &Move::Expire { job });
    assert_eq!(scene.state(job), State::Settled);
}

#[test]
fn only_its_party_moves_a_job() {
    for (state, what) in [
        (State::Posted, "cancel"),
        (State::Posted, "lock"),
        (State::Locked, "start"),
        (State::Running, "redeem"),
        (State::Running, "submit"),
        (State::Running, "fail"),
        (State::Submitted, "accept"),
        (State::Settled, "claim"),
    ] {
        let (mut scene, job) = in_state(state);
        let result = scene.result(job);
        let call = match what {
            "cancel" => Move::Cancel { job },
            "lock" => scene.lock(job, 10),
            "start" => Move::Start { job },
            "redeem" => {
                let signer = scene.job(job).client;
                Move::Redeem { job, units: 10, checkpoint: FILE, signer }
            }
            "submit" => scene.submission(job, RIGHT, EVERY),
            "fail" => Move::Fail { job, code: 1 },
            "accept" => Move::Accept { job, result },
            _ => Move::Claim { job },
        };
        let expected = match what {
            "cancel" | "lock" | "accept" => "NotJobClient",
            "claim" => "NothingToClaim",
            _ => "NotJobProvider",
        };
        for stranger in [2, 11] {
            assert_eq!(scene.refused(stranger, &call), expected, "{what} by {stranger}");
        }
    }
}
