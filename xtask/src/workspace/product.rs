//! What a package makes: a library, programs.

use std::path::PathBuf;

use anyhow::{Result, bail};
use serde_json::Value;

use super::{
    Package,
    sources::{file_names, folder_names, is_test},
};

/// A library or a program, which Cargo can build once more with the tests in its sources.
#[derive(Debug)]
pub struct Product {
    name: String,
    /// The file that it begins with.
    file: PathBuf,
    library: bool,
    /// Whether Cargo builds it with its tests.
    tested: bool,
}

impl Product {
    /// What Cargo says of a target, unless it is a test, an example or a build script.
    pub fn parse(target: &Value) -> Option<Self> {
        let kind = target["kind"][0].as_str()?;
        let product = Self {
            name: target["name"].as_str()?.to_owned(),
            file: target["src_path"].as_str()?.into(),
            library: kind != "bin",
            tested: target["test"] == true,
        };
        ["lib", "rlib", "cdylib", "bin"].contains(&kind).then_some(product)
    }

    /// # Errors
    /// When it is built with tests and has none, or the other way round.
    pub fn check(&self, package: &Package) -> Result<()> {
        let alone = !self.library && package.products.iter().any(|other| other.library);
        let in_bin = self.file.parent().is_some_and(|folder| folder.ends_with("src/bin"));
        let has = if alone || in_bin {
            file_names(&self.file, is_test)?
        } else {
            folder_names(&package.folder.join("src"), &[&package.folder.join("src/bin")], is_test)?
        };
        let (name, what) = (&package.name, if self.library { "[lib]" } else { "[[bin]]" });
        if self.tested && !has {
            bail!(
                "{name}: {} has no tests in its sources, and Cargo compiles it once more to run none; say test = false \
                 under {what} in its manifest",
                self.name
            );
        }
        if has && !self.tested {
            bail!(
                "{name}: the tests in the sources of {} never run; take test = false from {what} in its manifest",
                self.name
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use crate::workspace::Workspace;

    #[test]
    fn a_program_is_built_with_tests_where_it_has_some() {
        let folder = tempfile::tempdir().unwrap();
        let sources = folder.path().join("src");
        fs::create_dir_all(sources.join("bin")).unwrap();
        fs::write(sources.join("bin/tool.rs"), "fn main() {}").unwrap();
        fs::write(sources.join("lib.rs"), "mod inner;").unwrap();
        let checked = |inner: &str, tested: bool| {
            fs::write(sources.join("inner.rs"), inner).unwrap();
            let target = |kind: &str, file: &str, tested: bool| json!({"name": file, "kind": [kind], "src_path": sources.join(file), "test": tested});
            let package = json!({"name": "a", "id": "a", "manifest_path": folder.path().join("Cargo.toml"),
                                 "dependencies": [],
                                 "targets": [target("lib", "lib.rs", tested), target("bin", "bin/tool.rs", false)]});
            let workspace = json!({"workspace_default_members": ["a"], "packages": [package]});
            Workspace::parse(&workspace).unwrap().check_manifests().map_err(|error| error.to_string())
        };
        let test = "    #[test]\n    fn a() {}";
        assert_eq!((checked(test, true), checked("fn a() {}", false)), (Ok(()), Ok(())));
        assert!(checked(test, false).unwrap_err().contains("never run"));
        assert!(checked("fn a() {}", true).unwrap_err().contains("to run none"));
    }
}
