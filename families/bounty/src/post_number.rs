//! The number that tells two posts of the same data set apart.

use std::{fmt, str::FromStr};

/// 8 random bytes that whoever posts a bounty chooses. They stand in its terms, so that a browser that has lost
/// everything reads them from the chain; and in the message from whose signature salt and split are derived, so that the
/// same file posted again has others. Travels as `0x` and 16 digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PostNumber(pub [u8; 8]);

/// Why a text is not a [`PostNumber`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("A post's number is 0x followed by 16 hexadecimal digits.")]
pub struct PostNumberError;

impl fmt::Display for PostNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#018x}", u64::from_be_bytes(self.0))
    }
}

impl fmt::Debug for PostNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for PostNumber {
    type Err = PostNumberError;

    fn from_str(text: &str) -> Result<Self, PostNumberError> {
        let digits = text.strip_prefix("0x").ok_or(PostNumberError)?;
        if digits.len() != 16 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(PostNumberError);
        }
        let number = u64::from_str_radix(digits, 16).map_err(|_| PostNumberError)?;
        Ok(Self(number.to_be_bytes()))
    }
}

protocol::travels_as_text!(PostNumber);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back_as_written() {
        let number = PostNumber([0, 1, 2, 3, 4, 5, 0xab, 0xff]);
        assert_eq!(number.to_string(), "0x000102030405abff");
        assert_eq!("0x000102030405abff".parse(), Ok(number));
        for wrong in ["", "0x", "000102030405abff", "0x000102030405abf", "0x000102030405abff0", "0x+00102030405abff"] {
            assert_eq!(wrong.parse::<PostNumber>(), Err(PostNumberError), "{wrong}");
        }
    }
}
