//! Why nothing came of a request.

use std::time::Duration;

use crate::program::Program;

/// Why nothing came of a request. Each reads as a sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkError {
    /// The worker says why, and can be asked again.
    #[error("{0}")]
    Failed(String),
    /// The worker said why its program broke off. The next request starts another.
    #[error("{0}")]
    Crashed(String),
    /// The worker broke off without a word of its own. The next request starts another.
    #[error(
        "The part of the page that {does} ran out of memory or broke off ({cause}), so it was ended. The page is \
         unharmed: {advice}."
    )]
    Lost { does: &'static str, advice: &'static str, cause: String },
    /// The worker's program did not come.
    #[error("The part of the page that {does} could not be loaded ({cause}). Check your connection and try again.")]
    NotLoaded { does: &'static str, cause: String },
    /// The worker said nothing for too long. The next request starts another.
    #[error(
        "There was no answer for {} s, so the part of the page that {does} was ended. The page is unharmed: {advice}.",
        .silence.as_secs()
    )]
    Silent { does: &'static str, advice: &'static str, silence: Duration },
    /// Page and worker are of different versions.
    #[error("The page and the part of it that {does} do not understand each other ({cause}). Reload the page.")]
    Misunderstood { does: &'static str, cause: String },
    #[error("Stopped.")]
    Stopped,
}

impl WorkError {
    /// Whether the worker that this came from can be asked again; a stop is not looked at here.
    pub(crate) fn leaves_it_alive(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    pub(crate) fn lost(program: &Program, cause: String) -> Self {
        Self::Lost { does: program.does, advice: program.advice, cause }
    }

    pub(crate) fn not_loaded(program: &Program, cause: String) -> Self {
        Self::NotLoaded { does: program.does, cause }
    }

    pub(crate) fn silent(program: &Program) -> Self {
        Self::Silent { does: program.does, advice: program.advice, silence: program.silence }
    }

    pub(crate) fn misunderstood(program: &Program, cause: String) -> Self {
        Self::Misunderstood { does: program.does, cause }
    }
}
