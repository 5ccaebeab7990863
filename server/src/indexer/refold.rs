//! Folding a subject anew from its stored logs.

use sqlx::AnyConnection;

use super::{IndexError, Sources, logs};
use crate::family::{AnyFamily, Rows};

/// Removes what was folded of a subject, and folds it anew from the logs that are left.
pub(super) async fn refold(
    transaction: &mut AnyConnection,
    sources: &Sources,
    family: &dyn AnyFamily,
    subject: &str,
) -> Result<(), IndexError> {
    for table in family.tables() {
        if let Rows::OfSubject(condition) = table.rows {
            let delete = format!("DELETE FROM {} WHERE {condition}", table.name);
            sqlx::query(&delete).bind(subject).execute(&mut *transaction).await?;
        }
    }
    fold(transaction, sources, family, subject).await
}

/// Folds a subject of which nothing is folded.
pub(super) async fn fold(
    transaction: &mut AnyConnection,
    sources: &Sources,
    family: &dyn AnyFamily,
    subject: &str,
) -> Result<(), IndexError> {
    let mut fold = family.fold();
    let mut next = Some(0);
    while let Some(offset) = next {
        let part = logs::of_subject(transaction, family.name(), subject, offset).await?;
        for log in &part.logs {
            fold.take(log, sources.reader(&log.address).and_then(|(_, contract)| contract))?;
        }
        fold.apply(transaction).await?;
        next = part.next;
    }
    Ok(())
}
