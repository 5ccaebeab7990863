//! Journeys take long, so an id that the page does not have should be told before one waits for it in vain.

use std::{collections::BTreeSet, fs, io, path::Path};

use structure::{crates, root, sources};

/// How journeys name an id, up to its first letter.
const NAMED: [&str; 7] =
    [".presses(\"", ".fills(\"", ".chooses_file(\"", ".finds_no_more(\"", ".is_shown(\"", ".reads(\"", "@id='"];
/// How the page gives an element its id, up to the id's first letter.
const GIVEN: [&str; 4] = [" id=\"", "_id=\"", " id=format!(\"", "let id = format!(\""];

#[test]
fn every_id_that_a_journey_looks_for_is_in_the_page() {
    let mut used = BTreeSet::new();
    for folder in ["e2e/src", "e2e/tests/journeys"] {
        collect(&root().join(folder), &mut used).unwrap();
    }
    let mut known = BTreeSet::new();
    for folder in crates().unwrap().iter().filter(|folder| folder.starts_with(root().join("app"))) {
        for source in sources(folder).unwrap() {
            known.extend(given(&source.text));
        }
    }
    // A reader that finds nothing proves nothing.
    assert!(used.len() > 60 && known.len() > 120, "only {} and {} ids were found", used.len(), known.len());
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

/// The ids that a file of the page gives, which may be formats: where an element gets it, and what a function whose name
/// is `id` or ends with `_id` answers.
fn given(text: &str) -> Vec<String> {
    let mut found: Vec<String> = GIVEN
        .iter()
        .flat_map(|begin| text.split(begin).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect();
    for (name, rest) in text.split("fn ").skip(1).filter_map(|rest| rest.split_once('(')) {
        if name == "id" || name.ends_with("_id") {
            let body = rest.split("fn ").next().unwrap_or(rest);
            found.extend(body.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

/// Whether an id of the page, which may be a format, is this id when it is shown.
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
    let page = "<p class=\"split\" id=\"row\">; fn button_id(a: Action) -> &str { match a { Claim => \"claim\" } } fn f() { \"x\" }";
    assert_eq!(given(page), ["row", "claim"]);
    assert!(makes("commit", "commit") && makes("tab-{key}", "tab-mine") && makes("{id}-close", "menu-close"));
    assert!(!makes("commit", "commits") && !makes("tab-{key}", "tab-") && !makes("{text}", "anything"));
}
