//! Logged events as JSON: one flat object, in which the family names the subject.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error},
    ser::SerializeStruct,
};

use super::{FamilyEvent, Logged};
use crate::digest::Digest;

impl<E: FamilyEvent<Subject: Serialize> + Serialize> Serialize for Logged<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("LoggedEvent", 7)?;
        fields.serialize_field(E::SUBJECT, &self.subject)?;
        fields.serialize_field("block", &self.block)?;
        fields.serialize_field("block_hash", &self.block_hash)?;
        fields.serialize_field("log_index", &self.log_index)?;
        fields.serialize_field("tx", &self.tx)?;
        fields.serialize_field("at", &self.at)?;
        fields.serialize_field("event", &self.event)?;
        fields.end()
    }
}

/// All fields but the subject, which is among the others by a name that only the family knows.
#[derive(Deserialize)]
struct Fields<E> {
    block: u64,
    block_hash: Digest,
    log_index: u64,
    tx: Digest,
    at: u64,
    event: E,
    #[serde(flatten)]
    others: BTreeMap<String, serde_json::Value>,
}

impl<'de, E> Deserialize<'de> for Logged<E>
where
    E: FamilyEvent<Subject: DeserializeOwned> + Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::<E>::deserialize(deserializer)?;
        let subject = fields.others.remove(E::SUBJECT).ok_or_else(|| D::Error::missing_field(E::SUBJECT))?;
        Ok(Self {
            subject: serde_json::from_value(subject).map_err(D::Error::custom)?,
            block: fields.block,
            block_hash: fields.block_hash,
            log_index: fields.log_index,
            tx: fields.tx,
            at: fields.at,
            event: fields.event,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Event {
        Given { thanks: u32 },
    }

    impl FamilyEvent for Event {
        type Subject = u64;
        const SUBJECT: &'static str = "gift";
    }

    #[test]
    fn the_subject_has_the_name_that_its_family_gives_it() {
        let (block_hash, tx) = (Digest([1; 32]), Digest([2; 32]));
        let event = Event::Given { thanks: 3 };
        let logged = Logged { subject: 7, block: 12, block_hash, log_index: 5, tx, at: 1_700_000_000, event };
        let text = serde_json::to_string(&logged).unwrap();
        let expected = format!(
            r#"{{"gift":7,"block":12,"block_hash":"{block_hash}","log_index":5,"tx":"{tx}","at":1700000000,"event":{{"kind":"given","thanks":3}}}}"#
        );
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Logged<Event>>(&text).unwrap(), logged);
        let without = serde_json::from_str::<Logged<Event>>(&text.replace("gift", "subject")).unwrap_err();
        assert!(without.to_string().starts_with("missing field `gift`"), "{without}");
        let foreign = serde_json::from_str::<Logged<Event>>(&text.replace(":7,", ":\"7\",")).unwrap_err();
        assert!(foreign.to_string().starts_with("invalid type: string \"7\""), "{foreign}");
    }
}
