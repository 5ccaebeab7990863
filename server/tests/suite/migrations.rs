//! A database that the last version wrote is carried over: nothing is read again, nothing is lost.
//!
//! `fixtures/database_of_0003.sql` has its rows, `fixtures/chain.json` the chain that they came from and how it went on.
//! Both have events in their present shape, since a chain with other events is another deployment: those of bounties; a
//! market's contributions, which are committed to and shown; and what was taken of a deposit, which was `Reported` then and
//! is `Taken` now, with the same arguments.

use anyhow::{Context, Result};
use bounty::{
    Bounty, Phase,
    api::{AccountBounties, BountyList},
};
use futures::future::BoxFuture;
use protocol::api::Status;
use server::{
    config::Config,
    db::Db,
    families,
    serve::{self, Running},
};
use sqlx::{
    AnyPool, Row,
    error::BoxDynError,
    migrate::{Migration, MigrationSource, Migrator},
};

use crate::support::{
    Database, app, on_both,
    recorded::{Recorded, RecordedNode},
    until,
};

on_both!(
    a_database_of_the_last_version_is_carried_over,
    an_index_from_before_a_contract_was_known_is_read_anew,
    revealed_truths_are_known_before_anything_is_folded_anew,
);

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
const ROWS: &str = include_str!("../fixtures/database_of_0003.sql");

/// The migrations of the last version.
#[derive(Debug)]
struct Last;

impl MigrationSource<'static> for Last {
    fn resolve(self) -> BoxFuture<'static, Result<Vec<Migration>, BoxDynError>> {
        let migrations = MIGRATIONS.iter().filter(|migration| migration.version <= 3).cloned().collect();
        Box::pin(std::future::ready(Ok(migrations)))
    }
}

/// Writes what the last version wrote.
async fn restore(database: &Database) -> Result<AnyPool> {
    sqlx::any::install_default_drivers();
    let pool = AnyPool::connect(&database.url).await?;
    Migrator::new(Last).await?.run(&pool).await?;
    for statement in ROWS.split_terminator(";\n") {
        sqlx::query(statement).persistent(false).execute(&pool).await?;
    }
    Ok(pool)
}

fn config(database: &Database, node: &RecordedNode) -> Result<Config> {
    let path = database.folder.path().join("deployment.json");
    std::fs::write(&path, serde_json::to_vec(&Recorded::read()?.deployment)?)?;
    let mut config = app::settings(database, path)?;
    config.rpc = vec![node.url.clone()];
    Ok(config)
}

/// Starts a server and waits until it stands on the chain's last block.
async fn indexed(config: &Config, head: u64) -> Result<(Running, Db)> {
    let running = serve::start(config.clone()).await?;
    let db = Db::open(&config.database_url()).await?;
    stands_on(&db, head).await?;
    Ok((running, db))
}

async fn stands_on(db: &Db, head: u64) -> Result<()> {
    until("the index stands on the head of the recorded chain", || async {
        let row = sqlx::query("SELECT block, head FROM progress WHERE id = 1").fetch_optional(&db.pool).await?;
        let Some(row) = row else { return Ok(false) };
        Ok((row.try_get::<i64, _>(0)?, row.try_get::<i64, _>(1)?) == (head as i64, head as i64))
    })
    .await
}

/// What a fresh index of the recorded chain comes to at a block.
async fn fresh_digest(database: &Database, head: u64) -> Result<protocol::Digest> {
    let (node, database) = (RecordedNode::start(head).await?, database.sibling()?);
    let (running, db) = indexed(&config(&database, &node)?, head).await?;
    running.stop().await;
    Ok(server::indexer::digest::digest(&db, &families::all()).await?)
}

/// Rows of tables whose columns are those of the last version, as text.
async fn rows(pool: &AnyPool) -> Result<Vec<(String, Vec<Vec<String>>)>> {
    let mut all = Vec::new();
    // Renamed since.
    let takes = match sqlx::query("SELECT COUNT(*) FROM takes").fetch_one(pool).await {
        Ok(_) => "(SELECT model, key, taker AS reporter, amount FROM takes) AS reports",
        Err(_) => "reports",
    };
    for (table, columns) in [
        (
            "bounties",
            "id, requester, reward_hi, reward_lo, deadline, submissions, best_correct, state, winner, ended_at",
        ),
        ("people", "bounty, person, role"),
        ("titles", "cid, title, folded"),
        ("models", "address, owner, classifier, ready, contributions, contributors, created_block, created_log"),
        ("contributions", "model, key, number, contributor, label, remaining, state, point, sample, tx, log_index"),
        ("accounts", "model, account, good, balance, contributions, earned"),
        (takes, "model, key, reporter, amount"),
        ("anchors", "account, size, root, block, log_index"),
        ("attestations", "bounty, trainer, account, equal_rows, all_rows, block"),
        ("publications", "id, publisher, cid, name, description"),
        ("withdrawals", "id, block"),
        ("originals", "model, key, cid, folded"),
        ("accuracy", "position, model, block, block_hash, log_index, test_cid, correct, total"),
        ("test_sets", "cid, rows_found"),
        ("model_files", "cid, name, description, test_cid"),
        ("contents", "cid, bytes"),
        ("quotas", "address, used"),
        ("blocks", "number, hash, at"),
    ] {
        let found = sqlx::query(&format!("SELECT {columns} FROM {table}")).fetch_all(pool).await?;
        let cell = |row: &sqlx::any::AnyRow, i: usize| -> Result<String> {
            Ok(match row.try_get::<Option<i64>, _>(i) {
                Ok(number) => format!("{number:?}"),
                Err(_) => format!("{:?}", row.try_get::<Option<String>, _>(i)?),
            })
        };
        let mut texts = found
            .iter()
            .map(|row| (0..row.len()).map(|i| cell(row, i)).collect())
            .collect::<Result<Vec<Vec<String>>>>()?;
        texts.sort();
        assert!(!texts.is_empty(), "the fixture has rows in {table}");
        all.push((if table == takes { "takes" } else { table }.to_owned(), texts));
    }
    Ok(all)
}

async fn a_database_of_the_last_version_is_carried_over(database: Database) -> Result<()> {
    let recorded = Recorded::read()?;
    let (stood, last) = (recorded.indexed_until, recorded.last());
    let pool = restore(&database).await?;
    let before = rows(&pool).await?;
    let row = sqlx::query("SELECT COUNT(*), MAX(revision) FROM logs CROSS JOIN progress").fetch_one(&pool).await?;
    let (logs, revision): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    pool.close().await;

    let node = RecordedNode::start(stood).await?;
    let config = config(&database, &node)?;
    let (running, db) = indexed(&config, stood).await?;
    // It stood there before it was started, so that folding anew may still be under way.
    until("rows are folded anew", || async {
        let now: i64 = sqlx::query_scalar("SELECT MAX(revision) FROM progress").fetch_one(&db.pool).await?;
        Ok(now > revision)
    })
    .await?;
    assert_eq!(rows(&db.pool).await?, before);
    let row = sqlx::query("SELECT COUNT(*), MAX(revision) FROM logs CROSS JOIN progress").fetch_one(&db.pool).await?;
    // One revision more: rows of shared models are folded anew from the logs, by the rules of this version.
    assert_eq!((row.try_get::<i64, _>(0)?, row.try_get::<i64, _>(1)?), (logs, revision + 1));
    assert_eq!(server::indexer::digest::digest(&db, &families::all()).await?, fresh_digest(&database, stood).await?);
    assert_eq!(node.asked(), Vec::<u64>::new(), "nothing is read again");

    // It goes on from where it stood.
    node.grow(last);
    stands_on(&db, last).await?;
    assert_eq!(server::indexer::digest::digest(&db, &families::all()).await?, fresh_digest(&database, last).await?);
    // The newest 16 blocks are looked at another time: some nodes have their logs late.
    assert!(node.asked().iter().all(|from| *from + 16 > stood), "{:?}", node.asked());
    let kept = |rows: &[(String, Vec<Vec<String>>)]| rows.iter().find(|(table, _)| table == "accuracy").cloned();
    assert_eq!(kept(&rows(&db.pool).await?), kept(&before), "the accuracy log is kept");

    // And says so over the API.
    let read = async |path: &str| -> Result<serde_json::Value> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let url = format!("{}{path}", running.url());
        Ok(client.get(url).send().await?.error_for_status()?.json().await?)
    };
    let status: Status = serde_json::from_value(read("/api/status").await?)?;
    assert_eq!((status.block, status.trouble), (last, None));
    assert_eq!(read("/api/accuracy-log").await?["size"], 5);
    assert_eq!(read("/api/bounties/1").await?["bounty"]["ending"]["kind"], "settled");
    assert_eq!(read("/api/bounties/1").await?["reproductions"]["reproduced"], 2);
    assert_eq!(read("/api/bounties/2").await?["bounty"]["submissions"].as_array().map(Vec::len), Some(2));
    assert_eq!(read("/api/bounties?search=digit").await?["total"], 1, "titles are kept");
    assert_eq!(read("/api/trained-models").await?["total"], 3);
    // The recorded chain stands long before this machine's time: by that, what may be revealed still would be missed.
    let list: BountyList = serde_json::from_value(read("/api/bounties").await?)?;
    let open = list.rows.iter().find(|row| row.id == 2).context("the open one is listed")?;
    let of = format!("/api/accounts/{}/bounties", open.requester);
    let account: AccountBounties = serde_json::from_value(read(&of).await?)?;
    assert_eq!(open.phase, Phase::TruthOverdue);
    for reliability in [open.reliability, Some(account.record.requester)] {
        assert_eq!(reliability.map(|found| (found.revealed, found.missed)), Some((1, 0)));
    }
    running.stop().await;

    // What families fold is what they fold anew from the carried logs.
    let whole = server::indexer::digest::digest(&db, &families::all()).await?;
    let deployment = serde_json::from_value(recorded.deployment)?;
    server::indexer::rebuild(&db, &deployment, &families::all()).await?;
    assert_eq!(server::indexer::digest::digest(&db, &families::all()).await?, whole);
    Ok(())
}

/// Before version 3 nobody knew of Reproductions and PublishedModels, and their columns said '?'.
async fn an_index_from_before_a_contract_was_known_is_read_anew(database: Database) -> Result<()> {
    let stood = Recorded::read()?.indexed_until;
    let pool = restore(&database).await?;
    for change in [
        "UPDATE progress SET reproductions = '?', published_models = '?'",
        "DELETE FROM logs WHERE log_index >= 0 AND bounty = 0 AND model = ''",
        "DELETE FROM attestations",
        "DELETE FROM publications",
        "DELETE FROM withdrawals",
    ] {
        sqlx::query(change).execute(&pool).await?;
    }
    pool.close().await;
    let node = RecordedNode::start(stood).await?;
    let (running, db) = indexed(&config(&database, &node)?, stood).await?;
    // A stale position stands on the head as well: the logs say that it was left.
    until("the index is read anew", || async {
        Ok(server::indexer::digest::digest(&db, &families::all()).await? == fresh_digest(&database, stood).await?)
    })
    .await?;
    let kept: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM accuracy").fetch_one(&db.pool).await?;
    assert_eq!(kept, 5, "the accuracy log is about the same models");
    running.stop().await;
    Ok(())
}

/// Of the fixture's bounties the first is settled and the second open. A requester who revealed must not be taken for one
/// who did not until the index has folded again; and a stranger's text is no truth.
async fn revealed_truths_are_known_before_anything_is_folded_anew(database: Database) -> Result<()> {
    let pool = restore(&database).await?;
    let text =
        r#"UPDATE bounties SET state = REPLACE(state, '"train_cid":"', '"train_cid":"\"truth\":{') WHERE id = 2"#;
    assert_eq!(sqlx::query(text).execute(&pool).await?.rows_affected(), 1);
    let state: String = sqlx::query_scalar("SELECT state FROM bounties WHERE id = 2").fetch_one(&pool).await?;
    let bounty: Bounty = serde_json::from_str(&state)?;
    assert!(bounty.train_cid.starts_with(r#""truth":{"#), "the text reads as it was meant: {}", bounty.train_cid);
    pool.close().await;
    let db = Db::open(&database.url).await?;
    let rows = sqlx::query("SELECT id, revealed FROM bounties ORDER BY id").fetch_all(&db.pool).await?;
    let found = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<Vec<(i64, i64)>>>()?;
    assert_eq!(found, [(1, 1), (2, 0)]);
    Ok(())
}
