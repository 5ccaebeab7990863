//! Whole tasks: two owners, a helper and a receiver in one process.

#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(not(target_arch = "wasm32"))]
mod support;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::{cell::RefCell, rc::Rc};

    use link::transport::memory::Hub;
    use mpc::Seat;
    use mpc_learn::{Fact, Metric, What};
    use mpc_run::{Ended, Failure, Finished, Kept, RunError, Stage, Table, Told, outside::code};
    use serde_json::json;

    use super::support::{
        COMMON, csv, of, ols, patients, random, tables, training,
        world::{World, attempt},
    };

    fn told(finished: &Finished, fact: Fact) -> Option<&Told> {
        finished.told.iter().find(|told| told.what == What::Fact(fact))
    }

    #[track_caller]
    fn close(what: &str, got: f64, wanted: f64, within: f64) {
        assert!((got - wanted).abs() <= within, "{what}: {got}, and {wanted} is right, more than {within} apart");
    }

    /// Half a unit of the grid of three digits, whose unit is 2^-10 of the label's 2^7, and what is computed on the way.
    const GRID: f64 = 0.125;

    #[tokio::test(start_paused = true)]
    async fn the_receiver_gets_the_error_of_a_plain_regression_and_owners_their_own_coefficients_with_the_tick() {
        let tables = tables(&mut random());
        let spec = training(json!({"reveals": {"own_coefficients": true}}));
        let attempt = attempt(&spec, 7);
        let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 100).await;
        let [first, second, receiver] = ran.finished(&attempt).try_into().unwrap();
        let (coefficients, error) = ols::fit(&patients()[COMMON]);
        let metric = told(&receiver, Fact::Metric(Metric::Rmse)).unwrap();
        close("RMSE", metric.numbers[0], error, GRID);
        assert_eq!((receiver.told.len(), receiver.rows), (1, 358));
        for (owner, seat, right) in [(&first, Seat::First, 0..5), (&second, Seat::Second, 5..11)] {
            assert_eq!(owner.told.len(), 1, "its own coefficients and nothing else");
            let got = &told(owner, Fact::Coefficients(seat)).unwrap().numbers;
            assert_eq!(got.len(), right.len());
            for (got, right) in got.iter().zip(&coefficients[right]) {
                close("a coefficient", *got, *right, 1e-6);
            }
        }
        println!("{:?}", first.traffic);
    }

    #[tokio::test(start_paused = true)]
    async fn without_the_tick_owners_are_told_nothing() {
        let tables = tables(&mut random());
        let attempt = attempt(&training(json!({})), 7);
        let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 100).await;
        let [first, second, receiver] = ran.finished(&attempt).try_into().unwrap();
        assert!(first.told.is_empty() && second.told.is_empty());
        assert_eq!(receiver.told.len(), 1);
        assert!(first.kept.is_some() && second.kept.is_some() && receiver.kept.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn an_owner_can_be_the_receiver() {
        let tables = tables(&mut random());
        let attempt = attempt(&training(json!({"receiver": 1, "digits": 30, "metrics": ["r2", "mae"]})), 7);
        let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 100).await;
        let [first, second] = ran.finished(&attempt).try_into().unwrap();
        assert!(first.told.is_empty() && second.told.len() == 2);
    }

    #[tokio::test(start_paused = true)]
    async fn parts_are_cut_in_an_order_that_follows_from_rows_and_task() {
        let tables = tables(&mut random());
        let attempt = attempt(&training(json!({"shuffle": true, "evaluation": {"folds": 5}})), 7);
        let mut errors = Vec::new();
        for _ in 0..2 {
            let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 100).await;
            let all = ran.finished(&attempt);
            let metric = told(&all[2], Fact::Metric(Metric::Rmse)).unwrap().numbers[0];
            close("RMSE of models that have not seen their rows", metric, ols::fit(&patients()[COMMON]).1, 5.0);
            errors.push(metric);
        }
        // The order of rows hangs on secrets of both owners that are drawn anew.
        println!("{errors:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn seats_that_lose_their_connections_go_on() {
        let tables = tables(&mut random());
        let attempt = attempt(&training(json!({"reveals": {"own_coefficients": true}, "digits": 30})), 7);
        let hub = Hub::default();
        let mut world = World::memory(&hub);
        let cuts = Rc::new(RefCell::new(Vec::new()));
        let (cut, cutting) = (cuts.clone(), hub.clone());
        world.at = Rc::new(RefCell::new(move |seat, stage| {
            let wanted = match stage {
                Stage::Aligning { done, .. } => done > 500 && seat == 1,
                Stage::Computing { .. } => true,
                Stage::Delivering | Stage::Signing => true,
                _ => false,
            };
            let mark = (seat, std::mem::discriminant(&stage));
            if wanted && !cut.borrow().contains(&mark) {
                cut.borrow_mut().push(mark);
                cutting.cut(seat);
            }
        }));
        let cutting = async {
            for round in 0..20 {
                tokio::time::sleep(std::time::Duration::from_millis(90)).await;
                hub.cut(round % 4);
            }
        };
        let ran = futures::future::join(world.run(&attempt, &tables, [None, None], 100), cutting).await.0;
        let all = ran.finished(&attempt);
        assert!(cuts.borrow().len() > 8, "{}", cuts.borrow().len());
        let metric = told(&all[2], Fact::Metric(Metric::Rmse)).unwrap();
        close("RMSE", metric.numbers[0], ols::fit(&patients()[COMMON]).1, 1e-6);
    }

    /// The rows that the predictions are for: patients of whom the second owner did not know the label in training.
    fn new_rows() -> [Table; 2] {
        let mut random = random();
        let texts = [csv(395..430, 0..5, false, &mut random), csv(400..440, 5..10, false, &mut random)];
        texts.map(|text| Table::read(text.as_bytes()).unwrap())
    }

    async fn trained() -> (mpc_run::Outcome, [Kept; 2]) {
        let attempt = attempt(&training(json!({})), 7);
        let ran = World::memory(&Hub::default()).run(&attempt, &tables(&mut random()), [None, None], 100).await;
        let [first, second, receiver] = ran.finished(&attempt).try_into().unwrap();
        let kept = [first.kept.unwrap(), second.kept.unwrap()];
        // Whoever asks for predictions names what was learned, and has no share.
        assert!(
            [&first.learned, &second.learned, &receiver.learned]
                .iter()
                .all(|one| one.as_ref() == Some(&kept[0].learned))
        );
        (receiver.outcome, kept)
    }

    #[tokio::test(start_paused = true)]
    async fn a_model_that_stayed_shared_predicts_rows_that_only_the_receiver_reads() {
        let (outcome, kept) = trained().await;
        // As it comes back in from the owners' stores.
        let kept = kept.map(|kept| serde_json::from_slice::<Kept>(&serde_json::to_vec(&kept).unwrap()).unwrap());
        let predict = json!({"predict": {
            "model": {"trained": {"task": 7, "shares": outcome.shares, "learned": kept[0].learned}},
            "receiver": 2, "ids": true, "digits": 30,
        }});
        let attempt = attempt(&of(predict), 8);
        let world = World::memory(&Hub::default());
        let ran = world.run(&attempt, &new_rows(), [Some(&kept[0]), Some(&kept[1])], 1).await;
        let all = ran.finished(&attempt);
        assert!(all[0].told.is_empty() && all[1].told.is_empty());
        assert_eq!(all[0].outcome.shares, outcome.shares, "the same model");
        let told = &all[2].told[0];
        let ids = told.ids.as_ref().unwrap();
        assert_eq!((told.numbers.len(), ids.len()), (30, 30));
        let patients = patients();
        for (id, got) in ids.iter().zip(&told.numbers) {
            let row: usize = id.trim().rsplit('-').next().unwrap().parse().unwrap();
            let right = ols::predict(&patients[COMMON], &patients[row..=row])[0];
            close(&format!("patient {row}"), *got, right, 1e-4);
        }

        // A share of another run is refused before anything is computed.
        let (_, others) = trained().await;
        let world = World::memory(&Hub::default());
        let ran = world.run(&attempt, &new_rows(), [Some(&kept[0]), Some(&others[1])], 1).await;
        assert!(ran.seats.iter().all(|seat| matches!(seat, Err(RunError::NoModel { .. } | RunError::Ended { .. }))));
        assert!(ran.dealt.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn an_intersection_tells_both_the_same_rows_or_only_how_many() {
        let tables = tables(&mut random());
        for size_only in [false, true] {
            let attempt = attempt(&of(json!({"intersect": {"size_only": size_only}})), 7);
            let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 1).await;
            let [first, second] = ran.finished(&attempt).try_into().unwrap();
            assert_eq!((first.rows, second.rows), (358, 358));
            let ids = |finished: &Finished, table: &Table| {
                let cells = table.cells("patient").unwrap();
                let number = |row: &u32| cells[*row as usize].trim().rsplit('-').next().unwrap().to_string();
                finished.common.as_ref().map(|rows| rows.iter().map(number).collect::<Vec<_>>())
            };
            let (a, b) = (ids(&first, &tables[0]), ids(&second, &tables[1]));
            assert_eq!(a, b);
            assert_eq!(a.map(|ids| ids.len()), (!size_only).then_some(358));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn that_no_id_is_common_is_an_answer_of_an_intersection() {
        let mut random = random();
        let texts = [csv(0..200, 0..5, false, &mut random), csv(200..400, 5..10, true, &mut random)];
        let tables = texts.map(|text| Table::read(text.as_bytes()).unwrap());
        for (size_only, rows) in [(false, Some(Vec::new())), (true, None)] {
            let attempt = attempt(&of(json!({"intersect": {"size_only": size_only}})), 7);
            let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 0).await;
            for finished in ran.finished(&attempt) {
                assert_eq!((finished.rows, &finished.common), (0, &rows));
            }
        }
        // A model cannot be learned on none, however few rows an owner agrees to.
        let attempt = attempt(&training(json!({})), 7);
        let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 0).await;
        let (failure, sentences) = ran.failed(&attempt);
        assert_eq!(failure, Failure { code: code::BAD_ROWS, dealt: 0, facts: 0, rows: 0 });
        assert!(sentences[..2].iter().any(|sentence| sentence.contains("Only 0 rows")), "{sentences:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn owners_that_have_handed_over_do_not_wait_for_ever_for_a_receiver_that_sees_the_result_late() {
        let tables = tables(&mut random());
        let attempt = attempt(&training(json!({})), 7);
        let mut world = World::memory(&Hub::default());
        world.stores[2].lags = std::time::Duration::from_secs(2_000);
        let ends = Rc::new(RefCell::new([0; 4]));
        let (noting, begin) = (ends.clone(), tokio::time::Instant::now());
        world.at = Rc::new(RefCell::new(move |seat, stage| {
            if stage == Stage::Finished {
                noting.borrow_mut()[usize::from(seat)] = begin.elapsed().as_secs();
            }
        }));
        let [first, second, receiver] =
            world.run(&attempt, &tables, [None, None], 100).await.finished(&attempt).try_into().unwrap();
        // The keys were sent before they left, and wait where the receiver is.
        assert_eq!(receiver.told.len(), 1);
        assert!(first.kept.is_some() && second.kept.is_some());
        let ends = ends.borrow();
        assert!(ends[..2].iter().all(|end| *end < 400) && ends[2] >= 2_000, "{ends:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn too_few_common_rows_are_refused_whoever_does_so_and_all_sign_that_there_is_no_result() {
        let tables = tables(&mut random());
        for (work, facts) in [
            (json!({"train": {"label": {"owner": 1, "column": "target"}, "receiver": 2}}), 0),
            (json!({"intersect": {}}), 1),
        ] {
            let attempt = attempt(&of(work), 7);
            for least in [[359, 358], [0, 359], [359, 359]] {
                let world = World { least, ..World::memory(&Hub::default()) };
                let ran = world.run(&attempt, &tables, [None, None], 0).await;
                assert_eq!(ran.dealt.as_ref().unwrap().bytes, 0);
                let (failure, sentences) = ran.failed(&attempt);
                assert_eq!(failure, Failure { code: code::BAD_ROWS, dealt: 0, facts, rows: 0 }, "{least:?}");
                // Both owners know the number; whoever has no data is not told it.
                assert!(sentences[..2].iter().all(|sentence| sentence.contains("358")), "{sentences:?}");
                assert!(sentences[2..].iter().all(|sentence| !sentence.contains("358")), "{sentences:?}");
            }
        }
    }

    /// A table whose column has the same value in all rows that are common, and another one in the rows that are not.
    fn constant_where_common(columns: std::ops::Range<usize>, label: bool, column: &str) -> Table {
        let rows = if label { 42..442 } else { 0..400 };
        let text = csv(rows, columns, label, &mut random());
        let (header, lines) = text.split_once('\n').unwrap();
        let place = header.split(',').position(|name| name == column).unwrap();
        let line = |line: &str| {
            let mut cells: Vec<&str> = line.split(',').collect();
            let row: usize = cells[0].trim().rsplit('-').next().unwrap().parse().unwrap();
            cells[place] = if COMMON.contains(&row) { "3" } else { "4" };
            format!("{}\n", cells.join(","))
        };
        let text = format!("{header}\n{}", lines.lines().map(line).collect::<String>());
        Table::read(text.as_bytes()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_column_that_is_constant_on_the_common_rows_ends_the_run_signed_and_its_owner_alone_hears_which() {
        let attempt = attempt(&training(json!({})), 7);
        for (owner, column, label) in [(0, "bmi", false), (1, "s3", true), (1, "target", true)] {
            let mut tables = tables(&mut random());
            let columns = if label { 5..10 } else { 0..5 };
            tables[owner] = constant_where_common(columns, label, column);
            let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 100).await;
            assert_eq!(ran.dealt.as_ref().unwrap().bytes, 0, "nothing is dealt for it");
            let (failure, sentences) = ran.failed(&attempt);
            // One bit is told.
            assert_eq!(failure, Failure { code: code::BAD_ROWS, dealt: 0, facts: 1, rows: 0 });
            for (seat, sentence) in sentences.iter().enumerate() {
                let is_named = sentence.contains(&format!("Column {column} has the same value"));
                assert_eq!(is_named, seat == owner, "seat {seat}: {sentence}");
                assert!(seat == owner || sentence.contains("one of the owners"), "seat {seat}: {sentence}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_the_signature_of_every_session_key_nobody_has_a_result() {
        let tables = tables(&mut random());
        for seat in [1, 2] {
            let mut attempt = attempt(&training(json!({"reveals": {"own_coefficients": true}})), 7);
            attempt.signers[seat] = protocol::Address([99; 20]);
            let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 100).await;
            let refused = ran.seats.iter().filter(|seat| matches!(seat, Err(RunError::Signer { .. }))).count();
            assert!(refused > 0 && ran.seats.iter().all(Result::is_err), "{:?}", ran.seats);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn all_say_that_they_are_there_and_wait_for_the_chain_before_anything_is_told_and_before_keys_leave() {
        let tables = tables(&mut random());
        let mut attempt = attempt(&training(json!({})), 7);
        let stages = Rc::new(RefCell::new(Vec::new()));
        let mut world = World::memory(&Hub::default());
        let slow = std::time::Duration::from_secs(3);
        world.stores.iter_mut().for_each(|store| store.slow = slow);
        let (seen, begin) = (stages.clone(), tokio::time::Instant::now());
        world.at = Rc::new(RefCell::new(move |seat, stage| seen.borrow_mut().push((seat, stage, begin.elapsed()))));
        let all = world.run(&attempt, &tables, [None, None], 100).await.finished(&attempt);
        let (mut planned, mut done) = (0, 0);
        for (seat, stage, at) in stages.borrow().iter() {
            match stage {
                Stage::Aligning { .. } => assert!(*at >= slow),
                Stage::Finished if *seat < 3 => assert!(*at >= slow * 2),
                Stage::Computing { rounds, .. } if *seat == 0 => planned = *rounds,
                Stage::Computed { rounds } if *seat == 0 => done = *rounds,
                _ => {}
            }
        }
        assert!(planned > 0 && planned == done, "{planned} rounds are planned, {done} are told");
        for store in &world.stores[..3] {
            assert_eq!(*store.agreed.borrow(), [all[0].outcome.clone()]);
            assert_eq!(store.begun.borrow()[0].len(), 3);
        }
        // A foreign key ends it for all, before anything is told.
        attempt.signers[1] = protocol::Address([99; 20]);
        let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 100).await;
        assert!(ran.dealt.is_err() && ran.seats.iter().all(Result::is_err), "{:?}", ran.seats);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_sealed_to_another_key_is_not_opened_and_said_to_be_wrong() {
        let tables = tables(&mut random());
        let mut attempt = attempt(&training(json!({})), 7);
        attempt.directory[2] = link::public_key(&[77; 32]).unwrap();
        let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 100).await;
        assert!(matches!(ran.seats[2], Err(RunError::Delivery { .. })), "{:?}", ran.seats[2]);
    }

    #[tokio::test(start_paused = true)]
    async fn columns_that_say_the_same_across_owners_are_an_answer_that_everybody_hears() {
        let mut random = random();
        // The second owner's column repeats one of the first.
        let first = csv(0..400, 0..5, false, &mut random);
        let second = csv(0..400, 4..5, true, &mut random).replacen("s1", "copy", 1);
        let tables = [first, second].map(|text| Table::read(text.as_bytes()).unwrap());
        let mut spec = training(json!({}));
        spec.owners[1].columns = vec!["copy".into()];
        let attempt = attempt(&spec, 7);
        let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 1).await;
        for seat in ran.seats {
            assert!(matches!(seat.unwrap(), Ended::Answered { sentence, .. } if sentence.contains("ridge")));
        }
        ran.dealt.unwrap();
    }
}
