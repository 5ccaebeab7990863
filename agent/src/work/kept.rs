//! A job on disk. What is written here stands before the client or the chain is told of it, so that whoever kills the program
//! loses nothing but work since the last checkpoint.

use std::{
    fs,
    path::{Path, PathBuf},
};

use compute_session::{Announced, Shown, SignedQuote, Voucher};
use protocol::{Digest, cid::Cid};
use serde::{Deserialize, Serialize};

use crate::{failure::Failure, files, keys::random};

/// How a job ended here.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// `Outcome::hash`.
    pub result: Digest,
    pub units: u64,
    /// How, by its number, and instructions since the job's very first step.
    pub ended: u8,
    pub instructions: u64,
    pub log_head: Digest,
    /// The sealed result.
    pub file: Cid,
}

/// What is remembered of a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Hides what is submitted until it is shown.
    salt: Digest,
    quote: Option<SignedQuote>,
    /// The oldest first; the file of the last one is here.
    checkpoints: Vec<Announced>,
    voucher: Option<Voucher>,
    /// The client wants no more of it.
    stopped: bool,
    end: Option<End>,
    /// Why it cannot be ended here, as it is told on chain.
    failed: Option<u16>,
}

/// The file of a checkpoint, and all lines of the log before it.
pub type Point = (Vec<u8>, Vec<Vec<u8>>);

/// A job's folder.
pub struct Kept {
    folder: PathBuf,
    written: Written,
}

impl Kept {
    pub fn open(folder: PathBuf) -> Result<Self, Failure> {
        files::folder(&folder)?;
        let file = folder.join("job.json");
        if file.exists() {
            let written = files::read_json(&file, "record of a job")?;
            return Ok(Self { folder, written });
        }
        let written = Written {
            salt: Digest(random()?),
            quote: None,
            checkpoints: Vec::new(),
            voucher: None,
            stopped: false,
            end: None,
            failed: None,
        };
        let kept = Self { folder, written };
        kept.write()?;
        Ok(kept)
    }

    fn write(&self) -> Result<(), Failure> {
        // The salt is a secret until it is shown.
        files::write_json(&self.folder.join("job.json"), &self.written, true)
    }

    fn point(&self, instructions: u64) -> PathBuf {
        self.folder.join(format!("{instructions}.checkpoint"))
    }

    fn lines(&self, instructions: u64) -> PathBuf {
        self.folder.join(format!("{instructions}.log"))
    }

    /// The checkpoint from which the job goes on.
    pub fn last(&self) -> Result<Option<Point>, Failure> {
        let Some(last) = self.written.checkpoints.last() else { return Ok(None) };
        let file = files::read(&self.point(last.instructions))?;
        let log = files::read(&self.lines(last.instructions))?;
        let lines = String::from_utf8_lossy(&log).lines().map(hex::decode).collect::<Result<Vec<_>, _>>();
        let damaged = |_| Failure::Failed(format!("The log in {} is damaged.", self.folder.display()));
        Ok(Some((file, lines.map_err(damaged)?)))
    }

    /// Keeps a checkpoint and the log before it; those before are forgotten.
    pub fn checkpoint(&mut self, announced: Announced, file: &[u8], lines: &[Vec<u8>]) -> Result<(), Failure> {
        let at = announced.instructions;
        files::write(&self.point(at), file, false)?;
        let log: String = lines.iter().map(|line| hex::encode(line) + "\n").collect();
        files::write(&self.lines(at), log.as_bytes(), false)?;
        let before = self.written.checkpoints.last().map(|last| last.instructions).filter(|before| *before != at);
        self.written.checkpoints.push(announced);
        self.write()?;
        for old in before.into_iter().flat_map(|before| [self.point(before), self.lines(before)]) {
            // One that stays takes room, and no more.
            let _ = fs::remove_file(old);
        }
        Ok(())
    }

    pub fn checkpoints(&self) -> &[Announced] {
        &self.written.checkpoints
    }

    pub fn quote(&self) -> Option<SignedQuote> {
        self.written.quote
    }

    pub fn keep_quote(&mut self, quote: SignedQuote) -> Result<(), Failure> {
        self.written.quote = Some(quote);
        self.write()
    }

    pub fn voucher(&self) -> Option<Voucher> {
        self.written.voucher
    }

    /// Keeps what the client has promised.
    pub fn paid(&mut self, voucher: Voucher) -> Result<(), Failure> {
        self.written.voucher = Some(voucher);
        self.write()
    }

    pub fn is_stopped(&self) -> bool {
        self.written.stopped
    }

    pub fn stop(&mut self) -> Result<(), Failure> {
        self.written.stopped = true;
        self.write()
    }

    pub fn failed(&self) -> Option<u16> {
        self.written.failed
    }

    pub fn fail(&mut self, code: u16) -> Result<(), Failure> {
        self.written.failed = Some(code);
        self.write()
    }

    pub fn end(&self) -> Option<End> {
        self.written.end
    }

    /// Keeps how it ended.
    pub fn ended(&mut self, end: End) -> Result<(), Failure> {
        self.written.end = Some(end);
        self.write()
    }

    /// What hides the answer of a submission, or of a juror's round.
    pub fn salt(&self, round: u8) -> Digest {
        if round == 0 { self.written.salt } else { Digest::of(&[&self.written.salt.0[..], &[round]].concat()) }
    }

    /// What the client is told once it stands on chain.
    pub fn shown(&self) -> Option<Shown> {
        let end = self.written.end?;
        let End { result, units, ended, instructions, file, .. } = end;
        Some(Shown { result, units, salt: self.written.salt, ended, instructions, file })
    }

    /// Forgets a job that is over and paid.
    pub fn forget(folder: &Path) {
        // What stays takes room, and no more.
        let _ = fs::remove_dir_all(folder);
    }
}
