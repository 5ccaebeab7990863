//! Databases and chains of other deployments: the server says so and stops, and nothing is deleted.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use protocol::api::Deployment;
use server::{config::Config, serve};
use sqlx::Row;

use crate::support::{
    Database, TestApp,
    app::{self, TestChain, write_deployment},
    on_both, process,
    proxy::{Mischief, Proxy},
    until,
};

on_both!(
    a_database_of_another_deployment_is_left_alone,
    contracts_that_came_later_are_read_and_nothing_is_lost,
    a_server_whose_node_is_away_serves_what_it_knows_and_asks_before_it_reads,
);

/// All tables with their numbers of rows.
async fn rows(app: &TestApp) -> Result<BTreeMap<String, i64>> {
    let names = match app.database.is_postgres {
        true => "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'",
        false => "SELECT name FROM sqlite_master WHERE type = 'table'",
    };
    let mut counts = BTreeMap::new();
    for row in sqlx::query(names).fetch_all(&app.db.pool).await? {
        let name: String = row.try_get(0)?;
        let count = sqlx::query_scalar(&format!("SELECT COUNT(*) FROM {name}")).fetch_one(&app.db.pool).await?;
        counts.insert(name, count);
    }
    Ok(counts)
}

async fn refused(config: &Config) -> String {
    match serve::start(config.clone()).await {
        Ok(_) => "it started".into(),
        Err(error) => format!("{error:#}"),
    }
}

async fn a_database_of_another_deployment_is_left_alone(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    crate::indexing::some_history(&app.chain).await?;
    crate::models::some_models(&app.chain).await?;
    app.indexed().await?;
    app.stop().await;
    let (before, digest) = (rows(&app).await?, app.digest().await?);
    let first = app.chain.chain.deployment.clone();

    app.chain.chain = devchain::Chain::deploy(app.chain.anvil.url()).await?;
    let second = app.chain.chain.deployment.clone();
    write_deployment(&app.database, &app.chain)?;
    let said = refused(&app.config).await;
    for deployment in [&first, &second] {
        for name in [bounty::BOUNTY_MARKET, shared_model::MODEL_FACTORY] {
            let address = deployment.demand(name)?.to_string();
            ensure!(said.contains(&format!("{name} {address}")), "{name} {address} in {said}");
        }
    }
    ensure!(said.contains("--deployment") && said.contains("--database"), "what to do: {said}");
    // The process says it too, and ends with a code of its own, whatever it was asked to do.
    for subcommand in ["serve", "reindex", "replay"] {
        let (code, text) = process::fails(&app.config, subcommand)?;
        ensure!(code == Some(3) && text.contains("Nothing was deleted"), "{subcommand} ended with {code:?}: {text}");
    }
    assert_eq!((rows(&app).await?, app.digest().await?), (before, digest), "nothing was deleted");

    // With its own deployment it goes on.
    app.chain.chain.deployment = first;
    write_deployment(&app.database, &app.chain)?;
    app.restart(|_| {}).await?;
    app.indexed().await?;
    assert_eq!(app.digest().await?, digest);
    Ok(())
}

async fn contracts_that_came_later_are_read_and_nothing_is_lost(database: Database) -> Result<()> {
    let chain = TestChain::start().await?;
    crate::indexing::some_history(&chain).await?;
    let whole = chain.chain.deployment.clone();
    let mut part = whole.clone();
    part.contracts.remove(bounty::BOUNTY_MARKET);
    let path = database.folder.path().join("part.json");
    std::fs::write(&path, serde_json::to_vec(&part)?)?;
    let mut app = TestApp::on(chain, database, |config| config.deployment = path.clone()).await?;
    app.indexed().await?;
    assert_eq!(app.list("").await?.total, 0);
    let said = "INSERT INTO accuracy (position, model, block, block_hash, log_index, test_cid, correct, total) \
                VALUES (0, '0x1111111111111111111111111111111111111111', 1, \
                '0x1111111111111111111111111111111111111111111111111111111111111111', 0, 'x', 1, 1)";
    sqlx::query(said).execute(&app.db.pool).await?;
    let whole_path = write_deployment(&app.database, &app.chain)?;
    app.restart(|config| config.deployment = whole_path).await?;
    until("the bounties are there", async || Ok(app.list("").await?.total == 2)).await?;
    app.indexed().await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    let kept: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM accuracy").fetch_one(&app.db.pool).await?;
    assert_eq!(kept, 1, "the accuracy log stays");
    // The other way round a contract is missing whose events are here.
    app.stop().await;
    app.config.deployment = path;
    ensure!(refused(&app.config).await.contains("The database is about"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_without_the_contracts_is_refused() -> Result<()> {
    let database = Database::sqlite()?;
    let chain = TestChain::start().await?;
    let good = app::config(&database, &chain)?;
    let with = |change: &dyn Fn(&mut Deployment)| -> Result<Config> {
        let mut deployment = chain.chain.deployment.clone();
        change(&mut deployment);
        let mut config = good.clone();
        config.deployment = database.folder.path().join("other.json");
        std::fs::write(&config.deployment, serde_json::to_vec(&deployment)?)?;
        Ok(config)
    };
    let at = |name: &str| chain.chain.deployment.contract(name).expect("it is deployed");
    let market = bounty::BOUNTY_MARKET;
    let said = refused(&with(&|d| d.chain_id = 1)?).await;
    ensure!(said.contains("chain 31337") && said.contains("chain 1.") && said.contains("--rpc"), "{said}");
    let nowhere = protocol::Address([7; 20]);
    let said = refused(&with(&|d| {
        d.contracts.insert(market.into(), nowhere);
    })?)
    .await;
    ensure!(said.contains("no contract") && said.contains(&nowhere.to_string()) && said.contains(market), "{said}");
    // Another contract of ours, and one that takes any call and answers nothing.
    let taker = chain.chain.create(hex::decode("600180600b6000396000f300")?).await?;
    for name in [
        market,
        shared_model::MODEL_FACTORY,
        shared_model::ACCURACY_LOG,
        trained::REPRODUCTIONS,
        trained::PUBLISHED_MODELS,
        directory::DIRECTORY,
        directory::DATASETS,
        directory::GRANTS,
        tasks::TASKS,
    ] {
        for wrong in [at(coin_name()), taker] {
            let config = with(&|d| {
                d.contracts.insert(name.into(), wrong);
            })?;
            let said = refused(&config).await;
            ensure!(said.contains(&format!("{wrong} does not answer as {name} does")), "{said}");
        }
    }
    let (code, said) = process::fails(&with(&|d| d.chain_id = 1)?, "serve")?;
    ensure!(code == Some(4), "{code:?}: {said}");
    // A key in the file that visitors are shown.
    let said = refused(&with(&|d| d.rpc_urls = vec!["https://jane:secret@node.example".into()])?).await;
    ensure!(said.contains("--rpc") && !said.contains("secret"), "{said}");
    serve::start(good).await?.stop().await;
    Ok(())
}

/// ModelCoin, which no family of the server indexes.
fn coin_name() -> &'static str {
    "ModelCoin"
}

async fn a_server_whose_node_is_away_serves_what_it_knows_and_asks_before_it_reads(database: Database) -> Result<()> {
    let chain = TestChain::start().await?;
    crate::indexing::some_history(&chain).await?;
    let proxy = Proxy::before(chain.anvil.url(), Mischief::None).await?;
    let url = proxy.url.clone();
    let mut app = TestApp::on(chain, database, |config| config.rpc = vec![url]).await?;
    app.indexed().await?;
    let before = app.digest().await?;
    app.stop().await;
    proxy.now(Mischief::Down);
    app.restart(|_| {}).await?;
    assert_eq!(app.list("").await?.total, 2, "what is known is served");
    // What comes up behind the address is another chain: nothing is read from it.
    proxy.now(Mischief::Chain(1));
    until("the other chain is named", async || {
        Ok(app.status().await?.trouble.is_some_and(|trouble| trouble.contains("chain 1,")))
    })
    .await?;
    assert_eq!(app.digest().await?, before);
    proxy.now(Mischief::None);
    crate::indexing::some_history(&app.chain).await?;
    app.indexed().await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}
