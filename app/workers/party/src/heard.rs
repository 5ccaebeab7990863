//! What the page says while a seat is played: that the chain has what it was told, that something is kept, that the person
//! gives the helper up, which session the relay takes.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

use mpc_task::request::GIVE_HELPER_UP;
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};
use work::js::cause;

/// Hears the page until it is dropped.
pub struct Heard {
    said: Rc<RefCell<VecDeque<String>>>,
    /// Who wait for the page's word.
    waits: Rc<RefCell<Vec<Waker>>>,
    /// Set once the helper is given up.
    pub gone: Rc<Cell<bool>>,
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
        let gone = Rc::new(Cell::new(false));
        let waits: Rc<RefCell<Vec<Waker>>> = Rc::default();
        let (hears, gives_up, wakes) = (Rc::clone(&said), Rc::clone(&gone), Rc::clone(&waits));
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            match event.data().as_string() {
                Some(text) if text == GIVE_HELPER_UP => gives_up.set(true),
                text => hears.borrow_mut().extend(text),
            }
            wakes.take().into_iter().for_each(Waker::wake);
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Ok(Self { said, waits, gone, channel, _on_message: on_message })
    }

    /// Whether the page has said this, now or before.
    pub fn has(&self, text: &str) -> bool {
        self.said.borrow().iter().any(|said| said == text)
    }

    /// Waits until what the page has said is enough for `found`.
    pub async fn until<T>(&self, found: impl Fn(&Self) -> Option<T>) -> T {
        poll_fn(|context| {
            if let Some(found) = found(self) {
                return Poll::Ready(found);
            }
            let mut waits = self.waits.borrow_mut();
            if !waits.iter().any(|waker| waker.will_wake(context.waker())) {
                waits.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await
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
