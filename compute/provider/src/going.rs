//! A job that runs, step by step, as far as it is paid.

use compute_engine::{Checkpoint, Engine, Instance, Outcome, Progress, Run, RunError, Work};

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// Nothing was done: more has run than is allowed.
    Waits,
    /// There is more to do.
    More,
    /// There is more to do, and a checkpoint is due.
    Due,
    Ended(Box<Outcome>),
}

/// See the module.
pub struct Going<I> {
    run: Run<I>,
    every: u64,
    next: u64,
}

impl<I: Instance> Going<I> {
    /// Begins at a checkpoint, or at the first step. A checkpoint is due each time that `every` more instructions have run.
    ///
    /// # Errors
    /// [`RunError`]
    pub fn begin<E: Engine<Instance = I>>(
        engine: &E,
        work: &Work,
        from: Option<&Checkpoint>,
        every: u64,
    ) -> Result<Self, RunError> {
        let run = match from {
            Some(from) => Run::resume(engine, work, from)?,
            None => Run::start(engine, work)?,
        };
        let next = run.instructions()?.saturating_add(every);
        Ok(Self { run, every, next })
    }

    /// Does a step, unless more than `allowed` instructions have run.
    ///
    /// # Errors
    /// [`RunError::Engine`]
    pub fn step(&mut self, allowed: u64) -> Result<Came, RunError> {
        if self.instructions()? > allowed {
            return Ok(Came::Waits);
        }
        if let Progress::Ended(outcome) = self.run.step()? {
            return Ok(Came::Ended(outcome));
        }
        let at = self.instructions()?;
        if at < self.next {
            return Ok(Came::More);
        }
        self.next = at.saturating_add(self.every);
        Ok(Came::Due)
    }

    /// Instructions so far.
    ///
    /// # Errors
    /// [`RunError::Engine`]
    pub fn instructions(&self) -> Result<u64, RunError> {
        self.run.instructions()
    }

    /// Lines of the log since the last call.
    pub fn take_lines(&mut self) -> Vec<Vec<u8>> {
        self.run.take_lines()
    }

    /// The state between two steps. Not after the end.
    ///
    /// # Errors
    /// [`RunError::Engine`]
    pub fn checkpoint(&self) -> Result<Checkpoint, RunError> {
        self.run.checkpoint()
    }
}
