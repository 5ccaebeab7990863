//! The key of an account in a file, and transactions that it signs.

use std::path::Path;

use alloy_consensus::{SignableTransaction as _, TxEip1559, TxEnvelope};
use alloy_eips::Encodable2718 as _;
use alloy_primitives::Signature;
use k256::ecdsa::SigningKey;
use mpc_run::SessionKey;
use protocol::{Address, Digest, keccak};
use serde::{Deserialize, Serialize};

use crate::{failure::Failure, files, keys::random};

pub struct Account(SigningKey);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    account: Digest,
}

impl Account {
    pub fn draw(file: &Path) -> Result<Self, Failure> {
        if file.exists() {
            let file = file.display();
            return Err(Failure::Given(format!(
                "{file} exists already, and keys are never written over. Name another."
            )));
        }
        let written = Written { account: Digest(random()?) };
        files::write_json(file, &written, true)?;
        Self::of(&written)
    }

    pub fn read(file: &Path) -> Result<Self, Failure> {
        Self::of(&files::read_json(file, "key of an account")?)
    }

    fn of(written: &Written) -> Result<Self, Failure> {
        SigningKey::from_slice(&written.account.0)
            .map(Self)
            .map_err(|_| Failure::Given("The key of the account cannot be used. Draw another one.".to_string()))
    }

    pub fn address(&self) -> Address {
        Address(alloy_primitives::Address::from_private_key(&self.0).into_array())
    }

    /// The same key for what a helper signs in a run.
    pub fn session(&self) -> Result<SessionKey, Failure> {
        Ok(SessionKey::new(&self.0.to_bytes().into())?)
    }

    /// `r ‖ s ‖ v` over a digest.
    pub fn sign_digest(&self, digest: &Digest) -> Result<[u8; 65], Failure> {
        let signed = self.0.sign_prehash_recoverable(&digest.0);
        let (signature, recovery) = signed
            .map_err(|_| Failure::Failed("The key of the account does not sign. Draw another one.".to_string()))?;
        let mut bytes = [27 + recovery.to_byte(); 65];
        bytes[..64].copy_from_slice(&signature.to_bytes());
        Ok(bytes)
    }

    /// The same over a text (EIP-191), as wallets sign it.
    pub fn sign_text(&self, text: &str) -> Result<String, Failure> {
        let message = format!("\x19Ethereum Signed Message:\n{}{text}", text.len());
        Ok(format!("0x{}", hex::encode(self.sign_digest(&keccak(&[message.as_bytes()]))?)))
    }

    /// The raw signed transaction.
    pub fn sign(&self, transaction: TxEip1559) -> Result<Vec<u8>, Failure> {
        let signature = self.sign_digest(&Digest(transaction.signature_hash().0))?;
        let signature = Signature::from_raw_array(&signature)
            .map_err(|_| Failure::Failed("The key of the account does not sign. Draw another one.".to_string()))?;
        Ok(TxEnvelope::from(transaction.into_signed(signature)).encoded_2718())
    }
}
