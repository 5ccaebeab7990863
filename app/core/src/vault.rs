//! What only this browser knows: committed files, until the protocol says they are to be revealed.

mod backup;
mod database;
mod durability;
pub mod tables;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt};

use protocol::{
    Address, Digest,
    cid::{Cid, FileHasher},
};
use serde::{Deserialize, Serialize};

pub use backup::BackupError;
use database::Database;
pub use durability::Durability;

/// Why the vault cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error(
        "This browser does not let the page keep files ({0}). Leave private browsing or free some space; until then a \
         reload loses what you have not revealed."
    )]
    Storage(String),
    #[error(
        "This browser said that it kept “{name}”, but gives something else back, so nothing was sent. Free some space \
         or use another browser, and try again."
    )]
    NotKept { name: String },
}

/// What a kept file is, by a name that the feature gives which keeps it. What no feature of this version knows is kept
/// all the same: it may be another version's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kind(Cow<'static, str>);

impl Kind {
    /// `name` is stored with each file and never changes.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// Under which key something is kept that belongs to a contract rather than to a commitment.
    pub fn key_of(&self, contract: Address) -> Digest {
        Cid::of_block(format!("{self} {contract}").as_bytes()).superhash()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A committed file with what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub kind: Kind,
    pub chain_id: u64,
    /// The contract that it was committed to.
    pub market: Address,
    /// Superhash by which the chain knows it; also the key here.
    pub superhash: Digest,
    pub owner: Address,
    /// Name of the data set or of the model file.
    pub name: String,
    /// CID of the file.
    pub cid: String,
    /// Size of the file, bytes.
    pub bytes: u64,
    /// Milliseconds since the epoch.
    pub saved_at: u64,
}

/// Whose a file is, and to which contract of which chain it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    pub chain_id: u64,
    pub contract: Address,
    pub account: Address,
}

impl Entry {
    /// Of a file that no chain knows: it is kept under its own hash, and found by its name.
    pub fn of_file(kind: Kind, owner: Owner, name: String, file: &[u8]) -> Self {
        let cid = FileHasher::hash(file).cid;
        Self {
            kind,
            chain_id: owner.chain_id,
            market: owner.contract,
            superhash: cid.superhash(),
            owner: owner.account,
            name,
            cid: cid.to_string(),
            bytes: file.len() as u64,
            saved_at: js_sys::Date::now() as u64,
        }
    }

    pub fn is_of(&self, kind: &Kind, owner: Owner) -> bool {
        let Owner { chain_id, contract, account } = owner;
        self.kind == *kind && (self.chain_id, self.market, self.owner) == (chain_id, contract, account)
    }

    /// Whether this is the file that the entry names: by its CID, by its size, and by the key under which it is kept.
    /// `is_key_of` says so of keys that follow neither from a file's hash nor from a contract, such as a commitment.
    pub fn names(&self, file: &[u8], is_key_of: impl Fn(&Self, &[u8]) -> bool) -> bool {
        let is_note = file.is_empty() && self.bytes > MAX_KEPT_MODEL;
        let cids = [Cid::of_block(file), FileHasher::hash(file).cid];
        let is_of_contract = self.superhash == self.kind.key_of(self.market) || is_key_of(self, file);
        is_note
            || (self.bytes == file.len() as u64
                && cids
                    .iter()
                    .any(|cid| self.cid == cid.to_string() && (is_of_contract || self.superhash == cid.superhash())))
    }
}

/// Under what an entry stays, when another file takes its place: the hash of its own.
fn earlier(entry: &Entry, file: &[u8]) -> Entry {
    Entry { superhash: Cid::of_block(file).superhash(), ..entry.clone() }
}

/// Largest model that the vault keeps; larger ones are chosen again when they are to be revealed.
pub const MAX_KEPT_MODEL: u64 = 64 << 20;

/// The vault of this browser profile.
#[derive(Clone)]
pub struct Vault {
    database: Database,
}

impl Vault {
    /// # Errors
    /// [`VaultError`] where the browser forbids storage.
    pub async fn open() -> Result<Self, VaultError> {
        Ok(Self { database: Database::open().await? })
    }

    /// Keeps a file, and reads it back before it says so. Nothing that is kept is lost by it: where another file
    /// stands under the same superhash, as one that belongs to a contract can, that one stays under its own hash; and a
    /// file is not replaced by a mere note of it ([`MAX_KEPT_MODEL`]).
    ///
    /// # Errors
    /// [`VaultError`]; nothing was kept then that could be relied on.
    pub async fn keep(&self, entry: &Entry, file: &[u8]) -> Result<(), VaultError> {
        durability::ask_to_persist();
        self.database.put(&entry.superhash.to_string(), entry, file, earlier).await?;
        let read_back = self.file(&entry.superhash).await?;
        let is_note = file.is_empty();
        if read_back.is_some_and(|bytes| bytes == file || is_note) && self.entry(&entry.superhash).await?.is_some() {
            Ok(())
        } else {
            Err(VaultError::NotKept { name: entry.name.clone() })
        }
    }

    /// Every file of a kind that belongs to a contract, the newest first.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn files_of(&self, kind: &Kind, contract: Address) -> Result<Vec<Vec<u8>>, VaultError> {
        let newest = kind.key_of(contract);
        let mut entries = self.entries().await?;
        entries.retain(|e| e.kind == *kind && e.market == contract);
        entries.sort_by_key(|e| e.superhash != newest);
        let mut files = Vec::new();
        for entry in entries {
            files.extend(self.file(&entry.superhash).await?);
        }
        Ok(files)
    }

    /// All entries, newest first, without their files.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn entries(&self) -> Result<Vec<Entry>, VaultError> {
        let mut entries = self.database.entries().await?;
        entries.sort_by_key(|e| std::cmp::Reverse(e.saved_at));
        Ok(entries)
    }

    /// The file with this superhash.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn file(&self, superhash: &Digest) -> Result<Option<Vec<u8>>, VaultError> {
        self.database.file(&superhash.to_string()).await
    }

    /// The entry with this superhash.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn entry(&self, superhash: &Digest) -> Result<Option<Entry>, VaultError> {
        Ok(self.entries().await?.into_iter().find(|e| e.superhash == *superhash))
    }

    /// Forgets one file.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn forget(&self, superhash: &Digest) -> Result<(), VaultError> {
        self.database.delete(&superhash.to_string()).await
    }

    /// Everything in one encrypted file.
    ///
    /// # Errors
    /// [`BackupError`]
    pub async fn export(&self, passphrase: &str) -> Result<Vec<u8>, BackupError> {
        let mut contents = Vec::new();
        for entry in self.entries().await? {
            if let Some(file) = self.file(&entry.superhash).await? {
                contents.push((entry, file));
            }
        }
        backup::seal(&contents, passphrase).await
    }

    /// Adds everything from an exported file; returns how many files it held. All of them are compared with their
    /// keys before the first is kept; see [`Entry::names`].
    ///
    /// # Errors
    /// [`BackupError`]
    pub async fn import(
        &self,
        sealed: &[u8],
        passphrase: &str,
        is_key_of: impl Fn(&Entry, &[u8]) -> bool,
    ) -> Result<usize, BackupError> {
        let contents = backup::open(sealed, passphrase).await?;
        if let Some((entry, _)) = contents.iter().find(|(entry, file)| !entry.names(file, &is_key_of)) {
            return Err(BackupError::OtherFile { name: entry.name.clone() });
        }
        for (entry, file) in &contents {
            self.keep(entry, file).await?;
        }
        Ok(contents.len())
    }
}
