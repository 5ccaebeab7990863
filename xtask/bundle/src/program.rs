//! The page's program, cut: what the first page needs, the page of a bounty, other pages that can wait, those that most
//! visitors never open, and what several of these share (app/src/later.rs).
//! Cargo links it with its relocations, wasm-split cuts it by them, wasm-bindgen and wasm-opt finish the parts.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    digest, kept,
    optimise::{For, Optimiser},
    site::Site,
};

/// The script that fetches the later parts, as wasm-split names it.
const LOADER: &str = "__wasm_split";
/// Of what writes the files, beside their source: another version may write them otherwise. As in the root's Cargo.toml.
pub const VERSIONS: &str = "wasm-bindgen 0.2.130, wasm-split 0.2.4, bundle 3";

/// The finished files, all in one folder, all with the same hash in their names, since they fit only each other.
pub struct Program {
    pub folder: PathBuf,
    hash: String,
}

/// Cuts and finishes the program.
///
/// # Errors
/// When a step fails or its output is not as expected.
pub fn make(linked: &Path, keep: &Path, optimiser: Option<&Optimiser>) -> Result<Program> {
    let wasm = fs::read(linked).with_context(|| format!("{} cannot be read", linked.display()))?;
    let tools = optimiser.map(Optimiser::version).unwrap_or_default();
    let hash = digest::of(&[&wasm, VERSIONS.as_bytes(), tools.as_bytes()]);
    let folder = kept::or_made(keep, "app", &hash, |folder| cut(&wasm, &hash, folder, optimiser))?;
    Ok(Program { folder, hash })
}

fn cut(wasm: &[u8], hash: &str, folder: &Path, optimiser: Option<&Optimiser>) -> Result<()> {
    let name = format!("app-{hash}");
    let parts = folder.with_file_name("parts");
    if parts.exists() {
        fs::remove_dir_all(&parts)?;
    }
    fs::create_dir_all(&parts)?;
    let first = parts.join(format!("{name}.wasm"));
    let module = format!("./{name}.js");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = &parts;
    options.main_out_path = &first;
    options.main_module = &module;
    options.target.web();
    wasm_split_cli_support::transform(options).map_err(|e| anyhow!("cutting the page's program: {e:#}"))?;

    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.typescript(false).input_path(&first);
    bindgen.remove_producers_section(optimiser.is_some());
    // The later parts use memory and table of the first.
    bindgen.keep_lld_exports(true).generate(folder)?;
    if let Some(optimiser) = optimiser {
        optimiser.run(For::Size, &folder.join(format!("{name}_bg.wasm")))?;
    }

    let mut loader = fs::read_to_string(parts.join(format!("{LOADER}.js")))?;
    for part in later_parts(&parts, &name)? {
        let hashed = format!("{part}-{hash}.wasm");
        fs::copy(parts.join(format!("{part}.wasm")), folder.join(&hashed))?;
        if let Some(optimiser) = optimiser {
            optimiser.run(For::Size, &folder.join(&hashed))?;
        }
        loader = replaced(&loader, &format!("\"./{part}.wasm\""), &format!("\"./{hashed}\""))?;
    }
    fs::remove_dir_all(&parts)?;
    fs::write(folder.join(format!("{LOADER}-{hash}.js")), loader)?;
    let script = folder.join(format!("{name}.js"));
    let text = fs::read_to_string(&script)?;
    // Only the imports, one for each later part: the wasm itself still asks for the loader by its first name.
    let text = replaced(&text, &format!("from \"./{LOADER}.js\""), &format!("from \"./{LOADER}-{hash}.js\""))?;
    Ok(fs::write(script, text)?)
}

fn later_parts(parts: &Path, first: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(parts)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".wasm").filter(|stem| *stem != first).map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// The text with `new` wherever `old` stood, which is somewhere.
fn replaced(text: &str, old: &str, new: &str) -> Result<String> {
    ensure!(text.contains(old), "{old} is not where it was; see {}", file!());
    Ok(text.replace(old, new))
}

impl Program {
    /// index.html that starts the program. The page's policy forbids inline scripts, so the one that starts it is a
    /// file.
    ///
    /// # Errors
    /// When the HTML has no title.
    pub fn start_in(&self, html: &str, site: &mut Site) -> Result<String> {
        let Self { hash, .. } = self;
        let start =
            format!("import start from \"/app-{hash}.js\";\nstart({{ module_or_path: \"/app-{hash}_bg.wasm\" }});\n");
        site.add(PathBuf::from("start.js"), start.into_bytes());
        // Before style sheets: a browser has six connections to a server, and the program is what is waited for.
        let (before, after) = html.split_once("</title>").context("index.html has no title")?;
        Ok(format!(
            "{before}</title>
    <link rel=\"preload\" href=\"/app-{hash}_bg.wasm\" as=\"fetch\" type=\"application/wasm\" crossorigin=\"anonymous\" />
    <link rel=\"modulepreload\" href=\"/app-{hash}.js\" />
    <link rel=\"modulepreload\" href=\"/{LOADER}-{hash}.js\" />
    <script type=\"module\" src=\"/start.js\"></script>{after}"
        ))
    }
}
