//! Points of the group: blinded, read from a stranger, and what remains of them when both have multiplied.

use curve25519_dalek::{
    ristretto::{CompressedRistretto, RistrettoPoint},
    scalar::Scalar,
    traits::IsIdentity,
};
use sha2::{Digest as _, Sha256};

/// Bytes of a point that travels.
pub(crate) const POINT: usize = 32;
/// Bytes of a double image: two lists of a million have a false match with probability 2^-88.
pub(crate) const IMAGE: usize = 16;

/// A point as it travels.
pub(crate) type Encoded = [u8; POINT];
/// What remains of a point that both have multiplied.
pub(crate) type Image = [u8; IMAGE];

/// Multiplies by a scalar and encodes. Encoding doubles of points together costs a tenth of encoding them alone, so the
/// multiplication is by half of the scalar.
pub(crate) struct Blinding {
    half: Scalar,
}

impl Blinding {
    pub fn by(scalar: &Scalar) -> Self {
        Self { half: scalar * Scalar::from(2u8).invert() }
    }

    pub fn encode(&self, points: &[RistrettoPoint]) -> Vec<Encoded> {
        let halves: Vec<RistrettoPoint> = points.iter().map(|point| point * self.half).collect();
        RistrettoPoint::double_and_compress_batch(&halves).iter().map(CompressedRistretto::to_bytes).collect()
    }
}

impl Drop for Blinding {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.half);
    }
}

/// A stranger's point: `None` where the bytes are no point, not the one encoding of it, or the identity.
pub(crate) fn decode(bytes: &Encoded) -> Option<RistrettoPoint> {
    CompressedRistretto(*bytes).decompress().filter(|point| !point.is_identity())
}

/// The double image of a point that both have multiplied.
pub(crate) fn image(double: &Encoded) -> Image {
    let hash = Sha256::new().chain_update(b"ModelMarket double image 1").chain_update(double).finalize();
    let mut image = [0; IMAGE];
    image.copy_from_slice(&hash[..IMAGE]);
    image
}
