//! Last words, when the program breaks off or memory is used up. The page starts another worker then.

use std::{cell::Cell, panic::PanicHookInfo};

use ml_task::Answer;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ErrorEvent;

use crate::link::{scope, tell};

/// What an allocation that is not granted ends with, if not with a panic: the processor's own trap.
const TRAPS: [&str; 3] = ["unreachable", "out of memory", "allocation failed"];

thread_local! {
    static TOLD: Cell<bool> = const { Cell::new(false) };
}

/// From now on the page hears why the program broke off.
pub fn listen() {
    std::panic::set_hook(Box::new(|panic| {
        say(format!("The program that runs models broke off: {}", reason(panic)));
        console_error_panic_hook::hook(panic);
    }));
    let on_error = Closure::<dyn Fn(ErrorEvent)>::new(|event: ErrorEvent| {
        let message = event.message();
        let why = if TRAPS.iter().any(|trap| message.contains(trap)) {
            "The model and its data need more memory than they may have (1.5 GiB). Use a smaller model, or fewer rows."
                .into()
        } else if message.contains("call stack") {
            "The model is nested too deeply to be run.".into()
        } else {
            format!("The program that runs models broke off ({message}).")
        };
        say(why);
    });
    // Not `onerror`, which is given the parts of the event one by one. Adding a listener cannot fail.
    let _ = scope().add_event_listener_with_callback("error", on_error.as_ref().unchecked_ref());
    // The listener lives as long as the worker.
    on_error.forget();
}

/// Once only: a panic traps after it was told.
fn say(why: String) {
    if !TOLD.replace(true) {
        tell(&Answer::Broke { why });
    }
}

fn reason(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no reason given".into());
    match panic.location() {
        Some(place) => format!("{text} ({}:{})", place.file(), place.line()),
        None => text,
    }
}
