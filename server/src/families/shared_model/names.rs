//! Names of shared models, read from their metadata where it is stored: also when it comes after the model.

use std::collections::HashSet;

use ::shared_model::{
    ModelMetadata,
    metadata::{MAX_METADATA, MAX_NAME},
};
use content::{ContentStore, read_whole};
use protocol::{cid::Cid, subject::Subject};
use sqlx::{Connection, Row, any::AnyRow};

use super::FAMILY;
use crate::{
    content::titles::{MetadataError, shown, unread},
    db::Db,
    indexer::touched,
};

/// Characters of a description in a list.
const MAX_DESCRIPTION: usize = 300;

/// What a list shows of a metadata file.
struct Described {
    name: String,
    description: String,
    test_cid: Option<String>,
}

/// Reads what can be read by now. `missing` has the CIDs that were looked for in vain.
pub(super) async fn fill(db: &Db, store: &dyn ContentStore, missing: &mut HashSet<Cid>) -> Result<(), MetadataError> {
    let cids = "SELECT DISTINCT m.metadata_cid FROM models m LEFT JOIN model_files f ON f.cid = m.metadata_cid \
         WHERE f.cid IS NULL AND m.metadata_cid <> ''";
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

async fn read(store: &dyn ContentStore, cid: &Cid, size: u64) -> Result<Option<Described>, MetadataError> {
    if size > MAX_METADATA as u64 {
        return Ok(None);
    }
    let bytes = read_whole(store, cid, size).await?;
    Ok(ModelMetadata::parse(&bytes).ok().map(|metadata| Described {
        name: shown(&metadata.name, MAX_NAME),
        description: shown(&metadata.description, MAX_DESCRIPTION),
        test_cid: metadata.test.map(|test| test.cid.to_string()),
    }))
}

async fn write(db: &Db, cid: &Cid, described: Option<Described>) -> Result<(), MetadataError> {
    let (name, description, test_cid) = match described {
        Some(Described { name, description, test_cid }) => (Some(name), Some(description), test_cid),
        None => (None, None, None),
    };
    let name = name.filter(|name| !name.is_empty());
    let mut connection = db.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    // A name that comes late is news to whoever looks at the list.
    let revision = touched::next_revision(&mut transaction).await?;
    sqlx::query(
        "INSERT INTO model_files (cid, name, description, folded, test_cid) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
    )
    .bind(cid.to_string())
    .bind(name.clone())
    .bind(description)
    .bind(name.map(|name| name.to_lowercase()))
    .bind(test_cid)
    .execute(&mut *transaction)
    .await?;
    if let Some(revision) = revision {
        let models = sqlx::query("SELECT address FROM models WHERE metadata_cid = $1")
            .bind(cid.to_string())
            .fetch_all(&mut *transaction)
            .await?;
        let subject = |row: &AnyRow| Ok(Subject::new(FAMILY, row.try_get::<String, _>(0)?));
        let models = models.iter().map(subject).collect::<Result<_, sqlx::Error>>()?;
        touched::note(&mut transaction, revision, &models).await?;
    }
    transaction.commit().await?;
    Ok(())
}
