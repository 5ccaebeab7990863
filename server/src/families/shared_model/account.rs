//! The shared models that an account created or taught.

use ::shared_model::api::{AccountModel, AccountModels};
use protocol::{Address, Amount};
use sqlx::{Row, any::AnyRow};

use crate::{
    db::{Db, from_db},
    problem::ApiError,
    views::status,
};

const SELECT: &str = "SELECT m.address, f.name, m.incentive, m.owner, COALESCE(a.contributions, 0), COALESCE(a.good, 0), \
    COALESCE(a.earned, '0') FROM models m LEFT JOIN model_files f ON f.cid = m.metadata_cid \
    LEFT JOIN accounts a ON a.model = m.address AND a.account = $1 \
    WHERE m.owner = $1 OR a.contributions > 0 OR a.earned <> '0' ORDER BY m.created_block DESC, m.created_log DESC";

/// The same as `AccountModel::all` of the family gives.
///
/// # Errors
/// [`ApiError`] when the database fails.
pub(super) async fn of(db: &Db, account: Address) -> Result<AccountModels, ApiError> {
    let status = status::status(db).await?;
    let own = account.to_string();
    let rows = sqlx::query(SELECT).bind(own.as_str()).fetch_all(&db.pool).await?;
    let models = rows.iter().map(|row| read(row, &own)).collect::<Result<_, _>>()?;
    Ok(AccountModels { models, status })
}

fn read(row: &AnyRow, own: &str) -> Result<AccountModel, ApiError> {
    let text = |column: usize| row.try_get::<String, _>(column);
    let number = |column: usize| row.try_get::<i64, _>(column).map(from_db);
    Ok(AccountModel {
        model: text(0)?.parse().map_err(ApiError::inside)?,
        name: row.try_get(1)?,
        incentive: serde_json::from_value(text(2)?.into()).map_err(ApiError::inside)?,
        is_owner: text(3)? == own,
        contributions: number(4)?,
        points: number(5)?,
        earned: Amount(text(6)?.parse().map_err(ApiError::inside)?),
    })
}
