//! Models as files: winners of settled bounties, and models published outside of bounties.

use ::trained::{
    Attestation,
    api::{AccountAttestations, TrainedFrom, TrainedList, TrainedQuery, TrainedRow, TrainedSort, TrainedSource},
};
use bounty::ReproductionCounts;
use protocol::Address;
use sqlx::{Row, any::AnyRow};

use crate::{
    content::titles::shown,
    db::{Db, from_db, to_db},
    problem::ApiError,
    views::{
        filter::Filter,
        order::{First::Largest, Order},
        paging::page,
        search::{pattern, searchable},
        status,
    },
};

const DEFAULT_LIMIT: u64 = 50;
const MAX_LIMIT: u64 = 100;
/// Characters of a bounty's title as a model's name.
const MAX_NAME: usize = 100;

const PUBLISHED: i64 = 0;
const WON: i64 = 1;

const COLUMNS: &str = "kind, id, account, cid, name, description, at, correct, test_rows, reproduced, differing";

/// Both kinds in one shape. What is no CID cannot be fetched and is in no list.
fn from() -> String {
    let counted = |rows: &str| {
        format!(
            "(SELECT COUNT(*) FROM attestations a WHERE a.bounty = b.id AND a.trainer = b.winner AND a.equal_rows {rows} a.all_rows)"
        )
    };
    format!(
        "FROM (SELECT {WON} AS kind, b.id AS id, b.winner AS account, b.model_cid AS cid, \
         COALESCE(t.title, '') AS name, '' AS description, COALESCE(t.folded, '') AS folded, b.ended_at AS at, \
         COALESCE(b.best_correct, 0) AS correct, b.test_rows AS test_rows, {} AS reproduced, {} AS differing \
         FROM bounties b LEFT JOIN titles t ON t.cid = b.metadata_cid WHERE b.model_cid <> '' \
         UNION ALL SELECT {PUBLISHED}, p.id, p.publisher, p.cid, p.name, p.description, p.folded, p.at, 0, 0, 0, 0 \
         FROM publications p WHERE p.cid <> '' AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.id = p.id)) found",
        counted("="),
        counted("<")
    )
}

/// # Errors
/// [`ApiError`] for a page that cannot be, or when the database fails.
pub async fn list(db: &Db, query: &TrainedQuery) -> Result<TrainedList, ApiError> {
    let page = page(query.offset, query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let status = status::status(db).await?;
    let mut wanted = Filter::default();
    if let Some(search) = searchable(query.search.as_deref()) {
        let like = format!("LIKE {} ESCAPE '\\'", wanted.text(pattern(&search)));
        wanted.only(format!("(folded {like} OR LOWER(cid) {like} OR LOWER(account) {like})"));
    }
    if let Some(from) = query.from {
        let kind = match from {
            TrainedFrom::Bounty => WON,
            TrainedFrom::Published => PUBLISHED,
        };
        wanted.only(format!("kind = {kind}"));
    }
    if let Some(person) = query.person {
        let person = wanted.text(person.to_string());
        wanted.only(format!("account = {person}"));
    }
    let order = order(query.sort.unwrap_or_default()).by("at", Largest).by("kind", Largest).by("id", Largest);
    let order = order.sql(query.reverse.unwrap_or_default());
    let (clause, from) = (wanted.clause(), from());
    let select = format!("SELECT {COLUMNS} {from} {clause} ORDER BY {order} {page}");
    let count = format!("SELECT COUNT(*) {from} {clause}");
    let rows = wanted.query(&select).fetch_all(&db.pool).await?;
    let total = wanted.query(&count).fetch_one(&db.pool).await?;
    Ok(TrainedList {
        rows: rows.iter().map(read).collect::<Result<_, _>>()?,
        total: from_db(total.try_get(0)?),
        status,
    })
}

/// What decides before the time does.
fn order(sort: TrainedSort) -> Order {
    match sort {
        TrainedSort::Newest => Order::default(),
        // Parts in a million, since databases divide whole numbers without a rest.
        TrainedSort::Score => Order::last("test_rows = 0").by("correct * 1000000 / NULLIF(test_rows, 0)", Largest),
        TrainedSort::Reproduced => Order::last(format!("kind = {PUBLISHED}")).by("reproduced", Largest),
    }
}

fn read(row: &AnyRow) -> Result<TrainedRow, ApiError> {
    let number = |column: usize| row.try_get::<i64, _>(column).map(from_db);
    let small = |column| u32::try_from(number(column)?).map_err(ApiError::inside);
    let text = |column: usize| row.try_get::<String, _>(column);
    let account: Address = text(2)?.parse().map_err(ApiError::inside)?;
    let source = if row.try_get::<i64, _>(0)? == WON {
        TrainedSource::Bounty {
            bounty: number(1)?,
            trainer: account,
            correct: small(7)?,
            test_rows: small(8)?,
            reproductions: ReproductionCounts { reproduced: small(9)?, differing: small(10)? },
        }
    } else {
        TrainedSource::Published { id: number(1)?, publisher: account }
    };
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(TrainedRow {
        source,
        cid: text(3)?,
        name: some(shown(&text(4)?, MAX_NAME)),
        description: some(text(5)?),
        at: number(6)?,
    })
}

/// What people say of running a trainer's model.
///
/// # Errors
/// Whatever the database says.
pub async fn counts(db: &Db, bounty: u64, trainer: &Address) -> Result<ReproductionCounts, sqlx::Error> {
    let row = sqlx::query(
        "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN equal_rows = all_rows THEN 1 ELSE 0 END), 0) AS BIGINT) \
         FROM attestations WHERE bounty = $1 AND trainer = $2",
    )
    .bind(to_db(bounty))
    .bind(trainer.to_string())
    .fetch_one(&db.pool)
    .await?;
    let (all, reproduced): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let small = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(ReproductionCounts { reproduced: small(reproduced), differing: small(all - reproduced) })
}

/// What an account says of models that it ran again.
///
/// # Errors
/// [`ApiError`] when the database fails.
pub async fn attested(db: &Db, account: Address) -> Result<AccountAttestations, ApiError> {
    let status = status::status(db).await?;
    let rows = sqlx::query(
        "SELECT bounty, trainer, equal_rows, all_rows FROM attestations WHERE account = $1 \
         ORDER BY block DESC, log_index DESC",
    )
    .bind(account.to_string())
    .fetch_all(&db.pool)
    .await?;
    let read = |row: &AnyRow| {
        let small = |column: usize| u32::try_from(from_db(row.try_get(column)?)).map_err(ApiError::inside);
        Ok::<_, ApiError>(Attestation {
            bounty: from_db(row.try_get(0)?),
            trainer: row.try_get::<String, _>(1)?.parse().map_err(ApiError::inside)?,
            by: account,
            equal: small(2)?,
            rows: small(3)?,
        })
    };
    Ok(AccountAttestations { attestations: rows.iter().map(read).collect::<Result<_, _>>()?, status })
}
