//! An entry of the accuracy log: how a model did on its test set after an event. See [`protocol::merkle`]. Whose anchors count.

use serde::{Deserialize, Serialize};

use protocol::{Address, Digest, cid::Cid, merkle};

/// Bytes of the canonical form.
pub const RECORD_BYTES: usize = 20 + 8 + 32 + 8 + 36 + 4 + 4;

/// How many test rows a model predicted as labelled just after an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccuracyRecord {
    /// The model that was counted.
    pub model: Address,
    /// Height of the block of the event.
    pub block: u64,
    /// Hash of that block.
    pub block_hash: Digest,
    /// Position of the event in its block: two contributions of one block have two records.
    pub log_index: u64,
    /// The test set.
    pub test: Cid,
    /// Rows predicted as labelled.
    pub correct: u32,
    /// Rows of the test set.
    pub total: u32,
}

impl AccuracyRecord {
    /// What is hashed: the fields in their order, numbers big-endian, the CID in its 36 bytes.
    pub fn to_bytes(&self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        let mut at = 0;
        let mut put = |field: &[u8]| {
            bytes[at..at + field.len()].copy_from_slice(field);
            at += field.len();
        };
        put(&self.model.0);
        put(&self.block.to_be_bytes());
        put(&self.block_hash.0);
        put(&self.log_index.to_be_bytes());
        put(&self.test.to_bytes());
        put(&self.correct.to_be_bytes());
        put(&self.total.to_be_bytes());
        bytes
    }

    /// Hash of the leaf that this entry is in the log's tree.
    pub fn leaf(&self) -> Digest {
        merkle::leaf_hash(&self.to_bytes())
    }
}

/// Whose anchors count for a visitor. Anybody can anchor anything, a copy of a log's root too: so nobody counts for having
/// anchored what fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    Is(Address),
    /// The server names another account than on earlier visits.
    Changed {
        before: Address,
        now: Address,
    },
    /// The server names nobody, and did not before.
    Unknown,
}

impl Keeper {
    /// `before`: whose anchors counted on earlier visits; `named`: whom the server names now.
    pub fn of(before: Option<Address>, named: Option<Address>) -> Self {
        match (before, named) {
            (Some(before), Some(now)) if before != now => Self::Changed { before, now },
            (Some(account), _) | (None, Some(account)) => Self::Is(account),
            (None, None) => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_account_that_is_named_is_the_keeper_and_stays_it() {
        let (one, other) = (Address([1; 20]), Address([2; 20]));
        assert_eq!(Keeper::of(None, None), Keeper::Unknown);
        assert_eq!(Keeper::of(None, Some(one)), Keeper::Is(one));
        assert_eq!(Keeper::of(Some(one), Some(one)), Keeper::Is(one));
        assert_eq!(
            Keeper::of(Some(one), None),
            Keeper::Is(one),
            "a server that names nobody for a while changes nothing"
        );
        assert_eq!(Keeper::of(Some(one), Some(other)), Keeper::Changed { before: one, now: other });
    }

    fn record() -> AccuracyRecord {
        AccuracyRecord {
            model: Address([0x11; 20]),
            block: 258,
            block_hash: Digest([0x22; 32]),
            log_index: 3,
            test: Cid::raw(Digest([0x33; 32])),
            correct: 700,
            total: 1_000,
        }
    }

    #[test]
    fn the_canonical_form_is_the_fields_in_order() {
        let expected = [
            "11".repeat(20),
            "0000000000000102".into(),
            "22".repeat(32),
            "0000000000000003".into(),
            "01551220".into(),
            "33".repeat(32),
            "000002bc".into(),
            "000003e8".into(),
        ]
        .concat();
        assert_eq!(hex::encode(record().to_bytes()), expected);
        let leaf = Digest::of(&[vec![0], hex::decode(expected).unwrap()].concat());
        assert_eq!(record().leaf(), leaf);
    }

    #[test]
    fn every_field_is_in_the_leaf() {
        let changes: [fn(&mut AccuracyRecord); 7] = [
            |r| r.model.0[19] ^= 1,
            |r| r.block += 1,
            |r| r.block_hash.0[0] ^= 1,
            |r| r.log_index += 1,
            |r| r.test.digest.0[5] ^= 1,
            |r| r.correct += 1,
            |r| r.total += 1,
        ];
        for change in changes {
            let mut changed = record();
            change(&mut changed);
            assert_ne!(changed.leaf(), record().leaf());
        }
    }
}
