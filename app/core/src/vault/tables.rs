//! Tables that were published as data sets: they stay in this browser, so that their owner can learn with them.
//!
//! A record has the kind [`TABLE`], belongs to the contract `Datasets` of a chain, and is found by the root of its rows, which
//! the chain has of each data set by its number. It is kept before anything is sent, while the number is not known yet. The
//! file is the salt of the roots (32 bytes) and then the table as CSV: commas, LF, a header, points in numbers.

use protocol::Digest;

use super::{Entry, Kind, Owner, Vault, VaultError};

/// The kind of the kept file.
pub const TABLE: Kind = Kind::new("dataset");
/// Largest table that is kept, bytes.
pub const MOST: u64 = 64 << 20;

/// A table that was published.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    /// Of its roots.
    pub salt: [u8; 32],
    pub csv: Vec<u8>,
}

/// Keeps a table. `root` is that of its rows, `name` what its owner calls it.
///
/// # Errors
/// [`VaultError`] where the browser keeps nothing.
pub async fn keep(vault: &Vault, owner: Owner, root: Digest, name: &str, table: &Table) -> Result<(), VaultError> {
    let file = [&table.salt[..], &table.csv].concat();
    let entry = Entry::of_file(TABLE, owner, format!("{root} {name}"), &file);
    vault.keep(&entry, &file).await
}

/// The table with this root of its rows, where this browser has it.
///
/// # Errors
/// [`VaultError`]
pub async fn with_root(vault: &Vault, owner: Owner, root: Digest) -> Result<Option<Table>, VaultError> {
    let prefix = root.to_string();
    let is_it = |entry: &Entry| entry.is_of(&TABLE, owner) && entry.name.starts_with(&prefix);
    let Some(entry) = vault.entries().await?.into_iter().find(is_it) else { return Ok(None) };
    let file = vault.file(&entry.superhash).await?;
    Ok(file.and_then(|file| {
        let (salt, csv) = file.split_first_chunk::<32>()?;
        Some(Table { salt: *salt, csv: csv.to_vec() })
    }))
}

/// What its owner calls it.
pub fn name(entry: &Entry) -> &str {
    entry.name.split_once(' ').map_or(entry.name.as_str(), |(_, name)| name)
}
