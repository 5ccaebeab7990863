//! The client's side of jobs, as this tab plays it: asking providers for quotes, hearing the log, promising pay for
//! checkpoints, getting the result. It goes on while the person looks at another page.
//!
//! | module | what it does |
//! |---|---|
//! | [`key`] | the key under which the account talks, and to which results are sealed |
//! | [`files`] | files of strangers that a job and an offer name |
//! | [`session`] | one job at one provider |
//! | [`audits`] | parts of the job that are run again here |
//! | [`view`] | what of it is for the eye |
//! | [`promise`] | vouchers: signing them, and keeping the last one |
//! | [`result`] | the sealed result, opened and held against the chain |

mod audits;
mod files;
pub mod key;
mod promise;
pub mod result;
mod session;
mod view;

pub use session::Sessions;
pub use view::{READING, View};
