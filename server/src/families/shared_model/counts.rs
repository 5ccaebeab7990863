//! Models, contributions, points and balances, as the contracts have them.

use ::shared_model::{FAMILY, Lacking, MODEL_FACTORY, calls, returns, state::Account};
use protocol::{Address, Amount};
use sqlx::Row;

use super::state::ModelState;
use crate::{
    db::{from_db, to_db},
    indexer::{Counting, Gap, IndexError},
};

/// Accounts of a model that are held against the contract at once; each has its turn.
const ACCOUNTS: u64 = 2;

/// A gap where the factory made a model, or a model has something, that was not told.
pub(super) async fn missing(counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
    let Some(factory) = counting.deployment.contract(MODEL_FACTORY) else { return Ok(None) };
    let Some(answer) = counting.view(factory, &calls::factory::model_count()).await else { return Ok(None) };
    let Ok(made) = contracts::returns::count(&answer) else { return Ok(None) };
    let told = counting.told(FAMILY, "SELECT address AS subject FROM models").await?;
    if made > told {
        let reason = format!("The factory made {made} models, but the node told of {told}.");
        return Ok(Some(Gap::anywhere(FAMILY, reason)));
    }
    for subject in counting.subjects(FAMILY).await? {
        let Ok(model) = subject.parse::<Address>() else { continue };
        if let Some(lacking) = lacking(counting, model, &subject).await? {
            let reason = format!("Model {model} has more than the node told, which left out {lacking}.");
            return Ok(Some(Gap::since(FAMILY, subject, reason)));
        }
    }
    Ok(None)
}

/// What was left out of one model.
async fn lacking(counting: &mut Counting<'_>, model: Address, subject: &str) -> Result<Option<Lacking>, IndexError> {
    let state: Option<String> = sqlx::query_scalar("SELECT state FROM models WHERE address = $1")
        .bind(subject)
        .fetch_optional(&mut *counting.connection)
        .await?;
    let Some(state) = state else { return Ok(None) };
    let told: ModelState = serde_json::from_str(&state)?;
    let Some(answer) = counting.view(model, &calls::shared::totals()).await else { return Ok(None) };
    let Ok(totals) = returns::shared::totals(&answer) else { return Ok(None) };
    let contributions: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM contributions WHERE model = $1 AND block <= $2")
        .bind(subject)
        .bind(to_db(counting.block()))
        .fetch_one(&mut *counting.connection)
        .await?;
    if let Some(lacking) = Lacking::of_totals(from_db(contributions), told.points, &totals) {
        return Ok(Some(lacking));
    }
    if !counting.is_settled(FAMILY, subject).await? {
        return Ok(None);
    }
    for (account, told) in in_turn(counting, subject).await? {
        let Some(answer) = counting.view(model, &calls::shared::account(account)).await else { return Ok(None) };
        let Ok(stored) = returns::shared::account(&answer) else { return Ok(None) };
        if let Some(lacking) = Lacking::of_account(&told, &stored) {
            return Ok(Some(lacking));
        }
    }
    Ok(None)
}

/// The accounts of a model whose turn it is.
async fn in_turn(counting: &mut Counting<'_>, subject: &str) -> Result<Vec<(Address, Account)>, IndexError> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM accounts WHERE model = $1")
        .bind(subject)
        .fetch_one(&mut *counting.connection)
        .await?;
    let parts = from_db(count).div_ceil(ACCOUNTS).max(1);
    let part = counting.visit(subject) % parts;
    let rows =
        sqlx::query("SELECT account, balance, good FROM accounts WHERE model = $1 ORDER BY account LIMIT $2 OFFSET $3")
            .bind(subject)
            .bind(to_db(ACCOUNTS))
            .bind(to_db(part * ACCOUNTS))
            .fetch_all(&mut *counting.connection)
            .await?;
    let mut accounts = Vec::new();
    for row in rows {
        let (account, balance, good): (String, String, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let (Ok(account), Ok(balance)) = (account.parse(), balance.parse().map(Amount)) else { continue };
        accounts.push((account, Account { balance, good: from_db(good), ..Account::default() }));
    }
    Ok(accounts)
}
