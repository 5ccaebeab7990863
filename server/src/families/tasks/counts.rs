//! Tasks, held against what the contract stores.

use ::tasks::{FAMILY, TASKS, calls, returns};

use super::rows;
use crate::indexer::{Counting, Gap, IndexError};

/// A gap where the contract has a task that was not told, or another state of one.
pub(super) async fn missing(counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
    let Some(contract) = counting.deployment.contract(TASKS) else { return Ok(None) };
    let Some(answer) = counting.view(contract, &calls::task_count()).await else { return Ok(None) };
    let Ok(count) = contracts::returns::count(&answer) else { return Ok(None) };
    let told = counting.told(FAMILY, "SELECT subject FROM tasks").await?;
    if count > told {
        let reason = format!("The contract has {count} tasks, but the node told of {told}.");
        return Ok(Some(Gap::of_first_missing(counting.connection, FAMILY, "", count, reason).await?));
    }
    for subject in counting.subjects(FAMILY).await? {
        let Ok(id) = subject.parse::<u64>() else { continue };
        if !counting.is_settled(FAMILY, &subject).await? {
            continue;
        }
        let Some(told) = rows::task(counting.connection, id).await? else { continue };
        let Some(answer) = counting.view(contract, &calls::task(id)).await else { return Ok(None) };
        let Ok(Some(stored)) = returns::task(&answer) else { continue };
        let task = told.task;
        let same = (task.state, task.since, task.attempt, task.bond_lost, task.result, task.confirmed())
            == (stored.state, stored.since, stored.attempt, stored.bond_lost, stored.result, stored.confirmed.into());
        if !same {
            let reason = format!("The contract has another state of task {id} than the node told.");
            return Ok(Some(Gap::since(FAMILY, subject, reason)));
        }
    }
    Ok(None)
}
