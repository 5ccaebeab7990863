//! A seat of a task as the chain has it, what the page asks of the worker that plays it, and what it is told.
//!
//! | module | what it does |
//! |---|---|
//! | [`seats`] | from who confirmed what on chain to the attempt that seats play, and back to what the contract is told |
//! | [`request`] | what the worker is asked, what it tells on the way, what it answers |
//! | [`secrets`] | the keys of one seat, which only its holder's browser has |
//! | [`fits`] | whether the file that the seats play is what was published |
//! | [`purpose`] | what a task does with an owner's data, in the words of grants |
//! | [`files`] | what a person takes away: predictions, common rows |

pub mod files;
pub mod fits;
pub mod purpose;
pub mod request;
pub mod seats;
pub mod secrets;

pub use fits::{Unfit, drafted, fits};
pub use mpc_run::{Failure, Outcome};
pub use request::{Answer, Late, Play, Progress, Request};
pub use seats::{Seating, awaiting, confirms, failure_on_chain, model_of, on_chain, roles, signed};
pub use secrets::{Public, Secrets, public_key};
