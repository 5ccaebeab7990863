//! What a store for content must be able to do.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use futures::{TryStreamExt, stream::BoxStream};
use protocol::cid::Cid;

use crate::{index::IndexFailure, intake::CheckedFile};

/// The bytes of a file, as they come.
pub type ByteStream = BoxStream<'static, Result<Bytes, StoreError>>;

/// Why a store does not do its work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("The content folder cannot be used: {0}. Check its rights and the free space.")]
    Disk(#[from] std::io::Error),
    #[error("The index of stored blocks does not answer: {0}")]
    Index(#[source] IndexFailure),
    #[error("The Kubo node does not do its work: {0}. Check --kubo and that the node runs.")]
    Kubo(String),
    #[error("{0:?} is not the address of a Kubo node; write for example http://127.0.0.1:5001.")]
    KuboUrl(String),
    #[error(
        "The Kubo node names a block of the file {found}, not {expected}. Its version names blocks in another way; use one that \
         is known to work."
    )]
    KuboCid { expected: Cid, found: String },
    #[error("Block {0} is missing from stored content; upload the file again.")]
    MissingBlock(Cid),
    #[error("Block {0} is not a UnixFS node of the kind that is stored here.")]
    StrangeNode(Cid),
    #[error("The blocks below {0} are more than its file. It is not given out as an archive.")]
    Inflated(Cid),
}

/// A store for content. A CID means the same in every store: a UnixFS file in chunks of 256 KiB with raw leaves.
#[async_trait]
pub trait ContentStore: Send + Sync {
    /// Takes a checked file in, durably. Doing it twice changes nothing.
    async fn keep(&self, checked: CheckedFile) -> Result<(), StoreError>;

    /// Bytes of a stored file; `None` where it is not stored here.
    async fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError>;

    /// The bytes in `range`, which must lie within the file.
    async fn read(&self, cid: &Cid, range: Range<u64>) -> Result<ByteStream, StoreError>;

    /// Any single block of a file that was stored here: leaves, inner nodes and the root. `None` for every other block,
    /// also one that the store's machinery happens to have or could fetch.
    async fn block(&self, cid: &Cid) -> Result<Option<Bytes>, StoreError>;

    /// A block that a block of a stored file links to, which is not found out again.
    async fn linked(&self, cid: &Cid) -> Result<Option<Bytes>, StoreError> {
        self.block(cid).await
    }
}

/// A whole small file of `size` bytes, in memory.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub async fn read_whole(store: &dyn ContentStore, cid: &Cid, size: u64) -> Result<Vec<u8>, StoreError> {
    let pieces = store.read(cid, 0..size).await?;
    pieces
        .try_fold(Vec::new(), |mut all, piece| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        })
        .await
}
