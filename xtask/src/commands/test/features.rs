//! Whether a package is compiled once for all native commands: whether the features that Cargo resolves for programs
//! alone are among those that it resolves for tests. Where they are not, a test run compiles the package twice.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};

use crate::{run::answers, workspace::Workspace};

/// # Errors
/// When a package has other features in tests than in programs.
pub fn check(workspace: &Workspace) -> Result<()> {
    let programs = resolved(workspace, "normal,build")?;
    let tests = resolved(workspace, "normal,build,dev")?;
    let twice: Vec<&str> = programs.difference(&tests).map(String::as_str).collect();
    if !twice.is_empty() {
        bail!(
            "these packages are compiled twice, for programs with the features named here and for tests with others: \
             {}. Some dev-dependency asks for more; name it in xtask/features/Cargo.toml.",
            twice.join("; ")
        );
    }
    Ok(())
}

/// A line `name version [features]` for each package.
fn resolved(workspace: &Workspace, edges: &str) -> Result<BTreeSet<String>> {
    let mut arguments: Vec<String> =
        ["tree", "--locked", "--prefix", "none", "--format", "{p} [{f}]", "--edges", edges].map(str::to_owned).into();
    arguments.extend(workspace.native());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let tree = answers("cargo", &arguments).context("cargo tree failed")?;
    Ok(tree.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).filter(|line| !line.is_empty()).collect())
}
