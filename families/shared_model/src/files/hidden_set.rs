//! The hidden test set of a prediction market, as its owner keeps it until it is revealed.

use protocol::{Digest, keccak};
use serde::{Deserialize, Serialize};

use crate::state::commitment;

/// A piece of a hidden test set with its salt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenPiece {
    /// Hashed before the rows.
    pub salt: Digest,
    /// Label (2 bytes) ‖ length of the sample (2) ‖ sample, for each row; hexadecimal.
    pub rows: String,
}

impl HiddenPiece {
    /// The rows as the contract takes them.
    pub fn bytes(&self) -> Vec<u8> {
        hex::decode(&self.rows).unwrap_or_default()
    }

    /// What is committed to.
    pub fn commitment(&self) -> Digest {
        commitment(&self.salt, &self.bytes())
    }

    /// Whether the chain knows this piece by such a hash: by its commitment, or by its rows alone once it is revealed.
    fn is_known_by(&self, hash: &Digest) -> bool {
        self.commitment() == *hash || keccak(&[&self.bytes()]) == *hash
    }
}

/// Of several sets that were kept for one model the one whose pieces are on chain, by their hashes in order. A market
/// that could not be posted leaves its set behind, and so does one that was void; to reveal by another set is refused,
/// and costs the bounty when the time is over.
pub fn posted(sets: impl IntoIterator<Item = Vec<HiddenPiece>>, hashes: &[Digest]) -> Option<Vec<HiddenPiece>> {
    let is_posted = |set: &Vec<HiddenPiece>| {
        set.len() == hashes.len() && set.iter().zip(hashes).all(|(piece, hash)| piece.is_known_by(hash))
    };
    sets.into_iter().find(is_posted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(first: u8) -> Vec<HiddenPiece> {
        (0..3).map(|n| HiddenPiece { salt: Digest([first + n; 32]), rows: hex::encode([0, n, 0, 1, first]) }).collect()
    }

    #[test]
    fn of_two_sets_the_one_that_is_on_chain_is_revealed_whichever_is_newer() {
        let (one, other) = (set(10), set(20));
        let on_chain = |set: &[HiddenPiece]| set.iter().map(HiddenPiece::commitment).collect::<Vec<_>>();
        for posted_one in [&one, &other] {
            for kept in [[one.clone(), other.clone()], [other.clone(), one.clone()]] {
                assert_eq!(posted(kept, &on_chain(posted_one)).as_ref(), Some(posted_one));
            }
        }
        assert_eq!(
            posted([one.clone(), other.clone()], &on_chain(&set(30))),
            None,
            "a set that this browser never had"
        );
        assert_eq!(posted([one.clone()], &on_chain(&one)[..2]), None, "a part of it");
        assert_eq!(posted([Vec::new()], &on_chain(&one)), None);
    }

    #[test]
    fn a_piece_that_is_revealed_is_known_by_its_rows() {
        let kept = set(10);
        let mut hashes: Vec<Digest> = kept.iter().map(HiddenPiece::commitment).collect();
        hashes[1] = keccak(&[&kept[1].bytes()]);
        assert_eq!(posted([set(20), kept.clone()], &hashes), Some(kept));
    }
}
