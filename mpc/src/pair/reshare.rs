use hkdf::Hkdf;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore as _, SeedableRng as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{Ring, Seat, draw::Run, link::words};

/// Fresh shares of zero, from what only the two seats know: the helper knows everything else that a share is made of.
pub(super) struct Fresh {
    seat: Seat,
    key: Hkdf<Sha256>,
}

impl Fresh {
    pub(super) fn new(seat: Seat, run: &Run, mine: &[u8; 32], theirs: &[u8]) -> Self {
        let mut both = Zeroizing::new(Vec::with_capacity(64));
        let (first, second): (&[u8], &[u8]) = if seat == Seat::First { (mine, theirs) } else { (theirs, mine) };
        both.extend_from_slice(first);
        both.extend_from_slice(second);
        let salt = [&run.task[..], &run.attempt.to_be_bytes(), &run.epoch].concat();
        Self { seat, key: Hkdf::new(Some(&salt), &both) }
    }

    /// Adds the first seat's zero, or takes away the second's.
    pub(super) fn add<R: Ring>(&self, step: u32, shares: &mut [R]) {
        let mut key = [0; 32];
        // HKDF refuses only outputs of more than 8,160 bytes.
        let _ = self.key.expand_multi_info(&[b"reshare", &step.to_be_bytes()], &mut key);
        let mut bytes = vec![0; shares.len() * R::BYTES];
        ChaCha20Rng::from_seed(key).fill_bytes(&mut bytes);
        for (share, zero) in shares.iter_mut().zip(words::<R>(&bytes)) {
            *share = if self.seat == Seat::First { share.plus(zero) } else { share.minus(zero) };
        }
    }
}
