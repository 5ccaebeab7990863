//! The worker's side in a browser: listens, works in slices, and says why the program breaks off.

use std::{cell::Cell, rc::Rc};

use gloo_timers::future::TimeoutFuture;
use js_sys::Date;
use serde::Serialize;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, ErrorEvent, MessageEvent};

use crate::{
    envelope::{Envelope, Kind},
    js::{self, Part, memory_bytes, set},
    service::{Job, Queue, Service},
};

/// Milliseconds of a slice of work. Between slices messages are delivered, so that a stop is heard.
const SLICE: f64 = 50.0;
/// What an allocation that is not granted ends with, if not with a panic: the processor's own trap.
const TRAPS: [&str; 3] = ["unreachable", "out of memory", "allocation failed"];

/// The last sentences of a program that breaks off.
#[derive(Debug, Clone, Copy)]
pub struct LastWords {
    /// It met something that it was not made for.
    pub broke: &'static str,
    /// It has used up its memory.
    pub memory: &'static str,
    /// Its calls are nested too deeply.
    pub nested: &'static str,
}

/// Serves the page, or the worker that started this one, for as long as this worker lives.
pub fn serve(service: impl Service<Part>, last_words: LastWords) {
    say_why_it_breaks_off(last_words);
    let queue = Queue::new(service, Rc::new(|envelope| post(&envelope)), Date::now);
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| match js::read(&event.data()) {
        Ok(envelope) => {
            if let Some(work) = queue.heard(envelope) {
                spawn_local(work);
            }
        }
        Err(cause) => {
            crashed(&format!("The page and its worker do not understand each other ({cause}); reload the page."))
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The listener lives as long as the worker.
    on_message.forget();
    post(&Envelope::bare(Kind::Ready, 0));
}

impl<G: Serialize> Job<G> {
    /// A request that no page asked, for tests.
    pub fn unheard() -> Self {
        Self::new(|_, _| {}, Date::now())
    }

    /// Whether it is time for [`Self::pause`] to pause.
    pub fn is_due(&self) -> bool {
        Date::now() - self.since.get() >= SLICE
    }

    /// Yields to messages where a slice of work is over, and tells the page that work goes on if nothing else did.
    /// Whether to go on: false after a stop.
    pub async fn pause(&self) -> bool {
        if self.is_due() {
            if !self.told.replace(false) {
                self.working();
                self.told.set(false);
            }
            TimeoutFuture::new(0).await;
            self.since.set(Date::now());
        }
        !self.is_stopped()
    }
}

/// The worker that this program runs in.
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(envelope: &Envelope<Part>) {
    let (message, moved) = js::write(envelope);
    if envelope.kind == Kind::Answer {
        set(&message, "memory", &memory_bytes().into());
    }
    // A plain object of texts, bytes and files can always be cloned, and fresh bytes can be handed over.
    let _ = scope().post_message_with_transfer(&message, &moved);
}

thread_local! {
    static CRASHED: Cell<bool> = const { Cell::new(false) };
}

/// Once only: a panic traps after it was told.
fn crashed(why: &str) {
    if !CRASHED.replace(true) {
        post(&Envelope::text(Kind::Crashed, 0, why.into()));
    }
}

/// From now on the page hears why the program breaks off. Where it did is in the browser's console.
fn say_why_it_breaks_off(LastWords { broke, memory, nested }: LastWords) {
    std::panic::set_hook(Box::new(move |panic| {
        crashed(broke);
        console_error_panic_hook::hook(panic);
    }));
    let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
        let message = event.message();
        crashed(match () {
            () if TRAPS.iter().any(|trap| message.contains(trap)) => memory,
            () if message.contains("call stack") => nested,
            () => broke,
        });
    });
    // Not `onerror`, which is given the parts of the event one by one. Adding a listener cannot fail.
    let _ = scope().add_event_listener_with_callback("error", on_error.as_ref().unchecked_ref());
    // The listener lives as long as the worker.
    on_error.forget();
}
