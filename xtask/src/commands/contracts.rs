//! Compiling the contracts.

use anyhow::Result;

use crate::run::{command, step, succeed};

/// Writes families/*/artifacts.
///
/// # Errors
/// When solc finds fault.
pub fn compile() -> Result<()> {
    step("compiling the contracts", || succeed(command("node").arg("contracts/compile.js")))
}
