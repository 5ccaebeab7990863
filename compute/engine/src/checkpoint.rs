//! All state of a job between two steps, as a file: who has it can go on.
//!
//! The file: [`MAGIC`], then deflated (numbers big-endian): SHA-256 of the instrumented module (32 bytes), instructions so
//! far (8), head of the log (32), bytes logged (8), number of globals (4) and their bits (8 each), length of the result (8)
//! and the result, pages of memory (4), and for each page that is not all zeros its number (4) and its 65,536 bytes.

use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};
use protocol::Digest;
use thiserror::Error;

/// Begins each file.
pub const MAGIC: &[u8] = b"modelmarket checkpoint 1\n";
const PAGE: usize = 65_536;
/// More than all the rest takes: a module has 2^16 globals at most.
const FEW: usize = 1 << 20;
/// Fast; checkpoints are made while a job waits.
const LEVEL: u8 = 1;

/// State between two steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// SHA-256 of the instrumented module.
    pub module: Digest,
    /// Instructions so far.
    pub instructions: u64,
    /// Head of the log's chain, and bytes that count to its limit.
    pub head: Digest,
    pub logged: u64,
    /// Bits of the module's globals that change.
    pub globals: Vec<u64>,
    /// The result so far.
    pub result: Vec<u8>,
    /// Whole pages.
    pub memory: Vec<u8>,
}

/// Why a file is no checkpoint of a job.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum BadCheckpoint {
    #[error("This file is no checkpoint of a job.")]
    NoCheckpoint,
    #[error("The checkpoint is damaged or cut. Ask for it again, from somebody else.")]
    Damaged,
    #[error("The checkpoint is of another module than this job's.")]
    OtherModule,
    #[error("The checkpoint does not fit the module's memory, globals or limits.")]
    OtherShape,
}

impl Checkpoint {
    /// The file. The same state gives the same bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut content = Vec::new();
        content.extend(self.module.0);
        content.extend(self.instructions.to_be_bytes());
        content.extend(self.head.0);
        content.extend(self.logged.to_be_bytes());
        content.extend((self.globals.len() as u32).to_be_bytes());
        content.extend(self.globals.iter().flat_map(|bits| bits.to_be_bytes()));
        content.extend((self.result.len() as u64).to_be_bytes());
        content.extend(&self.result);
        content.extend((self.memory.len().div_ceil(PAGE) as u32).to_be_bytes());
        for (number, page) in self.memory.chunks(PAGE).enumerate() {
            if page.iter().any(|byte| *byte != 0) {
                content.extend((number as u32).to_be_bytes());
                content.extend(page);
            }
        }
        [MAGIC, &compress_to_vec(&content, LEVEL)].concat()
    }

    /// Reads a file of a stranger, of a job with a memory of `most_pages` and a result of `most_result` bytes at most.
    ///
    /// # Errors
    /// [`BadCheckpoint`].
    pub fn decode(file: &[u8], most_pages: u64, most_result: usize) -> Result<Self, BadCheckpoint> {
        let packed = file.strip_prefix(MAGIC).ok_or(BadCheckpoint::NoCheckpoint)?;
        let pages = usize::try_from(most_pages).unwrap_or(usize::MAX);
        let longest = pages.saturating_mul(PAGE + 4).saturating_add(most_result).saturating_add(FEW);
        let content = decompress_to_vec_with_limit(packed, longest).map_err(|_| BadCheckpoint::Damaged)?;
        let mut rest = Rest(&content);
        let module = Digest(rest.array()?);
        let instructions = rest.number()?;
        let head = Digest(rest.array()?);
        let logged = rest.number()?;
        let globals = rest.short()?;
        let globals = (0..globals).map(|_| rest.number()).collect::<Result<Vec<u64>, _>>()?;
        let length = usize::try_from(rest.number()?).map_err(|_| BadCheckpoint::Damaged)?;
        let result = rest.take(length)?.to_vec();
        let pages = rest.short()?;
        if u64::from(pages) > most_pages {
            return Err(BadCheckpoint::OtherShape);
        }
        let mut memory = vec![0; pages as usize * PAGE];
        let mut next = 0;
        while !rest.0.is_empty() {
            let number = rest.short()?;
            let page = rest.take(PAGE)?;
            // In order, each once, none that is all zeros: one state has one file.
            if number < next || page.iter().all(|byte| *byte == 0) {
                return Err(BadCheckpoint::Damaged);
            }
            next = number + 1;
            let from = number as usize * PAGE;
            memory.get_mut(from..from + PAGE).ok_or(BadCheckpoint::Damaged)?.copy_from_slice(page);
        }
        Ok(Self { module, instructions, head, logged, globals, result, memory })
    }
}

struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, many: usize) -> Result<&'a [u8], BadCheckpoint> {
        let (taken, rest) = self.0.split_at_checked(many).ok_or(BadCheckpoint::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BadCheckpoint> {
        self.take(N)?.try_into().map_err(|_| BadCheckpoint::Damaged)
    }

    fn number(&mut self) -> Result<u64, BadCheckpoint> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    fn short(&mut self) -> Result<u32, BadCheckpoint> {
        Ok(u32::from_be_bytes(self.array()?))
    }
}
