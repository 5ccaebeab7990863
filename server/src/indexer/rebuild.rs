//! Rebuilding what families fold from the stored raw logs.

use std::{collections::BTreeSet, fmt};

use protocol::{api::Deployment, subject::Subject};
use sqlx::{AnyConnection, Connection, Row};

use super::{IndexError, Sources, refold, touched};
use crate::{
    db::Db,
    family::{Families, Rows},
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
    let mut transaction = connection.begin().await?;
    let mut rebuilt = Rebuilt(Vec::new());
    let revision = touched::next_revision(&mut transaction).await?;
    // Before the tables are emptied that say what factories made.
    let sources = Sources::load(&mut transaction, deployment, families).await?;
    for table in families.tables() {
        sqlx::query(&format!("DELETE FROM {}", table.name)).execute(&mut *transaction).await?;
    }
    let mut all = BTreeSet::new();
    for family in families.iter() {
        let subjects = subjects(&mut transaction, family.name()).await?;
        for subject in &subjects {
            refold::fold(&mut transaction, &sources, family, subject).await?;
        }
        if let Some(table) = family.tables().iter().find(|table| matches!(table.rows, Rows::OfSubject(_))) {
            let count = format!("SELECT COUNT(*) FROM {}", table.name);
            let count = sqlx::query_scalar(&count).fetch_one(&mut *transaction).await?;
            rebuilt.0.push((count, family.subjects()));
        }
        all.extend(subjects.into_iter().map(|subject| Subject::new(family.name(), subject)));
    }
    if let Some(revision) = revision {
        touched::note(&mut transaction, revision, &all).await?;
    }
    transaction.commit().await?;
    Ok(rebuilt)
}

async fn subjects(transaction: &mut AnyConnection, family: &str) -> Result<Vec<String>, sqlx::Error> {
    let select = "SELECT DISTINCT subject FROM logs WHERE family = $1 ORDER BY subject";
    let rows = sqlx::query(select).bind(family).fetch_all(transaction).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}
