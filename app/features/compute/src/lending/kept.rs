//! A job in the vault. What is kept here stands before the client or the chain is told of it, so that a tab that is closed loses
//! nothing but work since the last checkpoint.

use std::cell::RefCell;

use app_core::{
    action::ActionError,
    vault::{Entry, Kind, Owner, Vault, VaultError},
};
use compute_provider::{Record, What};
use compute_session::Announced;
use futures::lock::Mutex;
use protocol::Digest;
use serde::{Deserialize, Serialize};

use super::random;

/// What is remembered of a job.
pub const JOB: Kind = Kind::new("lent job");
/// The last checkpoint of a job, with all lines of the log before it.
pub const POINT: Kind = Kind::new("lent job checkpoint");

/// Something that the wallet was asked for by itself; a transaction with how many calls were due then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    Quote,
    Act(What, usize),
}

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptJob {
    pub record: Record,
    pub asked: Vec<Asked>,
    /// The person did not sign the quote.
    pub is_refused: bool,
}

/// The file of a checkpoint, and all lines of the log before it.
pub type Point = (Vec<u8>, Vec<Vec<u8>>);

/// See the module.
pub struct Kept {
    vault: Vault,
    owner: Owner,
    name: String,
    job: RefCell<KeptJob>,
    /// One change is written after the other.
    writing: Mutex<()>,
}

impl Kept {
    /// What is kept of a job, or the beginning of it.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn open(vault: Vault, owner: Owner, id: u64) -> Result<Self, ActionError> {
        let name = format!("job {id}");
        let file = find(&vault, owner, JOB, &name).await?;
        let job = match file.and_then(|file| serde_json::from_slice(&file).ok()) {
            Some(job) => job,
            None => KeptJob { record: Record::new(Digest(random()?)), asked: Vec::new(), is_refused: false },
        };
        Ok(Self { vault, owner, name, job: RefCell::new(job), writing: Mutex::new(()) })
    }

    /// Looks at it.
    pub fn look<T>(&self, look: impl FnOnce(&KeptJob) -> T) -> T {
        look(&self.job.borrow())
    }

    /// Changes it, once that is kept.
    ///
    /// # Errors
    /// [`VaultError`]: it is changed here, and may be lost with the tab.
    pub async fn change(&self, change: impl FnOnce(&mut KeptJob)) -> Result<(), VaultError> {
        let _turn = self.writing.lock().await;
        let mut changed = self.look(Clone::clone);
        change(&mut changed);
        // Plain data, which can always be written.
        let file = serde_json::to_vec(&changed).unwrap_or_default();
        let kept = replace(&self.vault, self.owner, JOB, &self.name, &file).await;
        // A promise counts even where it cannot be kept.
        self.job.replace(changed);
        kept
    }

    /// The checkpoint from which the job goes on.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn last(&self) -> Result<Option<Point>, VaultError> {
        let Some(at) = self.look(|job| job.record.checkpoints.last().map(|last| last.instructions)) else {
            return Ok(None);
        };
        let file = find(&self.vault, self.owner, POINT, &self.point(at)).await?;
        Ok(file.as_deref().and_then(unpacked))
    }

    fn point(&self, instructions: u64) -> String {
        format!("{} at {instructions} instructions", self.name)
    }

    /// Keeps a checkpoint and the log before it; those before are forgotten.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn checkpoint(&self, announced: Announced, file: &[u8], lines: &[Vec<u8>]) -> Result<(), VaultError> {
        let at = announced.instructions;
        replace(&self.vault, self.owner, POINT, &self.point(at), &packed(file, lines)).await?;
        let before = self.look(|job| job.record.checkpoints.last().map(|last| last.instructions));
        self.change(|job| job.record.checkpoints.push(announced)).await?;
        match before.filter(|before| *before != at) {
            Some(before) => forget(&self.vault, self.owner, POINT, &self.point(before)).await,
            None => Ok(()),
        }
    }

    /// Forgets a job that is over and paid.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn forget(&self) -> Result<(), VaultError> {
        let _turn = self.writing.lock().await;
        if let Some(last) = self.look(|job| job.record.checkpoints.last().copied()) {
            forget(&self.vault, self.owner, POINT, &self.point(last.instructions)).await?;
        }
        forget(&self.vault, self.owner, JOB, &self.name).await
    }
}

/// The length of all lines together with four bytes for each (8 bytes, big-endian), for each line its length (4) and its bytes,
/// and then the file.
fn packed(file: &[u8], lines: &[Vec<u8>]) -> Vec<u8> {
    let length: usize = lines.iter().map(|line| line.len() + 4).sum();
    let mut packed = Vec::with_capacity(8 + length + file.len());
    packed.extend((length as u64).to_be_bytes());
    for line in lines {
        packed.extend((line.len() as u32).to_be_bytes());
        packed.extend(line);
    }
    packed.extend(file);
    packed
}

fn unpacked(packed: &[u8]) -> Option<Point> {
    let (length, rest) = packed.split_first_chunk::<8>()?;
    let (mut log, file) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    let mut lines = Vec::new();
    while let Some((length, rest)) = log.split_first_chunk::<4>() {
        let (line, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        lines.push(line.to_vec());
        log = rest;
    }
    Some((file.to_vec(), lines))
}

/// Those of a kind and a name, the newest first.
async fn all(vault: &Vault, owner: Owner, kind: Kind, name: &str) -> Result<Vec<Entry>, VaultError> {
    let is_it = |entry: &Entry| entry.is_of(&kind, owner) && entry.name == name;
    Ok(vault.entries().await?.into_iter().filter(is_it).collect())
}

/// The newest of a kind and a name.
pub async fn find(vault: &Vault, owner: Owner, kind: Kind, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
    match all(vault, owner, kind, name).await?.first() {
        Some(entry) => vault.file(&entry.superhash).await,
        None => Ok(None),
    }
}

/// Keeps a file in place of those of the same kind and name. What was kept before stays until the new one stands.
pub async fn replace(vault: &Vault, owner: Owner, kind: Kind, name: &str, file: &[u8]) -> Result<(), VaultError> {
    let before = all(vault, owner, kind.clone(), name).await?;
    let entry = Entry::of_file(kind, owner, name.to_owned(), file);
    vault.keep(&entry, file).await?;
    for old in before.into_iter().filter(|old| old.superhash != entry.superhash) {
        vault.forget(&old.superhash).await?;
    }
    Ok(())
}

/// Forgets all of a kind and a name.
pub async fn forget(vault: &Vault, owner: Owner, kind: Kind, name: &str) -> Result<(), VaultError> {
    for entry in all(vault, owner, kind, name).await? {
        vault.forget(&entry.superhash).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use protocol::{Address, cid::Cid};
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::*;

    // Of all tests of this crate: only browsers have a vault.
    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn a_point_is_unpacked_as_it_was_packed_and_a_cut_one_is_none() {
        for lines in [vec![], vec![vec![]], vec![b"one".to_vec(), vec![], vec![0, 255]]] {
            let packed = packed(b"file", &lines);
            assert_eq!(unpacked(&packed), Some((b"file".to_vec(), lines.clone())));
            if !lines.is_empty() {
                assert_eq!(unpacked(&packed[..11]), None);
            }
        }
        assert_eq!(unpacked(b"short"), None);
    }

    #[wasm_bindgen_test]
    async fn a_job_is_as_it_was_when_the_tab_is_opened_again_and_gone_when_it_is_forgotten() {
        let vault = Vault::open().await.unwrap();
        let owner = Owner { chain_id: 31_337, contract: Address([41; 20]), account: Address([42; 20]) };
        let kept = Kept::open(vault.clone(), owner, 7).await.unwrap();
        assert_eq!(kept.last().await.unwrap(), None);
        let at = |instructions| Announced { instructions, file: Cid::of_block(b"file") };
        kept.checkpoint(at(10), b"first", &[b"one".to_vec()]).await.unwrap();
        kept.checkpoint(at(20), b"second", &[b"one".to_vec(), b"two".to_vec()]).await.unwrap();
        kept.change(|job| job.asked.push(Asked::Act(What::Start, 1))).await.unwrap();
        let again = Kept::open(vault.clone(), owner, 7).await.unwrap();
        assert_eq!(again.look(Clone::clone), kept.look(Clone::clone));
        let lines = vec![b"one".to_vec(), b"two".to_vec()];
        assert_eq!(again.last().await.unwrap(), Some((b"second".to_vec(), lines)));
        // Another job, and another account, have records of their own.
        let other = Owner { account: Address([43; 20]), ..owner };
        for (owner, id) in [(owner, 8), (other, 7)] {
            let other = Kept::open(vault.clone(), owner, id).await.unwrap();
            assert!(other.look(|job| job.asked.is_empty() && job.record.salt != kept.look(|job| job.record.salt)));
        }
        again.forget().await.unwrap();
        let mine = |entry: &Entry| entry.is_of(&JOB, owner) || entry.is_of(&POINT, owner);
        assert_eq!(vault.entries().await.unwrap().iter().filter(|entry| mine(entry)).count(), 0);
    }
}
