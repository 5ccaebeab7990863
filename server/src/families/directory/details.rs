//! One organisation, data set or grant.

use ::directory::{
    api::{DatasetDetail, GrantDetail, OrganisationDetail},
    subject,
};
use protocol::Address;

use super::list::{DATASETS, GRANTS, ORGANISATIONS, one};
use crate::{db::Db, problem::ApiError, views::status};

/// # Errors
/// [`ApiError`] when the database fails.
pub(super) async fn organisation(db: &Db, account: Address) -> Result<OrganisationDetail, ApiError> {
    let status = status::status(db).await?;
    let row = one(db, &ORGANISATIONS, "o.subject", &subject::organisation(account)).await?;
    Ok(OrganisationDetail { row, status })
}

/// # Errors
/// [`ApiError`] when the database fails.
pub(super) async fn dataset(db: &Db, id: u64) -> Result<DatasetDetail, ApiError> {
    let status = status::status(db).await?;
    Ok(DatasetDetail { row: one(db, &DATASETS, "d.subject", &subject::dataset(id)).await?, status })
}

/// # Errors
/// [`ApiError`] when the database fails.
pub(super) async fn grant(db: &Db, id: u64) -> Result<GrantDetail, ApiError> {
    let status = status::status(db).await?;
    Ok(GrantDetail { row: one(db, &GRANTS, "g.subject", &subject::grant(id)).await?, status })
}
