//! Several servers on one PostgreSQL database.

use anyhow::{Result, ensure};
use sqlx::Row;

use crate::support::{Database, app, process::Process, until};

/// Which server holds the lock, by the name its connections carry.
async fn holder(db: &server::db::Db) -> Result<Option<String>> {
    let rows = sqlx::query(
        "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()",
    )
    .fetch_all(&db.pool)
    .await?;
    ensure!(rows.len() <= 1, "{} servers believe to be elected", rows.len());
    Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_servers_indexes_and_the_other_takes_over() -> Result<()> {
    let database = Database::postgres()?;
    let chain = app::TestChain::start().await?;
    let db = server::db::Db::open(&database.url).await?;
    let start = |name: &str| -> Result<Process> {
        let mut config = app::config(&database, &chain)?;
        config.database = Some(format!("{}?application_name={name}", database.url));
        Process::start(&config)
    };
    let mut servers = vec![("one", start("one")?), ("two", start("two")?)];
    let client = reqwest::Client::builder().no_proxy().build()?;
    let shown = async |url: &str| -> Result<(u64, u64)> {
        let list: bounty::api::BountyList = client.get(format!("{url}/api/bounties")).send().await?.json().await?;
        Ok((list.total, list.status.block))
    };
    for round in 1..=2u64 {
        crate::indexing::some_history(&chain).await?;
        let (head, _) = chain.head().await?;
        for (name, process) in &servers {
            until("both servers show what one of them indexed", || async {
                Ok(shown(&process.url).await? == (2 * round, head))
            })
            .await
            .map_err(|e| e.context(format!("server {name} in round {round}")))?;
        }
        let elected = holder(&db).await?;
        let position = servers.iter().position(|(name, _)| Some(*name) == elected.as_deref());
        ensure!(position.is_some(), "{elected:?} is elected");
        if round == 1 {
            // SIGKILL: no goodbye to the database.
            drop(servers.remove(position.unwrap()));
            let left = servers[0].0.to_string();
            until("the other one is elected", || async { Ok(holder(&db).await? == Some(left.clone())) }).await?;
        }
    }
    Ok(())
}
