//! A seat's program ends in the middle and is started again: the run goes on from the last common step, in a new epoch.

#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(not(target_arch = "wasm32"))]
mod support;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::{
        cell::{Cell, RefCell},
        collections::BTreeSet,
        rc::Rc,
    };

    use link::{SeatNumber, transport::memory::Hub};
    use mpc_learn::{Fact, Metric, What};
    use mpc_run::{Finished, RunError, Stage};
    use serde_json::json;

    use super::support::{
        COMMON, ols, patients, random, tables, training,
        world::{World, attempt},
    };

    type At = fn(Stage) -> bool;

    /// Ends a seat the first time that it is at a stage.
    fn once(kill: SeatNumber, at: At) -> Rc<RefCell<dyn FnMut(SeatNumber, Stage) -> bool>> {
        let mut killed = false;
        Rc::new(RefCell::new(move |seat, stage| {
            let now = !killed && seat == kill && at(stage);
            killed |= now;
            now
        }))
    }

    #[track_caller]
    fn error_of(finished: &Finished) -> f64 {
        let is_it = |told: &&mpc_run::Told| told.what == What::Fact(Fact::Metric(Metric::Rmse));
        finished.told.iter().find(is_it).unwrap().numbers[0]
    }

    #[track_caller]
    fn no_seed_twice(world: &World) {
        let seeds = world.seeds.borrow();
        let different: BTreeSet<_> = seeds.iter().collect();
        assert_eq!(different.len(), seeds.len(), "a seed came twice");
        let pieces: Vec<&[u8]> =
            seeds.iter().flat_map(|seed| seed.chunks(8)).filter(|piece| piece.len() == 8).collect();
        let to_hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        for kept in world.stores.iter().flat_map(|store| store.all.borrow().clone()) {
            let text = String::from_utf8(kept).unwrap();
            assert!(!pieces.iter().any(|piece| text.contains(&to_hex(piece))), "a seed was kept");
        }
    }

    async fn ended(kill: SeatNumber, at: At) -> (World, Vec<Finished>, Rc<RefCell<Vec<(u8, Stage)>>>) {
        let spec = training(json!({"reveals": {"own_coefficients": true}, "digits": 30}));
        let attempt = attempt(&spec, 7);
        let mut world = World::memory(&Hub::default());
        world.kills = once(kill, at);
        let seen = Rc::new(RefCell::new(Vec::new()));
        let noting = seen.clone();
        world.at = Rc::new(RefCell::new(move |seat, stage| noting.borrow_mut().push((seat, stage))));
        let tables = tables(&mut random());
        let ran = world.run(&attempt, &tables, [None, None], 100).await;
        (world, ran.finished(&attempt), seen)
    }

    #[tokio::test(start_paused = true)]
    async fn whichever_seat_ends_at_whatever_stage_the_run_ends_within_the_planned_ulp() {
        let right = ols::fit(&patients()[COMMON]);
        let stages: [(&str, At); 6] = [
            ("aligning", |stage| matches!(stage, Stage::Aligning { done, .. } if done > 300)),
            ("aligned", |stage| matches!(stage, Stage::Aligned { .. })),
            ("computing", |stage| matches!(stage, Stage::Computing { .. })),
            ("delivering", |stage| stage == Stage::Delivering),
            ("signing", |stage| stage == Stage::Signing),
            ("connecting", |stage| stage == Stage::Connecting),
        ];
        for seat in 0..4 {
            for (name, at) in stages {
                if seat > 1 && name == "aligning" || seat == 3 && matches!(name, "aligned" | "delivering" | "signing") {
                    continue;
                }
                let (world, all, _) = ended(seat, at).await;
                println!("seat {seat}, {name}");
                let got = error_of(&all[2]);
                assert!((got - right.1).abs() < 1e-6, "seat {seat}, {name}: {got}, {}", right.1);
                let own = &all[0].told[0].numbers;
                assert!(own.iter().zip(&right.0).all(|(a, b)| (a - b).abs() < 1e-6), "seat {seat}, {name}: {own:?}");
                assert!(all[0].kept.is_some() && all[1].kept.is_some());
                no_seed_twice(&world);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_solved_is_not_solved_again_and_rows_are_not_aligned_again() {
        let (_, _, seen) = ended(0, |stage| stage == Stage::Delivering).await;
        let seen = seen.borrow();
        let again = seen.iter().position(|(seat, stage)| *seat == 1 && matches!(stage, Stage::Again { .. })).unwrap();
        assert!(!seen[again..].iter().any(|(_, stage)| matches!(stage, Stage::Aligning { .. })), "{seen:?}");
        let steps = |seen: &[(u8, Stage)]| {
            seen.iter().rev().find_map(|(seat, stage)| match stage {
                Stage::Computing { rounds, .. } if *seat == 1 => Some(*rounds),
                _ => None,
            })
        };
        let (before, after) = (steps(&seen[..again]).unwrap(), steps(&seen).unwrap());
        assert!(after * 2 < before, "{after} rounds of {before}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_is_full_is_told_and_nothing_is_signed_that_could_not_be_handed_over() {
        let spec = training(json!({}));
        let attempt = attempt(&spec, 7);
        let mut world = World::memory(&Hub::default());
        let told = Rc::new(RefCell::new(0));
        let telling = told.clone();
        world.at = Rc::new(RefCell::new(move |_, stage| *telling.borrow_mut() += u32::from(stage == Stage::NotKept)));
        world.stores[1].full.set(true);
        let ran = world.run(&attempt, &tables(&mut random()), [None, None], 100).await;
        let sentence = ran.seats[1].as_ref().unwrap_err();
        assert!(matches!(sentence, RunError::NotKept { .. }) && sentence.to_string().contains("Make room"));
        assert!(*told.borrow() >= 2, "{}", told.borrow());
        for seat in [0, 2] {
            let heard = ran.seats[seat].as_ref().unwrap_err();
            assert!(matches!(heard, RunError::Ended { seat: 1, why } if why.contains("no space left")), "{heard}");
        }
        // What was kept before is there, and once there is room the attempt goes on.
        world.stores[1].full.set(false);
        let ran = world.run(&attempt, &tables(&mut random()), [None, None], 100).await;
        assert!(ran.finished(&attempt).len() == 3);
    }

    #[tokio::test(start_paused = true)]
    async fn lists_of_ids_are_compared_three_times_in_an_attempt_and_no_more() {
        let attempt = attempt(&training(json!({})), 7);
        let mut world = World::memory(&Hub::default());
        // The second owner's program ends each time that it has learned how many are common.
        world.kills = Rc::new(RefCell::new(|seat, stage| seat == 1 && matches!(stage, Stage::Aligned { .. })));
        world.stores[1].full.set(true);
        let ran = world.run(&attempt, &tables(&mut random()), [None, None], 100).await;
        let sentence = ran.seats[0].as_ref().unwrap_err().to_string();
        assert!(sentence.contains("3 times in this attempt"), "{sentence}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_owner_that_computes_again_and_again_is_refused_after_three_times() {
        let attempt = attempt(&training(json!({})), 7);
        let mut world = World::memory(&Hub::default());
        // The second owner's program ends each time that bits may have been opened, and says that it never computed.
        let mut left = 3;
        world.kills = Rc::new(RefCell::new(move |seat, stage| {
            let now = left > 0 && seat == 1 && matches!(stage, Stage::Computed { .. });
            left -= u32::from(now);
            now
        }));
        world.stores[1].forgets.set(true);
        let computed = Rc::new(Cell::new(0));
        let counting = computed.clone();
        world.at = Rc::new(RefCell::new(move |seat, stage| {
            counting.set(counting.get() + u32::from(seat == 0 && stage == Stage::Computed { rounds: 1 }));
        }));
        let ran = world.run(&attempt, &tables(&mut random()), [None, None], 100).await;
        assert!(matches!(ran.seats[0], Err(RunError::ComputedTooOften { times: 3 })), "{:?}", ran.seats[0]);
        for heard in [&ran.seats[1], &ran.seats[2]] {
            let sentence = heard.as_ref().unwrap_err().to_string();
            assert!(sentence.contains("was begun 3 times in this attempt"), "{sentence}");
        }
        assert!(computed.get() <= 3, "the first owner has computed {} times", computed.get());
        assert!(world.stores.iter().all(|store| store.agreed.borrow().is_empty()));
    }
}
