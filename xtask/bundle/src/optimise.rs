//! wasm-opt, from the npm package `binaryen`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// What the compiler uses beyond the first version of WebAssembly.
const FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Functions of one name, made for other types, are much alike; side by side they pack to far fewer bytes. A pass: it
/// follows those of the level.
const ORDER: &str = "--reorder-functions-by-name";

/// What a program should be first.
#[derive(Clone, Copy)]
pub enum For {
    Size,
    Speed,
}

/// wasm-opt and its version.
pub struct Optimiser {
    program: PathBuf,
    version: String,
}

impl Optimiser {
    /// # Errors
    /// When the program does not say its version.
    pub fn new(program: PathBuf) -> Result<Self> {
        let output = Command::new(&program).arg("--version").output();
        let output = output.with_context(|| format!("{} cannot be started", program.display()))?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(Self { program, version })
    }

    /// What a file's hash must stand for beside its source.
    pub fn version(&self) -> String {
        format!("{} {}", self.version, FEATURES.join(" "))
    }

    /// Writes the program again, smaller or faster. Names of functions give their order, and are dropped.
    ///
    /// # Errors
    /// When wasm-opt fails.
    pub fn run(&self, what: For, file: &Path) -> Result<()> {
        // A large function that is called once stays on its own: within its caller it would be alike no other.
        let level = match what {
            For::Size => ["-Oz", "--one-caller-inline-max-function-size=20"],
            For::Speed => ["-O3", "--one-caller-inline-max-function-size=300"],
        };
        let mut command = Command::new(&self.program);
        command.args(level).arg(ORDER).args(FEATURES).arg(file).arg("-o").arg(file);
        let status = command.status().with_context(|| format!("{} cannot be started", self.program.display()))?;
        if !status.success() {
            bail!("wasm-opt ended with {status} on {}", file.display());
        }
        Ok(())
    }
}
