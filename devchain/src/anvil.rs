//! The Anvil process, stopped when it is dropped, and what only Anvil can do for a chain.

use std::{
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use rpc::Client;
use serde_json::json;

use crate::chain::Chain;

/// How to start it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Loopback port; a free one unless given.
    pub port: Option<u16>,
    /// File that keeps the chain between runs.
    pub state: Option<PathBuf>,
    /// Seconds between blocks, so that the chain's clock moves while nothing happens; transactions are mined at once
    /// either way. `None`: a block per transaction only.
    pub block_time: Option<u64>,
    /// Gas limit of a block.
    pub gas_limit: Option<u64>,
    /// Development accounts, 10 unless given.
    pub accounts: Option<u32>,
}

/// A running Anvil on loopback.
pub struct Anvil {
    child: Child,
    url: String,
}

impl Anvil {
    /// Starts Anvil and waits until it answers.
    ///
    /// # Errors
    /// When the npm package is not installed, or the process ends or does not answer within 30 seconds.
    pub async fn start(options: Options) -> Result<Self> {
        let port = match options.port {
            Some(port) => port,
            None => free_port()?,
        };
        let mut command = Command::new(binary()?);
        command.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--chain-id", "31337", "--silent"]);
        command.args(["--accounts", &options.accounts.unwrap_or(10).to_string()]);
        // Older states would go to files in the home folder, gigabytes of them, and stay there after a kill; the last
        // 500 in memory are more than anybody asks for.
        command.args(["--max-persisted-states", "0"]);
        if let Some(state) = &options.state {
            command.arg("--state").arg(state).args(["--state-interval", "5"]);
        }
        if let Some(seconds) = options.block_time {
            command.args(["--mixed-mining", "--block-time", &seconds.to_string()]);
        }
        if let Some(limit) = options.gas_limit {
            command.args(["--gas-limit", &limit.to_string()]);
        }
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .context("starting anvil")?;
        let mut anvil = Self { child, url: format!("http://127.0.0.1:{port}") };
        anvil.wait_until_ready().await?;
        Ok(anvil)
    }

    /// Where it listens, e.g. `http://127.0.0.1:8545`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks it to write its state and end, and waits for that.
    ///
    /// # Errors
    /// When the process cannot be waited for.
    pub fn stop(mut self) -> Result<()> {
        let ended = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        if ended.success() {
            let since = Instant::now();
            while since.elapsed() < Duration::from_secs(10) {
                if self.child.try_wait()?.is_some() {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        bail!("anvil did not end within 10 seconds; it is being killed, and the last 5 seconds of its state are lost")
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let rpc = Client::over_http(&[&self.url], None, rpc::Options::default())?;
        let since = Instant::now();
        while rpc.request("eth_chainId", json!([])).await.is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("anvil ended at once ({status}); is its port in use?");
            }
            if since.elapsed() > Duration::from_secs(30) {
                bail!("anvil does not answer at {}", self.url);
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        Ok(())
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        // Already gone is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Chain {
    /// Lets time pass and mines a block.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn pass(&self, seconds: u64) -> Result<()> {
        self.request("evm_increaseTime", json!([seconds])).await?;
        self.request("evm_mine", json!([])).await.map(drop)
    }

    /// Mines a block at this time, seconds since the epoch, unless the chain is there already.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn pass_until(&self, at: u64) -> Result<()> {
        match at.saturating_sub(self.now().await?) {
            0 => Ok(()),
            seconds => self.pass(seconds).await,
        }
    }
}

/// The binary inside the npm package; the package's own launcher would leave a process behind when killed.
fn binary() -> Result<PathBuf> {
    let compiled = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/@foundry-rs");
    // `cargo xtask` starts programs in the project's root, which may have been moved since they were compiled.
    let root = if compiled.is_dir() { compiled } else { PathBuf::from("node_modules/@foundry-rs") };
    let entries = std::fs::read_dir(&root).context("node_modules is missing; run `npm ci`")?;
    for entry in entries.flatten() {
        let candidate = entry.path().join("bin/anvil");
        if entry.file_name().to_string_lossy().starts_with("anvil-") && candidate.exists() {
            return Ok(candidate);
        }
    }
    bail!("the npm package @foundry-rs/anvil has no binary for this platform")
}

/// A port on loopback that is free now, and that no other test is given as long as this process lives: it is taken by
/// whoever it is for only a moment later.
///
/// # Errors
/// When loopback cannot be bound, or the folder for temporary files not be written.
pub fn free_port() -> Result<u16> {
    static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());
    let folder = std::env::temp_dir().join("modelmarket-ports");
    std::fs::create_dir_all(&folder)?;
    loop {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        // The system lets go of the lock when the process ends, however it ends.
        let file = File::create(folder.join(port.to_string()))?;
        if file.try_lock().is_ok() {
            HELD.lock().unwrap_or_else(PoisonError::into_inner).push(file);
            return Ok(port);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_is_given_twice() {
        let mut ports: Vec<u16> = (0..200).map(|_| free_port().unwrap()).collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 200);
    }
}
