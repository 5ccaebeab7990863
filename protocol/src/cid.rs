//! Content identifiers: what Kubo computes with `ipfs add --cid-version=1 --raw-leaves`.

use std::{fmt, str::FromStr};

use data_encoding::Encoding;

use crate::digest::Digest;

mod unixfs;
pub use unixfs::{Block, CHUNK_SIZE, FileHasher, HashedFile, LINKS_PER_NODE, LeafTree};

/// Most bytes of a CID in its text form that any contract takes: `CID_LIMIT` in contracts/solidity/lib/CidLimit.sol.
pub const MAX_CID_LENGTH: usize = 128;

/// How the bytes of a block are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// The bytes themselves: a whole small file, or a leaf of a large one.
    Raw,
    /// A UnixFS node that links to further blocks.
    DagPb,
}

/// A version 1 CID over SHA-256, the only kind this project makes or accepts. Text form: base32, 59 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cid {
    /// How the block that is named is to be read.
    pub codec: Codec,
    /// SHA-256 of that block: of the whole file where it is one raw block.
    pub digest: Digest,
}

/// Why a text is not a [`Cid`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CidError {
    #[error("A CID here is 59 characters long and begins with bafkrei or bafybei; this one is not.")]
    Form,
    #[error(
        "This is a CID of version 0. The same file has another name here: `ipfs add --only-hash --cid-version=1 --raw-leaves --chunker=size-262144 FILE` says which (versions that know `--max-file-links` need it to be 174)."
    )]
    Version0,
    #[error("This CID is of a kind that ModelMarket does not use; it takes version 1, SHA-256, raw or dag-pb.")]
    Kind,
}

/// RFC 4648 in lower case, without padding: the multibase `b`.
const BASE32: Encoding = data_encoding_macro::new_encoding! {
    symbols: "abcdefghijklmnopqrstuvwxyz234567",
};
/// Base32 digits of a CID, after the `b`.
const DIGITS: usize = 58;
const VERSION: u8 = 1;
const RAW: u8 = 0x55;
const DAG_PB: u8 = 0x70;
const SHA2_256: u8 = 0x12;
const DIGEST_LEN: u8 = 32;

impl Cid {
    /// The CID of a file that fits one block: its digest is the SHA-256 of the bytes.
    pub fn of_block(bytes: &[u8]) -> Self {
        Self::raw(Digest::of(bytes))
    }

    /// The raw CID with a known digest.
    pub const fn raw(digest: Digest) -> Self {
        Self { codec: Codec::Raw, digest }
    }

    /// The 36 bytes of the binary form.
    pub fn to_bytes(&self) -> [u8; 36] {
        let mut bytes = [0u8; 36];
        let codec = match self.codec {
            Codec::Raw => RAW,
            Codec::DagPb => DAG_PB,
        };
        bytes[..4].copy_from_slice(&[VERSION, codec, SHA2_256, DIGEST_LEN]);
        bytes[4..].copy_from_slice(&self.digest.0);
        bytes
    }

    /// The superhash: SHA-256 of the text form. What the chain stores as a commitment.
    pub fn superhash(&self) -> Digest {
        Digest::of(self.to_string().as_bytes())
    }

    /// `bafkre…x4qy`, for showing.
    pub fn short(&self) -> String {
        let text = self.to_string();
        format!("{}…{}", &text[..8], &text[55..])
    }
}

impl fmt::Display for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0u8; DIGITS];
        BASE32.encode_mut(&self.to_bytes(), &mut text);
        f.write_str("b")?;
        // Base32 is ASCII.
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Cid {
    type Err = CidError;

    fn from_str(text: &str) -> Result<Self, CidError> {
        if is_version_0(text) {
            return Err(CidError::Version0);
        }
        let digits = text.strip_prefix('b').filter(|digits| digits.len() == DIGITS).ok_or(CidError::Form)?;
        // The last digit carries unused bits; only their zero form names a CID.
        let bytes = BASE32.decode(digits.as_bytes()).map_err(|_| CidError::Form)?;
        let codec = match bytes[..4] {
            [VERSION, RAW, SHA2_256, DIGEST_LEN] => Codec::Raw,
            [VERSION, DAG_PB, SHA2_256, DIGEST_LEN] => Codec::DagPb,
            _ => return Err(CidError::Kind),
        };
        let mut digest = [0u8; 32];
        digest.copy_from_slice(&bytes[4..36]);
        Ok(Self { codec, digest: Digest(digest) })
    }
}

/// Whether a text is a CID of version 0: a SHA-256 multihash in base58, which always begins so and is so long.
fn is_version_0(text: &str) -> bool {
    const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    text.len() == 46 && text.starts_with("Qm") && text.chars().all(|c| BASE58.contains(c))
}

crate::travels_as_text!(Cid);

#[cfg(test)]
mod tests {
    use super::*;

    /// The empty file and "hello world\n" as Kubo names them.
    const EMPTY: &str = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

    #[test]
    fn the_empty_file_has_its_known_cid() {
        let cid = Cid::of_block(b"");
        assert_eq!(cid.to_string(), EMPTY);
        assert_eq!(EMPTY.parse::<Cid>(), Ok(cid));
    }

    #[test]
    fn other_texts_are_refused() {
        // Of the empty file, as older nodes name it.
        assert_eq!("QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH".parse::<Cid>(), Err(CidError::Version0));
        for text in ["", "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1", &EMPTY[1..], &EMPTY.to_uppercase()] {
            assert_eq!(text.parse::<Cid>(), Err(CidError::Form), "{text:?}");
        }
        let mut sloppy = EMPTY.to_string();
        sloppy.replace_range(58.., "v");
        assert_eq!(sloppy.parse::<Cid>(), Err(CidError::Form), "unused bits must be zero");
        let dag_cbor = format!("bafyrei{}", &EMPTY[7..]);
        assert_eq!(dag_cbor.parse::<Cid>(), Err(CidError::Kind));
    }
}
