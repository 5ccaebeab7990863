use hkdf::Hkdf;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{At, Draws, Run, Use};
use crate::{
    Plane, Ring,
    fault::{self, Fault},
};

/// 32 bytes from the operating system, drawn anew for each epoch, known to one seat and the helper. It is kept in
/// memory only and is overwritten when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Seed([u8; 32]);

impl Seed {
    pub fn new(bytes: [u8; 32]) -> Self {
        #[cfg(feature = "faults")]
        fault::remember(bytes);
        Self(bytes)
    }

    /// What may be kept and told of a seed.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::new_with_prefix(b"seed").chain_update(self.0).finalize().into()
    }

    /// What the seat sends to the helper, over their own link.
    pub fn to_helper(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_vec())
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What the helper has received.
    pub fn received(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// ChaCha20 under HKDF-SHA-256 (seed, task ‖ attempt ‖ epoch ‖ purpose ‖ operation).
///
/// What is drawn for a step hangs below a seed of its own, the step's leaf, so that it can be shown without the rest.
pub struct Seeded {
    root: Hkdf<Sha256>,
    run: Vec<u8>,
}

impl Seeded {
    pub fn new(seed: &Seed, run: &Run) -> Self {
        let root = Hkdf::new(Some(b"modelmarket learns together 1"), &seed.0);
        let mut name = run.task.to_vec();
        if !fault::has(Fault::MaskOverAttempts) {
            name.extend(run.attempt.to_be_bytes());
            name.extend(run.epoch);
        }
        Self { root, run: name }
    }

    /// The seed below which everything hangs that is drawn for `step`. No mask of a matrix does.
    pub fn leaf(&self, step: u32) -> Seed {
        Seed(self.below(b"step", &step.to_be_bytes()))
    }

    fn below(&self, purpose: &[u8], operation: &[u8]) -> [u8; 32] {
        let mut key = [0; 32];
        let info: [&[u8]; 4] = [&self.run, &[purpose.len() as u8], purpose, operation];
        // HKDF refuses only outputs of more than 8,160 bytes.
        let _ = self.root.expand_multi_info(&info, &mut key);
        key
    }

    fn stream(&self, at: At) -> ChaCha20Rng {
        match at {
            At::Mask(name) => ChaCha20Rng::from_seed(self.below(b"mask", &name.0)),
            At::Step(step, for_what) => stream_below(&self.leaf(step), for_what),
        }
    }
}

fn stream_below(leaf: &Seed, for_what: Use) -> ChaCha20Rng {
    let mut key = [0; 32];
    // HKDF refuses only outputs of more than 8,160 bytes.
    let _ = Hkdf::<Sha256>::new(None, &leaf.0).expand(purpose(for_what), &mut key);
    ChaCha20Rng::from_seed(key)
}

fn purpose(for_what: Use) -> &'static [u8] {
    match for_what {
        Use::Vector => b"vector",
        Use::Left => b"left",
        Use::Right => b"right",
        Use::Round => b"round",
        Use::Inputs => b"inputs",
        Use::Output => b"output",
    }
}

fn words<R: Ring>(mut stream: ChaCha20Rng, count: usize) -> Vec<R> {
    let mut bytes = vec![0; count * R::BYTES];
    stream.fill_bytes(&mut bytes);
    crate::link::words(&bytes)
}

fn planes(mut stream: ChaCha20Rng, count: usize, bits: usize) -> Vec<Plane> {
    let words = |_| Plane::of_words(bits, (0..bits.div_ceil(64)).map(|_| stream.next_u64()).collect());
    (0..count).map(words).collect()
}

impl Draws for Seeded {
    fn words<R: Ring>(&self, at: At, count: usize) -> Vec<R> {
        words(self.stream(at), count)
    }

    fn planes(&self, at: At, count: usize, bits: usize) -> Vec<Plane> {
        planes(self.stream(at), count, bits)
    }
}

/// The draws of one step alone, from its leaf: all that a seat shows of a step that is never used.
pub struct Shown(pub Seed);

impl Draws for Shown {
    fn words<R: Ring>(&self, at: At, count: usize) -> Vec<R> {
        match at {
            At::Mask(_) => vec![R::default(); count],
            At::Step(_, for_what) => words(stream_below(&self.0, for_what), count),
        }
    }

    fn planes(&self, at: At, count: usize, bits: usize) -> Vec<Plane> {
        match at {
            At::Mask(_) => vec![Plane::zero(bits); count],
            At::Step(_, for_what) => planes(stream_below(&self.0, for_what), count, bits),
        }
    }
}
