//! What a program keeps in its folder, so that it goes on where it was: keys of seats, how far runs are, what came out.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use mpc_task::Secrets;
use protocol::Digest;
use serde_json::{Value, json};

use crate::{failure::Failure, files, keys::random};

/// The folder of a party or of a helper. While it lives no other program can have it: two would take one seat twice.
pub struct State {
    folder: PathBuf,
    _lock: File,
}

impl State {
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let state = folder.join("state");
        files::folder(&state)?;
        let file = state.join("lock");
        let lock = File::create(&file)
            .map_err(|error| Failure::Given(format!("{} cannot be written: {error}.", file.display())))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder: folder.to_path_buf(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Failure::Given(format!(
                "Another program plays from {}. One folder is for one program: end that one, or use another folder.",
                folder.display()
            ))),
            Err(TryLockError::Error(error)) => {
                Err(Failure::Failed(format!("{} cannot be locked: {error}.", file.display())))
            }
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join("state").join(name)
    }

    pub fn data(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The keys with which a seat of a task is confirmed: drawn when they are first asked for, before anything is sent.
    pub fn secrets(&self, task: u64, seat: u8) -> Result<Secrets, Failure> {
        let file = self.path(&format!("{task}-{seat}.keys.json"));
        if file.exists() {
            return files::read_json(&file, "file of a seat's keys");
        }
        let secrets = Secrets { link: Digest(random()?), session: Digest(random()?), salt: Digest(random()?) };
        files::write_json(&file, &secrets, true)?;
        Ok(secrets)
    }

    /// The file of a task, once it was fetched.
    pub fn spec(&self, spec: Digest) -> PathBuf {
        self.path(&format!("{spec}.spec.json"))
    }

    /// The file of what a grant is for, once it was read.
    pub fn purpose(&self, purpose: Digest) -> PathBuf {
        self.path(&format!("{purpose}.purpose.json"))
    }

    pub fn progress(&self, task: u64, attempt: u16, seat: u8) -> PathBuf {
        self.path(&format!("{task}-{attempt}-{seat}.progress"))
    }

    /// Seeds that a helper has had.
    pub fn seen_seeds(&self) -> PathBuf {
        self.path("seen.json")
    }

    pub fn results(&self, task: u64) -> PathBuf {
        self.folder.join("results").join(task.to_string())
    }

    fn ended(&self, task: u64, attempt: u16, seat: u8) -> PathBuf {
        self.results(task).join(format!("ended-{attempt}-{seat}.json"))
    }

    /// Whether an attempt has ended here: it is never played again.
    pub fn has_ended(&self, task: u64, attempt: u16, seat: u8) -> bool {
        self.ended(task, attempt, seat).exists()
    }

    /// Whether it has ended with everything that is its own. A seat whose program has failed after all had signed has not got
    /// it yet.
    pub fn has_come(&self, task: u64, attempt: u16, seat: u8) -> bool {
        let file = self.ended(task, attempt, seat);
        let said = file.exists().then(|| files::read_json::<Value>(&file, "note of how a run ended").ok()).flatten();
        // Of a note that does not say it, nobody can tell any more.
        said.is_some_and(|said| said["came"].as_bool().unwrap_or(true))
    }

    /// Whether what a seat was told is here, whatever is noted of how its run ended.
    pub fn has_result(&self, task: u64, attempt: u16, seat: u8) -> bool {
        let file = self.results(task).join("result.json");
        let found = file.exists().then(|| files::read_json::<Value>(&file, "result").ok()).flatten();
        found.is_some_and(|found| found["attempt"] == attempt && found["seat"] == seat)
    }

    /// `came`: whether the seat has everything that is its own.
    pub fn end(&self, task: u64, attempt: u16, seat: u8, sentence: &str, came: bool) -> Result<(), Failure> {
        files::folder(&self.results(task))?;
        let said = json!({"attempt": attempt, "seat": seat, "sentence": sentence, "came": came});
        files::write_json(&self.ended(task, attempt, seat), &said, false)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_failed_here_is_not_played_again_and_what_is_owed_to_it_is_still_taken() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(folder.path()).unwrap();
        let is = |attempt: u16| (state.has_ended(7, attempt, 1), state.has_come(7, attempt, 1));
        assert_eq!(is(1), (false, false));
        state.end(7, 1, 1, "Seat 0 has ended the run.", false).unwrap();
        assert_eq!(is(1), (true, false));
        state.end(7, 1, 1, "Finished.", true).unwrap();
        assert_eq!(is(1), (true, true));
        // A note of an earlier version.
        let file = state.results(7).join("ended-2-1.json");
        std::fs::write(file, r#"{"attempt": 2, "seat": 1, "sentence": "Finished."}"#).unwrap();
        assert_eq!(is(2), (true, true));
        let has = |attempt, seat| state.has_result(7, attempt, seat);
        assert!(!has(2, 1));
        std::fs::write(state.results(7).join("result.json"), r#"{"task": 7, "attempt": 2, "seat": 1}"#).unwrap();
        assert!(has(2, 1) && !has(1, 1) && !has(2, 0));
    }
}
