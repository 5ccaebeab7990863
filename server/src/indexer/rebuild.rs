//! Rebuilding the views from the stored raw logs.

use sqlx::Connection;

use super::{
    IndexError, anchors, bounties, models,
    position::{BOUNTY_VIEWS, MODEL_VIEWS, TRAINED_VIEWS},
    row, touched, trained,
};
use crate::db::Db;

/// How many views were rebuilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    pub bounties: usize,
    pub models: usize,
}

/// Folds every bounty and model anew, in one transaction.
///
/// # Errors
/// [`IndexError`] when a log cannot be read or the database fails; the views are then unchanged.
pub async fn rebuild(db: &Db) -> Result<Rebuilt, IndexError> {
    let mut connection = db.dedicated().await?;
    let mut transaction = connection.begin().await?;
    let Some(revision) = touched::next_revision(&mut transaction).await? else {
        return Ok(Rebuilt { bounties: 0, models: 0 });
    };
    for table in BOUNTY_VIEWS.iter().chain(&MODEL_VIEWS).chain(&TRAINED_VIEWS) {
        sqlx::query(&format!("DELETE FROM {table}")).execute(&mut *transaction).await?;
    }
    let ids = bounties::since(&mut transaction, -1).await?;
    for &id in &ids {
        row::refold(&mut transaction, id).await?;
    }
    let addresses = models::since(&mut transaction, -1).await?;
    for address in &addresses {
        models::refold(&mut transaction, address).await?;
    }
    anchors::rewrite(&mut transaction).await?;
    trained::rewrite(&mut transaction).await?;
    let touched: Vec<i64> = ids.iter().copied().chain([trained::LIST]).collect();
    touched::note(&mut transaction, revision, &touched, &addresses).await?;
    transaction.commit().await?;
    Ok(Rebuilt { bounties: ids.len(), models: addresses.len() })
}
