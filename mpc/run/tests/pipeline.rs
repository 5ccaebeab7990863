//! A prediction that was published together with its training: its file names no model, and the chain says which it is.

#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(not(target_arch = "wasm32"))]
mod support;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::time::Duration;

    use link::transport::memory::Hub;
    use mpc_run::{Attempt, Kept, Outcome, RunError, Spec, Table, spec::ModelOf};
    use protocol::Digest;
    use serde_json::json;

    use super::support::{
        COMMON, csv, of, ols, patients, random, tables, training,
        world::{Ran, World, attempt},
    };

    /// Published before anything was trained.
    fn prediction() -> Spec {
        of(json!({"predict": {"model": "on_chain", "receiver": 2, "ids": true, "digits": 30}}))
    }

    /// The second task of the pipeline, for which the chain has this model.
    fn second(spec: &Spec, model: Option<ModelOf>) -> Attempt {
        Attempt { model, ..attempt(spec, 8) }
    }

    /// The first task of it, which is task 7.
    async fn trained() -> (Outcome, [Kept; 2]) {
        let attempt = attempt(&training(json!({})), 7);
        let ran = World::memory(&Hub::default()).run(&attempt, &tables(&mut random()), [None, None], 100).await;
        let [first, second, receiver] = ran.finished(&attempt).try_into().unwrap();
        (receiver.outcome, [first.kept.unwrap(), second.kept.unwrap()])
    }

    fn new_rows() -> [Table; 2] {
        let mut random = random();
        let texts = [csv(395..430, 0..5, false, &mut random), csv(400..440, 5..10, false, &mut random)];
        texts.map(|text| Table::read(text.as_bytes()).unwrap())
    }

    async fn run(attempt: &Attempt, kept: [&Kept; 2]) -> Ran {
        World::memory(&Hub::default()).run(attempt, &new_rows(), kept.map(Some), 1).await
    }

    /// Nobody has a result, and somebody says this.
    #[track_caller]
    fn refused(ran: &Ran, why: &RunError) {
        assert!(ran.dealt.is_err() && ran.seats.iter().all(Result::is_err), "{:?}", ran.seats);
        assert!(ran.seats.iter().any(|seat| seat.as_ref().is_err_and(|error| error == why)), "{:?}", ran.seats);
    }

    #[tokio::test(start_paused = true)]
    async fn it_applies_the_model_whose_signed_result_the_chain_has() {
        let (outcome, kept) = trained().await;
        let attempt = second(&prediction(), Some(ModelOf { task: 7, shares: outcome.shares }));
        let all = run(&attempt, [&kept[0], &kept[1]]).await.finished(&attempt);
        assert_eq!(all[0].outcome.shares, outcome.shares, "what is signed names the same model");
        let told = &all[2].told[0];
        let patients = patients();
        for (id, got) in told.ids.as_ref().unwrap().iter().zip(&told.numbers) {
            let row: usize = id.trim().rsplit('-').next().unwrap().parse().unwrap();
            let right = ols::predict(&patients[COMMON], &patients[row..=row])[0];
            assert!((got - right).abs() < 1e-4, "patient {row}: {got}, and {right} is right");
        }
        assert_eq!(told.numbers.len(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn a_share_of_an_earlier_try_of_the_training_is_refused() {
        // The owners had signed the first try, but the chain has the second.
        let (first, second_try) = (trained().await, trained().await);
        let attempt = second(&prediction(), Some(ModelOf { task: 7, shares: second_try.0.shares }));
        let no_model = RunError::NoModel { task: 7 };
        refused(&run(&attempt, [&first.1[0], &first.1[1]]).await, &no_model);
        refused(&run(&attempt, [&first.1[0], &second_try.1[1]]).await, &no_model);
        run(&attempt, [&second_try.1[0], &second_try.1[1]]).await.finished(&attempt);
    }

    #[tokio::test(start_paused = true)]
    async fn a_model_of_another_task_than_the_chain_has_is_refused() {
        let (outcome, kept) = trained().await;
        // A predecessor of others: its number is on chain, and its shares are nobody's here. The owners do not even meet;
        // with changed software, which takes its own for them, the others refuse.
        let other = second(&prediction(), Some(ModelOf { task: 5, shares: Digest([5; 32]) }));
        let meeting = run(&other, [&kept[0], &kept[1]]);
        assert!(tokio::time::timeout(Duration::from_secs(60), meeting).await.is_err(), "nobody has anything");
        let taken = kept.clone().map(|mut kept| {
            kept.task = 5;
            kept
        });
        refused(&run(&other, [&taken[0], &taken[1]]).await, &RunError::NoModel { task: 5 });
        // A replaced result: the file names a model, and the chain has another one.
        let trained = json!({"task": 7, "shares": outcome.shares, "learned": kept[0].learned});
        let named = of(json!({"predict": {"model": {"trained": trained}, "receiver": 2}}));
        for model in [ModelOf { task: 7, shares: Digest([5; 32]) }, ModelOf { task: 6, shares: outcome.shares }] {
            let ran = run(&second(&named, Some(model)), [&kept[0], &kept[1]]).await;
            refused(&ran, &RunError::OtherModel { task: model.task });
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_begins_before_the_training_has_a_result() {
        let (_, kept) = trained().await;
        let ran = run(&second(&prediction(), None), [&kept[0], &kept[1]]).await;
        assert!(ran.seats.iter().all(|seat| seat.as_ref().is_err_and(|error| *error == RunError::NotTrained)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_owner_that_says_that_something_else_was_learned_ends_the_run() {
        let (outcome, kept) = trained().await;
        let model = Some(ModelOf { task: 7, shares: outcome.shares });
        let mut lies = kept[1].clone();
        // Predictions would be told on another grid, and hidden otherwise.
        lies.learned.label_exponent += 1;
        let differ = RunError::Differ { seats: [0, 1], what: "what the model has learned" };
        refused(&run(&second(&prediction(), model), [&kept[0], &lies]).await, &differ);
    }
}
