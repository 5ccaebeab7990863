//! Kills, reorganisations, errors, lag, late logs, holes and logs that are taken back, all at once and at random: whatever
//! happened, the index ends byte-equal to a clean one, and with what the chain says counted one by one.
//!
//! A run prints its seed where it fails; `MODELMARKET_SEED=…` repeats that one alone. `MODELMARKET_RUNS` says how many there
//! are (`cargo xtask test --long`: 1,000).

mod chain;
mod flaky;
mod ledger;

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use futures::{StreamExt, TryStreamExt, stream};
use protocol::{Digest, api::Deployment};
use rand::{Rng, SeedableRng, rngs::StdRng};
use rpc::{
    Allowance, Client, Endpoint, Options,
    native::Native,
    testing::{Rules, Strict, VirtualTime},
};
use server::{
    chain::Chain as Reader,
    config::Cli,
    db::Db,
    families,
    family::Families,
    indexer::{Indexer, digest::digest},
    serve,
};
use sqlx::Row;
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use chain::Chain;
use flaky::Flaky;
use ledger::Ledger;

/// Runs in this process, and with a real kill of the server's, unless somebody says otherwise.
const RUNS: u64 = 100;
const REAL_KILLS: u64 = 20;
/// Runs at the same time.
const AT_ONCE: usize = 4;
/// The longest that a run may take to come to its end, once everything is well again.
const PATIENCE: Duration = Duration::from_secs(120);
/// Runs that found a fault once: a subject that was made in the last blocks was counted for one that was left out.
const FOUND_FAULTS: [u64; 1] = [3_986_856_277_009_324_967];
/// Set for a process that is to be killed: the folder with its deployment.
const VICTIM: &str = "MODELMARKET_MISHAPS_VICTIM";

fn all() -> Families {
    families::all().and(Ledger)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The seeds of a test.
fn seeds(runs: u64, stream: u64) -> Vec<u64> {
    match number("MODELMARKET_SEED") {
        Some(seed) => vec![seed],
        None => {
            let base = StdRng::from_os_rng().random_range(0..u64::MAX / 4);
            eprintln!("seeds {} to {}", base + stream, base + stream + runs - 1);
            (0..runs).map(|run| base + stream + run).collect()
        }
    }
}

/// A chain, a bad line to it, and the database of an index that reads over it.
struct World {
    seed: u64,
    random: StdRng,
    chain: Chain,
    strict: Strict,
    flaky: Flaky,
    deployment: Deployment,
    confirmations: u64,
    /// Whether requests are limited, so that blocks near the head are not looked at one by one.
    limited: bool,
    /// Whether there is another node besides, which is fine.
    two_nodes: bool,
    time: VirtualTime,
    folder: tempfile::TempDir,
    db: Db,
}

fn url(path: &Path) -> String {
    format!("sqlite://{}?mode=rwc", path.display())
}

/// An empty database, made once and copied.
async fn template(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("template.sqlite");
    let db = Db::open_with(&url(&path), &all().migrations()).await?;
    db.pool.close().await;
    Ok(path)
}

impl World {
    async fn new(seed: u64, template: &Path, real: bool) -> Result<Self> {
        let mut random = StdRng::seed_from_u64(seed);
        let id = if random.random_bool(0.5) { rpc::DEVELOPMENT_CHAIN } else { 11_155_111 };
        let chain = Chain::new(id);
        let time = VirtualTime::new(seed);
        let strict = if real {
            Strict::before(chain.clone(), Native::default(), Rules::default(), seed)
        } else {
            Strict::before(chain.clone(), time.clone(), Rules::default(), seed)
        };
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("index.sqlite");
        std::fs::copy(template, &path)?;
        let deployment = Deployment {
            chain_id: id,
            chain_name: "In memory".into(),
            rpc_urls: vec!["http://127.0.0.1:1".into()],
            contracts: [(ledger::HUB.to_owned(), chain::HUB)].into(),
            start_block: 1,
            explorer_tx: None,
        };
        Ok(Self {
            flaky: Flaky::before(strict.clone(), seed ^ 1),
            confirmations: if random.random_bool(0.3) { random.random_range(1..12) } else { 0 },
            limited: random.random_bool(0.3),
            two_nodes: random.random_bool(0.3),
            db: Db::open_with(&url(&path), &all().migrations()).await?,
            seed,
            random,
            chain,
            strict,
            deployment,
            time,
            folder,
        })
    }

    fn reader(&self, nodes: Vec<Endpoint>) -> Arc<Reader> {
        let allowance = self.limited.then(|| Allowance::new(u32::MAX, Duration::from_secs(1)));
        let options = Options { timeout: Duration::from_secs(1), allowance, ..Options::default() };
        Arc::new(Reader::of(Client::new(nodes, self.time.clone(), options)))
    }

    fn indexer(&self, db: &Db, chain: Arc<Reader>) -> Indexer {
        Indexer {
            db: db.clone(),
            chain,
            deployment: self.deployment.clone(),
            families: all(),
            confirmations: self.confirmations,
            // Pauses after failures are a multiple of it.
            poll: Duration::from_micros(100),
            advanced: Arc::new(Notify::new()),
        }
    }

    /// An index as a fresh process has it: nothing is known of the nodes.
    fn start(&self) -> JoinHandle<()> {
        let mut nodes = vec![Endpoint::new("Node 1", self.flaky.clone(), None)];
        if self.two_nodes {
            let friendly = Strict::before(self.chain.clone(), self.time.clone(), Rules::default(), self.seed);
            nodes.push(Endpoint::new("Node 2", friendly, None));
        }
        tokio::spawn(self.indexer(&self.db, self.reader(nodes)).run(CancellationToken::new()))
    }

    /// Something happens to the chain or to the line.
    fn mishap(&mut self) {
        let random = &mut self.random;
        match random.random_range(0..10) {
            0..4 => self.chain.grow(random.random_range(1..40), random),
            4..8 => {
                let (depth, more) = (random.random_range(1..=64), random.random_range(1..20));
                self.chain.reorganise(depth, more, random);
            }
            _ => {
                // A node that hides lets nobody pass until it is read block by block, so it is rare.
                self.chain.hide(u64::from(random.random_ratio(1, 6)));
                let mut maybe = |value: u64| if random.random_bool(0.6) { value } else { 0 };
                self.flaky.fail(maybe(10));
                let rules = Rules {
                    range: maybe(50),
                    results: maybe(400) as usize,
                    busy_one_in: maybe(10),
                    retry_after: 0,
                    behind_one_in: maybe(5),
                    behind: maybe(2),
                    late: maybe(3),
                    removed: maybe(1) == 1,
                    cut: maybe(100) as usize,
                    without_times: maybe(1) == 1,
                    disordered: maybe(1) == 1,
                    hidden: None,
                    ..Rules::default()
                };
                self.strict.now(rules);
            }
        }
    }

    /// Everything is well from now on, and the chain goes on for a while, so that what was late has come.
    fn heal(&mut self) {
        self.flaky.fail(0);
        self.chain.hide(0);
        self.strict.now(Rules::default());
        // Most often nothing happens any more, so that no later event contradicts what was left out.
        if self.random.random_bool(0.7) {
            self.chain.rest(40);
        } else {
            self.chain.grow(40, &mut self.random);
        }
    }

    /// Waits until the index has asked for so much more, or has ended.
    async fn asks(&self, more: u64, ended: impl Fn() -> bool) -> Result<()> {
        let (target, since) = (self.flaky.served() + more, Instant::now());
        while self.flaky.served() < target && !ended() {
            // Where another node answers, this one may not be asked.
            if self.two_nodes && since.elapsed() > Duration::from_millis(200) {
                break;
            }
            ensure!(since.elapsed() < PATIENCE, "the index asks no more");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    async fn stands(&self, db: &Db) -> Result<bool> {
        let row = sqlx::query("SELECT block, block_hash FROM progress WHERE id = 1").fetch_optional(&db.pool).await?;
        let Some(row) = row else { return Ok(false) };
        let until = self.chain.head() - self.confirmations;
        let (block, hash): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        Ok((block as u64, hash) == (until, self.chain.hash(until).to_string()))
    }

    /// The digest of an index that reads the same chain from a friendly node, once and from the start.
    async fn clean(&self, template: &Path) -> Result<Digest> {
        let path = self.folder.path().join("clean.sqlite");
        std::fs::copy(template, &path)?;
        let db = Db::open_with(&url(&path), &all().migrations()).await?;
        let friendly = Strict::before(self.chain.clone(), self.time.clone(), Rules::default(), self.seed);
        let reader = self.reader(vec![Endpoint::new("Node", friendly, None)]);
        let task = tokio::spawn(self.indexer(&db, reader).run(CancellationToken::new()));
        let since = Instant::now();
        while !self.stands(&db).await? {
            ensure!(since.elapsed() < PATIENCE, "a clean index does not come to the head");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        task.abort();
        // What the chain says, counted one by one by who made it.
        let mut found = chain::Books::new();
        for row in sqlx::query("SELECT book, entries, folded FROM ledger_books").fetch_all(&db.pool).await? {
            let (book, entries, folded): (String, i64, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            found.insert(book.parse()?, (entries as u64, folded.parse()?));
        }
        ensure!(found == self.chain.books(self.chain.head() - self.confirmations), "a clean index is wrong: {found:?}");
        let clean = digest(&db, &all()).await?;
        db.pool.close().await;
        Ok(clean)
    }

    /// Waits until the index is equal to a clean one.
    async fn comes_right(&self, clean: Digest) -> Result<()> {
        let (since, mut looked_at) = (Instant::now(), -1);
        loop {
            let revision: i64 =
                sqlx::query_scalar("SELECT COALESCE(MAX(revision), 0) FROM progress").fetch_one(&self.db.pool).await?;
            if revision != looked_at && self.stands(&self.db).await? {
                looked_at = revision;
                if digest(&self.db, &all()).await? == clean {
                    return Ok(());
                }
            }
            if since.elapsed() > PATIENCE {
                let row = sqlx::query("SELECT block, head, trouble FROM progress").fetch_one(&self.db.pool).await?;
                let (block, head, trouble): (i64, i64, Option<String>) =
                    (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                bail!("it stays different from a clean index at {block} of {head}: {trouble:?}");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// What happened in a run.
#[derive(Debug, Default, Clone, Copy)]
struct Happened {
    kills: u64,
    /// Times that the index went back.
    back: u64,
    requests: u64,
}

async fn run_in_process(seed: u64, template: &Path) -> Result<Happened> {
    let mut world = World::new(seed, template, false).await?;
    world.chain.grow(5, &mut world.random);
    let mut index = world.start();
    let mut happened = Happened::default();
    for _ in 0..world.random.random_range(4..12) {
        for _ in 0..world.random.random_range(1..3) {
            world.mishap();
        }
        // Sometimes at once, sometimes when it has long come to the head.
        let more = if world.random.random_bool(0.5) { 0..40 } else { 40..160 };
        let more = world.random.random_range(more);
        world.asks(more, || index.is_finished()).await?;
        ensure!(!index.is_finished(), "the index ended by itself");
        if world.random.random_bool(0.5) {
            // In the middle of whatever it does.
            index.abort();
            let _ = index.await;
            index = world.start();
            happened.kills += 1;
        }
    }
    world.heal();
    let clean = world.clean(template).await?;
    let right = world.comes_right(clean).await;
    index.abort();
    let _ = index.await;
    let back: i64 = sqlx::query_scalar("SELECT reorgs FROM progress").fetch_one(&world.db.pool).await?;
    (happened.back, happened.requests) = (back as u64, world.flaky.served());
    world.db.pool.close().await;
    right.map(|()| happened)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_the_index_ends_equal_to_a_clean_one() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let template = &template(folder.path()).await?;
    let runs = number("MODELMARKET_RUNS").unwrap_or(RUNS);
    let run =
        |seed| async move { run_in_process(seed, template).await.with_context(|| format!("MODELMARKET_SEED={seed}")) };
    let again = FOUND_FAULTS.into_iter().filter(|_| number("MODELMARKET_SEED").is_none());
    let all: Vec<Happened> =
        stream::iter(seeds(runs, 0).into_iter().chain(again)).map(run).buffer_unordered(AT_ONCE).try_collect().await?;
    let sum = |of: fn(&Happened) -> u64| all.iter().map(of).sum::<u64>();
    let (kills, back, requests) = (sum(|h| h.kills), sum(|h| h.back), sum(|h| h.requests));
    eprintln!("{runs} runs: {kills} kills, {back} times back, {requests} requests; all equal to a clean index");
    ensure!(all.len() < 10 || kills > runs && back > runs, "too little happened");
    Ok(())
}

/// A server as a process of its own, which is this program again.
struct Victim(Child);

impl Victim {
    fn start(folder: &Path, rpc: &str) -> Result<Self> {
        let child = Command::new(std::env::current_exe()?)
            .args(["mishaps::victim", "--exact", "--nocapture", "--test-threads", "1"])
            .env(VICTIM, folder)
            .env("MODELMARKET_RPC", rpc)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self(child))
    }
}

impl Drop for Victim {
    /// SIGKILL.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a [`Victim`] does; nothing in a usual run.
#[tokio::test(flavor = "multi_thread")]
async fn victim() -> Result<()> {
    let Some(folder) = std::env::var_os(VICTIM).map(PathBuf::from) else { return Ok(()) };
    let mut config = Cli::try_parse_from(["server"])?.config;
    config.listen = "127.0.0.1:0".parse()?;
    config.data = folder.join("data");
    config.database = Some(url(&folder.join("index.sqlite")));
    config.deployment = folder.join("deployment.json");
    config.confirmations = Some(std::fs::read_to_string(folder.join("confirmations"))?.parse()?);
    config.rpc_requests_per_day = Some(0);
    config.poll_ms = 1;
    let _running = serve::start_with(config, all()).await?;
    std::future::pending().await
}

async fn run_with_real_kills(seed: u64, template: &Path) -> Result<()> {
    let mut world = World::new(seed, template, true).await?;
    (world.two_nodes, world.limited) = (false, false);
    let folder = world.folder.path().to_owned();
    std::fs::write(folder.join("deployment.json"), serde_json::to_vec(&world.deployment)?)?;
    std::fs::write(folder.join("confirmations"), world.confirmations.to_string())?;
    let listening = world.flaky.listen().await?;
    world.chain.grow(5, &mut world.random);
    for _ in 0..world.random.random_range(3..6) {
        let victim = Victim::start(&folder, &listening.url)?;
        for _ in 0..world.random.random_range(1..3) {
            let more = world.random.random_range(1..50);
            world.asks(more, || false).await?;
            world.mishap();
        }
        let more = world.random.random_range(0..30);
        world.asks(more, || false).await?;
        drop(victim);
    }
    world.heal();
    let clean = world.clean(template).await?;
    let _last = Victim::start(&folder, &listening.url)?;
    world.comes_right(clean).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whenever_the_process_is_killed_the_index_ends_equal_to_a_clean_one() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let template = &template(folder.path()).await?;
    let run = |seed| async move {
        run_with_real_kills(seed, template).await.with_context(|| format!("MODELMARKET_SEED={seed}"))
    };
    stream::iter(seeds(REAL_KILLS, 1 << 40)).map(run).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
    Ok(())
}
