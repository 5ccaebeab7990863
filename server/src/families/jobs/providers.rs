//! The list of providers: what they did themselves, what jobs did to their deposits, and what they were paid for.

use std::collections::BTreeMap;

use ::jobs::{
    Held,
    api::{ProviderList, ProviderQuery, ProviderRow, ProviderSort},
};
use protocol::{Address, Amount};
use sqlx::{Row, any::AnyRow};

use super::{
    dated::OwnPart,
    list::{DEFAULT_LIMIT, MAX_LIMIT},
};
use crate::{
    db::{Db, from_db, join, list as placeholders, split},
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

/// PostgreSQL sums 64-bit numbers to NUMERIC; the sums here stay far below 2^63.
const COLUMNS: &str = "p.account, p.state, \
    (SELECT COUNT(*) FROM jobs j WHERE j.provider = p.account AND j.paid_units > 0), \
    (SELECT CAST(COALESCE(SUM(j.paid_units), 0) AS BIGINT) FROM jobs j WHERE j.provider = p.account) AS done, \
    (SELECT CAST(COALESCE(SUM(j.paid_hi), 0) AS BIGINT) FROM jobs j WHERE j.provider = p.account), \
    (SELECT CAST(COALESCE(SUM(j.paid_lo), 0) AS BIGINT) FROM jobs j WHERE j.provider = p.account)";

/// # Errors
/// [`ApiError`] for a page or a kind that cannot be, or when the database fails.
pub(super) async fn list(db: &Db, query: &ProviderQuery) -> Result<ProviderList, ApiError> {
    let page = page(query.offset, query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let status = status::status(db).await?;
    let mut wanted = Filter::default();
    wanted.only("p.registered = 1");
    if let Some(search) = searchable(query.search.as_deref()) {
        let like = format!("LIKE {} ESCAPE '\\'", wanted.text(pattern(&search)));
        wanted.only(format!("LOWER(p.account) {like}"));
    }
    match query.kind {
        None => {}
        Some(kind @ 0..8) => wanted.only(format!("(p.kinds / {}) % 2 = 1", 1 << kind)),
        Some(kind) => return Err(ApiError::BadRequest(format!("`kind` is {kind}; it must be 0 to 7."))),
    }
    if let Some(memory) = query.memory_mib {
        wanted.only(format!("p.memory >= {memory}"));
    }
    if let Some(price) = query.max_price {
        let (hi, lo) = split(price);
        wanted.only(format!("(p.price_hi < {hi} OR (p.price_hi = {hi} AND p.price_lo <= {lo}))"));
    }
    if let Some(takes) = query.takes_jobs {
        wanted.only(format!("p.takes_jobs = {}", i64::from(takes)));
    }
    let order = match query.sort.unwrap_or_default() {
        ProviderSort::Price => Order::default().by("p.price_hi", Smallest).by("p.price_lo", Smallest),
        ProviderSort::Speed => Order::default().by("p.speed", Largest),
        ProviderSort::Memory => Order::default().by("p.memory", Largest),
        ProviderSort::Units => Order::default().by("done", Largest),
    };
    let order = order.by("LOWER(p.account)", Smallest).sql(query.reverse.unwrap_or_default());
    let clause = wanted.clause();
    let select = format!("SELECT {COLUMNS} FROM providers p {clause} ORDER BY {order} {page}");
    let count = format!("SELECT COUNT(*) FROM providers p {clause}");
    let rows = wanted.query(&select).fetch_all(&db.pool).await?;
    let total = wanted.query(&count).fetch_one(&db.pool).await?;
    let accounts = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    let held = held(db, &accounts).await?;
    let rows = rows.iter().map(|row| read(row, &held)).collect::<Result<_, _>>()?;
    Ok(ProviderList { rows, total: from_db(total.try_get(0)?), status })
}

fn read(row: &AnyRow, held: &BTreeMap<String, Held>) -> Result<ProviderRow, ApiError> {
    let account: String = row.try_get(0)?;
    let part: OwnPart = serde_json::from_str(row.try_get(1)?).map_err(ApiError::inside)?;
    let held = held.get(&account).copied().unwrap_or_default();
    Ok(ProviderRow {
        account: account.parse::<Address>().map_err(ApiError::inside)?,
        offer: part.offer,
        deposit: part.deposit(held),
        locked: held.locked,
        takes_jobs: part.takes_jobs,
        since: part.since,
        jobs: from_db(row.try_get(2)?),
        units: from_db(row.try_get(3)?),
        earned: join(row.try_get(4)?, row.try_get(5)?),
    })
}

/// What all jobs have done to the deposits of accounts. Most jobs have left them as they were.
async fn held(db: &Db, accounts: &[String]) -> Result<BTreeMap<String, Held>, ApiError> {
    let mut held = BTreeMap::<String, Held>::new();
    if accounts.is_empty() {
        return Ok(held);
    }
    let select = format!(
        "SELECT account, locked, gained, lost FROM job_parties WHERE account IN ({}) \
         AND (locked <> '0' OR gained <> '0' OR lost <> '0')",
        placeholders(1, accounts.len())
    );
    let query = accounts.iter().fold(sqlx::query(&select), |query, account| query.bind(account.as_str()));
    for row in query.fetch_all(&db.pool).await? {
        let amount = |column: usize| -> Result<u128, ApiError> {
            row.try_get::<String, _>(column)?.parse().map_err(ApiError::inside)
        };
        let of_account = held.entry(row.try_get(0)?).or_default();
        for (sum, column) in [&mut of_account.locked, &mut of_account.gained, &mut of_account.lost].into_iter().zip(1..)
        {
            *sum = Amount(sum.0.saturating_add(amount(column)?));
        }
    }
    Ok(held)
}
