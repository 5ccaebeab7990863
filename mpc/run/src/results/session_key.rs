//! The key that signs for a seat. It is confirmed on chain with the seat and holds no money.

use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use protocol::{Address, Digest, keccak};

use crate::error::RunError;

/// Bytes of a signature: r, s and 27 or 28.
const SIGNATURE: usize = 65;

pub struct SessionKey(SigningKey);

impl SessionKey {
    /// `secret`: 32 bytes from the operating system.
    ///
    /// # Errors
    /// [`RunError::SessionKey`] for one in 2^127.
    pub fn new(secret: &[u8; 32]) -> Result<Self, RunError> {
        SigningKey::from_slice(secret).map(Self).map_err(|_| RunError::SessionKey { what: "it is no key of the curve" })
    }

    /// The account that signatures are by.
    pub fn address(&self) -> Address {
        address(self.0.verifying_key())
    }

    /// # Errors
    /// [`RunError::SessionKey`].
    pub fn sign(&self, digest: &Digest) -> Result<Vec<u8>, RunError> {
        let signed = self.0.sign_prehash_recoverable(&digest.0);
        let (signature, recovery) = signed.map_err(|_| RunError::SessionKey { what: "it does not sign" })?;
        let mut bytes = signature.to_bytes().to_vec();
        bytes.push(27 + recovery.to_byte());
        Ok(bytes)
    }
}

/// Who signed; the zero address where nobody did.
pub fn signer(digest: &Digest, signature: &[u8]) -> Address {
    let recover = || {
        let (last, rest) = signature.split_last().filter(|_| signature.len() == SIGNATURE)?;
        let recovery = RecoveryId::from_byte(last.checked_sub(27)?)?;
        let signature = Signature::from_slice(rest).ok()?;
        // The contract takes only the one of two signatures that has the lower s.
        if signature.normalize_s().is_some() {
            return None;
        }
        VerifyingKey::recover_from_prehash(&digest.0, &signature, recovery).ok()
    };
    recover().map_or(Address::ZERO, |key| address(&key))
}

fn address(key: &VerifyingKey) -> Address {
    let point = key.to_encoded_point(false);
    let hash = keccak(&[&point.as_bytes()[1..]]);
    let mut address = [0; 20];
    address.copy_from_slice(&hash.0[12..]);
    Address(address)
}
