//! SIGKILL in the middle of indexing.

use std::time::Duration;

use anyhow::{Result, ensure};
use devchain::{
    bounty::{Offer, Published},
    publish::Publisher,
};
use protocol::{Address, Amount};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::json;
use shared_model::{ClassifierKind, IncentiveKind};

use crate::support::{
    Database,
    app::{self, TestChain},
    models::{blank, described, features},
    on_both,
    process::{self, Process},
    proxy::{Mischief, Proxy},
    until,
};

on_both!(fifty_kills_leave_the_index_equal_to_a_clean_one);

const KILLS: usize = 50;

async fn fifty_kills_leave_the_index_equal_to_a_clean_one(database: Database) -> Result<()> {
    let seed: u64 = rand::random();
    eprintln!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let chain = TestChain::start().await?;
    let people = chain.chain.accounts.clone();
    for &person in &people[1..4] {
        chain.chain.fund(person).await?;
    }
    // A node that takes its time, so that there is a middle to be killed in.
    let proxy = Proxy::before(chain.anvil.url(), Mischief::Slow(Duration::from_millis(2))).await?;
    let mut config = app::config(&database, &chain)?;
    config.rpc = vec![proxy.url.clone()];
    // Migrations once; they are not what is being killed.
    let db = server::db::Db::open(&database.url).await?;
    let mut start = blank(ClassifierKind::NaiveBayes, IncentiveKind::Points);
    let files = described("Survivor", &mut start);
    let process = Process::start(&app::config(&database, &chain)?)?;
    let publisher = Publisher::sign_in(&chain.chain, &process.url, people[1]).await?;
    publisher.put(files.metadata).await?;
    publisher.put(files.test_set).await?;
    ensure!(process.terminate()?, "SIGTERM ends it well");
    let model = chain.chain.make_model(people[1], &start).await?.model;

    let (mut kills, mut halfway, mut reorgs) = (0, 0, 0);
    let mut snapshot = json!(null);
    while kills < KILLS {
        // Every now and then what was half indexed turns out to be an orphaned branch.
        if kills % 10 == 8 {
            snapshot = chain.rpc("evm_snapshot", json!([])).await?;
        } else if kills % 10 == 9 {
            chain.rpc("evm_revert", json!([snapshot])).await?;
            reorgs += 1;
        }
        let at = server::views::status::status(&db).await?.block;
        grow(&chain, &people, model, &mut random).await?;
        while chain.head().await?.0 < at + 100 {
            grow(&chain, &people, model, &mut random).await?;
        }
        let mut child = Process::spawn(&config)?;
        // Killed some moments after it began to move.
        let moves = until("the index moves", || async { Ok(server::views::status::status(&db).await?.block != at) });
        if let Err(error) = moves.await {
            let status = server::views::status::status(&db).await?;
            return Err(error.context(format!("after {kills} kills: {status:?}, child {:?}", child.try_wait())));
        }
        tokio::time::sleep(Duration::from_micros(random.random_range(0..30_000))).await;
        child.kill()?;
        child.wait()?;
        kills += 1;
        let block = server::views::status::status(&db).await?.block;
        halfway += usize::from(block < chain.head().await?.0);
    }
    eprintln!("{kills} kills, {halfway} of them before the head was reached, {reorgs} reorganisations between");
    ensure!(halfway > KILLS / 4, "only {halfway} kills were in the middle");

    let finish = async |config: &server::config::Config, url: &str| -> Result<()> {
        let process = Process::start(config)?;
        let db = server::db::Db::open(url).await?;
        until("the head", || async {
            let status = server::views::status::status(&db).await?;
            Ok(status.block == chain.head().await?.0 && status.trouble.is_none())
        })
        .await?;
        ensure!(process.terminate()?, "SIGTERM ends it well");
        Ok(())
    };
    finish(&config, &database.url).await?;
    let judging = Process::start(&config)?;
    // Judged as often as it changed, on every branch that was looked at; nothing twice, nothing left out.
    until("the accuracy log is complete", || async {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM contributions c WHERE NOT EXISTS (SELECT 1 FROM accuracy a \
             WHERE a.block_hash = c.block_hash AND a.log_index = c.log_index)",
        )
        .fetch_one(&db.pool)
        .await?;
        Ok(waiting == 0)
    })
    .await?;
    ensure!(judging.terminate()?, "SIGTERM ends it well");
    let (agrees, said) = process::replay(&app::config(&database, &chain)?, &[])?;
    ensure!(agrees, "{said}");
    eprintln!("{said}");
    let clean = database.sibling()?;
    let clean_config = app::config(&clean, &chain)?;
    finish(&clean_config, &clean.url).await?;
    let survived = process::run(&config, "digest")?;
    assert_eq!(survived, process::run(&clean_config, "digest")?);
    process::run(&config, "reindex")?;
    assert_eq!(survived, process::run(&config, "digest")?, "and equal to its own views rebuilt");
    Ok(())
}

/// Some dozens of blocks with events scattered over them.
async fn grow(chain: &TestChain, people: &[Address], model: Address, random: &mut StdRng) -> Result<()> {
    let offer = Offer { reward: Amount(1), stake: Amount::ZERO, open_for: 10_000_000, ..Offer::default() };
    let posted = chain.chain.post(people[1], &offer, &Published::made_up(), vec![1; 20], random.random()).await?;
    for &trainer in &people[2..4] {
        chain.rpc("anvil_mine", json!([format!("{:#x}", random.random_range(1..20))])).await?;
        let (feature, label) = (random.random_range(0..49), random.random_range(0..2));
        // The same sample again is refused by the contract, and changes nothing here.
        let _ = chain.chain.contribute(model, trainer, &features(&[feature, 49]), label).await;
        let hash = protocol::Digest(random.random());
        chain.chain.send_to_bounty_market(trainer, posted.any_submission(hash)).await?;
    }
    Ok(())
}
