//! The family in the server. A family of the repository's own has this file at `server/src/families/`, its table among
//! the server's migrations, and its line in `families::all`.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use axum::{Json, Router, extract::State as Extract, routing::get};
use contracts::DecodeError;
use protocol::{Amount, api::Problem};
use server::{
    api::extract::Query,
    app::App,
    chain::RawLog,
    db::{from_db, insert_many, list, name, to_db},
    family::{Decoded, Family, Rows, Table},
    indexer::{Gap, IndexError},
    problem::ApiError,
    views::status::status,
};
use sqlx::{AnyConnection, Row, any::AnyRow, migrate::Migrator};
use utoipa::OpenApi;

use crate::{
    Event, THANKS, Thanks,
    api::{ThanksList, ThanksQuery, ThanksRow},
    event::decode,
};

const COLUMNS: &str = "id, giver, receiver, amount, note, answer, state, at";
static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The family of thanks. Subjects are their numbers.
pub struct SampleFamily;

/// An event, with the number of the thanks and the time of its block.
pub struct Logged {
    id: u64,
    at: u64,
    event: Event,
}

#[async_trait]
impl Family for SampleFamily {
    type Event = Logged;
    type Memory = ();

    const NAME: &'static str = crate::NAME;
    const SUBJECTS: &'static str = "thanks";
    const CONTRACTS: &'static [&'static str] = &[THANKS];
    const TABLES: &'static [Table] = &[Table {
        name: "thanks",
        rows: Rows::OfSubject("id = CAST($1 AS BIGINT)"),
        digest: "SELECT id, giver, receiver, amount, note, answer, state, at FROM thanks ORDER BY id",
        sort: false,
    }];

    fn decode(&self, log: &RawLog, _: Option<&str>) -> Result<Option<Decoded<Logged>>, DecodeError> {
        let decoded = decode(&log.raw)?;
        Ok(decoded.map(|(id, event)| Decoded::new(id, Logged { id, at: log.at, event })))
    }

    async fn apply(&self, tx: &mut AnyConnection, (): &mut (), events: &[Logged]) -> Result<(), IndexError> {
        let ids: BTreeSet<i64> = events.iter().map(|logged| to_db(logged.id)).collect();
        let mut all = load(tx, &ids.into_iter().collect::<Vec<_>>()).await?;
        for Logged { id, at, event } in events {
            Thanks::apply(all.entry(*id).or_default(), *id, *at, event)
                .map_err(|error| IndexError::Gap(Gap::anywhere(Self::NAME, error.to_string())))?;
        }
        write(tx, &all.into_values().flatten().collect::<Vec<_>>()).await
    }

    fn migrations(&self) -> Option<&'static Migrator> {
        Some(&MIGRATIONS)
    }

    fn routes(&self) -> Router<App> {
        Router::new().route("/api/thanks", get(thanks))
    }

    fn description(&self) -> utoipa::openapi::OpenApi {
        Description::openapi()
    }
}

/// Thanks that a batch goes on with.
async fn load(tx: &mut AnyConnection, ids: &[i64]) -> Result<BTreeMap<u64, Option<Thanks>>, IndexError> {
    let mut all = BTreeMap::new();
    for chunk in ids.chunks(500) {
        let sql = format!("SELECT {COLUMNS} FROM thanks WHERE id IN ({})", list(1, chunk.len()));
        let query = chunk.iter().fold(sqlx::query(&sql).persistent(false), |query, id| query.bind(id));
        for row in query.fetch_all(&mut *tx).await? {
            let row = read(&row).map_err(|error| IndexError::Damaged(error.to_string()))?;
            let ThanksRow { id, from, to, amount, note, answer, state, at } = row;
            all.insert(id, Some(Thanks { id, from, to, amount, note, answer, state, at }));
        }
    }
    Ok(all)
}

async fn write(tx: &mut AnyConnection, all: &[Thanks]) -> Result<(), IndexError> {
    // The chain takes any text, a database may not.
    let shown = |text: &str| text.replace('\0', " ");
    let into = "thanks (id, giver, receiver, amount, note, answer, state, at)";
    let conflict = "ON CONFLICT (id) DO UPDATE SET answer = excluded.answer, state = excluded.state";
    insert_many(tx, into, 8, conflict, all, |query, thanks| {
        query
            .bind(to_db(thanks.id))
            .bind(thanks.from.to_string())
            .bind(thanks.to.to_string())
            .bind(thanks.amount.0.to_string())
            .bind(shown(&thanks.note))
            .bind(thanks.answer.as_deref().map(shown))
            .bind(name(thanks.state))
            .bind(to_db(thanks.at))
    })
    .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<ThanksRow, ApiError> {
    let text = |column: usize| row.try_get::<String, _>(column);
    Ok(ThanksRow {
        id: from_db(row.try_get(0)?),
        from: text(1)?.parse().map_err(ApiError::inside)?,
        to: text(2)?.parse().map_err(ApiError::inside)?,
        amount: Amount(text(3)?.parse().map_err(ApiError::inside)?),
        note: text(4)?,
        answer: row.try_get(5)?,
        state: serde_json::from_value(text(6)?.into()).map_err(ApiError::inside)?,
        at: from_db(row.try_get(7)?),
    })
}

#[derive(OpenApi)]
#[openapi(paths(thanks), tags((name = "thanks", description = "Who thanked whom.")))]
struct Description;

/// Thanks, the newest first.
#[utoipa::path(get, path = "/api/thanks", tag = "thanks", params(ThanksQuery), responses(
    (status = 200, body = ThanksList),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn thanks(Extract(app): Extract<App>, Query(query): Query<ThanksQuery>) -> Result<Json<ThanksList>, ApiError> {
    let to = query.to.map_or(String::new(), |to| to.to_string());
    let select = format!("SELECT {COLUMNS} FROM thanks WHERE $1 = '' OR receiver = $1 ORDER BY id DESC LIMIT 100");
    let rows = sqlx::query(&select).bind(to).fetch_all(&app.db.pool).await?;
    Ok(Json(ThanksList { rows: rows.iter().map(read).collect::<Result<_, _>>()?, status: status(&app.db).await? }))
}
