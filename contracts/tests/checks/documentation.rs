//! Every function, event and error is documented so that tools see it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn documentation(files: &[PathBuf]) -> Output {
    let script = Path::new(HERE).join("documentation.js");
    let run = Command::new("node").current_dir(Path::new(HERE).join("..")).arg(script).args(files).output();
    run.expect("node runs; install Node.js")
}

/// Solidity files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|ext| ext == "sol"))
        .collect();
    found.sort();
    found
}

#[test]
fn everything_that_can_be_called_or_met_is_documented() {
    let families = std::fs::read_dir(Path::new(HERE).join("../families")).unwrap();
    let families = families.map(|family| family.unwrap().path().join("solidity"));
    let folders = families.chain([Path::new(HERE).join("solidity")]);
    let all: Vec<_> = folders.flat_map(|folder| sources(&folder)).collect();
    assert!(all.len() > 30, "{all:?}");
    let run = documentation(&all);
    assert!(
        run.status.success(),
        "NatSpec that is missing (see contracts/documentation.js):\n{}{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
}

#[test]
fn each_tag_that_is_missing_is_named() {
    let run = documentation(&[Path::new(HERE).join("tests/checks/undocumented.sol")]);
    assert_eq!(run.status.code(), Some(1));
    let said = String::from_utf8(run.stdout).unwrap();
    let said: Vec<_> = said.lines().map(|line| line.split_once(": ").unwrap().1).collect();
    let expected = [
        "IBare: @title, @notice",
        "IBare.Moved: @notice, @param to",
        "IBare.Refused: @notice, @param why",
        "IBare.Lacking: @param amount",
        "IBare.move: @notice, @param to, @param amount, @return, @return",
        "IBare.half: @param amount, @return",
        "Bare.LIMIT: @notice",
        "Bare.known: @notice, @inheritdoc",
        "Bare.constructor: @param coin_",
        "Bare.none: @param value (inherited: amount)",
        "Bare.open: @notice",
    ];
    assert_eq!(said, expected);
}
