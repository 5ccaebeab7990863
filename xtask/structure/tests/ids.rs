//! Journeys take long, so an id that the page does not have should be told before one waits for it in vain.

use std::{collections::BTreeSet, fs, io, path::Path};

use structure::{crates, root, sources};

/// How journeys name an id, up to its first letter.
const NAMED: [&str; 7] =
    [".presses(\"", ".fills(\"", ".chooses_file(\"", ".finds_no_more(\"", ".is_shown(\"", ".reads(\"", "@id='"];

#[test]
fn every_id_that_a_journey_looks_for_is_in_the_page() {
    let mut used = BTreeSet::new();
    for folder in ["e2e/src", "e2e/tests/journeys"] {
        collect(&root().join(folder), &mut used).unwrap();
    }
    let mut known = BTreeSet::new();
    for folder in crates().unwrap().iter().filter(|folder| folder.starts_with(root().join("app"))) {
        for source in sources(folder).unwrap() {
            known.extend(literals(&source.text));
        }
    }
    // A reader that finds nothing proves nothing.
    assert!(used.len() > 60 && known.len() > 500, "only {} ids and {} texts were found", used.len(), known.len());
    let lost: Vec<_> = used.iter().filter(|id| !known.iter().any(|text| makes(text, id))).collect();
    assert!(lost.is_empty(), "Nothing in app/ has these ids: {lost:?}");
}

/// Adds the ids that the Rust files of a folder name.
fn collect(folder: &Path, used: &mut BTreeSet<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            used.extend(ids(&fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// The ids that a text names. What is put together when the journey runs is not looked at.
fn ids(text: &str) -> Vec<String> {
    let named = NAMED.iter().flat_map(|begin| text.split(begin).skip(1));
    let ids = named.filter_map(|rest| rest.split(['"', '\'']).next());
    ids.filter(|id| !id.contains('{')).map(str::to_owned).collect()
}

/// Every second part between quotation marks; in a file that has one escaped also what stands between literals, which is
/// no id.
fn literals(text: &str) -> Vec<String> {
    let is_id = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_{}".contains(c));
    text.split('"').filter(is_id).map(str::to_owned).collect()
}

/// Whether a text of the page, which may be a format, is this id when it is shown.
fn makes(text: &str, id: &str) -> bool {
    match (text.split_once('{'), text.rsplit_once('}')) {
        (Some((begin, _)), Some((_, end))) => {
            begin.len() + end.len() >= 4
                && id.len() > begin.len() + end.len()
                && id.starts_with(begin)
                && id.ends_with(end)
        }
        _ => text == id,
    }
}

#[test]
fn ids_are_found_where_they_are_named() {
    let text = "person.presses(\"commit\").await?; person.finds(\"//input[@id='row']\"); person.presses(link);";
    assert_eq!(ids(text), ["commit", "row"]);
    assert_eq!(ids("finds(&format!(\"//*[@id='{id}']\"))"), [""; 0]);
    assert!(makes("commit", "commit") && makes("tab-{key}", "tab-mine") && makes("{id}-close", "menu-close"));
    assert!(!makes("commit", "commits") && !makes("tab-{key}", "tab-") && !makes("{text}", "anything"));
}
