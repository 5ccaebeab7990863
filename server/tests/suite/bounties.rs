//! Lists, details and figures.

use anyhow::Result;
use bounty::{Bounty, Event, Phase, api::Figures};
use dataset::metadata::{FileInfo, Metadata, Preparation};
use devchain::bounty::{Offer, Published};
use protocol::{
    Amount,
    cid::{Cid, FileHasher},
};

use crate::support::{Database, TestApp, app::problem, on_both, until};

on_both!(
    a_bounty_is_followed_from_creation_to_pay_out,
    lists_are_filtered_sorted_searched_and_paged,
    phases_follow_the_chains_time,
    titles_come_from_metadata_whenever_it_comes,
    bad_questions_get_answers,
);

fn labels(seed: u8, rows: usize) -> Vec<u8> {
    (0..rows).map(|i| (i as u8).wrapping_mul(7).wrapping_add(seed) % 10).collect()
}

async fn a_bounty_is_followed_from_creation_to_pay_out(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let (requester, good, poor) = (app.person(1), app.person(2), app.person(3));
    for person in [requester, good, poor] {
        chain.fund(person).await?;
    }
    let truth = labels(0, 100);
    let posted = chain.post(requester, &Offer::default(), &Published::made_up(), truth.clone(), [1; 32]).await?;
    app.indexed().await?;
    assert_eq!(app.detail(posted.id).await?.phase, Phase::Open);

    let model = Cid::of_block(b"model");
    let best = chain.submit(&posted, good, truth.clone(), [2; 32], model).await?;
    let worst = chain.submit(&posted, poor, labels(1, 100), [3; 32], model).await?;
    chain.reveal_truth(&posted).await?;
    app.indexed().await?;
    assert_eq!(app.detail(posted.id).await?.phase, Phase::Claiming);
    let figures: Figures = app.read("/api/figures").await?;
    assert_eq!((figures.bounties, figures.open, figures.running, figures.settled), (1, 0, 1, 0));
    assert_eq!((figures.escrowed, figures.paid, figures.trainers), (Amount::mdc(100), Amount::ZERO, 2));

    assert_eq!(chain.claim(&posted, &best).await?, 100);
    chain.claim(&posted, &worst).await?;
    chain.reveal_prediction(&posted, &best).await?;
    app.indexed().await?;

    let detail = app.detail(posted.id).await?;
    assert_eq!(detail.phase, Phase::Settled);
    assert_eq!(detail.bounty, Bounty::fold(&detail.events)?.unwrap());
    assert_eq!(detail.bounty, chain.bounty(posted.id).await?, "the same as folded from the chain by another reader");
    assert!(matches!(detail.events.last().unwrap().event, Event::Settled { winner, .. } if winner == good));
    let figures: Figures = app.read("/api/figures").await?;
    assert_eq!((figures.settled, figures.escrowed, figures.paid), (1, Amount::ZERO, Amount::mdc(100)));
    let row = &app.list("").await?.rows[0];
    assert_eq!((row.phase, row.phase_ends, row.best_correct), (Phase::Settled, None, Some(100)));
    assert_eq!((row.requester, row.reward, row.stake), (requester, Amount::mdc(100), Amount::mdc(5)));
    assert_eq!((row.test_rows, row.classes, row.submissions), (100, 10, 2));
    assert_eq!(row.created_at, detail.bounty.created_at);
    Ok(())
}

async fn lists_are_filtered_sorted_searched_and_paged(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let (one, two, trainer) = (app.person(1), app.person(2), app.person(3));
    for person in [one, two, trainer] {
        chain.fund(person).await?;
    }
    // Rewards 30, 10, 20 …, deadlines the other way round.
    let mut posted = Vec::new();
    for (requester, reward, open_for) in [(one, 30, 900), (two, 10, 1_500), (one, 20, 1_200)] {
        let offer = Offer { reward: Amount::mdc(reward), open_for, ..Offer::default() };
        posted.push(chain.post(requester, &offer, &Published::made_up(), labels(0, 10), [reward as u8; 32]).await?);
    }
    chain.submit(&posted[1], trainer, labels(0, 10), [2; 32], Cid::of_block(b"m")).await?;
    app.indexed().await?;

    assert_eq!(app.ids("").await?, [3, 2, 1], "newest first");
    assert_eq!(app.ids("sort=reward").await?, [1, 3, 2]);
    assert_eq!(app.ids("sort=deadline").await?, [1, 3, 2], "next to close first");
    assert_eq!(app.ids(&format!("person={one}")).await?, [3, 1]);
    assert_eq!(app.ids(&format!("person={trainer}")).await?, [2]);
    assert_eq!(app.ids(&format!("person={}", app.person(9))).await?, [] as [u64; 0]);
    assert!(app.ids("search=%232").await?.contains(&2));
    let part = two.to_string()[5..20].to_uppercase();
    assert_eq!(app.ids(&format!("search={part}")).await?, [2]);
    assert_eq!(app.ids("search=%25").await?, [] as [u64; 0], "a wildcard is a letter");
    assert_eq!(app.ids("search=%00").await?.len(), 3, "nothing that can be searched for");
    assert_eq!(app.ids("limit=1&offset=1").await?, [2]);
    let list = app.list("limit=2&offset=2").await?;
    assert_eq!((list.rows.len(), list.total), (1, 3));
    assert_eq!(app.ids("phase=open").await?, [3, 2, 1]);
    assert_eq!(app.ids("phase=settled").await?, [] as [u64; 0]);

    // The first closes; the order by deadline puts it last.
    chain.pass_until(posted[0].terms.deadline).await?;
    app.indexed().await?;
    assert_eq!(app.ids("phase=open").await?, [3, 2]);
    assert_eq!(app.ids("phase=awaiting_truth").await?, [1]);
    assert_eq!(app.ids("sort=deadline").await?, [3, 2, 1]);
    Ok(())
}

async fn phases_follow_the_chains_time(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let (requester, trainer) = (app.person(1), app.person(2));
    chain.fund(requester).await?;
    chain.fund(trainer).await?;
    let offer = Offer { open_for: 3_600, window: 600, ..Offer::default() };
    let posted = chain.post(requester, &offer, &Published::made_up(), labels(0, 10), [1; 32]).await?;
    let silent = chain.post(requester, &offer, &Published::made_up(), labels(0, 10), [2; 32]).await?;
    let submitted = chain.submit(&posted, trainer, labels(0, 10), [2; 32], Cid::of_block(b"m")).await?;
    chain.submit(&silent, trainer, labels(0, 10), [2; 32], Cid::of_block(b"m")).await?;

    let expect = async |id: u64, phase: Phase| -> Result<()> {
        app.indexed().await?;
        let detail = app.detail(id).await?;
        let list = app.list("").await?;
        let row = list.rows.iter().find(|row| row.id == id).unwrap();
        assert_eq!((detail.phase, row.phase), (phase, phase), "bounty {id}");
        let now = list.status.block_at;
        assert_eq!(row.phase_ends, detail.bounty.phase_ends(now), "{phase:?} of bounty {id}");
        // The filter, which asks the database, finds it under this phase alone.
        for other in Phase::ALL {
            let name = serde_json::to_value(other)?;
            let found = app.ids(&format!("phase={}", name.as_str().unwrap())).await?.contains(&id);
            assert_eq!(found, other == phase, "bounty {id} under {other:?}");
        }
        Ok(())
    };
    expect(1, Phase::Open).await?;
    chain.reveal_truth(&posted).await?;
    expect(1, Phase::Claiming).await?;
    // Posted later, so it closes later, by as long as the machine took.
    chain.pass_until(silent.terms.deadline).await?;
    expect(2, Phase::AwaitingTruth).await?;
    chain.claim(&posted, &submitted).await?;
    chain.pass(601).await?;
    expect(1, Phase::Revealing).await?;
    expect(2, Phase::TruthOverdue).await?;
    chain.send_to_bounty_market(trainer, bounty::calls::timeout(2)).await?;
    expect(2, Phase::Forfeited).await?;
    chain.pass(601).await?;
    expect(1, Phase::SettleDue).await?;
    chain.send_to_bounty_market(trainer, bounty::calls::settle(1)).await?;
    expect(1, Phase::Refunded).await?;
    let cancelled = chain.post(requester, &offer, &Published::made_up(), labels(0, 10), [0xca; 32]).await?;
    chain.send_to_bounty_market(requester, bounty::calls::cancel(cancelled.id, 0)).await?;
    expect(cancelled.id, Phase::Cancelled).await
}

async fn titles_come_from_metadata_whenever_it_comes(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let requester = app.person(1);
    chain.fund(requester).await?;
    let publisher = app.publisher(requester).await?;
    let file = |name: &str| FileInfo { cid: Cid::of_block(name.as_bytes()), rows: 1, bytes: 1 };
    let metadata = |title: &str| Metadata {
        version: 1,
        title: title.into(),
        description: String::new(),
        features: vec!["x".into()],
        label: "y".into(),
        classes: vec!["a".into(), "b".into()],
        train: file("train"),
        test: file("test"),
        preparation: Preparation { reading: Default::default(), share_percent: 20, stratified: true },
    };
    let post = async |bytes: &[u8]| -> Result<u64> {
        let published = Published { metadata: FileHasher::hash(bytes).cid, ..Published::made_up() };
        let salt = protocol::Digest::of(bytes).0;
        let posted = chain.post(requester, &Offer::default(), &published, labels(0, 10), salt).await?;
        Ok(posted.id)
    };
    let title = async |id: u64| -> Result<Option<String>> {
        Ok(app.list("").await?.rows.into_iter().find(|row| row.id == id).and_then(|row| row.title))
    };

    let before = metadata("Übersicht of  hand-written\ndigits").to_bytes();
    publisher.put(before.clone()).await?;
    let first = post(&before).await?;
    until("a title that was there before", async || Ok(title(first).await?.is_some())).await?;
    assert_eq!(title(first).await?.unwrap(), "Übersicht of hand-written digits");
    assert_eq!(app.ids("search=übersicht%20OF").await?, [first], "whatever the letters' case");

    let after = metadata("Iris").to_bytes();
    let second = post(&after).await?;
    app.indexed().await?;
    assert_eq!(title(second).await?, None);
    publisher.put(after).await?;
    until("a title that came after", async || Ok(title(second).await?.as_deref() == Some("Iris"))).await?;
    assert_eq!(app.ids("search=iris").await?, [second]);

    // What is no metadata gives no title, and breaks nothing.
    let junk = b"{\"version\": 1".to_vec();
    publisher.put(junk.clone()).await?;
    let third = post(&junk).await?;
    let long = metadata(&"x".repeat(1_000)).to_bytes();
    publisher.put(long.clone()).await?;
    let fourth = post(&long).await?;
    until("the title after the junk", async || Ok(title(fourth).await?.is_some())).await?;
    assert_eq!(title(fourth).await?.unwrap().len(), 200);
    assert_eq!(title(third).await?, None);
    Ok(())
}

async fn bad_questions_get_answers(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    for (path, status, kind) in [
        ("/api/bounties/1", 404, "no-bounty"),
        ("/api/bounties/0", 404, "no-bounty"),
        ("/api/bounties/-1", 400, "bad-request"),
        ("/api/bounties/99999999999999999999", 400, "bad-request"),
        ("/api/bounties/9223372036854775807", 404, "no-bounty"),
        ("/api/bounties?limit=0", 400, "bad-request"),
        ("/api/bounties?limit=101", 400, "bad-request"),
        ("/api/bounties?offset=-1", 400, "bad-request"),
        ("/api/bounties?phase=asleep", 400, "bad-request"),
        ("/api/bounties?sort=random", 400, "bad-request"),
        ("/api/bounties?person=0x12", 400, "bad-request"),
        ("/api/none", 404, "no-route"),
        ("/api", 404, "no-route"),
        ("/ipfs", 404, "no-route"),
        ("/ipfs/bafy", 400, "bad-cid"),
    ] {
        problem(app.get(path).await?, status, kind).await.map_err(|e| e.context(path))?;
    }
    assert_eq!(app.list("offset=18446744073709551615").await?.rows.len(), 0);
    Ok(())
}
