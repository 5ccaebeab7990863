//! Bytes in what is kept: as texts.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Bytes as a text.
pub(crate) mod bytes {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::to_hex(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::from_hex(&text).ok_or_else(|| D::Error::custom("no hexadecimal digits"))
    }
}

/// Bytes of several seats as texts.
pub(crate) mod by_seat {
    use std::collections::BTreeMap;

    use link::SeatNumber;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(all: &BTreeMap<SeatNumber, Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: BTreeMap<_, _> = all.iter().map(|(seat, bytes)| (seat, super::to_hex(bytes))).collect();
        texts.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<SeatNumber, Vec<u8>>, D::Error> {
        let texts = BTreeMap::<SeatNumber, String>::deserialize(deserializer)?;
        let one = |(seat, text): (SeatNumber, String)| Some((seat, super::from_hex(&text)?));
        texts.into_iter().map(one).collect::<Option<_>>().ok_or_else(|| D::Error::custom("no hexadecimal digits"))
    }
}
