//! ChaCha20-Poly1305 (RFC 8439) for browsers, four blocks of the keystream at a time: no library does that in WebAssembly, and one
//! block at a time was more than half of all that a link cost there. The first block, whose half is the key of the tag, is the
//! `chacha20` crate's, and the tag is the `poly1305` crate's. Native programs take snow's own cipher, which is faster still.

mod lanes;

use poly1305::{Poly1305, universal_hash::UniversalHash as _};
use snow::{Error, types::Cipher};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use lanes::Four;

/// Bytes that sealing adds.
pub(super) const TAG: usize = 16;
/// Bytes of a block of the keystream.
const BLOCK: usize = 64;
/// Bytes of as many blocks as are made at once.
const BLOCKS: usize = 4 * BLOCK;
const WORDS: usize = 16;
/// "expand 32-byte k".
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// Noise's `ChaChaPoly`.
#[derive(Default)]
pub(super) struct ChaChaPoly {
    key: [u8; 32],
}

impl Drop for ChaChaPoly {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl Cipher for ChaChaPoly {
    fn name(&self) -> &'static str {
        "ChaChaPoly"
    }

    fn set(&mut self, key: &[u8; 32]) {
        self.key = *key;
    }

    fn encrypt(&self, nonce: u64, authtext: &[u8], plaintext: &[u8], out: &mut [u8]) -> usize {
        let (sealed, rest) = out.split_at_mut(plaintext.len());
        let nonce = nonce_of(nonce);
        xor(&self.key, &nonce, plaintext, sealed);
        rest[..TAG].copy_from_slice(&tag(&self.key, &nonce, authtext, sealed));
        plaintext.len() + TAG
    }

    fn decrypt(&self, nonce: u64, authtext: &[u8], ciphertext: &[u8], out: &mut [u8]) -> Result<usize, Error> {
        let (sealed, said) = ciphertext.split_last_chunk::<TAG>().ok_or(Error::Decrypt)?;
        let nonce = nonce_of(nonce);
        let is_genuine: bool = tag(&self.key, &nonce, authtext, sealed).ct_eq(said).into();
        let out = out.get_mut(..sealed.len()).filter(|_| is_genuine).ok_or(Error::Decrypt)?;
        xor(&self.key, &nonce, sealed, out);
        Ok(sealed.len())
    }
}

/// Noise counts in the last eight bytes, little-endian.
fn nonce_of(number: u64) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&number.to_le_bytes());
    nonce
}

/// The keystream from its second block on, over `from`. Both are equally long.
fn xor(key: &[u8; 32], nonce: &[u8; 12], from: &[u8], to: &mut [u8]) {
    let mut state = Zeroizing::new([0; WORDS]);
    state[..4].copy_from_slice(&CONSTANTS);
    let said = key.chunks_exact(4).chain([&[1, 0, 0, 0][..]]).chain(nonce.chunks_exact(4));
    for (word, bytes) in state[4..].iter_mut().zip(said) {
        bytes.iter().rev().for_each(|byte| *word = *word << 8 | u32::from(*byte));
    }
    let (whole, rest) = from.as_chunks::<BLOCKS>();
    let (whole_to, rest_to) = to.as_chunks_mut::<BLOCKS>();
    for (from, to) in whole.iter().zip(whole_to) {
        four_blocks(&state, from, to);
        // A message of Noise has a thousand blocks at most.
        state[12] = state[12].wrapping_add(4);
    }
    if !rest.is_empty() {
        let (mut last, mut last_to) = ([0; BLOCKS], [0; BLOCKS]);
        last[..rest.len()].copy_from_slice(rest);
        four_blocks(&state, &last, &mut last_to);
        rest_to.copy_from_slice(&last_to[..rest.len()]);
    }
}

/// Lane k of a word is that word of the k-th block.
fn four_blocks(state: &[u32; WORDS], from: &[u8; BLOCKS], to: &mut [u8; BLOCKS]) {
    let mut start = state.map(Four::all);
    start[12] = start[12].plus(Four::COUNTED);
    let mut words = start;
    for _ in 0..10 {
        for column in 0..4 {
            quarter(&mut words, [column, 4 + column, 8 + column, 12 + column]);
        }
        for diagonal in 0..4 {
            let at = |row: usize| 4 * row + (diagonal + row) % 4;
            quarter(&mut words, [at(0), at(1), at(2), at(3)]);
        }
    }
    for row in 0..4 {
        let at = 4 * row;
        let ended = [0, 1, 2, 3].map(|column| words[at + column].plus(start[at + column]));
        for (block, row) in Four::turned(ended).into_iter().enumerate() {
            let place = block * BLOCK + 4 * at;
            row.over(&from[place..], &mut to[place..]);
        }
    }
}

/// RFC 8439, 2.1.
#[inline(always)]
fn quarter(words: &mut [Four; WORDS], [a, b, c, d]: [usize; 4]) {
    words[a] = words[a].plus(words[b]);
    words[d] = words[d].differs(words[a]).rotated::<16>();
    words[c] = words[c].plus(words[d]);
    words[b] = words[b].differs(words[c]).rotated::<12>();
    words[a] = words[a].plus(words[b]);
    words[d] = words[d].differs(words[a]).rotated::<8>();
    words[c] = words[c].plus(words[d]);
    words[b] = words[b].differs(words[c]).rotated::<7>();
}

/// RFC 8439, 2.8: over both texts, each filled up with zeros to 16 bytes, and their lengths.
fn tag(key: &[u8; 32], nonce: &[u8; 12], authtext: &[u8], sealed: &[u8]) -> [u8; TAG] {
    use chacha20::cipher::{KeyIvInit as _, StreamCipher as _};
    let mut first = Zeroizing::new([0; 32]);
    chacha20::ChaCha20::new(key.into(), nonce.into()).apply_keystream(&mut *first);
    let mut poly = <Poly1305 as poly1305::universal_hash::KeyInit>::new((&*first).into());
    poly.update_padded(authtext);
    poly.update_padded(sealed);
    let mut lengths = [0; TAG];
    lengths[..8].copy_from_slice(&(authtext.len() as u64).to_le_bytes());
    lengths[8..].copy_from_slice(&(sealed.len() as u64).to_le_bytes());
    poly.update(&[lengths.into()]);
    poly.finalize().into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::{RngCore as _, SeedableRng as _};
    use snow::{
        params::CipherChoice,
        resolvers::{CryptoResolver as _, DefaultResolver},
    };

    use super::*;

    /// Against snow's own, at random lengths and numbers, and at every length around that of the blocks made at once.
    #[test]
    fn seals_and_opens_as_snow_does() {
        let seed = 1;
        println!("seed {seed}");
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let lengths: Vec<usize> =
            (0..=2 * BLOCKS + 1).chain((0..50).map(|_| random.next_u32() as usize % 65_519)).collect();
        for length in lengths {
            let (mut key, number) = ([0; 32], random.next_u64());
            let (mut plain, mut beside) = (vec![0; length], vec![0; random.next_u32() as usize % 40]);
            [&mut key[..], &mut plain, &mut beside].into_iter().for_each(|bytes| random.fill_bytes(bytes));
            let mut theirs = DefaultResolver.resolve_cipher(&CipherChoice::ChaChaPoly).unwrap();
            let mut ours = ChaChaPoly::default();
            [&mut *theirs, &mut ours as &mut dyn Cipher].into_iter().for_each(|cipher| cipher.set(&key));
            let mut sealed = [vec![0; length + TAG], vec![0; length + TAG]];
            assert_eq!(theirs.encrypt(number, &beside, &plain, &mut sealed[0]), length + TAG);
            assert_eq!(ours.encrypt(number, &beside, &plain, &mut sealed[1]), length + TAG);
            assert_eq!(sealed[0], sealed[1], "{length} bytes");
            let mut opened = vec![0; length];
            assert_eq!(ours.decrypt(number, &beside, &sealed[0], &mut opened).unwrap(), length);
            assert_eq!(opened, plain);
            // Any other byte, number or text beside is refused, and nothing is opened.
            let [mut altered, _] = sealed;
            altered[random.next_u32() as usize % (length + TAG)] ^= 1 << (random.next_u32() % 8);
            let mut nothing = vec![0; length];
            assert!(ours.decrypt(number, &beside, &altered, &mut nothing).is_err());
            assert!(nothing.iter().all(|byte| *byte == 0));
        }
        let ours = ChaChaPoly::default();
        assert!(ours.decrypt(0, &[], &[0; TAG - 1], &mut [0; TAG]).is_err());
    }

    fn bytes(text: &str) -> Vec<u8> {
        hex::decode(text.replace([' ', '\n'], "")).unwrap()
    }

    /// RFC 8439, 2.8.2.
    #[test]
    fn seals_as_the_rfc_does() {
        let key: [u8; 32] = std::array::from_fn(|at| 0x80 + at as u8);
        let nonce = bytes("070000004041424344454647").try_into().unwrap();
        let plain =
            b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen \
                      would be it.";
        let mut sealed = vec![0; plain.len()];
        xor(&key, &nonce, plain, &mut sealed);
        assert_eq!(
            sealed,
            bytes(
                "d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6 3dbea45e8ca9671282fafb69da92728b
                 1a71de0a9e060b2905d6a5b67ecd3b36 92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
                 3ff4def08e4b7a9de576d26586cec64b 6116"
            )
        );
        let tag = tag(&key, &nonce, &bytes("50515253c0c1c2c3c4c5c6c7"), &sealed);
        assert_eq!(tag.to_vec(), bytes("1ae10b594f09e26a7e902ecbd0600691"));
    }

    /// RFC 8439, 2.4.2: the counter begins at one, and the text has two blocks, the second one cut short.
    #[test]
    fn streams_as_the_rfc_does() {
        let key: [u8; 32] = std::array::from_fn(|at| at as u8);
        let nonce = bytes("000000000000004a00000000").try_into().unwrap();
        let plain =
            b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen \
                      would be it.";
        let mut sealed = vec![0; plain.len()];
        xor(&key, &nonce, plain, &mut sealed);
        assert_eq!(
            sealed,
            bytes(
                "6e2e359a2568f98041ba0728dd0d6981 e97e7aec1d4360c20a27afccfd9fae0b f91b65c5524733ab8f593dabcd62b357
                 1639d624e65152ab8f530c359f0861d8 07ca0dbf500d6a6156a38e088a22b65e 52bc514d16ccf806818ce91ab7793736
                 5af90bbf74a35be6b40b8eedf2785e42 874d"
            )
        );
    }
}
