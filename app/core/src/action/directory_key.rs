//! The key of an organisation in the directory, to which results are sealed.
//!
//! A wallet's signature over a message with the organisation's account and the version of the key yields it: the same wallet
//! has it again on any device. It is kept in the vault too, since not every wallet signs the same twice.

use mpc_task::public_key;
use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};

use super::{ActionError, Tools, secret};
use crate::vault::{Entry, Kind, Owner, Vault};

/// The kind of the kept file.
pub const DIRECTORY_KEY: Kind = Kind::new("directory key");

/// A key of the directory.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryKey {
    pub account: Address,
    /// 1 for the first.
    pub version: u32,
    secret: Digest,
}

impl DirectoryKey {
    /// What stands in the directory: an X25519 key.
    pub fn public(&self) -> Digest {
        // 32 bytes always make a key.
        public_key(&self.secret).unwrap_or_default()
    }

    /// For the worker that opens what is sealed to it.
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret.0
    }
}

/// The key of the connected account in this version: from the vault, or else from a signature, which is kept then.
///
/// # Errors
/// [`ActionError`] when the wallet refuses, or nothing can be kept.
pub async fn key(tools: Tools, version: u32) -> Result<DirectoryKey, ActionError> {
    let account = tools.account()?;
    let vault = Vault::open().await?;
    if let Some(kept) = kept(tools, &vault, account, version).await? {
        return Ok(kept);
    }
    let contract = tools.deployment().demand(directory::DIRECTORY)?;
    let signed = secret::derive(tools, &directory::key_request(contract, account, version)).await?;
    let key = DirectoryKey { account, version, secret: Digest(signed.salt()) };
    // Plain data, which can always be written.
    let file = serde_json::to_vec(&key).unwrap_or_default();
    let owner = Owner { chain_id: tools.deployment().chain_id, contract, account };
    let entry = Entry::of_file(DIRECTORY_KEY, owner, format!("version {version}"), &file);
    vault.keep(&entry, &file).await?;
    Ok(key)
}

async fn kept(
    tools: Tools,
    vault: &Vault,
    account: Address,
    version: u32,
) -> Result<Option<DirectoryKey>, ActionError> {
    let chain = tools.deployment().chain_id;
    for entry in vault.entries().await? {
        if entry.kind == DIRECTORY_KEY && entry.owner == account && entry.chain_id == chain {
            let file = vault.file(&entry.superhash).await?.unwrap_or_default();
            let key = serde_json::from_slice::<DirectoryKey>(&file).ok();
            if let Some(key) = key.filter(|key| (key.account, key.version) == (account, version)) {
                return Ok(Some(key));
            }
        }
    }
    Ok(None)
}
