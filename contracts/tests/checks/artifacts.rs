//! Committed artifacts against what the pinned compiler makes of the sources now.

use std::{collections::BTreeMap, path::Path, process::Command};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn committed_artifacts_are_fresh() {
    let fresh = tempfile::tempdir().unwrap();
    let compiled = Command::new("node")
        .arg(Path::new(HERE).join("compile.js"))
        .arg(fresh.path())
        .output()
        .expect("node runs; install Node.js");
    assert!(
        compiled.status.success(),
        "compiling failed; run `npm ci` first if packages are missing:\n{}",
        String::from_utf8_lossy(&compiled.stderr)
    );
    let (committed, compiled) = (artifacts(&Path::new(HERE).join("..")), artifacts(fresh.path()));
    assert_eq!(names(&committed), names(&compiled), "run `node contracts/compile.js` and commit the artifacts");
    for ((name, committed), (_, compiled)) in committed.iter().zip(&compiled) {
        assert!(committed == compiled, "{name} is stale; run `node contracts/compile.js` and commit it");
    }
}

fn names(files: &BTreeMap<String, Vec<u8>>) -> Vec<&String> {
    files.keys().collect()
}

/// Every file below the folders `artifacts` of families, the sample among them, and of what they share, by its path in the repository.
fn artifacts(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let families = std::fs::read_dir(root.join("families")).unwrap();
    let families = families.map(|family| format!("families/{}", family.unwrap().file_name().to_string_lossy()));
    let mut found = BTreeMap::new();
    for owner in families.chain(["contracts".to_owned(), "e2e/sample_family".to_owned()]) {
        let artifacts = files(&root.join(&owner).join("artifacts"));
        found.extend(artifacts.into_iter().map(|(inner, bytes)| (format!("{owner}/artifacts/{inner}"), bytes)));
    }
    found
}

/// Every file below a folder, by its path in there.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
    found
}
