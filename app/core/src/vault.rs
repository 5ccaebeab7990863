//! What only this browser knows: committed files, until the protocol says they are to be revealed.

mod backup;
mod database;

use std::{borrow::Cow, fmt};

use protocol::{Address, Digest, cid::Cid};
use serde::{Deserialize, Serialize};

pub use backup::BackupError;
use database::Database;

/// Why the vault cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "This browser does not let the page keep files ({0}). Leave private browsing or free some space; until then a \
     reload loses what you have not revealed, though wallet and source files bring it back."
)]
pub struct VaultError(String);

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

    /// Keeps a file, replacing one with the same superhash.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn keep(&self, entry: &Entry, file: &[u8]) -> Result<(), VaultError> {
        self.database.put(&entry.superhash.to_string(), entry, file).await
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

    /// Adds everything from an exported file; returns how many files it held.
    ///
    /// # Errors
    /// [`BackupError`]
    pub async fn import(&self, sealed: &[u8], passphrase: &str) -> Result<usize, BackupError> {
        let contents = backup::open(sealed, passphrase).await?;
        for (entry, file) in &contents {
            self.keep(entry, file).await?;
        }
        Ok(contents.len())
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{Entry, Kind};

    #[wasm_bindgen_test]
    fn an_entry_of_another_version_is_read_and_written_as_it_is() {
        let text = r#"{"kind":"grant","chain_id":1,"market":"0x1111111111111111111111111111111111111111","superhash":"0x2222222222222222222222222222222222222222222222222222222222222222","owner":"0x3333333333333333333333333333333333333333","name":"Wards","cid":"bafkreih","bytes":7,"saved_at":9}"#;
        let entry: Entry = serde_json::from_str(text).unwrap();
        assert_eq!(entry.kind.to_string(), "grant");
        assert_eq!(serde_json::to_value(&entry).unwrap(), serde_json::from_str::<serde_json::Value>(text).unwrap());
    }

    #[wasm_bindgen_test]
    fn the_kinds_of_earlier_versions_are_what_they_were() {
        assert_eq!(serde_json::from_str::<Kind>("\"truth\"").unwrap(), Kind::new("truth"));
    }
}
