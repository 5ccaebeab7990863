//! The channel between the page and its workers.
//!
//! The page *asks*: a request in JSON, with bytes or files beside it. The worker tells its progress and gives one
//! answer. Requests are carried out in turn. A worker that crashes, is silent for too long or does not hear a stop is
//! ended, and the next request starts a new one, which is first told again what the page said to keep
//! ([`Channel::keep`]), for instance the model that was open.
//!
//! | module | what it does |
//! |---|---|
//! | [`envelope`] | what travels: a kind, the number of the request, a JSON text, bytes and files |
//! | [`program`] | which program a worker runs, and how patient the page is with it |
//! | [`error`] | why nothing came of a request, as sentences |
//! | [`link`] | one running worker: messages to whom they are for, until it crashes |
//! | [`channel`] | the page's side: start, turn, stop, time-outs, restart |
//! | [`service`] | the worker's side: one request after the other |
//! | [`host`] | what the page's side needs from a browser; tests give it something else |
//! | `lock` | one tab for something that two would spoil (feature `js`) |
//! | `js`, `page`, `worker` | both sides in a browser (features `page` and `worker`) |

pub mod channel;
pub mod envelope;
pub mod error;
pub mod host;
#[cfg(feature = "js")]
pub mod js;
pub mod link;
#[cfg(feature = "js")]
pub mod lock;
#[cfg(feature = "page")]
pub mod page;
pub mod program;
pub mod service;
#[cfg(feature = "worker")]
pub mod worker;

pub use channel::Channel;
pub use envelope::{Envelope, Kind, Parts};
pub use error::WorkError;
#[cfg(feature = "js")]
pub use js::Part;
pub use program::Program;
pub use service::{Ended, Job, Reply, Service};
