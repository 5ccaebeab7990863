//! The page's side of the worker that plays a seat of a task (`app/workers/party`).

use std::{borrow::Cow, time::Duration};

use mpc_task::{Answer, Late, Outcome, Play, Progress, Request, on_chain, request::Finished, secrets::Public};
use protocol::Digest;
use web_sys::BroadcastChannel;
use work::{Part, Parts, Program, WorkError, page::Channel};

use super::unexpected;

pub(super) const PROGRAM: Program = Program {
    url: Cow::Borrowed("/party-worker_loader.js"),
    name: "party",
    does: "plays seats of tasks",
    advice: "join the run once more, or use fewer rows or columns",
    // Between two rounds a seat with many rows computes without a word.
    silence: Duration::from_secs(120),
};

/// How long a seat may take to tell the others that it stops.
const PATIENCE: Duration = Duration::from_secs(10);

/// The keys of a seat and what is confirmed of them.
pub struct Drawn {
    /// Kept until the task is over, and handed to the worker as they are.
    pub keys: Vec<u8>,
    pub public: Public,
    /// What is said of the table.
    pub input: Digest,
}

/// What the worker needs beside the numbers of a seat.
pub struct Inputs {
    pub spec: Vec<u8>,
    pub keys: Vec<u8>,
    /// Secret of the key in the directory.
    pub directory: [u8; 32],
    /// The CSV of an owner.
    pub table: Option<Vec<u8>>,
    /// This owner's half of the model that is applied.
    pub model: Option<Vec<u8>>,
    /// What the run goes on from.
    pub progress: Option<Vec<u8>>,
    /// The signed transaction that confirmed the seat, for the others.
    pub confirmation: Option<Vec<u8>>,
}

/// How a run ended at this seat.
pub enum Ended {
    /// There is no model, and everybody is told why: a sentence, and what all have signed of it for the chain.
    Answered(String, mpc_task::Failure, Vec<Vec<u8>>),
    Finished(Box<Came>),
    /// Both owners have given the helper up, and the next one is drawn: the seat is played again with it.
    HelperGone,
}

/// What all have signed of a result.
pub struct Signed {
    pub outcome: tasks::Outcome,
    /// keccak256 of the sealed key of each seat, zero for a seat that owes none.
    pub key_hashes: Vec<Digest>,
}

impl From<Outcome> for Signed {
    fn from(outcome: Outcome) -> Self {
        Self { outcome: on_chain(&outcome), key_hashes: outcome.keys }
    }
}

/// What is posted where a key is demanded.
pub struct Owed {
    pub signed: Signed,
    /// The key of this seat.
    pub sealed: Vec<u8>,
}

/// What came of it.
pub struct Came {
    pub finished: Finished,
    /// This owner's half of a new model, for its vault.
    pub kept: Option<Vec<u8>>,
    /// Predictions, or rows in common.
    pub csv: Option<Vec<u8>>,
}

/// The worker; the last clone to be dropped ends it, and the seat with it.
#[derive(Clone)]
pub struct Party(Channel);

impl Default for Party {
    /// The worker is started when it is first asked.
    fn default() -> Self {
        Self(Channel::to(PROGRAM))
    }
}

impl Party {
    /// Names of the columns of a CSV, and how many rows it has.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn columns(&self, table: &[u8]) -> Result<(Vec<String>, usize), WorkError> {
        match self.ask(&Request::Columns, beside("table", table), |_| {}).await?.0 {
            Answer::Columns { names, rows } => Ok((names, rows)),
            _ => Err(unexpected()),
        }
    }

    /// Everything that keeps an owner's CSV from a task, a sentence each, and how many rows it has.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn check(&self, spec: &[u8], owner: u8, table: &[u8]) -> Result<(Vec<String>, usize), WorkError> {
        let parts = beside("table", table).with("spec", Part::moved(spec));
        match self.ask(&Request::Check { owner }, parts, |_| {}).await?.0 {
            Answer::Checked { findings, rows } => Ok((findings, rows)),
            _ => Err(unexpected()),
        }
    }

    /// Draws the keys of a seat, and says of its CSV what is confirmed on chain.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn draw(&self, table: Option<&[u8]>) -> Result<Drawn, WorkError> {
        let parts = table.map_or_else(Parts::none, |table| beside("table", table));
        let (answer, parts) = self.ask(&Request::Draw, parts, |_| {}).await?;
        let Answer::Drawn { public, input } = answer else { return Err(unexpected()) };
        Ok(Drawn { keys: parts.bytes("keys").map_err(WorkError::Failed)?, public, input })
    }

    /// Plays a seat to its end. What `progress` is told that has to be done is answered by [`Self::say`], on the channel of
    /// `play`.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn play(&self, play: Play, inputs: &Inputs, progress: impl FnMut(Progress)) -> Result<Ended, WorkError> {
        let mut parts = beside("spec", &inputs.spec)
            .with("keys", Part::moved(&inputs.keys))
            .with("directory", Part::moved(&inputs.directory));
        let Inputs { table, model, progress: kept, confirmation, .. } = inputs;
        let others = [("table", table), ("model", model), ("progress", kept), ("confirmation", confirmation)];
        for (name, part) in others {
            if let Some(part) = part {
                parts = parts.with(name, Part::moved(part));
            }
        }
        let (answer, parts) = self.ask(&Request::Play(Box::new(play)), parts, progress).await?;
        match answer {
            Answer::Answered { sentence, failure, signatures } => Ok(Ended::Answered(sentence, failure, signatures)),
            Answer::Finished(finished) => Ok(Ended::Finished(Box::new(came(*finished, &parts)))),
            Answer::HelperGone => Ok(Ended::HelperGone),
            _ => Err(unexpected()),
        }
    }

    /// What is posted on chain where the key that this seat owes the receiver is demanded.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn owes(&self, late: Late, spec: &[u8], progress: &[u8]) -> Result<Owed, WorkError> {
        let parts = beside("spec", spec).with("progress", Part::moved(progress));
        match self.ask(&Request::Owes(Box::new(late)), parts, |_| {}).await?.0 {
            Answer::Owes { outcome, key } => Ok(Owed { signed: outcome.into(), sealed: key }),
            _ => Err(unexpected()),
        }
    }

    /// What all have signed, as this seat has kept it.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn signed(&self, late: Late, spec: &[u8], progress: &[u8]) -> Result<Signed, WorkError> {
        let parts = beside("spec", spec).with("progress", Part::moved(progress));
        match self.ask(&Request::Signed(Box::new(late)), parts, |_| {}).await?.0 {
            Answer::Signed { outcome } => Ok(outcome.into()),
            _ => Err(unexpected()),
        }
    }

    /// What a seat was told, with the keys that the others posted on chain.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn opens(
        &self,
        late: Late,
        spec: &[u8],
        progress: &[u8],
        directory: &[u8; 32],
    ) -> Result<Came, WorkError> {
        let parts =
            beside("spec", spec).with("progress", Part::moved(progress)).with("directory", Part::moved(directory));
        let (answer, parts) = self.ask(&Request::Opens(Box::new(late)), parts, |_| {}).await?;
        let Answer::Finished(finished) = answer else { return Err(unexpected()) };
        Ok(came(*finished, &parts))
    }

    /// Says something to the seat that plays with this channel: [`mpc_task::request::BEGUN`] and what stands beside it.
    pub fn say(channel: &str, text: &str) {
        // A browser without them has refused in the worker.
        if let Ok(says) = BroadcastChannel::new(channel) {
            let _ = says.post_message(&text.into());
            says.close();
        }
    }

    /// Stops the run; the others are told.
    pub fn stop(&self) {
        self.0.stop();
    }

    /// Ends the worker at once, for a page that goes away.
    pub fn end(&self) {
        self.0.end();
    }

    async fn ask(
        &self,
        request: &Request,
        parts: Parts<Part>,
        progress: impl FnMut(Progress),
    ) -> Result<(Answer, Parts<Part>), WorkError> {
        self.0.ask(request, parts, PATIENCE, progress).await
    }
}

fn came(finished: Finished, parts: &Parts<Part>) -> Came {
    let part = |name| parts.bytes(name).ok();
    Came { finished, kept: part("kept"), csv: part("csv") }
}

fn beside(name: &'static str, bytes: &[u8]) -> Parts<Part> {
    Parts::none().with(name, Part::moved(bytes))
}
