//! What the page says while a seat is played: that the chain has what it was told.

use std::{cell::Cell, rc::Rc};

use mpc_task::request::BEGUN;
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};
use work::js::cause;

/// Hears the page until it is dropped.
pub struct Heard {
    begun: Rc<Cell<bool>>,
    channel: BroadcastChannel,
    _on_message: Closure<dyn Fn(MessageEvent)>,
}

impl Heard {
    /// # Errors
    /// A sentence, in a browser without broadcast channels.
    pub fn on(name: &str) -> Result<Self, String> {
        let channel = BroadcastChannel::new(name).map_err(|error| {
            let why = cause(&error).unwrap_or_default();
            format!("The page and its worker cannot talk ({why}). Use a newer browser.")
        })?;
        let begun = Rc::new(Cell::new(false));
        let set = Rc::clone(&begun);
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if event.data().as_string().as_deref() == Some(BEGUN) {
                set.set(true);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Ok(Self { begun, channel, _on_message: on_message })
    }

    pub fn has_begun(&self) -> bool {
        self.begun.get()
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
