//! What the page's side needs from a browser.

use std::time::Duration;

use futures::future::LocalBoxFuture;
use serde::Deserialize;

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

    /// Told how much of a worker's program is here, and `None` once it listens or does not come. For whoever shows it.
    fn loading(&self, _program: &Program, _loaded: Option<Loaded>) {}
}

/// How much of a program is here, bytes as they are without compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Loaded {
    pub bytes: u64,
    pub of: u64,
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
