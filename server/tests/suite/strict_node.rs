//! Nodes as they are on the open internet: limited, busy, behind, late, forgetful.

use anyhow::{Result, ensure};
use protocol::Digest;
use rpc::testing::{Fate, Proxy, Rules};
use serde_json::{Value, json};

use crate::support::{
    Database, TestApp,
    app::TestChain,
    on_both,
    proxy::{Mischief, Proxy as Misbehaving},
    until,
};

on_both!(
    a_node_that_limits_requests_is_followed_to_the_head,
    logs_that_come_late_are_in_the_index_with_or_without_bloom,
    a_strict_node_is_followed_to_the_same_digest,
    another_node_takes_over_and_no_address_is_shown,
    what_a_node_hides_in_wide_ranges_is_found_by_counting,
    withdrawals_that_a_node_hides_are_found_by_counting,
    payments_that_a_node_hides_are_found_by_asking_for_those_who_are_due,
    what_a_node_hides_of_a_model_is_found_by_counting,
    what_a_node_hides_of_data_and_tasks_is_found_by_counting,
    what_was_left_out_long_ago_is_read_again_from_there,
);

fn seed() -> u64 {
    let seed = std::env::var("MODELMARKET_SEED").ok().and_then(|seed| seed.parse().ok());
    seed.unwrap_or_else(|| u64::from(std::process::id()))
}

async fn a_strict_node_is_followed_to_the_same_digest(database: Database) -> Result<()> {
    let chain = TestChain::start().await?;
    let proxy = Proxy::before(chain.anvil.url(), Rules::all(), seed()).await?;
    let url = proxy.url_for("server");
    let app = TestApp::on(chain, database, |config| {
        config.rpc = vec![url];
        config.poll_ms = 50;
    })
    .await?;
    crate::indexing::some_history(&app.chain).await?;
    crate::models::some_models(&app.chain).await?;
    crate::trained::some_publications(&app.chain).await?;
    // The newest blocks have their logs when others are on top of them.
    app.chain.rpc("anvil_mine", json!(["0x8"])).await?;
    let wanted = app.clean_digest().await?;
    until("the index holds everything", async || Ok(app.digest().await? == wanted))
        .await
        .map_err(|error| error.context(format!("{:?}", proxy.strict.seen().len())))?;
    let seen = proxy.strict.seen();
    assert!(
        seen.iter().any(|seen| seen.fate == Fate::Busy) && seen.iter().any(|seen| seen.fate == Fate::AnsweredBehind)
    );
    let pressed: Vec<_> = seen.iter().filter(|seen| !seen.too_early.is_zero()).collect();
    assert!(pressed.is_empty(), "asked again before it was told to: {pressed:?}");
    let metrics = app.get("/metrics").await?.text().await?;
    assert!(metrics.contains("modelmarket_index_trouble"), "{metrics}");
    Ok(())
}

async fn another_node_takes_over_and_no_address_is_shown(database: Database) -> Result<()> {
    let chain = TestChain::start().await?;
    let first = Misbehaving::before(chain.anvil.url(), Mischief::None).await?;
    let second = Misbehaving::before(chain.anvil.url(), Mischief::None).await?;
    let urls = vec![format!("{}/", first.url), format!("{}/", second.url)];
    let app = TestApp::on(chain, database, |config| {
        config.rpc = urls.clone();
        config.rpc_timeout_ms = 500;
    })
    .await?;
    app.indexed().await?;
    for (one, other) in [(Mischief::Down, Mischief::None), (Mischief::None, Mischief::Garbage)] {
        first.now(one);
        second.now(other);
        crate::indexing::some_history(&app.chain).await?;
        app.indexed().await?;
    }
    assert_eq!(app.digest().await?, app.clean_digest().await?);

    // Neither answers: that is said, and where they are is not.
    first.now(Mischief::Down);
    second.now(Mischief::Down);
    until("the status says what is wrong", async || Ok(app.status().await?.trouble.is_some())).await?;
    let health: Value = app.read("/healthz").await?;
    let list: Value = app.read("/api/bounties").await?;
    for text in [health.to_string(), app.status().await?.trouble.unwrap_or_default(), list["status"].to_string()] {
        assert!(text.contains("refused"), "{text}");
        for part in ["127.0.0.1", "http", "on fire"] {
            assert!(!text.contains(part), "{part} in {text}");
        }
    }
    Ok(())
}

async fn what_a_node_hides_in_wide_ranges_is_found_by_counting(database: Database) -> Result<()> {
    found_by_counting(TestChain::start().await?, database, bounty::logs::created_topic()).await
}

/// Nothing that comes later contradicts a withdrawal that was left out: the contract's counts alone do.
async fn withdrawals_that_a_node_hides_are_found_by_counting(database: Database) -> Result<()> {
    found_by_counting(TestChain::start().await?, database, bounty::logs::withdrawn_topic()).await
}

/// Who was paid after the end is counted nowhere: it shows in the submission alone.
async fn payments_that_a_node_hides_are_found_by_asking_for_those_who_are_due(database: Database) -> Result<()> {
    let chain = TestChain::start().await?;
    for posted in crate::indexing::some_history(&chain).await? {
        let (requester, trainer) = (posted.requester, chain.chain.accounts[2]);
        for (sender, data) in
            [(requester, bounty::calls::cancel(posted.id, 1)), (trainer, bounty::calls::collect(posted.id, trainer))]
        {
            chain.chain.send_to_bounty_market(sender, data).await?;
        }
    }
    let market = chain.chain.deployment.demand(bounty::BOUNTY_MARKET)?;
    let logs = chain.rpc("eth_getLogs", json!([{"address": market, "fromBlock": "0x0"}])).await?;
    let last = logs.as_array().and_then(|logs| logs.last()).expect("the trainer was paid");
    let hidden = last["topics"][0].as_str().expect("a topic").parse()?;
    found_by_counting(chain, database, hidden).await
}

/// The last event of a model: a refund or a report, which changes points or balances alone.
async fn what_a_node_hides_of_a_model_is_found_by_counting(database: Database) -> Result<()> {
    let chain = TestChain::start().await?;
    let models = crate::models::some_models(&chain).await?;
    let logs = chain.rpc("eth_getLogs", json!([{"address": models[0], "fromBlock": "0x0"}])).await?;
    let last = logs.as_array().and_then(|logs| logs.last()).expect("the model said something");
    let hidden = last["topics"][0].as_str().expect("a topic").parse()?;
    found_by_counting(chain, database, hidden).await
}

/// Grants that nobody decided, prices that nobody changed, a task that nobody started: nothing later contradicts them.
async fn what_a_node_hides_of_data_and_tasks_is_found_by_counting(database: Database) -> Result<()> {
    let [_, prices, _] = directory::logs::dataset_topics();
    let [_, _, approved, ..] = directory::logs::grant_topics();
    let [_, moved, ..] = tasks::logs::topics();
    for hidden in [prices, approved, moved] {
        let chain = TestChain::start().await?;
        let under = chain.ready_to_learn().await?;
        let owner = chain.chain.accounts[1];
        let prices = directory::calls::datasets::set_prices(1, protocol::Amount(3), protocol::Amount(4));
        chain.on_data(owner, prices).await?;
        let task = chain.publish_task(under, false).await?;
        chain.confirm(task, 1, 0).await?;
        chain.confirm(task, 2, 0).await?;
        found_by_counting(chain, database.sibling()?, hidden).await?;
    }
    Ok(())
}

/// A node that leaves these events out of all but the narrowest ranges is read until the index has them.
async fn found_by_counting(chain: TestChain, database: Database, hidden: Digest) -> Result<()> {
    let proxy = Misbehaving::before(chain.anvil.url(), Mischief::Hiding(hidden)).await?;
    let url = proxy.url.clone();
    // Behind the head, so that what is new comes in wide ranges.
    crate::indexing::some_history(&chain).await?;
    chain.rpc("anvil_mine", json!(["0x20"])).await?;
    let app = TestApp::on(chain, database, |config| config.rpc = vec![url]).await?;
    let wanted = app.clean_digest().await?;
    until("what was hidden is found", async || Ok(app.digest().await? == wanted)).await
}

/// An event so old that the index keeps no hashes of its time: what came before it stays.
async fn what_was_left_out_long_ago_is_read_again_from_there(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    crate::indexing::some_history(&app.chain).await?;
    app.chain.rpc("anvil_mine", json!(["0x20"])).await?;
    app.indexed().await?;
    let wanted = app.digest().await?;
    app.stop().await;
    // As an index is that a node did not tell of a withdrawal, a hundred thousand blocks later.
    let withdrawn = format!("{}%", bounty::logs::withdrawn_topic());
    let of_it = "FROM logs WHERE family = 'bounty' AND subject = '2' AND topics LIKE $1";
    let block: i64 = sqlx::query_scalar(&format!("SELECT MIN(block) {of_it}"))
        .bind(withdrawn.as_str())
        .fetch_one(&app.db.pool)
        .await?;
    sqlx::query(&format!("DELETE {of_it}")).bind(withdrawn.as_str()).execute(&app.db.pool).await?;
    sqlx::query("DELETE FROM blocks WHERE number < (SELECT block FROM progress)").execute(&app.db.pool).await?;
    crate::support::process::run(&app.config, "reindex")?;
    ensure!(app.digest().await? != wanted, "it lacks something now");
    app.restart(|_| {}).await?;
    until("the event is found", async || Ok(app.digest().await? == wanted)).await?;
    let first: i64 = sqlx::query_scalar("SELECT MIN(number) FROM blocks").fetch_one(&app.db.pool).await?;
    assert!(first >= block, "nothing before block {block} was read again: {first}");
    Ok(())
}

/// Five requests a second, as free endpoints allow (base/node#368), refused in plain text or as an error of JSON-RPC.
async fn a_node_that_limits_requests_is_followed_to_the_head(database: Database) -> Result<()> {
    for rate_as_json in [false, true] {
        let rules = Rules { rate: 5, rate_as_json, ..Rules::default() };
        let chain = TestChain::start().await?;
        crate::indexing::some_history(&chain).await?;
        let proxy = Proxy::before(chain.anvil.url(), rules, seed()).await?;
        let url = proxy.url_for("server");
        let app = TestApp::on(chain, database.sibling()?, |config| config.rpc = vec![url]).await?;
        app.indexed().await.map_err(|error| error.context(format!("as JSON: {rate_as_json}")))?;
        assert_eq!(app.digest().await?, app.clean_digest().await?, "as JSON: {rate_as_json}");
        assert!(proxy.strict.seen().iter().any(|seen| seen.fate == Fate::TooMany), "it was too much at times");
    }
    Ok(())
}

/// Blocks whose logs come three blocks later, with an empty bloom filter or with their own until then
/// (boundless-xyz/boundless#1538, ponder-sh/ponder#1630): no event is missing for ever.
async fn logs_that_come_late_are_in_the_index_with_or_without_bloom(database: Database) -> Result<()> {
    for late_with_bloom in [false, true] {
        let rules = Rules { late: 3, late_with_bloom, ..Rules::default() };
        let chain = TestChain::start().await?;
        let proxy = Proxy::before(chain.anvil.url(), rules, seed()).await?;
        let url = proxy.url_for("server");
        let app = TestApp::on(chain, database.sibling()?, |config| {
            config.rpc = vec![url];
            config.confirmations = Some(0);
        })
        .await?;
        crate::indexing::some_history(&app.chain).await?;
        crate::trained::some_publications(&app.chain).await?;
        app.chain.rpc("anvil_mine", json!(["0x8"])).await?;
        let wanted = app.clean_digest().await?;
        until("the index holds everything", async || Ok(app.digest().await? == wanted))
            .await
            .map_err(|error| error.context(format!("bloom filters: {late_with_bloom}")))?;
    }
    Ok(())
}
