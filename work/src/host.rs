//! What the page's side needs from a browser.

use std::time::Duration;

use futures::future::LocalBoxFuture;

use crate::{envelope::Envelope, program::Program};

/// Starts workers and knows the time.
pub trait Host {
    /// What can stand beside a message.
    type Part: Clone + 'static;
    type Worker: Running<Part = Self::Part>;

    /// Starts a worker; `heard` is called with everything that it does from then on.
    ///
    /// # Errors
    /// Why there can be none.
    fn start(&self, program: &Program, heard: Box<dyn Fn(Event<Self::Part>)>) -> Result<Self::Worker, String>;

    fn sleep(&self, time: Duration) -> LocalBoxFuture<'static, ()>;
}

/// A running worker; dropping it ends it, and with it whatever it was doing.
pub trait Running {
    type Part;

    /// Sends a message.
    ///
    /// # Errors
    /// Why it cannot be sent, for instance because memory is short.
    fn post(&self, envelope: &Envelope<Self::Part>) -> Result<(), String>;
}

/// What a worker does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<P> {
    Message(Envelope<P>),
    /// It sent something that is no message.
    Unreadable(String),
    /// Its program could not be loaded, or ended by itself; why, where the browser says it.
    Error(Option<String>),
}
