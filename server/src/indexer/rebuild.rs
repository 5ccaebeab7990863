//! Rebuilding what families fold from the stored raw logs.

use std::{collections::BTreeSet, fmt};

use protocol::{api::Deployment, subject::Subject};
use sqlx::{AnyConnection, Connection, Row};
use tracing::info;

use super::{IndexError, Sources, refold, touched};
use crate::{
    db::Db,
    family::{AnyFamily, Families, Rows},
};

/// How many rows the first table of each family has that folds its subjects one by one, by what the family calls them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt(pub Vec<(i64, &'static str)>);

impl fmt::Display for Rebuilt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (count, subjects)) in self.0.iter().enumerate() {
            let joint = match position {
                0 => "",
                last if last + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            write!(f, "{joint}{count} {subjects}")?;
        }
        Ok(())
    }
}

/// Folds every subject anew, in one transaction.
///
/// # Errors
/// [`IndexError`] when a log cannot be read or the database fails; nothing is changed then.
pub async fn rebuild(db: &Db, deployment: &Deployment, families: &Families) -> Result<Rebuilt, IndexError> {
    let mut connection = db.dedicated().await?;
    let all: Vec<_> = families.iter().collect();
    fold_anew(&mut connection, deployment, families, &all).await
}

/// Folds the rows of families anew whose rows are of another version than the family says.
///
/// # Errors
/// As [`rebuild`].
pub(super) async fn bring_up(
    connection: &mut AnyConnection,
    deployment: &Deployment,
    families: &Families,
) -> Result<(), IndexError> {
    let mut stale = Vec::new();
    for family in families.iter() {
        let version = sqlx::query_scalar("SELECT version FROM folded WHERE family = $1").bind(family.name());
        if version.fetch_optional(&mut *connection).await?.unwrap_or(1) != family.fold_version() {
            stale.push(family);
        }
    }
    if !stale.is_empty() {
        let rebuilt = fold_anew(connection, deployment, families, &stale).await?;
        info!(%rebuilt, "rows of an earlier version were folded anew");
    }
    Ok(())
}

async fn fold_anew(
    connection: &mut AnyConnection,
    deployment: &Deployment,
    families: &Families,
    stale: &[&dyn AnyFamily],
) -> Result<Rebuilt, IndexError> {
    let mut transaction = connection.begin().await?;
    let mut rebuilt = Rebuilt(Vec::new());
    let revision = touched::next_revision(&mut transaction).await?;
    // Before the tables are emptied that say what factories made.
    let sources = Sources::load(&mut transaction, deployment, families).await?;
    let mut all = BTreeSet::new();
    for family in stale.iter().copied() {
        for table in family.tables() {
            sqlx::query(&format!("DELETE FROM {}", table.name)).execute(&mut *transaction).await?;
        }
        let subjects = subjects(&mut transaction, family.name()).await?;
        for subject in &subjects {
            refold::fold(&mut transaction, &sources, family, subject).await?;
        }
        if let Some(table) = family.tables().iter().find(|table| matches!(table.rows, Rows::OfSubject(_))) {
            let count = format!("SELECT COUNT(*) FROM {}", table.name);
            let count = sqlx::query_scalar(&count).fetch_one(&mut *transaction).await?;
            rebuilt.0.push((count, family.subjects()));
        }
        note_version(&mut transaction, family).await?;
        all.extend(subjects.into_iter().map(|subject| Subject::new(family.name(), subject)));
    }
    if let Some(revision) = revision {
        touched::note(&mut transaction, revision, &all).await?;
    }
    transaction.commit().await?;
    Ok(rebuilt)
}

/// Notes that a family's rows are of its version.
pub(super) async fn note_version(transaction: &mut AnyConnection, family: &dyn AnyFamily) -> Result<(), sqlx::Error> {
    let insert = "INSERT INTO folded (family, version) VALUES ($1, $2) \
                  ON CONFLICT (family) DO UPDATE SET version = excluded.version";
    sqlx::query(insert).bind(family.name()).bind(family.fold_version()).execute(transaction).await.map(drop)
}

async fn subjects(transaction: &mut AnyConnection, family: &str) -> Result<Vec<String>, sqlx::Error> {
    let select = "SELECT DISTINCT subject FROM logs WHERE family = $1 ORDER BY subject";
    let rows = sqlx::query(select).bind(family).fetch_all(transaction).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}
