//! A key that a wallet's signature yields: the same wallet has it again on any device. It is kept in the vault too, since not
//! every wallet signs the same twice.

use mpc_task::public_key;
use protocol::{Address, Digest, typed_data::SecretRequest};
use serde::{Deserialize, Serialize};

use super::{ActionError, Tools, secret};
use crate::vault::{Entry, Kind, Owner, Vault, VaultError};

/// A key of an account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedKey {
    pub account: Address,
    /// 1 for the first.
    pub version: u32,
    secret: Digest,
}

impl SignedKey {
    /// What others know: an X25519 key.
    pub fn public(&self) -> Digest {
        // 32 bytes always make a key.
        public_key(&self.secret).unwrap_or_default()
    }

    /// For what opens what is sealed to it.
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret.0
    }
}

/// The connected account's key of a kind in this version, for the contract that the request names: from the vault, or else
/// from a signature, which is kept then.
///
/// # Errors
/// [`ActionError`] when the wallet refuses, or nothing can be kept.
pub async fn key(tools: Tools, kind: &Kind, version: u32, request: &SecretRequest) -> Result<SignedKey, ActionError> {
    let account = tools.account()?;
    let owner = Owner { chain_id: tools.deployment().chain_id, contract: request.contract, account };
    let vault = Vault::open().await?;
    if let Some(kept) = kept(&vault, kind, owner, version).await? {
        return Ok(kept);
    }
    let signed = secret::derive(tools, request).await?;
    let key = SignedKey { account, version, secret: Digest(signed.salt()) };
    keep(&vault, kind, owner, &key).await?;
    Ok(key)
}

async fn keep(vault: &Vault, kind: &Kind, owner: Owner, key: &SignedKey) -> Result<(), VaultError> {
    // Plain data, which can always be written.
    let file = serde_json::to_vec(key).unwrap_or_default();
    let entry = Entry::of_file(kind.clone(), owner, format!("version {}", key.version), &file);
    vault.keep(&entry, &file).await
}

/// The key of an account for one contract: another contract has another one of the same version.
async fn kept(vault: &Vault, kind: &Kind, owner: Owner, version: u32) -> Result<Option<SignedKey>, VaultError> {
    for entry in vault.entries().await?.into_iter().filter(|entry| entry.is_of(kind, owner)) {
        let file = vault.file(&entry.superhash).await?.unwrap_or_default();
        let key = serde_json::from_slice::<SignedKey>(&file).ok();
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

    const KIND: Kind = Kind::new("directory key");

    #[wasm_bindgen_test]
    async fn a_key_is_found_by_chain_contract_account_and_version() {
        let vault = Vault::open().await.expect("a browser keeps files");
        let owner = Owner { chain_id: 31_337, contract: Address([21; 20]), account: Address([22; 20]) };
        let others = [
            Owner { contract: Address([23; 20]), ..owner },
            Owner { chain_id: 1, ..owner },
            Owner { account: Address([24; 20]), ..owner },
        ];
        let key =
            |owner: Owner, version, secret| SignedKey { account: owner.account, version, secret: Digest([secret; 32]) };
        keep(&vault, &KIND, owner, &key(owner, 1, 1)).await.expect("kept");
        keep(&vault, &KIND, owner, &key(owner, 2, 2)).await.expect("kept");
        for (other, secret) in others.into_iter().zip(3..) {
            assert!(kept(&vault, &KIND, other, 1).await.expect("read").is_none(), "{other:?} has none yet");
            keep(&vault, &KIND, other, &key(other, 1, secret)).await.expect("kept");
        }
        // Those of the others are newer, and stay the others'.
        for (version, secret) in [(1, 1), (2, 2)] {
            let found = kept(&vault, &KIND, owner, version).await.expect("read");
            assert!(found == Some(key(owner, version, secret)), "version {version}");
        }
        assert!(kept(&vault, &KIND, owner, 3).await.expect("read").is_none());
        for (other, secret) in others.into_iter().zip(3..) {
            assert!(kept(&vault, &KIND, other, 1).await.expect("read") == Some(key(other, 1, secret)), "{other:?}");
        }
    }
}
