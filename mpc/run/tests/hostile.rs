//! Attacks on a whole task: a relay that changes what it carries, an owner and a helper that do not follow the protocol. No
//! attack comes to a result that is not right, and everybody hears a sentence.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(not(target_arch = "wasm32"))]
mod support;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::{cell::RefCell, pin::pin, rc::Rc, time::Duration};

    use futures::future::{Either, select};
    use link::{SeatNumber, transport::memory::Hub};
    use mpc_learn::{Fact, Metric, What};
    use mpc_run::{Attempt, Ended, RunError, Said, outside::code};
    use rand_core::RngCore;
    use serde_json::json;

    use super::support::{
        COMMON,
        between::{between, links},
        ols, patients, random, tables, training,
        world::{Ran, World, attempt, session},
    };

    /// Longer than any wait of a run, and shorter than its limit.
    const LONG: Duration = Duration::from_secs(1_200);
    const HELPER: SeatNumber = 3;

    /// Numbers of subjects, as they travel.
    mod subject {
        pub const ROWS: u32 = 1;
        pub const OPENING: u32 = 2;
        pub const NUMBERS: u32 = 3;
        pub const TAKEN: u32 = 13;
        pub const ROUND: u32 = 14;
        pub const BEGIN: u32 = 15;
    }

    async fn ends(world: &World, attempt: &Attempt) -> Ran {
        let tables = tables(&mut random());
        let run = world.run(attempt, &tables, [None, None], 100);
        tokio::time::timeout(LONG, run).await.expect("everybody hears how it ends")
    }

    #[track_caller]
    fn is_sentence(error: &RunError) {
        let text = error.to_string();
        assert!(text.len() > 20 && text.ends_with(['.', '”']), "{text}");
    }

    type Attack = fn(&mut Vec<Vec<u8>>, &[u8]) -> Vec<Vec<u8>>;

    /// What becomes of an envelope; `before` are those that went the same way earlier, here or in another task.
    const ATTACKS: [(&str, Attack); 5] = [
        ("flipped", |_, body| {
            let mut changed = body.to_vec();
            let at = changed.len() / 2;
            changed[at] ^= 4;
            vec![changed]
        }),
        ("dropped", |_, _| Vec::new()),
        ("said twice", |_, body| vec![body.to_vec(), body.to_vec()]),
        ("an earlier one again", |before, body| vec![before[before.len() / 2].clone(), body.to_vec()]),
        ("one of another task instead", |before, _| vec![before[0].clone()]),
    ];

    #[tokio::test(start_paused = true)]
    async fn no_result_comes_of_a_relay_that_changes_what_it_carries() {
        let mut chance = random();
        let right = ols::fit(&patients()[COMMON]).1;
        // Sealed messages of another task of the same people.
        let foreign = Rc::new(RefCell::new(Vec::new()));
        let noted = foreign.clone();
        let hub = Hub::default();
        hub.change(move |from, to, body| {
            if (from, to) == (0, 1) && body.len() > 100 {
                noted.borrow_mut().push(body.to_vec());
            }
            vec![body.to_vec()]
        });
        let other = attempt(&training(json!({})), 8);
        ends(&World::memory(&hub), &other).await.finished(&other);

        let attempt = attempt(&training(json!({"digits": 30})), 7);
        let mut ended = 0;
        for (name, attack) in ATTACKS {
            // Early, in the intersection, and late, among numbers.
            for least in [1, 60] {
                let from = chance.next_u32() as u8 % 2;
                let (hub, mut count) = (Hub::default(), 0);
                let mut before = if name.contains("another task") { foreign.borrow().clone() } else { Vec::new() };
                hub.change(move |sender, to, body| {
                    // What is sealed: a handshake that is spoiled is only made again.
                    if (sender, to) != (from, 1 - from) || body.len() < 100 {
                        return vec![body.to_vec()];
                    }
                    count += 1;
                    let attacked = count == least + 2;
                    let sent = if attacked { attack(&mut before, body) } else { vec![body.to_vec()] };
                    before.push(body.to_vec());
                    sent
                });
                let ran = ends(&World::memory(&hub), &attempt).await;
                for seat in &ran.seats {
                    match seat {
                        Ok(Ended::Finished(finished)) => {
                            let is_it = |told: &&mpc_run::Told| told.what == What::Fact(Fact::Metric(Metric::Rmse));
                            let told = finished.told.iter().find(is_it).map(|told| told.numbers[0]);
                            assert!(told.is_none_or(|told| (told - right).abs() < 1e-6), "{name}: {told:?}");
                        }
                        Ok(Ended::Answered { sentence, .. }) => panic!("{name}: {sentence}"),
                        Err(error) => is_sentence(error),
                    }
                }
                ended += usize::from(ran.seats.iter().all(Result::is_err));
            }
        }
        assert!(ended >= 9, "only {ended} of 10 attacks were seen");
    }

    #[tokio::test(start_paused = true)]
    async fn an_owner_that_sends_what_no_owner_sends_is_refused_and_everybody_hears_why() {
        let attempt = attempt(&training(json!({})), 7);
        let bad_points: Vec<u8> = [[2, 0, 0, 0, 0].as_slice(), &[0xff; 32 * 4]].concat();
        let cases: [(&str, u32, Vec<u8>); 6] = [
            ("a list before its commitment", subject::ROWS, bad_points),
            ("half an entry", subject::ROWS, [[2, 0, 0, 0, 0].as_slice(), &[1; 31]].concat()),
            ("nothing", subject::ROWS, Vec::new()),
            ("more taken in than was sent", subject::TAKEN, vec![0xff; 4]),
            ("a count of another length", subject::TAKEN, vec![1; 3]),
            ("a subject that there is not", 99, vec![1]),
        ];
        for (what, operation, payload) in cases {
            let hub = Hub::default();
            let mut world = World::memory(&hub);
            world.absent = vec![0];
            let hostile = async {
                let peers = attempt.spec.peers(0);
                let mut links = links(&attempt, 0, &peers, &hub);
                let begin = session(0).sign(&(attempt.signed)(&attempt.terms, Said::Begin)).unwrap();
                for &peer in &peers {
                    links.opened(peer).await.unwrap();
                    links.send(peer, subject::ROUND, &[&1_u32.to_be_bytes(), b"{}".as_slice()].concat()).await.unwrap();
                    if peer != HELPER {
                        links.send(peer, subject::BEGIN, &begin).await.unwrap();
                    }
                }
                links.send(1, operation, &payload).await.unwrap();
                loop {
                    // Whatever comes is left lying; its links live on.
                    if links.receive(1).await.is_err() {
                        std::future::pending::<()>().await;
                    }
                }
            };
            let ran = match select(pin!(ends(&world, &attempt)), pin!(hostile)).await {
                Either::Left((ran, _)) => ran,
                Either::Right(_) => unreachable!("it goes on for ever"),
            };
            let refused = ran.seats[1].as_ref().unwrap_err();
            is_sentence(refused);
            assert!(matches!(refused, RunError::Unreadable { seat: 0, .. } | RunError::Align(_)), "{what}: {refused}");
            let (receiver, helper) = (ran.seats[2].as_ref().unwrap_err(), ran.dealt.as_ref().unwrap_err());
            for heard in [receiver, helper] {
                assert!(matches!(heard, RunError::Ended { seat: 1, .. }), "{what}: {heard}");
            }
            assert!(world.stores.iter().all(|store| store.agreed.borrow().is_empty()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_helper_that_deals_wrongly_is_found_all_sign_it_and_it_is_paid_nothing() {
        let attempt = attempt(&training(json!({"reveals": {"own_coefficients": true}})), 7);
        let [outside, inside] = [Hub::default(), Hub::default()];
        let world = World::apart(&outside, HELPER, &inside);
        let wrongly = |_, message: &mut link::Message| {
            let is_step =
                message.operation == subject::NUMBERS && message.payload.get(..3) != Some(&[0xfe, 0xff, 0xff]);
            if let (true, Some(last)) = (is_step, message.payload.last_mut()) {
                *last ^= 1;
            }
        };
        let hostile = between(&attempt, HELPER, [&outside, &inside], wrongly);
        let ran = match select(pin!(ends(&world, &attempt)), pin!(hostile)).await {
            Either::Left((ran, _)) => ran,
            Either::Right(_) => unreachable!("it goes on for ever"),
        };
        for seat in ran.seats {
            let Ended::Answered { sentence, failure, signatures } = seat.unwrap() else { panic!("no result") };
            assert!(sentence.contains("publish the task again without it"), "{sentence}");
            assert_eq!((failure.code, failure.dealt, failure.facts, failure.rows), (code::BAD_BATCH, 0, 0, 0));
            let digest = (attempt.signed)(&attempt.terms, Said::Failure(&failure));
            let signed: Vec<_> = (0..3).map(|seat| session(seat).sign(&digest).unwrap()).collect();
            assert_eq!(signatures, signed, "each with its own key");
        }
        assert_eq!(ran.dealt.unwrap_err(), RunError::DealtWrongly);
        // What the helper has signed is kept at both owners: it cannot take it back.
        for store in &world.stores[..2] {
            let kept = String::from_utf8(store.kept.borrow().clone().unwrap()).unwrap();
            assert!(kept.contains("\"dealt\":[{\"statement\":"), "{kept}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn two_owners_that_say_that_there_are_more_rows_than_the_task_has_are_dealt_nothing() {
        let attempt = attempt(&training(json!({})), 7);
        let hub = Hub::default();
        let mut world = World::memory(&hub);
        world.absent = vec![0, 1, 2];
        let zero = protocol::Digest::ZERO;
        let opening = json!({
            "aligned": {"rows": u32::MAX, "digest": zero, "label_exponent": 7},
            "epoch": zero, "plan": zero, "share": zero,
        });
        let opening = serde_json::to_vec(&opening).unwrap();
        let owner = async |seat: SeatNumber| {
            let mut links = links(&attempt, seat, &[HELPER], &hub);
            links.opened(HELPER).await.unwrap();
            let round = [&1_u32.to_be_bytes(), b"{}".as_slice()].concat();
            links.send(HELPER, subject::ROUND, &round).await.unwrap();
            links.send(HELPER, subject::OPENING, &opening).await.unwrap();
            while links.receive(HELPER).await.is_ok() {}
            std::future::pending::<()>().await;
        };
        let hostile = futures::future::join(owner(0), owner(1));
        let ran = match select(pin!(ends(&world, &attempt)), pin!(hostile)).await {
            Either::Left((ran, _)) => ran,
            Either::Right(_) => unreachable!("it goes on for ever"),
        };
        let refused = ran.dealt.unwrap_err();
        assert_eq!(refused, RunError::Unreadable { seat: 0, what: "more rows than the task has" });
        assert!(world.seeds.borrow().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_helper_that_never_comes_is_given_up_before_the_run_begins_if_both_owners_say_so() {
        let attempt = attempt(&training(json!({"receiver": 1})), 7);
        for both in [false, true] {
            let mut world = World::memory(&Hub::default());
            world.absent = vec![attempt.spec.helper().unwrap()];
            world.gone[0].set(true);
            world.gone[1].set(both);
            let tables = tables(&mut random());
            let run = world.run(&attempt, &tables, [None, None], 100);
            let ran = tokio::time::timeout(Duration::from_secs(300), run).await;
            if !both {
                assert!(ran.is_err() && world.stores.iter().all(|store| store.advanced.borrow().is_empty()));
                continue;
            }
            assert!(ran.unwrap().seats.iter().all(|seat| matches!(seat, Err(RunError::HelperGone))));
            let helper = attempt.terms.seats[2].address;
            let digest = (attempt.signed)(&attempt.terms, Said::Advance { helper, dealt: 0 });
            let signed: Vec<_> = (0..2).map(|seat| session(seat).sign(&digest).unwrap()).collect();
            for store in &world.stores[..2] {
                assert_eq!(*store.advanced.borrow(), std::slice::from_ref(&signed));
                assert!(store.begun.borrow().is_empty());
            }
        }
    }
}
