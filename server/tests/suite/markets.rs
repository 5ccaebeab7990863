//! A prediction market in a shared model, from bounty to pay-out.

use anyhow::{Context, Result};
use ethers_core::utils::keccak256;
use protocol::{Amount, Digest};
use shared_model::{
    ClassifierKind, IncentiveKind,
    api::ContributionState,
    calls::{
        market::{self, Item, Offer},
        shared,
    },
    record_key,
    state::contribution_commitment,
};

use serde_json::json;

use crate::{
    models::agrees,
    support::{
        Database, TestApp,
        models::{blank, described, features},
        on_both, process,
    },
};

on_both!(a_market_is_followed_from_bounty_to_pay_out);

/// Rows as a piece has them: label, length and sample.
fn piece(rows: &[(Vec<u8>, u16)]) -> Vec<u8> {
    let row = |(sample, label): &(Vec<u8>, u16)| {
        [&label.to_be_bytes()[..], &(sample.len() as u16).to_be_bytes(), sample].concat()
    };
    rows.iter().flat_map(row).collect()
}

async fn a_market_is_followed_from_bounty_to_pay_out(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let (owner, good, cheater) = (app.person(1), app.person(2), app.person(3));
    let mut start = blank(ClassifierKind::NaiveBayes, IncentiveKind::Market);
    // Both classes are as frequent, so that words alone decide.
    start.shape.headers = vec![10, 10];
    let files = described("Market", &mut start);
    let publisher = app.publisher(owner).await?;
    publisher.put(files.metadata).await?;
    publisher.put(files.test_set).await?;
    let model = app.make(owner, &start, &[owner, good, cheater]).await?.model;
    app.logged(1).await?;

    let pieces: Vec<Vec<u8>> = files.rows.chunks(20).map(piece).collect();
    let salts: Vec<Digest> = (1..=3).map(|byte| Digest([byte; 32])).collect();
    let commit = |(salt, piece): (&Digest, &Vec<u8>)| Digest(keccak256([&salt.0[..], piece].concat()));
    let offer = Offer {
        commitments: salts.iter().zip(&pieces).map(commit).collect(),
        bounty: Amount::mdc(10),
        stake: Amount::mdc(1),
        limit: 20,
        open_seconds: 600,
        show_window: 600,
        reveal_window: 600,
    };
    chain.send(owner, model, market::post_market(&offer)).await?;
    agrees(&app, model).await?;
    app.chain.rpc("anvil_mine", json!(["0x2"])).await?;
    chain.send(cheater, model, market::draw()).await.context("drawing")?;
    let drawn = chain.shared_model(model).await?.market.and_then(|market| market.drawn).unwrap();
    let reveal = async |index: u16| {
        let (salt, rows) = (salts[usize::from(index)], &pieces[usize::from(index)]);
        chain.send(owner, model, market::reveal_piece(index, salt, rows)).await.context("revealing")
    };
    reveal(drawn).await?;

    // The good one teaches what the test set asks for, the cheater the contrary.
    let every_second = |from: u32, to: u32| (from..to).step_by(2).collect::<Vec<_>>();
    let salt = Digest([9; 32]);
    let mut items = Vec::new();
    for (contributor, listed, label) in [
        (good, every_second(1, 50), 1),
        (cheater, every_second(1, 20), 0),
        (good, every_second(0, 50), 0),
        (cheater, every_second(0, 30), 1),
        (good, every_second(1, 50)[1..].to_vec(), 1),
    ] {
        let sample = features(&listed);
        let commitment = contribution_commitment(&record_key(&contributor, label, &sample), &salt);
        chain.send(contributor, model, market::commit(commitment, None)).await.context("committing")?;
        items.push(Item { contributor, label, sample });
    }
    let detail = agrees(&app, model).await?;
    assert_eq!(detail.row.contributions, 0, "nobody sees them yet");
    chain.pass(601).await?;
    for (index, item) in items.iter().enumerate().rev() {
        let show = market::show(index as u16, &item.sample, item.label, salt);
        chain.send(item.contributor, model, show).await.context("showing")?;
    }
    let detail = agrees(&app, model).await?;
    assert_eq!((detail.row.contributions, detail.row.contributors), (5, 2));
    assert_eq!(app.log().await?.size, 1, "nothing is learned yet");
    for index in (0..3).filter(|index| *index != drawn) {
        reveal(index).await?;
    }
    let shown: Vec<&[u8]> =
        (0..3).map(|index| if index == drawn { &[][..] } else { &pieces[usize::from(index)][..] }).collect();
    loop {
        let folded = chain.shared_model(model).await?.market.unwrap();
        if folded.over.is_some() {
            break;
        }
        let taught: Vec<Item> =
            items.iter().filter(|item| !folded.dropped.contains(&item.contributor)).cloned().collect();
        chain.send(cheater, model, market::evaluate(0, &taught, &shown)).await.context("evaluating")?;
        chain.send(cheater, model, market::end_pass()).await.context("ending a pass")?;
        agrees(&app, model).await?;
    }
    let detail = agrees(&app, model).await?;
    let balance = |who| detail.leaderboard.iter().find(|standing| standing.account == who).unwrap().balance;
    assert!(balance(good) > Amount::mdc(3) && balance(cheater) <= Amount::mdc(2), "{:?}", detail.leaderboard);
    let sum: u128 = detail.leaderboard.iter().map(|standing| standing.balance.0).sum();
    assert_eq!(Amount(sum), Amount::mdc(15), "bounty and stakes, no more and no less");
    let rows = app.contributions(model, "").await?.rows;
    assert!(rows.iter().all(|row| row.state == ContributionState::Settled && row.left == Amount::ZERO));
    assert_eq!(app.keys(model, &format!("claimable_by={owner}")).await?, [], "nothing to report");

    app.logged(2).await?;
    let history = app.history(model).await?.rows;
    assert_eq!(history[1].correct, app.counted(model, &files.rows).await?);
    assert!(history[1].correct > history[0].correct, "{history:?}");
    chain.send(good, model, shared::withdraw(balance(good))).await?;
    agrees(&app, model).await?;
    let (agreed, printed) = process::replay(&app.config, &[])?;
    assert!(agreed && printed.contains("2 entries equal"), "{printed}");
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}
