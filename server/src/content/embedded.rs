//! The embedded home: files in a folder, named by their CIDs; leaves and inner nodes are found through the database.

use std::{
    io::{ErrorKind, SeekFrom},
    ops::Range,
    path::PathBuf,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use protocol::cid::{Cid, Codec};
use sqlx::{Connection, Row};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::{
    store::{ByteStream, ContentStore, StoreError},
    upload::Upload,
};
use crate::db::{Db, from_db, insert_many, to_db};

const READ: usize = 256 << 10;

/// Files in a folder.
#[derive(Debug)]
pub struct Embedded {
    folder: PathBuf,
    db: Db,
}

impl Embedded {
    pub fn new(folder: PathBuf, db: Db) -> Self {
        Self { folder, db }
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
    async fn keep(&self, upload: Upload) -> Result<(), StoreError> {
        let Upload { path, file, leaves, nodes } = upload;
        let name = file.cid.to_string();
        let mut connection = self.db.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        // A file of one leaf is its own block.
        if file.cid.codec == Codec::DagPb {
            let into = "leaves (cid, file, position, bytes)";
            insert_many(&mut transaction, into, 4, "ON CONFLICT DO NOTHING", &leaves, |query, leaf| {
                query
                    .bind(leaf.cid.to_string())
                    .bind(name.clone())
                    .bind(to_db(leaf.position))
                    .bind(i64::from(leaf.bytes))
            })
            .await?;
            let into = "nodes (cid, encoded)";
            insert_many(&mut transaction, into, 2, "ON CONFLICT DO NOTHING", &nodes, |query, (cid, bytes)| {
                query.bind(cid.to_string()).bind(hex::encode(bytes))
            })
            .await?;
        }
        transaction.commit().await?;
        // Blocks that point to a file which never came are harmless; a file nobody can find blocks of is not.
        let home = self.path(&file.cid);
        if let Some(folder) = home.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        path.persist(&home).map_err(|error| StoreError::Disk(error.error))?;
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
        let name = cid.to_string();
        if cid.codec == Codec::DagPb {
            let row = sqlx::query("SELECT encoded FROM nodes WHERE cid = $1")
                .bind(name)
                .fetch_optional(&self.db.pool)
                .await?;
            let Some(row) = row else { return Ok(None) };
            return Ok(hex::decode(row.try_get::<&str, _>(0)?).ok().map(Bytes::from));
        }
        if let Some(bytes) = self.size(cid).await? {
            return self.slice(cid, 0, bytes).await;
        }
        let rows = sqlx::query("SELECT file, position, bytes FROM leaves WHERE cid = $1")
            .bind(name)
            .fetch_all(&self.db.pool)
            .await?;
        for row in rows {
            let file: String = row.try_get(0)?;
            let Ok(file) = file.parse() else { continue };
            if let Some(block) = self.slice(&file, from_db(row.try_get(1)?), from_db(row.try_get(2)?)).await? {
                return Ok(Some(block));
            }
        }
        Ok(None)
    }
}
