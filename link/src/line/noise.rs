//! `Noise_KK_25519_ChaChaPoly_BLAKE2s`: both know each other's key from the chain, and each session has fresh keys besides.

use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use snow::{
    Builder, Error, HandshakeState, StatelessTransportState,
    params::{CipherChoice, DHChoice, HashChoice, NoiseParams},
    resolvers::{CryptoResolver, DefaultResolver},
    types::{Cipher, Dh, Hash, Random},
};

pub(super) const PATTERN: &str = "Noise_KK_25519_ChaChaPoly_BLAKE2s";
/// Bytes of a Noise message at most.
pub(super) const MOST: usize = 65_535;
/// Bytes of a handshake message: a fresh key, and the seal of nothing.
pub(super) const HANDSHAKE: usize = 32 + TAG;

use super::cipher::ChaChaPoly;
pub(super) use super::cipher::TAG;

/// Chance from the seed that the caller drew: a worker and a native program have other sources.
struct Chance([u8; 32]);

struct Generator(ChaCha20Rng);

impl Random for Generator {
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoResolver for Chance {
    fn resolve_rng(&self) -> Option<Box<dyn Random>> {
        Some(Box::new(Generator(ChaCha20Rng::from_seed(self.0))))
    }

    fn resolve_dh(&self, choice: &DHChoice) -> Option<Box<dyn Dh>> {
        DefaultResolver.resolve_dh(choice)
    }

    fn resolve_hash(&self, choice: &HashChoice) -> Option<Box<dyn Hash>> {
        DefaultResolver.resolve_hash(choice)
    }

    fn resolve_cipher(&self, choice: &CipherChoice) -> Option<Box<dyn Cipher>> {
        match choice {
            CipherChoice::ChaChaPoly if cfg!(target_feature = "simd128") => Some(Box::<ChaChaPoly>::default()),
            _ => DefaultResolver.resolve_cipher(choice),
        }
    }
}

/// Begins a handshake. `seed` is used for this handshake only.
pub(super) fn begin(
    initiates: bool,
    own_secret: &[u8; 32],
    their_key: &[u8; 32],
    prologue: &[u8],
    seed: [u8; 32],
) -> Result<HandshakeState, Error> {
    let parameters: NoiseParams = PATTERN.parse()?;
    let builder = Builder::with_resolver(parameters, Box::new(Chance(seed)))
        .local_private_key(own_secret)?
        .remote_public_key(their_key)?
        .prologue(prologue)?;
    if initiates { builder.build_initiator() } else { builder.build_responder() }
}

/// The handshake message that is this side's to write.
pub(super) fn write(handshake: &mut HandshakeState) -> Result<Vec<u8>, Error> {
    let mut message = vec![0; HANDSHAKE];
    let size = handshake.write_message(&[], &mut message)?;
    message.truncate(size);
    Ok(message)
}

/// The public key of a secret one.
pub fn public_key(secret: &[u8; 32]) -> Option<[u8; 32]> {
    let mut dh = DefaultResolver.resolve_dh(&DHChoice::Curve25519)?;
    dh.set(secret);
    dh.pubkey().try_into().ok()
}

/// A session: keys of one handshake, and how many messages went each way under them.
pub(super) struct Session {
    keys: StatelessTransportState,
    /// Names the session on the outside of its messages.
    pub tag: [u8; 8],
    /// Hash of the whole handshake: the same on both sides, and never the same twice.
    pub hash: [u8; 32],
    sent: u64,
    received: u64,
}

/// Why a message cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unopened {
    Altered { number: u64 },
    Dropped { expected: u64, found: u64 },
    Replayed { found: u64 },
}

impl Session {
    pub fn of(handshake: HandshakeState) -> Result<Self, Error> {
        let mut hash = [0; 32];
        hash.copy_from_slice(handshake.get_handshake_hash());
        let mut tag = [0; 8];
        tag.copy_from_slice(&hash[..8]);
        Ok(Self { keys: handshake.into_stateless_transport_mode()?, tag, hash, sent: 0, received: 0 })
    }

    /// Seals a message behind `head`, and answers its number.
    pub fn seal(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<u64, Error> {
        let (number, from) = (self.sent, out.len());
        out.resize(from + plain.len() + TAG, 0);
        self.keys.write_message(number, plain, &mut out[from..])?;
        self.sent += 1;
        Ok(number)
    }

    /// Opens a message, which must be the next one.
    pub fn open(&mut self, number: u64, sealed: &[u8]) -> Result<Vec<u8>, Unopened> {
        let expected = self.received;
        let mut plain = vec![0; sealed.len().saturating_sub(TAG)];
        // First of all: only what is genuine says that something is missing.
        if number != expected {
            let genuine = self.keys.read_message(number, sealed, &mut plain).is_ok();
            return Err(match (genuine, number < expected) {
                (false, _) => Unopened::Altered { number },
                (true, true) => Unopened::Replayed { found: number },
                (true, false) => Unopened::Dropped { expected, found: number },
            });
        }
        self.keys.read_message(number, sealed, &mut plain).map_err(|_| Unopened::Altered { number })?;
        self.received += 1;
        Ok(plain)
    }
}
