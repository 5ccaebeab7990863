//! The key of an organisation in the directory, to which results are sealed.
//!
//! A wallet's signature over a message with the organisation's account and the version of the key yields it: the same wallet
//! has it again on any device. It is kept in the vault too, since not every wallet signs the same twice.

use mpc_task::public_key;
use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};

use super::{ActionError, Tools, secret};
use crate::vault::{Entry, Kind, Owner, Vault, VaultError};

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
    let contract = tools.deployment().demand(directory::DIRECTORY)?;
    let owner = Owner { chain_id: tools.deployment().chain_id, contract, account };
    let vault = Vault::open().await?;
    if let Some(kept) = kept(&vault, owner, version).await? {
        return Ok(kept);
    }
    let signed = secret::derive(tools, &directory::key_request(contract, account, version)).await?;
    let key = DirectoryKey { account, version, secret: Digest(signed.salt()) };
    keep(&vault, owner, &key).await?;
    Ok(key)
}

async fn keep(vault: &Vault, owner: Owner, key: &DirectoryKey) -> Result<(), VaultError> {
    // Plain data, which can always be written.
    let file = serde_json::to_vec(key).unwrap_or_default();
    let entry = Entry::of_file(DIRECTORY_KEY, owner, format!("version {}", key.version), &file);
    vault.keep(&entry, &file).await
}

/// The key of an account in one directory: another contract has another one of the same version.
async fn kept(vault: &Vault, owner: Owner, version: u32) -> Result<Option<DirectoryKey>, VaultError> {
    for entry in vault.entries().await?.into_iter().filter(|entry| entry.is_of(&DIRECTORY_KEY, owner)) {
        let file = vault.file(&entry.superhash).await?.unwrap_or_default();
        let key = serde_json::from_slice::<DirectoryKey>(&file).ok();
        if let Some(key) = key.filter(|key| (key.account, key.version) == (owner.account, version)) {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    async fn a_key_is_found_by_chain_contract_account_and_version() {
        let vault = Vault::open().await.expect("a browser keeps files");
        let owner = Owner { chain_id: 31_337, contract: Address([21; 20]), account: Address([22; 20]) };
        let others = [
            Owner { contract: Address([23; 20]), ..owner },
            Owner { chain_id: 1, ..owner },
            Owner { account: Address([24; 20]), ..owner },
        ];
        let key = |owner: Owner, version, secret| DirectoryKey {
            account: owner.account,
            version,
            secret: Digest([secret; 32]),
        };
        keep(&vault, owner, &key(owner, 1, 1)).await.expect("kept");
        keep(&vault, owner, &key(owner, 2, 2)).await.expect("kept");
        for (other, secret) in others.into_iter().zip(3..) {
            assert!(kept(&vault, other, 1).await.expect("read").is_none(), "{other:?} has none yet");
            keep(&vault, other, &key(other, 1, secret)).await.expect("kept");
        }
        // Those of the others are newer, and stay the others'.
        for (version, secret) in [(1, 1), (2, 2)] {
            let found = kept(&vault, owner, version).await.expect("read");
            assert!(found == Some(key(owner, version, secret)), "version {version}");
        }
        assert!(kept(&vault, owner, 3).await.expect("read").is_none());
        for (other, secret) in others.into_iter().zip(3..) {
            assert!(kept(&vault, other, 1).await.expect("read") == Some(key(other, 1, secret)), "{other:?}");
        }
    }
}
