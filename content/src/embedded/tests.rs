//! The store against the bytes that went in, with an index that lives and one that is read again.

use std::{path::Path, time::Duration};

use futures::stream;
use protocol::cid::{CHUNK_SIZE, FileHasher};

use super::*;
use crate::{Broken, InMemory, IntakeError, car, node, read_whole, take_in};

const LIMIT: u64 = 64 << 20;
const IDLE: Duration = Duration::from_secs(60);

fn bytes(size: usize) -> Vec<u8> {
    (0..size).map(|i| (i * 7 % 251) as u8).collect()
}

/// In pieces that fit no boundary.
fn pieces(bytes: &[u8]) -> impl futures::Stream<Item = Result<Bytes, Broken<()>>> {
    let pieces: Vec<_> = bytes.chunks(77_777).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

async fn put(store: &Embedded, arriving: &Path, bytes: &[u8]) -> Cid {
    let cid = FileHasher::hash(bytes).cid;
    store.keep(take_in(pieces(bytes), cid, arriving, LIMIT, IDLE).await.unwrap()).await.unwrap();
    cid
}

#[tokio::test]
async fn what_was_kept_is_given_out_also_after_opening_the_folder_again() {
    let (folder, arriving) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = Embedded::new(folder.path().into(), Arc::new(InMemory::default()));
    let sizes = [0, 1, CHUNK_SIZE, CHUNK_SIZE + 1, 176 * CHUNK_SIZE + 5];
    let mut cids = Vec::new();
    for size in sizes {
        cids.push(put(&store, arriving.path(), &bytes(size)).await);
    }
    let index = InMemory::of_folder(folder.path()).await.unwrap();
    for store in [store, Embedded::new(folder.path().into(), Arc::new(index))] {
        for (cid, size) in cids.iter().zip(sizes) {
            assert_eq!(store.size(cid).await.unwrap(), Some(size as u64));
            assert!(read_whole(&store, cid, size as u64).await.unwrap() == bytes(size), "{size} bytes");
            assert!(blocks_below(&store, cid).await == bytes(size), "the leaves of {size} bytes");
        }
        let other = Cid::of_block(b"never stored");
        assert_eq!(store.size(&other).await.unwrap(), None);
        assert_eq!(store.block(&other).await.unwrap(), None);
    }
}

/// The file as its blocks tell it, from the root down.
async fn blocks_below(store: &Embedded, root: &Cid) -> Vec<u8> {
    let (mut waiting, mut content) = (vec![*root], Vec::new());
    while let Some(cid) = waiting.pop() {
        let block = store.block(&cid).await.unwrap().unwrap();
        match cid.codec {
            Codec::Raw => content.extend_from_slice(&block),
            Codec::DagPb => waiting.extend(node::links(&block).unwrap().into_iter().rev()),
        }
    }
    content
}

#[tokio::test]
async fn a_file_with_another_cid_or_too_many_bytes_leaves_nothing_behind() {
    let arriving = tempfile::tempdir().unwrap();
    let (good, other) = (bytes(1_000), Cid::of_block(b"other"));
    let found = Cid::of_block(&good);
    let refused = take_in(pieces(&good), other, arriving.path(), LIMIT, IDLE).await.unwrap_err();
    assert!(matches!(refused, IntakeError::OtherCid { expected, found: f } if expected == other && f == found));
    let refused = take_in(pieces(&good), found, arriving.path(), 999, IDLE).await.unwrap_err();
    assert!(matches!(refused, IntakeError::TooLarge { limit: 999 }));
    let broken =
        stream::iter([Ok(Bytes::from_static(b"half")), Err(Broken::<()>::Line("the line is dead".to_string()))]);
    let refused = take_in(broken, found, arriving.path(), LIMIT, IDLE).await.unwrap_err();
    assert!(matches!(refused, IntakeError::Truncated(why) if why == "the line is dead"));
    assert_eq!(std::fs::read_dir(arriving.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn an_archive_has_the_root_first_and_every_block_once_in_order() {
    let (folder, arriving) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store: Arc<dyn ContentStore> = {
        let store = Embedded::new(folder.path().into(), Arc::new(InMemory::default()));
        put(&store, arriving.path(), &bytes(3 * CHUNK_SIZE)).await;
        Arc::new(store)
    };
    let root = FileHasher::hash(&bytes(3 * CHUNK_SIZE)).cid;
    let sections: Vec<Bytes> = car::archive(store, root, 3 * CHUNK_SIZE as u64).try_collect().await.unwrap();
    // The header, the root, and its leaves.
    assert_eq!(sections.len(), 5);
    let content: Vec<u8> =
        sections[2..].iter().flat_map(|section| section[section.len() - CHUNK_SIZE..].to_vec()).collect();
    assert!(content == bytes(3 * CHUNK_SIZE));
}

/// Nodes that link to each other in 2^20 ways.
struct Bomb(std::collections::HashMap<Cid, Bytes>);

#[async_trait]
impl ContentStore for Bomb {
    async fn keep(&self, _: CheckedFile) -> Result<(), StoreError> {
        Ok(())
    }

    async fn size(&self, _: &Cid) -> Result<Option<u64>, StoreError> {
        Ok(Some(10))
    }

    async fn read(&self, _: &Cid, _: Range<u64>) -> Result<ByteStream, StoreError> {
        Ok(futures::stream::empty().boxed())
    }

    async fn block(&self, cid: &Cid) -> Result<Option<Bytes>, StoreError> {
        Ok(self.0.get(cid).cloned())
    }
}

#[tokio::test]
async fn an_archive_has_no_more_than_its_file_allows() {
    let mut blocks = std::collections::HashMap::new();
    let leaf = Bytes::from_static(b"0123456789");
    let mut below = Cid::of_block(&leaf);
    blocks.insert(below, leaf);
    for _ in 0..20 {
        // Two links, each field 2 with a message whose field 1 is the CID.
        let name = below.to_bytes();
        let link = [&[0x12, name.len() as u8 + 2, 0x0a, name.len() as u8], &name[..]].concat();
        let node = Bytes::from([link.clone(), link].concat());
        below = Cid { codec: Codec::DagPb, digest: protocol::Digest::of(&node) };
        blocks.insert(below, node);
    }
    let store: Arc<dyn ContentStore> = Arc::new(Bomb(blocks));
    let mut sent = 0;
    let mut archive = car::archive(store, below, 10);
    let ended = loop {
        match archive.try_next().await {
            Ok(Some(section)) => sent += section.len(),
            ended => break ended,
        }
    };
    assert!(matches!(ended, Err(StoreError::Inflated(root)) if root == below), "{ended:?}");
    assert!(sent < 100_000, "{sent} bytes");
}
