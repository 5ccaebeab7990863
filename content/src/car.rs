//! A file's whole DAG as CARv1, blocks in depth-first order, as a trustless gateway answers.

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, stream};
use protocol::cid::{Cid, Codec};
use unsigned_varint::encode;

use crate::{
    node,
    store::{ByteStream, ContentStore, StoreError},
};

/// The header: DAG-CBOR of `{"roots": [root], "version": 1}` after its length.
fn header(root: &Cid) -> Vec<u8> {
    // a2: map of 2; 65: text of 5; 81: array of 1; d82a: tag 42, a CID; 5825: 37 bytes, the first zero.
    let mut cbor = b"\xa2\x65roots\x81\xd8\x2a\x58\x25\x00".to_vec();
    cbor.extend_from_slice(&root.to_bytes());
    cbor.extend_from_slice(b"\x67version\x01");
    let mut section = length(cbor.len());
    section.extend_from_slice(&cbor);
    section
}

fn section(cid: &Cid, block: &[u8]) -> Bytes {
    let cid = cid.to_bytes();
    let mut section = length(cid.len() + block.len());
    section.extend_from_slice(&cid);
    section.extend_from_slice(block);
    section.into()
}

/// What every section begins with.
fn length(bytes: usize) -> Vec<u8> {
    encode::usize(bytes, &mut encode::usize_buffer()).to_vec()
}

/// What an archive may have besides the file twice: nodes and names of blocks take far less, unless blocks are tiny or a
/// node is linked to again and again.
const MARGIN: u64 = 64 << 10;

/// The archive of a stored file of `size` bytes as a stream. A block that is missing ends it with an error, which breaks
/// the transfer off, and so does one too many: a few crafted nodes can link to each other in ever more ways.
pub fn archive(store: Arc<dyn ContentStore>, root: Cid, size: u64) -> ByteStream {
    let head = stream::once(async move { Ok(Bytes::from(header(&root))) });
    let left = size.saturating_mul(2).saturating_add(MARGIN);
    // What is still to be sent, the next one last.
    let blocks = stream::try_unfold((store, vec![root], left), move |(store, mut waiting, left)| async move {
        let Some(cid) = waiting.pop() else { return Ok::<_, StoreError>(None) };
        let block = store.linked(&cid).await?.ok_or(StoreError::MissingBlock(cid))?;
        if cid.codec == Codec::DagPb {
            let children = node::links(&block).ok_or(StoreError::StrangeNode(cid))?;
            waiting.extend(children.into_iter().rev());
        }
        let section = section(&cid, &block);
        let left = left.checked_sub(section.len() as u64).ok_or(StoreError::Inflated(root))?;
        Ok(Some((section, (store, waiting, left))))
    });
    head.chain(blocks).boxed()
}
