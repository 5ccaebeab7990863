//! Reads files on a thread of its own: a second worker from this program's own script. Handing a file's bytes over
//! takes a third of the time that checking and splitting them takes, so the two are done side by side.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use js_sys::{Array, ArrayBuffer, Function, Object, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::link::{get, scope, set};

/// Name that the page gives to the first worker. One of another name, in a test for instance, may run another
/// script than this program's, and does not start a second.
const FIRST: &str = "prepare";
/// Name of the second worker, by which it knows what it is for.
pub const NAME: &str = "prepare-reader";
/// What the second worker says first.
const READY: f64 = 0.0;

/// The second worker, seen from the first. Ends when dropped.
pub struct Reader {
    worker: Worker,
    /// How to answer each blob that is being read.
    waiting: Waiting,
    next_id: Cell<f64>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

/// By number; [`READY`] is answered when the worker runs.
type Waiting = Rc<RefCell<HashMap<u64, Settle>>>;

struct Settle {
    resolve: Function,
    reject: Function,
}

impl Reader {
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
        let reader = Self { worker, waiting, next_id, _on_message: on_message, _on_error: on_error };
        JsFuture::from(reader.next_answer().1).await?;
        Ok(reader)
    }

    /// The bytes of a blob, as an `ArrayBuffer`.
    pub fn read(&self, blob: &Blob) -> Promise {
        let (id, bytes) = self.next_answer();
        let message = Object::new();
        set(&message, "id", &id.into());
        set(&message, "blob", blob);
        match self.worker.post_message(&message) {
            Ok(()) => bytes,
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

impl Drop for Reader {
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
        true => settle.resolve.call1(&JsValue::UNDEFINED, &get(message, "bytes")),
        false => settle.reject.call1(&JsValue::UNDEFINED, &error),
    };
}

fn refuse_all(waiting: &Waiting, error: &JsValue) {
    for settle in waiting.take().into_values() {
        let _ = settle.reject.call1(&JsValue::UNDEFINED, error);
    }
}

/// Starts to read what the first worker sends, several blobs at a time, and says so.
pub fn serve() {
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        let id = get(&event.data(), "id").as_f64().unwrap_or_default();
        let bytes = get(&event.data(), "blob").unchecked_into::<Blob>().array_buffer();
        spawn_local(async move { send(id, JsFuture::from(bytes).await) });
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The listener lives as long as the worker.
    on_message.forget();
    send(READY, Ok(ArrayBuffer::new(0).into()));
}

/// Hands the bytes over without copying them.
fn send(id: f64, bytes: Result<JsValue, JsValue>) {
    let message = Object::new();
    let handed_over = Array::new();
    set(&message, "id", &id.into());
    match &bytes {
        Ok(bytes) => {
            set(&message, "bytes", bytes);
            handed_over.push(bytes);
        }
        Err(error) => set(&message, "error", error),
    }
    // A buffer that was just made can be handed over, and an error of the browser's own can be cloned.
    let _ = scope().post_message_with_transfer(&message, &handed_over);
}
