//! A contribution to a prediction market, as its contributor keeps it until it is shown.

use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};

use crate::state::{contribution_commitment, record_key};

/// What was committed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenContribution {
    pub label: u16,
    /// As the classifier takes it; hexadecimal.
    pub sample: String,
    /// Hashed behind the key of the contribution.
    pub salt: Digest,
}

impl HiddenContribution {
    /// Reads a kept file; `None` for one that is no contribution.
    pub fn read(file: &[u8]) -> Option<Self> {
        serde_json::from_slice(file).ok()
    }

    /// The sample as the contract takes it.
    pub fn bytes(&self) -> Vec<u8> {
        hex::decode(&self.sample).unwrap_or_default()
    }

    /// What this contributor commits to. It is also the key under which the file is kept: the chain knows nothing else of it.
    pub fn commitment(&self, contributor: &Address) -> Digest {
        contribution_commitment(&record_key(contributor, self.label, &self.bytes()), &self.salt)
    }

    /// Whether only one of both can be shown by one account, whatever their salts.
    pub fn excludes(&self, other: &Self) -> bool {
        self.label == other.label && self.bytes() == other.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRIBUTOR: Address = Address([0x11; 20]);

    fn hidden(label: u16, salt: u8) -> HiddenContribution {
        HiddenContribution { label, sample: "000001000002".into(), salt: Digest([salt; 32]) }
    }

    /// Computed with a Keccak in Python from the ABI encodings of key and commitment.
    #[test]
    fn a_kept_file_gives_the_commitment_of_the_chain() {
        let file = serde_json::to_vec(&hidden(300, 0x22)).unwrap();
        let read = HiddenContribution::read(&file).unwrap();
        let expected = "ef3b96c21b3f1b88dc42ef549bc0945d5ddfa8798777765049ae2bd50d09e9d0";
        assert_eq!(hex::encode(read.commitment(&CONTRIBUTOR).0), expected);
        assert_ne!(read.commitment(&Address([0x12; 20])), read.commitment(&CONTRIBUTOR));
        assert_eq!(HiddenContribution::read(b"something else"), None);
    }

    #[test]
    fn the_same_example_under_another_salt_can_be_shown_only_once() {
        let first = hidden(1, 3);
        assert!(first.excludes(&hidden(1, 4)));
        assert_ne!(first.commitment(&CONTRIBUTOR), hidden(1, 4).commitment(&CONTRIBUTOR));
        assert!(!first.excludes(&hidden(2, 3)), "another class");
        let longer = HiddenContribution { sample: "000001000002000003".into(), ..first.clone() };
        assert!(!first.excludes(&longer), "another sample");
    }
}
