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
    let families = Path::new(HERE).join("../families");
    let (committed, compiled) = (artifacts(&families), artifacts(&fresh.path().join("families")));
    assert_eq!(names(&committed), names(&compiled), "run `node contracts/compile.js` and commit the artifacts");
    for ((name, committed), (_, compiled)) in committed.iter().zip(&compiled) {
        assert!(committed == compiled, "families/{name} is stale; run `node contracts/compile.js` and commit it");
    }
}

fn names(files: &BTreeMap<String, Vec<u8>>) -> Vec<&String> {
    files.keys().collect()
}

/// Every file below the folders `artifacts` of families, by its path.
fn artifacts(families: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for family in std::fs::read_dir(families).unwrap() {
        let path = family.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let artifacts = files(&path.join("artifacts"));
        found.extend(artifacts.into_iter().map(|(inner, bytes)| (format!("{name}/artifacts/{inner}"), bytes)));
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
