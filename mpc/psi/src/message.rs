//! Bytes that travel between the two sides. Integers are big-endian.

use crate::{
    error::PsiError,
    group::{Encoded, IMAGE, Image, POINT},
};

/// Entries of a list in one message.
pub(crate) const PORTION: usize = 1_024;

/// A message. Lists travel in portions, each with the place of its first entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message {
    /// Hash of the list that will follow.
    Commitment([u8; 32]),
    /// Blinded ids and fillers, shuffled.
    Points(u32, Vec<Encoded>),
    /// Double images of the receiver's list, shuffled.
    Images(u32, Vec<Image>),
    /// Whether the sender goes on with the count.
    Verdict(bool),
    /// How the images were shuffled.
    Order(u32, Vec<u32>),
    /// Hash of the images that will follow.
    ImagesCommitment([u8; 32]),
}

impl Message {
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Commitment(hash) => [&[1], hash.as_slice()].concat(),
            Self::ImagesCommitment(hash) => [&[6], hash.as_slice()].concat(),
            Self::Points(first, points) => portion(2, *first, points.iter().flatten().copied()),
            Self::Images(first, images) => portion(3, *first, images.iter().flatten().copied()),
            Self::Verdict(accept) => vec![4, u8::from(*accept)],
            Self::Order(first, places) => portion(5, *first, places.iter().flat_map(|place| place.to_be_bytes())),
        }
    }

    /// # Errors
    /// [`PsiError::Unreadable`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PsiError> {
        let unreadable = |what| PsiError::Unreadable { what };
        let (kind, body) = bytes.split_first().ok_or(unreadable("it is empty"))?;
        match kind {
            1 => body.try_into().map(Self::Commitment).map_err(|_| unreadable("a commitment of another size")),
            2 => entries::<POINT>(body).map(|(first, points)| Self::Points(first, points)),
            3 => entries::<IMAGE>(body).map(|(first, images)| Self::Images(first, images)),
            4 => match body {
                [0] => Ok(Self::Verdict(false)),
                [1] => Ok(Self::Verdict(true)),
                _ => Err(unreadable("a verdict that is neither yes nor no")),
            },
            5 => entries::<4>(body)
                .map(|(first, places)| Self::Order(first, places.into_iter().map(u32::from_be_bytes).collect())),
            6 => body.try_into().map(Self::ImagesCommitment).map_err(|_| unreadable("a commitment of another size")),
            _ => Err(unreadable("of a kind that is not known here")),
        }
    }
}

fn portion(kind: u8, first: u32, body: impl Iterator<Item = u8>) -> Vec<u8> {
    [kind].into_iter().chain(first.to_be_bytes()).chain(body).collect()
}

fn entries<const SIZE: usize>(body: &[u8]) -> Result<(u32, Vec<[u8; SIZE]>), PsiError> {
    let unreadable = PsiError::Unreadable { what: "a part of a list that is not made of whole entries" };
    let (first, body) = body.split_first_chunk().ok_or(unreadable.clone())?;
    let (entries, rest) = body.as_chunks::<SIZE>();
    if !rest.is_empty() || entries.is_empty() || entries.len() > PORTION {
        return Err(unreadable);
    }
    Ok((u32::from_be_bytes(*first), entries.to_vec()))
}
