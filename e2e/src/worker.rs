//! The native program that lends a machine, as somebody runs it who has only the binary.

use std::process::Stdio;

use anyhow::{Context, Result};
use protocol::{Address, Amount};
use tempfile::TempDir;
use tokio::process::Child;

use crate::{
    agent::{drawn, program, says},
    stack::Stack,
};

/// A provider of compute jobs, with an account and a folder of its own. Dropped: the program ends.
pub struct Worker {
    pub account: Address,
    folder: TempDir,
    running: Option<Child>,
}

impl Worker {
    /// Draws an account, gives it what it deposits, and offers a tenth of this machine at a price for a unit.
    ///
    /// # Errors
    /// When the program is not built, or refuses.
    pub async fn joins(stack: &Stack, price: Amount) -> Result<Self> {
        let (folder, account) = drawn(stack, Amount::mdc(20)).await?;
        let worker = Self { account, folder, running: None };
        let price = price.to_string();
        let mut all = worker.command(stack);
        all.extend(
            ["onboard", "--cpu", "90", "--memory", "10", "--deposit", "10", "--price", &price].map(str::to_owned),
        );
        says(&all.iter().map(String::as_str).collect::<Vec<_>>()).await?;
        Ok(worker)
    }

    /// Takes and runs jobs, until this is dropped or killed.
    ///
    /// # Errors
    /// When the program does not start.
    pub fn lends(&mut self, stack: &Stack) -> Result<()> {
        let mut command = program();
        command.args(self.command(stack)).arg("run").stdout(Stdio::null()).kill_on_drop(true);
        self.running = Some(command.spawn().context("the program starts")?);
        Ok(())
    }

    /// Kills it, as a loss of power would.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn is_killed(&mut self) -> Result<()> {
        if let Some(mut running) = self.running.take() {
            running.kill().await?;
        }
        Ok(())
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn command(&self, stack: &Stack) -> Vec<String> {
        let folder = self.path("worker");
        let on =
            ["--deployment", &self.path("deployment.json"), "--account", &self.path("account.json")].map(str::to_owned);
        let mut all = vec!["worker".to_owned(), folder];
        all.extend(on);
        all.extend(["--server".to_owned(), stack.url.clone()]);
        all
    }
}
