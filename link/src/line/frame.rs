//! What stands inside a sealed message. Integers are big-endian.

use bytes::Bytes;
use protocol::Digest;

use super::noise::{MOST, TAG};

/// Bytes of a fragment in front of its payload.
const FRAGMENT_HEAD: usize = 13;
/// Bytes of payload that a fragment carries at most: one fragment fits one Noise message.
pub const FRAGMENT: usize = MOST - TAG - FRAGMENT_HEAD;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Frame {
    Hello(Hello),
    /// A fragment of a message.
    Fragment(Fragment),
    /// How many fragments came, and how many bytes of payload were taken by the program.
    Taken {
        fragments: u64,
        bytes: u64,
    },
    /// Asks for a [`Frame::Taken`]: whether the other side is there.
    Ping,
}

/// The first frame of a session, from each side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hello {
    /// This side's half of what the heads begin with.
    pub secret: [u8; 32],
    /// Where this side stands, if it remembers an earlier session.
    pub resume: Option<Standing>,
    /// The signed transaction that confirmed this side's key; empty for smart accounts.
    pub confirmation: Vec<u8>,
}

/// How far both directions are, by one side's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub association: Digest,
    pub received: u64,
    pub head_in: Digest,
    pub sent: u64,
    pub head_out: Digest,
}

/// A fragment of a message, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fragment {
    pub sequence: u64,
    pub operation: u32,
    /// Whether the message ends with it.
    pub last: bool,
    /// All of the frame; its payload is behind [`FRAGMENT_HEAD`].
    whole: Bytes,
}

impl Fragment {
    /// The frame of a fragment.
    pub fn frame(sequence: u64, operation: u32, last: bool, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FRAGMENT_HEAD + payload.len());
        bytes.push(u8::from(last));
        bytes.extend(sequence.to_be_bytes());
        bytes.extend(operation.to_be_bytes());
        bytes.extend(payload);
        bytes
    }

    fn read(bytes: Vec<u8>, last: bool) -> Option<Self> {
        let (sequence, rest) = bytes[1..].split_first_chunk()?;
        let (operation, _) = rest.split_first_chunk()?;
        let (sequence, operation) = (u64::from_be_bytes(*sequence), u32::from_be_bytes(*operation));
        Some(Self { sequence, operation, last, whole: bytes.into() })
    }

    pub fn whole(&self) -> &[u8] {
        &self.whole
    }

    /// Bytes of payload.
    pub fn size(&self) -> usize {
        self.whole.len() - FRAGMENT_HEAD
    }

    pub fn into_payload(self) -> Bytes {
        self.whole.slice(FRAGMENT_HEAD..)
    }
}

impl Frame {
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Fragment(fragment) => fragment.whole.to_vec(),
            Self::Taken { fragments, bytes } => {
                [&[2], fragments.to_be_bytes().as_slice(), &bytes.to_be_bytes()].concat()
            }
            Self::Ping => vec![3],
            Self::Hello(hello) => hello.encode(),
        }
    }

    pub fn decode(bytes: Vec<u8>) -> Option<Self> {
        match *bytes.first()? {
            kind @ (0 | 1) => Fragment::read(bytes, kind == 1).map(Self::Fragment),
            2 => {
                let (fragments, bytes) = bytes[1..].split_first_chunk()?;
                let bytes = bytes.try_into().ok()?;
                Some(Self::Taken { fragments: u64::from_be_bytes(*fragments), bytes: u64::from_be_bytes(bytes) })
            }
            3 => (bytes.len() == 1).then_some(Self::Ping),
            4 => Hello::decode(&bytes[1..]).map(Self::Hello),
            _ => None,
        }
    }
}

impl Hello {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![4];
        bytes.extend(self.secret);
        match &self.resume {
            None => bytes.push(0),
            Some(standing) => {
                bytes.push(1);
                bytes.extend(standing.association.0);
                bytes.extend(standing.received.to_be_bytes());
                bytes.extend(standing.head_in.0);
                bytes.extend(standing.sent.to_be_bytes());
                bytes.extend(standing.head_out.0);
            }
        }
        bytes.extend(&self.confirmation);
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (secret, bytes) = bytes.split_first_chunk()?;
        let (resumes, bytes) = bytes.split_first()?;
        let (resume, bytes) = match resumes {
            0 => (None, bytes),
            1 => {
                let (association, bytes) = bytes.split_first_chunk()?;
                let (received, bytes) = bytes.split_first_chunk()?;
                let (head_in, bytes) = bytes.split_first_chunk()?;
                let (sent, bytes) = bytes.split_first_chunk()?;
                let (head_out, bytes) = bytes.split_first_chunk()?;
                let standing = Standing {
                    association: Digest(*association),
                    received: u64::from_be_bytes(*received),
                    head_in: Digest(*head_in),
                    sent: u64::from_be_bytes(*sent),
                    head_out: Digest(*head_out),
                };
                (Some(standing), bytes)
            }
            _ => return None,
        };
        Some(Self { secret: *secret, resume, confirmation: bytes.to_vec() })
    }
}
