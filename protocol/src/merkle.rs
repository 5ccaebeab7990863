//! An append-only Merkle tree (RFC 9162, section 2.1): roots, inclusion and consistency proofs.
//!
//! The hash of a leaf is SHA-256(0x00 ‖ bytes), of a node SHA-256(0x01 ‖ left ‖ right). A tree of n leaves splits at
//! the largest power of two below n, so that what stands on the left never changes again.

use sha2::{Digest as _, Sha256};

use crate::digest::Digest;

/// All leaves of a log and the hashes of all its complete subtrees, so that any proof takes a logarithm of steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// `levels[h][i]` is the hash of the leaves [i·2^h, (i+1)·2^h).
    levels: Vec<Vec<Digest>>,
}

/// Why a proof shows nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    #[error("The log has {size} entries, so there is none at position {index}; ask for the proof again.")]
    NoSuchLeaf { index: u64, size: u64 },
    #[error("A log of {to} entries cannot have grown from one of {from}; entries were removed.")]
    Shrunk { from: u64, to: u64 },
    #[error("The proof has {found} hashes, which does not fit trees of these sizes; ask for it again.")]
    Length { found: usize },
    #[error("The entry is not in the log with this root: what was served differs from what was anchored.")]
    NotIncluded,
    #[error("The log was rewritten: its root does not follow from the earlier one.")]
    NotConsistent,
}

/// Hash of a leaf.
pub fn leaf_hash(bytes: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update([0]).chain_update(bytes).finalize().into())
}

/// Hash of a node.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// Root of the tree over these leaf hashes.
pub fn root(leaves: &[Digest]) -> Digest {
    leaves.iter().copied().collect::<Tree>().root()
}

impl FromIterator<Digest> for Tree {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut tree = Self::default();
        leaves.into_iter().for_each(|leaf| tree.push(leaf));
        tree
    }
}

impl Tree {
    /// A tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.leaves().len() as u64
    }

    /// The leaf hashes, oldest first.
    pub fn leaves(&self) -> &[Digest] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// Appends a leaf by its hash.
    pub fn push(&mut self, leaf: Digest) {
        let mut hash = leaf;
        for height in 0.. {
            if self.levels.len() == height {
                self.levels.push(Vec::new());
            }
            let level = &mut self.levels[height];
            level.push(hash);
            // Every second one completes a subtree.
            let [.., left, right] = level.as_slice() else { return };
            if level.len() % 2 == 1 {
                return;
            }
            hash = node_hash(left, right);
        }
    }

    /// Root of the whole tree; of no leaves, the SHA-256 of nothing.
    pub fn root(&self) -> Digest {
        self.range(0, self.leaves().len())
    }

    /// Root as it was when there were `size` leaves; `None` where there have not been so many yet.
    pub fn root_at(&self, size: u64) -> Option<Digest> {
        let size = usize::try_from(size).ok().filter(|size| *size <= self.leaves().len())?;
        Some(self.range(0, size))
    }

    /// Proof that the leaf at `index` (from 0) is in the tree of the first `size` leaves. `None` if there is no such
    /// leaf or there are not so many.
    pub fn inclusion(&self, index: u64, size: u64) -> Option<Vec<Digest>> {
        if index >= size || size > self.size() {
            return None;
        }
        let (index, mut from, mut to) = (index as usize, 0, size as usize);
        let mut path = Vec::new();
        while to - from > 1 {
            let middle = from + split(to - from);
            if index < middle {
                path.push(self.range(middle, to));
                to = middle;
            } else {
                path.push(self.range(from, middle));
                from = middle;
            }
        }
        path.reverse();
        Some(path)
    }

    /// Proof that the tree of the first `to` leaves has grown from that of the first `from`. Empty where that is plain:
    /// from nothing, or of equal size. `None` if from > to or there are not so many leaves.
    pub fn consistency(&self, from: u64, to: u64) -> Option<Vec<Digest>> {
        if from > to || to > self.size() {
            return None;
        }
        let mut path = Vec::new();
        if from == 0 || from == to {
            return Some(path);
        }
        let (old, mut start, mut end) = (from as usize, 0, to as usize);
        // Descend to the subtree that ends where the old tree ended.
        while old != end {
            let middle = start + split(end - start);
            if old <= middle {
                path.push(self.range(middle, end));
                end = middle;
            } else {
                path.push(self.range(start, middle));
                start = middle;
            }
        }
        // The old root itself is known to who checks.
        if start > 0 {
            path.push(self.range(start, end));
        }
        path.reverse();
        Some(path)
    }

    /// Hash of the leaves [from, to), which begin at a multiple of the power of two not below their number.
    fn range(&self, from: usize, to: usize) -> Digest {
        let count = to - from;
        if count == 0 {
            return Digest::of(b"");
        }
        if count.is_power_of_two() {
            return self.levels[count.trailing_zeros() as usize][from / count];
        }
        let middle = from + split(count);
        node_hash(&self.range(from, middle), &self.range(middle, to))
    }
}

/// The largest power of two below a number above 1.
fn split(count: usize) -> usize {
    1 << (count - 1).ilog2()
}

/// Checks that `leaf` is at `index` in the tree of `size` leaves with this root (RFC 9162, 2.1.3.2).
///
/// # Errors
/// [`ProofError`] where it does not follow.
pub fn verify_inclusion(
    leaf: &Digest,
    index: u64,
    size: u64,
    path: &[Digest],
    root: &Digest,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::NoSuchLeaf { index, size });
    }
    let length = ProofError::Length { found: path.len() };
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return Err(length);
        }
        if at % 2 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            // Levels on which the last node has no sibling are skipped.
            while at % 2 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(length);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::NotIncluded) }
}

/// Checks that the tree of `to` leaves has grown from that of `from` leaves (RFC 9162, 2.1.4.2).
///
/// # Errors
/// [`ProofError`] where it does not follow.
pub fn verify_consistency(
    from: u64,
    from_root: &Digest,
    to: u64,
    to_root: &Digest,
    path: &[Digest],
) -> Result<(), ProofError> {
    if from > to {
        return Err(ProofError::Shrunk { from, to });
    }
    let length = ProofError::Length { found: path.len() };
    if from == 0 || from == to {
        let expected = if from == to { *to_root } else { Digest::of(b"") };
        return match path {
            [] if *from_root == expected => Ok(()),
            [] => Err(ProofError::NotConsistent),
            _ => Err(length),
        };
    }
    let (mut old, mut new) = (from - 1, to - 1);
    let complete = old.trailing_ones();
    old >>= complete;
    new >>= complete;
    // A complete old tree is a subtree of the new one, and its root was left out of the proof.
    let (start, rest) =
        if from.is_power_of_two() { (from_root, path) } else { path.split_first().ok_or(length.clone())? };
    let (mut old_hash, mut new_hash) = (*start, *start);
    for sibling in rest {
        if new == 0 {
            return Err(length);
        }
        if old % 2 == 1 || old == new {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while old % 2 == 0 && old != 0 {
                old >>= 1;
                new >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        old >>= 1;
        new >>= 1;
    }
    if new != 0 {
        return Err(length);
    }
    if old_hash == *from_root && new_hash == *to_root { Ok(()) } else { Err(ProofError::NotConsistent) }
}

#[cfg(test)]
mod tests;
