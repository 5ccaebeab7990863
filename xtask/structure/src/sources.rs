//! Files and folders of the repository.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Folders that are made by tools, or hold what others wrote.
const NOT_OURS: [&str; 6] = ["target", "node_modules", "dist", "artifacts", "fuzz", "screenshots"];

/// A Rust file below a crate's `src`.
pub struct Source {
    pub path: PathBuf,
    /// The module, as in `page::teach`; empty for the crate's root.
    pub module: String,
    pub text: String,
}

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

/// Folders of all crates of the repository: those that have a manifest and sources.
///
/// # Errors
/// When a folder cannot be read.
pub fn crates() -> std::io::Result<Vec<PathBuf>> {
    let folders = folders()?;
    Ok(folders.into_keys().filter(|f| f.join("Cargo.toml").exists() && f.join("src").exists()).collect())
}

/// The Rust files of a crate, without its binaries.
///
/// # Errors
/// When a file cannot be read.
pub fn sources(crate_folder: &Path) -> std::io::Result<Vec<Source>> {
    let src = crate_folder.join("src");
    let mut found = Vec::new();
    let mut open = vec![src.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                if path != src.join("bin") {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|e| e == "rs") {
                let module = module(&src, &path);
                found.push(Source { text: fs::read_to_string(&path)?, path, module });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn module(src: &Path, file: &Path) -> String {
    let parts = file.with_extension("");
    let parts = parts.strip_prefix(src).unwrap_or(&parts).iter().map(|p| p.to_string_lossy().into_owned());
    parts.filter(|p| !["lib", "main", "mod"].contains(&p.as_str())).collect::<Vec<_>>().join("::")
}

/// Every folder of the repository with what stands in it. A module's file and its folder count once; the file that a
/// crate or a folder of modules begins with does not count.
///
/// # Errors
/// When a folder cannot be read.
pub fn folders() -> std::io::Result<BTreeMap<PathBuf, BTreeSet<String>>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root()];
    while let Some(folder) = open.pop() {
        let mut inside = BTreeSet::new();
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with('.') || NOT_OURS.contains(&name.as_str()) {
                continue;
            }
            let name = name.strip_suffix(".rs").unwrap_or(&name).to_owned();
            if !["lib", "main", "mod"].contains(&name.as_str()) {
                inside.insert(name);
            }
            if path.is_dir() {
                open.push(path);
            }
        }
        found.insert(folder, inside);
    }
    Ok(found)
}
