//! Runs the Python scripts of `peer/`, which write cases into `target/peer/`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The root of the repository.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// The Python that has onnxruntime: `MODELMARKET_PYTHON`, else the one that `cargo xtask` installs.
fn python() -> PathBuf {
    let installed = || root().join("target/tools/python/bin/python");
    std::env::var_os("MODELMARKET_PYTHON").map_or_else(installed, PathBuf::from)
}

/// Where reports of runs are written.
pub fn reports() -> PathBuf {
    root().join("target/peer/reports")
}

/// The folder of this name in `target/peer/`, made if it is not there.
///
/// # Errors
/// When it cannot be made.
pub fn folder(name: &str) -> Result<PathBuf> {
    let folder = root().join("target/peer").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The folder of cases that `script` writes; it is run when it, what it imports, the packages or the table of operators
/// changed since.
///
/// # Errors
/// When Python is missing or the script fails; its own words are on the terminal.
pub fn cases(script: &str) -> Result<PathBuf> {
    let peer = Path::new(env!("CARGO_MANIFEST_DIR")).join("peer");
    let folder = folder(script)?;
    // Tests of one program and programs of tests ask at the same time. The lock goes when the file is closed.
    let alone = File::create(folder.with_extension("lock"))?;
    alone.lock()?;
    let operators = ml_onnx::operators::OPERATORS.iter();
    let operators = operators.map(|o| format!("{} {}\n", o.domain.name(), o.name)).collect::<String>();
    let file = |name: &str| std::fs::read_to_string(peer.join(name)).with_context(|| format!("reading peer/{name}"));
    let script = format!("{script}.py");
    let made_from = [file("requirements.txt")?, file("cases.py")?, file(&script)?, operators.clone()].join("\n---\n");
    let stamp = folder.join("made-from.txt");
    if folder.join("index.json").exists() && std::fs::read_to_string(&stamp).is_ok_and(|made| made == made_from) {
        return Ok(folder);
    }
    std::fs::remove_dir_all(&folder)?;
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("operators.txt"), operators)?;
    run(&script, &folder)?;
    std::fs::write(stamp, made_from)?;
    Ok(folder)
}

/// Runs `script` of `peer/` with a folder as its argument.
///
/// # Errors
/// When Python is missing or the script fails; its own words are on the terminal.
pub fn run(script: &str, folder: &Path) -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("peer").join(script);
    let python = python();
    let ran = Command::new(&python).arg(path).arg(folder).status();
    let ran = ran.with_context(|| {
        format!(
            "no Python with onnxruntime at {}; `cargo xtask test` installs one, or set MODELMARKET_PYTHON",
            python.display()
        )
    })?;
    ensure!(ran.success(), "peer/{script} failed with {ran}");
    Ok(())
}
