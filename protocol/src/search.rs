//! What people type into the search field of a list. Server and page find the same.

/// Characters of a search that are looked at.
const MAX_SEARCH: usize = 200;

/// A search in lower case, without what no database likes to compare; `None` where nothing is left to search for.
pub fn searchable(text: Option<&str>) -> Option<String> {
    let text = text?.trim().chars().filter(|c| !c.is_control()).take(MAX_SEARCH).collect::<String>().to_lowercase();
    (!text.is_empty()).then_some(text)
}

/// Whether one of the texts contains what is searched for, which [`searchable`] has made.
pub fn found<T: AsRef<str>>(search: &str, texts: impl IntoIterator<Item = T>) -> bool {
    texts.into_iter().any(|text| text.as_ref().to_lowercase().contains(search))
}

#[cfg(test)]
mod tests {
    use super::{found, searchable};

    #[test]
    fn a_search_is_told_apart_from_nothing() {
        assert_eq!(searchable(None), None);
        assert_eq!(searchable(Some(" \u{7} ")), None);
        assert_eq!(searchable(Some(" Ärzte ")).as_deref(), Some("ärzte"));
        assert_eq!(searchable(Some(&"x".repeat(500))).map(|text| text.len()), Some(200));
    }

    #[test]
    fn case_does_not_matter_and_wildcards_are_letters() {
        assert!(found("0xab", ["", "0xAB12"]));
        assert!(!found("%", ["percent"]));
        assert!(!found("a", Vec::<String>::new()));
    }
}
