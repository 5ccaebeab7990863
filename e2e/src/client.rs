//! The native program that has a job run on somebody else's machine.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, bail};
use protocol::{Address, Amount};
use tempfile::TempDir;
use tokio::process::Child;

use crate::{
    agent::{pays_for_transactions, program, says},
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
        let folder = TempDir::new()?;
        std::fs::write(folder.path().join("deployment.json"), serde_json::to_vec(&stack.chain.deployment)?)?;
        let mut client = Self { account: Address::ZERO, folder, running: None };
        let drawn = says(&["key", "account", &client.text("account.json")]).await?;
        client.account = drawn["address"].as_str().context("an account has an address")?.parse()?;
        pays_for_transactions(stack, client.account).await?;
        let payer = *stack.chain.accounts.first().context("the node has accounts")?;
        stack.chain.fund(payer).await?;
        let transfer = coin::calls::transfer(client.account, Amount::mdc(20));
        stack.chain.send(payer, stack.chain.coin_address()?, transfer).await?;
        Ok(client)
    }

    /// Begins to have a perceptron trained on a table, in so many rounds, a checkpoint after so many units.
    ///
    /// # Errors
    /// When the program does not start.
    pub fn trains(&mut self, stack: &Stack, table: &Path, price: Amount, rounds: u32, every: u64) -> Result<()> {
        let mut command = program();
        command.args(["job", &self.text("client"), "--deployment", &self.text("deployment.json")]);
        command.args(["--account", &self.text("account.json"), "--server", &stack.url, "train", "--table"]).arg(table);
        command.args(["--algorithm", "mlp", "--rounds", &rounds.to_string(), "--every", &every.to_string()]);
        command.args(["--units", "60000", "--price", &price.to_string()]).arg("--out").arg(self.model());
        self.running = Some(command.stdout(Stdio::null()).kill_on_drop(true).spawn().context("the program starts")?);
        Ok(())
    }

    /// Waits until it has the model, which is paid for then; its bytes.
    ///
    /// # Errors
    /// When the job came to nothing.
    pub async fn has_the_model(&mut self) -> Result<Vec<u8>> {
        let mut running = self.running.take().context("a job is under way")?;
        let ended = running.wait().await?;
        if !ended.success() {
            bail!("the client’s program ended with {ended}");
        }
        Ok(std::fs::read(self.model())?)
    }

    fn model(&self) -> PathBuf {
        self.folder.path().join("model.onnx")
    }

    fn text(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}
