//! What two sides of a link send each other, on its outside. Integers are big-endian.

use super::noise::{HANDSHAKE, MOST};

/// A message, as whoever carries it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Record<'a> {
    /// The lower seat's half of a handshake.
    Offer(&'a [u8]),
    /// The other half, with the first bytes of the offer that it answers.
    Answer { offer: [u8; 8], message: &'a [u8] },
    /// A sealed message of a session.
    Sealed { session: [u8; 8], number: u64, sealed: &'a [u8] },
    /// The upper seat has lost the session that the lower one uses.
    Again,
}

/// Bytes in front of what is sealed.
pub(super) const HEAD: usize = 17;

impl<'a> Record<'a> {
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (kind, body) = bytes.split_first()?;
        match kind {
            1 => (body.len() == HANDSHAKE).then_some(Self::Offer(body)),
            2 => {
                let (offer, message) = body.split_first_chunk()?;
                (message.len() == HANDSHAKE).then_some(Self::Answer { offer: *offer, message })
            }
            3 => {
                let (session, body) = body.split_first_chunk()?;
                let (number, sealed) = body.split_first_chunk()?;
                let number = u64::from_be_bytes(*number);
                (sealed.len() <= MOST && number != u64::MAX).then_some(Self::Sealed {
                    session: *session,
                    number,
                    sealed,
                })
            }
            4 => body.is_empty().then_some(Self::Again),
            _ => None,
        }
    }
}

pub(super) fn again() -> Vec<u8> {
    vec![4]
}

pub(super) fn offer(message: &[u8]) -> Vec<u8> {
    [&[1], message].concat()
}

/// The first bytes of an offer, by which its answer names it.
pub(super) fn name(offer: &[u8]) -> [u8; 8] {
    let mut name = [0; 8];
    name.copy_from_slice(&offer[..8]);
    name
}

pub(super) fn answer(offer: [u8; 8], message: &[u8]) -> Vec<u8> {
    [&[2], offer.as_slice(), message].concat()
}

/// The outside of a sealed message.
pub(super) fn head(session: [u8; 8], number: u64) -> [u8; HEAD] {
    let mut head = [3; HEAD];
    head[1..9].copy_from_slice(&session);
    head[9..].copy_from_slice(&number.to_be_bytes());
    head
}
