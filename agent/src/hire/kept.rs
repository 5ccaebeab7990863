//! What is kept of a job that was ordered, in `hired/` of its client's folder. It is written before anything is sent for the job,
//! so that whoever ends the program can go on with it, and whoever orders the same again does not pay twice.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use jobs::Job;
use protocol::{Address, Digest, cid::Cid};
use serde::{Deserialize, Serialize};

use crate::{failure::Failure, files};

/// A job as it was ordered, and what the chain does not say of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ordered {
    pub chain: u64,
    pub contract: Address,
    pub client: Address,
    /// Hash of its terms, by which it is found on chain.
    pub terms: Digest,
    /// The same whatever its deadline is.
    pub limits: Digest,
    /// Hash of what is run, whatever its limits are.
    pub work: Digest,
    /// Its number, once the chain has said it.
    pub job: Option<u64>,
    /// When it was ordered, by the chain.
    pub begun: u64,
    /// From then on nobody can lock it, whenever it comes to the chain. Older files do not say it.
    #[serde(default)]
    pub lock_by: Option<u64>,
    /// The only provider that may run it.
    pub provider: Option<Address>,
    /// Where the result goes.
    pub out: PathBuf,
    pub stop_after: Option<u64>,
    /// The money was sent for a quote that can be locked until then.
    pub quote_until: Option<u64>,
    /// A part was drawn to be run again here, and has not been yet.
    pub drawn: bool,
    /// The provider has said what is not so.
    pub lied: bool,
    /// The result is where it goes.
    pub written: bool,
    /// Checkpoints that were fetched, the last one last. Older files name none.
    #[serde(default)]
    pub fetched: Vec<Cid>,
}

impl Ordered {
    /// Checkpoints that were fetched and from which nobody goes on: the last one stays, and the one on which both sides agree on
    /// chain.
    pub fn passed(&self, job: &Job) -> Vec<Cid> {
        let agreed = job.run.as_ref().and_then(|run| run.checkpoint);
        let older = self.fetched.split_last().map_or(&[][..], |(_, older)| older);
        older.iter().copied().filter(|file| Some(file.digest) != agreed).collect()
    }
}

/// An order that no other program is at.
pub struct Kept {
    file: PathBuf,
    ordered: Ordered,
    is_taken_up: bool,
    _lock: File,
}

fn lock_of(file: &Path) -> PathBuf {
    file.with_extension("lock")
}

impl Kept {
    /// Keeps an order that is new.
    pub fn begin(folder: &Path, ordered: Ordered) -> Result<Self, Failure> {
        let file = folder.join(format!("{}.json", ordered.terms));
        let lock = files::try_lock(&lock_of(&file))?.ok_or_else(|| {
            Failure::Refused("Another program orders the same in this moment. Start this one again.".into())
        })?;
        let kept = Self { file, ordered, is_taken_up: false, _lock: lock };
        kept.write()?;
        Ok(kept)
    }

    /// All orders of a folder; nothing to change them with where another program is at one.
    pub fn all(folder: &Path) -> Result<Vec<(Ordered, Option<Self>)>, Failure> {
        let mut all = Vec::new();
        for file in files::json_files(folder)? {
            let lock = files::try_lock(&lock_of(&file))?;
            let ordered: Ordered = match files::read_json(&file, "order of a job") {
                Ok(ordered) => ordered,
                // It has ended since, and what was locked here may be a file that was made anew.
                Err(_) if !file.exists() => {
                    if lock.is_some() {
                        let _ = fs::remove_file(lock_of(&file));
                    }
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            let kept = lock.map(|lock| Self { file, ordered: ordered.clone(), is_taken_up: true, _lock: lock });
            all.push((ordered, kept));
        }
        Ok(all)
    }

    fn write(&self) -> Result<(), Failure> {
        files::write_json(&self.file, &self.ordered, false)
    }

    pub fn ordered(&self) -> &Ordered {
        &self.ordered
    }

    /// Whether another program had begun it.
    pub fn is_taken_up(&self) -> bool {
        self.is_taken_up
    }

    /// Changes what is kept, and writes it.
    pub fn change(&mut self, change: impl FnOnce(&mut Ordered)) -> Result<(), Failure> {
        change(&mut self.ordered);
        self.write()
    }

    /// Forgets a job that is over.
    pub fn forget(self) {
        // What stays is forgotten by whoever looks next.
        let _ = fs::remove_file(&self.file);
        let _ = fs::remove_file(lock_of(&self.file));
    }
}

#[cfg(test)]
mod tests {
    use jobs::{Run, State};
    use protocol::Amount;

    use super::*;
    use crate::hire::samples::{job, ordered};

    #[test]
    fn of_fetched_checkpoints_those_stay_from_which_a_job_may_be_gone_on_with() {
        let files = [1, 2, 3, 4].map(|byte| Cid::raw(Digest([byte; 32])));
        let fetched = Ordered { fetched: files.to_vec(), ..ordered(Some(7)) };
        let mut ended = job(State::Partial);
        assert_eq!(fetched.passed(&ended), files[..3], "the last one");
        let locked = Run::locked(Address([9; 20]), Amount(1));
        ended.run = Some(Run { agreed: 20, checkpoint: Some(Digest([2; 32])), ..locked });
        assert_eq!(fetched.passed(&ended), [files[0], files[2]], "the one that is agreed on");
        assert!(ordered(Some(7)).passed(&ended).is_empty());
    }

    #[test]
    fn an_order_of_an_earlier_version_is_read() {
        let mut old = serde_json::to_value(ordered(Some(7))).unwrap();
        let fields = old.as_object_mut().unwrap();
        assert!(fields.remove("lock_by").is_some() && fields.remove("fetched").is_some());
        assert_eq!(serde_json::from_value::<Ordered>(old).unwrap(), ordered(Some(7)));
    }

    #[test]
    fn one_program_at_a_time_has_an_order_and_the_next_one_finds_what_was_kept_last() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = Kept::begin(folder.path(), ordered(None)).unwrap();
        assert!(!kept.is_taken_up());
        kept.change(|ordered| ordered.job = Some(7)).unwrap();
        let expected = Ordered { job: Some(7), ..ordered(None) };
        let [(found, None)] = &Kept::all(folder.path()).unwrap()[..] else { panic!("it is held") };
        assert_eq!(*found, expected);
        drop(kept);
        let mut all = Kept::all(folder.path()).unwrap();
        let (found, taken_up) = all.pop().unwrap();
        let taken_up = taken_up.unwrap();
        assert_eq!((&found, taken_up.ordered()), (&expected, &expected));
        assert!(taken_up.is_taken_up());
        taken_up.forget();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
