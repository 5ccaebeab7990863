//! What a module can see of the world, and do to it.

use std::sync::Arc;

use protocol::Digest;
use sha2::{Digest as _, Sha256};

/// What a job may use, beside the memory that its module names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Instructions, as [`compute_module`] counts them.
    pub instructions: u64,
    /// Bytes of the result.
    pub result: usize,
    /// Bytes of all lines of the log, each with [`LINE`] more.
    pub log: usize,
}

/// What a line of the log counts beside its bytes, so that empty ones are no way around the limit.
pub const LINE: usize = 32;

/// How a job ended, by itself. The number is what is told on chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Ended {
    /// Everything is done.
    Done = 0,
    /// It would have needed more instructions than were paid for.
    OutOfUnits = 1,
    /// Its calls went deeper than they may.
    TooDeep = 2,
    /// It did what no module may: a division by zero, memory that it does not have, an `unreachable`.
    Trapped = 3,
    /// Its result got longer than it may.
    ResultTooLong = 4,
    /// Its log got longer than it may.
    LogTooLong = 5,
}

impl Ended {
    /// By its number.
    pub fn of(number: u8) -> Option<Self> {
        let all = [Self::Done, Self::OutOfUnits, Self::TooDeep, Self::Trapped, Self::ResultTooLong, Self::LogTooLong];
        all.into_iter().find(|ended| *ended as u8 == number)
    }

    /// What happened, as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Done => "The job is done.",
            Self::OutOfUnits => {
                "The job stopped at its limit of units. Post it again with more, from its last checkpoint."
            }
            Self::TooDeep => {
                "The job stopped: its calls went deeper than any engine promises. Its maker can use a loop."
            }
            Self::Trapped => "The job stopped by a fault of its module: the last lines of the log may say which.",
            Self::ResultTooLong => "The job stopped: its result got longer than the job allows.",
            Self::LogTooLong => "The job stopped: its log got longer than the job allows.",
        }
    }
}

/// The head of a log's chain of hashes with one more line: SHA-256 of the head before, the line's length (8 bytes,
/// big-endian) and the line.
pub fn line_head(before: Digest, line: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(before.0);
    hash.update((line.len() as u64).to_be_bytes());
    hash.update(line);
    Digest(hash.finalize().into())
}

/// Inputs, result and log of one run.
#[derive(Debug, Clone)]
pub struct World {
    inputs: Arc<[Vec<u8>]>,
    limits: Limits,
    pub(crate) result: Vec<u8>,
    /// Lines that nobody has taken yet.
    lines: Vec<Vec<u8>>,
    pub(crate) head: Digest,
    pub(crate) logged: usize,
    /// Why the module had to stop, where it was for this.
    pub(crate) stopped: Option<Ended>,
}

/// The module has to stop: the engine traps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop;

impl World {
    pub(crate) fn new(inputs: Arc<[Vec<u8>]>, limits: Limits) -> Self {
        Self { inputs, limits, result: Vec::new(), lines: Vec::new(), head: Digest::ZERO, logged: 0, stopped: None }
    }

    /// Lines of the log since the last call.
    pub fn take_lines(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.lines)
    }

    /// `job.read`.
    ///
    /// # Errors
    /// [`Stop`] where it names memory that there is not.
    pub fn read(&self, memory: &mut [u8], input: i32, offset: i64, pointer: i32, count: i32) -> Result<i32, Stop> {
        let to = place(pointer, count, memory.len())?;
        let target = memory.get_mut(to).ok_or(Stop)?;
        let Some(input) = usize::try_from(input).ok().and_then(|input| self.inputs.get(input)) else { return Ok(-1) };
        let rest = usize::try_from(offset).ok().and_then(|offset| input.get(offset..)).unwrap_or_default();
        let many = rest.len().min(target.len());
        for (to, from) in target.iter_mut().zip(rest) {
            *to = *from;
        }
        // Not more than `count`, which is an i32.
        Ok(many as i32)
    }

    /// `job.write`.
    ///
    /// # Errors
    /// [`Stop`] where it names memory that there is not, or the result gets too long.
    pub fn write(&mut self, memory: &[u8], pointer: i32, count: i32) -> Result<(), Stop> {
        let bytes = memory.get(place(pointer, count, memory.len())?).ok_or(Stop)?;
        if bytes.len() > self.limits.result.saturating_sub(self.result.len()) {
            self.stopped = Some(Ended::ResultTooLong);
            return Err(Stop);
        }
        self.result.extend_from_slice(bytes);
        Ok(())
    }

    /// `job.log`.
    ///
    /// # Errors
    /// [`Stop`] where it names memory that there is not, or the log gets too long.
    pub fn log(&mut self, memory: &[u8], pointer: i32, count: i32) -> Result<(), Stop> {
        let line = memory.get(place(pointer, count, memory.len())?).ok_or(Stop)?;
        let counted = line.len().saturating_add(LINE);
        if counted > self.limits.log.saturating_sub(self.logged) {
            self.stopped = Some(Ended::LogTooLong);
            return Err(Stop);
        }
        self.logged += counted;
        self.head = line_head(self.head, line);
        self.lines.push(line.to_vec());
        Ok(())
    }
}

/// Where bytes are that a module names by two unsigned numbers. More than half of what 32 bits count is refused, so that
/// the answer of `read` has room in an i32.
fn place(pointer: i32, count: i32, memory: usize) -> Result<std::ops::Range<usize>, Stop> {
    let from = pointer.cast_unsigned() as usize;
    let count = usize::try_from(count).map_err(|_| Stop)?;
    let to = from.checked_add(count).filter(|to| *to <= memory).ok_or(Stop)?;
    Ok(from..to)
}
