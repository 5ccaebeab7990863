//! Modules that import each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Source, imports};

/// Names of modules of one folder that import each other, directly or through others of that folder. A module may name
/// what its parent has, and the parent what it has: that is one subject in several files.
pub fn circles(sources: &[Source]) -> BTreeMap<String, Vec<BTreeSet<String>>> {
    let known: BTreeSet<&str> = sources.iter().map(|s| s.module.as_str()).collect();
    // Of each folder: which of its modules imports which.
    let mut folders = BTreeMap::<String, BTreeMap<String, BTreeSet<String>>>::new();
    for source in sources {
        for path in imports(&source.module, &source.text) {
            let Some(to) = module_of(&path, &known) else { continue };
            if let Some((folder, a, b)) = siblings(&source.module, &to) {
                folders.entry(folder).or_default().entry(a).or_default().insert(b);
            }
        }
    }
    folders.into_iter().map(|(folder, edges)| (folder, components(&edges))).filter(|(_, c)| !c.is_empty()).collect()
}

/// The longest beginning of a path that is a module.
fn module_of(path: &str, known: &BTreeSet<&str>) -> Option<String> {
    let parts: Vec<&str> = path.split("::").collect();
    (1..=parts.len()).rev().map(|n| parts[..n].join("::")).find(|module| known.contains(module.as_str()))
}

/// The folder in which the ways to two modules part, and the two modules there.
fn siblings(from: &str, to: &str) -> Option<(String, String, String)> {
    let (a, b): (Vec<&str>, Vec<&str>) = (from.split("::").collect(), to.split("::").collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (x, y) = (a.get(same)?, b.get(same)?);
    (!x.is_empty()).then(|| (a[..same].join("::"), (*x).to_owned(), (*y).to_owned()))
}

/// Modules that reach each other and are more than one.
fn components(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reach = |from: &str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![from.to_owned()];
        while let Some(at) = open.pop() {
            for next in edges.get(&at).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> = edges.keys().map(|m| (m, reach(m))).collect();
    let mut found = BTreeSet::new();
    for (module, there) in &reached {
        let circle: BTreeSet<String> = there
            .iter()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(*module)))
            .cloned()
            .collect();
        if circle.len() > 1 {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::circles;
    use crate::Source;

    fn source(module: &str, text: &str) -> Source {
        Source { path: PathBuf::new(), module: module.into(), text: text.into() }
    }

    #[test]
    fn modules_that_import_each_other_through_others_are_found() {
        let sources = [
            source("", "mod a;\nmod b;\n"),
            source("a", "use crate::b::c::D;\n"),
            source("b", "mod c;\n"),
            source("b::c", "use crate::e::F;\n"),
            source("e", "use crate::a::G;\n"),
        ];
        let found = circles(&sources);
        assert_eq!(found.len(), 1);
        assert_eq!(found[""][0].iter().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "e"]);
    }

    #[test]
    fn a_module_and_its_parent_are_no_circle() {
        let sources = [source("a", "mod b;\nuse b::C;\n"), source("a::b", "use super::D;\n")];
        assert!(circles(&sources).is_empty());
    }
}
