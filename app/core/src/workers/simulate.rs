//! The page's side of the simulating worker (`app/workers/simulate`).

use std::{borrow::Cow, time::Duration};

use shared_model::ModelFile;
use simulation::{
    Config, Outcome, Progress,
    task::{self, Answer, Request},
};
use work::{Part, Parts, Program, WorkError, page::Channel};

use super::unexpected;

pub(super) const PROGRAM: Program = Program {
    url: Cow::Borrowed("/simulate-worker_loader.js"),
    name: "simulate",
    does: "plays simulations",
    advice: "try again with fewer rows or fewer days",
    // A large table is read, and the start trained, without a word.
    silence: Duration::from_secs(120),
};
/// How long a run may take to hear a stop: as long as the start is being trained.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came of a run.
#[derive(Clone)]
pub struct Played {
    pub outcome: Outcome,
    /// The trained model.
    pub file: ModelFile,
    /// The hidden test set as it is published: bytes and number of rows.
    pub test: (Vec<u8>, u32),
}

/// The worker; the last clone to be dropped ends it, and with it whatever it was doing.
#[derive(Clone)]
pub struct Simulate(Channel);

impl Default for Simulate {
    /// The worker is started when it is first asked.
    fn default() -> Self {
        Self(Channel::to(PROGRAM))
    }
}

impl Simulate {
    #[cfg(test)]
    pub(super) fn to(program: Program) -> Self {
        Self(Channel::to(program))
    }

    /// Plays a run on a table; `progress` is told how far it is.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn play(
        &self,
        config: &Config,
        label: Option<u32>,
        table: &[u8],
        mut progress: impl FnMut(Progress),
    ) -> Result<Played, WorkError> {
        let request = Request::Play { config: Box::new(config.clone()), label };
        let parts = Parts::none().with("table", Part::moved(table));
        let told = |told| {
            if let task::Progress::Run(run) = told {
                progress(run);
            }
        };
        let (answer, parts) = self.0.ask(&request, parts, PATIENCE, told).await?;
        let Answer::Played { outcome, test_rows } = answer else { return Err(unexpected()) };
        let file = parts.bytes("file").map_err(WorkError::Failed)?;
        let file = ModelFile::read(&file).map_err(|e| WorkError::Failed(e.to_string()))?;
        let test = (parts.bytes("test").map_err(WorkError::Failed)?, test_rows);
        Ok(Played { outcome: *outcome, file, test })
    }

    /// Asks the run under way to end with what was played.
    pub fn stop(&self) {
        self.0.stop();
    }
}
