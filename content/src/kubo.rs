//! The store in a Kubo node, over its RPC. The only place that knows ipfs-api, which is passively maintained.

mod patience;
#[cfg(test)]
mod tests;

use std::{ops::Range, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use ipfs_api_backend_hyper::{
    BackendWithGlobalOptions, Error, GlobalOptions, IpfsApi, IpfsClient, TryFromUri,
    request::{Add, BlockPut},
};
use protocol::cid::{CHUNK_SIZE, Cid, Codec};
use tokio_util::compat::TokioAsyncReadCompatExt;

use self::patience::{Patience, Progress, Watched};
use crate::{
    index::BlockIndex,
    intake::CheckedFile,
    store::{ByteStream, ContentStore, StoreError},
};

/// No block is larger: a leaf has 256 KiB, a node of 174 links some 9 kB.
const MAX_BLOCK: usize = 2 << 20;

/// A Kubo node. It is asked for what is pinned, and only for what it has itself: strangers cannot make it fetch from the
/// network, nor read what else is in its repository. Which blocks a pinned file has is told by a [`BlockIndex`].
pub struct Kubo {
    client: IpfsClient,
    /// The same node; it looks at its own repository only.
    offline: BackendWithGlobalOptions<IpfsClient>,
    index: Arc<dyn BlockIndex>,
    patience: Patience,
}

impl Kubo {
    /// The node whose RPC is at `url`.
    ///
    /// # Errors
    /// [`StoreError::KuboUrl`].
    pub fn new(url: &str, index: Arc<dyn BlockIndex>) -> Result<Self, StoreError> {
        let wrong = || StoreError::KuboUrl(url.to_string());
        let authority = url.strip_prefix("http://").ok_or_else(wrong)?.trim_end_matches('/');
        if authority.is_empty() {
            return Err(wrong());
        }
        let client = IpfsClient::from_str(&format!("http://{authority}")).map_err(|_| wrong())?;
        let options = GlobalOptions { offline: Some(true), timeout: None };
        let offline = BackendWithGlobalOptions::new(client.clone(), options);
        Ok(Self { offline, client, index, patience: Patience::default() })
    }

    /// Whether a file was pinned as a whole.
    async fn is_pinned(&self, cid: &Cid) -> Result<bool, StoreError> {
        let path = format!("/ipfs/{cid}");
        let asked = self.offline.pin_ls(Some(&path), Some("recursive"));
        match self.patience.looks(asked).await? {
            Ok(_) => Ok(true),
            // Kubo says so in words only: "path … is not pinned".
            Err(Error::Api(error)) if error.message.contains("not pinned") => Ok(false),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Puts our own inner nodes above leaves that the node has, and pins their root. A node whose profile gives a file's
    /// nodes other than 174 links, as Kubo's `unixfs-v1-2025` does, has the same leaves and names the file otherwise.
    ///
    /// # Errors
    /// [`StoreError::KuboCid`] where the node has a block of ours and names it otherwise; [`StoreError::Kubo`] where it
    /// fails.
    async fn keep_under_own_nodes(&self, checked: &CheckedFile) -> Result<(), StoreError> {
        for (expected, node) in &checked.nodes {
            let dag_pb = BlockPut { format: Some("protobuf"), mhtype: Some("sha2-256"), ..BlockPut::default() };
            let node = std::io::Cursor::new(node.clone());
            let put = self.client.block_put_with_options(node, dag_pb);
            let put = self.patience.writes(put).await?.map_err(|e| failed(&e))?;
            if put.key != expected.to_string() {
                return Err(StoreError::KuboCid { expected: *expected, found: put.key });
            }
        }
        // Offline: it fails where a leaf is missing, and is not looked for among strangers.
        let root = checked.file.cid.to_string();
        self.patience.writes(self.offline.pin_add(&root, true)).await?.map_err(|e| failed(&e))?;
        Ok(())
    }

    /// A block of the node's own repository.
    async fn own_block(&self, cid: &Cid) -> Result<Option<Bytes>, StoreError> {
        let fetch = async {
            let mut block = Vec::new();
            let name = cid.to_string();
            let mut pieces = self.offline.block_get(&name);
            loop {
                let piece = match pieces.try_next().await {
                    Ok(Some(piece)) => piece,
                    Ok(None) => break,
                    // "block was not found locally (offline)".
                    Err(Error::Api(error)) if error.message.contains("not found") => return Ok(None),
                    Err(error) => return Err(failed(&error)),
                };
                block.extend_from_slice(&piece);
                if block.len() > MAX_BLOCK {
                    return Err(StoreError::StrangeNode(*cid));
                }
            }
            Ok(Some(Bytes::from(block)))
        };
        self.patience.looks(fetch).await?
    }
}

fn failed(error: &Error) -> StoreError {
    StoreError::Kubo(error.to_string())
}

#[async_trait]
impl ContentStore for Kubo {
    async fn keep(&self, checked: CheckedFile) -> Result<(), StoreError> {
        let progress = Progress::default();
        let file = Watched::new(tokio::fs::File::open(&checked.path).await?, progress.clone()).compat();
        let chunker = format!("size-{CHUNK_SIZE}");
        let add = Add {
            chunker: Some(&chunker),
            pin: Some(true),
            raw_leaves: Some(true),
            cid_version: Some(1),
            ..Add::default()
        };
        let added = self.client.add_async_with_options(file, add);
        let added = self.patience.while_it_takes(&progress, added).await?.map_err(|e| failed(&e))?;
        let expected = checked.file.cid;
        if added.hash != expected.to_string() {
            let kept = self.keep_under_own_nodes(&checked).await;
            // What cannot be found under its name is of no use there.
            let removed = self.patience.writes(self.client.pin_rm(&added.hash, true)).await;
            if let Err(error) = removed.and_then(|removed| removed.map_err(|e| failed(&e))) {
                tracing::warn!(%error, cid = added.hash, "a file stored under another CID stays pinned");
            }
            if let Err(error) = kept {
                tracing::warn!(%error, cid = %expected, "a file could not be kept under its CID");
                return Err(error);
            }
        }
        // A file of one block is its own.
        if expected.codec == Codec::DagPb {
            self.index.add(&checked).await.map_err(StoreError::Index)?;
        }
        Ok(())
    }

    async fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        if !self.is_pinned(cid).await? {
            return Ok(None);
        }
        let path = format!("/ipfs/{cid}");
        let stat = self.patience.looks(self.offline.files_stat(&path)).await?.map_err(|e| failed(&e))?;
        Ok(Some(stat.size))
    }

    async fn read(&self, cid: &Cid, range: Range<u64>) -> Result<ByteStream, StoreError> {
        let length = range.end.saturating_sub(range.start);
        if length == 0 {
            return Ok(futures::stream::empty().boxed());
        }
        let too_large = |_| StoreError::Kubo("the file is too large for this machine".to_string());
        let offset = usize::try_from(range.start).map_err(too_large)?;
        let length = usize::try_from(length).map_err(too_large)?;
        let pieces = self.offline.cat_range(&cid.to_string(), offset, length).map_err(|e| failed(&e));
        Ok(self.patience.between(pieces.boxed()))
    }

    async fn block(&self, cid: &Cid) -> Result<Option<Bytes>, StoreError> {
        if self.is_pinned(cid).await? {
            return self.own_block(cid).await;
        }
        if cid.codec == Codec::DagPb {
            return Ok(self.index.node(cid).await.map_err(StoreError::Index)?.map(Bytes::from));
        }
        for place in self.index.leaf(cid).await.map_err(StoreError::Index)? {
            if self.is_pinned(&place.file).await? {
                return self.own_block(cid).await;
            }
        }
        Ok(None)
    }

    async fn linked(&self, cid: &Cid) -> Result<Option<Bytes>, StoreError> {
        self.own_block(cid).await
    }
}
