//! Hashes in names. The server lets browsers keep a file with 12 hexadecimal digits in its name for a year
//! (server/src/pages.rs), so they must stand for everything that the file is made from.

use sha2::{Digest, Sha256};

/// Sixteen hexadecimal digits of the SHA-256 of all parts, each with its length.
pub fn of(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn parts_are_told_apart() {
        assert_eq!(of(&[b"ab", b"c"]).len(), 16);
        assert_ne!(of(&[b"ab", b"c"]), of(&[b"a", b"bc"]));
        assert_eq!(of(&[b"ab", b"c"]), of(&[b"ab", b"c"]));
    }
}
