//! Random audits: parts of a job that are run again in this tab, each in the worker that runs jobs.

use std::cell::Cell;

use app_core::{
    action::{ActionError, Tools},
    content,
    workers::job::{Came, Runner},
};
use compute_engine::Checkpoint;
use compute_provider::{Gathered, Ungathered, task::Stretch};
use compute_session::{Announced, Audit, Client, Deal, Liar, Reached, Shared, Until, is_audited};
use futures::lock::Mutex;
use jobs::Job;

use super::files::read;
use crate::lending::{Shelf, random};

/// The parts of one job at one provider that are to be run again.
pub struct Auditor {
    tools: Tools,
    deal: Deal,
    job: Job,
    /// Bytes of a checkpoint's file at most.
    most: u64,
    /// Drawn, and not run yet: all of it in one.
    due: Cell<Option<Audit>>,
    done: Cell<u64>,
    /// The worker, once the job was prepared in it. One part after the other.
    runner: Mutex<Option<Runner>>,
}

impl Auditor {
    pub fn new(tools: Tools, deal: Deal, job: Job, most: u64) -> Self {
        Self { tools, deal, job, most, due: Cell::new(None), done: Cell::new(0), runner: Mutex::new(None) }
    }

    pub fn deal(&self) -> &Deal {
        &self.deal
    }

    pub fn tools(&self) -> Tools {
        self.tools
    }

    /// Draws whether a part is run again. Without randomness it is; what was drawn before and has not been run is.
    pub fn draw(&self, part: Audit) {
        let older = self.due.get();
        if older.is_some() || is_audited(self.deal.terms.audit_rate, random().unwrap_or_default()) {
            self.due.set(Some(part.with(older)));
        }
    }

    pub fn is_due(&self) -> bool {
        self.due.get().is_some()
    }

    /// Parts that came out as the provider said.
    pub fn done(&self) -> u64 {
        self.done.get()
    }

    /// Runs all that was drawn, and holds it against what the provider told this side.
    ///
    /// # Errors
    /// [`ActionError`]: it cannot be run here now, and stays due. Inside: [`Liar`].
    pub async fn audit(&self, side: &Shared<Client>) -> Result<Result<(), Liar>, ActionError> {
        let mut runner = self.runner.lock().await;
        loop {
            let Some(part) = self.due.get() else { return Ok(Ok(())) };
            let ready = match runner.as_ref() {
                Some(ready) => ready,
                None => runner.insert(self.prepared().await?),
            };
            if let Err(liar) = self.again(side, ready, &part).await? {
                return Ok(Err(liar));
            }
            // Something may have been drawn meanwhile.
            self.due.set(self.due.get().filter(|due| *due != part));
            self.done.update(|done| done + 1);
        }
    }

    async fn prepared(&self) -> Result<Runner, ActionError> {
        let shelf = Shelf { tools: self.tools, account: self.deal.client };
        let gathered = Gathered::from(&shelf, &self.job).await.map_err(|error| match error {
            Ungathered::Refused(refused) => ActionError::feature(refused),
            Ungathered::Away(error) => ActionError::feature(error),
        })?;
        let runner = Runner::default();
        runner.prepare(&self.job.terms, &gathered).await.map_err(ActionError::feature)?;
        Ok(runner)
    }

    async fn again(
        &self,
        side: &Shared<Client>,
        runner: &Runner,
        part: &Audit,
    ) -> Result<Result<(), Liar>, ActionError> {
        let from = match part.from {
            Some(from) => {
                let file = self.fetch(&from).await?;
                if let Err(liar) = self.as_told(side, &from, &file)? {
                    return Ok(Err(liar));
                }
                Some(file)
            }
            None => None,
        };
        let said = match part.until {
            Until::Checkpoint(last) => match self.as_told(side, &last, &self.fetch(&last).await?)? {
                Ok(said) => Some(said),
                Err(liar) => return Ok(Err(liar)),
            },
            Until::End(_) => None,
        };
        let how = Stretch { allowed: u64::MAX, every: part.every(), duty: 1.0 };
        let ran = runner.begin(how, from.as_deref(), |_, _| {}).await.map_err(ActionError::feature)?;
        let reached = match ran.came {
            Came::Checkpoint(_, file) => {
                Reached::Checkpoint(Box::new(read(&file, self.most).map_err(ActionError::feature)?))
            }
            Came::Ended(ending, _) => Reached::End(ending.hash),
            Came::Waits => {
                return Err(ActionError::feature(
                    "The part that was run again waited for pay, of which there is none.",
                ));
            }
        };
        Ok(part.check(&reached, said.as_ref()))
    }

    async fn fetch(&self, told: &Announced) -> Result<Vec<u8>, ActionError> {
        content::fetch(self.tools.settings, &told.file.to_string(), self.most).await.map_err(ActionError::feature)
    }

    /// A checkpoint of this file, if it is what was told.
    fn as_told(
        &self,
        side: &Shared<Client>,
        told: &Announced,
        file: &[u8],
    ) -> Result<Result<Checkpoint, Liar>, ActionError> {
        let found = side.look(|side| side.as_told(told, read(file, self.most)));
        let not_yet = || ActionError::feature("The log before a checkpoint that is run again has not come yet.");
        found.transpose().ok_or_else(not_yet)
    }
}
