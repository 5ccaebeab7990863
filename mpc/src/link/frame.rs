//! A frame: the step of the plan in four bytes, then the words of that step.

use crate::{MpcError, Party, Ring};

const HEAD: usize = 4;

/// A frame of `step` that holds `words`.
pub(crate) fn write(step: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(HEAD + payload.len());
    frame.extend(step.to_le_bytes());
    frame.extend(payload);
    frame
}

/// What a frame holds, if it is that of `step` and has `wanted` bytes.
pub(crate) fn read(from: Party, frame: &[u8], step: u32, wanted: usize) -> Result<&[u8], MpcError> {
    let wrong = MpcError::Frame { from, step, wanted, got: frame.len().saturating_sub(HEAD) };
    let Some((head, payload)) = frame.split_first_chunk::<HEAD>() else { return Err(wrong) };
    let got = u32::from_le_bytes(*head);
    if got != step {
        return Err(MpcError::OutOfStep { from, step, got });
    }
    if payload.len() == wanted { Ok(payload) } else { Err(wrong) }
}

/// Words as bytes, the lowest first.
pub(crate) fn bytes<R: Ring>(words: &[R]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(words.len() * R::BYTES);
    for word in words {
        bytes.extend_from_slice(&word.bits().to_le_bytes()[..R::BYTES]);
    }
    bytes
}

/// Bytes as words; a rest that is no whole word is left out.
pub(crate) fn words<R: Ring>(bytes: &[u8]) -> Vec<R> {
    bytes.chunks_exact(R::BYTES).map(word).collect()
}

fn word<R: Ring>(bytes: &[u8]) -> R {
    let mut all = [0; 16];
    all[..bytes.len()].copy_from_slice(bytes);
    R::from_bits(u128::from_le_bytes(all))
}

/// The lowest `bits` bits of each word, in whole bytes.
pub(crate) fn low_bytes<R: Ring>(words: &[R], bits: u32) -> Vec<u8> {
    let each = bits.div_ceil(8) as usize;
    words.iter().flat_map(|word| word.low(bits).bits().to_le_bytes().into_iter().take(each)).collect()
}

/// The words of [`low_bytes`].
pub(crate) fn low_words<R: Ring>(bytes: &[u8], bits: u32) -> Vec<R> {
    bytes.chunks_exact(bits.div_ceil(8) as usize).map(|bytes| word::<R>(bytes).low(bits)).collect()
}
