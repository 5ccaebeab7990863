//! The embedded store: files in a folder, named by their CIDs; leaves and inner nodes are found through an index.

use std::{
    io::{ErrorKind, SeekFrom},
    ops::Range,
    path::PathBuf,
    sync::Arc,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use protocol::cid::{Cid, Codec};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use crate::{
    index::{BlockIndex, Place},
    intake::CheckedFile,
    store::{ByteStream, ContentStore, StoreError},
};

const READ: usize = 256 << 10;

/// Files in a folder.
pub struct Embedded {
    folder: PathBuf,
    index: Arc<dyn BlockIndex>,
}

impl Embedded {
    /// Files below `folder`, which is made when the first one comes.
    pub fn new(folder: PathBuf, index: Arc<dyn BlockIndex>) -> Self {
        Self { folder, index }
    }

    /// Files are spread over folders named by the end of the CID, which is as good as random.
    fn path(&self, cid: &Cid) -> PathBuf {
        let name = cid.to_string();
        let part = name[name.len() - 3..name.len() - 1].to_string();
        self.folder.join(part).join(name)
    }

    async fn slice(&self, cid: &Cid, position: u64, bytes: u64) -> Result<Option<Bytes>, StoreError> {
        let mut file = match tokio::fs::File::open(self.path(cid)).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        file.seek(SeekFrom::Start(position)).await?;
        let mut block = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
        file.take(bytes).read_to_end(&mut block).await?;
        Ok((block.len() as u64 == bytes).then(|| block.into()))
    }
}

#[async_trait]
impl ContentStore for Embedded {
    async fn keep(&self, checked: CheckedFile) -> Result<(), StoreError> {
        let cid = checked.file.cid;
        // A file of one leaf is its own block.
        if cid.codec == Codec::DagPb {
            self.index.add(&checked).await.map_err(StoreError::Index)?;
        }
        // Blocks that point to a file which never came are harmless; a file nobody can find blocks of is not.
        let home = self.path(&cid);
        if let Some(folder) = home.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        checked.path.persist(&home).map_err(|error| StoreError::Disk(error.error))?;
        Ok(())
    }

    async fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        match tokio::fs::metadata(self.path(cid)).await {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn read(&self, cid: &Cid, range: Range<u64>) -> Result<ByteStream, StoreError> {
        let mut file = tokio::fs::File::open(self.path(cid)).await?;
        file.seek(SeekFrom::Start(range.start)).await?;
        let part = file.take(range.end.saturating_sub(range.start));
        Ok(ReaderStream::with_capacity(part, READ).map_err(StoreError::from).boxed())
    }

    async fn block(&self, cid: &Cid) -> Result<Option<Bytes>, StoreError> {
        if cid.codec == Codec::DagPb {
            return Ok(self.index.node(cid).await.map_err(StoreError::Index)?.map(Bytes::from));
        }
        if let Some(bytes) = self.size(cid).await? {
            return self.slice(cid, 0, bytes).await;
        }
        for Place { file, position, bytes } in self.index.leaf(cid).await.map_err(StoreError::Index)? {
            if let Some(block) = self.slice(&file, position, bytes).await? {
                return Ok(Some(block));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
