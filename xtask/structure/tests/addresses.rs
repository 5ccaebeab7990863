//! The server tells programs that read the site which addresses have a page, so it has to know all of them.

use std::{collections::BTreeSet, fs, path::Path};

use structure::root;

/// The values between `begin` and a double quote in the Rust files below a folder.
fn named(folder: &Path, begins: &[&str], found: &mut BTreeSet<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            named(&path, begins, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            // As one line, since a list of arguments can begin on the next one.
            let code = code.split_whitespace().collect::<Vec<_>>().join(" ").replace("( \"", "(\"");
            let values = begins.iter().flat_map(|begin| code.split(begin).skip(1));
            found.extend(values.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
    Ok(())
}

#[test]
fn the_server_knows_the_address_of_every_page() {
    let (mut routes, mut known) = (BTreeSet::new(), BTreeSet::new());
    named(&root().join("app/features"), &["route!(\""], &mut routes).unwrap();
    let pages = ["Page::plain(\"", "Page { path: \""];
    named(&root().join("server/src/pages"), &pages, &mut known).unwrap();
    named(&root().join("server/src/families"), &pages, &mut known).unwrap();
    assert!(routes.len() > 20, "only {} routes were found", routes.len());
    let (lacking, needless): (Vec<_>, Vec<_>) =
        (routes.difference(&known).collect(), known.difference(&routes).collect());
    assert!(lacking.is_empty(), "The server answers 404 for these; add them to its `PAGES`: {lacking:?}");
    assert!(needless.is_empty(), "The page has no such routes; take them from the server's `PAGES`: {needless:?}");
}
