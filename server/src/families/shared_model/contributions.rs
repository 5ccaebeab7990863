//! What a model was taught.

use ::shared_model::api::{ContributionList, ContributionQuery, ContributionRow, ContributionSort, ContributionState};
use protocol::{Address, Amount, Digest};
use sqlx::{Row, any::AnyRow};

use super::list as models;
use crate::{
    db::{Db, from_db, join, name, to_db},
    problem::ApiError,
    views::{
        filter::Filter,
        paging::page,
        search::{pattern, searchable},
        status,
    },
};

const DEFAULT_LIMIT: u64 = 50;
const MAX_LIMIT: u64 = 100;

const COLUMNS: &str = "c.key, c.number, c.contributor, c.label, c.predicted, c.deposit_hi, c.deposit_lo, c.remaining, \
                       c.state, c.point, c.at, c.sample, c.tx, c.block, c.block_hash, c.log_index, o.cid, c.reported_at";
const FROM: &str = "FROM contributions c LEFT JOIN originals o ON o.model = c.model AND o.key = c.key";

/// # Errors
/// [`ApiError::NoModel`], [`ApiError`] for a page that cannot be, or when the database fails.
pub async fn list(db: &Db, model: Address, query: &ContributionQuery) -> Result<ContributionList, ApiError> {
    let page = page(query.offset, query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    models::known(db, model).await?;
    let status = status::status(db).await?;
    let mut wanted = Filter::default();
    let this = wanted.text(model.to_string());
    wanted.only(format!("c.model = {this}"));
    if let Some(contributor) = query.contributor {
        let contributor = wanted.text(contributor.to_string());
        wanted.only(format!("c.contributor = {contributor}"));
    }
    if let Some(label) = query.label {
        wanted.only(format!("c.label = {label}"));
    }
    if let Some(state) = query.state {
        let state = wanted.text(name(state));
        wanted.only(format!("c.state = {state}"));
    }
    if let Some(reporter) = query.claimable_by {
        let reporter = wanted.text(reporter.to_string());
        wanted.only(claimable(&reporter, status::now(&status)));
    }
    if let Some(search) = searchable(query.search.as_deref()) {
        let like = format!("LIKE {} ESCAPE '\\'", wanted.text(pattern(&search)));
        wanted.only(format!("(o.folded {like} OR c.key {like} OR LOWER(c.contributor) {like})"));
    }
    let order = match query.sort.unwrap_or_default() {
        ContributionSort::Newest => "c.number DESC",
        ContributionSort::Oldest => "c.number",
        ContributionSort::Deposit => "c.deposit_hi DESC, c.deposit_lo DESC, c.number DESC",
    };
    let clause = wanted.clause();
    let select = format!("SELECT {COLUMNS} {FROM} {clause} ORDER BY {order} {page}");
    let count = format!("SELECT COUNT(*) {FROM} {clause}");
    let rows = wanted.query(&select).fetch_all(&db.pool).await?;
    let total = wanted.query(&count).fetch_one(&db.pool).await?;
    Ok(ContributionList {
        rows: rows.iter().map(read).collect::<Result<_, _>>()?,
        total: from_db(total.try_get(0)?),
        status,
    })
}

/// SQL for what `DepositModel.report` and `take` would let this account do at a moment, were the model to disagree.
fn claimable(who: &str, now: u64) -> String {
    let now = to_db(now);
    let points =
        format!("EXISTS (SELECT 1 FROM accounts a WHERE a.model = c.model AND a.account = {who} AND a.good > 0)");
    let taken = format!("EXISTS (SELECT 1 FROM takes t WHERE t.model = c.model AND t.key = c.key AND t.taker = {who})");
    let report = format!(
        "(c.at + m.refund_wait <= {now} AND c.reported_at + 3 * m.refund_wait <= {now} \
         AND (c.at + m.any_wait <= {now} OR m.owner = {who} OR {points}))"
    );
    let take = format!(
        "(c.reported_at + m.refund_wait <= {now} AND c.reported_at + 3 * m.refund_wait > {now} \
         AND ((c.at + m.owner_wait <= {now} AND m.owner = {who}) \
         OR (c.at + m.any_wait <= {now} AND c.reported_at + 2 * m.refund_wait <= {now}) OR ({points} AND NOT {taken})))"
    );
    format!(
        "c.contributor <> {who} AND c.state = 'open' AND c.remaining <> '0' AND EXISTS (SELECT 1 FROM models m \
         WHERE m.address = c.model AND m.incentive = 'deposit' AND ({report} OR {take}))"
    )
}

fn read(row: &AnyRow) -> Result<ContributionRow, ApiError> {
    let text = |column: usize| row.try_get::<String, _>(column);
    let digest = |column| text(column)?.parse::<Digest>().map_err(ApiError::inside);
    let number = |column: usize| row.try_get::<i64, _>(column).map(from_db);
    let class = |column| u16::try_from(number(column)?).map_err(ApiError::inside);
    let state: ContributionState = serde_json::from_value(text(8)?.into()).map_err(ApiError::inside)?;
    Ok(ContributionRow {
        key: digest(0)?,
        number: number(1)?,
        contributor: text(2)?.parse().map_err(ApiError::inside)?,
        label: class(3)?,
        predicted: class(4)?,
        deposit: join(row.try_get(5)?, row.try_get(6)?),
        left: Amount(text(7)?.parse().map_err(ApiError::inside)?),
        state,
        point: number(9)? != 0,
        reported_at: Some(number(17)?).filter(|at| *at != 0),
        at: number(10)?,
        sample: format!("0x{}", text(11)?),
        tx: digest(12)?,
        block: number(13)?,
        block_hash: digest(14)?,
        log_index: number(15)?,
        original: row.try_get(16)?,
    })
}

/// Who made a contribution.
///
/// # Errors
/// [`ApiError::NoModel`], [`ApiError::NoContribution`], or when the database fails.
pub async fn contributor(db: &Db, model: Address, key: Digest) -> Result<Address, ApiError> {
    models::known(db, model).await?;
    let row = sqlx::query("SELECT contributor FROM contributions WHERE model = $1 AND key = $2")
        .bind(model.to_string())
        .bind(key.to_string())
        .fetch_optional(&db.pool)
        .await?;
    let contributor: String = row.ok_or(ApiError::NoContribution { model, key })?.try_get(0)?;
    contributor.parse().map_err(ApiError::inside)
}
