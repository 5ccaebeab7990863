//! Every contract can be deployed (EIP-170), with room for what is still to come.

use std::{
    fs,
    path::{Path, PathBuf},
};

const MOST: usize = 24_576 - 1_000;

#[test]
fn every_contract_leaves_a_thousand_bytes_of_what_a_chain_takes() {
    let families = Path::new(env!("CARGO_MANIFEST_DIR")).join("../families");
    let mut artifacts = Vec::new();
    for family in fs::read_dir(families).unwrap() {
        find(&family.unwrap().path().join("artifacts"), &mut artifacts);
    }
    for file in &artifacts {
        let artifact: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let bytes = artifact["runtimeBytecode"].as_str().unwrap().trim_start_matches("0x").len() / 2;
        assert!(bytes > 0 && bytes <= MOST, "{}: {bytes} bytes, {MOST} are allowed", file.display());
    }
    assert!(artifacts.len() >= 13, "only {} contracts were found", artifacts.len());
}

/// All artifacts in a folder and below it, but those of contracts that only tests deploy.
fn find(folder: &Path, artifacts: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_file() {
            artifacts.push(path);
        } else if path.file_name().is_some_and(|name| name != "test") {
            find(&path, artifacts);
        }
    }
}
