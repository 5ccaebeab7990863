//! The signature of an EIP-2612 permit, as the wallet returns it and as the contracts take it.

use contracts::abi::{AbiNumber, AbiWord, wide, word};
use protocol::Digest;

/// A signature over [`protocol::typed_data::permit_request`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermitSignature {
    /// As signed: seconds since the epoch.
    pub deadline: u64,
    /// First half of the ECDSA signature.
    pub r: [u8; 32],
    /// Second half of it.
    pub s: [u8; 32],
    /// 27 or 28.
    pub v: u8,
}

/// Why a wallet's answer is not a permit signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "The wallet returned something that is not a 65-byte signature; approve the market in a transaction of its own instead."
)]
pub struct PermitSignatureError;

impl PermitSignature {
    /// From `r ‖ s ‖ v` in hexadecimal, as `eth_signTypedData_v4` returns it. Wallets write `v` as 0/1 or as 27/28.
    ///
    /// # Errors
    /// [`PermitSignatureError`] unless it is 65 bytes with such a `v`.
    pub fn from_hex(signature: &str, deadline: u64) -> Result<Self, PermitSignatureError> {
        let mut bytes = [0u8; 65];
        let digits = signature.strip_prefix("0x").unwrap_or(signature);
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| PermitSignatureError)?;
        let v = match bytes[64] {
            v @ (0 | 1) => 27 + v,
            v @ (27 | 28) => v,
            _ => return Err(PermitSignatureError),
        };
        let mut permit = Self { deadline, r: [0; 32], s: [0; 32], v };
        permit.r.copy_from_slice(&bytes[..32]);
        permit.s.copy_from_slice(&bytes[32..64]);
        Ok(permit)
    }

    /// The last four arguments of every function that takes a permit: deadline, `v`, `r`, `s`.
    pub fn arguments(&self) -> (AbiNumber, u8, AbiWord, AbiWord) {
        (wide(self.deadline), self.v, word(Digest(self.r)), word(Digest(self.s)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_v_are_read() {
        let body = format!("{}{}", "11".repeat(32), "22".repeat(32));
        for (written, v) in [("00", 27), ("01", 28), ("1b", 27), ("1c", 28)] {
            let permit = PermitSignature::from_hex(&format!("0x{body}{written}"), 5).unwrap();
            assert_eq!(permit, PermitSignature { deadline: 5, r: [0x11; 32], s: [0x22; 32], v });
        }
    }

    #[test]
    fn other_answers_are_refused() {
        let body = "11".repeat(64);
        for text in ["", "0x", "0x1234", &format!("0x{body}"), &format!("0x{body}02"), &format!("0x{body}1b00")] {
            assert_eq!(PermitSignature::from_hex(text, 0), Err(PermitSignatureError), "{text}");
        }
    }
}
