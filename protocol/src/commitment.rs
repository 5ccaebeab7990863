//! Ground-truth and prediction files, their superhashes, and the salts and seeds that a wallet can reproduce.

use sha2::{Digest as _, Sha256};

use crate::{
    address::Address,
    cid::Cid,
    digest::Digest,
    labels::{self, LabelError},
};

/// Bytes of a salt.
pub const SALT_LEN: usize = 32;
/// Bytes before the packed labels of a ground-truth file.
pub const TRUTH_HEADER: usize = SALT_LEN;
/// Bytes before the packed labels of a prediction file.
pub const PREDICTION_HEADER: usize = 20 + SALT_LEN;
/// Bytes of a committed file at most. It fits one block (262,144 bytes), so that its CID's digest is the SHA-256 of
/// its bytes; and truth and predictions together fit a transaction that public nodes take on
/// ([`MAX_TRANSACTION`]), or a bounty could be posted whose predictions can never be revealed. `BountyMarket` has the same
/// number.
pub const MAX_FILE: usize = 65_000;
/// Bytes of a signed transaction at most: the pools of go-ethereum and reth refuse longer ones.
pub const MAX_TRANSACTION: usize = 131_072;

/// Labels that a bounty can have at most, so that both files keep to [`MAX_FILE`].
pub const fn max_test_rows(classes: u16) -> u32 {
    ((MAX_FILE - PREDICTION_HEADER) * 8) as u32 / labels::bits(classes)
}

/// Why bytes are not a ground-truth or prediction file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitmentError {
    #[error("The file is cut off: it has {found} bytes, its header alone takes {header}.")]
    Short { found: usize, header: usize },
    #[error(transparent)]
    Labels(#[from] LabelError),
}

/// `salt ‖ packed labels`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruthFile {
    /// [`Secret::salt`].
    pub salt: [u8; SALT_LEN],
    /// Class index of each test row.
    pub labels: Vec<u8>,
    /// Number of classes; it decides how many bits a label takes.
    pub classes: u16,
}

impl TruthFile {
    /// The file as it is committed and revealed.
    ///
    /// # Errors
    /// [`LabelError`] for a label that names no class.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LabelError> {
        Ok([&self.salt[..], &labels::pack(&self.labels, self.classes)?].concat())
    }

    /// Reads a revealed file of so many labels.
    ///
    /// # Errors
    /// [`CommitmentError`] when the file is cut off, too long, or holds something else than labels.
    pub fn parse(bytes: &[u8], rows: u32, classes: u16) -> Result<Self, CommitmentError> {
        let Some((salt, packed)) = bytes.split_first_chunk::<SALT_LEN>() else {
            return Err(CommitmentError::Short { found: bytes.len(), header: TRUTH_HEADER });
        };
        Ok(Self { salt: *salt, labels: labels::unpack(packed, rows, classes)?, classes })
    }
}

/// `trainer address ‖ salt ‖ packed labels`. The address makes a copied commitment worthless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredictionFile {
    /// Who may reveal it.
    pub trainer: Address,
    /// [`Secret::salt`].
    pub salt: [u8; SALT_LEN],
    /// Class index predicted for each test row.
    pub labels: Vec<u8>,
    /// Number of classes; it decides how many bits a label takes.
    pub classes: u16,
}

impl PredictionFile {
    /// The file as it is committed and revealed.
    ///
    /// # Errors
    /// [`LabelError`] for a label that names no class.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LabelError> {
        Ok([&self.trainer.0[..], &self.salt, &labels::pack(&self.labels, self.classes)?].concat())
    }

    /// Reads a revealed file of so many labels.
    ///
    /// # Errors
    /// [`CommitmentError`] when the file is cut off, too long, or holds something else than labels.
    pub fn parse(bytes: &[u8], rows: u32, classes: u16) -> Result<Self, CommitmentError> {
        let short = CommitmentError::Short { found: bytes.len(), header: PREDICTION_HEADER };
        let Some((trainer, rest)) = bytes.split_first_chunk::<20>() else { return Err(short) };
        let Some((salt, packed)) = rest.split_first_chunk::<SALT_LEN>() else { return Err(short) };
        Ok(Self { trainer: Address(*trainer), salt: *salt, labels: labels::unpack(packed, rows, classes)?, classes })
    }
}

/// Superhash of a file that fits one block, as `BountyMarket.superhash` computes it.
pub fn superhash(file: &[u8]) -> Digest {
    Cid::of_block(file).superhash()
}

/// What a wallet signature over a [`crate::typed_data::SecretRequest`] yields: a salt, and the seed of a split.
/// The same wallet and the same message give the same secret again on any device.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    signature: [u8; 64],
}

/// Why a text is not a wallet signature from which a secret can be derived.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The wallet returned something that is not a 65-byte signature, so no secret can be derived from it.")]
pub struct SignatureError;

impl Secret {
    /// From `r ‖ s ‖ v` in hexadecimal. `v` is left out, since wallets write it as 0/1 or 27/28.
    ///
    /// # Errors
    /// [`SignatureError`] unless it is 65 bytes (a smart-contract wallet's may not be).
    pub fn from_signature(signature: &str) -> Result<Self, SignatureError> {
        let mut bytes = [0u8; 65];
        let digits = signature.strip_prefix("0x").unwrap_or(signature);
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| SignatureError)?;
        let mut kept = [0u8; 64];
        kept.copy_from_slice(&bytes[..64]);
        Ok(Self { signature: kept })
    }

    /// The salt of a ground-truth or prediction file.
    pub fn salt(&self) -> [u8; SALT_LEN] {
        self.derive(b"modelmarket salt v1")
    }

    /// The seed of a split.
    pub fn seed(&self) -> [u8; 32] {
        self.derive(b"modelmarket seed v1")
    }

    fn derive(&self, purpose: &[u8]) -> [u8; 32] {
        Sha256::new().chain_update(purpose).chain_update(self.signature).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_read_back_as_written() {
        let truth = TruthFile { salt: [7; 32], labels: vec![0, 9, 3], classes: 10 };
        let bytes = truth.to_bytes().unwrap();
        assert_eq!(bytes.len(), 32 + 2);
        assert_eq!(TruthFile::parse(&bytes, 3, 10), Ok(truth));

        let prediction = PredictionFile { trainer: Address([1; 20]), salt: [2; 32], labels: vec![1, 0, 1], classes: 2 };
        let bytes = prediction.to_bytes().unwrap();
        assert_eq!(bytes.len(), 52 + 1);
        assert_eq!(&bytes[..20], &[1; 20]);
        assert_eq!(PredictionFile::parse(&bytes, 3, 2), Ok(prediction));
    }

    #[test]
    fn cut_off_files_are_named() {
        assert_eq!(TruthFile::parse(&[0; 31], 1, 2), Err(CommitmentError::Short { found: 31, header: 32 }));
        assert_eq!(PredictionFile::parse(&[0; 51], 1, 2), Err(CommitmentError::Short { found: 51, header: 52 }));
        assert!(matches!(PredictionFile::parse(&[0; 52], 1, 2), Err(CommitmentError::Labels(_))));
    }

    #[test]
    fn the_recovery_byte_of_a_signature_does_not_change_the_secret() {
        let body = "11".repeat(64);
        let old = Secret::from_signature(&format!("0x{body}1b")).unwrap();
        let new = Secret::from_signature(&format!("0x{body}00")).unwrap();
        assert_eq!(old.salt(), new.salt());
        assert_ne!(old.salt(), old.seed());
        assert!(Secret::from_signature("0x1234").is_err());
    }
}
