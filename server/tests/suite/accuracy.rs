//! The accuracy log: what is judged, proofs, reorganisations, anchors, and the replay that finds what was changed.

use anyhow::{Result, ensure};
use devchain::shared_model::Start;
use protocol::{
    Address,
    merkle::{verify_consistency, verify_inclusion},
};
use serde_json::json;
use shared_model::{
    AccuracyRecord, ClassifierKind, IncentiveKind,
    api::{AccuracyEntry, ConsistencyProof, InclusionProof},
};

use crate::support::{
    Database, TestApp, app,
    models::{Published, blank, described, features, perceptron},
    on_both,
    process::{self, Process},
    until,
};

on_both!(
    whatever_changes_a_model_is_judged_as_the_chain_would,
    test_sets_that_come_late_are_used_then,
    entries_wait_for_confirmations,
    a_restart_goes_on_where_it_was,
    what_a_reorganisation_makes_void_stays_and_is_corrected,
    roots_are_anchored,
    a_replay_finds_what_was_changed,
);

/// Publishes metadata and test set, makes a loaded model, and lets people pay into it.
async fn published(app: &TestApp, name: &str, mut start: Start, people: &[Address]) -> Result<(Address, Published)> {
    let files = described(name, &mut start);
    let publisher = app.publisher(app.person(1)).await?;
    publisher.put(files.metadata.clone()).await?;
    publisher.put(files.test_set.clone()).await?;
    Ok((app.make(app.person(1), &start, people).await?.model, files))
}

/// The leaf that an entry is.
fn record(entry: &AccuracyEntry) -> Result<AccuracyRecord> {
    let &AccuracyEntry { model, block, block_hash, log_index, correct, total, .. } = entry;
    Ok(AccuracyRecord { model, block, block_hash, log_index, test: entry.test_cid.parse()?, correct, total })
}

/// Demands that every entry is proven to be in the log, and that the log grew without a change.
async fn proven(app: &TestApp, entries: &[AccuracyEntry]) -> Result<()> {
    let head = app.log().await?;
    for entry in entries {
        for size in [entry.index + 1, head.size] {
            let path = format!("/api/accuracy-log/proof?index={}&size={size}", entry.index);
            let proof: InclusionProof = app.read(&path).await?;
            assert_eq!((proof.index, proof.size, proof.leaf), (entry.index, size, record(entry)?.leaf()));
            verify_inclusion(&proof.leaf, proof.index, proof.size, &proof.path, &proof.root)?;
            let path = format!("/api/accuracy-log/consistency?from={size}");
            let grown: ConsistencyProof = app.read(&path).await?;
            assert_eq!((grown.from_root, grown.to, grown.to_root), (proof.root, head.size, head.root));
            verify_consistency(size, &grown.from_root, head.size, &head.root, &grown.path)?;
        }
    }
    Ok(())
}

async fn whatever_changes_a_model_is_judged_as_the_chain_would(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let teacher = app.person(2);
    let mut expected = Vec::new();
    let mut models = Vec::new();
    for (name, start) in
        [("by deposits", perceptron()), ("by points", blank(ClassifierKind::NaiveBayes, IncentiveKind::Points))]
    {
        let (model, files) = published(&app, name, start, &[teacher]).await?;
        models.push(model);
        expected.push((model, app.counted(model, &files.rows).await?));
        for feature in [1, 4, 7, 10] {
            app.chain.chain.contribute(model, teacher, &features(&[feature, feature + 1]), feature as u16 % 2).await?;
            expected.push((model, app.counted(model, &files.rows).await?));
        }
    }
    // Two in one block: each has an entry of its own.
    app.chain.rpc("evm_setAutomine", json!([false])).await?;
    for feature in [21, 33] {
        let call = shared_model::calls::shared::contribute(&features(&[feature]), 1, protocol::Amount::SUPPLY, None);
        let transaction =
            json!({"from": teacher, "to": models[0], "data": format!("0x{}", hex::encode(call)), "gas": "0x100000"});
        app.chain.rpc("eth_sendTransaction", json!([transaction])).await?;
    }
    app.chain.rpc("evm_mine", json!([])).await?;
    app.chain.rpc("evm_setAutomine", json!([true])).await?;

    app.logged(12).await?;
    let mut entries = Vec::new();
    for (number, &model) in models.iter().enumerate() {
        let history = app.history(model).await?;
        assert!(history.test_set && history.rows.iter().all(|entry| entry.current && entry.model == model));
        assert_eq!(history.total, [7, 5][number]);
        let counts: Vec<_> = history.rows.iter().take(5).map(|entry| (model, entry.correct)).collect();
        assert_eq!(counts, expected[number * 5..][..5]);
        assert!(history.rows.iter().all(|entry| entry.total == 50));
        // One for the end of loading, then one for each contribution, where the chain has it.
        let taught = app.chain.chain.shared_model(model).await?.contributions;
        let places = |entry: &AccuracyEntry| (entry.block, entry.block_hash, entry.log_index);
        let found: Vec<_> = history.rows.iter().skip(1).map(places).collect();
        assert_eq!(found, taught.iter().map(|c| (c.block, c.block_hash, c.log_index)).collect::<Vec<_>>());
        entries.extend(history.rows);
    }
    entries.sort_by_key(|entry| entry.index);
    assert_eq!(entries.iter().map(|entry| entry.index).collect::<Vec<_>>(), (0..12).collect::<Vec<_>>());
    proven(&app, &entries).await?;
    let two: Vec<_> =
        entries.iter().filter(|entry| entry.block == entries.iter().map(|e| e.block).max().unwrap()).collect();
    assert_eq!(two.len(), 2, "two contributions of one block");

    // The list shows the last one, and sorts by it.
    let list = app.models("sort=accuracy").await?;
    let shares: Vec<_> =
        list.rows.iter().map(|row| row.accuracy.unwrap()).map(|a| f64::from(a.correct) / f64::from(a.total)).collect();
    assert!(shares.is_sorted_by(|a, b| a >= b), "{shares:?}");
    let (agrees, printed) = process::replay(&app.config, &[])?;
    assert!(agrees && printed.contains("2 models: 12 entries equal, 0 mismatches"), "{printed}");
    Ok(())
}

async fn test_sets_that_come_late_are_used_then(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let teacher = app.person(2);
    let mut start = perceptron();
    let files = described("Late", &mut start);
    let model = app.make(app.person(1), &start, &[teacher]).await?.model;
    app.chain.chain.contribute(model, teacher, &features(&[1]), 1).await?;
    app.indexed().await?;
    let history = app.history(model).await?;
    assert!(!history.test_set && history.rows.is_empty());
    assert_eq!(app.models("").await?.rows[0].name, None);

    let publisher = app.publisher(app.person(1)).await?;
    publisher.put(files.metadata).await?;
    until("its name", async || Ok(app.models("search=LATE").await?.rows.first().is_some_and(|row| row.name.is_some())))
        .await?;
    let row = &app.models("").await?.rows[0];
    assert_eq!((row.name.as_deref(), row.description.as_deref()), (Some("Late"), Some("What Late is for.")));
    assert!(!app.history(model).await?.test_set);
    publisher.put(files.test_set).await?;
    app.logged(2).await?;
    let history = app.history(model).await?;
    assert!(history.test_set && history.total == 2);
    assert_eq!(history.rows[1].correct, app.counted(model, &files.rows).await?);
    proven(&app, &history.rows).await
}

async fn entries_wait_for_confirmations(database: Database) -> Result<()> {
    let app = TestApp::with(database, |config| config.accuracy_confirmations = Some(3)).await?;
    let teacher = app.person(2);
    let (model, _) = published(&app, "Patient", blank(ClassifierKind::NaiveBayes, IncentiveKind::Points), &[]).await?;
    app.chain.rpc("anvil_mine", json!(["0x3"])).await?;
    assert_eq!(app.logged(1).await?.confirmations, 3);
    app.chain.chain.contribute(model, teacher, &features(&[1]), 1).await?;
    let (block, _) = app.chain.head().await?;
    for mined in 1..=3u64 {
        assert_eq!(app.log().await?.size, 1, "{mined}");
        app.chain.rpc("evm_mine", json!([])).await?;
        app.indexed().await?;
    }
    app.logged(2).await?;
    let last = app.history(model).await?.rows.pop().unwrap();
    assert_eq!(last.block, block);
    // What is not three blocks deep has no entry, and the replay does not ask for one.
    app.chain.chain.contribute(model, teacher, &features(&[2]), 0).await?;
    app.indexed().await?;
    assert_eq!(app.log().await?.size, 2);
    Ok(())
}

async fn a_restart_goes_on_where_it_was(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    let teacher = app.person(2);
    let points = || blank(ClassifierKind::SparseCentroid, IncentiveKind::Points);
    let (model, files) = published(&app, "Patient", points(), &[]).await?;
    let teach = async |app: &TestApp, feature: u32| -> Result<()> {
        let sample = features(&[feature, feature + 1]);
        app.chain.chain.contribute(model, teacher, &sample, feature as u16 % 2).await.map(drop)
    };
    for feature in 1..=3 {
        teach(&app, feature).await?;
    }
    let before = app.logged(4).await?;
    let entries = app.history(model).await?.rows;
    app.stop().await;
    for feature in 4..=6 {
        teach(&app, feature).await?;
    }
    app.restart(|_| {}).await?;
    let after = app.logged(7).await?;
    let grown: ConsistencyProof = app.read(&format!("/api/accuracy-log/consistency?from={}", before.size)).await?;
    verify_consistency(before.size, &before.root, after.size, &after.root, &grown.path)?;
    let all = app.history(model).await?.rows;
    assert_eq!(all[..4], entries);
    assert_eq!(all[6].correct, app.counted(model, &files.rows).await?);
    // And with the views rebuilt, and with nothing to do.
    process::run(&app.config, "reindex")?;
    app.restart(|_| {}).await?;
    teach(&app, 7).await?;
    app.logged(8).await?;
    assert_eq!(app.history(model).await?.rows[..7], all);
    Ok(())
}

async fn what_a_reorganisation_makes_void_stays_and_is_corrected(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let teacher = app.person(2);
    let points = || blank(ClassifierKind::NaiveBayes, IncentiveKind::Points);
    let (model, files) = published(&app, "Moving", points(), &[]).await?;
    app.chain.chain.contribute(model, teacher, &features(&[1]), 1).await?;
    app.logged(2).await?;
    let snapshot = app.chain.rpc("evm_snapshot", json!([])).await?;
    for feature in [3, 5, 7] {
        app.chain.chain.contribute(model, teacher, &features(&[feature]), 1).await?;
    }
    let before = app.logged(5).await?;
    let orphaned = app.history(model).await?.rows;
    app.chain.rpc("evm_revert", json!([snapshot])).await?;
    app.chain.chain.contribute(model, teacher, &features(&[2, 3]), 0).await?;
    app.chain.chain.contribute(model, teacher, &features(&[4, 5]), 0).await?;
    let after = app.logged(7).await?;
    let grown: ConsistencyProof = app.read("/api/accuracy-log/consistency?from=5").await?;
    verify_consistency(5, &before.root, 7, &after.root, &grown.path)?;
    app.indexed().await?;
    let rows = app.history(model).await?.rows;
    assert_eq!(rows.len(), 7, "nothing was removed");
    for entry in &rows {
        let void = orphaned.iter().any(|old| old.index == entry.index && old.index >= 2);
        assert_eq!(entry.current, !void, "{entry:?}");
    }
    let last = rows.iter().rfind(|entry| entry.current).unwrap();
    assert_eq!(last.correct, app.counted(model, &files.rows).await?);
    let shown = app.models("").await?.rows[0].accuracy.unwrap();
    assert_eq!((shown.block, shown.correct), (last.block, last.correct));
    proven(&app, &rows).await?;
    let (agrees, printed) = process::replay(&app.config, &[])?;
    assert!(agrees && printed.contains("4 entries equal, 0 mismatches, 3 of blocks that are gone"), "{printed}");
    Ok(())
}

async fn roots_are_anchored(database: Database) -> Result<()> {
    let chain = app::TestChain::start().await?;
    let account = chain.chain.accounts[8];
    let mut app = TestApp::on(chain, database, |config| {
        config.anchor_from = Some(account);
        config.anchor_seconds = 0;
    })
    .await?;
    let teacher = app.person(2);
    let points = || blank(ClassifierKind::NaiveBayes, IncentiveKind::Points);
    let (model, _) = published(&app, "Anchored", points(), &[]).await?;
    for feature in 1..=3 {
        app.chain.chain.contribute(model, teacher, &features(&[feature]), 1).await?;
        let size = u64::from(feature) + 1;
        until("the root is on chain and in the index", async || {
            Ok(app.log().await?.anchored.is_some_and(|anchored| anchored.size == size))
        })
        .await?;
        let head = app.log().await?;
        let anchored = head.anchored.unwrap();
        assert_eq!((head.account, anchored.account, anchored.root), (Some(account), account, head.root));
        let contract = app.chain.chain.deployment.contract(shared_model::ACCURACY_LOG).unwrap();
        let latest = app.chain.chain.call(contract, shared_model::calls::accuracy_log::latest(account)).await?;
        let latest = shared_model::returns::shared::anchor(&latest)?.unwrap();
        assert_eq!((latest.size, latest.root, latest.block), (size, head.root, anchored.block));
    }
    // Somebody else's roots are no concern of this log: neither a false one, nor one of a log that is longer.
    let contract = app.chain.chain.deployment.contract(shared_model::ACCURACY_LOG).unwrap();
    for (size, byte) in [(2, 1), (99, 2)] {
        let call = shared_model::calls::accuracy_log::anchor(size, protocol::Digest([byte; 32]));
        app.chain.chain.send(app.person(7), contract, call).await?;
    }
    // Nor is a copy of its root, anchored later.
    let head = app.log().await?;
    let copy = shared_model::calls::accuracy_log::anchor(head.size, head.root);
    app.chain.chain.send(app.person(6), contract, copy).await?;
    app.indexed().await?;
    assert_eq!(app.log().await?.anchored.unwrap().account, account);
    // The same where the account anchors by hand. Where nobody is named, nobody's anchors count.
    app.restart(|config| (config.anchor_from, config.anchored_by) = (None, Some(account))).await?;
    let named = app.log().await?;
    assert_eq!((named.account, named.anchored.map(|anchored| anchored.account)), (Some(account), Some(account)));
    app.restart(|config| config.anchored_by = None).await?;
    let nobody = app.log().await?;
    assert_eq!((nobody.account, nobody.anchored), (None, None));
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn a_replay_finds_what_was_changed(database: Database) -> Result<()> {
    let chain = app::TestChain::start().await?;
    let account = chain.chain.accounts[8];
    let mut app = TestApp::on(chain, database, |config| {
        config.anchor_from = Some(account);
        config.anchor_seconds = 0;
    })
    .await?;
    let teacher = app.person(2);
    let points = || blank(ClassifierKind::NaiveBayes, IncentiveKind::Points);
    let (model, _) = published(&app, "Honest", points(), &[]).await?;
    let (other, _) = published(&app, "Other", points(), &[]).await?;
    for feature in 1..=4 {
        app.chain.chain.contribute(model, teacher, &features(&[feature]), feature as u16 % 2).await?;
    }
    until("all is anchored", async || Ok(app.log().await?.anchored.is_some_and(|anchored| anchored.size == 6))).await?;
    app.stop().await;
    let (agrees, printed) = process::replay(&app.config, &[])?;
    ensure!(agrees && printed.contains("6 entries equal, 0 mismatches"), "{printed}");

    // Each lie by itself, and what is said about it.
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("SELECT position, block FROM accuracy WHERE model = $1 ORDER BY position")
            .bind(model.to_string())
            .fetch_all(&app.db.pool)
            .await?;
    let (index, block) = rows[2];
    for (lie, truth, said) in [
        (
            format!("UPDATE accuracy SET correct = correct + 1 WHERE position = {index}"),
            format!("UPDATE accuracy SET correct = correct - 1 WHERE position = {index}"),
            format!("Entry {index} says that model {model} had"),
        ),
        (
            format!("UPDATE accuracy SET total = 40 WHERE position = {index}"),
            format!("UPDATE accuracy SET total = 50 WHERE position = {index}"),
            "of 40 rows right".to_string(),
        ),
        (
            format!("UPDATE accuracy SET block = block + 1 WHERE position = {index}"),
            format!("UPDATE accuracy SET block = {block} WHERE position = {index}"),
            format!("of block {} changed model {model}; that log is in block {block}", block + 1),
        ),
        (
            format!("UPDATE accuracy SET log_index = log_index + 7 WHERE position = {index}"),
            format!("UPDATE accuracy SET log_index = log_index - 7 WHERE position = {index}"),
            "has no entry for it".to_string(),
        ),
        (
            format!("UPDATE accuracy SET model = '{other}' WHERE position = {index}"),
            format!("UPDATE accuracy SET model = '{model}' WHERE position = {index}"),
            format!("which is on the chain and did not change model {other}"),
        ),
    ] {
        sqlx::query(&lie).execute(&app.db.pool).await?;
        let (agrees, printed) = process::replay(&app.config, &[])?;
        ensure!(!agrees && printed.contains(&said), "{lie}: {printed}");
        ensure!(printed.contains("Entries were changed after they were anchored."), "{lie}: {printed}");
        sqlx::query(&truth).execute(&app.db.pool).await?;
    }
    // Of one model alone.
    sqlx::query(&format!("UPDATE accuracy SET correct = correct + 1 WHERE position = {index}"))
        .execute(&app.db.pool)
        .await?;
    let (_, printed) = process::replay(&app.config, &["--model", &other.to_string()])?;
    ensure!(printed.contains("1 entries equal") && !printed.contains(&format!("model {model} had")), "{printed}");
    // The page finds it too: the proof of the falsified entry does not lead to the root that was anchored.
    let honest = app.config.clone();
    app.restart(|config| config.anchor_from = None).await?;
    let head = app.log().await?;
    ensure!(head.anchored.as_ref().is_none_or(|anchored| anchored.size <= index as u64), "{head:?}");
    let entry = app.history(model).await?.rows.into_iter().find(|entry| entry.index == index as u64).unwrap();
    let proof: InclusionProof = app.read(&format!("/api/accuracy-log/proof?index={index}&size=6")).await?;
    let contract = app.chain.chain.deployment.contract(shared_model::ACCURACY_LOG).unwrap();
    let latest = app.chain.chain.call(contract, shared_model::calls::accuracy_log::latest(account)).await?;
    let anchored = shared_model::returns::shared::anchor(&latest)?.unwrap();
    ensure!(verify_inclusion(&record(&entry)?.leaf(), entry.index, 6, &proof.path, &anchored.root).is_err());
    app.stop().await;
    // And the end of the log cut off.
    sqlx::query(&format!("UPDATE accuracy SET correct = correct - 1 WHERE position = {index}"))
        .execute(&app.db.pool)
        .await?;
    sqlx::query("DELETE FROM accuracy WHERE position = 5").execute(&app.db.pool).await?;
    let (agrees, printed) = process::replay(&honest, &[])?;
    ensure!(!agrees && printed.contains("the log has 5. Entries were removed."), "{printed}");
    ensure!(printed.contains("but the log has no entry for it."), "{printed}");
    Ok(())
}

/// The models that a newcomer finds: real data, dense and sparse, deposits and points.
#[tokio::test(flavor = "multi_thread")]
async fn the_sample_models_are_judged() -> Result<()> {
    let app = TestApp::start(Database::sqlite()?).await?;
    let datasets = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/datasets");
    devchain::shared_model::samples::play(&app.chain.chain, &app.url(), &datasets, |_| {}).await?;
    app.indexed().await?;
    let mut changes = 0;
    for row in app.models("").await?.rows {
        let detail = crate::models::agrees(&app, row.address).await?;
        changes += detail.row.contributions + 1;
    }
    app.logged(changes).await?;
    let list = app.models("sort=accuracy").await?;
    assert_eq!(list.total, 3);
    for row in &list.rows {
        let accuracy = row.accuracy.unwrap();
        assert!(accuracy.correct * 10 > accuracy.total * 6, "{:?}: {accuracy:?}", row.name);
        assert!(row.name.is_some() && row.contributions >= 10);
        let told = app.contributions(row.address, "limit=100").await?.rows;
        assert!(told.iter().any(|contribution| contribution.original.is_some()), "{:?}", row.name);
    }
    let (agrees, printed) = process::replay(&app.config, &[])?;
    assert!(agrees && printed.contains(&format!("3 models: {changes} entries equal, 0 mismatches")), "{printed}");
    Ok(())
}

/// Two servers on one database judge the same: every entry is there once.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_keep_one_log() -> Result<()> {
    let database = Database::postgres()?;
    let mut app = TestApp::start(database).await?;
    let second = Process::start(&app.config)?;
    let teacher = app.person(2);
    let (model, _) = published(&app, "Shared", blank(ClassifierKind::NaiveBayes, IncentiveKind::Points), &[]).await?;
    for feature in 1..=20 {
        app.chain.chain.contribute(model, teacher, &features(&[feature]), 1).await?;
    }
    app.logged(21).await?;
    app.chain.chain.contribute(model, teacher, &features(&[30]), 1).await?;
    app.logged(22).await?;
    let rows = app.history(model).await?.rows;
    assert_eq!(rows.iter().map(|entry| entry.index).collect::<Vec<_>>(), (0..22).collect::<Vec<_>>());
    assert!(rows.is_sorted_by_key(|entry| (entry.block, entry.log_index)));
    let head: shared_model::api::AccuracyLogHead =
        app.client.get(format!("{}/api/accuracy-log", second.url)).send().await?.json().await?;
    assert_eq!((head.size, head.root), (22, app.log().await?.root));
    assert!(second.terminate()?);
    app.stop().await;
    Ok(())
}
