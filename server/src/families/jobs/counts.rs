//! Jobs and providers, held against what the contract stores.

use ::jobs::{FAMILY, JOBS, calls, returns};
use protocol::Address;

use super::rows;
use crate::indexer::{Counting, Gap, IndexError};

/// A gap where the contract has a job that was not told, or another state of a job or an account.
pub(super) async fn missing(counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
    let Some(contract) = counting.deployment.contract(JOBS) else { return Ok(None) };
    let Some(answer) = counting.view(contract, &calls::job_count()).await else { return Ok(None) };
    let Ok(count) = contracts::returns::count(&answer) else { return Ok(None) };
    let told = counting.told(FAMILY, "SELECT subject FROM jobs").await?;
    if count > told {
        let reason = format!("The contract has {count} jobs, but the node told of {told}.");
        return Ok(Some(Gap::of_first_missing(counting.connection, FAMILY, "", count, reason).await?));
    }
    for subject in counting.subjects(FAMILY).await? {
        if !counting.is_settled(FAMILY, &subject).await? {
            continue;
        }
        let differs = match (subject.parse::<u64>(), subject.parse::<Address>()) {
            (Ok(id), _) => job_differs(counting, contract, id).await?,
            (_, Ok(account)) => account_differs(counting, contract, account).await?,
            _ => false,
        };
        if differs {
            let reason =
                format!("The contract has another state of {subject}, a job or an account, than the node told.");
            return Ok(Some(Gap::since(FAMILY, subject, reason)));
        }
    }
    Ok(None)
}

async fn job_differs(counting: &mut Counting<'_>, contract: Address, id: u64) -> Result<bool, IndexError> {
    let Some(told) = rows::job(counting.connection, id).await? else { return Ok(false) };
    let Some(answer) = counting.view(contract, &calls::job(id)).await else { return Ok(false) };
    let Ok(Some(stored)) = returns::job(&answer) else { return Ok(false) };
    let job = told.job;
    let run = job.run.map(|run| (run.units, run.agreed, run.client_claimed, run.provider_claimed)).unwrap_or_default();
    let is_same = (job.state, job.since, run)
        == (stored.state, stored.since, (stored.units, stored.agreed, stored.client_claimed, stored.provider_claimed));
    Ok(!is_same)
}

/// What a provider did itself, and what an account is owed.
async fn account_differs(counting: &mut Counting<'_>, contract: Address, account: Address) -> Result<bool, IndexError> {
    let told = rows::provider(counting.connection, account).await?.unwrap_or_default();
    let owed = rows::owed(counting.connection, account).await?;
    let Some(answer) = counting.view(contract, &calls::provider(account)).await else { return Ok(false) };
    let Ok(stored) = returns::provider(&answer) else { return Ok(false) };
    let Some(answer) = counting.view(contract, &calls::owed(account)).await else { return Ok(false) };
    let is_same = (told.registered, told.nonce, told.since, told.offer.price, told.takes_jobs)
        == (stored.registered, stored.nonce, stored.since, stored.price, stored.weight != 0);
    Ok(!is_same || contracts::returns::amount(&answer).is_ok_and(|stored| stored != owed))
}
