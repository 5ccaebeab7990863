//! A chain account.

use std::{fmt, str::FromStr};

use crate::{Digest, keccak};

/// 20 bytes that name an account or a contract. Shown and sent with the mixed-case checksum of ERC-55.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub [u8; 20]);

/// Why a text is not an [`Address`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("An address is 0x followed by 40 hexadecimal digits.")]
    Form,
    #[error("The capital letters of this address do not fit its checksum; a character may be mistyped.")]
    Checksum,
}

impl Address {
    /// No account: what the chain says where there is none.
    pub const ZERO: Self = Self([0; 20]);

    /// `0x1234…cdef`: enough to recognise an account, not enough to trust one.
    pub fn short(&self) -> String {
        let text = self.to_string();
        format!("{}…{}", &text[..6], &text[38..])
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lower = hex::encode(self.0);
        let Digest(hash) = keccak(&[lower.as_bytes()]);
        f.write_str("0x")?;
        for (i, c) in lower.chars().enumerate() {
            let nibble = (hash[i / 2] >> (if i % 2 == 0 { 4 } else { 0 })) & 0xf;
            let c = if nibble >= 8 { c.to_ascii_uppercase() } else { c };
            write!(f, "{c}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Address {
    type Err = AddressError;

    /// Reads an address in lower case, upper case, or with a correct checksum.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let digits = text.strip_prefix("0x").ok_or(AddressError::Form)?;
        let mut bytes = [0u8; 20];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| AddressError::Form)?;
        let address = Self(bytes);
        let mixed = digits.bytes().any(|b| b.is_ascii_lowercase()) && digits.bytes().any(|b| b.is_ascii_uppercase());
        if mixed && address.to_string() != text {
            return Err(AddressError::Checksum);
        }
        Ok(address)
    }
}

crate::travels_as_text!(Address);

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors of ERC-55.
    const CHECKSUMMED: [&str; 4] = [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ];

    #[test]
    fn published_checksums_are_reproduced() {
        for text in CHECKSUMMED {
            let lower: Address = text.to_lowercase().parse().unwrap();
            assert_eq!(lower.to_string(), text);
            assert_eq!(text.parse::<Address>().unwrap(), lower);
        }
    }

    #[test]
    fn a_mistyped_capital_is_refused() {
        let wrong = CHECKSUMMED[0].replace("aAe", "AAe");
        assert_eq!(wrong.parse::<Address>(), Err(AddressError::Checksum));
        assert_eq!("0x12".parse::<Address>(), Err(AddressError::Form));
        assert_eq!("12".parse::<Address>(), Err(AddressError::Form));
    }
}
