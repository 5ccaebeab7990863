//! Raw logs of a subject, for readers that compare them with the chain.

use anyhow::{Context, Result};
use protocol::{
    Digest,
    api::{LogPage, LogPlace, LogRow},
};
use serde_json::json;

use crate::support::{Database, TestApp, app::problem, on_both};

on_both!(logs_are_those_of_the_chain, many_logs_come_in_pages, what_is_not_there_has_no_logs_and_nonsense_is_refused);

/// What the node itself tells of a contract, or of one bounty, as the API writes it.
async fn told_by_the_node(app: &TestApp, address: &str, topics: serde_json::Value) -> Result<Vec<LogRow>> {
    let filter = json!([{"fromBlock": "0x0", "toBlock": "latest", "address": address, "topics": topics}]);
    let logs = app.chain.rpc("eth_getLogs", filter).await?;
    let read = logs.as_array().context("a list")?.iter().map(|log| {
        let number = |key: &str| {
            let text = log[key].as_str().context("a number")?;
            Ok::<_, anyhow::Error>(u64::from_str_radix(text.trim_start_matches("0x"), 16)?)
        };
        let topics = log["topics"].as_array().context("topics")?;
        Ok(LogRow {
            address: log["address"].as_str().context("an address")?.parse()?,
            block: number("blockNumber")?,
            block_hash: log["blockHash"].as_str().context("a hash")?.parse()?,
            log_index: number("logIndex")?,
            tx: log["transactionHash"].as_str().context("a hash")?.parse()?,
            at: number("blockTimestamp")?,
            topics: topics.iter().map(|t| Ok(t.as_str().context("a topic")?.parse()?)).collect::<Result<_>>()?,
            data: log["data"].as_str().context("data")?.to_owned(),
        })
    });
    read.collect()
}

async fn logs_are_those_of_the_chain(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    crate::indexing::some_history(&app.chain).await?;
    let models = crate::models::some_models(&app.chain).await?;
    app.indexed().await?;
    let market = app.chain.chain.deployment.demand(bounty::BOUNTY_MARKET)?.to_string();
    let second = format!("0x{:064x}", 2);
    let chain = told_by_the_node(&app, &market, json!([null, second])).await?;
    let page: LogPage = app.read("/api/logs?family=bounty&subject=2").await?;
    assert!(chain.len() >= 4);
    assert_eq!(page.logs, chain);
    let (head, hash) = app.chain.head().await?;
    assert_eq!((page.block, page.block_hash, page.next), (head, hash, None));

    // From a place on: the block's other logs are not given.
    let LogRow { block, log_index, .. } = chain[2];
    let rest = format!("/api/logs?family=bounty&subject=2&block={block}&log_index={log_index}");
    assert_eq!(app.read::<LogPage>(&rest).await?.logs, chain[2..]);
    let after = format!("/api/logs?family=bounty&subject=2&block={block}&log_index={}", log_index + 1);
    assert_eq!(app.read::<LogPage>(&after).await?.logs, chain[3..]);

    // A model has its creation, which its factory emitted, and its own.
    let model = models[0].to_string();
    let own = told_by_the_node(&app, &model, json!([])).await?;
    let page: LogPage = app.read(&format!("/api/logs?family=shared_model&subject={model}")).await?;
    let (created, rest): (Vec<_>, Vec<_>) = page.logs.into_iter().partition(|log| log.address != models[0]);
    assert_eq!(created.len(), 1);
    assert_eq!(rest, own);
    Ok(())
}

async fn many_logs_come_in_pages(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    app.chain.rpc("anvil_mine", json!(["0x8"])).await?;
    app.indexed().await?;
    let (head, _) = app.chain.head().await?;
    let mut transaction = app.db.pool.begin().await?;
    // Two in a block, and some in a block that the index has not passed.
    for number in 0..2_500_i64 {
        sqlx::query(
            "INSERT INTO logs (block_hash, tx, address, topics, data, family, subject, log_index, block, at) \
             VALUES ($1, $2, $3, '', '', 'many', 'one', $4, $5, 1)",
        )
        .bind(Digest::of(&number.to_be_bytes()).to_string())
        .bind(Digest::ZERO.to_string())
        .bind(app.person(1).to_string())
        .bind(number)
        .bind(if number < 2_400 { number / 400 } else { head as i64 + 1 })
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    let (mut place, mut read, mut pages) = (LogPlace { block: 0, log_index: 0 }, Vec::new(), 0);
    loop {
        let LogPlace { block, log_index } = place;
        let path = format!("/api/logs?family=many&subject=one&block={block}&log_index={log_index}");
        let page: LogPage = app.read(&path).await?;
        pages += 1;
        read.extend(page.logs.iter().map(|log| log.log_index));
        match page.next {
            Some(next) => place = next,
            None => break,
        }
    }
    assert_eq!(pages, 3);
    assert_eq!(read, (0..2_400).collect::<Vec<u64>>(), "each once, in order, none above what is indexed");
    Ok(())
}

async fn what_is_not_there_has_no_logs_and_nonsense_is_refused(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    app.indexed().await?;
    for query in ["family=bounty&subject=77", "family=nobody&subject=1", "family=bounty&subject=%27%20OR%201=1"] {
        let page: LogPage = app.read(&format!("/api/logs?{query}")).await?;
        assert_eq!((page.logs.len(), page.next), (0, None), "{query}");
    }
    for query in ["family=bounty", "family=bounty&subject=1&block=-1", "family=bounty&subject=1&log_index=x"] {
        let detail = problem(app.get(&format!("/api/logs?{query}")).await?, 400, "bad-request").await?;
        assert!(detail.contains("The query cannot be read"), "{detail}");
    }
    for query in ["family=%00&subject=1", "family=bounty&subject=1%00", "family=bounty&subject=%0a1"] {
        let detail = problem(app.get(&format!("/api/logs?{query}")).await?, 400, "bad-request").await?;
        assert!(detail.contains("control character"), "{detail}");
    }
    let most = format!("/api/logs?family=bounty&subject=1&block={}&log_index=1", u64::MAX);
    assert_eq!(app.read::<LogPage>(&most).await?.logs.len(), 0);
    Ok(())
}
