//! Profiles of organisations and descriptions of data sets, read where their files are stored: also when these come later.

use std::collections::HashSet;

use ::directory::{Description, FAMILY, MAX_FILE_BYTES, Profile};
use content::{ContentStore, read_whole};
use protocol::{cid::Cid, subject::Subject};
use sqlx::{Connection, Row, any::AnyRow};

use crate::{
    content::titles::{MetadataError, unread},
    db::Db,
    indexer::touched,
};

/// Which files, and where they are named.
struct Kind {
    /// Columns: `cid`, and what [`Kind::read`] gives.
    table: &'static str,
    columns: &'static [&'static str],
    named_in: &'static str,
    by: &'static str,
    read: fn(&[u8]) -> Option<Vec<String>>,
}

const KINDS: [Kind; 2] = [
    Kind {
        table: "profiles",
        columns: &["name", "name_folded", "folded", "body"],
        named_in: "organisations",
        by: "profile_cid",
        read: profile,
    },
    Kind {
        table: "descriptions",
        columns: &["name", "folded", "columns_folded", "body"],
        named_in: "datasets",
        by: "description_cid",
        read: description,
    },
];

fn profile(bytes: &[u8]) -> Option<Vec<String>> {
    let read = Profile::read(bytes).ok()?;
    let profile = Profile { name: dataset::plain(&read.name), text: dataset::plain(&read.text), ..read };
    let folded = folded(&[&profile.name, &profile.text]);
    Some(vec![profile.name.clone(), profile.name.to_lowercase(), folded, serde_json::to_string(&profile).ok()?])
}

fn description(bytes: &[u8]) -> Option<Vec<String>> {
    let read = Description::read(bytes).ok()?;
    // Columns stay as they are: tables are read by their names.
    let described = Description { name: dataset::plain(&read.name), text: dataset::plain(&read.text), ..read };
    let columns: Vec<&str> = described.columns.iter().map(|column| column.name.as_str()).collect();
    let (texts, columns) = (folded(&[&described.name, &described.text]), folded(&columns));
    Some(vec![described.name.clone(), texts, columns, serde_json::to_string(&described).ok()?])
}

/// Texts in lower case, one a line. No database takes one with a zero in it.
fn folded(texts: &[&str]) -> String {
    texts.join("\n").to_lowercase().replace('\0', " ")
}

/// Reads what can be read by now. `missing` has the CIDs that were looked for in vain.
pub(super) async fn fill(db: &Db, store: &dyn ContentStore, missing: &mut HashSet<Cid>) -> Result<(), MetadataError> {
    for kind in &KINDS {
        let Kind { table, named_in, by, .. } = kind;
        let cids = format!(
            "SELECT DISTINCT n.{by} FROM {named_in} n LEFT JOIN {table} f ON f.cid = n.{by} WHERE f.cid IS NULL"
        );
        for cid in unread(db, &cids, missing).await? {
            match store.size(&cid).await? {
                Some(size) if size > MAX_FILE_BYTES as u64 => write(db, kind, &cid, None).await?,
                Some(size) => {
                    let bytes = read_whole(store, &cid, size).await?;
                    write(db, kind, &cid, (kind.read)(&bytes)).await?;
                }
                None => drop(missing.insert(cid)),
            }
        }
    }
    Ok(())
}

async fn write(db: &Db, kind: &Kind, cid: &Cid, read: Option<Vec<String>>) -> Result<(), MetadataError> {
    let Kind { table, columns, named_in, by, .. } = kind;
    let mut connection = db.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    // A name that comes late is news to whoever looks at the list.
    let revision = touched::next_revision(&mut transaction).await?;
    let values: Vec<Option<String>> = match read {
        Some(texts) => texts.into_iter().map(Some).collect(),
        None => vec![None; columns.len()],
    };
    let insert = format!(
        "INSERT INTO {table} (cid, {}) VALUES ({}) ON CONFLICT DO NOTHING",
        columns.join(", "),
        crate::db::list(1, 1 + columns.len())
    );
    let query = sqlx::query(&insert).bind(cid.to_string());
    values.into_iter().fold(query, |query, value| query.bind(value)).execute(&mut *transaction).await?;
    if let Some(revision) = revision {
        let select = format!("SELECT subject FROM {named_in} WHERE {by} = $1");
        let rows = sqlx::query(&select).bind(cid.to_string()).fetch_all(&mut *transaction).await?;
        let subject = |row: &AnyRow| Ok(Subject::new(FAMILY, row.try_get::<&str, _>(0)?));
        let subjects = rows.iter().map(subject).collect::<Result<_, sqlx::Error>>()?;
        touched::note(&mut transaction, revision, &subjects).await?;
    }
    transaction.commit().await?;
    Ok(())
}
