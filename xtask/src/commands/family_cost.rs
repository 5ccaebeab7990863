//! What a family of contracts costs: its lines, and the files outside its own folders that name it.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::run::{command, root};

/// The family that CONTRIBUTING.md walks through.
const SAMPLE: &str = "sample_family";
/// Lines and named files of the smallest family before there was a seam (Reproductions and PublishedModels, 143 lines
/// of Solidity), without its page.
const BEFORE: &str = "before there was a seam: 2789 lines in 22 new files, 37 existing files changed";

/// Counts a family, by default the sample; prints a table.
///
/// # Errors
/// When there is no such family, or git does not answer.
pub fn run(family: Option<&str>) -> Result<()> {
    let name = family.unwrap_or(SAMPLE);
    let folders = match name {
        SAMPLE => vec![format!("e2e/{SAMPLE}/")],
        name => vec![
            format!("families/{name}/"),
            format!("server/src/families/{name}"),
            format!("devchain/src/families/{name}"),
            format!("contracts/tests/{name}/"),
        ],
    };
    let own = |file: &str| folders.iter().any(|folder| file.starts_with(folder.as_str()));
    let mut kinds = BTreeMap::<&str, (usize, usize)>::new();
    for file in listed(&["ls-files", "--cached", "--others", "--exclude-standard"])?.iter().filter(|file| own(file)) {
        let Some(kind) = kind(file) else { continue };
        let text = fs::read_to_string(root().join(file)).with_context(|| format!("reading {file}"))?;
        let (files, lines) = kinds.entry(kind).or_default();
        (*files, *lines) = (*files + 1, *lines + text.lines().count());
    }
    ensure!(!kinds.is_empty(), "there is no family {name}; name a folder of families/");
    println!("{name}, without its page:");
    for (kind, (files, lines)) in &kinds {
        println!("  {lines:>5} lines  {files:>3} files  {kind}");
    }
    let lines: usize = kinds.values().map(|(_, lines)| lines).sum();
    println!("  {lines:>5} lines in all");
    let dashed = name.replace('_', "-");
    let mut grep = vec!["grep", "--files-with-matches", "--fixed-strings", "--untracked"];
    let patterns = [
        format!("{name}::"),
        format!("/{name}"),
        format!("\"{dashed}\""),
        format!("{dashed} ="),
        format!("{name}.workspace"),
    ];
    grep.extend(patterns.iter().flat_map(|pattern| ["-e", pattern.as_str()]));
    let naming = listed(&grep)?;
    // Its page, documents, the lock file and the note of this command are no places that a family has to change.
    let counted = |file: &&String| {
        !own(file)
            && !file.starts_with("app/")
            && !file.ends_with(".md")
            && *file != "Cargo.lock"
            && !file.starts_with("xtask/")
    };
    let naming: Vec<&String> = naming.iter().filter(counted).collect();
    println!("{} existing files name it:", naming.len());
    naming.iter().for_each(|file| println!("  {file}"));
    println!("{BEFORE}");
    Ok(())
}

/// What a file of a family is; `None` for what the compiler made.
fn kind(file: &str) -> Option<&'static str> {
    let extension = Path::new(file).extension().and_then(|extension| extension.to_str());
    match extension {
        _ if file.contains("/artifacts/") => None,
        Some("sol") => Some("Solidity"),
        Some("rs") if file.contains("/tests") || file.ends_with("tests.rs") => Some("tests"),
        Some("rs") if file.starts_with("server/") || file.ends_with("/index.rs") => Some("in the server"),
        Some("rs") if file.contains("/samples.rs") => Some("samples on the development chain"),
        Some("rs") if file.starts_with("devchain/") || file.ends_with("/devchain.rs") => {
            Some("on the development chain")
        }
        Some("rs") => Some("events, fold, calls, refusals, API rows"),
        _ => Some("manifest and migrations"),
    }
}

/// The files that git lists; none where a search finds nothing.
fn listed(arguments: &[&str]) -> Result<Vec<String>> {
    let output = command("git").args(arguments).output().context("git lists files")?;
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}
