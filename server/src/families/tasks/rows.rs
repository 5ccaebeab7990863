//! The rows of tasks, their seats, and what accounts are owed.

use protocol::{Address, Amount};
use sqlx::AnyConnection;

use super::dated::DatedTask;
use crate::{
    db::{insert_many, name, to_db},
    families::directory::replacing,
    indexer::IndexError,
};

/// A task as it was folded so far.
pub(super) async fn task(tx: &mut AnyConnection, id: u64) -> Result<Option<DatedTask>, IndexError> {
    let select = sqlx::query_scalar("SELECT state FROM tasks WHERE id = $1").bind(to_db(id));
    let state: Option<String> = select.fetch_optional(tx).await?;
    Ok(state.map(|state| serde_json::from_str(&state)).transpose()?)
}

/// What an account is owed so far.
pub(super) async fn owed(tx: &mut AnyConnection, account: Address) -> Result<Amount, IndexError> {
    let select = sqlx::query_scalar("SELECT amount FROM owed WHERE subject = $1").bind(account.to_string());
    let amount: Option<String> = select.fetch_optional(tx).await?;
    Ok(amount.and_then(|amount| amount.parse().ok()).map_or(Amount::ZERO, Amount))
}

pub(super) async fn write(tx: &mut AnyConnection, tasks: &[(u64, DatedTask)]) -> Result<(), IndexError> {
    let rows = tasks
        .iter()
        .map(|(id, dated)| {
            let (task, state) = (&dated.task, serde_json::to_string(dated)?);
            let helper = task.helper.as_ref().and_then(|helper| helper.helper).map(|helper| helper.to_string());
            let (requester, helper) = (task.requester.to_string(), helper.unwrap_or_default());
            let texts = [id.to_string(), requester, name(task.draft.kind), name(task.state), helper, state];
            Ok((*id, dated.published_at, texts))
        })
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    let columns = ["requester", "kind", "stands", "helper", "state", "id", "published_at"];
    let into = format!("tasks (subject, {})", columns.join(", "));
    insert_many(tx, &into, 8, &replacing("subject", &columns), &rows, |query, (id, published_at, texts)| {
        let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
        query.bind(to_db(*id)).bind(to_db(*published_at))
    })
    .await?;
    let seats: Vec<_> = tasks
        .iter()
        .flat_map(|(id, dated)| {
            let seats = dated.task.seats.iter().enumerate();
            seats.map(|(number, seat)| (*id, number, seat.grant, [id.to_string(), seat.holder.to_string()]))
        })
        .collect();
    let into = "task_seats (subject, holder, task, seat, under_grant)";
    // Who holds a seat never changes.
    insert_many(tx, into, 5, "ON CONFLICT DO NOTHING", &seats, |query, (id, number, grant, texts)| {
        let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
        query.bind(to_db(*id)).bind(*number as i64).bind(to_db(*grant))
    })
    .await?;
    Ok(())
}

pub(super) async fn write_owed(tx: &mut AnyConnection, owed: &[(Address, Amount)]) -> Result<(), IndexError> {
    let rows: Vec<_> =
        owed.iter().map(|(account, amount)| [account.to_string(), account.to_string(), amount.0.to_string()]).collect();
    let columns = ["account", "amount"];
    insert_many(tx, "owed (subject, account, amount)", 3, &replacing("subject", &columns), &rows, |query, texts| {
        texts.iter().fold(query, |query, text| query.bind(text.as_str()))
    })
    .await?;
    Ok(())
}
