//! One job from its start, or from a checkpoint, to its end.

use std::sync::Arc;

use compute_module::{DEPTH, GLOBAL, Instrumented, Kind, LEFT, MOST_SLOTS, NO_MEMORY};
use protocol::Digest;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::{
    BadCheckpoint, Checkpoint, Ended, Engine, EngineError, Instance, Limits, Stopped, World,
    engine::{Shared, world},
};

/// What is to be run.
#[derive(Debug, Clone)]
pub struct Work {
    pub module: Arc<Instrumented>,
    /// By the numbers that the module reads them by.
    pub inputs: Arc<[Vec<u8>]>,
    pub limits: Limits,
}

/// Why a run cannot go on here; it may elsewhere.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum RunError {
    #[error("{0}")]
    Engine(#[from] EngineError),
    #[error("{0}")]
    Checkpoint(#[from] BadCheckpoint),
}

/// Where a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do.
    More,
    /// It ended.
    Ended(Box<Outcome>),
}

/// What came out. All of it is the same wherever the job is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub ended: Ended,
    /// That ran. Of a job that stopped at its limit: the limit.
    pub instructions: u64,
    /// What the module wrote.
    pub result: Vec<u8>,
    /// Head of the log's chain of hashes.
    pub head: Digest,
}

impl Outcome {
    /// What is submitted and compared: SHA-256 of `modelmarket result 1`, a line end, how it ended (1 byte), instructions
    /// (8, big-endian), SHA-256 of the result, and the log's head.
    pub fn hash(&self) -> Digest {
        let mut hash = Sha256::new();
        hash.update(b"modelmarket result 1\n");
        hash.update([self.ended as u8]);
        hash.update(self.instructions.to_be_bytes());
        hash.update(Digest::of(&self.result).0);
        hash.update(self.head.0);
        Digest(hash.finalize().into())
    }

    /// Units of 10^6 instructions that are paid, the last one whole.
    pub fn units(&self) -> u64 {
        self.instructions.div_ceil(1_000_000)
    }
}

/// A running job.
pub struct Run<I> {
    instance: I,
    world: Shared,
    module: Digest,
    globals: Vec<Kind>,
    limit: u64,
}

impl<I: Instance> Run<I> {
    /// Starts from the beginning.
    ///
    /// # Errors
    /// [`RunError::Engine`].
    pub fn start<E: Engine<Instance = I>>(engine: &E, work: &Work) -> Result<Self, RunError> {
        let shared = Shared::new(World::new(work.inputs.clone(), work.limits).into());
        let mut instance = engine.start(&work.module, shared.clone())?;
        // Below 2^62, so that no sum of costs turns it around.
        let limit = work.limits.instructions.min(1 << 62);
        instance.set_global(LEFT, Kind::I64, limit)?;
        let module = work.module.digest();
        Ok(Self { instance, world: shared, module, globals: work.module.globals.clone(), limit })
    }

    /// Goes on from a checkpoint, of whoever it is.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn resume<E: Engine<Instance = I>>(engine: &E, work: &Work, at: &Checkpoint) -> Result<Self, RunError> {
        let mut run = Self::start(engine, work)?;
        if at.module != run.module {
            return Err(BadCheckpoint::OtherModule.into());
        }
        let pages = (at.memory.len() / 65_536) as u64;
        let logged = usize::try_from(at.logged).map_err(|_| BadCheckpoint::OtherShape)?;
        let fits = at.globals.len() == run.globals.len()
            && (work.module.pages.0..=work.module.pages.1).contains(&pages)
            && at.instructions <= run.limit
            && at.result.len() <= work.limits.result
            && logged <= work.limits.log;
        if !fits {
            return Err(BadCheckpoint::OtherShape.into());
        }
        run.instance.set_memory(&at.memory)?;
        for (number, (kind, bits)) in run.globals.iter().zip(&at.globals).enumerate() {
            // A stranger's may have another NaN than modules have, which not each engine keeps.
            run.instance.set_global(&format!("{GLOBAL}{number}"), *kind, kind.settled(*bits))?;
        }
        run.instance.set_global(LEFT, Kind::I64, run.limit - at.instructions)?;
        let mut world = world(&run.world);
        world.result.clone_from(&at.result);
        (world.head, world.logged) = (at.head, logged);
        drop(world);
        Ok(run)
    }

    /// Does one step.
    ///
    /// # Errors
    /// [`RunError::Engine`].
    pub fn step(&mut self) -> Result<Progress, RunError> {
        let ended = match self.instance.step() {
            Ok(true) => return Ok(Progress::More),
            Ok(false) => Ended::Done,
            Err(Stopped::Trap) => self.why()?,
            Err(Stopped::Engine(error)) => return Err(error.into()),
        };
        let world = world(&self.world);
        let instructions = self.instructions()?;
        let (result, head) = (world.result.clone(), world.head);
        Ok(Progress::Ended(Box::new(Outcome { ended, instructions, result, head })))
    }

    /// Steps to the end.
    ///
    /// # Errors
    /// [`RunError::Engine`].
    pub fn finish(mut self) -> Result<Outcome, RunError> {
        loop {
            if let Progress::Ended(outcome) = self.step()? {
                return Ok(*outcome);
            }
        }
    }

    /// Why it stopped in the middle of a step.
    fn why(&self) -> Result<Ended, RunError> {
        if self.left()? == NO_MEMORY {
            return Err(EngineError::NoMemory.into());
        }
        if self.left()? < 0 {
            return Ok(Ended::OutOfUnits);
        }
        if self.instance.global(DEPTH, Kind::I32)? > u64::from(MOST_SLOTS) {
            return Ok(Ended::TooDeep);
        }
        Ok(world(&self.world).stopped.unwrap_or(Ended::Trapped))
    }

    fn left(&self) -> Result<i64, RunError> {
        Ok(self.instance.global(LEFT, Kind::I64)?.cast_signed())
    }

    /// Instructions so far.
    ///
    /// # Errors
    /// [`RunError::Engine`].
    pub fn instructions(&self) -> Result<u64, RunError> {
        // Below zero it stopped at its limit.
        Ok(self.limit - self.left()?.max(0).cast_unsigned())
    }

    /// Lines of the log since the last call.
    pub fn take_lines(&mut self) -> Vec<Vec<u8>> {
        world(&self.world).take_lines()
    }

    /// The state between two steps. Not after the end.
    ///
    /// # Errors
    /// [`RunError::Engine`].
    pub fn checkpoint(&self) -> Result<Checkpoint, RunError> {
        let globals = self.globals.iter().enumerate();
        let globals = globals.map(|(number, kind)| self.instance.global(&format!("{GLOBAL}{number}"), *kind));
        let world = world(&self.world);
        Ok(Checkpoint {
            module: self.module,
            instructions: self.instructions()?,
            head: world.head,
            logged: world.logged as u64,
            globals: globals.collect::<Result<_, _>>()?,
            result: world.result.clone(),
            memory: self.instance.memory()?,
        })
    }
}
