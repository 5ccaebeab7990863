//! The native program that has a job run on somebody else's machine.

use std::process::Stdio;

use anyhow::{Context, Result, bail};
use protocol::{Address, Amount};
use tempfile::TempDir;
use tokio::process::Child;

use crate::{
    agent::{drawn, program},
    stack::Stack,
};

/// A client of compute jobs, with an account and a folder of its own. Dropped: the program ends.
pub struct Client {
    pub account: Address,
    folder: TempDir,
    running: Option<Child>,
}

impl Client {
    /// Draws an account and gives it what it pays with.
    ///
    /// # Errors
    /// When the program is not built, or refuses.
    pub async fn joins(stack: &Stack) -> Result<Self> {
        let (folder, account) = drawn(stack, Amount::mdc(20)).await?;
        Ok(Self { account, folder, running: None })
    }

    /// Begins to have a module run, at this price of a unit at most and with a checkpoint after so many units.
    ///
    /// # Errors
    /// When the program does not start.
    pub fn runs(&mut self, stack: &Stack, module: &[u8], price: Amount, every: u64) -> Result<()> {
        let file = self.text("module.wasm");
        std::fs::write(&file, module)?;
        let mut command = program();
        command.args(["job", &self.text("client"), "--deployment", &self.text("deployment.json")]);
        command.args(["--account", &self.text("account.json"), "--server", &stack.url, "run", "--module", &file]);
        command.args(["--units", "50000", "--every", &every.to_string(), "--price", &price.to_string()]);
        command.args(["--out", &self.text("result")]);
        self.running = Some(command.stdout(Stdio::null()).kill_on_drop(true).spawn().context("the program starts")?);
        Ok(())
    }

    /// Waits until it has the result, which is accepted then.
    ///
    /// # Errors
    /// When the job came to nothing.
    pub async fn has_the_result(&mut self) -> Result<Vec<u8>> {
        let mut running = self.running.take().context("a job is under way")?;
        let ended = running.wait().await?;
        if !ended.success() {
            bail!("the client’s program ended with {ended}");
        }
        Ok(std::fs::read(self.text("result"))?)
    }

    fn text(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}
