//! What people type into a search field.

/// Characters of a search that are looked at.
const MAX_SEARCH: usize = 200;

/// Lower case without what no database likes to compare; `None` where nothing is left to search for.
pub(crate) fn searchable(text: Option<&str>) -> Option<String> {
    let text = text?.trim().chars().filter(|c| !c.is_control()).take(MAX_SEARCH).collect::<String>().to_lowercase();
    (!text.is_empty()).then_some(text)
}

/// A pattern for `LIKE … ESCAPE '\'` that finds the text anywhere: wildcards are letters.
pub(crate) fn pattern(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}
