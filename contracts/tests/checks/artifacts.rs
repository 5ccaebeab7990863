//! Committed artifacts against what the pinned compiler makes of the sources now.

use std::{path::Path, process::Command};

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
    for name in ["ModelCoin.json", "BountyMarket.json", "test/HostileCoin.json"] {
        let committed = std::fs::read(Path::new(HERE).join("artifacts").join(name)).unwrap();
        let compiled = std::fs::read(fresh.path().join(name)).unwrap();
        assert!(committed == compiled, "artifacts/{name} is stale; run `node contracts/compile.js` and commit it");
    }
}
