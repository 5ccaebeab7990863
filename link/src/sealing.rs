//! What is delivered later and read by one receiver only: results, keys of files. HPKE (RFC 9180) with X25519, HKDF-SHA256 and
//! ChaCha20Poly1305, to the key that the receiver has in the directory.
//!
//! A large delivery, or one that several keys must open, is locked once under a fresh key ([`lock`]), and that key is sealed to
//! each of them ([`seal`]). Only the sealed key is held back until the result is signed.

use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit,
    aead::{Aead, Payload},
};
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable,
    aead::ChaCha20Poly1305 as Cipher,
    kdf::HkdfSha256,
    kem::X25519HkdfSha256,
    rand_core::{Infallible, TryCryptoRng, TryRng},
    single_shot_open, single_shot_seal_with_rng,
};
use protocol::{Address, keccak};
use tiny_keccak::{Hasher, Keccak};
use zeroize::Zeroizing;

use crate::terms::SeatNumber;

/// Bytes in front of what is sealed: the sender's key of this once.
const ENCAPSULATED: usize = 32;

/// What a delivery is bound to: opened anywhere else, it does not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub chain_id: u64,
    pub contract: Address,
    pub task: u64,
    pub attempt: u16,
    pub from: SeatNumber,
    pub to: Address,
    /// Which of the deliveries between the two.
    pub number: u16,
}

/// Why nothing was sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("The receiver's key in the directory cannot be used. Ask the receiver to enter a new one.")]
    Key,
    #[error(
        "This delivery cannot be opened with your key: it was changed, is for another key, task or attempt, or is \
        cut short. Ask its sender to deliver it again."
    )]
    Closed,
}

impl Delivery {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"ModelMarket delivery 1".to_vec();
        bytes.extend(self.chain_id.to_be_bytes());
        bytes.extend(self.contract.0);
        bytes.extend(self.task.to_be_bytes());
        bytes.extend(self.attempt.to_be_bytes());
        bytes.push(self.from);
        bytes.extend(self.to.0);
        bytes.extend(self.number.to_be_bytes());
        bytes
    }
}

/// Seals to a receiver's X25519 key. `seed`: 32 bytes from the operating system, never used before.
///
/// # Errors
/// [`SealError::Key`] for a key that is none.
pub fn seal(key: &[u8; 32], delivery: &Delivery, plain: &[u8], seed: [u8; 32]) -> Result<Vec<u8>, SealError> {
    seal_under(key, &delivery.bytes(), &[], plain, seed)
}

/// Opens what was sealed to the key of `secret`.
///
/// # Errors
/// [`SealError::Closed`].
pub fn open(secret: &[u8; 32], delivery: &Delivery, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    open_under(secret, &delivery.bytes(), &[], sealed)
}

pub(crate) fn seal_under(
    key: &[u8; 32],
    info: &[u8],
    associated: &[u8],
    plain: &[u8],
    seed: [u8; 32],
) -> Result<Vec<u8>, SealError> {
    let key = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(key).map_err(|_| SealError::Key)?;
    let (encapsulated, sealed) = single_shot_seal_with_rng::<Cipher, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &key,
        info,
        plain,
        associated,
        &mut Drawn(Zeroizing::new(seed)),
    )
    .map_err(|_| SealError::Key)?;
    Ok([encapsulated.to_bytes().as_slice(), &sealed].concat())
}

pub(crate) fn open_under(
    secret: &[u8; 32],
    info: &[u8],
    associated: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, SealError> {
    let (encapsulated, sealed) = sealed.split_at_checked(ENCAPSULATED).ok_or(SealError::Closed)?;
    let closed = |_| SealError::Closed;
    let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(secret).map_err(closed)?;
    let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated).map_err(closed)?;
    single_shot_open::<Cipher, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret,
        &encapsulated,
        info,
        sealed,
        associated,
    )
    .map_err(closed)
}

/// Locks under a key that is used for nothing else. The lock names its key, so that nobody can make one that opens
/// differently under two.
///
/// # Errors
/// [`SealError::Key`] for more than the cipher can take (256 GiB).
pub fn lock(key: &[u8; 32], delivery: &Delivery, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let cipher = ChaCha20Poly1305::new(key.into());
    let name = key_name(key, delivery);
    // A key locks one thing, so there is one nonce.
    let locked = cipher.encrypt(&Default::default(), Payload { msg: plain, aad: &name }).map_err(|_| SealError::Key)?;
    Ok([name.as_slice(), &locked].concat())
}

/// Opens a lock.
///
/// # Errors
/// [`SealError::Closed`].
pub fn unlock(key: &[u8; 32], delivery: &Delivery, locked: &[u8]) -> Result<Vec<u8>, SealError> {
    let (name, locked) = locked.split_first_chunk::<32>().ok_or(SealError::Closed)?;
    if *name != key_name(key, delivery) {
        return Err(SealError::Closed);
    }
    let cipher = ChaCha20Poly1305::new(key.into());
    cipher.decrypt(&Default::default(), Payload { msg: locked, aad: name }).map_err(|_| SealError::Closed)
}

fn key_name(key: &[u8; 32], delivery: &Delivery) -> [u8; 32] {
    keccak(&[b"ModelMarket lock 1", key, &delivery.bytes()]).0
}

/// What the caller drew, handed to HPKE: it asks for 32 bytes once.
struct Drawn(Zeroizing<[u8; 32]>);

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(32) {
            part.copy_from_slice(&self.0[..part.len()]);
            // Should anything ask again, it gets other bytes.
            let mut keccak = Keccak::v256();
            keccak.update(&*self.0);
            keccak.finalize(&mut *self.0);
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}
