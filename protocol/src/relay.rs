//! How a relay and its clients talk over a WebSocket at the address of a [`Room`]. A message is one or more envelopes:
//! a seat, the length of what follows (4 bytes, big-endian), and what follows, of which the relay understands nothing. To the
//! relay the seat is whom it is for, from the relay whom it is from. [`NOTICE`] instead of a seat is the relay itself.

use std::fmt;

use crate::Address;

/// Whose seats meet at a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Room {
    /// Those of a task's attempt.
    Task { task: u64, attempt: u16 },
    /// The client of a compute job and one provider: other providers that are asked have rooms of their own.
    Job { job: u64, provider: Address },
}

/// The path of its WebSocket at a server, e.g. `/api/relay/7/1` or `/api/relay/jobs/7/0x…`.
impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task { task, attempt } => write!(f, "/api/relay/{task}/{attempt}"),
            Self::Job { job, provider } => write!(f, "/api/relay/jobs/{job}/{provider}"),
        }
    }
}

/// The protocol that a client asks for and the relay agrees to.
pub const PROTOCOL: &str = "modelmarket.relay.1";
/// A browser cannot set headers of a WebSocket: it asks for this protocol, with the token of its session behind it.
pub const TOKEN_PROTOCOL: &str = "modelmarket.relay.1.";
/// In place of a seat: the relay says something itself.
pub const NOTICE: u8 = 255;
/// Bytes that an envelope holds at most; one Noise message and what stands around it.
pub const MOST: usize = 66_000;
/// Bytes of a message at most.
pub const MOST_IN_MESSAGE: usize = 256 << 10;
/// Bytes in front of what an envelope holds.
pub const HEAD: usize = 5;

/// Close codes of the relay.
pub mod close {
    /// The same seat connected again.
    pub const REPLACED: u16 = 4_001;
    /// Nothing was heard for too long.
    pub const IDLE: u16 = 4_002;
    /// A message that is not made of envelopes, or for a seat that there is not.
    pub const UNREADABLE: u16 = 4_003;
    /// What was sent to it was not taken in for too long.
    pub const STUCK: u16 = 4_004;
    /// The relay stops. Connect again.
    pub const STOPPING: u16 = 1_012;
}

/// What the relay says itself. It may be lying, so these only say when it is worth trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The seat is connected, or connected anew.
    Came(u8),
    Left(u8),
}

impl Notice {
    /// As an envelope.
    pub fn envelope(self) -> Vec<u8> {
        match self {
            Self::Came(seat) => envelope(NOTICE, &[1, seat]),
            Self::Left(seat) => envelope(NOTICE, &[2, seat]),
        }
    }

    /// Reads what an envelope of [`NOTICE`] holds; `None` for what is not known here.
    pub fn read(body: &[u8]) -> Option<Self> {
        match body {
            [1, seat] => Some(Self::Came(*seat)),
            [2, seat] => Some(Self::Left(*seat)),
            _ => None,
        }
    }
}

/// An envelope.
pub fn envelope(seat: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD + body.len());
    put_envelope(seat, body, &mut bytes);
    bytes
}

/// An envelope behind others.
pub fn put_envelope(seat: u8, body: &[u8], message: &mut Vec<u8>) {
    put_envelope_of(seat, message, |message| {
        message.extend(body);
        true
    });
}

/// An envelope behind others, whose body `write` puts behind what there is. Answers as `write` does: whether there was one. If
/// not, `message` stays as it was.
pub fn put_envelope_of(seat: u8, message: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> bool) -> bool {
    let start = message.len();
    message.extend([seat, 0, 0, 0, 0]);
    let is_written = write(message);
    if is_written {
        let size = (message.len() - start - HEAD) as u32;
        message[start + 1..start + HEAD].copy_from_slice(&size.to_be_bytes());
    } else {
        message.truncate(start);
    }
    is_written
}

/// The envelopes of a message: where one is cut short or too long, the last item is an error.
pub fn envelopes(message: &[u8]) -> impl Iterator<Item = Result<(u8, &[u8]), EnvelopeError>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let read = split(rest);
        rest = read.as_ref().map_or(&[], |(_, _, rest)| *rest);
        Some(read.map(|(seat, body, _)| (seat, body)))
    })
}

/// What stands in a message of a relay is not made of envelopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A message of a relay is cut short or holds more than {MOST} bytes; both sides must use the same version.")]
pub struct EnvelopeError;

fn split(bytes: &[u8]) -> Result<(u8, &[u8], &[u8]), EnvelopeError> {
    let (&[seat, a, b, c, d], rest) = bytes.split_first_chunk::<HEAD>().ok_or(EnvelopeError)?;
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    if length > MOST {
        return Err(EnvelopeError);
    }
    let (body, rest) = rest.split_at_checked(length).ok_or(EnvelopeError)?;
    Ok((seat, body, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes_are_read_as_they_were_written() {
        let message = [envelope(3, b"ab"), envelope(0, b""), Notice::Left(7).envelope()].concat();
        assert_eq!(message[..7], [3, 0, 0, 0, 2, b'a', b'b']);
        let read: Vec<_> = envelopes(&message).collect();
        assert_eq!(read, [Ok((3, b"ab".as_slice())), Ok((0, b"")), Ok((NOTICE, &[2, 7]))]);
        assert_eq!(Notice::read(&[2, 7]), Some(Notice::Left(7)));
        assert_eq!(Notice::read(&Notice::Came(1).envelope()[HEAD..]), Some(Notice::Came(1)));
        assert_eq!(Notice::read(&[9, 7]), None);
    }

    #[test]
    fn what_is_cut_short_or_too_long_is_an_error() {
        let whole = envelope(1, b"abc");
        for cut in 1..whole.len() {
            assert_eq!(envelopes(&whole[..cut]).collect::<Vec<_>>(), [Err(EnvelopeError)], "{cut}");
        }
        let long = [1, 0, 1, 1, 0xd1];
        assert_eq!(envelopes(&long).next(), Some(Err(EnvelopeError)));
        assert_eq!(envelopes(&envelope(1, &vec![0; MOST])).count(), 1);
    }
}
