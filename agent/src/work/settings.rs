//! What is kept of a worker's offer, in its folder.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use compute_provider::Lent;
use jobs::Offer;
use protocol::Digest;
use serde::{Deserialize, Serialize};

use crate::{failure::Failure, files, keys::Keys};

/// What was offered last.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub share: Lent,
    pub offer: Offer,
    /// When the speed was measured, seconds since the epoch.
    pub measured_at: u64,
}

/// A worker's folder.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        files::folder(&folder.join("jobs"))?;
        Ok(Self(folder.to_path_buf()))
    }

    fn path(&self) -> PathBuf {
        self.0.join("worker.json")
    }

    pub fn settings(&self) -> Result<Settings, Failure> {
        if !self.path().exists() {
            return Err(Failure::Given(format!(
                "{} is the folder of no worker yet. Offer this machine first, with `agent worker … onboard`.",
                self.0.display()
            )));
        }
        files::read_json(&self.path(), "offer of a worker")
    }

    pub fn keep(&self, settings: &Settings) -> Result<(), Failure> {
        files::write_json(&self.path(), settings, false)
    }

    /// The worker's keys, drawn when they are first asked for.
    pub fn keys(&self) -> Result<Keys, Failure> {
        let file = self.0.join("keys.json");
        if file.exists() {
            return Keys::read(&file);
        }
        let keys = Keys::draw()?;
        keys.write(&file)?;
        Ok(keys)
    }

    /// Secret and key of links, of which the offer's details have the key.
    pub fn link(&self) -> Result<([u8; 32], Digest), Failure> {
        let keys = self.keys()?;
        Ok((keys.link(), keys.public()?.link))
    }

    /// Where the files of this machine's jobs are.
    pub fn files(&self) -> PathBuf {
        self.0.join("files")
    }

    /// Where compiled modules are.
    pub fn compiled(&self) -> PathBuf {
        self.0.join("compiled")
    }

    /// Numbers of the jobs of which something is kept; none where they cannot be read.
    pub fn jobs(&self) -> Vec<u64> {
        let found = fs::read_dir(self.0.join("jobs")).into_iter().flatten().map_while(Result::ok);
        found.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
    }

    /// What is kept of jobs that others run for this account.
    pub fn hired(&self) -> PathBuf {
        self.0.join("hired")
    }

    pub fn job(&self, id: u64) -> PathBuf {
        self.0.join("jobs").join(id.to_string())
    }

    /// Held by the one program that runs jobs from this folder.
    pub fn lock(&self) -> Result<File, Failure> {
        match self.try_lock()? {
            Some(lock) => Ok(lock),
            None => Err(Failure::Given(format!(
                "Another program runs jobs from {}. One folder is for one program: end that one, or use another folder.",
                self.0.display()
            ))),
        }
    }

    /// The same; nothing where another program has it.
    pub fn try_lock(&self) -> Result<Option<File>, Failure> {
        files::try_lock(&self.0.join("lock"))
    }

    fn leaving(&self) -> PathBuf {
        self.0.join("leaving.json")
    }

    /// Tells the program that runs jobs here to leave: `now` gives up what runs.
    pub fn leave(&self, now: bool) -> Result<(), Failure> {
        files::write_json(&self.leaving(), &now, false)
    }

    /// Whether it was told to, and whether at once.
    pub fn is_leaving(&self) -> Option<bool> {
        self.leaving().exists().then(|| files::read_json(&self.leaving(), "mark").unwrap_or(false))
    }

    /// It has left, or joins again.
    pub fn left(&self) {
        // Where there is none, nothing is to be done.
        let _ = fs::remove_file(self.leaving());
    }
}
