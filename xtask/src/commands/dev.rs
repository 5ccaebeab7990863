//! `cargo xtask dev`: what `start` runs, and a page that follows its sources while they are edited.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Child,
    thread,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, bail};

use crate::{
    commands::start,
    page::{self, For},
    run::root,
    table,
    workspace::Workspace,
};

/// How often sources are looked at; to look at all takes some milliseconds.
const EVERY: Duration = Duration::from_millis(200);
/// What the bundler alone reads.
const ASSETS: [&str; 2] = ["style", "public"];
/// What is compiled besides the packages' folders.
const MANIFESTS: [&str; 3] = ["Cargo.toml", "Cargo.lock", ".cargo"];

/// Builds, runs chain and server, and builds the page again after every change, until Ctrl-C.
///
/// # Errors
/// When something cannot be built at first or started, or when the server ends.
pub fn run(port: u16, forget: bool, since: Instant) -> Result<()> {
    let workspace = Workspace::read()?;
    let sources = Sources::of(&workspace);
    // Before they are compiled, so that no change in between is missed.
    let mut seen = sources.look();
    start::build(For::Editing)?;
    table::print(since.elapsed());
    let mut devnet = start::devnet(port, For::Editing, forget).spawn().context("starting target/debug/devnet")?;
    loop {
        thread::sleep(EVERY);
        ended(&mut devnet)?;
        let now = sources.look();
        let changed = changes(&seen, &now);
        seen = now;
        if !changed.is_empty() {
            follow(&workspace, &sources, &changed);
        }
    }
}

/// Whoever edits sees what is wrong and mends it; nothing ends.
fn follow(workspace: &Workspace, sources: &Sources, changed: &[PathBuf]) {
    for path in changed {
        println!("==> {} changed", path.strip_prefix(root()).unwrap_or(path).display());
    }
    if changed.iter().any(|path| sources.server.iter().any(|folder| path.starts_with(folder))) {
        println!("    server and chain tools take it with the next `cargo xtask dev`");
    }
    if !changed.iter().any(|path| sources.is_page(path)) {
        return;
    }
    let since = Instant::now();
    let built = page::compile(workspace, For::Editing).and_then(|compiled| page::bundle(For::Editing, &compiled));
    match built {
        Ok(()) => println!("    the page is built after {:.1} s; open pages load it", since.elapsed().as_secs_f64()),
        Err(error) => eprintln!("    the page is as before: {error:#}"),
    }
}

fn ended(devnet: &mut Child) -> Result<()> {
    match devnet.try_wait()? {
        Some(status) if status.success() => std::process::exit(0),
        Some(status) => bail!("chain and server ended: {status}"),
        None => Ok(()),
    }
}

/// The folders that are watched.
struct Sources {
    page: Vec<PathBuf>,
    /// Of the server and the chain tools alone.
    server: Vec<PathBuf>,
}

type Seen = BTreeMap<PathBuf, (SystemTime, u64)>;

impl Sources {
    fn of(workspace: &Workspace) -> Self {
        let programs: Vec<&str> = std::iter::once("app").chain(workspace.workers()).collect();
        let page = workspace.folders_of(&programs);
        let server = workspace.folders_of(&["server", "devchain"]);
        let server = server.difference(&page).map(|folder| folder.to_path_buf()).collect();
        let also = ASSETS.iter().chain(&MANIFESTS).map(|path| root().join(path));
        Self { page: page.into_iter().map(Path::to_path_buf).chain(also).collect(), server }
    }

    fn is_page(&self, path: &Path) -> bool {
        self.page.iter().any(|folder| path.starts_with(folder))
    }

    fn look(&self) -> Seen {
        let mut seen = Seen::new();
        for path in self.page.iter().chain(&self.server) {
            look(path, &mut seen);
        }
        seen
    }
}

fn look(path: &Path, seen: &mut Seen) {
    let Ok(metadata) = fs::metadata(path) else { return };
    if metadata.is_dir() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            // What editors keep beside a file that is open.
            let hidden = entry.file_name().to_string_lossy().starts_with(['.', '#']);
            if !hidden && entry.file_name() != "target" {
                look(&entry.path(), seen);
            }
        }
    } else if let Ok(changed) = metadata.modified() {
        seen.insert(path.to_path_buf(), (changed, metadata.len()));
    }
}

/// What is new, other or gone.
fn changes(before: &Seen, now: &Seen) -> Vec<PathBuf> {
    let other = now.iter().filter(|(path, state)| before.get(*path) != Some(state)).map(|(path, _)| path);
    let gone = before.keys().filter(|path| !now.contains_key(*path));
    other.chain(gone).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::{path::PathBuf, time::SystemTime};

    use super::{Seen, changes};

    #[test]
    fn new_other_and_gone_files_are_changes() {
        let seen = |files: &[(&str, u64)]| -> Seen {
            files.iter().map(|(path, size)| (PathBuf::from(path), (SystemTime::UNIX_EPOCH, *size))).collect()
        };
        let changed =
            changes(&seen(&[("same", 1), ("other", 1), ("gone", 1)]), &seen(&[("same", 1), ("other", 2), ("new", 1)]));
        assert_eq!(changed, ["new", "other", "gone"].map(PathBuf::from));
    }
}
