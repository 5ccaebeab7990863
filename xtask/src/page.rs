//! Building the page: Trunk, then what its content security policy asks for.

use std::fs;

use anyhow::{Context, Result};

use crate::run::{command, root, step, succeed};

/// Builds `dist/`.
///
/// # Errors
/// When Trunk fails or its output is not as expected.
pub fn build() -> Result<()> {
    step("building the page", || {
        let mut trunk = command("trunk");
        // A target directory of its own: native and wasm builds never wait for or undo each other.
        trunk.args(["build", "--config", "Trunk.toml"]).env("CARGO_TARGET_DIR", root().join("target/wasm"));
        trunk.env_remove("NO_COLOR");
        succeed(&mut trunk)
    })?;
    move_inline_script()
}

/// Trunk starts the page with an inline script, which the page's policy forbids; it becomes a file.
fn move_inline_script() -> Result<()> {
    let dist = root().join("dist");
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).context("Trunk wrote no index.html")?;
    let open = "<script type=\"module\">";
    let start = html.find(open).context("Trunk's start script is not where it was; see xtask/src/page.rs")?;
    let end = start + html[start..].find("</script>").context("Trunk's start script does not end")?;
    fs::write(dist.join("start.js"), html[start + open.len()..end].trim())?;
    let html = format!("{}<script type=\"module\" src=\"/start.js\">{}", &html[..start], &html[end..]);
    fs::write(&index, html)?;
    Ok(())
}
