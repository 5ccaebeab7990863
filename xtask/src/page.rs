//! Building the page: the program (split.rs), everything else with Trunk, and the start script that joins them.

use std::fs;

use anyhow::{Context, Result};

use crate::{
    optimise::{For, optimise},
    run::{command, root, step, succeed},
    split::{self, Program},
};

/// Builds `dist/`.
///
/// # Errors
/// When a tool fails or its output is not as expected.
pub fn build() -> Result<()> {
    let program = split::build()?;
    step("building the page", || {
        let mut trunk = command("trunk");
        // A target directory of its own: native and wasm builds never wait for or undo each other.
        trunk.args(["build", "--config", "Trunk.toml"]).env("CARGO_TARGET_DIR", root().join("target/wasm"));
        trunk.env_remove("NO_COLOR");
        succeed(&mut trunk)?;
        // The one worker that is large; the gain of the others is a few kilobytes.
        let engines = root().join("dist/models-worker_bg.wasm");
        optimise(For::Speed, &engines, &engines)?;
        join(&program)
    })
}

/// The page's policy forbids inline scripts, so the one that starts the program is a file.
fn join(program: &Program) -> Result<()> {
    let dist = root().join("dist");
    for entry in fs::read_dir(&program.folder)? {
        let entry = entry?;
        fs::copy(entry.path(), dist.join(entry.file_name()))?;
    }
    let Program { script, loader, wasm, .. } = program;
    fs::write(dist.join("start.js"), format!("import start from \"/{script}\";\nstart(\"/{wasm}\");\n"))?;

    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).context("Trunk wrote no index.html")?;
    let (head, body) = html.split_once("</head>").context("index.html has no head")?;
    let html = format!(
        "{head}  <script type=\"module\" src=\"/start.js\"></script>
    <link rel=\"modulepreload\" href=\"/{script}\" />
    <link rel=\"modulepreload\" href=\"/{loader}\" />
    <link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin=\"anonymous\" />
  </head>{body}"
    );
    fs::write(&index, html)?;
    Ok(())
}
