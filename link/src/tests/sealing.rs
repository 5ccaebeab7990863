//! Sealed deliveries.

use protocol::Address;

use super::{random, secret, seed};
use crate::{
    public_key,
    sealing::{Delivery, SealError, lock, open, open_under, seal, seal_under, unlock},
};

fn delivery() -> Delivery {
    Delivery { chain_id: 1, contract: Address([1; 20]), task: 2, attempt: 3, from: 0, to: Address([4; 20]), number: 5 }
}

/// RFC 9180, appendix A.2.1: base mode, X25519, HKDF-SHA256, ChaCha20Poly1305; the first message.
#[test]
fn the_published_vector_is_sealed_and_opened() {
    let hex = |text: &str| hex::decode(text).unwrap();
    let key = |text: &str| -> [u8; 32] { hex(text).try_into().unwrap() };
    let ikm_e = key("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b");
    let sk_r = key("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
    let pk_r = key("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
    let info = hex("4f6465206f6e2061204772656369616e2055726e");
    let (aad, plain) = (hex("436f756e742d30"), hex("4265617574792069732074727574682c20747275746820626561757479"));
    let expected = hex(concat!(
        "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
    ));
    assert_eq!(seal_under(&pk_r, &info, &aad, &plain, ikm_e).unwrap(), expected);
    assert_eq!(open_under(&sk_r, &info, &aad, &expected).unwrap(), plain);
}

#[test]
fn a_delivery_opens_for_its_receiver_in_its_place_only() {
    let mut random = random("deliveries");
    let key = public_key(&secret(1)).unwrap();
    let sealed = seal(&key, &delivery(), b"coefficients", seed(&mut random)).unwrap();
    assert_eq!(open(&secret(1), &delivery(), &sealed).unwrap(), b"coefficients");
    assert_eq!(open(&secret(2), &delivery(), &sealed), Err(SealError::Closed));
    let elsewhere = [
        Delivery { chain_id: 2, ..delivery() },
        Delivery { contract: Address([2; 20]), ..delivery() },
        Delivery { task: 3, ..delivery() },
        Delivery { attempt: 4, ..delivery() },
        Delivery { from: 1, ..delivery() },
        Delivery { to: Address([5; 20]), ..delivery() },
        Delivery { number: 6, ..delivery() },
    ];
    for delivery in &elsewhere {
        assert_eq!(open(&secret(1), delivery, &sealed), Err(SealError::Closed));
    }
    for place in 0..sealed.len() {
        let mut altered = sealed.clone();
        // The highest bit of a key of X25519 says nothing.
        altered[place] ^= 1;
        assert_eq!(open(&secret(1), &delivery(), &altered), Err(SealError::Closed), "{place}");
    }
    assert_eq!(open(&secret(1), &delivery(), &sealed[..31]), Err(SealError::Closed));
    assert_eq!(seal(&[0; 32], &delivery(), b"", [1; 32]), Err(SealError::Key), "everybody could open that");
}

#[test]
fn one_lock_is_opened_by_all_to_whom_its_key_was_sealed() {
    let mut random = random("locks");
    let key = seed(&mut random);
    let plain = vec![7; 100_000];
    let locked = lock(&key, &delivery(), &plain).unwrap();
    for receiver in [1, 2] {
        let to = public_key(&secret(receiver)).unwrap();
        let sealed = seal(&to, &delivery(), &key, seed(&mut random)).unwrap();
        let opened: [u8; 32] = open(&secret(receiver), &delivery(), &sealed).unwrap().try_into().unwrap();
        assert_eq!(unlock(&opened, &delivery(), &locked).unwrap(), plain);
    }
    assert_eq!(unlock(&seed(&mut random), &delivery(), &locked), Err(SealError::Closed));
    let mut altered = locked.clone();
    altered[50] ^= 1;
    assert_eq!(unlock(&key, &delivery(), &altered), Err(SealError::Closed));
    assert_eq!(unlock(&key, &Delivery { task: 9, ..delivery() }, &locked), Err(SealError::Closed));
}
