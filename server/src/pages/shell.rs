//! What stands in a page until its program has come, and for whoever does not run it: what the page is about, and the newest
//! of what it lists, as links.

use std::{collections::HashMap, time::Duration};

use sqlx::Row;

use super::{
    SITE,
    about::{About, about},
    head::{cut, escaped},
    place::{Place, all},
};
use crate::{
    app::App,
    family::{Families, Page},
    limits::Kept,
};

/// Where it stands in index.html, which has nothing there.
const PLACE: (&str, &str) = ("<main class=\"content\">", "</main>");
/// Rows of a list at most.
const LISTED: i64 = 5;
/// A list is not made anew before, whoever asks: it takes a question for each row.
const HOLDS: Duration = Duration::from_secs(5);

/// Room for the list of each page that has one.
pub fn lists(families: &Families) -> HashMap<&'static str, Kept> {
    all(families).filter(|page| page.lists.is_some()).map(|page| (page.path, Kept::default())).collect()
}

/// index.html with what a page is about. HTML that has no place for it stays as it is.
pub async fn with_shell(html: &str, app: &App, place: Option<&Place>, about: &About) -> String {
    let (begin, end) = PLACE;
    if !html.contains(begin) {
        return html.to_owned();
    }
    let (before, after) = cut(html, begin, end);
    let list = match place.map(|place| place.page) {
        Some(page) => list(app, page).await,
        None => String::new(),
    };
    format!("{before}{begin}<div class=\"page\">{}{list}</div>{end}{after}", heading(about))
}

/// The page of the whole site says what it is for instead of its name.
fn heading(about: &About) -> String {
    let (title, description) = (escaped(&about.title), escaped(&about.description));
    if about.title == SITE {
        return format!("<section class=\"hero\"><h1>{description}</h1></section>");
    }
    format!("<h1 class=\"breakable\">{title}</h1><p class=\"soft breakable\">{description}</p>")
}

/// Where the database fails, what could be read.
async fn list(app: &App, page: &Page) -> String {
    let Some(listed) = page.lists.and_then(|path| all(&app.families).find(|page| page.path == path)) else {
        return String::new();
    };
    let Some(kept) = app.lists.get(page.path) else { return String::new() };
    let list = kept.for_a_while(HOLDS, rows(app, listed)).await;
    list.unwrap_or_else(|error| {
        tracing::warn!(%error, path = page.path, "what a page lists cannot be read");
        String::new()
    })
}

async fn rows(app: &App, page: &'static Page) -> Result<String, sqlx::Error> {
    let Some(newest) = page.subject.as_ref().and_then(|looked| looked.newest) else { return Ok(String::new()) };
    let mut rows = String::new();
    for row in sqlx::query(newest).bind(LISTED).fetch_all(&app.db.pool).await? {
        let Some(place) = Place::of(page, &row.try_get::<String, _>("key")?) else { continue };
        let About { title, description, .. } = about(app, Some(&place)).await;
        rows.push_str(&format!(
            "<li class=\"panel\"><div class=\"body stack tight\"><a class=\"strong breakable\" href=\"{}\">{}</a>\
             <p class=\"small soft breakable\">{}</p></div></li>",
            place.path(),
            escaped(&title),
            escaped(&description),
        ));
    }
    Ok(if rows.is_empty() { rows } else { format!("<h2>Newest</h2><ul class=\"stack\">{rows}</ul>") })
}
