//! Messages from and to the page: a JSON text in a plain object, with bytes beside it.
//!
//! From the page: `{task, table?}`. To the page: `{answer, file?, test?}`. One run at a time; while it is under way
//! only a stop is heard.

use std::{cell::Cell, rc::Rc};

use js_sys::{Object, Reflect, Uint8Array};
use simulation::task::{Answer, Task};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::play::{Played, play};

/// Whether the run under way was asked to end.
#[derive(Default)]
pub struct Asked {
    running: Cell<bool>,
    stop: Cell<bool>,
}

impl Asked {
    pub fn to_stop(&self) -> bool {
        self.stop.get()
    }
}

/// Starts listening, and says so.
pub fn listen() {
    let asked = Rc::new(Asked::default());
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| hear(&asked, &event.data()));
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The listener lives as long as the worker.
    on_message.forget();
    tell(&Answer::Ready);
}

fn hear(asked: &Rc<Asked>, message: &JsValue) {
    let json = Reflect::get(message, &"task".into()).ok().and_then(|json| json.as_string()).unwrap_or_default();
    match serde_json::from_str::<Task>(&json) {
        Ok(Task::Stop) => asked.stop.set(true),
        Ok(Task::Run { .. }) if asked.running.get() => fail("A run is under way; stop it first.".into()),
        Ok(Task::Run { config, label }) => {
            let table = Reflect::get(message, &"table".into()).unwrap_or(JsValue::UNDEFINED);
            let table = table.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
            asked.running.set(true);
            asked.stop.set(false);
            let asked = Rc::clone(asked);
            spawn_local(async move {
                match play(*config, label, table, &asked).await {
                    Ok(played) => finish(&played),
                    Err(why) => fail(why),
                }
                asked.running.set(false);
            });
        }
        Err(e) => fail(format!("The page asked for something unknown ({e}); reload it.")),
    }
}

/// Says how far the run is.
pub fn tell(answer: &Answer) {
    send(answer, |_| {});
}

fn fail(why: String) {
    tell(&Answer::Failed { why });
}

fn finish(played: &Played) {
    let answer = Answer::Done { outcome: Box::new(played.outcome.clone()), test_rows: played.test_rows };
    send(&answer, |message| {
        set(message, "file", &Uint8Array::from(&played.file[..]));
        set(message, "test", &Uint8Array::from(&played.test[..]));
    });
}

fn send(answer: &Answer, beside: impl FnOnce(&Object)) {
    let message = Object::new();
    set(&message, "answer", &serde_json::to_string(answer).unwrap_or_default().into());
    beside(&message);
    // A plain object of texts and bytes can always be cloned.
    let _ = scope().post_message(&message);
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a field of a fresh plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
