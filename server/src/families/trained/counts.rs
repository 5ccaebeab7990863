//! Published models, withdrawals and reproductions, as many as the contracts have.

use ::trained::{FAMILY, PUBLISHED_MODELS, REPRODUCTIONS, calls, returns};
use protocol::Address;
use sqlx::Row;

use super::LIST;
use crate::{
    db::{from_db, to_db},
    indexer::{Counting, Gap, IndexError},
};

/// Published models that are held against the contract at once; each has its turn.
const MODELS: u64 = 4;

/// A gap where the contracts have a model, a withdrawal or a reproduction that was not told.
pub(super) async fn missing(counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
    if let Some(reason) = of_models(counting).await? {
        return Ok(Some(Gap::anywhere(FAMILY, reason)));
    }
    for subject in counting.subjects(FAMILY).await? {
        let Ok(bounty) = subject.parse::<u64>() else { continue };
        if let Some(reason) = of_winner(counting, bounty).await? {
            return Ok(Some(Gap::since(FAMILY, subject, reason)));
        }
    }
    Ok(None)
}

async fn of_models(counting: &mut Counting<'_>) -> Result<Option<String>, IndexError> {
    let Some(contract) = counting.deployment.contract(PUBLISHED_MODELS) else { return Ok(None) };
    let Some(answer) = counting.view(contract, &calls::published::model_count()).await else { return Ok(None) };
    let Ok(published) = contracts::returns::count(&answer) else { return Ok(None) };
    let told: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM publications WHERE id <= $1")
        .bind(to_db(published))
        .fetch_one(&mut *counting.connection)
        .await?;
    let told = from_db(told);
    if published > told {
        return Ok(Some(format!("{published} models were published, but the node told of {told}.")));
    }
    if published == 0 || !counting.is_settled(FAMILY, LIST).await? {
        return Ok(None);
    }
    let first = counting.visit("published models") % published.div_ceil(MODELS) * MODELS;
    for id in first + 1..=published.min(first + MODELS) {
        let withdrawn: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM withdrawals WHERE id = $1")
            .bind(to_db(id))
            .fetch_one(&mut *counting.connection)
            .await?;
        let Some(answer) = counting.view(contract, &calls::published::model(id)).await else { return Ok(None) };
        let Ok(Some(stored)) = returns::published(&answer) else { continue };
        if stored.withdrawn && withdrawn == 0 {
            return Ok(Some(format!("Model {id} was withdrawn, but the node did not tell.")));
        }
    }
    Ok(None)
}

/// Whether a winner was run again more often than was told.
async fn of_winner(counting: &mut Counting<'_>, bounty: u64) -> Result<Option<String>, IndexError> {
    let Some(contract) = counting.deployment.contract(REPRODUCTIONS) else { return Ok(None) };
    let rows = sqlx::query("SELECT trainer, COUNT(*) FROM attestations WHERE bounty = $1 GROUP BY trainer")
        .bind(to_db(bounty))
        .fetch_all(&mut *counting.connection)
        .await?;
    for row in rows {
        let (trainer, told): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        let Ok(trainer) = trainer.parse::<Address>() else { continue };
        let data = calls::reproductions::counts(bounty, trainer);
        let Some(answer) = counting.view(contract, &data).await else { return Ok(None) };
        let Ok(stored) = returns::counts(&answer) else { continue };
        if u64::from(stored.reproduced) + u64::from(stored.differing) > from_db(told) {
            return Ok(Some(format!("The winner of bounty {bounty} was run again more often than the node told.")));
        }
    }
    Ok(None)
}
