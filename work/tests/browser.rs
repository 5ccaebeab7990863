//! Real workers in a real browser, whose scripts are written by the tests.
#![cfg(all(target_arch = "wasm32", feature = "page"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{cell::RefCell, time::Duration};

use js_sys::{Array, Uint8Array};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Blob, BlobPropertyBag, File, Url};
use work::{Part, Parts, Program, WorkError, page::Channel};

wasm_bindgen_test_configure!(run_in_browser);

/// A silence that a test can wait for, and in which a worker comes on a busy machine too.
const SILENCE: Duration = Duration::from_secs(8);
/// How long a worker that will not hear a stop is waited for, and one that will.
const PATIENCE: Duration = Duration::from_millis(300);
const HEARD: Duration = Duration::from_secs(60);

/// Beginning of every script: how it says something, and that it listens.
const PRELUDE: &str = "
    const say = (kind, number, body = '', parts = {}, moved = []) =>
        postMessage({ kind, number, body: typeof body === 'string' ? body : JSON.stringify(body), parts }, moved);
    say('ready', 0);
";

fn channel(script: &str) -> Channel {
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&script.into()), &options).unwrap();
    channel_to(Url::create_object_url_with_blob(&blob).unwrap())
}

fn channel_to(url: String) -> Channel {
    Channel::to(Program { url: url.into(), name: "test", does: "counts", advice: "try less", silence: SILENCE })
}

async fn ask(channel: &Channel, request: &str) -> Result<String, WorkError> {
    ask_patiently(channel, request, PATIENCE).await
}

async fn ask_patiently(channel: &Channel, request: &str, patience: Duration) -> Result<String, WorkError> {
    channel.ask(&request, Parts::none(), patience, |_: u32| {}).await.map(|(answer, _)| answer)
}

#[wasm_bindgen_test]
async fn bytes_are_moved_or_copied_and_files_handed_over() {
    let channel = channel(&format!(
        "{PRELUDE}
        onmessage = async ({{ data: {{ number, parts }} }}) => {{
            const text = await parts.file.text();
            const sum = [...parts.moved, ...parts.copied].reduce((a, b) => a + b, 0);
            const back = new Uint8Array([sum]);
            say('progress', number, 7);
            say('answer', number, text, {{ back }}, [back.buffer]);
        }};"
    ));
    let (moved, copied) = (Uint8Array::from(&[1, 2][..]), Uint8Array::from(&[3, 4][..]));
    let file = File::new_with_str_sequence(&Array::of1(&"\"said\"".into()), "text.json").unwrap();
    let parts = Parts::none()
        .with("moved", Part::Moved(moved.clone()))
        .with("copied", Part::Copied(copied.clone()))
        .with("file", Part::File(file));
    let told = RefCell::new(Vec::new());
    let asked = channel.ask(&"sum", parts, PATIENCE, |n: u32| told.borrow_mut().push(n)).await;
    let (answer, parts): (String, _) = asked.unwrap();
    assert_eq!((answer.as_str(), parts.bytes("back").unwrap()), ("said", vec![10]));
    assert!(parts.bytes("else").unwrap_err().contains("“else” is missing"));
    assert_eq!(told.take(), [7]);
    assert_eq!((moved.length(), copied.length()), (0, 2), "what was moved is gone here");
}

#[wasm_bindgen_test]
async fn a_program_that_is_not_there_or_broken_is_not_loaded() {
    for url in ["/there/is/no/such/worker.js", "data:text/javascript,this is no program"] {
        let ended = ask(&channel_to(url.into()), "count").await;
        assert!(matches!(ended, Err(WorkError::NotLoaded { .. })), "{url}: {ended:?}");
    }
    let ended = ask(&channel("for (;;);"), "count").await;
    assert!(matches!(ended, Err(WorkError::NotLoaded { .. })), "{ended:?}");
}

#[wasm_bindgen_test]
async fn a_crash_a_silence_and_a_stop_each_end_the_worker_and_the_next_request_starts_another() {
    let channel = channel(&format!(
        "{PRELUDE}
        let opened = 'nothing';
        onmessage = ({{ data: {{ kind, number, body }} }}) => {{
            if (kind === 'stop') return;
            const request = JSON.parse(body);
            if (request === 'throw') throw new Error('something unknown');
            if (request === 'garble') postMessage('no message');
            if (request === 'crash') say('crashed', 0, 'It met something unknown.');
            if (request === 'loop') for (;;);
            if (request.startsWith('open')) opened = request;
            if (request !== 'wait') say('answer', number, JSON.stringify(opened));
        }};"
    ));
    assert_eq!(ask(&channel, "open 1").await.unwrap(), "open 1");
    channel.keep(&"open 1", Parts::none()).unwrap();
    let ended = ask(&channel, "throw").await;
    assert!(matches!(&ended, Err(WorkError::Lost { cause, .. }) if cause.contains("something unknown")), "{ended:?}");
    assert_eq!(ask(&channel, "what").await.unwrap(), "open 1", "a new worker was told what was kept");

    assert!(matches!(ask(&channel, "garble").await, Err(WorkError::Misunderstood { .. })));
    assert_eq!(ask(&channel, "crash").await, Err(WorkError::Crashed("It met something unknown.".into())));

    assert!(matches!(ask(&channel, "loop").await, Err(WorkError::Silent { .. })));
    assert_eq!(ask(&channel, "what").await.unwrap(), "open 1");

    for endless in ["loop", "wait"] {
        let stop = async {
            gloo_timers::future::sleep(Duration::from_millis(50)).await;
            channel.stop();
        };
        let (ended, ()) = futures::join!(ask(&channel, endless), stop);
        assert_eq!(ended, Err(WorkError::Stopped), "{endless}");
    }
    assert_eq!(ask(&channel, "what").await.unwrap(), "open 1");
}

#[wasm_bindgen_test]
async fn a_stop_that_is_heard_leaves_the_worker_as_it_is() {
    let channel = channel(&format!(
        "{PRELUDE}
        let count = 0;
        onmessage = ({{ data: {{ kind, number, body }} }}) => {{
            if (kind === 'stop') say('stopped', number);
            else if (body === '\"count\"') say('answer', number, JSON.stringify(`${{++count}}`));
        }};"
    ));
    assert_eq!(ask(&channel, "count").await.unwrap(), "1");
    let stop = async {
        gloo_timers::future::sleep(Duration::from_millis(50)).await;
        channel.stop();
    };
    let (ended, ()) = futures::join!(ask_patiently(&channel, "wait", HEARD), stop);
    assert_eq!(ended, Err(WorkError::Stopped));
    assert_eq!(ask(&channel, "count").await.unwrap(), "2");
}
