//! The page's side of the worker that runs one compute job (`app/workers/job`). A worker has one job; a page that runs two starts
//! two workers.

use std::{borrow::Cow, time::Duration};

use compute_provider::{
    Begun, Gathered,
    sealed::Ending,
    task::{Answer, At, CHECKPOINT, MODULE, Progress, RESULT, Request, Stretch, input},
};
use jobs::Terms;
use js_sys::Uint8Array;
use protocol::cid::Cid;
use work::{Part, Parts, Program, WorkError, channel::PATIENCE, page::Channel};

use super::unexpected;

pub(super) const PROGRAM: Program = Program {
    url: Cow::Borrowed("/job-worker_loader.js"),
    name: "job",
    does: "runs jobs",
    advice: "the job goes on from its last checkpoint",
    // A step may take minutes, and nothing is heard within one.
    silence: Duration::from_secs(3_600),
};

/// What a stretch came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Lines of the log that were not told on the way.
    pub lines: Vec<Vec<u8>>,
    /// That have run, from the job's very first step.
    pub instructions: u64,
    pub came: Came,
}

/// Why it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// The file of a checkpoint, and its CID.
    Checkpoint(Cid, Vec<u8>),
    /// So much has run as was allowed.
    Waits,
    /// How the job ended, and its result.
    Ended(Ending, Vec<u8>),
}

/// The worker; the last clone to be dropped ends it, and the job's run with it.
#[derive(Clone)]
pub struct Runner(Channel);

impl Default for Runner {
    /// The worker is started when it is first asked.
    fn default() -> Self {
        Self(Channel::to(PROGRAM))
    }
}

impl Runner {
    #[cfg(test)]
    pub(super) fn to(program: Program) -> Self {
        Self(Channel::to(program))
    }

    /// Units a second that one job alone has on this machine. Takes some seconds.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn measure(&self) -> Result<u32, WorkError> {
        match self.0.ask(&Request::Measure, Parts::none(), PATIENCE, |_: Progress| {}).await?.0 {
            Answer::Measured { units_per_second } => Ok(units_per_second),
            _ => Err(unexpected()),
        }
    }

    /// Checks the files of a job by every rule, and says where it begins. A worker that takes the place of this one checks them
    /// again.
    ///
    /// # Errors
    /// [`WorkError::Failed`] where the job is never run: which rule it breaks.
    pub async fn prepare(&self, terms: &Terms, gathered: &Gathered) -> Result<Begun, WorkError> {
        self.0.forget();
        // Copies stay with the page: a new worker gets them too.
        let copied = |bytes: &[u8]| Part::Copied(Uint8Array::from(bytes));
        let mut parts = shared(gathered, copied);
        for (number, bytes) in gathered.inputs.iter().enumerate() {
            parts = parts.with(input(number), copied(bytes));
        }
        let request = Request::Prepare { terms: Box::new(*terms), manifest: Box::new(gathered.manifest.clone()) };
        match self.0.ask(&request, parts.clone(), PATIENCE, |_: Progress| {}).await?.0 {
            Answer::Prepared { begun } => {
                self.0.keep(&request, parts)?;
                Ok(begun)
            }
            _ => Err(unexpected()),
        }
    }

    /// Checks the files of a job by every rule, without its inputs ([`Gathered::checked`]), and says where it begins. Neither the
    /// page nor the worker keeps any of them.
    ///
    /// # Errors
    /// [`WorkError::Failed`] where the job is never run: which rule it breaks.
    pub async fn check(&self, terms: &Terms, gathered: Gathered) -> Result<Begun, WorkError> {
        self.0.forget();
        let parts = shared(&gathered, Part::moved);
        let request = Request::Check { terms: Box::new(*terms), manifest: Box::new(gathered.manifest.clone()) };
        drop(gathered);
        match self.0.ask(&request, parts, PATIENCE, |_: Progress| {}).await?.0 {
            Answer::Prepared { begun } => Ok(begun),
            _ => Err(unexpected()),
        }
    }

    /// Begins at the file of a checkpoint of this job, or where the job begins, and runs a stretch. `told` is given lines of the
    /// log and instructions so far, ten times a second at most.
    ///
    /// # Errors
    /// [`WorkError::Failed`] where this browser cannot run it; where the worker was lost it can be begun again.
    pub async fn begin(
        &self,
        how: Stretch,
        from: Option<&[u8]>,
        told: impl FnMut(Vec<Vec<u8>>, u64),
    ) -> Result<Ran, WorkError> {
        let parts = from.map_or_else(Parts::none, |file| Parts::none().with(CHECKPOINT, Part::moved(file)));
        self.run(&Request::Begin(how), parts, told).await
    }

    /// Runs the next stretch.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn go_on(&self, how: Stretch, told: impl FnMut(Vec<Vec<u8>>, u64)) -> Result<Ran, WorkError> {
        self.run(&Request::GoOn(how), Parts::none(), told).await
    }

    async fn run(
        &self,
        request: &Request,
        parts: Parts<Part>,
        mut told: impl FnMut(Vec<Vec<u8>>, u64),
    ) -> Result<Ran, WorkError> {
        let tells = |progress: Progress| told(lines(&progress), progress.instructions);
        let (answer, parts) = self.0.ask(request, parts, PATIENCE, tells).await?;
        let Answer::Ran { progress, at } = answer else { return Err(unexpected()) };
        let bytes = |name| parts.bytes(name).map_err(WorkError::Failed);
        let came = match at {
            At::Checkpoint { file } => Came::Checkpoint(file, bytes(CHECKPOINT)?),
            At::Waits => Came::Waits,
            At::Ended { hash, ended, instructions, log_head } => {
                Came::Ended(Ending { hash, ended, instructions, log_head }, bytes(RESULT)?)
            }
        };
        Ok(Ran { lines: lines(&progress), instructions: progress.instructions, came })
    }

    /// Stops the run. A step that does not end is not waited for: the worker is ended after some seconds.
    pub fn stop(&self) {
        self.0.stop();
    }

    /// Ends the worker at once, for a page that goes away.
    pub fn end(&self) {
        self.0.end();
    }
}

/// Module and checkpoint of a job, if they are files of its own.
fn shared(gathered: &Gathered, part: impl Fn(&[u8]) -> Part) -> Parts<Part> {
    let Gathered { module, checkpoint, .. } = gathered;
    let mut parts = Parts::none();
    for (name, file) in [(MODULE, module), (CHECKPOINT, checkpoint)] {
        if let Some(file) = file {
            parts = parts.with(name, part(file));
        }
    }
    parts
}

/// Lines as they were logged; our own worker writes nothing else.
fn lines(progress: &Progress) -> Vec<Vec<u8>> {
    progress.lines.iter().map(|line| hex::decode(line).unwrap_or_default()).collect()
}
