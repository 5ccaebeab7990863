//! Messages from and to the page: a JSON text in a plain object, with files beside it.
//!
//! From the page: `{id, task, files}`. To the page: `{id, answer, files?, truth?, wasm_bytes}`.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use js_sys::{Array, Object, Reflect, Uint8Array, WebAssembly};
use protocol::dataset::task::{Answer, Failure, Progress, Stage, Task};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

use crate::jobs::Jobs;

/// What a task yields.
pub struct Outcome {
    pub answer: Answer,
    pub files: Vec<File>,
    pub truth: Option<Vec<u8>>,
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Self { answer, files: Vec::new(), truth: None }
    }
}

/// Tells the page how far a task is.
#[derive(Clone, Copy)]
pub struct Reporter {
    id: f64,
}

impl Reporter {
    /// For a task that no page waits for.
    #[cfg(test)]
    pub const fn silent() -> Self {
        Self { id: f64::NAN }
    }

    pub fn progress(self, stage: Stage, done: u64, total: u64) {
        if self.id.is_nan() {
            return;
        }
        send(self.id, Answer::Progress(Progress { stage, done, total }).into());
    }
}

/// Tasks wait for each other: a split needs the survey before it.
#[derive(Default)]
struct Queue {
    waiting: RefCell<VecDeque<JsValue>>,
    jobs: RefCell<Option<Jobs>>,
}

/// Starts listening, and says so.
pub fn listen() {
    let queue = Rc::new(Queue { jobs: RefCell::new(Some(Jobs::default())), ..Queue::default() });
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        queue.waiting.borrow_mut().push_back(event.data());
        // Whoever has the jobs sees this message when the task at hand is done.
        let jobs = queue.jobs.borrow_mut().take();
        if let Some(jobs) = jobs {
            spawn_local(work(Rc::clone(&queue), jobs));
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The listener lives as long as the worker.
    on_message.forget();
    send(0.0, Answer::Ready.into());
}

async fn work(queue: Rc<Queue>, mut jobs: Jobs) {
    loop {
        let next = queue.waiting.borrow_mut().pop_front();
        let Some(message) = next else { break };
        let id = get(&message, "id").as_f64().unwrap_or_default();
        let outcome = match read(&message) {
            Ok((task, files)) => jobs.run(task, files, Reporter { id }).await,
            Err(failure) => Err(failure),
        };
        send(id, outcome.unwrap_or_else(|failure| Answer::Failed(failure.to_string()).into()));
    }
    queue.jobs.replace(Some(jobs));
}

fn read(message: &JsValue) -> Result<(Task, Vec<File>), Failure> {
    let json = get(message, "task").as_string().unwrap_or_default();
    let task = serde_json::from_str(&json).map_err(|e| Failure::Protocol { cause: e.to_string() })?;
    let files = Array::from(&get(message, "files")).iter().filter_map(|file| file.dyn_into().ok()).collect();
    Ok((task, files))
}

fn send(id: f64, outcome: Outcome) {
    let message = Object::new();
    let answer = serde_json::to_string(&outcome.answer).unwrap_or_default();
    set(&message, "id", &id.into());
    set(&message, "answer", &answer.into());
    set(&message, "wasm_bytes", &memory_bytes().into());
    if !outcome.files.is_empty() {
        set(&message, "files", &outcome.files.iter().collect::<Array>());
    }
    if let Some(truth) = outcome.truth {
        set(&message, "truth", &Uint8Array::from(&truth[..]));
    }
    // A plain object of texts, numbers and files can always be cloned.
    let _ = scope().post_message(&message);
}

/// Size of this program's memory; it never shrinks, so this is also its peak.
fn memory_bytes() -> f64 {
    let memory = wasm_bindgen::memory().unchecked_into::<WebAssembly::Memory>();
    get(&memory.buffer(), "byteLength").as_f64().unwrap_or_default()
}

pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

pub fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

pub fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a field of a fresh plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}

/// What a JavaScript error says.
pub fn cause(error: &JsValue) -> String {
    let text = |key| get(error, key).as_string().filter(|text| !text.is_empty());
    match (text("name"), text("message")) {
        (Some(name), Some(message)) => format!("{name}: {message}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "no reason given".into(),
    }
}
