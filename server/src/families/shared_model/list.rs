//! Lists of shared models, and one model with its leaderboard.

use ::shared_model::api::{Accuracy, ModelDetail, ModelList, ModelQuery, ModelRow, ModelSort, Standing};
use protocol::{Address, Amount};
use sqlx::{Row, any::AnyRow};

use super::state::ModelState;
use crate::{
    db::{Db, from_db, name},
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
/// Accounts of a leaderboard.
const LEADERS: u64 = 100;

const COLUMNS: &str = "m.address, f.name, f.description, m.owner, m.classifier, m.incentive, m.ready, \
                       m.contributions, m.contributors, a.correct, a.total, a.block, m.created_at, m.state";
/// With the last entry of the accuracy log that a reorganisation has not made void.
const FROM: &str = "FROM models m LEFT JOIN model_files f ON f.cid = m.metadata_cid \
    LEFT JOIN accuracy a ON a.position = (SELECT x.position FROM accuracy x WHERE x.model = m.address AND EXISTS (\
    SELECT 1 FROM logs l WHERE l.block_hash = x.block_hash AND l.log_index = x.log_index) \
    ORDER BY x.block DESC, x.log_index DESC, x.position DESC LIMIT 1)";

/// # Errors
/// [`ApiError`] for a page that cannot be, or when the database fails.
pub async fn list(db: &Db, query: &ModelQuery) -> Result<ModelList, ApiError> {
    let page = page(query.offset, query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let status = status::status(db).await?;
    let mut wanted = Filter::default();
    if let Some(kind) = query.classifier {
        let kind = wanted.text(name(kind));
        wanted.only(format!("m.classifier = {kind}"));
    }
    if let Some(kind) = query.incentive {
        let kind = wanted.text(name(kind));
        wanted.only(format!("m.incentive = {kind}"));
    }
    if let Some(ready) = query.ready {
        wanted.only(format!("m.ready = {}", i64::from(ready)));
    }
    if let Some(person) = query.person {
        let person = wanted.text(person.to_string());
        wanted.only(format!(
            "(m.owner = {person} OR EXISTS (SELECT 1 FROM contributions c WHERE c.model = m.address \
             AND c.contributor = {person}))"
        ));
    }
    if let Some(search) = searchable(query.search.as_deref()) {
        let like = format!("LIKE {} ESCAPE '\\'", wanted.text(pattern(&search)));
        wanted.only(format!("(f.folded {like} OR LOWER(m.address) {like} OR LOWER(m.owner) {like})"));
    }
    let order = order(query.sort.unwrap_or_default()).by("m.created_block", Largest).by("m.created_log", Largest);
    let order = order.sql(query.reverse.unwrap_or_default());
    let clause = wanted.clause();
    let select = format!("SELECT {COLUMNS} {FROM} {clause} ORDER BY {order} {page}");
    let count = format!("SELECT COUNT(*) {FROM} {clause}");
    let rows = wanted.query(&select).fetch_all(&db.pool).await?;
    let total = wanted.query(&count).fetch_one(&db.pool).await?;
    Ok(ModelList { rows: rows.iter().map(read).collect::<Result<_, _>>()?, total: from_db(total.try_get(0)?), status })
}

/// What decides before the creation does.
fn order(sort: ModelSort) -> Order {
    match sort {
        ModelSort::Newest => Order::default(),
        // Parts in a million, since databases divide whole numbers without a rest.
        ModelSort::Accuracy => {
            Order::last("a.total IS NULL OR a.total = 0").by("a.correct * 1000000 / NULLIF(a.total, 0)", Largest)
        }
        ModelSort::Contributors => Order::default().by("m.contributors", Largest),
        ModelSort::Contributions => Order::default().by("m.contributions", Largest),
    }
}

fn read(row: &AnyRow) -> Result<ModelRow, ApiError> {
    let address = |column: usize| row.try_get::<String, _>(column)?.parse::<Address>().map_err(ApiError::inside);
    let number = |column: usize| row.try_get::<i64, _>(column).map(from_db);
    let kind = |column: usize| row.try_get::<String, _>(column).map(serde_json::Value::from);
    let accuracy = match row.try_get::<Option<i64>, _>(9)? {
        None => None,
        Some(correct) => Some(Accuracy {
            correct: u32::try_from(from_db(correct)).map_err(ApiError::inside)?,
            total: u32::try_from(number(10)?).map_err(ApiError::inside)?,
            block: number(11)?,
        }),
    };
    Ok(ModelRow {
        address: address(0)?,
        name: row.try_get(1)?,
        description: row.try_get(2)?,
        owner: address(3)?,
        classifier: serde_json::from_value(kind(4)?).map_err(ApiError::inside)?,
        incentive: serde_json::from_value(kind(5)?).map_err(ApiError::inside)?,
        ready: number(6)? != 0,
        contributions: number(7)?,
        contributors: number(8)?,
        accuracy,
        created_at: number(12)?,
    })
}

/// # Errors
/// [`ApiError::NoModel`], or when the database fails.
pub async fn detail(db: &Db, model: Address) -> Result<ModelDetail, ApiError> {
    let status = status::status(db).await?;
    let select = format!("SELECT {COLUMNS} {FROM} WHERE m.address = $1");
    let found = sqlx::query(&select).bind(model.to_string()).fetch_optional(&db.pool).await?;
    let found = found.ok_or(ApiError::NoModel(model))?;
    let state: ModelState = serde_json::from_str(found.try_get::<&str, _>(13)?).map_err(ApiError::inside)?;
    Ok(ModelDetail {
        row: read(&found)?,
        classifier_address: state.classifier,
        shape: state.shape,
        terms: state.terms,
        metadata_cid: state.metadata_cid,
        created_block: state.created_block,
        classes: state.classes,
        loaded: state.loaded,
        total_points: state.points,
        proposals: state.proposals,
        leaderboard: leaderboard(db, model).await?,
        status,
    })
}

async fn leaderboard(db: &Db, model: Address) -> Result<Vec<Standing>, ApiError> {
    let rows = sqlx::query(&format!(
        "SELECT account, good, contributions, balance, earned FROM accounts WHERE model = $1 \
         ORDER BY good DESC, contributions DESC, account LIMIT {LEADERS}"
    ))
    .bind(model.to_string())
    .fetch_all(&db.pool)
    .await?;
    let standing = |row: &AnyRow| {
        let amount = |column: usize| row.try_get::<String, _>(column)?.parse().map(Amount).map_err(ApiError::inside);
        Ok(Standing {
            account: row.try_get::<String, _>(0)?.parse().map_err(ApiError::inside)?,
            points: from_db(row.try_get(1)?),
            contributions: from_db(row.try_get(2)?),
            balance: amount(3)?,
            earned: amount(4)?,
        })
    };
    rows.iter().map(standing).collect()
}

/// # Errors
/// [`ApiError::NoModel`] for an address that is not one of a model in the index, or when the database fails.
pub async fn known(db: &Db, model: Address) -> Result<(), ApiError> {
    let found = sqlx::query("SELECT 1 FROM models WHERE address = $1").bind(model.to_string());
    found.fetch_optional(&db.pool).await?.map(drop).ok_or(ApiError::NoModel(model))
}
