//! Modules of a crate import one way: whoever reads one does not have to read all.

use std::collections::BTreeSet;

use structure::{circles, crates, root, sources};

/// Circles that are being parted, as crate, folder of modules, and one module of the circle. A new one is never added.
const BEING_PARTED: [(&str, &str, &str); 10] = [
    ("app/workers/models", "", "desk"),
    ("app/workers/prepare", "", "jobs"),
    ("app/workers/simulate", "", "play"),
    ("devchain", "", "chain"),
    ("protocol", "shared_model", "state"),
    ("server", "", "app"),
    ("server", "", "content"),
    ("server", "content", "titles"),
    ("server", "indexer", "commit"),
    ("simulation", "", "config"),
];

#[test]
fn no_modules_import_each_other() {
    let mut found = Vec::new();
    let mut seen = 0;
    for folder in crates().unwrap() {
        let sources = sources(&folder).unwrap();
        seen += sources.len();
        let name = folder.strip_prefix(root()).unwrap().display().to_string();
        for (inside, circles) in circles(&sources) {
            found.extend(circles.iter().map(|circle| (name.clone(), inside.clone(), circle.clone())));
        }
    }
    assert!(seen > 300, "only {seen} files were read");
    found.retain(|(name, inside, circle)| !is_being_parted(name, inside, circle));
    let lines: Vec<_> = found.iter().map(|(name, inside, circle)| format!("{name} {inside}: {circle:?}")).collect();
    assert!(found.is_empty(), "Move what these share into a module of its own:\n{}", lines.join("\n"));
}

fn is_being_parted(name: &str, inside: &str, circle: &BTreeSet<String>) -> bool {
    BEING_PARTED.iter().any(|(n, i, module)| *n == name && *i == inside && circle.contains(*module))
}
