//! The programs of organisations that learn together: started for a development network, and stopped with it.

use std::{fs, path::PathBuf, process::Stdio};

use anyhow::{Context, Result, bail, ensure};
use protocol::Address;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::chain::Chain;

/// Wei that each program's account gets to pay for transactions.
const ETHER: u128 = 1_000_000_000_000_000_000;

/// Where the programs live, and what they are told of the network.
#[derive(Debug, Clone)]
pub struct Agents {
    /// The binary of `agent`.
    pub binary: PathBuf,
    /// A folder for each program.
    pub folder: PathBuf,
    /// deployment.json of the network.
    pub deployment: PathBuf,
    /// The server, which has files and is the relay.
    pub server: String,
}

/// A running program; stopped when it is dropped.
pub struct Running {
    pub name: String,
    child: Child,
}

impl Running {
    /// Whether it still runs.
    ///
    /// # Errors
    /// Whatever the system says.
    pub fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("the program of {} has ended by itself: {status}", self.name),
        }
    }

    /// Stops it and waits for its end.
    ///
    /// # Errors
    /// Whatever the system says.
    pub async fn stop(mut self) -> Result<()> {
        self.child.kill().await.with_context(|| format!("stopping the program of {}", self.name))
    }
}

impl Agents {
    pub fn path(&self, name: &str, file: &str) -> PathBuf {
        self.folder.join(name).join(file)
    }

    /// Writes a file into a program's folder.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn write(&self, name: &str, file: &str, content: &str) -> Result<PathBuf> {
        let path = self.path(name, file);
        let parent = path.parent().context("a file is in a folder")?;
        fs::create_dir_all(parent)?;
        fs::write(&path, content).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(path)
    }

    fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).arg("--json").env("MODELMARKET_DEPLOYMENT", &self.deployment);
        command.env("MODELMARKET_ACCOUNT", self.path(name, "account.json")).env("MODELMARKET_SERVER", &self.server);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Runs one command as an organisation; answers what it says.
    ///
    /// # Errors
    /// Its sentence where it refuses.
    pub async fn say(&self, name: &str, arguments: &[&str]) -> Result<Value> {
        let output = self.command(name, arguments).output().await.context("starting agent")?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "{name}: agent {}: {said}", arguments.join(" "));
        let last = String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or("null").to_owned();
        Ok(serde_json::from_str(&last)?)
    }

    /// Draws the keys and the account of a program where it has none, and gives it coins; answers its account.
    ///
    /// # Errors
    /// When the chain refuses.
    pub async fn account(&self, chain: &Chain, from: Address, name: &str) -> Result<Address> {
        fs::create_dir_all(self.folder.join(name))?;
        let (account, keys) = (self.path(name, "account.json"), self.path(name, "keys.json"));
        let drawn = self.say(name, &["key", "account", &account.display().to_string()]).await?;
        self.say(name, &["key", "new", &keys.display().to_string()]).await?;
        let address: Address = drawn["address"].as_str().context("an account has an address")?.parse()?;
        let value = format!("{:#x}", 100 * ETHER);
        let sent = json!([{"from": from, "to": address, "value": value}]);
        chain.request("eth_sendTransaction", sent).await?;
        let coins = coin::calls::transfer(address, "20".parse()?);
        chain.send(from, chain.coin_address()?, coins).await?;
        Ok(address)
    }

    /// Starts a program that watches the chain from its folder, with these words behind; what it says is in `log` there.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&self, name: &str, kind: &str, words: &[&str]) -> Result<Running> {
        let log = fs::File::create(self.path(name, "log")).with_context(|| format!("the log of {name}"))?;
        let folder = self.folder.join(name).display().to_string();
        let mut command = self.command(name, &[&[kind, &folder][..], words].concat());
        command.stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("starting the program of {name}"))?;
        Ok(Running { name: name.to_owned(), child })
    }
}
