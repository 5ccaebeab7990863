//! How accurate models were, and the log that says so.

use ::shared_model::api::{
    AccuracyEntry, AccuracyHistory, AccuracyLogHead, AccuracyQuery, AnchoredRoot, ConsistencyProof, ConsistencyQuery,
    InclusionProof, InclusionQuery,
};
use protocol::{Address, merkle::Tree};
use sqlx::Row;

use super::list as models;
use crate::{
    accuracy::{AccuracyLog, entry},
    db::{Db, from_db, to_db},
    problem::ApiError,
    views::{filter::Filter, paging::page, status},
};

const DEFAULT_LIMIT: u64 = 1_000;
const MAX_LIMIT: u64 = 10_000;
/// Anchors of the account that are looked at for one of this log's.
const ANCHORS: u64 = 1_000;

/// # Errors
/// [`ApiError::NoModel`], [`ApiError`] for a page that cannot be, or when the database fails.
pub async fn history(db: &Db, model: Address, query: &AccuracyQuery) -> Result<AccuracyHistory, ApiError> {
    let page = page(query.offset, query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    models::known(db, model).await?;
    let status = status::status(db).await?;
    let select = format!(
        "SELECT {}, (SELECT COUNT(*) FROM logs l WHERE l.block_hash = accuracy.block_hash \
         AND l.log_index = accuracy.log_index) FROM accuracy WHERE model = $1 \
         ORDER BY block, log_index, position {page}",
        entry::COLUMNS
    );
    let rows = sqlx::query(&select).bind(model.to_string()).fetch_all(&db.pool).await?;
    let total = sqlx::query("SELECT COUNT(*) FROM accuracy WHERE model = $1").bind(model.to_string());
    let test_set = sqlx::query(
        "SELECT COUNT(*) FROM models m JOIN model_files f ON f.cid = m.metadata_cid JOIN test_sets t \
         ON t.cid = f.test_cid WHERE m.address = $1 AND t.rows_found IS NOT NULL",
    )
    .bind(model.to_string());
    let rows = rows.iter().map(|row| {
        let (index, record) = entry::read(row).map_err(ApiError::inside)?;
        Ok(AccuracyEntry {
            index,
            model: record.model,
            block: record.block,
            block_hash: record.block_hash,
            log_index: record.log_index,
            test_cid: record.test.to_string(),
            correct: record.correct,
            total: record.total,
            current: row.try_get::<i64, _>(entry::WIDTH)? > 0,
        })
    });
    Ok(AccuracyHistory {
        rows: rows.collect::<Result<_, ApiError>>()?,
        total: from_db(total.fetch_one(&db.pool).await?.try_get(0)?),
        test_set: test_set.fetch_one(&db.pool).await?.try_get::<i64, _>(0)? > 0,
        status,
    })
}

/// The log as it is, and its last root on chain. `account` is the one whose anchors count: anybody can anchor anything, a copy of
/// this log's root too, so that without an account none does.
///
/// # Errors
/// When the database fails.
pub async fn head(
    db: &Db,
    log: &AccuracyLog,
    account: Option<Address>,
    confirmations: u64,
) -> Result<AccuracyLogHead, ApiError> {
    let status = status::status(db).await?;
    let tree = log.tree().await.map_err(ApiError::inside)?;
    let anchored = match account {
        Some(account) => anchored(db, &tree, account).await?,
        None => None,
    };
    Ok(AccuracyLogHead { size: tree.size(), root: tree.root(), confirmations, account, anchored, status })
}

/// The largest root of this log that the account has anchored.
async fn anchored(db: &Db, tree: &Tree, account: Address) -> Result<Option<AnchoredRoot>, ApiError> {
    let mut wanted = Filter::default();
    wanted.only(format!("size <= {}", to_db(tree.size())));
    let account = wanted.text(account.to_string());
    wanted.only(format!("account = {account}"));
    let select = format!(
        "SELECT account, size, root, block, at, tx FROM anchors {} \
         ORDER BY size DESC, block DESC, log_index DESC LIMIT {ANCHORS}",
        wanted.clause()
    );
    let rows = wanted.query(&select).fetch_all(&db.pool).await?;
    for row in &rows {
        let text = |column: usize| row.try_get::<String, _>(column);
        let found = AnchoredRoot {
            account: text(0)?.parse().map_err(ApiError::inside)?,
            size: from_db(row.try_get(1)?),
            root: text(2)?.parse().map_err(ApiError::inside)?,
            block: from_db(row.try_get(3)?),
            at: from_db(row.try_get(4)?),
            tx: text(5)?.parse().map_err(ApiError::inside)?,
        };
        // Of another database, only a root that this log had counts.
        if tree.root_at(found.size) == Some(found.root) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// That an entry is in the log.
///
/// # Errors
/// [`ApiError::NoProof`] where there is no such entry or size, or when the database fails.
pub async fn inclusion(log: &AccuracyLog, query: &InclusionQuery) -> Result<InclusionProof, ApiError> {
    let tree = log.tree().await.map_err(ApiError::inside)?;
    let (index, size) = (query.index, query.size.unwrap_or(tree.size()));
    let leaf = usize::try_from(index).ok().and_then(|index| tree.leaves().get(index)).copied();
    match (leaf, tree.root_at(size), tree.inclusion(index, size)) {
        (Some(leaf), Some(root), Some(path)) => Ok(InclusionProof { index, size, root, leaf, path }),
        _ => Err(out_of(&tree, &format!("entry {index} in a log of {size}"))),
    }
}

/// That nothing was changed while the log grew.
///
/// # Errors
/// [`ApiError::NoProof`] where the log did not grow from one size to the other, or when the database fails.
pub async fn consistency(log: &AccuracyLog, query: &ConsistencyQuery) -> Result<ConsistencyProof, ApiError> {
    let tree = log.tree().await.map_err(ApiError::inside)?;
    let (from, to) = (query.from, query.to.unwrap_or(tree.size()));
    match (tree.root_at(from), tree.root_at(to), tree.consistency(from, to)) {
        (Some(from_root), Some(to_root), Some(path)) => Ok(ConsistencyProof { from, to, from_root, to_root, path }),
        _ => Err(out_of(&tree, &format!("that {to} entries grew from {from}"))),
    }
}

fn out_of(tree: &Tree, what: &str) -> ApiError {
    ApiError::NoProof(format!("The log has {} entries, so it cannot prove {what}.", tree.size()))
}
