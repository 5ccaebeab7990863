//! In a dedicated worker of a real browser: requests in, answers out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{cell::RefCell, rc::Rc};

use simulation::{
    Config, Progress,
    gallery::Attack,
    task::{Answer, Request},
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use work::{Ended, Job, Kind, Part, Parts, Reply, Service};

use crate::service::Simulations;

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
    Simulations.answer(request, Parts::none().with("table", Part::moved(table)), job).await
}

/// A long run.
fn long() -> Config {
    Config { days: 300, ..Attack::FlipLabels.config() }
}

#[wasm_bindgen_test]
async fn a_run_tells_how_far_it_is_and_is_answered_with_its_files() {
    let (job, told) = job(usize::MAX);
    let played = play(Config { days: 40, ..Attack::FlipLabels.config() }, REVIEWS, &job).await.unwrap();
    let Answer::Played { outcome, test_rows } = played.answer;
    assert!(!outcome.points.is_empty() && test_rows > 0);
    let test = played.parts.bytes("test").unwrap();
    assert_eq!(test.iter().filter(|&&byte| byte == b'\n').count(), test_rows as usize);
    assert!(!played.parts.bytes("file").unwrap().is_empty());
    let told = told.borrow();
    assert!(told.iter().all(|progress| (0.0..=1.0).contains(&progress.done)), "{told:?}");
}

#[wasm_bindgen_test]
async fn a_stop_ends_a_run_with_what_was_played() {
    let (job, told) = job(2);
    let played = play(long(), REVIEWS, &job).await.unwrap();
    let Answer::Played { outcome, .. } = played.answer;
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
    let refused = Simulations.answer(request, Parts::none(), &job).await.err();
    assert!(matches!(&refused, Some(Ended::Failed(why)) if why.contains("“table” is missing")), "{refused:?}");
}
