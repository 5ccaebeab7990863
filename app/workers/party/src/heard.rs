//! What the page says while a seat is played: that the chain has what it was told, and that something is kept.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};
use work::js::cause;

/// Hears the page until it is dropped.
pub struct Heard {
    said: Rc<RefCell<VecDeque<String>>>,
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
        let said = Rc::new(RefCell::new(VecDeque::new()));
        let hears = Rc::clone(&said);
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            hears.borrow_mut().extend(event.data().as_string());
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Ok(Self { said, channel, _on_message: on_message })
    }

    /// Whether the page has said this, now or before.
    pub fn has(&self, text: &str) -> bool {
        self.said.borrow().iter().any(|said| said == text)
    }

    /// What the page has said that begins so, without the beginning.
    pub fn rest_of(&self, beginning: &str) -> Option<String> {
        self.said.borrow().iter().find_map(|said| said.strip_prefix(beginning).map(str::to_owned))
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
