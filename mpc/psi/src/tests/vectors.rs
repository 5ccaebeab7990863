//! The published vectors of ristretto (RFC 9496, appendix A), through our own functions.

use curve25519_dalek::{ristretto::RistrettoPoint, scalar::Scalar};
use serde::Deserialize;
use sha2::{Digest, Sha512};

use crate::group::{Blinding, Encoded, decode};

#[derive(Deserialize)]
struct Vectors {
    /// A.2: encodings that must be refused.
    refused: Vec<String>,
    /// A.3: labels, whose SHA-512 is mapped to the point.
    derived: Vec<(String, String)>,
    /// A.1: the 9th to the 15th multiple of the generator.
    multiples_from_9: Vec<String>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("vectors/ristretto.json")).unwrap()
}

fn bytes(hex: &str) -> Encoded {
    hex::decode(hex).unwrap().try_into().unwrap()
}

#[test]
fn bad_encodings_are_refused() {
    let refused = vectors().refused;
    assert_eq!(refused.len(), 29);
    for encoding in refused {
        assert_eq!(decode(&bytes(&encoding)), None, "{encoding}");
    }
    assert_eq!(decode(&[0; 32]), None, "the identity is a valid encoding, and no list has it");
}

#[test]
fn hashes_are_mapped_as_published() {
    for (label, expected) in vectors().derived {
        let point = RistrettoPoint::from_uniform_bytes(&Sha512::digest(label.as_bytes()).into());
        assert_eq!(point.compress().to_bytes(), bytes(&expected), "{label}");
        // Multiplied by one, by way of a half that is doubled.
        assert_eq!(Blinding::by(&Scalar::ONE).encode(&[point]), [bytes(&expected)]);
    }
}

#[test]
fn blinding_multiplies_and_encodes() {
    let generator = RistrettoPoint::mul_base(&Scalar::ONE);
    for (index, expected) in vectors().multiples_from_9.iter().enumerate() {
        let blinding = Blinding::by(&Scalar::from(index as u64 + 9));
        assert_eq!(blinding.encode(&[generator]), [bytes(expected)]);
        // Blinding what is read from a stranger is the same.
        let read = decode(&generator.compress().to_bytes()).unwrap();
        assert_eq!(blinding.encode(&[read]), [bytes(expected)]);
    }
}

#[test]
fn an_id_lands_where_the_documents_say() {
    let terms = super::terms(1, 1, crate::Mode::Exact);
    let mut text = b"ModelMarket intersection 1".to_vec();
    text.extend([0, 0, 0, 0, 0, 0, 0x7a, 0x69]);
    text.extend([7; 20]);
    text.extend([0, 0, 0, 0, 0, 0, 0, 12, 0, 1, 0, 0, 0, 4]);
    text.extend(b"anna");
    let expected = RistrettoPoint::from_uniform_bytes(&Sha512::digest(&text).into());
    assert_eq!(terms.point("anna"), expected);
    // Another attempt of the same task maps it elsewhere.
    assert_ne!(crate::Terms { attempt: 2, ..terms }.point("anna"), expected);
}
