//! SHA-256 digests and other 32-byte words.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};
use tiny_keccak::{Hasher as _, Keccak};

/// 32 bytes: a SHA-256 digest, a superhash, a salt, a block or transaction hash. Travels as `0x` and 64 digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// Why a text is not a [`Digest`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("A hash is 0x followed by 64 hexadecimal digits.")]
pub struct DigestError;

impl Digest {
    /// 32 zero bytes: what the chain says where there is no digest.
    pub const ZERO: Self = Self([0; 32]);

    /// SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// `0x1234…cdef`, for showing.
    pub fn short(&self) -> String {
        let text = self.to_string();
        format!("{}…{}", &text[..6], &text[62..])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let mut bytes = [0u8; 32];
        let digits = text.strip_prefix("0x").ok_or(DigestError)?;
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| DigestError)?;
        Ok(Self(bytes))
    }
}

crate::travels_as_text!(Digest);

/// Keccak-256 of several pieces one after the other, as the chain hashes.
pub fn keccak(pieces: &[&[u8]]) -> Digest {
    let (mut keccak, mut hash) = (Keccak::v256(), [0; 32]);
    pieces.iter().for_each(|piece| keccak.update(piece));
    keccak.finalize(&mut hash);
    Digest(hash)
}
