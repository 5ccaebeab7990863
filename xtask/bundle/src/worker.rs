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

/// The folder with the worker's files. The page knows `NAME_loader.js`; the others have a hash in their names.
///
/// # Errors
/// When there is no program, or it cannot be given bindings.
pub fn make(file: &Path, keep: &Path, optimiser: Option<&Optimiser>) -> Result<PathBuf> {
    let name = file.file_stem().and_then(|stem| stem.to_str()).context("the worker's file has no name")?;
    let wasm = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let tools = optimiser.map(Optimiser::version).unwrap_or_default();
    let hash = digest::of(&[&wasm, VERSIONS.as_bytes(), tools.as_bytes(), loader("", 0).as_bytes()]);
    kept::or_made(keep, name, &hash, |folder| {
        let named = format!("{name}-{hash}");
        let mut bindgen = Bindgen::new();
        bindgen.web(true)?.typescript(false).input_bytes(&named, wasm);
        bindgen.remove_producers_section(optimiser.is_some());
        bindgen.generate(folder)?;
        let program = folder.join(format!("{named}_bg.wasm"));
        if let Some(optimiser) = optimiser {
            optimiser.run(For::Speed, &program)?;
        }
        let loader = loader(&named, fs::metadata(&program)?.len());
        Ok(fs::write(folder.join(format!("{name}_loader.js")), loader)?)
    })
}

/// The script that a worker starts with. It tells the page how much of the program is here, as `work::Envelope` says it;
/// then the program is taken from the browser's cache, from which the browser also takes what it compiled in earlier visits.
/// Bindings and program are asked for at once: over a slow line each round trip counts.
fn loader(named: &str, bytes: u64) -> String {
    format!(
        "const program = \"/{named}_bg.wasm\";
const [{{ default: init }}, answer] = await Promise.all([import(\"/{named}.js\"), fetch(program)]);
const reader = answer.ok ? answer.body.getReader() : null;
let bytes = 0;
for (let piece = await reader?.read(); piece && !piece.done; piece = await reader.read()) {{
  bytes += piece.value.byteLength;
  postMessage({{ kind: \"progress\", number: 0, body: JSON.stringify({{ bytes, of: {bytes} }}) }});
}}
// Where the cache has no room it is fetched once more; the page hears that it is coming.
const beat = setInterval(() => postMessage({{ kind: \"working\", number: 0, body: \"\" }}), 5000);
await init({{ module_or_path: program }}).finally(() => clearInterval(beat));
"
    )
}
