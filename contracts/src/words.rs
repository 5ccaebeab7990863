//! Reading ABI-encoded data, which may come from anybody.

use protocol::{Address, Amount, Digest};

/// Why bytes from the chain could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error(
        "The data that the network sent is cut off or malformed; the RPC endpoint may be faulty, so try another one."
    )]
    Malformed,
    #[error(
        "The network sent a number that is out of range here; the address may belong to another contract, so check \
         the network and the contract addresses in the settings."
    )]
    OutOfRange,
}

/// A cursor over the head of an encoded tuple: one 32-byte word after the other.
pub struct Words<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Words<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    pub fn word(&mut self) -> Result<[u8; 32], DecodeError> {
        let word = word_at(self.data, self.at)?;
        self.at += 32;
        Ok(word)
    }

    pub fn number<T: TryFrom<u128>>(&mut self) -> Result<T, DecodeError> {
        number(&self.word()?)
    }

    pub fn amount(&mut self) -> Result<Amount, DecodeError> {
        self.number().map(Amount)
    }

    pub fn digest(&mut self) -> Result<Digest, DecodeError> {
        self.word().map(Digest)
    }

    pub fn address(&mut self) -> Result<Address, DecodeError> {
        address(&self.word()?)
    }

    pub fn boolean(&mut self) -> Result<bool, DecodeError> {
        match self.number::<u8>()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DecodeError::OutOfRange),
        }
    }

    /// Bytes of any length, which the head points to.
    pub fn bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let start: usize = self.number()?;
        let length: usize = number(&word_at(self.data, start)?)?;
        let start = start.checked_add(32).ok_or(DecodeError::Malformed)?;
        let end = start.checked_add(length).ok_or(DecodeError::Malformed)?;
        self.data.get(start..end).ok_or(DecodeError::Malformed)
    }

    /// A text from a stranger. What is not UTF-8 is replaced rather than refused, so that nobody can make a history
    /// unreadable with one event.
    pub fn text(&mut self) -> Result<String, DecodeError> {
        Ok(String::from_utf8_lossy(self.bytes()?).into_owned())
    }
}

pub fn number<T: TryFrom<u128>>(word: &[u8; 32]) -> Result<T, DecodeError> {
    let (high, low) = word.split_at(16);
    if high.iter().any(|&b| b != 0) {
        return Err(DecodeError::OutOfRange);
    }
    let low = low.iter().fold(0u128, |value, &byte| value << 8 | u128::from(byte));
    T::try_from(low).map_err(|_| DecodeError::OutOfRange)
}

pub fn address(word: &[u8; 32]) -> Result<Address, DecodeError> {
    match word.split_last_chunk::<20>() {
        Some((zeros, bytes)) if zeros.iter().all(|&b| b == 0) => Ok(Address(*bytes)),
        _ => Err(DecodeError::OutOfRange),
    }
}

fn word_at(data: &[u8], at: usize) -> Result<[u8; 32], DecodeError> {
    data.get(at..).and_then(|rest| rest.first_chunk()).copied().ok_or(DecodeError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ethers_core::abi::{Token, encode};

    #[test]
    fn what_ethers_encodes_reads_back() {
        let data = encode(&[
            Token::Uint(7.into()),
            Token::Bytes(vec![1, 2, 3]),
            Token::Address([9; 20].into()),
            Token::String("bafk".into()),
            Token::Bool(true),
            Token::Bytes(Vec::new()),
        ]);
        let mut words = Words::new(&data);
        assert_eq!(words.number::<u64>(), Ok(7));
        assert_eq!(words.bytes(), Ok(&[1, 2, 3][..]));
        assert_eq!(words.address(), Ok(Address([9; 20])));
        assert_eq!(words.text(), Ok("bafk".to_owned()));
        assert_eq!(words.boolean(), Ok(true));
        assert_eq!(words.bytes(), Ok(&[][..]));
        assert_eq!(
            words.word(),
            Ok({
                // Behind the head lies the tail; reading on is the caller's mistake, running out is not a panic.
                let mut length = [0; 32];
                length[31] = 3;
                length
            })
        );
    }

    #[test]
    fn cut_off_and_wild_data_is_refused_without_a_panic() {
        let data = encode(&[Token::Bytes(vec![1; 40])]);
        for len in 0..32 + 32 + 40 {
            assert_eq!(Words::new(&data[..len]).bytes(), Err(DecodeError::Malformed), "{len} bytes");
        }
        // An offset and a length near the end of a 32-bit and of a 64-bit address space.
        for wild in [u64::from(u32::MAX) - 15, u64::from(u32::MAX), u64::MAX - 15, u64::MAX] {
            let offset = encode(&[Token::Uint(wild.into()), Token::Uint(wild.into())]);
            assert!(Words::new(&offset).bytes().is_err());
            let length = encode(&[Token::Uint(32.into()), Token::Uint(wild.into())]);
            assert!(Words::new(&length).bytes().is_err());
        }
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        let data = encode(&[Token::Uint(256.into()), Token::Uint(ethers_core::types::U256::MAX)]);
        assert_eq!(Words::new(&data).number::<u8>(), Err(DecodeError::OutOfRange));
        assert_eq!(Words::new(&data).boolean(), Err(DecodeError::OutOfRange));
        assert_eq!(Words::new(&data[32..]).number::<u128>(), Err(DecodeError::OutOfRange));
        assert_eq!(Words::new(&data[32..]).address(), Err(DecodeError::OutOfRange));
    }

    #[test]
    fn text_that_is_not_utf8_still_reads() {
        let data = encode(&[Token::Bytes(vec![b'a', 0xff])]);
        assert_eq!(Words::new(&data).text(), Ok("a\u{fffd}".to_owned()));
    }
}
