//! Reading the links of a dag-pb node.

use protocol::{
    Digest,
    cid::{Cid, Codec},
};
use unsigned_varint::decode;

/// The children of a node, in order. `None` where the bytes are not a node with links of the only kind used here
/// (version 1, SHA-256, raw or dag-pb).
pub fn links(node: &[u8]) -> Option<Vec<Cid>> {
    let mut children = Vec::new();
    let mut rest = node;
    while !rest.is_empty() {
        let (field, value) = take_field(&mut rest)?;
        if field == 2 {
            let mut link = value;
            let mut hash = None;
            while !link.is_empty() {
                if let (1, bytes) = take_field(&mut link)? {
                    hash = Some(cid(bytes)?);
                }
            }
            children.push(hash?);
        }
    }
    Some(children)
}

fn cid(bytes: &[u8]) -> Option<Cid> {
    let (head, digest) = bytes.split_first_chunk::<4>()?;
    let codec = match head {
        [1, 0x55, 0x12, 32] => Codec::Raw,
        [1, 0x70, 0x12, 32] => Codec::DagPb,
        _ => return None,
    };
    Some(Cid { codec, digest: Digest(digest.try_into().ok()?) })
}

/// The next protobuf field: its number, and its bytes (none for a number).
fn take_field<'a>(rest: &mut &'a [u8]) -> Option<(u64, &'a [u8])> {
    let key = take_varint(rest)?;
    match key & 7 {
        0 => take_varint(rest).map(|_| (key >> 3, &rest[..0])),
        2 => {
            let length = usize::try_from(take_varint(rest)?).ok()?;
            let (value, after) = rest.split_at_checked(length)?;
            *rest = after;
            Some((key >> 3, value))
        }
        _ => None,
    }
}

fn take_varint(rest: &mut &[u8]) -> Option<u64> {
    let (value, after) = decode::u64(rest).ok()?;
    *rest = after;
    Some(value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use protocol::cid::{Block, CHUNK_SIZE, FileHasher};

    #[test]
    fn the_links_of_a_file_are_its_leaves() {
        let bytes: Vec<u8> = (0..CHUNK_SIZE * 2 + 5).map(|i| (i % 251) as u8).collect();
        let (mut leaves, mut root) = (Vec::new(), Vec::new());
        let mut made = |block: Block<'_>| match block {
            Block::Leaf { cid, .. } => leaves.push(cid),
            Block::Node { bytes, .. } => root = bytes.to_vec(),
        };
        let mut hasher = FileHasher::new();
        hasher.update_with(&bytes, &mut made);
        hasher.finish_with(&mut made);
        assert_eq!(leaves.len(), 3);
        assert_eq!(links(&root).unwrap(), leaves);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            links(&bytes);
        }
    }
}
