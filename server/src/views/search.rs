//! What people type into a search field.

pub(crate) use protocol::search::searchable;

/// A pattern for `LIKE … ESCAPE '\'` that finds the text anywhere: wildcards are letters.
pub(crate) fn pattern(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}
