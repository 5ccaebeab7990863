//! The workspace's packages, as Cargo describes them, and which of them a command selects.
//!
//! Cargo unites the features of the packages that a command *selects*, whatever it builds of them. So every native
//! command selects all native packages, and every command for browsers in the development profile all packages that are
//! built for browsers: what they share is compiled once. `cargo xtask test workspace` finds what still differs.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run::{command, root};

mod product;
mod sources;

use product::Product;
use sources::{folder_names, is_browser_test};

/// The target triple of everything that runs in a browser.
pub const WASM: &str = "wasm32-unknown-unknown";

/// A package of the workspace.
#[derive(Debug)]
pub struct Package {
    pub name: String,
    pub folder: PathBuf,
    /// `package.metadata.modelmarket.target = "wasm"`: it does not compile for this machine.
    pub wasm_only: bool,
    /// `package.metadata.modelmarket.worker`: the page starts its program as a web worker.
    pub worker: bool,
    /// Whether bare `cargo build` builds it.
    default: bool,
    /// Names of packages that it depends on and that have a folder here.
    depends: Vec<String>,
    /// Whether Cargo looks for tests in the library's docs.
    doc_tests: bool,
    /// Its library and its programs.
    products: Vec<Product>,
}

/// All packages of the workspace.
pub struct Workspace {
    pub packages: Vec<Package>,
    /// Whether commands compile them with clippy, which denies warnings: what is checked and run is compiled
    /// once then, and so is what it depends on.
    pub lints: bool,
}

impl Workspace {
    /// Asks Cargo.
    ///
    /// # Errors
    /// When a manifest is wrong.
    pub fn read() -> Result<Self> {
        let output = command("cargo").args(["metadata", "--no-deps", "--format-version", "1"]).output()?;
        if !output.status.success() {
            bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata printed no JSON")?;
        Self::parse(&metadata).context("cargo metadata printed something else than expected")
    }

    fn parse(metadata: &Value) -> Option<Self> {
        let default: BTreeSet<&str> =
            metadata["workspace_default_members"].as_array()?.iter().filter_map(Value::as_str).collect();
        let mut packages = Vec::new();
        for package in metadata["packages"].as_array()? {
            let own = &package["metadata"]["modelmarket"];
            let targets = package["targets"].as_array().map(Vec::as_slice).unwrap_or_default();
            let doc_tests = targets.iter().any(|t| t["doctest"] == true);
            let depends = package["dependencies"].as_array()?.iter().filter(|d| d["path"].is_string());
            packages.push(Package {
                name: package["name"].as_str()?.to_owned(),
                folder: Path::new(package["manifest_path"].as_str()?).parent()?.to_path_buf(),
                wasm_only: own["target"] == "wasm",
                worker: own["worker"].as_bool().unwrap_or(false),
                default: default.contains(package["id"].as_str()?),
                doc_tests,
                products: targets.iter().filter_map(Product::parse).collect(),
                depends: depends.filter_map(|d| Some(d["name"].as_str()?.to_owned())).collect(),
            });
        }
        Some(Self { packages, lints: false })
    }

    /// Options that select all packages that compile for this machine.
    pub fn native(&self) -> Vec<String> {
        let mut options = vec!["--workspace".to_owned()];
        for package in self.packages.iter().filter(|p| p.wasm_only) {
            options.extend(["--exclude".to_owned(), package.name.clone()]);
        }
        options
    }

    /// `cargo VERB` for this machine.
    pub fn cargo(&self, verb: &str) -> Command {
        let mut cargo = command("cargo");
        cargo.args([verb, "--locked"]);
        if self.lints {
            // As `cargo clippy` calls it, but for a build.
            cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
            cargo.env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
        }
        cargo
    }

    /// Options that select all packages that are built for browsers, with the target and the folder that they are built
    /// in: native and wasm builds never wait for or undo each other.
    ///
    /// # Errors
    /// When sources cannot be read.
    pub fn browser(&self) -> Result<Vec<String>> {
        let mut options = Vec::new();
        for package in &self.packages {
            if package.wasm_only || self.has_browser_tests(package)? {
                options.extend(["-p".to_owned(), package.name.clone()]);
            }
        }
        options.extend(target());
        Ok(options)
    }

    /// Options that select the packages whose tests run in Chromium.
    ///
    /// # Errors
    /// When sources cannot be read.
    pub fn browser_tested(&self) -> Result<Vec<String>> {
        let mut options = Vec::new();
        for package in &self.packages {
            if self.has_browser_tests(package)? {
                options.extend(["-p".to_owned(), package.name.clone()]);
            }
        }
        options.extend(target());
        Ok(options)
    }

    /// Names of the web workers.
    pub fn workers(&self) -> Vec<&str> {
        self.packages.iter().filter(|p| p.worker).map(|p| p.name.as_str()).collect()
    }

    /// Whether a package has tests that run in Chromium: whether its sources name their attribute.
    ///
    /// # Errors
    /// When sources cannot be read.
    fn has_browser_tests(&self, package: &Package) -> Result<bool> {
        let others: Vec<&Path> =
            self.packages.iter().map(|p| p.folder.as_path()).filter(|f| *f != package.folder).collect();
        for folder in ["src", "tests"] {
            if folder_names(&package.folder.join(folder), &others, is_browser_test)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Folders of a package and of everything here that it depends on.
    pub fn folders_of(&self, names: &[&str]) -> BTreeSet<&Path> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = names.to_vec();
        while let Some(name) = open.pop() {
            if found.insert(name) {
                let package = self.packages.iter().find(|p| p.name == name);
                open.extend(package.into_iter().flat_map(|p| p.depends.iter().map(String::as_str)));
            }
        }
        self.packages.iter().filter(|p| found.contains(p.name.as_str())).map(|p| p.folder.as_path()).collect()
    }

    /// # Errors
    /// When the root's `default-members` are not the packages that compile for this machine.
    pub fn check_manifests(&self) -> Result<()> {
        for package in &self.packages {
            if package.doc_tests {
                bail!(
                    "{}: Cargo compiles it once more to look for tests in its docs, where nobody writes any; say \
                     doctest = false under [lib] in its manifest",
                    package.name
                );
            }
            package.products.iter().try_for_each(|product| product.check(package))?;
            if package.default && package.wasm_only {
                bail!("{} compiles for browsers only; take it out of default-members in Cargo.toml", package.name);
            }
            if !package.default && !package.wasm_only {
                bail!(
                    "{} is missing in default-members of Cargo.toml; if it compiles for browsers only, say so in its \
                     manifest: [package.metadata.modelmarket] target = \"wasm\"",
                    package.name
                );
            }
        }
        Ok(())
    }
}

fn target() -> impl Iterator<Item = String> {
    ["--target", WASM, "--target-dir", "target/wasm"].map(str::to_owned).into_iter()
}

/// The folder of finished wasm of a profile.
pub fn wasm_folder(profile: &str) -> PathBuf {
    root().join("target/wasm").join(WASM).join(profile)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Workspace;

    fn workspace() -> Workspace {
        let package = |name: &str, wasm_only: bool, depends: &[&str]| {
            let depends: Vec<_> = depends.iter().map(|d| json!({"name": d, "path": format!("/w/{d}")})).collect();
            json!({"name": name, "id": name, "manifest_path": format!("/w/{name}/Cargo.toml"), "dependencies": depends,
                   "metadata": {"modelmarket": {"target": if wasm_only { "wasm" } else { "" }}}})
        };
        Workspace::parse(&json!({
            "workspace_default_members": ["protocol", "server"],
            "packages": [
                package("protocol", false, &[]),
                package("server", false, &["protocol"]),
                package("app", true, &["ui", "protocol"]),
                package("ui", true, &[]),
            ],
        }))
        .unwrap()
    }

    #[test]
    fn what_is_for_browsers_only_is_selected_by_browser_commands_alone() {
        let workspace = workspace();
        assert_eq!(workspace.native(), ["--workspace", "--exclude", "app", "--exclude", "ui"]);
        assert_eq!(&workspace.browser().unwrap()[..4], ["-p", "app", "-p", "ui"]);
    }

    #[test]
    fn folders_of_a_package_include_those_of_what_it_depends_on() {
        let workspace = workspace();
        let folders: Vec<_> = workspace.folders_of(&["app"]).into_iter().map(|f| f.display().to_string()).collect();
        assert_eq!(folders, ["/w/app", "/w/protocol", "/w/ui"]);
    }

    #[test]
    fn default_members_are_compared() {
        let mut workspace = workspace();
        workspace.check_manifests().unwrap();
        workspace.packages[0].default = false;
        assert!(workspace.check_manifests().unwrap_err().to_string().contains("protocol"));
        workspace.packages[0].default = true;
        workspace.packages[2].default = true;
        assert!(workspace.check_manifests().unwrap_err().to_string().contains("app"));
    }
}
