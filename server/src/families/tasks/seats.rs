//! Who may use the relay for an attempt of a task.

use ::tasks::{DEMAND_PERIOD, State, Task};
use protocol::Address;
use sqlx::Row;

use super::dated::DatedTask;
use crate::{
    db::{Db, to_db},
    views::status,
};

/// The accounts of the seats, in their order, and of the helper, which has the last one. `None` where there is no such
/// attempt, or nothing to be said in it.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn of(db: &Db, id: u64, attempt: u16) -> Result<Option<Vec<Address>>, sqlx::Error> {
    let select = sqlx::query("SELECT state FROM tasks WHERE id = $1").bind(to_db(id));
    let Some(row) = select.fetch_optional(&db.pool).await? else { return Ok(None) };
    let DatedTask { task, .. } =
        serde_json::from_str(row.try_get(0)?).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    let now = status::now(&status::status(db).await?);
    Ok((task.attempt == attempt && is_talking(&task, now)).then(|| seated(&task)))
}

/// Before the run seats find each other, during it they compute, and after it they hand over keys of sealed results.
fn is_talking(task: &Task, now: u64) -> bool {
    match task.state {
        State::Ready | State::Started | State::Running | State::Stalled => true,
        State::Finished => now < task.since + DEMAND_PERIOD,
        _ => false,
    }
}

fn seated(task: &Task) -> Vec<Address> {
    let helper = task.helper.as_ref().and_then(|helper| helper.helper);
    task.seats.iter().map(|seat| seat.holder).chain(helper).collect()
}
