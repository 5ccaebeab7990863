//! A family that the server does not know of is indexed, answered for, told of, taken back and rebuilt.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    future::Future,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use contracts::refusal::Refusals;
use devchain::{Anvil, Chain, Options};
use futures::StreamExt;
use protocol::{Address, Amount, Digest, api::Changed, subject::Subject};
use sample_family::{REFUSALS, SampleFamily, State, THANKS, api::ThanksList, calls};
use serde_json::{Value, json};
use server::{
    config::{Cli, Config},
    db::Db,
    families,
    family::Families,
    indexer::{digest::digest, rebuild},
    serve::{self, Running},
};
use tempfile::TempDir;

struct World {
    anvil: Anvil,
    chain: Chain,
    thanks: Address,
    folder: TempDir,
    running: Running,
    db: Db,
}

fn all() -> Families {
    families::all().and(SampleFamily)
}

async fn until<F: Future<Output = Result<bool>>>(what: &str, mut met: impl FnMut() -> F) -> Result<()> {
    let since = Instant::now();
    while !met().await? {
        if since.elapsed() > Duration::from_secs(60) {
            bail!("waited a minute for this: {what}");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

fn settings(folder: &Path, chain: &Chain, rpc: &str) -> Result<Config> {
    std::fs::create_dir_all(folder)?;
    let mut config = Cli::try_parse_from(["server"])?.config;
    config.listen = "127.0.0.1:0".parse()?;
    config.data = folder.join("data");
    config.deployment = folder.join("deployment.json");
    std::fs::write(&config.deployment, serde_json::to_vec(&chain.deployment)?)?;
    config.rpc = vec![rpc.to_owned()];
    config.poll_ms = 5;
    Ok(config)
}

impl World {
    async fn begin() -> Result<Self> {
        let anvil = Anvil::start(Options::default()).await?;
        let families = devchain::families::all().and(SampleFamily);
        let chain = Chain::deploy_families(anvil.url(), &families).await?;
        let thanks = chain.deployment.demand(THANKS)?;
        let folder = tempfile::tempdir()?;
        let config = settings(folder.path(), &chain, anvil.url())?;
        let running = serve::start_with(config.clone(), all()).await?;
        let db = Db::open_with(&config.database_url(), &all().migrations()).await?;
        Ok(Self { anvil, chain, thanks, folder, running, db })
    }

    async fn send(&self, from: usize, data: Vec<u8>) -> Result<()> {
        self.chain.send(self.chain.accounts[from], self.thanks, data).await.map(drop)
    }

    /// An account with MDC that the contract may take.
    async fn fund(&self, account: usize) -> Result<Address> {
        let account = self.chain.accounts[account];
        self.chain.airdrop(account).await?;
        self.chain.approve(account, self.thanks).await?;
        Ok(account)
    }

    async fn rpc(&self, method: &str, params: Value) -> Result<Value> {
        self.chain.request(method, params).await
    }

    async fn indexed(&self) -> Result<()> {
        stands(&self.db, &self.chain).await
    }

    async fn list(&self, query: &str) -> Result<ThanksList> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let url = format!("{}/api/thanks{query}", self.running.url());
        Ok(client.get(url).send().await?.error_for_status()?.json().await?)
    }

    /// The digest of an index of the same chain that lived through nothing.
    async fn fresh(&self) -> Result<Digest> {
        let folder = self.folder.path().join(format!("fresh-{}", self.chain.now().await?));
        let config = settings(&folder, &self.chain, self.anvil.url())?;
        let running = serve::start_with(config.clone(), all()).await?;
        let db = Db::open_with(&config.database_url(), &all().migrations()).await?;
        stands(&db, &self.chain).await?;
        running.stop().await;
        Ok(digest(&db, &all()).await?)
    }
}

async fn stands(db: &Db, chain: &Chain) -> Result<()> {
    until("the index stands on the chain's last block", || async {
        let block = chain.request("eth_getBlockByNumber", json!(["latest", false])).await?;
        let head = block["hash"].as_str().context("a hash")?.to_owned();
        let at = sqlx::query_scalar::<_, String>("SELECT block_hash FROM progress WHERE id = 1");
        Ok(at.fetch_optional(&db.pool).await?.is_some_and(|at| at == head))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_registered_by_one_line_is_indexed_and_answered_for() -> Result<()> {
    let world = World::begin().await?;
    let (giver, receiver) = (world.fund(1).await?, world.chain.accounts[2]);
    world.indexed().await?;
    let response = reqwest::Client::builder().no_proxy().build()?;
    let response = response.get(format!("{}/api/live", world.running.url())).send().await?;
    let mut stream = response.bytes_stream();

    world.send(1, calls::give(receiver, Amount::mdc(2), "For the data set")).await?;
    world.send(1, calls::give(world.chain.accounts[3], Amount::mdc(1), "Zeros are\0 no text")).await?;
    world.send(2, calls::answer(1, "Any time")).await?;
    world.indexed().await?;
    let rows = world.list("").await?.rows;
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((rows[1].from, rows[1].to, rows[1].amount), (giver, receiver, Amount::mdc(2)));
    assert_eq!((rows[1].state, rows[1].answer.as_deref()), (State::Answered, Some("Any time")));
    assert_eq!((rows[0].state, rows[0].note.as_str()), (State::Open, "Zeros are  no text"));
    assert_eq!(world.list(&format!("?to={receiver}")).await?.rows.len(), 1);

    // Listeners hear of both.
    let mut heard = std::collections::BTreeSet::new();
    let mut text = String::new();
    while heard.len() < 2 {
        let piece = tokio::time::timeout(Duration::from_secs(60), stream.next()).await?.context("it goes on")??;
        text.push_str(std::str::from_utf8(&piece)?);
        while let Some(end) = text.find("\n\n") {
            let event: String = text.drain(..end + 2).collect();
            if let Some(data) = event.lines().find_map(|line| line.strip_prefix("data: ")) {
                heard.extend(serde_json::from_str::<Changed>(data)?.subjects);
            }
        }
    }
    assert_eq!(heard, [Subject::new("thanks", 1), Subject::new("thanks", 2)].into());

    // The API describes it, and the other families are as they were.
    let document = serde_json::to_value(server::api::document(&all()))?;
    assert!(document["paths"]["/api/thanks"].is_object() && document["paths"]["/api/bounties"].is_object());
    assert_eq!(digest(&world.db, &all()).await?, world.fresh().await?);
    world.running.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_back_with_the_chain_and_is_rebuilt() -> Result<()> {
    let world = World::begin().await?;
    world.fund(1).await?;
    world.send(1, calls::give(world.chain.accounts[2], Amount::mdc(2), "stays")).await?;
    world.indexed().await?;
    let snapshot = world.rpc("evm_snapshot", json!([])).await?;
    world.send(1, calls::give(world.chain.accounts[2], Amount::mdc(1), "goes")).await?;
    world.send(2, calls::answer(1, "goes as well")).await?;
    world.indexed().await?;
    assert_eq!(world.list("").await?.rows.len(), 2);
    ensure!(world.rpc("evm_revert", json!([snapshot])).await? == json!(true));
    world.send(1, calls::take_back(1)).await?;
    world.send(1, calls::give(world.chain.accounts[4], Amount::mdc(3), "comes instead")).await?;
    world.rpc("anvil_mine", json!(["0x3"])).await?;
    world.indexed().await?;
    let rows = world.list("").await?.rows;
    assert_eq!((rows[0].note.as_str(), rows[0].to), ("comes instead", world.chain.accounts[4]));
    assert_eq!((rows[1].state, rows[1].answer.as_deref()), (State::TakenBack, None));
    let whole = digest(&world.db, &all()).await?;
    assert_eq!(whole, world.fresh().await?);

    sqlx::query("UPDATE thanks SET note = 'damaged'").execute(&world.db.pool).await?;
    assert!(rebuild(&world.db, &world.chain.deployment, &all()).await?.to_string().contains("2 thanks"));
    assert_eq!(digest(&world.db, &all()).await?, whole);
    world.running.stop().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_of_the_contract_has_its_sentence() -> Result<()> {
    let artifact: Value = serde_json::from_str(include_str!("../artifacts/Thanks.json"))?;
    let known: Refusals = REFUSALS;
    let inherited = ["ERC20", "NothingOwed", "NotCovered", "SafeERC20", "Reentrancy"];
    for entry in artifact["abi"].as_array().context("an ABI")?.iter().filter(|entry| entry["type"] == "error") {
        let name = entry["name"].as_str().context("a name")?;
        let own = !inherited.iter().any(|prefix| name.starts_with(prefix));
        let found =
            known.iter().flat_map(|list| list.iter()).any(|error| error.signature.starts_with(&format!("{name}(")));
        assert!(found || !own, "{name} has no sentence");
    }
    Ok(())
}
