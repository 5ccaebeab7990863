//! Lists of bounties, and one bounty with its history.

use bounty::{
    Bounty, FAMILY, Phase, ReproductionCounts,
    api::{BountyDetail, BountyList, BountyQuery, BountyRow, BountySort},
};
use protocol::Amount;
use sqlx::{Row, any::AnyRow};

use super::{event, phases::phase_sql, records};
use crate::{
    db::{Db, from_db, join, name, to_db},
    families::trained,
    indexer::logs,
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

const DEFAULT_LIMIT: u64 = 50;
const MAX_LIMIT: u64 = 100;

const COLUMNS: &str = "b.id, t.title, b.requester, b.reward_hi, b.reward_lo, b.stake, b.deadline, b.test_rows, \
                       b.classes, b.submissions, b.best_correct, b.created_at, b.phase_1, b.until_1, b.phase_2, \
                       b.until_2, b.phase_3";
const FROM: &str = "FROM bounties b LEFT JOIN titles t ON t.cid = b.metadata_cid";

/// # Errors
/// [`ApiError`] for a page that cannot be, or when the database fails.
pub async fn list(db: &Db, query: &BountyQuery) -> Result<BountyList, ApiError> {
    let page = page(query.offset, query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let status = status::status(db).await?;
    let now = status::now(&status);

    let mut wanted = Filter::default();
    if let Some(phase) = query.phase {
        let phase = wanted.text(name(phase));
        wanted.only(format!("{} = {phase}", phase_sql(now)));
    }
    if let Some(person) = query.person {
        let person = wanted.text(person.to_string());
        wanted.only(format!("EXISTS (SELECT 1 FROM people p WHERE p.bounty = b.id AND p.person = {person})"));
    }
    if let Some(search) = searchable(query.search.as_deref()) {
        let number = search.strip_prefix('#').unwrap_or(&search).parse::<u32>();
        let number = number.map(|id| format!(" OR b.id = {id}")).unwrap_or_default();
        let like = format!("LIKE {} ESCAPE '\\'", wanted.text(pattern(&search)));
        wanted.only(format!("(t.folded {like} OR LOWER(b.requester) {like}{number})"));
    }

    let order = order(query.sort.unwrap_or_default(), now).by("b.id", Largest).sql(query.reverse.unwrap_or_default());
    let clause = wanted.clause();
    let select = format!("SELECT {COLUMNS} {FROM} {clause} ORDER BY {order} {page}");
    let count = format!("SELECT COUNT(*) {FROM} {clause}");
    let rows = wanted.query(&select).fetch_all(&db.pool).await?;
    let total = wanted.query(&count).fetch_one(&db.pool).await?;
    let mut rows: Vec<BountyRow> = rows.iter().map(|row| read(row, now)).collect::<Result<_, _>>()?;
    let reliable = records::reliabilities(db, rows.iter().map(|row| row.requester), status.block_at).await?;
    for row in &mut rows {
        row.reliability = reliable.get(&row.requester).copied();
    }
    Ok(BountyList { rows, total: from_db(total.try_get(0)?), status })
}

/// What decides before the number does.
fn order(sort: BountySort, now: u64) -> Order {
    let now = to_db(now);
    match sort {
        BountySort::Newest => Order::default(),
        BountySort::Reward => Order::default().by("b.reward_hi", Largest).by("b.reward_lo", Largest),
        BountySort::Submissions => Order::default().by("b.submissions", Largest),
        // Parts in a million, since databases divide whole numbers without a rest.
        BountySort::Score => Order::last("b.best_correct IS NULL OR b.test_rows = 0")
            .by("b.best_correct * 1000000 / NULLIF(b.test_rows, 0)", Largest),
        BountySort::Deadline => {
            let never = i64::MAX;
            let ends = format!(
                "CASE WHEN {now} < b.until_1 THEN b.until_1 WHEN {now} < b.until_2 THEN b.until_2 ELSE {never} END"
            );
            Order::last(format!("{ends} = {never}")).by(ends, Smallest)
        }
    }
}

fn read(row: &AnyRow, now: u64) -> Result<BountyRow, ApiError> {
    let now = to_db(now);
    let (until_1, until_2): (i64, i64) = (row.try_get(13)?, row.try_get(15)?);
    let (phase, ends): (String, i64) = match now {
        now if now < until_1 => (row.try_get(12)?, until_1),
        now if now < until_2 => (row.try_get(14)?, until_2),
        _ => (row.try_get(16)?, i64::MAX),
    };
    let phase: Phase = serde_json::from_value(phase.into()).map_err(ApiError::inside)?;
    let requester: String = row.try_get(2)?;
    let stake: String = row.try_get(5)?;
    let small = |column| row.try_get::<i64, _>(column).map(from_db);
    Ok(BountyRow {
        id: small(0)?,
        title: row.try_get(1)?,
        requester: requester.parse().map_err(ApiError::inside)?,
        reliability: None,
        phase,
        phase_ends: (ends != i64::MAX).then(|| from_db(ends)),
        reward: join(row.try_get(3)?, row.try_get(4)?),
        stake: Amount(stake.parse().map_err(ApiError::inside)?),
        deadline: small(6)?,
        test_rows: u32::try_from(small(7)?).map_err(ApiError::inside)?,
        classes: u16::try_from(small(8)?).map_err(ApiError::inside)?,
        submissions: u32::try_from(small(9)?).map_err(ApiError::inside)?,
        best_correct: row
            .try_get::<Option<i64>, _>(10)?
            .map(|best| u32::try_from(from_db(best)))
            .transpose()
            .map_err(ApiError::inside)?,
        created_at: small(11)?,
    })
}

/// # Errors
/// [`ApiError::NoBounty`], or when the database fails.
pub async fn detail(db: &Db, id: u64) -> Result<BountyDetail, ApiError> {
    let status = status::status(db).await?;
    let mut connection = db.pool.acquire().await?;
    let events = logs::events_of_subject(&mut connection, FAMILY, &id.to_string(), event).await;
    let events = events.map_err(ApiError::inside)?;
    drop(connection);
    // Folding the events that are sent makes state and history agree, whatever the indexer does meanwhile.
    let bounty = Bounty::fold(&events).map_err(ApiError::inside)?.ok_or(ApiError::NoBounty(id))?;
    let phase = bounty.phase(status::now(&status));
    let reproductions = match bounty.best() {
        Some(best) => trained::counts(db, id, &best.trainer).await?,
        None => ReproductionCounts::default(),
    };
    Ok(BountyDetail { bounty, phase, events, reproductions, status })
}
