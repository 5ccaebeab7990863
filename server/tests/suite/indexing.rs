//! The index and a node that misbehaves: whatever happens, it ends equal to a clean one and says what is wrong.

use std::time::Duration;

use anyhow::Result;
use devchain::bounty::{Offer, Posted, Published};
use protocol::{Amount, cid::Cid};

use crate::support::{
    Database, TestApp,
    app::TestChain,
    models::perceptron,
    on_both, process,
    proxy::{Mischief, Proxy},
    until,
};

on_both!(
    nodes_that_misbehave_are_survived_and_named,
    doubled_and_untimed_logs_make_no_difference,
    wide_ranges_are_narrowed,
    views_are_rebuilt_from_raw_logs,
    confirmations_are_waited_for,
    hostile_texts_do_not_stop_the_index,
);

/// Two bounties with submissions and a withdrawal.
pub async fn some_history(chain: &TestChain) -> Result<Vec<Posted>> {
    some_history_waiting(chain, async || Ok(())).await
}

/// As [`some_history`], with a wait every few blocks.
async fn some_history_waiting(chain: &TestChain, wait: impl AsyncFn() -> Result<()>) -> Result<Vec<Posted>> {
    let mut all = Vec::new();
    let people = &chain.chain.accounts;
    for &person in &people[1..4] {
        chain.chain.fund(person).await?;
    }
    for _ in 0..2 {
        wait().await?;
        // A requester posts a truth once, so that each has another salt.
        let offer = Offer { reward: Amount::mdc(10), ..Offer::default() };
        let posted = chain.chain.post(people[1], &offer, &Published::made_up(), vec![1; 20], rand::random()).await?;
        for &trainer in &people[2..4] {
            chain.chain.submit(&posted, trainer, vec![1; 20], [7; 32], Cid::of_block(b"m")).await?;
        }
        chain.chain.send_to_bounty_market(people[3], bounty::calls::withdraw(posted.id)).await?;
        all.push(posted);
    }
    Ok(all)
}

async fn nodes_that_misbehave_are_survived_and_named(database: Database) -> Result<()> {
    let chain = TestChain::start().await?;
    let proxy = Proxy::before(chain.anvil.url(), Mischief::None).await?;
    let url = proxy.url.clone();
    let app = TestApp::on(chain, database, |config| {
        config.rpc = vec![url];
        config.rpc_timeout_ms = 100;
    })
    .await?;
    app.indexed().await?;
    for (mischief, said) in [
        (Mischief::Silent, "did not answer"),
        (Mischief::Down, "refused"),
        (Mischief::Garbage, "refused"),
        (Mischief::WithoutCreation, "left some out"),
        (Mischief::Foreign, "another contract"),
    ] {
        let before = app.status().await?;
        proxy.now(mischief);
        some_history(&app.chain).await?;
        until("the status says what is wrong", async || {
            Ok(app.status().await?.trouble.is_some_and(|trouble| trouble.contains(said)))
        })
        .await
        .map_err(|e| e.context(format!("{mischief:?}")))?;
        let health: serde_json::Value = app.read("/healthz").await?;
        assert_eq!(health["status"], "trouble");
        assert_eq!(app.list("").await?.total, app.list("").await?.rows.len() as u64, "what is known is still served");
        assert!(app.status().await?.block >= before.block, "nothing is lost");
        proxy.now(Mischief::None);
        app.indexed().await?;
        until("the trouble is over", async || Ok(app.status().await?.trouble.is_none())).await?;
        assert_eq!(app.digest().await?, app.clean_digest().await?, "{mischief:?}");
    }

    // A node that is exchanged for one of another chain is not believed.
    let before = app.digest().await?;
    proxy.now(Mischief::Chain(1));
    until("the other chain is named", async || {
        Ok(app.status().await?.trouble.is_some_and(|t| t.contains("chain 1,") && t.contains("31337")))
    })
    .await?;
    some_history(&app.chain).await?;
    assert_eq!(app.digest().await?, before, "nothing is indexed from it");
    proxy.now(Mischief::None);
    app.indexed().await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn doubled_and_untimed_logs_make_no_difference(database: Database) -> Result<()> {
    for mischief in
        [Mischief::Doubled, Mischief::WithoutTimes, Mischief::WithoutLogs, Mischief::Slow(Duration::from_millis(20))]
    {
        let chain = TestChain::start().await?;
        let proxy = Proxy::before(chain.anvil.url(), mischief).await?;
        let own = database.sibling()?;
        let mut config = crate::support::app::config(&own, &chain)?;
        config.rpc = vec![proxy.url.clone()];
        let running = server::serve::start(config).await?;
        let db = server::db::Db::open(&own.url).await?;
        let seen = |block: u64| {
            let db = &db;
            async move { Ok(server::views::status::status(db).await?.block >= block) }
        };
        until("the start", || async { seen(chain.head().await?.0).await })
            .await
            .map_err(|e| e.context(format!("{mischief:?}")))?;
        // Not further ahead than the blocks that are looked at one by one, however slow this computer is now.
        let followed = async || {
            let waited = until("the head", || async { seen(chain.head().await?.0).await }).await;
            waited.map_err(|e| e.context(format!("{mischief:?}")))
        };
        for posted in some_history_waiting(&chain, followed).await? {
            assert!(posted.id > 0);
        }
        followed().await?;
        crate::models::some_models_waiting(&chain, followed).await?;
        crate::trained::some_publications(&chain).await?;
        followed().await?;
        let got = server::indexer::digest::digest(&db, &server::families::all()).await?;
        running.stop().await;
        let clean = database.sibling()?;
        let running = server::serve::start(crate::support::app::config(&clean, &chain)?).await?;
        let db = server::db::Db::open(&clean.url).await?;
        until("a clean index", || async {
            Ok(server::views::status::status(&db).await?.block >= chain.head().await?.0)
        })
        .await?;
        assert_eq!(got, server::indexer::digest::digest(&db, &server::families::all()).await?, "{mischief:?}");
        running.stop().await;
    }
    Ok(())
}

async fn wide_ranges_are_narrowed(database: Database) -> Result<()> {
    let chain = TestChain::start().await?;
    some_history(&chain).await?;
    chain.rpc("anvil_mine", serde_json::json!(["0x40"])).await?;
    let proxy = Proxy::before(chain.anvil.url(), Mischief::Narrow(3)).await?;
    let url = proxy.url.clone();
    let app = TestApp::on(chain, database, |config| config.rpc = vec![url]).await?;
    app.indexed().await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    assert_eq!(app.list("").await?.total, 2);
    Ok(())
}

async fn views_are_rebuilt_from_raw_logs(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    some_history(&app.chain).await?;
    let contract = app.chain.chain.deployment.contract(shared_model::ACCURACY_LOG).unwrap();
    let anchor = shared_model::calls::accuracy_log::anchor(1, protocol::Digest([1; 32]));
    app.chain.chain.send(app.person(1), contract, anchor).await?;
    crate::models::some_models(&app.chain).await?;
    app.indexed().await?;
    let before = app.digest().await?;
    app.stop().await;
    // Views that went wrong, as after a mistake in the folding of an earlier version.
    sqlx::query("UPDATE bounties SET submissions = 99, state = '{}'").execute(&app.db.pool).await?;
    sqlx::query("UPDATE models SET contributions = 99, state = '{}'").execute(&app.db.pool).await?;
    for table in ["people", "contributions", "accounts", "takes", "anchors"] {
        sqlx::query(&format!("DELETE FROM {table}")).execute(&app.db.pool).await?;
    }
    assert_ne!(app.digest().await?, before);
    assert_eq!(
        process::run(&app.config, "reindex")?,
        "rebuilt 2 bounties, 2 models, 0 organisations, 0 tasks and 0 jobs"
    );
    assert_eq!(app.digest().await?, before);
    assert_eq!(process::run(&app.config, "digest")?, before.to_string());
    Ok(())
}

async fn confirmations_are_waited_for(database: Database) -> Result<()> {
    let app = TestApp::with(database, |config| config.confirmations = Some(5)).await?;
    let posted = some_history(&app.chain).await?;
    let (head, _) = app.chain.head().await?;
    until("all but five blocks", async || Ok(app.status().await?.block == head - 5)).await?;
    assert_eq!(app.status().await?.head, head);
    app.chain.rpc("anvil_mine", serde_json::json!(["0x5"])).await?;
    until("the rest", async || Ok(app.status().await?.block == head)).await?;
    let detail = app.detail(posted[1].id).await?;
    assert_eq!(detail.events.len(), 4);
    Ok(())
}

async fn hostile_texts_do_not_stop_the_index(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let requester = app.person(1);
    chain.fund(requester).await?;
    let terms = bounty::Terms {
        reward: Amount::mdc(1),
        stake: Amount::ZERO,
        deadline: chain.now().await? + 1_000,
        window: 900,
        test_rows: 10,
        classes: 2,
        min_correct: 0,
        truth_superhash: protocol::Digest::ZERO,
        post_number: bounty::PostNumber::default(),
    };
    let texts = ["", "\0", "a\0b", "'; DROP TABLE logs; --", "\u{202e}\u{fffe}", "<script>", "\\u0000"];
    for text in texts {
        let terms = bounty::Terms { truth_superhash: protocol::Digest::of(text.as_bytes()), ..terms.clone() };
        chain.send_to_bounty_market(requester, bounty::calls::create(&terms, text, text, text, None)).await?;
    }
    app.indexed().await?;
    assert_eq!(app.list("").await?.total, texts.len() as u64);
    for text in texts {
        let start = devchain::shared_model::Start { metadata_cid: text.to_string(), ..perceptron() };
        let made = chain.create_model(requester, &start).await?;
        assert_eq!(crate::models::agrees(&app, made.model).await?.metadata_cid, *text);
    }
    for (i, text) in texts.iter().enumerate() {
        assert_eq!(app.detail(i as u64 + 1).await?.bounty.metadata_cid, *text);
    }
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}
