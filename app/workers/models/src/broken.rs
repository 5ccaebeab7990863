//! Last words, when the program breaks off or memory is used up. The page starts another worker then.

use std::cell::Cell;

use ml_task::Answer;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ErrorEvent;

use crate::link::{scope, tell};

/// What an allocation that is not granted ends with, if not with a panic: the processor's own trap.
const TRAPS: [&str; 3] = ["unreachable", "out of memory", "allocation failed"];
/// Where it broke off helps whoever mends it, and is in the console.
const BROKE: &str = "The program that runs models met something that it was not made for and was ended; it was not the \
                     model's answer. Choose the other engine, or run the model with your own tools. The browser's \
                     console says where it happened.";

thread_local! {
    static TOLD: Cell<bool> = const { Cell::new(false) };
}

/// From now on the page hears why the program broke off.
pub fn listen() {
    std::panic::set_hook(Box::new(|panic| {
        say(BROKE.into());
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
            BROKE.into()
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
