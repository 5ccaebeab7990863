//! In a real browser, against workers that fail as a test wants: what a person is told, and that the next request is
//! answered by a new worker.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use futures::future::{LocalBoxFuture, join_all};
use gloo_timers::future::sleep;
use js_sys::Array;
use ml_task::{EngineChoice, Input};
use simulation::gallery::Attack;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Blob, BlobPropertyBag, File, Url};
use work::{Program, WorkError};

use super::{
    job::{self, Runner},
    learn::{self, Learn},
    models::{self, Models},
    prepare::{self, Prepare},
    simulate::{self, Simulate},
};

wasm_bindgen_test_configure!(run_in_browser);

/// A silence that a test can wait for, and in which a worker comes on a busy machine too.
const SILENCE: Duration = Duration::from_secs(8);

/// The page's side of a worker: one of its requests, and its stop, where it has one.
struct Client {
    program: Program,
    ask: Box<dyn Fn() -> LocalBoxFuture<'static, Result<(), WorkError>>>,
    stop: Option<Box<dyn Fn()>>,
}

/// All of them, each with a worker that runs this script.
fn clients(script: &str) -> Vec<Client> {
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&script.into()), &options).unwrap();
    let url = Url::create_object_url_with_blob(&blob).unwrap();
    let program = |program: Program| Program { url: url.clone().into(), silence: SILENCE, ..program };
    let (prepare, learn) = (Prepare::to(program(prepare::PROGRAM)), Learn::to(program(learn::PROGRAM)));
    let (models, simulate) = (Models::to(program(models::PROGRAM)), Simulate::to(program(simulate::PROGRAM)));
    let runner = Runner::to(program(job::PROGRAM));
    let runner_to_stop = runner.clone();
    let (prepare_to_stop, models_to_stop, simulate_to_stop) = (prepare.clone(), models.clone(), simulate.clone());
    vec![
        Client {
            program: prepare::PROGRAM,
            ask: Box::new(move || {
                let prepare = prepare.clone();
                let file = File::new_with_str_sequence(&Array::of1(&"x".into()), "x.csv").unwrap();
                Box::pin(async move { prepare.cid_of(&file, |_| {}).await.map(|_| ()) })
            }),
            stop: Some(Box::new(move || prepare_to_stop.stop())),
        },
        Client {
            program: learn::PROGRAM,
            ask: Box::new(move || {
                let learn = learn.clone();
                Box::pin(async move { learn.replay(std::iter::empty(), b"", |_| {}).await.map(|_| ()) })
            }),
            stop: None,
        },
        Client {
            program: models::PROGRAM,
            ask: Box::new(move || {
                let models = models.clone();
                let input = Input::Fields(vec!["1".into()]);
                Box::pin(async move { models.predict(input, EngineChoice::Cpu).await.map(|_| ()) })
            }),
            stop: Some(Box::new(move || models_to_stop.stop())),
        },
        Client {
            program: simulate::PROGRAM,
            ask: Box::new(move || {
                let simulate = simulate.clone();
                let config = Attack::FlipLabels.config();
                Box::pin(async move { simulate.play(&config, None, b"", |_| {}).await.map(|_| ()) })
            }),
            stop: Some(Box::new(move || simulate_to_stop.stop())),
        },
        Client {
            program: job::PROGRAM,
            ask: Box::new(move || {
                let runner = runner.clone();
                Box::pin(async move { runner.measure().await.map(|_| ()) })
            }),
            stop: Some(Box::new(move || runner_to_stop.stop())),
        },
    ]
}

/// A worker that names itself in a sentence, except to its second request, of which it makes something else.
fn second(fault: &str, on_stop: &str) -> String {
    format!(
        "const say = (kind, number, body = '') => postMessage({{ kind, number, body, parts: {{}} }});
        const name = `I am ${{Math.random()}}.`;
        onmessage = ({{ data: {{ kind, number }} }}) => {{
            if (kind === 'stop') {{ {on_stop}; }}
            else if (number === 2) {{ {fault}; }}
            else say('failed', number, name);
        }};
        say('ready', 0);"
    )
}

/// The worker's name, as it tells it.
async fn name(client: &Client) -> String {
    match (client.ask)().await {
        Err(WorkError::Failed(name)) => name,
        other => panic!("{}: {other:?}", client.program.name),
    }
}

/// What the second request comes to, and whether the third is answered by another worker.
async fn fails(client: &Client) -> (WorkError, bool) {
    let before = name(client).await;
    let error = (client.ask)().await.unwrap_err();
    (error, name(client).await != before)
}

#[wasm_bindgen_test]
async fn a_crash_is_told_as_a_sentence_and_the_next_request_starts_another_worker() {
    join_all(clients(&second("throw new Error('an obstacle')", "")).iter().map(async |client| {
        let (error, replaced) = fails(client).await;
        let (said, Program { does, advice, .. }) = (error.to_string(), &client.program);
        assert!(said.contains(does) && said.contains("an obstacle") && said.contains(advice), "{said}");
        assert!(replaced, "{does}");
    }))
    .await;
    join_all(clients(&second("say('crashed', 0, 'It met something unknown.')", "")).iter().map(async |client| {
        assert_eq!(
            fails(client).await,
            (WorkError::Crashed("It met something unknown.".into()), true),
            "{}",
            client.program.does
        );
    }))
    .await;
}

#[wasm_bindgen_test]
async fn a_silence_ends_the_worker_and_the_next_request_starts_another() {
    join_all(clients(&second("for (;;);", "")).iter().map(async |client| {
        let (error, replaced) = fails(client).await;
        let (said, Program { does, advice, .. }) = (error.to_string(), &client.program);
        assert!(
            said.starts_with("There was no answer for 8 s") && said.contains(does) && said.contains(advice),
            "{said}"
        );
        assert!(replaced, "{does}");
    }))
    .await;
}

#[wasm_bindgen_test]
async fn a_program_that_does_not_come_is_named() {
    join_all(clients("this is no program").iter().map(async |client| {
        let said = (client.ask)().await.unwrap_err().to_string();
        assert!(said.contains(client.program.does) && said.contains("could not be loaded"), "{said}");
    }))
    .await;
}

/// Stops the second request; whether the third is answered by another worker.
async fn stops(client: &Client) -> bool {
    let Some(stop) = &client.stop else { return false };
    let before = name(client).await;
    let stopping = async {
        sleep(Duration::from_millis(50)).await;
        stop();
    };
    let (ended, ()) = futures::join!((client.ask)(), stopping);
    assert_eq!(ended, Err(WorkError::Stopped), "{}", client.program.does);
    name(client).await != before
}

#[wasm_bindgen_test]
async fn a_stop_that_is_heard_leaves_the_worker_and_one_that_is_not_ends_it() {
    join_all(clients(&second("", "say('stopped', number)")).iter().map(async |client| {
        assert!(!stops(client).await, "{} had heard", client.program.does);
    }))
    .await;
    // One that says that it works has not heard either; it is not silent meanwhile.
    let deaf = second("setInterval(() => say('working', number), 500)", "");
    join_all(clients(&deaf).iter().filter(|client| client.stop.is_some()).map(async |client| {
        assert!(stops(client).await, "{} had not heard", client.program.does);
    }))
    .await;
}
