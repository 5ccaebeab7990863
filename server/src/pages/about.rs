//! What is known about a page: one question to the database.

use sqlx::Row;

use super::place::{Key, Place};
use crate::{
    app::App,
    clock,
    db::from_db,
    family::{Looked, Told, Unknown},
};

/// Subjects that can have been made since the last block that the index knows, at most.
const UNSEEN: u64 = 100;

/// What a page's head says.
#[derive(Debug, PartialEq, Eq)]
pub struct About {
    pub title: String,
    pub description: String,
    /// Whether there is no such page.
    pub is_missing: bool,
}

/// What is known about a place. Where the database fails, that is what its address says.
pub async fn about(app: &App, place: Option<&Place>) -> About {
    let Some(place) = place else { return About::missing() };
    let plain = About::plain(place);
    let (Some(key), Some(looked)) = (place.key, &place.page.subject) else { return plain };
    match look(app, key, looked).await {
        Ok(Found::Known(told)) => About {
            title: told
                .title
                .map(|title| dataset::shortened(&title, TITLE))
                .filter(|t| !t.is_empty())
                .unwrap_or(plain.title),
            description: told
                .description
                .map(|text| dataset::shortened(&text, LONGEST))
                .filter(|text| !text.is_empty())
                .unwrap_or(plain.description),
            is_missing: false,
        },
        Ok(Found::Missing) => About::missing(),
        Ok(Found::Unknown) => plain,
        Err(error) => {
            tracing::warn!(%error, path = place.page.path, "what a page is about cannot be read");
            plain
        }
    }
}

impl About {
    fn plain(place: &Place) -> Self {
        let title = match place.key {
            Some(key) => format!("{} {}", place.page.title, key.shown()),
            None => place.page.title.into(),
        };
        Self { title, description: place.page.description.into(), is_missing: false }
    }

    fn missing() -> Self {
        Self { title: "There is no such page".into(), description: super::DESCRIPTION.into(), is_missing: true }
    }
}

enum Found {
    Known(Told),
    Missing,
    Unknown,
}

async fn look(app: &App, key: Key, looked: &Looked) -> Result<Found, sqlx::Error> {
    let last = match looked.unknown {
        Unknown::IsAbove(sql) => format!("({sql})"),
        Unknown::MayBe => "CAST(NULL AS BIGINT)".into(),
    };
    let select = format!(
        "SELECT p.block, p.head, p.block_at, p.trouble, {last} AS last, f.* FROM progress p \
         LEFT JOIN ({}) f ON 1 = 1 WHERE p.id = 1",
        looked.select
    );
    let row = key.bound(sqlx::query(&select)).fetch_optional(&app.db.pool).await?;
    let Some(row) = row else { return Ok(Found::Unknown) };
    let number = |column: &str| row.try_get::<i64, _>(column).map(from_db);
    let block_at = number("block_at")?;
    if row.try_get::<Option<i64>, _>("known")?.is_some() {
        return (looked.told)(&row, block_at.max(clock::now())).map(Found::Known);
    }
    let is_read = block_at > 0 && row.try_get::<Option<String>, _>("trouble")?.is_none();
    let behind = number("head")?.saturating_sub(number("block")?);
    if looked.unknown == Unknown::MayBe || !is_read || behind > app.confirmations {
        return Ok(Found::Unknown);
    }
    let last = row.try_get::<Option<i64>, _>("last")?.map_or(0, from_db);
    let is_far = matches!((looked.unknown, key), (Unknown::IsAbove(_), Key::Number(id)) if id > last + UNSEEN);
    Ok(if is_far { Found::Missing } else { Found::Unknown })
}

/// Characters of a title, and of a description.
const TITLE: usize = 100;
const LONGEST: usize = 300;
