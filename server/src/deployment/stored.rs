//! What a database is about.

use std::collections::BTreeMap;

use protocol::api::Deployment;
use sqlx::{AnyConnection, Row};

use super::{Mismatch, Named};
use crate::{db::from_db, family::Families};

/// Contracts by their Solidity names, addresses as text.
pub(crate) type Contracts = BTreeMap<String, String>;

/// The contracts of a deployment whose logs are indexed.
pub(crate) fn contracts_of(deployment: &Deployment, families: &Families) -> Contracts {
    let names = families.iter().flat_map(|family| family.contracts());
    let found = names.filter_map(|name| deployment.contract(name).map(|at| (name.to_string(), at.to_string())));
    found.collect()
}

/// The chain and contracts whose events are in the database; `None` for one that has none yet.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn stored(connection: &mut AnyConnection) -> Result<Option<Named>, sqlx::Error> {
    let chain = sqlx::query_scalar::<_, i64>("SELECT chain_id FROM progress WHERE id = 1");
    let Some(chain) = chain.fetch_optional(&mut *connection).await? else { return Ok(None) };
    // Earlier versions wrote '?' for a contract that they did not know of.
    let select = sqlx::query("SELECT name, address FROM contracts WHERE address <> '?'");
    let rows = select.fetch_all(connection).await?;
    let contracts = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    Ok(Some(Named { chain: from_db(chain), contracts: contracts.collect::<Result<_, sqlx::Error>>()? }))
}

/// Whether what is stored is about this deployment.
///
/// # Errors
/// [`Mismatch::Database`].
pub(crate) fn compare(stored: Named, deployment: &Deployment, families: &Families) -> Result<(), Mismatch> {
    let wanted = Named { chain: deployment.chain_id, contracts: contracts_of(deployment, families) };
    let is_same = stored.chain == wanted.chain
        && stored.contracts.iter().all(|(name, address)| wanted.contracts.get(name) == Some(address));
    if is_same { Ok(()) } else { Err(Mismatch::Database { stored, wanted }) }
}
