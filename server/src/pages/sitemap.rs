//! Addresses of pages, for programs that read whole sites: those that are about nothing in particular, and of each kind of
//! subject the newest ones. A bounty's page leads to the model that won it.

use std::time::Duration;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use sqlx::Row;

use super::place::all;
use crate::{app::App, problem::ApiError};

/// Addresses of a kind of subject at most. Older ones are reached through lists.
const NEWEST: i64 = 1_000;

/// It is not made anew before, whoever asks: it takes a question for each kind.
const HOLDS: Duration = Duration::from_secs(60);

/// The sitemap of this site, as sitemaps.org describes it.
///
/// # Errors
/// [`ApiError::NoRoute`] where the server does not know its own address; whatever the database says.
pub async fn sitemap(app: &App) -> Result<Response, ApiError> {
    let Some(origin) = &app.public_origin else {
        return Err(ApiError::NoRoute("/sitemap.xml (this server was started without one --origin)".into()));
    };
    let xml = app.sitemap.for_a_while(HOLDS, made(app, origin)).await?;
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response())
}

async fn made(app: &App, origin: &str) -> Result<String, ApiError> {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    // Nothing in them has to be escaped: addresses are written here, keys are numbers, accounts or CIDs.
    let mut add = |path: &str| xml.push_str(&format!("<url><loc>{origin}{path}</loc></url>\n"));
    for page in all(&app.families) {
        let Some((folder, _)) = page.path.rsplit_once("/:") else {
            add(page.path);
            continue;
        };
        let Some(newest) = page.subject.as_ref().and_then(|looked| looked.newest) else { continue };
        let rows = sqlx::query(newest).bind(NEWEST).fetch_all(&app.db.pool).await.map_err(ApiError::inside)?;
        for row in rows {
            let key: String = row.try_get("key").map_err(ApiError::inside)?;
            add(&format!("{folder}/{key}"));
        }
    }
    xml.push_str("</urlset>\n");
    Ok(xml)
}
