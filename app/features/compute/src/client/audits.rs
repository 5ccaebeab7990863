//! Random audits: parts of a job that are run again in this tab, each in the worker that runs jobs.

use std::cell::{Cell, RefCell};

use app_core::{
    action::{ActionError, Tools},
    content,
    workers::job::{Came, Runner},
};
use compute_provider::{Gathered, Ungathered, task::Stretch};
use compute_session::{Announced, Audit, Deal, Liar, Reached, Until, is_audited};
use futures::lock::Mutex;
use jobs::Job;
use protocol::cid::Cid;

use super::files::read;
use crate::lending::{Shelf, random};

/// The parts of one job at one provider that are to be run again.
pub struct Auditor {
    tools: Tools,
    deal: Deal,
    job: Job,
    /// Bytes of a checkpoint's file at most.
    most: u64,
    /// Drawn, and not run yet.
    due: RefCell<Vec<Audit>>,
    done: Cell<u64>,
    /// The worker, once the job was prepared in it. One part after the other.
    runner: Mutex<Option<Runner>>,
}

impl Auditor {
    pub fn new(tools: Tools, deal: Deal, job: Job, most: u64) -> Self {
        Self { tools, deal, job, most, due: RefCell::default(), done: Cell::new(0), runner: Mutex::new(None) }
    }

    pub fn deal(&self) -> &Deal {
        &self.deal
    }

    /// Draws whether a part is run again. Without randomness it is.
    pub fn draw(&self, part: Audit) {
        if is_audited(self.deal.terms.audit_rate, random().unwrap_or_default()) {
            self.due.borrow_mut().push(part);
        }
    }

    pub fn is_due(&self) -> bool {
        !self.due.borrow().is_empty()
    }

    /// Parts that came out as the provider said.
    pub fn done(&self) -> u64 {
        self.done.get()
    }

    /// Runs all that was drawn.
    ///
    /// # Errors
    /// [`ActionError`]: it cannot be run here now, and stays due. Inside: [`Liar`].
    pub async fn audit(&self) -> Result<Result<(), Liar>, ActionError> {
        let mut runner = self.runner.lock().await;
        loop {
            let Some(part) = self.due.borrow().first().copied() else { return Ok(Ok(())) };
            let ready = match runner.as_ref() {
                Some(ready) => ready,
                None => runner.insert(self.prepared().await?),
            };
            if let Err(liar) = self.again(ready, &part).await? {
                return Ok(Err(liar));
            }
            self.due.borrow_mut().retain(|due| *due != part);
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

    async fn again(&self, runner: &Runner, part: &Audit) -> Result<Result<(), Liar>, ActionError> {
        let from = match part.from {
            Some(from) => Some(self.fetch(from.file).await?),
            None => None,
        };
        let said = match part.until {
            Until::Checkpoint(Announced { file, .. }) => Some(read(&self.fetch(file).await?, self.most)),
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
        Ok(part.check(&reached, said))
    }

    async fn fetch(&self, file: Cid) -> Result<Vec<u8>, ActionError> {
        content::fetch(self.tools.settings, &file.to_string(), self.most).await.map_err(ActionError::feature)
    }
}
