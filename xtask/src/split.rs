//! The page's program, cut in two: what the first page needs, and the pages that can wait (app/src/later.rs).
//! Cargo links it with its relocations, wasm-split cuts it by them, wasm-bindgen and wasm-opt finish the parts.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    optimise::{FEATURES, For, optimise},
    run::{command, root, step, succeed},
    tools,
};

/// The script that fetches the later parts, as wasm-split names it.
const LOADER: &str = "__wasm_split";

/// The finished files, all in one folder, all with a hash in their names.
pub struct Program {
    pub folder: PathBuf,
    /// Starts the program; imports `loader`.
    pub script: String,
    /// Fetches the later parts when the program asks for them.
    pub loader: String,
    /// The part that the first page needs.
    pub wasm: String,
}

/// Builds the program of `app`.
///
/// # Errors
/// When a tool fails.
pub fn build() -> Result<Program> {
    let target = root().join("target/wasm");
    step("compiling the page's program", || {
        let mut rustc = command("cargo");
        rustc.args(["rustc", "--locked", "-p", "app", "--bin", "app", "--profile", "page"]);
        // A target directory of its own: native and wasm builds never wait for or undo each other.
        rustc.args(["--target", "wasm32-unknown-unknown", "--target-dir"]).arg(&target);
        succeed(rustc.args(["--", "-Clink-args=--emit-relocs"]))
    })?;
    let linked = target.join("wasm32-unknown-unknown/page/app.wasm");
    step("cutting the page's program", || cut(&linked, &target.join("split")))
}

fn cut(linked: &Path, work: &Path) -> Result<Program> {
    let hash = hash(linked)?;
    let (parts, folder) = (work.join("parts"), work.join("page"));
    for fresh in [&parts, &folder] {
        if fresh.exists() {
            fs::remove_dir_all(fresh)?;
        }
        fs::create_dir_all(fresh)?;
    }
    let name = format!("app-{hash}");
    succeed(command("wasm-split-cli").args(["--target", "web", "--out-name", &name]).arg(linked).arg(&parts))?;

    let mut bindgen = command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--remove-name-section", "--remove-producers-section"]);
    // The later parts use memory and table of the first.
    bindgen.args(["--keep-lld-exports", "--out-dir"]).arg(&folder);
    succeed(bindgen.arg(parts.join(format!("{name}.wasm"))))?;
    let program = Program {
        script: format!("{name}.js"),
        loader: format!("{LOADER}-{hash}.js"),
        wasm: format!("{name}_bg.wasm"),
        folder,
    };
    let wasm = program.folder.join(&program.wasm);
    optimise(For::Size, &wasm, &wasm)?;

    let mut loader = fs::read_to_string(parts.join(format!("{LOADER}.js")))?;
    for part in later_parts(&parts, &name)? {
        let hashed = format!("{part}-{hash}.wasm");
        optimise(For::Size, &parts.join(format!("{part}.wasm")), &program.folder.join(&hashed))?;
        loader = replaced(&loader, &format!("\"./{part}.wasm\""), &format!("\"./{hashed}\""))?;
    }
    fs::write(program.folder.join(&program.loader), loader)?;
    let script = fs::read_to_string(program.folder.join(&program.script))?;
    // Only the import: the wasm itself still asks for the loader by its first name.
    let script = replaced(&script, &format!("from \"./{LOADER}.js\""), &format!("from \"./{}\"", program.loader))?;
    fs::write(program.folder.join(&program.script), script)?;
    Ok(program)
}

/// The parts fit only each other, so one hash names them all: of what was linked, and of the tools that cut it.
fn hash(linked: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(linked).context("Cargo wrote no app.wasm")?.hash(&mut hasher);
    fs::read(root().join("package-lock.json"))?.hash(&mut hasher);
    (tools::WASM_BINDGEN, tools::WASM_SPLIT, FEATURES).hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
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

fn replaced(text: &str, old: &str, new: &str) -> Result<String> {
    let (before, after) =
        text.split_once(old).with_context(|| format!("{old} is not where it was; see {}", file!()))?;
    Ok(format!("{before}{new}{after}"))
}
