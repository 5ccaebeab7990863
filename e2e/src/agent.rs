//! The native program of learning together, as somebody runs it who has only the binary.

use std::{path::PathBuf, process::Stdio};

use anyhow::{Context, Result, bail};
use protocol::{Address, Amount, Digest};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::stack::{Stack, root};

/// An account of its own, with a folder. Dropped: the program ends.
pub struct Agent {
    pub account: Address,
    folder: TempDir,
    running: Option<Child>,
}

impl Agent {
    /// Draws keys and an account, gives it what transactions cost, and joins the directory.
    ///
    /// # Errors
    /// When the program is not built, or refuses.
    pub async fn join(stack: &Stack) -> Result<Self> {
        let (folder, account) = drawn(stack, Amount::ZERO).await?;
        let agent = Self { account, folder, running: None };
        let keys = agent.path("keys.json");
        says(&["key", "new", &keys]).await?;
        let profile = Digest::of(b"a helper").to_string();
        let on = agent.on_chain();
        let mut all = vec!["org"];
        all.extend(on.iter().map(String::as_str));
        all.extend(["join", "--profile", &profile, "--keys", &keys]);
        says(&all).await?;
        Ok(agent)
    }

    /// Deals wherever it is drawn, until this is dropped.
    ///
    /// # Errors
    /// When the program does not start.
    pub fn helps(&mut self, stack: &Stack) -> Result<()> {
        let folder = self.folder.path().display().to_string();
        let mut command = program();
        command.arg("helper").arg(folder).args(self.on_chain()).args(["--server", &stack.url]);
        self.running = Some(command.stdout(Stdio::null()).kill_on_drop(true).spawn().context("the program starts")?);
        Ok(())
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn on_chain(&self) -> Vec<String> {
        let (deployment, account) = (self.path("deployment.json"), self.path("account.json"));
        vec!["--deployment".into(), deployment, "--account".into(), account]
    }
}

/// What the program says when it succeeds.
pub(crate) async fn says(arguments: &[&str]) -> Result<Value> {
    let output = program().args(arguments).output().await.context("the program agent is built")?;
    if !output.status.success() {
        bail!("agent {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
}

/// A folder with `deployment.json` and a new account in `account.json`, which has what its transactions cost, and these coins.
pub(crate) async fn drawn(stack: &Stack, coins: Amount) -> Result<(TempDir, Address)> {
    let folder = TempDir::new()?;
    std::fs::write(folder.path().join("deployment.json"), serde_json::to_vec(&stack.chain.deployment)?)?;
    let drawn = says(&["key", "account", &folder.path().join("account.json").display().to_string()]).await?;
    let account: Address = drawn["address"].as_str().context("an account has an address")?.parse()?;
    let payer = *stack.chain.accounts.first().context("the node has accounts")?;
    let sent = json!([{"from": payer, "to": account, "value": "0xde0b6b3a7640000"}]);
    stack.chain.request("eth_sendTransaction", sent).await?;
    if coins > Amount::ZERO {
        stack.chain.fund(payer).await?;
        stack.chain.send(payer, stack.chain.coin_address()?, coin::calls::transfer(account, coins)).await?;
    }
    Ok((folder, account))
}

pub(crate) fn program() -> Command {
    let binary: PathBuf = root().join("target/debug/agent");
    let mut command = Command::new(binary);
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}
