//! The page's side of its web workers.

pub mod job;
pub mod learn;
pub mod models;
pub mod party;
pub mod prepare;
pub mod simulate;
#[cfg(test)]
mod tests;

pub use work::{Program, WorkError, host::Loaded, page::on_loading};

/// Which answer it was says nothing to a person, and printing it would carry every type's name into the page.
fn unexpected() -> WorkError {
    WorkError::Failed("The worker answered another request; reload the page.".into())
}
