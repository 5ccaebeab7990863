//! A server with a chain behind it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use bounty::api::{BountyDetail, BountyList};
use clap::Parser;
use devchain::{Anvil, Chain, Options, publish::Publisher};
use protocol::{
    Address, Digest,
    api::{Problem, Session, SignInRequest, Status},
    siwe::SignIn,
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use server::{
    config::{Cli, Config},
    db::Db,
    serve::{self, Running},
};
use sqlx::Row;

use super::{Database, until};

/// A development chain with the contracts on it.
pub struct TestChain {
    pub chain: Chain,
    pub anvil: Anvil,
}

impl TestChain {
    pub async fn start() -> Result<Self> {
        let anvil = Anvil::start(Options::default()).await?;
        let chain = Chain::deploy(anvil.url()).await?;
        Ok(Self { chain, anvil })
    }

    pub async fn rpc(&self, method: &str, params: Value) -> Result<Value> {
        self.chain.request(method, params).await
    }

    /// Number and hash of the last block.
    pub async fn head(&self) -> Result<(u64, Digest)> {
        let block = self.rpc("eth_getBlockByNumber", json!(["latest", false])).await?;
        let number = block["number"].as_str().context("a number")?;
        let hash = block["hash"].as_str().context("a hash")?;
        Ok((u64::from_str_radix(number.trim_start_matches("0x"), 16)?, hash.parse()?))
    }
}

/// A server in this process.
pub struct TestApp {
    pub chain: TestChain,
    pub database: Database,
    pub config: Config,
    pub client: Client,
    pub db: Db,
    running: Option<Running>,
}

/// What a server is told where a test does not say otherwise.
pub fn config(database: &Database, chain: &TestChain) -> Result<Config> {
    settings(database, write_deployment(database, chain)?)
}

/// As [`config`], with the path of a deployment.
pub fn settings(database: &Database, deployment: PathBuf) -> Result<Config> {
    let mut config = Cli::try_parse_from(["server"])?.config;
    config.listen = "127.0.0.1:0".parse()?;
    config.data = database.folder.path().join("data");
    config.database = Some(database.url.clone());
    config.deployment = deployment;
    config.poll_ms = 5;
    Ok(config)
}

pub fn write_deployment(database: &Database, chain: &TestChain) -> Result<PathBuf> {
    let path = database.folder.path().join("deployment.json");
    std::fs::write(&path, serde_json::to_vec(&chain.chain.deployment)?)?;
    Ok(path)
}

impl TestApp {
    pub async fn start(database: Database) -> Result<Self> {
        Self::with(database, |_| {}).await
    }

    /// With other settings.
    pub async fn with(database: Database, change: impl FnOnce(&mut Config)) -> Result<Self> {
        Self::on(TestChain::start().await?, database, change).await
    }

    /// On a chain that is there already.
    pub async fn on(chain: TestChain, database: Database, change: impl FnOnce(&mut Config)) -> Result<Self> {
        Self::with_families(chain, database, server::families::all(), change).await
    }

    /// With other families than the server's own.
    pub async fn with_families(
        chain: TestChain,
        database: Database,
        families: server::family::Families,
        change: impl FnOnce(&mut Config),
    ) -> Result<Self> {
        let mut config = config(&database, &chain)?;
        change(&mut config);
        let running = Some(serve::start_with(config.clone(), families).await?);
        let db = Db::open(&database.url).await?;
        let client = Client::builder().no_proxy().build()?;
        Ok(Self { chain, database, config, client, db, running })
    }

    /// Stops the server and starts it with other settings on the same data.
    pub async fn restart(&mut self, change: impl FnOnce(&mut Config)) -> Result<()> {
        self.stop().await;
        change(&mut self.config);
        self.running = Some(serve::start(self.config.clone()).await?);
        Ok(())
    }

    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Ends a background task of the server by force.
    pub fn kill(&self, task: &str) -> bool {
        self.running.as_ref().is_some_and(|running| running.kill(task))
    }

    pub fn url(&self) -> String {
        self.running.as_ref().map(Running::url).unwrap_or_default()
    }

    pub fn person(&self, number: usize) -> Address {
        self.chain.chain.accounts[number]
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url()))
    }

    pub async fn get(&self, path: &str) -> Result<Response> {
        Ok(self.request(Method::GET, path).send().await?)
    }

    pub async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let response = self.get(path).await?;
        let status = response.status();
        let text = response.text().await?;
        ensure!(status == StatusCode::OK, "{path} answered {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    pub async fn status(&self) -> Result<Status> {
        self.read("/api/status").await
    }

    pub async fn list(&self, query: &str) -> Result<BountyList> {
        self.read(&format!("/api/bounties?{query}")).await
    }

    pub async fn ids(&self, query: &str) -> Result<Vec<u64>> {
        Ok(self.list(query).await?.rows.iter().map(|row| row.id).collect())
    }

    pub async fn detail(&self, id: u64) -> Result<BountyDetail> {
        self.read(&format!("/api/bounties/{id}")).await
    }

    /// Waits until the index stands on the chain's last block.
    pub async fn indexed(&self) -> Result<()> {
        let waited = until("the index stands on the head of the chain", || async {
            let (number, hash) = self.chain.head().await?;
            let row = sqlx::query("SELECT block, block_hash FROM progress WHERE id = 1")
                .fetch_optional(&self.db.pool)
                .await?;
            let Some(row) = row else { return Ok(false) };
            let (block, at): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
            Ok(block as u64 == number && at == hash.to_string())
        })
        .await;
        match waited {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("{:?}", self.status().await?))),
        }
    }

    /// The digest of a fresh index of the same chain.
    pub async fn clean_digest(&self) -> Result<Digest> {
        let database = self.database.sibling()?;
        let mut config = config(&database, &self.chain)?;
        config.rpc = vec![self.chain.anvil.url().to_owned()];
        let running = serve::start(config).await?;
        let db = Db::open(&database.url).await?;
        let (number, hash) = self.chain.head().await?;
        until("a clean index stands on the head of the chain", || async {
            let row =
                sqlx::query("SELECT block, block_hash FROM progress WHERE id = 1").fetch_optional(&db.pool).await?;
            let Some(row) = row else { return Ok(false) };
            let (block, at): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
            Ok(block as u64 == number && at == hash.to_string())
        })
        .await?;
        running.stop().await;
        Ok(server::indexer::digest::digest(&db, &server::families::all()).await?)
    }

    pub async fn digest(&self) -> Result<Digest> {
        Ok(server::indexer::digest::digest(&self.db, &server::families::all()).await?)
    }

    /// The fields of an honest sign-in.
    pub async fn sign_in_fields(&self, who: Address) -> Result<SignIn> {
        let nonce: protocol::api::Nonce = self.read("/api/session/nonce").await?;
        let uri = self.url();
        Ok(SignIn {
            domain: uri.trim_start_matches("http://").to_owned(),
            uri,
            address: who,
            chain_id: self.chain.chain.deployment.chain_id,
            nonce: nonce.nonce,
            issued_at: nonce.issued_at,
        })
    }

    pub async fn sign(&self, who: Address, message: &str) -> Result<SignInRequest> {
        let signature = self.chain.chain.sign_text(who, message).await?;
        Ok(SignInRequest { message: message.to_owned(), signature })
    }

    pub async fn post_session(&self, request: &SignInRequest) -> Result<Response> {
        Ok(self.request(Method::POST, "/api/session").json(request).send().await?)
    }

    /// Signs in and returns the token.
    pub async fn sign_in(&self, who: Address) -> Result<String> {
        let message = self.sign_in_fields(who).await?.message();
        let response = self.post_session(&self.sign(who, &message).await?).await?;
        ensure!(response.status() == StatusCode::OK, "signing in: {}", response.text().await?);
        Ok(response.json::<Session>().await?.token)
    }

    pub async fn publisher(&self, who: Address) -> Result<Publisher> {
        Publisher::sign_in(&self.chain.chain, &self.url(), who).await
    }

    /// Files that uploads left behind.
    pub fn left_behind(&self) -> Result<usize> {
        Ok(std::fs::read_dir(self.config.data.join("content/arriving"))?.count())
    }
}

/// Demands a problem document of a kind, and returns its detail.
pub async fn problem(response: Response, status: u16, kind: &str) -> Result<String> {
    let got = response.status();
    let content_type = response.headers().get("content-type").cloned();
    let text = response.text().await?;
    ensure!(got.as_u16() == status, "{got} instead of {status}: {text}");
    ensure!(content_type.as_ref().is_some_and(|t| t == "application/problem+json"), "{content_type:?}: {text}");
    let problem: Problem = serde_json::from_str(&text)?;
    ensure!(problem.status == status && problem.kind == format!("/problems/{kind}"), "{text}");
    ensure!(problem.title.ends_with('.') && problem.detail.ends_with(['.', '`']), "not sentences: {text}");
    Ok(problem.detail)
}
