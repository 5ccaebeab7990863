//! Modules of a crate import one way: whoever reads one does not have to read all.

use std::collections::BTreeSet;

use structure::{circles, crates, root, sources};

/// Circles that are still there, as crate, folder of modules, and one module of the circle. A new one is never added.
const KNOWN: [(&str, &str, &str); 1] = [
    // The state that handlers share holds every service, and services answer with its errors.
    ("server", "", "app"),
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
    let needless: Vec<_> = KNOWN.iter().filter(|known| !found.iter().any(|circle| is(known, circle))).collect();
    assert!(needless.is_empty(), "These are circles no longer: {needless:?}");
    found.retain(|circle| !KNOWN.iter().any(|known| is(known, circle)));
    let lines: Vec<_> = found.iter().map(|(name, inside, circle)| format!("{name} {inside}: {circle:?}")).collect();
    assert!(found.is_empty(), "Move what these share into a module of its own:\n{}", lines.join("\n"));
}

fn is(known: &(&str, &str, &str), circle: &(String, String, BTreeSet<String>)) -> bool {
    known.0 == circle.0 && known.1 == circle.1 && circle.2.contains(known.2)
}
