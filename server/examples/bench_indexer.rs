//! `cargo xtask bench indexer`: how fast the index takes 20,000 events in, against fetching the same logs and throwing
//! them away. Writes `target/bench/indexer.json`.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use devchain::{
    Anvil, Chain, Options,
    bounty::{Offer, Published},
};
use protocol::{Amount, Digest};
use serde_json::{Value, json};
use server::{
    chain::Reading,
    db::Db,
    families,
    indexer::{Fetcher, Indexer, Sources, digest::digest},
    views::status::status,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

const EVENTS: u64 = 20_000;
const RUNS: usize = 7;
const BLOCK_GAS: u64 = 60_000_000;

#[tokio::main]
async fn main() -> Result<()> {
    let accounts = 200;
    let anvil =
        Anvil::start(Options { accounts: Some(accounts), gas_limit: Some(BLOCK_GAS), ..Options::default() }).await?;
    let chain = Chain::deploy(anvil.url()).await?;
    let since = Instant::now();
    fill(&chain).await?;
    let head = number(&chain.request("eth_blockNumber", json!([])).await?)?;
    eprintln!("{EVENTS} events in {head} blocks, made in {:.1} s", since.elapsed().as_secs_f64());

    let (mut indexed, mut floor) = (Vec::new(), Vec::new());
    // Alternating, and once more than is counted: the first of each warms the node up.
    for run in 0..=RUNS {
        let thrown_away = fetch_only(&chain, head).await?;
        let taken_in = index(&chain, head).await?;
        eprintln!("run {run}: fetched in {thrown_away:?}, indexed in {taken_in:?}");
        if run > 0 {
            floor.push(thrown_away);
            indexed.push(taken_in);
        }
    }
    let rate = |times: &mut Vec<Duration>| {
        times.sort();
        EVENTS as f64 / times[times.len() / 2].as_secs_f64()
    };
    let (events_per_s, floor_events_per_s) = (rate(&mut indexed), rate(&mut floor));
    let ratio = events_per_s / floor_events_per_s;
    let report = json!({
        "ratio": ratio,
        "events_per_s": events_per_s,
        "floor_events_per_s": floor_events_per_s,
        "events": EVENTS,
        "blocks": head,
        "runs": RUNS,
        "peer": "the same requests in the same batches, answers parsed and thrown away; Anvil 1.7.1 on loopback",
        "database": "SQLite, WAL, synchronous=NORMAL",
        "machine": machine(),
    });
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("indexer.json"), serde_json::to_vec_pretty(&report)?)?;
    println!("{report:#}");
    Ok(())
}

/// Bounties with many submissions and withdrawals, many to a block. Every market transaction emits one event.
async fn fill(chain: &Chain) -> Result<()> {
    let people = &chain.accounts;
    let requester = people[0];
    let fund = |person| async move { chain.fund(person).await };
    fund(requester).await?;
    let offer = Offer { reward: Amount::mdc(1), stake: Amount::ZERO, open_for: 10_000_000, ..Offer::default() };
    let mut made = 0;
    let mut bounties = Vec::new();
    for salt in 0..20 {
        bounties.push(chain.post(requester, &offer, &Published::made_up(), vec![1; 100], [salt; 32]).await?);
        made += 1;
    }
    chain.request("evm_setAutomine", json!([false])).await?;
    let trainers = &people[1..];
    let mut withdraw = false;
    while made < EVENTS {
        for bounty in &bounties {
            for &trainer in trainers {
                if made == EVENTS {
                    break;
                }
                let hash = Digest::of(&made.to_be_bytes());
                let data = match withdraw {
                    true => bounty::calls::withdraw(bounty.id),
                    false => bounty.any_submission(hash),
                };
                let data = format!("0x{}", hex::encode(data));
                let transaction =
                    json!({"from": trainer, "to": chain.bounty_market()?, "data": data, "gas": "0x40000"});
                chain.request("eth_sendTransaction", json!([transaction])).await?;
                made += 1;
            }
            chain.request("evm_mine", json!([])).await?;
        }
        withdraw = !withdraw;
    }
    // Whatever did not fit a block is mined now.
    while number(&chain.request("txpool_status", json!([])).await?["pending"])? > 0 {
        chain.request("evm_mine", json!([])).await?;
    }
    chain.request("evm_setAutomine", json!([true])).await.map(drop)
}

fn reader(chain: &Chain) -> Result<Arc<server::chain::Chain>> {
    let reading = Reading { timeout: Duration::from_secs(30), ..Reading::default() };
    Ok(Arc::new(server::chain::Chain::new(&chain.deployment.rpc_urls, reading)?))
}

/// The floor: the same batches, thrown away.
async fn fetch_only(chain: &Chain, head: u64) -> Result<Duration> {
    let mut fetcher =
        Fetcher::new(reader(chain)?, Sources::of(&chain.deployment, &families::all()), chain.deployment.start_block);
    let since = Instant::now();
    let (mut next, mut events) = (chain.deployment.start_block, 0);
    while next <= head {
        let batch = fetcher.take(next, head).await?;
        next = batch.to + 1;
        fetcher.prefetch(next, head);
        events += batch.logs.len() as u64;
    }
    let took = since.elapsed();
    ensure!(events == EVENTS, "{events} events were fetched");
    Ok(took)
}

/// A fresh index of all of it.
async fn index(chain: &Chain, head: u64) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let db = Db::open(&format!("sqlite://{}?mode=rwc", folder.path().join("bench.sqlite").display())).await?;
    let stop = CancellationToken::new();
    let advanced = Arc::new(Notify::new());
    let indexer = Indexer {
        db: db.clone(),
        chain: reader(chain)?,
        deployment: chain.deployment.clone(),
        families: families::all(),
        confirmations: 0,
        poll: Duration::from_millis(500),
        advanced: advanced.clone(),
    };
    let since = Instant::now();
    let task = tokio::spawn(indexer.run(stop.clone()));
    loop {
        let woken = advanced.notified();
        let now = status(&db).await?;
        if now.block >= head {
            break;
        }
        // Trouble before the first block is only that the index has not begun.
        ensure!(now.block == 0 || now.trouble.is_none(), "{:?}", now.trouble);
        woken.await;
    }
    let took = since.elapsed();
    stop.cancel();
    task.await?;
    let events: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM logs").fetch_one(&db.pool).await?;
    ensure!(events as u64 == EVENTS, "{events} events were indexed");
    digest(&db, &families::all()).await?;
    Ok(took)
}

fn number(value: &Value) -> Result<u64> {
    let text = value.as_str().with_context(|| format!("{value} is not a number"))?;
    Ok(u64::from_str_radix(text.trim_start_matches("0x"), 16)?)
}

fn machine() -> Value {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    let threads = std::thread::available_parallelism().map_or(0, usize::from);
    json!({"cpu": model, "threads": threads, "os": std::env::consts::OS})
}
