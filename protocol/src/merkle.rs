//! An append-only Merkle tree (RFC 9162): roots, inclusion and consistency proofs.
