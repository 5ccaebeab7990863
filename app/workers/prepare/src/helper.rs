//! A second thread: a worker from this program's own script that reads large files and hashes results, while the
//! first checks and splits. Both take about as long, so that large files take little more than half the time.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, VecDeque},
    rc::Rc,
};

use js_sys::{Array, Object, Promise, Uint8Array};
use protocol::cid::CHUNK_SIZE;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, File, MessageEvent, ReadableStreamDefaultReader, Worker, WorkerOptions, WorkerType};

use crate::{
    hash::Digests,
    link::{get, scope, set},
};

/// Name that the page gives to the first worker. One of another name, in a test for instance, may run another
/// script than this program's, and does not start a second.
const FIRST: &str = "prepare";
/// Name of the second worker, by which it knows what it is for.
pub const NAME: &str = "prepare-helper";
/// What the second worker says first.
const READY: f64 = 0.0;

/// The second worker, seen from the first. Ends when dropped.
pub struct Helper {
    worker: Worker,
    /// How to answer each request.
    waiting: Waiting,
    next_id: Cell<f64>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

/// By number; [`READY`] is answered when the worker runs.
type Waiting = Rc<RefCell<HashMap<u64, Settle>>>;

struct Settle {
    resolve: js_sys::Function,
    reject: js_sys::Function,
}

impl Helper {
    /// Starts the second worker and waits until it runs.
    pub async fn start() -> Result<Self, JsValue> {
        if scope().name() != FIRST {
            return Err("not the program's own worker".into());
        }
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(NAME);
        let worker = Worker::new_with_options(&scope().location().href(), &options)?;
        let waiting = Waiting::default();
        let on_message = {
            let waiting = Rc::clone(&waiting);
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| answer(&waiting, &event.data()))
        };
        let on_error = {
            let waiting = Rc::clone(&waiting);
            Closure::<dyn Fn(Event)>::new(move |event: Event| refuse_all(&waiting, &event))
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let next_id = Cell::new(READY);
        let helper = Self { worker, waiting, next_id, _on_message: on_message, _on_error: on_error };
        JsFuture::from(helper.next_answer().1).await?;
        Ok(helper)
    }

    /// Begins to read a file; the one before is given up.
    pub async fn open(&self, file: &File) -> Result<(), JsValue> {
        let request = Object::new();
        set(&request, "file", file);
        JsFuture::from(self.ask(&request, &Array::new())).await.map(|_| ())
    }

    /// The next bytes of the file, as many as the browser likes: `{bytes}`, or `{}` at the end.
    pub fn next(&self) -> Promise {
        self.ask(&Object::new(), &Array::new())
    }

    /// The digests of the leaves that these bytes make: `{digests}`.
    pub fn digest(&self, bytes: &[u8]) -> Promise {
        let request = Object::new();
        let bytes = Uint8Array::from(bytes);
        set(&request, "bytes", &bytes);
        self.ask(&request, &Array::of1(&bytes.buffer()))
    }

    fn ask(&self, request: &Object, handed_over: &Array) -> Promise {
        let (id, promise) = self.next_answer();
        set(request, "id", &id.into());
        match self.worker.post_message_with_transfer(request, handed_over) {
            Ok(()) => promise,
            Err(e) => Promise::reject(&e),
        }
    }

    fn next_answer(&self) -> (f64, Promise) {
        let id = self.next_id.replace(self.next_id.get() + 1.0);
        let promise = Promise::new(&mut |resolve, reject| {
            self.waiting.borrow_mut().insert(id as u64, Settle { resolve, reject });
        });
        (id, promise)
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn answer(waiting: &Waiting, message: &JsValue) {
    let id = get(message, "id").as_f64().unwrap_or(f64::MAX);
    let Some(settle) = waiting.borrow_mut().remove(&(id as u64)) else { return };
    let error = get(message, "error");
    // Settling a promise cannot fail.
    let _ = match error.is_undefined() {
        true => settle.resolve.call1(&JsValue::UNDEFINED, message),
        false => settle.reject.call1(&JsValue::UNDEFINED, &error),
    };
}

fn refuse_all(waiting: &Waiting, error: &JsValue) {
    for settle in waiting.take().into_values() {
        let _ = settle.reject.call1(&JsValue::UNDEFINED, error);
    }
}

/// What the second worker does: one request after the other.
#[derive(Default)]
struct Serving {
    requests: RefCell<VecDeque<JsValue>>,
    busy: Cell<bool>,
    reading: RefCell<Option<ReadableStreamDefaultReader>>,
}

/// Starts to serve the first worker, and says so.
pub fn serve() {
    let serving = Rc::new(Serving::default());
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        serving.requests.borrow_mut().push_back(event.data());
        if !serving.busy.replace(true) {
            spawn_local(work(Rc::clone(&serving)));
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The listener lives as long as the worker.
    on_message.forget();
    send(&READY.into(), Ok(Object::new()));
}

async fn work(serving: Rc<Serving>) {
    loop {
        let next = serving.requests.borrow_mut().pop_front();
        let Some(request) = next else { break };
        send(&get(&request, "id"), fulfil(&serving, &request).await);
    }
    serving.busy.set(false);
}

async fn fulfil(serving: &Serving, request: &JsValue) -> Result<Object, JsValue> {
    let answer = Object::new();
    let (file, bytes) = (get(request, "file"), get(request, "bytes"));
    if let Ok(file) = file.dyn_into::<File>() {
        serving.reading.replace(Some(file.stream().get_reader().unchecked_into()));
    } else if let Ok(bytes) = bytes.dyn_into::<Uint8Array>() {
        let digests = digests(&bytes).await?;
        set(&answer, "digests", &digests);
    } else {
        let reading = serving.reading.borrow().clone().ok_or("no file is open")?;
        let read = JsFuture::from(reading.read()).await?;
        set(&answer, "bytes", &get(&read, "value"));
    }
    Ok(answer)
}

/// SHA-256 of each leaf, one after the other.
async fn digests(bytes: &Uint8Array) -> Result<Uint8Array, JsValue> {
    let leaves = bytes.length().div_ceil(CHUNK_SIZE as u32);
    let digests = Uint8Array::new_with_length(leaves * 32);
    let coming: Array = (0..leaves)
        .map(|leaf| {
            let start = leaf * CHUNK_SIZE as u32;
            Digests::of_leaf(&bytes.subarray(start, (start + CHUNK_SIZE as u32).min(bytes.length())))
        })
        .collect::<Result<_, _>>()?;
    let all = JsFuture::from(Promise::all(&coming)).await?;
    for (leaf, digest) in Array::from(&all).iter().enumerate() {
        digests.set(&Uint8Array::new(&digest), leaf as u32 * 32);
    }
    Ok(digests)
}

/// Hands the bytes over without copying them.
fn send(id: &JsValue, answer: Result<Object, JsValue>) {
    let handed_over = Array::new();
    let message = answer.unwrap_or_else(|error| {
        let message = Object::new();
        set(&message, "error", &error);
        message
    });
    set(&message, "id", id);
    if let Ok(bytes) = get(&message, "bytes").dyn_into::<Uint8Array>() {
        handed_over.push(&bytes.buffer());
    }
    // Bytes that were just read can be handed over, and an error of the browser's own can be cloned.
    let _ = scope().post_message_with_transfer(&message, &handed_over);
}
