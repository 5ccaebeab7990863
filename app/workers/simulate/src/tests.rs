//! In a dedicated worker of a real browser: requests in, answers out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{cell::RefCell, rc::Rc};

use dataset::Mending;
use js_sys::{Array, Uint8Array};
use protocol::{Address, Amount, Digest};
use shared_model::{
    ClassifierKind, Event, IncentiveKind, ModelFile, Sample, Terms, TestSet,
    learn::{
        from_table::{self, Content, Words},
        replay::Replay,
        task as learn,
    },
    table::Table,
};
use simulation::{
    Config,
    gallery::Attack,
    task::{Answer, Progress, Request},
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::File;
use work::{Ended, Job, Kind, Part, Parts, Reply, Service};

use crate::service::SharedModels;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const REVIEWS: &[u8] = include_bytes!("../../../../public/datasets/shared/film_reviews.csv");

/// What was told of a request: the parts of progress.
type Told = Rc<RefCell<Vec<Progress>>>;

/// A request whose progress is kept; it is stopped when `stop_at` of it was told.
fn job(stop_at: usize) -> (Job<Progress>, Told) {
    let told = Told::default();
    let stopped = Rc::new(RefCell::new(None::<Job<Progress>>));
    let job = {
        let (told, stopped) = (Rc::clone(&told), Rc::clone(&stopped));
        let tell = move |kind, body: String| {
            assert_eq!(kind, Kind::Progress);
            told.borrow_mut().push(serde_json::from_str(&body).unwrap());
            if told.borrow().len() == stop_at {
                stopped.borrow().as_ref().unwrap().stop();
            }
        };
        Job::new(tell, js_sys::Date::now())
    };
    stopped.replace(Some(job.clone()));
    (job, told)
}

async fn play(config: Config, table: &[u8], job: &Job<Progress>) -> Result<Reply<Answer, Part>, Ended> {
    let request = Request::Play { config: Box::new(config), label: Some(1) };
    SharedModels::default().answer(request, Parts::none().with("table", Part::moved(table)), job).await
}

/// A long run.
fn long() -> Config {
    Config { days: 300, ..Attack::FlipLabels.config() }
}

#[wasm_bindgen_test]
async fn a_run_tells_how_far_it_is_and_is_answered_with_its_files() {
    let (job, told) = job(usize::MAX);
    let played = play(Config { days: 40, ..Attack::FlipLabels.config() }, REVIEWS, &job).await.unwrap();
    let Answer::Played { outcome, test_rows } = played.answer else { panic!("{:?}", played.answer) };
    assert!(!outcome.points.is_empty() && test_rows > 0);
    let test = played.parts.bytes("test").unwrap();
    assert_eq!(test.iter().filter(|&&byte| byte == b'\n').count(), test_rows as usize);
    assert!(!played.parts.bytes("file").unwrap().is_empty());
    let told = told.borrow();
    let is_part = |progress: &Progress| matches!(progress, Progress::Run(run) if (0.0..=1.0).contains(&run.done));
    assert!(told.iter().all(is_part), "{told:?}");
}

#[wasm_bindgen_test]
async fn a_stop_ends_a_run_with_what_was_played() {
    let (job, told) = job(2);
    let played = play(long(), REVIEWS, &job).await.unwrap();
    let Answer::Played { outcome, .. } = played.answer else { panic!("{:?}", played.answer) };
    let last = outcome.points.last().unwrap().day;
    assert!(last < 300.0, "stopped on day {last}");
    assert_eq!(told.borrow().len(), 2);
}

#[wasm_bindgen_test]
async fn what_is_wrong_is_said() {
    let (job, _) = job(usize::MAX);
    let refused = play(long(), b"text,label\none,\n", &job).await.err();
    assert!(matches!(&refused, Some(Ended::Failed(why)) if why.contains("label")), "{refused:?}");
    let request = Request::Play { config: Box::new(long()), label: None };
    let refused = SharedModels::default().answer(request, Parts::none(), &job).await.err();
    assert!(matches!(&refused, Some(Ended::Failed(why)) if why.contains("“table” is missing")), "{refused:?}");
}

/// Asks about learners; the answer, and what stands beside it.
async fn ask(
    service: &mut SharedModels,
    request: learn::Request,
    parts: Parts<Part>,
    job: &Job<Progress>,
) -> Result<(learn::Answer, Parts<Part>), Ended> {
    let reply = service.answer(Request::Learn(request), parts, job).await?;
    let Answer::Learn(answer) = reply.answer else { panic!("{:?}", reply.answer) };
    Ok((answer, reply.parts))
}

fn file(bytes: &[u8]) -> Parts<Part> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    Parts::none().with("table", Part::File(File::new_with_u8_array_sequence(&parts, "table.csv").unwrap()))
}

const TRAIN: learn::Request =
    learn::Request::Train { kind: ClassifierKind::NaiveBayes, words: Words::Frequent(200), capacity: 3 };

#[wasm_bindgen_test]
async fn a_start_is_trained_on_the_table_that_was_read_as_it_would_be_anywhere() {
    let (job, _) = job(usize::MAX);
    let mut service = SharedModels::default();
    let refused = ask(&mut service, TRAIN, Parts::none(), &job).await.err();
    assert!(matches!(&refused, Some(Ended::Failed(why)) if why.contains("choose a table first")), "{refused:?}");
    let read = learn::Request::Read { label: None, mending: Mending::default() };
    let (answer, _) = ask(&mut service, read.clone(), file(REVIEWS), &job).await.unwrap();
    let learn::Answer::Read(report) = answer else { panic!("{answer:?}") };
    assert_eq!((report.content, report.columns.len(), report.label), (Content::Text, 2, 1));

    let (answer, parts) = ask(&mut service, TRAIN, Parts::none(), &job).await.unwrap();
    let learn::Answer::Trained(fit) = answer else { panic!("{answer:?}") };
    let table = Table::read(REVIEWS, None).unwrap();
    let expected =
        from_table::train(&table, Content::Text, ClassifierKind::NaiveBayes, &Words::Frequent(200), 3).unwrap();
    assert_eq!((fit.correct, fit.rows as usize), (expected.correct, expected.test.rows.len()));
    assert!(parts.bytes("file").unwrap() == expected.file.to_bytes(), "another model");
    assert!(parts.bytes("test").unwrap() == expected.test.to_bytes(), "another test set");

    // A table that cannot be read leaves nothing to train on.
    assert!(ask(&mut service, read, file(b"x\n1\n"), &job).await.is_err());
    assert!(ask(&mut service, TRAIN, Parts::none(), &job).await.is_err());
}

/// A model's history: its start, and lessons from its own test set.
fn history(lessons: usize) -> (Vec<Event>, TestSet) {
    let table = Table::read(REVIEWS, None).unwrap();
    let trained = from_table::train(&table, Content::Text, ClassifierKind::NaiveBayes, &Words::Frequent(200), 3);
    let from_table::Trained { file: ModelFile { shape, words, .. }, test, .. } = trained.unwrap();
    let terms = Terms { cost_weight: Amount::ZERO, refund_wait: 60, owner_wait: 120, any_wait: 180 };
    let (owner, incentive) = (Address([1; 20]), IncentiveKind::Points);
    let created = Event::Created { owner, classifier: owner, incentive, shape, terms, metadata_cid: "none".into() };
    let taught = test.rows.iter().cycle().take(lessons).map(|(sample, label): &(Sample, u16)| Event::Contributed {
        contributor: owner,
        key: Digest([0; 32]),
        label: *label,
        predicted: *label,
        deposit: Amount::ZERO,
        sample: sample.to_bytes(),
    });
    (vec![created, Event::Loaded { first: 0, words }, Event::Ready].into_iter().chain(taught).collect(), test)
}

fn replayed(events: &[Event], test: &TestSet) -> Parts<Part> {
    let parts = Parts::none().with("events", Part::moved(&serde_json::to_vec(events).unwrap()));
    parts.with("test", Part::moved(&test.to_bytes()))
}

#[wasm_bindgen_test]
async fn a_history_is_replayed_to_the_counts_that_it_has_anywhere() {
    let (events, test) = history(50);
    let (job, _) = job(usize::MAX);
    let mut service = SharedModels::default();
    let asked = ask(&mut service, learn::Request::Replay, replayed(&events, &test), &job).await;
    let learn::Answer::Replayed { points } = asked.unwrap().0 else { panic!("no points") };
    let Event::Created { incentive, shape, .. } = &events[0] else { panic!("no creation") };
    let mut replay = Replay::new(*incentive, shape.clone()).unwrap().with_test_set(test.rows.clone());
    let expected = events.iter().zip(0..).filter_map(|(event, at)| {
        let counted = replay.apply(event).unwrap()?;
        Some((at, counted.correct, counted.total))
    });
    assert_eq!(points, expected.collect::<Vec<_>>());
    // From the moment on when the model is ready.
    assert_eq!((points[0].0, points.len()), (2, 51));

    let refused = ask(&mut service, learn::Request::Replay, Parts::none(), &job).await.err();
    assert!(matches!(refused, Some(Ended::Failed(_))));
}

#[wasm_bindgen_test]
async fn a_replay_hears_a_stop() {
    let (events, test) = history(20_000);
    let (job, told) = job(1);
    let mut service = SharedModels::default();
    let ended = ask(&mut service, learn::Request::Replay, replayed(&events, &test), &job).await.err();
    assert_eq!((ended, told.borrow().len()), (Some(Ended::Stopped), 1));
    assert!(matches!(told.borrow()[0], Progress::Events(at) if (at as usize) < events.len()));
}
