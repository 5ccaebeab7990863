//! A chain, a server and the built page, for one journey.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use devchain::{Anvil, Chain, Options};
use protocol::{Address, subject::Subject};
use rpc::testing::{Fate, Proxy, Rules};
use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::PATIENCE;

/// Everything a journey needs besides browsers. Dropped: all of it ends.
pub struct Stack {
    pub chain: Chain,
    /// Where page and API are, e.g. `http://127.0.0.1:40123`.
    pub url: String,
    /// The strict node that page and server read through, where there is one.
    pub strict: Option<Proxy>,
    server: Option<Child>,
    keep: TempDir,
    port: u16,
    _anvil: Anvil,
}

/// The project's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Stack {
    /// Starts Anvil, deploys, starts the server.
    ///
    /// # Errors
    /// When something does not start; `cargo xtask test e2e` builds what is needed.
    pub async fn start() -> Result<Self> {
        Self::with(None).await
    }

    /// The same, with page and server reading through a node as strict as public ones. What the tests themselves do
    /// goes to Anvil directly.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn behind_strict_node() -> Result<Self> {
        let seed = std::env::var("MODELMARKET_SEED").ok().and_then(|seed| seed.parse().ok());
        Self::with(Some((Rules::all(), seed.unwrap_or_else(|| u64::from(std::process::id()))))).await
    }

    async fn with(strict: Option<(Rules, u64)>) -> Result<Self> {
        let anvil = Anvil::start(Options { block_time: Some(1), ..Options::default() }).await?;
        let chain = Chain::deploy(anvil.url()).await?;
        let keep = TempDir::new()?;
        let strict = match strict {
            Some((rules, seed)) => Some(Proxy::before(anvil.url(), rules, seed).await?),
            None => None,
        };
        let mut deployment = chain.deployment.clone();
        if let Some(strict) = &strict {
            deployment.rpc_urls = vec![strict.url_for("page")];
        }
        std::fs::write(keep.path().join("deployment.json"), serde_json::to_vec(&deployment)?)?;
        let port = devchain::anvil::free_port()?;
        let url = format!("http://127.0.0.1:{port}");
        let mut stack = Self { chain, url, strict, server: None, keep, port, _anvil: anvil };
        stack.start_server().await?;
        Ok(stack)
    }

    /// Starts the server, also again after [`Self::stop_server`], on the same port.
    ///
    /// # Errors
    /// When it does not answer within 30 seconds.
    pub async fn start_server(&mut self) -> Result<()> {
        let binary = root().join("target/debug/server");
        // Whoever runs the server; plays no part in journeys.
        let operator = self.chain.accounts.last().context("the node has no accounts")?;
        let node = self.strict.as_ref().map(|strict| ["--rpc".to_owned(), strict.url_for("server")]);
        let mut server = Command::new(&binary)
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .arg("--dist")
            .arg(root().join("dist"))
            .arg("--data")
            .arg(self.keep.path().join("server"))
            .arg("--deployment")
            .arg(self.keep.path().join("deployment.json"))
            .args(["--anchor-from", &operator.to_string(), "--anchor-seconds", "1"])
            .args(node.into_iter().flatten())
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} is not built", binary.display()))?;
        let since = Instant::now();
        let client = reqwest::Client::new();
        while !client.get(format!("{}/healthz", self.url)).send().await.is_ok_and(|r| r.status().is_success()) {
            if let Some(status) = server.try_wait()? {
                bail!("the server ended at once: {status}");
            }
            if since.elapsed() > PATIENCE {
                bail!("the server does not answer");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.server = Some(server);
        Ok(())
    }

    /// What the server answers under a path, once it is as wanted: it follows the chain a moment behind.
    ///
    /// # Errors
    /// When it does not become so within 30 seconds; the last answer is told.
    pub async fn answers(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Result<()> {
        self.answered(path, |answer| wanted(answer).then_some(())).await
    }

    /// What is to be found in the server's answer under a path, once it is there: it follows the chain a moment behind.
    ///
    /// # Errors
    /// When it is not there within 30 seconds; the last answer is told.
    pub async fn answered<T>(&self, path: &str, find: impl Fn(&Value) -> Option<T>) -> Result<T> {
        let since = Instant::now();
        loop {
            let answer: Value = reqwest::get(format!("{}{path}", self.url)).await?.json().await?;
            if let Some(found) = find(&answer) {
                return Ok(found);
            }
            if since.elapsed() > PATIENCE {
                bail!("waited in vain for another answer of {path} than {answer}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Changes the last entry of a model's accuracy history in the server's database, as whoever runs it could.
    ///
    /// # Errors
    /// When there is no such entry.
    pub async fn falsify_accuracy(&self, model: Address) -> Result<()> {
        let changed = sqlx::query(
            "UPDATE accuracy SET correct = correct - 1 WHERE position = \
             (SELECT max(position) FROM accuracy WHERE model = $1)",
        )
        .bind(model.to_string())
        .execute(&mut self.database().await?)
        .await?;
        anyhow::ensure!(changed.rows_affected() == 1, "the server has no accuracy of {model}");
        Ok(())
    }

    /// Makes the server tell other events of a subject than the chain has: what changes them, such as `DELETE FROM`, and
    /// how, such as `SET data = ''`, of those that name an account.
    ///
    /// # Errors
    /// When there is no such event.
    pub async fn falsify_logs(&self, subject: &Subject, account: Address, what: &str, how: &str) -> Result<()> {
        let change = format!("{what} logs {how} WHERE family = $1 AND subject = $2 AND lower(topics) LIKE $3");
        let changed = sqlx::query(&change)
            .bind(&subject.family)
            .bind(&subject.subject)
            .bind(format!("%{}%", hex::encode(account.0)))
            .execute(&mut self.database().await?)
            .await?;
        anyhow::ensure!(changed.rows_affected() > 0, "the server has no event of {subject:?} with {account}");
        Ok(())
    }

    /// The server's database, written as whoever runs the server could.
    async fn database(&self) -> Result<SqliteConnection> {
        let path = self.keep.path().join("server/modelmarket.sqlite");
        Ok(SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?)
    }

    /// Holds against page and server that neither asked again before it was told to.
    ///
    /// # Panics
    /// Where one did, with what it asked.
    pub fn nothing_was_pressed(&self) {
        let Some(strict) = &self.strict else { return };
        let seen = strict.strict.seen();
        for who in ["page", "server"] {
            assert!(seen.iter().any(|seen| seen.who == who), "the {who} reads through the strict node");
        }
        assert!(seen.iter().any(|seen| seen.fate == Fate::Busy), "it was busy at times");
        let pressed: Vec<_> = seen.iter().filter(|seen| !seen.too_early.is_zero()).collect();
        assert!(pressed.is_empty(), "asked again before they were told to: {pressed:?}");
    }

    /// Kills the server, as a power cut would.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn stop_server(&mut self) -> Result<()> {
        if let Some(mut server) = self.server.take() {
            server.kill().await?;
        }
        Ok(())
    }
}
