//! A real Kubo daemon, without a network.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

/// A daemon with a repository of its own; killed when dropped.
pub struct Daemon {
    binary: PathBuf,
    repository: TempDir,
    child: Child,
    pub url: String,
}

/// The Kubo binary: `MODELMARKET_KUBO`, or what `cargo xtask` built. `None` only where somebody said
/// `MODELMARKET_KUBO=none`; where nobody said anything and there is none, the test fails.
fn binary() -> Option<PathBuf> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/ipfs");
    match std::env::var_os("MODELMARKET_KUBO") {
        Some(none) if none == "none" => None,
        Some(path) => Some(path.into()),
        None if built.exists() => Some(built),
        None => panic!(
            "There is no Kubo to test against. Run `cargo xtask test`, which builds one, or set MODELMARKET_KUBO to \
             the path of an ipfs binary; MODELMARKET_KUBO=none leaves these tests out."
        ),
    }
}

impl Daemon {
    /// Starts a daemon without a network; `None` where Kubo was left out on purpose, which is said past the harness.
    pub async fn start() -> Result<Option<Self>> {
        Self::start_with(&["daemon", "--offline"], None).await
    }

    /// The same with what newer nodes do by default: larger chunks, and nodes of 1,024 links.
    pub async fn start_with_new_profile() -> Result<Option<Self>> {
        Self::start_with(&["daemon", "--offline"], Some("unixfs-v1-2025")).await
    }

    /// Starts a daemon that talks to others on this machine, once it is connected to them.
    pub async fn start_online() -> Result<Option<Self>> {
        Self::start_with(&["daemon"], None).await
    }

    async fn start_with(arguments: &[&str], profile: Option<&str>) -> Result<Option<Self>> {
        let Some(binary) = binary() else {
            // Past the test harness, which shows what is printed by tests that fail only.
            let test = std::thread::current().name().unwrap_or("a test").to_owned();
            writeln!(std::io::stderr(), "skipped: {test} (MODELMARKET_KUBO=none: there is no Kubo to test against)")?;
            return Ok(None);
        };
        let repository = tempfile::tempdir()?;
        let ipfs = |arguments: &[&str]| -> Result<()> {
            let output = Command::new(&binary).args(arguments).env("IPFS_PATH", repository.path()).output()?;
            ensure!(output.status.success(), "ipfs {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            Ok(())
        };
        ipfs(&["init", "--profile=test"])?;
        if let Some(profile) = profile {
            ipfs(&["config", "profile", "apply", profile])?;
        }
        ipfs(&["config", "Addresses.API", "/ip4/127.0.0.1/tcp/0"])?;
        ipfs(&["config", "Addresses.Gateway", "/ip4/127.0.0.1/tcp/0"])?;
        let child = Command::new(&binary)
            .args(arguments)
            .env("IPFS_PATH", repository.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting Kubo")?;
        let mut daemon = Self { binary, repository, child, url: String::new() };
        let since = Instant::now();
        let api = daemon.repository.path().join("api");
        loop {
            // Written when the RPC listens: /ip4/127.0.0.1/tcp/PORT
            let port =
                std::fs::read_to_string(&api).ok().and_then(|a| a.rsplit('/').next()?.trim().parse::<u16>().ok());
            if let Some(port) = port {
                daemon.url = format!("http://127.0.0.1:{port}");
                return Ok(Some(daemon));
            }
            if daemon.child.try_wait()?.is_some() || since.elapsed() > Duration::from_secs(60) {
                bail!("the Kubo daemon did not start");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Runs `ipfs …` against the daemon.
    pub fn run(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        let output = self.attempt(arguments)?;
        ensure!(output.status.success(), "ipfs {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(output.stdout)
    }

    pub fn attempt(&self, arguments: &[&str]) -> Result<Output> {
        Ok(Command::new(&self.binary).args(arguments).env("IPFS_PATH", self.repository.path()).output()?)
    }

    /// The CID that Kubo gives a file.
    pub fn cid_of(&self, bytes: &[u8]) -> Result<String> {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(&file, bytes)?;
        let path = file.path().display().to_string();
        let cid = self.run(&["add", "--only-hash", "--quieter", "--cid-version=1", "--raw-leaves", &path])?;
        Ok(String::from_utf8(cid)?.trim().to_owned())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
