//! Lists of tasks, one task with its history, and what an account is owed.

use ::tasks::{
    Event, FAMILY, LoggedEvent, Task,
    api::{OwedDetail, TaskDetail, TaskList, TaskQuery, TaskRow},
    logs,
};
use protocol::Address;
use sqlx::{Row, any::AnyRow};

use super::{dated::DatedTask, fold, rows};
use crate::{
    chain::RawLog,
    db::{Db, from_db, name, to_db},
    indexer::logs as stored,
    problem::ApiError,
    views::{filter::Filter, paging::page, status},
};

const DEFAULT_LIMIT: u64 = 50;
const MAX_LIMIT: u64 = 100;

/// # Errors
/// [`ApiError`] for a page that cannot be, or when the database fails.
pub(super) async fn list(db: &Db, query: &TaskQuery) -> Result<TaskList, ApiError> {
    let page = page(query.offset, query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let status = status::status(db).await?;
    let mut wanted = Filter::default();
    if let Some(state) = query.state {
        let state = wanted.text(name(state));
        wanted.only(format!("t.stands = {state}"));
    }
    if let Some(kind) = query.kind {
        let kind = wanted.text(name(kind));
        wanted.only(format!("t.kind = {kind}"));
    }
    let seated = |condition: String| format!("EXISTS (SELECT 1 FROM task_seats s WHERE s.task = t.id AND {condition})");
    if let Some(person) = query.person {
        let person = wanted.text(person.to_string());
        let seated = seated(format!("s.holder = {person}"));
        wanted.only(format!("(t.requester = {person} OR t.helper = {person} OR {seated})"));
    }
    if let Some(seat) = query.seat {
        let seat = wanted.text(seat.to_string());
        wanted.only(seated(format!("s.holder = {seat}")));
    }
    if let Some(requester) = query.requester {
        let requester = wanted.text(requester.to_string());
        wanted.only(format!("t.requester = {requester}"));
    }
    if let Some(grant) = query.grant {
        wanted.only(seated(format!("s.under_grant = {}", to_db(grant))));
    }
    let clause = wanted.clause();
    let select = format!("SELECT t.id, t.state FROM tasks t {clause} ORDER BY t.id DESC {page}");
    let count = format!("SELECT COUNT(*) FROM tasks t {clause}");
    let rows = wanted.query(&select).fetch_all(&db.pool).await?;
    let total = wanted.query(&count).fetch_one(&db.pool).await?;
    let rows = rows.iter().map(read).collect::<Result<_, _>>()?;
    Ok(TaskList { rows, total: from_db(total.try_get(0)?), status })
}

fn read(row: &AnyRow) -> Result<TaskRow, ApiError> {
    let dated: DatedTask = serde_json::from_str(row.try_get(1)?).map_err(ApiError::inside)?;
    Ok(TaskRow::of(from_db(row.try_get(0)?), &dated.task, dated.published_at))
}

/// # Errors
/// [`ApiError::NoSuchTask`], or when the database fails.
pub(super) async fn detail(db: &Db, id: u64) -> Result<TaskDetail, ApiError> {
    let status = status::status(db).await?;
    let mut connection = db.pool.acquire().await?;
    let event = |log: &RawLog| Ok(logs::decode(&log.raw)?.map(|(id, event)| log.place(id, event)));
    let events = stored::events_of_subject(&mut connection, FAMILY, &id.to_string(), event).await;
    let events: Vec<LoggedEvent> = events.map_err(ApiError::inside)?;
    // Folding the events that are sent makes state and history agree, whatever the indexer does meanwhile.
    let mut task: Option<Task> = None;
    for LoggedEvent { event, at, .. } in &events {
        if let Event::Published { requester, waits_for, model_of, draft } = event {
            let links = (*waits_for, *model_of);
            let made = fold::published(&mut connection, *requester, links, draft, *at).await;
            task = Some(made.map_err(ApiError::inside)?);
        }
        task.iter_mut().for_each(|task| task.apply(event, *at));
    }
    let task = task.ok_or(ApiError::NoSuchTask(id))?;
    Ok(TaskDetail { id, task, events, status })
}

/// # Errors
/// [`ApiError`] when the database fails.
pub(super) async fn owed(db: &Db, account: Address) -> Result<OwedDetail, ApiError> {
    let status = status::status(db).await?;
    let mut connection = db.pool.acquire().await?;
    let amount = rows::owed(&mut connection, account).await.map_err(ApiError::inside)?;
    Ok(OwedDetail { amount, status })
}
