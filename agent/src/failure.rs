//! Why a command did not do what it was asked, as a sentence and an exit code.

use std::process::ExitCode;

use mpc_run::RunError;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Failure {
    /// Something was tried, and did not come to an end.
    #[error("{0}")]
    Failed(String),
    /// What was typed or a file cannot be read.
    #[error("{0}")]
    Given(String),
    /// There is no model; everybody knows why.
    #[error("{0}")]
    Answered(String),
    /// A rule of the task, of the table or of the party refuses.
    #[error("{0}")]
    Refused(String),
}

impl Failure {
    pub fn code(&self) -> ExitCode {
        ExitCode::from(self.number())
    }

    pub fn number(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Given(_) => 2,
            Self::Answered(_) => 3,
            Self::Refused(_) => 4,
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        let sentence = error.to_string();
        match error {
            RunError::Spec(_) | RunError::Data(_) | RunError::NoModel { .. } | RunError::FewRows { .. } => {
                Self::Refused(sentence)
            }
            _ => Self::Failed(sentence),
        }
    }
}
