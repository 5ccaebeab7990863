//! Looking for lines in a package's sources.

use std::{fs, path::Path};

use anyhow::{Context, Result};

/// Whether a source in a folder, or in one below it but not among `others`, has a line that `wanted` is true for.
///
/// # Errors
/// When one cannot be read.
pub fn folder_names(folder: &Path, others: &[&Path], wanted: fn(&str) -> bool) -> Result<bool> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(false) };
    for entry in entries {
        let path = entry?.path();
        let found = if path.is_dir() {
            !others.contains(&path.as_path()) && folder_names(&path, others, wanted)?
        } else {
            path.extension().is_some_and(|e| e == "rs") && file_names(&path, wanted)?
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The same of one source.
///
/// # Errors
/// When it cannot be read.
pub fn file_names(file: &Path, wanted: fn(&str) -> bool) -> Result<bool> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(text.lines().map(str::trim_start).any(wanted))
}

/// Whether a line says that a test runs in Chromium.
pub fn is_browser_test(line: &str) -> bool {
    line.starts_with("#[") && line.contains("wasm_bindgen_test")
}

/// Whether a line says that there is a test: `#[test]`, `#[tokio::test]`, `#[cfg_attr(…, wasm_bindgen_test)]`, `proptest! {`
pub fn is_test(line: &str) -> bool {
    line.starts_with("proptest!") || line.starts_with("#[") && line.contains("test]") || is_browser_test(line)
}
