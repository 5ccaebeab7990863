//! UnixFS files as a balanced Merkle DAG: chunks of 256 KiB as raw leaves, at most 174 links a node.

use sha2::{Digest as _, Sha256};
use unsigned_varint::encode;

use super::{Cid, Codec};
use crate::digest::Digest;

/// Bytes of a leaf.
pub const CHUNK_SIZE: usize = 262_144;
/// Links of an inner node.
pub const LINKS_PER_NODE: usize = 174;

/// UnixFS `Data.DataType.File`.
const FILE: u64 = 2;

/// A block of a file's DAG, as it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block<'a> {
    /// The bytes of the file from `offset`.
    Leaf { cid: Cid, offset: u64, len: u32 },
    /// An inner node and its encoding.
    Node { cid: Cid, bytes: &'a [u8] },
}

/// What hashing a whole file yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashedFile {
    /// CID of its root block.
    pub cid: Cid,
    /// Bytes of the file.
    pub bytes: u64,
}

#[derive(Clone, Copy)]
struct Link {
    cid: Cid,
    /// Bytes of file content below.
    content: u64,
    /// Bytes of all blocks below, which dag-pb calls Tsize.
    total: u64,
}

/// Computes the CID of a file that is fed in pieces of any size. Holds one link per block of the current path,
/// never the content.
#[derive(Default)]
pub struct FileHasher {
    leaf: Sha256,
    leaf_len: usize,
    tree: LeafTree,
}

impl FileHasher {
    /// Nothing fed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// CID of a whole file in memory.
    pub fn hash(bytes: &[u8]) -> HashedFile {
        let mut hasher = Self::new();
        hasher.update(bytes);
        hasher.finish()
    }

    /// The next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.update_with(piece, &mut |_| {});
    }

    /// The next piece; `made` sees every block that this completes.
    pub fn update_with(&mut self, mut piece: &[u8], made: &mut impl FnMut(Block<'_>)) {
        while !piece.is_empty() {
            if self.leaf_len == CHUNK_SIZE {
                self.close_leaf(made);
            }
            let (now, later) = piece.split_at(piece.len().min(CHUNK_SIZE - self.leaf_len));
            self.leaf.update(now);
            self.leaf_len += now.len();
            piece = later;
        }
    }

    /// The CID of everything fed so far.
    pub fn finish(self) -> HashedFile {
        self.finish_with(&mut |_| {})
    }

    /// As [`Self::finish`]; `made` sees the remaining blocks, the root last.
    pub fn finish_with(mut self, made: &mut impl FnMut(Block<'_>)) -> HashedFile {
        if self.leaf_len > 0 {
            self.close_leaf(made);
        }
        self.tree.finish_with(made)
    }

    fn close_leaf(&mut self, made: &mut impl FnMut(Block<'_>)) {
        let digest = Digest(self.leaf.finalize_reset().into());
        let len = std::mem::take(&mut self.leaf_len);
        self.tree.push_with(digest, len as u32, made);
    }
}

/// The blocks above the leaves of a file whose leaves are hashed elsewhere, for instance by the browser, which does
/// it faster than wasm can.
pub struct LeafTree {
    bytes: u64,
    /// Links that wait for a parent, leaves first.
    levels: Vec<Vec<Link>>,
}

impl Default for LeafTree {
    fn default() -> Self {
        Self { bytes: 0, levels: vec![Vec::new()] }
    }
}

impl LeafTree {
    /// No leaf yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next leaf: SHA-256 and length of the next [`CHUNK_SIZE`] bytes; only the last leaf may be shorter.
    pub fn push(&mut self, digest: Digest, len: u32) {
        self.push_with(digest, len, &mut |_| {});
    }

    /// The CID of the file that these leaves make.
    pub fn finish(self) -> HashedFile {
        self.finish_with(&mut |_| {})
    }

    fn push_with(&mut self, digest: Digest, len: u32, made: &mut impl FnMut(Block<'_>)) {
        let (cid, content) = (Cid::raw(digest), u64::from(len));
        made(Block::Leaf { cid, offset: self.bytes, len });
        self.bytes += content;
        self.add(0, Link { cid, content, total: content }, made);
    }

    fn finish_with(mut self, made: &mut impl FnMut(Block<'_>)) -> HashedFile {
        let bytes = self.bytes;
        // An empty file is one empty leaf.
        if self.levels.len() == 1 && self.levels[0].is_empty() {
            self.push_with(Digest::of(b""), 0, made);
        }
        let mut level = 0;
        // Every leaf is at the same depth: a lone last link is wrapped as often as its siblings were.
        loop {
            match self.levels[level][..] {
                [root] if level + 1 == self.levels.len() => return HashedFile { cid: root.cid, bytes },
                [] => {}
                _ => self.close_node(level, made),
            }
            level += 1;
        }
    }

    fn add(&mut self, level: usize, link: Link, made: &mut impl FnMut(Block<'_>)) {
        if level == self.levels.len() {
            self.levels.push(Vec::new());
        }
        if self.levels[level].len() == LINKS_PER_NODE {
            self.close_node(level, made);
        }
        self.levels[level].push(link);
    }

    fn close_node(&mut self, level: usize, made: &mut impl FnMut(Block<'_>)) {
        let links = std::mem::take(&mut self.levels[level]);
        let bytes = encode_node(&links);
        let cid = Cid { codec: Codec::DagPb, digest: Digest::of(&bytes) };
        made(Block::Node { cid, bytes: &bytes });
        let content = links.iter().map(|l| l.content).sum();
        let total = links.iter().map(|l| l.total).sum::<u64>() + bytes.len() as u64;
        self.add(level + 1, Link { cid, content, total }, made);
    }
}

/// dag-pb: links (field 2) before data (field 1), as its specification demands.
fn encode_node(links: &[Link]) -> Vec<u8> {
    let mut node = Vec::with_capacity(links.len() * 50 + 800);
    for link in links {
        let mut encoded = Vec::with_capacity(50);
        put_bytes(&mut encoded, 1, &link.cid.to_bytes());
        put_bytes(&mut encoded, 2, b"");
        put_varint(&mut encoded, 3, link.total);
        put_bytes(&mut node, 2, &encoded);
    }
    let mut data = Vec::with_capacity(links.len() * 5 + 16);
    put_varint(&mut data, 1, FILE);
    put_varint(&mut data, 3, links.iter().map(|l| l.content).sum());
    for link in links {
        put_varint(&mut data, 4, link.content);
    }
    put_bytes(&mut node, 1, &data);
    node
}

fn put_bytes(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_varint(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn varint(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(encode::u64(value, &mut encode::u64_buffer()));
}
