//! Starting, stopping and watching the server.

use anyhow::Result;
use serde_json::Value;

use crate::support::{
    Database, TestApp,
    app::{self, TestChain, problem},
    on_both,
    process::Process,
    until,
};

on_both!(
    health_and_metrics_tell_the_truth,
    a_database_that_goes_away_is_told,
    a_task_that_dies_is_told_by_health_and_metrics,
);

async fn health_and_metrics_tell_the_truth(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    crate::indexing::some_history(&app.chain).await?;
    app.indexed().await?;
    let (head, _) = app.chain.head().await?;
    let health: Value = app.read("/healthz").await?;
    assert_eq!((&health["status"], &health["block"], &health["lag"]), (&"ok".into(), &head.into(), &0.into()));
    app.get("/api/bounties/77").await?;
    let text = app.get("/metrics").await?.text().await?;
    for line in [
        format!("modelmarket_head_block {head}"),
        format!("modelmarket_indexed_block {head}"),
        "modelmarket_index_trouble 0".into(),
        "modelmarket_reorgs_total 0".into(),
        "modelmarket_http_requests_total{route=\"/api/bounties/{id}\",method=\"GET\",status=\"404\"} 1".into(),
        "# TYPE modelmarket_reorgs_total counter".into(),
    ] {
        assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
    }
    Ok(())
}

async fn a_database_that_goes_away_is_told(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    app.indexed().await?;
    sqlx::query("ALTER TABLE progress RENAME TO gone").execute(&app.db.pool).await?;
    for path in ["/healthz", "/api/status", "/api/bounties", "/metrics"] {
        problem(app.get(path).await?, 503, "unavailable").await?;
    }
    sqlx::query("ALTER TABLE gone RENAME TO progress").execute(&app.db.pool).await?;
    app.indexed().await?;
    app.read::<Value>("/healthz").await?;
    Ok(())
}

async fn a_task_that_dies_is_told_by_health_and_metrics(database: Database) -> Result<()> {
    for task in ["indexer", "accuracy", "anchor", "sweeper", "live", "titles", "forgetter"] {
        let database = if database.is_postgres { Database::postgres()? } else { Database::sqlite()? };
        let chain = TestChain::start().await?;
        let operator = chain.chain.accounts[9];
        let app = TestApp::on(chain, database, |config| config.anchor_from = Some(operator)).await?;
        app.indexed().await?;
        let up = |runs: u8| format!("modelmarket_task_up{{task=\"{task}\"}} {runs}");
        let metrics = app.get("/metrics").await?.text().await?;
        assert!(metrics.lines().any(|line| line == up(1)), "{task}: {metrics}");
        assert_eq!(app.read::<Value>("/healthz").await?["ended"], serde_json::json!([]));

        assert!(app.kill(task), "there is no task {task}");
        until("health is red", async || Ok(app.get("/healthz").await?.status() == 503)).await?;
        let health: Value = app.get("/healthz").await?.json().await?;
        assert_eq!(health["status"], "broken");
        let ended = health["ended"].as_array().cloned().unwrap_or_default();
        assert_eq!(ended.len(), 1, "{health}");
        let sentence = ended[0].as_str().unwrap_or_default();
        assert!(sentence.contains(task) && sentence.contains("Restart") && sentence.ends_with('.'), "{sentence}");
        let metrics = app.get("/metrics").await?.text().await?;
        assert!(metrics.lines().any(|line| line == up(0)), "{metrics}");
        assert_eq!(
            metrics.lines().filter(|line| line.starts_with("modelmarket_task_up") && line.ends_with('0')).count(),
            1
        );
        // What is known is still served.
        app.status().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_says_where_it_listens_and_ends_on_sigterm() -> Result<()> {
    let database = Database::sqlite()?;
    let chain = TestChain::start().await?;
    let process = Process::start(&app::config(&database, &chain)?)?;
    assert!(process.url.starts_with("http://127.0.0.1:"));
    reqwest::get(format!("{}/healthz", process.url)).await?.error_for_status()?;
    assert!(process.terminate()?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_start_says_what_to_do() -> Result<()> {
    let database = Database::sqlite()?;
    let chain = TestChain::start().await?;
    let good = app::config(&database, &chain)?;
    let refused = async |change: &dyn Fn(&mut server::config::Config)| {
        let mut config = good.clone();
        change(&mut config);
        format!("{:#}", server::serve::start(config).await.err().unwrap())
    };
    assert!(refused(&|c| c.deployment = "/nowhere.json".into()).await.contains("--deployment"));
    assert!(refused(&|c| c.database = Some("mysql://x".into())).await.contains("sqlite:// or postgres://"));
    assert!(refused(&|c| c.rpc = vec!["ftp://x".into()]).await.contains("--rpc"));
    assert!(refused(&|c| c.kubo = Some("127.0.0.1:5001".into())).await.contains("Kubo"));
    assert!(refused(&|c| c.data = "/proc/nowhere".into()).await.contains("--data"));
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = taken.local_addr()?;
    assert!(refused(&|c| c.listen = address).await.contains("--listen"));
    let mut without = chain.chain.deployment.clone();
    without.contracts.remove(shared_model::MODEL_FACTORY);
    without.contracts.remove(shared_model::ACCURACY_LOG);
    let path = database.folder.path().join("without.json");
    std::fs::write(&path, serde_json::to_vec(&without)?)?;
    let anchoring = |c: &mut server::config::Config| {
        c.deployment = path.clone();
        c.anchor_from = Some(chain.chain.accounts[1]);
    };
    assert!(refused(&anchoring).await.contains("leave --anchor-from out"));
    let broken = database.folder.path().join("broken.json");
    std::fs::write(&broken, "{")?;
    assert!(refused(&|c| c.deployment = broken.clone()).await.contains("does not describe a deployment"));
    Ok(())
}
