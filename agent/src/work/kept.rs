//! A job on disk. What is written here stands before the client or the chain is told of it, so that whoever kills the program
//! loses nothing but work since the last checkpoint.

use std::{
    fs,
    path::{Path, PathBuf},
};

use compute_provider::Record;
use compute_session::Announced;
use protocol::Digest;

use crate::{failure::Failure, files, keys::random};

/// The file of a checkpoint, and all lines of the log before it.
pub type Point = (Vec<u8>, Vec<Vec<u8>>);

/// A job's folder.
pub struct Kept {
    folder: PathBuf,
    record: Record,
}

impl Kept {
    pub fn open(folder: PathBuf) -> Result<Self, Failure> {
        files::folder(&folder)?;
        let file = folder.join("job.json");
        if file.exists() {
            let record = files::read_json(&file, "record of a job")?;
            return Ok(Self { folder, record });
        }
        let kept = Self { folder, record: Record::new(Digest(random()?)) };
        kept.write()?;
        Ok(kept)
    }

    fn write(&self) -> Result<(), Failure> {
        // The salt is a secret until it is shown.
        files::write_json(&self.folder.join("job.json"), &self.record, true)
    }

    /// Where the files are that the job names, while it is run.
    pub fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    fn point(&self, instructions: u64) -> PathBuf {
        self.folder.join(format!("{instructions}.checkpoint"))
    }

    fn lines(&self, instructions: u64) -> PathBuf {
        self.folder.join(format!("{instructions}.log"))
    }

    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Changes what is remembered, and writes it.
    pub fn change(&mut self, change: impl FnOnce(&mut Record)) -> Result<(), Failure> {
        change(&mut self.record);
        self.write()
    }

    /// The checkpoint from which the job goes on.
    pub fn last(&self) -> Result<Option<Point>, Failure> {
        let Some(last) = self.record.checkpoints.last() else { return Ok(None) };
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
        let before = self.record.checkpoints.last().map(|last| last.instructions).filter(|before| *before != at);
        self.change(|record| record.checkpoints.push(announced))?;
        for old in before.into_iter().flat_map(|before| [self.point(before), self.lines(before)]) {
            // One that stays takes room, and no more.
            let _ = fs::remove_file(old);
        }
        Ok(())
    }

    /// Forgets a job that is over and paid, with the files that it named.
    pub fn forget(folder: &Path) {
        // What stays takes room, and no more.
        let _ = fs::remove_dir_all(folder);
    }
}
