//! Organisations, data sets and grants, held against what the contracts store.

use ::directory::{DATASETS, DIRECTORY, Dataset, FAMILY, GRANTS, Grant, Organisation, calls, returns};
use protocol::Address;

use super::dated::DatedGrant;
use crate::indexer::{Counting, Gap, IndexError};

/// A gap where the contracts have more than was told, or something else.
pub(super) async fn missing(counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
    // What stands before the number in a subject's name, where it has a number.
    for (contract, call, table, what, kind) in [
        (DIRECTORY, calls::directory::organisation_count(), "organisations", "organisations", None),
        (DATASETS, calls::datasets::dataset_count(), "datasets", "data sets", Some("dataset:")),
        (GRANTS, calls::grants::grant_count(), "grants", "grants", Some("grant:")),
    ] {
        let Some(contract) = counting.deployment.contract(contract) else { continue };
        let Some(answer) = counting.view(contract, &call).await else { continue };
        let Ok(count) = contracts::returns::count(&answer) else { continue };
        let told = counting.told(FAMILY, &format!("SELECT subject FROM {table}")).await?;
        if count > told {
            let reason = format!("The contract has {count} {what}, but the node told of {told}.");
            return Ok(Some(match kind {
                Some(kind) => Gap::of_first_missing(counting.connection, FAMILY, kind, count, reason).await?,
                None => Gap::anywhere(FAMILY, reason),
            }));
        }
    }
    for subject in counting.subjects(FAMILY).await? {
        if counting.is_settled(FAMILY, &subject).await? && differs(counting, &subject).await? {
            let reason = format!("The contract has another state of {} than the node told.", subject.replace(':', " "));
            return Ok(Some(Gap::since(FAMILY, subject, reason)));
        }
    }
    Ok(None)
}

/// Whether the contract stores something else of a subject than was folded.
async fn differs(counting: &mut Counting<'_>, subject: &str) -> Result<bool, IndexError> {
    let Some((kind, name)) = subject.split_once(':') else { return Ok(false) };
    let id = name.parse::<u64>().unwrap_or_default();
    let (contract, table, call) = match kind {
        "organisation" => {
            let account = name.parse::<Address>().unwrap_or(Address::ZERO);
            (DIRECTORY, "organisations", calls::directory::organisation(account))
        }
        "dataset" => (DATASETS, "datasets", calls::datasets::dataset(id)),
        _ => (GRANTS, "grants", calls::grants::grant(id)),
    };
    let select = format!("SELECT state FROM {table} WHERE subject = $1");
    let told: Option<String> =
        sqlx::query_scalar(&select).bind(subject).fetch_optional(&mut *counting.connection).await?;
    let Some(told) = told else { return Ok(false) };
    let Some(contract) = counting.deployment.contract(contract) else { return Ok(false) };
    let Some(answer) = counting.view(contract, &call).await else { return Ok(false) };
    Ok(match table {
        "organisations" => {
            let told: Organisation = serde_json::from_str(&told)?;
            returns::organisation(&answer).ok().flatten().is_some_and(|stored| stored != told)
        }
        "datasets" => {
            let told: Dataset = serde_json::from_str(&told)?;
            returns::dataset(&answer).ok().flatten().is_some_and(|stored| stored != told)
        }
        _ => {
            let told: DatedGrant = serde_json::from_str(&told)?;
            // The text of a refusal is stored nowhere.
            let told = Grant { reason: None, ..told.grant };
            returns::grant(&answer).ok().flatten().is_some_and(|stored| stored != told)
        }
    })
}
