//! A web worker: its program with bindings, and the loader that the page starts it by.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    digest, kept,
    optimise::{For, Optimiser},
    program::VERSIONS,
};

/// Smaller programs gain a few kilobytes by wasm-opt and are started sooner than it pays.
const LARGE: u64 = 1 << 20;

/// The folder with the worker's files. The page knows `NAME_loader.js`; the others have a hash in their names.
///
/// # Errors
/// When there is no program, or it cannot be given bindings.
pub fn make(file: &Path, keep: &Path, optimiser: Option<&Optimiser>) -> Result<PathBuf> {
    let name = file.file_stem().and_then(|stem| stem.to_str()).context("the worker's file has no name")?;
    let wasm = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let tools = optimiser.map(Optimiser::version).unwrap_or_default();
    let hash = digest::of(&[&wasm, VERSIONS.as_bytes(), tools.as_bytes()]);
    kept::or_made(keep, name, &hash, |folder| {
        let named = format!("{name}-{hash}");
        let mut bindgen = Bindgen::new();
        bindgen.web(true)?.typescript(false).input_bytes(&named, wasm);
        bindgen.remove_name_section(optimiser.is_some()).remove_producers_section(optimiser.is_some());
        bindgen.generate(folder)?;
        let program = folder.join(format!("{named}_bg.wasm"));
        if let Some(optimiser) = optimiser
            && fs::metadata(&program)?.len() > LARGE
        {
            optimiser.run(For::Speed, &program)?;
        }
        let loader =
            format!("import init from \"/{named}.js\";\nawait init({{ module_or_path: \"/{named}_bg.wasm\" }});\n");
        Ok(fs::write(folder.join(format!("{name}_loader.js")), loader)?)
    })
}
