//! Against the vectors of Certificate Transparency and the definitions of RFC 9162 written down word by word.

use super::*;

/// Leaves and roots of the reference implementation of Certificate Transparency (`merkle_tree_test`).
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn reference_leaves() -> Vec<Digest> {
    LEAVES.iter().map(|leaf| leaf_hash(&hex::decode(leaf).unwrap())).collect()
}

fn leaves(count: usize) -> Vec<Digest> {
    (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

/// The definitions of RFC 9162 as they are printed there, on slices.
mod printed {
    use super::*;

    fn k(n: usize) -> usize {
        (0..).map(|power| 1 << power).take_while(|power| *power < n).last().unwrap()
    }

    pub fn mth(d: &[Digest]) -> Digest {
        match d {
            [] => Digest::of(&[]),
            [leaf] => *leaf,
            _ => {
                let k = k(d.len());
                let bytes = [&[1u8][..], &mth(&d[..k]).0, &mth(&d[k..]).0].concat();
                Digest::of(&bytes)
            }
        }
    }

    pub fn path(m: usize, d: &[Digest]) -> Vec<Digest> {
        if d.len() == 1 {
            return vec![];
        }
        let k = k(d.len());
        if m < k {
            [path(m, &d[..k]), vec![mth(&d[k..])]].concat()
        } else {
            [path(m - k, &d[k..]), vec![mth(&d[..k])]].concat()
        }
    }

    pub fn subproof(m: usize, d: &[Digest], b: bool) -> Vec<Digest> {
        if m == d.len() {
            return if b { vec![] } else { vec![mth(d)] };
        }
        let k = k(d.len());
        if m <= k {
            [subproof(m, &d[..k], b), vec![mth(&d[k..])]].concat()
        } else {
            [subproof(m - k, &d[k..], false), vec![mth(&d[..k])]].concat()
        }
    }
}

#[test]
fn the_roots_of_certificate_transparency_are_reproduced() {
    let leaves = reference_leaves();
    let tree: Tree = leaves.iter().copied().collect();
    assert_eq!(hex::encode(tree.root_at(0).unwrap().0), hex::encode(Digest::of(b"").0));
    for (i, root) in ROOTS.iter().enumerate() {
        assert_eq!(hex::encode(super::root(&leaves[..=i]).0), *root);
        assert_eq!(hex::encode(tree.root_at(i as u64 + 1).unwrap().0), *root);
    }
    assert_eq!(tree.root_at(9), None);
}

#[test]
fn proofs_are_those_of_the_rfc_and_hold() {
    let all = leaves(70);
    let tree: Tree = all.iter().copied().collect();
    for size in 1..=all.len() {
        let d = &all[..size];
        let root = tree.root_at(size as u64).unwrap();
        assert_eq!(root, printed::mth(d));
        for (index, leaf) in d.iter().enumerate() {
            let path = tree.inclusion(index as u64, size as u64).unwrap();
            assert_eq!(path, printed::path(index, d), "{index} in {size}");
            assert_eq!(verify_inclusion(leaf, index as u64, size as u64, &path, &root), Ok(()));
        }
        for old in 1..=size {
            let path = tree.consistency(old as u64, size as u64).unwrap();
            assert_eq!(path, printed::subproof(old, d, true), "{old} to {size}");
            let old_root = tree.root_at(old as u64).unwrap();
            assert_eq!(verify_consistency(old as u64, &old_root, size as u64, &root, &path), Ok(()));
        }
        assert_eq!(verify_consistency(0, &Digest::of(b""), size as u64, &root, &[]), Ok(()));
    }
}

#[test]
fn whatever_is_changed_the_proof_fails() {
    let all = leaves(23);
    let tree: Tree = all.iter().copied().collect();
    let size = all.len() as u64;
    let root = tree.root();
    for index in 0..size {
        let leaf = all[index as usize];
        let path = tree.inclusion(index, size).unwrap();
        let holds = |leaf: &Digest, index, size, path: &[Digest], root: &Digest| {
            verify_inclusion(leaf, index, size, path, root).is_ok()
        };
        assert!(!holds(&leaf_hash(b"false"), index, size, &path, &root));
        assert!(!holds(&leaf, index, size, &path, &Digest::ZERO));
        assert!(!holds(&leaf, index, size, &path[1..], &root));
        assert!(!holds(&leaf, index, size, &[&path[..], &[Digest::ZERO]].concat(), &root));
        for other in (0..size + 2).filter(|other| *other != index) {
            assert!(!holds(&leaf, other, size, &path, &root), "{index} is not {other}");
        }
        for at in 0..path.len() {
            let mut bent = path.clone();
            bent[at].0[31] ^= 1;
            assert_eq!(verify_inclusion(&leaf, index, size, &bent, &root), Err(ProofError::NotIncluded));
        }
    }
    let mut rewritten = all.clone();
    rewritten[3] = leaf_hash(b"false");
    let rewritten: Tree = rewritten.into_iter().collect();
    for old in 4..size {
        let old_root = tree.root_at(old).unwrap();
        let path = rewritten.consistency(old, size).unwrap();
        assert_eq!(
            verify_consistency(old, &old_root, size, &rewritten.root(), &path),
            Err(ProofError::NotConsistent),
            "a log rewritten at 3 does not follow from its first {old}"
        );
        let path = tree.consistency(old, size).unwrap();
        for at in 0..path.len() {
            let mut bent = path.clone();
            bent[at].0[0] ^= 1;
            assert!(verify_consistency(old, &old_root, size, &root, &bent).is_err());
            assert!(verify_consistency(old, &old_root, size, &root, &path[..at]).is_err());
        }
    }
    assert_eq!(verify_consistency(5, &root, 4, &root, &[]), Err(ProofError::Shrunk { from: 5, to: 4 }));
    assert_eq!(verify_consistency(5, &root, 5, &Digest::ZERO, &[]), Err(ProofError::NotConsistent));
    assert!(tree.inclusion(size, size).is_none() && tree.consistency(2, size + 1).is_none());
}
