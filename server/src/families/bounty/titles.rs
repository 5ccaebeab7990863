//! Titles of bounties, read from their metadata where it is stored: also when it comes after them.

use std::collections::HashSet;

use ::bounty::FAMILY;
use content::{ContentStore, read_whole};
use dataset::metadata::{MAX_METADATA, Metadata};
use protocol::{cid::Cid, subject::Subject};
use sqlx::{Connection, Row, any::AnyRow};

use crate::{
    content::titles::{MetadataError, shown, unread},
    db::Db,
    indexer::touched,
};

/// Characters of a title.
const MAX_TITLE: usize = 200;

/// Reads titles that can be read by now. `missing` has the CIDs that were looked for in vain.
pub(super) async fn fill(db: &Db, store: &dyn ContentStore, missing: &mut HashSet<Cid>) -> Result<(), MetadataError> {
    let cids = "SELECT DISTINCT b.metadata_cid FROM bounties b LEFT JOIN titles t ON t.cid = b.metadata_cid \
         WHERE t.cid IS NULL AND b.metadata_cid <> ''";
    for cid in unread(db, cids, missing).await? {
        match store.size(&cid).await? {
            Some(size) => write(db, &cid, read(store, &cid, size).await?).await?,
            None => {
                missing.insert(cid);
            }
        }
    }
    Ok(())
}

/// The title of a stored file; `None` where it is not metadata.
async fn read(store: &dyn ContentStore, cid: &Cid, size: u64) -> Result<Option<String>, MetadataError> {
    if size > MAX_METADATA as u64 {
        return Ok(None);
    }
    let bytes = read_whole(store, cid, size).await?;
    Ok(Metadata::parse(&bytes).ok().map(|metadata| shown(&metadata.title, MAX_TITLE)).filter(|title| !title.is_empty()))
}

async fn write(db: &Db, cid: &Cid, title: Option<String>) -> Result<(), MetadataError> {
    let folded = title.as_ref().map(|title| title.to_lowercase());
    let mut connection = db.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    // A title that comes late is news to whoever looks at the list.
    let revision = touched::next_revision(&mut transaction).await?;
    sqlx::query("INSERT INTO titles (cid, title, folded) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(cid.to_string())
        .bind(title)
        .bind(folded)
        .execute(&mut *transaction)
        .await?;
    if let Some(revision) = revision {
        let ids = sqlx::query("SELECT id FROM bounties WHERE metadata_cid = $1")
            .bind(cid.to_string())
            .fetch_all(&mut *transaction)
            .await?;
        let subject = |row: &AnyRow| Ok(Subject::new(FAMILY, row.try_get::<i64, _>(0)?.to_string()));
        let bounties = ids.iter().map(subject).collect::<Result<_, sqlx::Error>>()?;
        touched::note(&mut transaction, revision, &bounties).await?;
    }
    transaction.commit().await?;
    Ok(())
}
