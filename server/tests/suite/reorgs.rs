//! Chains that change their mind.

use anyhow::Result;
use devchain::bounty::{Offer, Published};
use protocol::{Amount, cid::Cid};
use serde_json::json;

use crate::support::{Database, TestApp, on_both};

on_both!(reorganisations_of_1_to_64_blocks_are_followed, a_chain_that_starts_anew_is_followed);

async fn reorganisations_of_1_to_64_blocks_are_followed(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain;
    let people = &chain.chain.accounts;
    for &person in &people[1..4] {
        chain.chain.fund(person).await?;
    }
    let offer = Offer { reward: Amount::mdc(1), stake: Amount::ZERO, open_for: 10_000_000, ..Offer::default() };
    let posted = chain.chain.post(people[1], &offer, &Published::made_up(), vec![1; 20], [1; 32]).await?;
    let mut orphaned = 0;
    for depth in 1..=64u64 {
        app.indexed().await?;
        let snapshot = chain.rpc("evm_snapshot", json!([])).await?;
        let before = app.list("").await?.total;
        // An orphaned branch of `depth` blocks: a submission first, a bounty last, empty blocks between.
        chain.chain.submit(&posted, people[2], vec![1; 20], [depth as u8; 32], Cid::of_block(b"m")).await?;
        if depth > 2 {
            chain.rpc("anvil_mine", json!([format!("{:#x}", depth - 2)])).await?;
        }
        if depth > 1 {
            chain.chain.post(people[1], &offer, &Published::made_up(), vec![1; 20], [2; 32]).await?;
            orphaned += 1;
        }
        app.indexed().await?;
        assert_eq!(app.list("").await?.total, before + u64::from(depth > 1));

        chain.rpc("evm_revert", json!([snapshot])).await?;
        // The branch that stays: shorter, of equal length or longer by turns, with other events.
        let length = [depth / 2, depth, depth + 3][(depth % 3) as usize].max(1);
        let trainer = people[3];
        let call = if depth % 2 == 1 {
            posted.any_submission(protocol::Digest([1; 32]))
        } else {
            bounty::calls::withdraw(posted.id)
        };
        chain.chain.send_to_bounty_market(trainer, call).await?;
        if length > 1 {
            chain.rpc("anvil_mine", json!([format!("{:#x}", length - 1)])).await?;
        }
        app.indexed().await?;
        assert_eq!(app.list("").await?.total, before, "the bounty of the orphaned branch is gone ({depth} blocks)");
        let detail = app.detail(posted.id).await?;
        assert!(detail.bounty.submission(&people[2]).is_none(), "and so is the submission");
        assert_eq!(detail.bounty.active(), (depth % 2) as usize);
        if depth.is_power_of_two() {
            assert_eq!(app.digest().await?, app.clean_digest().await?, "{depth} blocks");
        }
    }
    assert!(orphaned > 60);
    // Anvil's own way: the last blocks replaced by empty ones of the same heights.
    for depth in [1, 2, 7, 64] {
        chain.chain.post(people[1], &offer, &Published::made_up(), vec![1; 20], [100 + depth; 32]).await?;
        app.indexed().await?;
        chain.rpc("anvil_reorg", json!([depth, []])).await?;
        app.indexed().await?;
        assert_eq!(app.digest().await?, app.clean_digest().await?, "anvil_reorg of {depth}");
    }
    let metrics = app.get("/metrics").await?.text().await?;
    let count = metrics.lines().find_map(|line| line.strip_prefix("modelmarket_reorgs_total ")).unwrap();
    assert!(count.parse::<u64>()? >= 64, "{count} reorganisations counted");
    Ok(())
}

async fn a_chain_that_starts_anew_is_followed(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let genesis = app.chain.rpc("evm_snapshot", json!([])).await?;
    crate::indexing::some_history(&app.chain).await?;
    app.indexed().await?;
    assert_eq!(app.list("").await?.total, 2);
    app.chain.rpc("evm_revert", json!([genesis])).await?;
    app.indexed().await?;
    assert_eq!(app.list("").await?.total, 0);
    crate::indexing::some_history(&app.chain).await?;
    app.indexed().await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}
