//! Lists of jobs, and one job with its history.

use ::jobs::{
    FAMILY, Job, LoggedEvent,
    api::{JobDetail, JobList, JobQuery, JobRow, JobSort, Line},
    logs,
};
use sqlx::{Row, any::AnyRow};

use super::dated::DatedJob;
use crate::{
    chain::RawLog,
    db::{Db, from_db, name},
    indexer::logs as stored,
    problem::ApiError,
    views::{
        filter::Filter,
        order::{
            First::{Largest, Smallest},
            Order,
        },
        paging::page,
        search::{pattern, searchable},
        status,
    },
};

pub(super) const DEFAULT_LIMIT: u64 = 50;
pub(super) const MAX_LIMIT: u64 = 100;

/// # Errors
/// [`ApiError`] for a page that cannot be, or when the database fails.
pub(super) async fn list(db: &Db, query: &JobQuery) -> Result<JobList, ApiError> {
    let page = page(query.offset, query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let status = status::status(db).await?;
    let mut wanted = Filter::default();
    if let Some(search) = searchable(query.search.as_deref()) {
        let number = search.strip_prefix('#').unwrap_or(&search).parse::<u32>();
        let number = number.map(|id| format!(" OR j.id = {id}")).unwrap_or_default();
        let like = format!("LIKE {} ESCAPE '\\'", wanted.text(pattern(&search)));
        wanted.only(format!("(LOWER(j.client) {like} OR LOWER(j.provider) {like}{number})"));
    }
    if let Some(state) = query.state {
        let state = wanted.text(name(state));
        wanted.only(format!("j.stands = {state}"));
    }
    if let Some(kind) = query.kind {
        wanted.only(format!("j.kind = {kind}"));
    }
    if let Some(person) = query.person {
        let person = wanted.text(person.to_string());
        wanted.only(format!("EXISTS (SELECT 1 FROM job_parties p WHERE p.job = j.id AND p.account = {person})"));
    }
    let order = match query.sort.unwrap_or_default() {
        JobSort::Newest => Order::default(),
        JobSort::Price => Order::default().by("j.price_hi", Largest).by("j.price_lo", Largest),
        JobSort::Units => Order::default().by("j.units", Largest),
        JobSort::Paid => {
            let paid = |part: &str| format!("CASE WHEN j.ended_at = 0 THEN 0 ELSE j.{part} END");
            Order::last("j.ended_at = 0").by(paid("paid_hi"), Largest).by(paid("paid_lo"), Largest)
        }
        JobSort::Deadline => {
            Order::last("j.ended_at > 0").by("CASE WHEN j.ended_at > 0 THEN 0 ELSE j.deadline END", Smallest)
        }
    };
    let order = order.by("j.id", Largest).sql(query.reverse.unwrap_or_default());
    let clause = wanted.clause();
    let select = format!("SELECT j.id, j.state FROM jobs j {clause} ORDER BY {order} {page}");
    let count = format!("SELECT COUNT(*) FROM jobs j {clause}");
    let rows = wanted.query(&select).fetch_all(&db.pool).await?;
    let total = wanted.query(&count).fetch_one(&db.pool).await?;
    let rows = rows.iter().map(read).collect::<Result<_, _>>()?;
    Ok(JobList { rows, total: from_db(total.try_get(0)?), status })
}

fn read(row: &AnyRow) -> Result<JobRow, ApiError> {
    let dated: DatedJob = serde_json::from_str(row.try_get(1)?).map_err(ApiError::inside)?;
    Ok(JobRow::of(from_db(row.try_get(0)?), &dated.job, dated.posted_at))
}

/// # Errors
/// [`ApiError::NoJob`], or when the database fails.
pub(super) async fn detail(db: &Db, id: u64) -> Result<JobDetail, ApiError> {
    let status = status::status(db).await?;
    let mut connection = db.pool.acquire().await?;
    let event = |log: &RawLog| Ok(logs::decode(&log.raw)?.map(|(id, event)| log.place(id, event)));
    let events = stored::events_of_subject(&mut connection, FAMILY, &id.to_string(), event).await;
    let events: Vec<LoggedEvent> = events.map_err(ApiError::inside)?;
    // Folding the events that are sent makes state and history agree, whatever the indexer does meanwhile.
    let job = Job::of(&events).ok_or(ApiError::NoJob(id))?;
    Ok(JobDetail { id, job, lines: Line::all(&events), events, status })
}
