//! Models as files: winners of bounties, what people say of running them, and published models.

use anyhow::Result;
use bounty::ReproductionCounts;
use dataset::metadata::{FileInfo, Metadata, Preparation};
use devchain::bounty::{Offer, Published};
use protocol::{
    Amount,
    cid::{Cid, FileHasher},
    commitment::superhash,
};
use serde_json::json;
use trained::api::{TrainedList, TrainedRow, TrainedSource};

use crate::support::{
    Database, TestApp,
    app::{TestChain, problem, write_deployment},
    on_both, process, until,
};

on_both!(
    winners_and_published_models_are_listed,
    what_people_say_of_a_winner_is_counted,
    lists_are_searched_and_paged,
    hostile_texts_are_listed_harmlessly_or_not_at_all,
    reorganisations_take_models_and_attestations_along,
    views_are_rebuilt_from_raw_logs,
    an_index_from_before_is_read_anew,
    a_server_without_these_contracts_lists_its_winners,
);

const ROWS: u32 = 20;

/// A bounty that trainer 2 wins with a model; the other trainer, 3, is verified below. Its number.
pub async fn a_winner(chain: &TestChain, metadata: Cid, model: Cid) -> Result<u64> {
    let chain = &chain.chain;
    let (requester, good, poor) = (chain.accounts[1], chain.accounts[2], chain.accounts[3]);
    for person in [requester, good, poor] {
        chain.fund(person).await?;
    }
    let offer = Offer { reward: Amount::mdc(1), ..Offer::default() };
    let published = Published { metadata, ..Published::made_up() };
    // A requester posts a truth once, so that each has another salt.
    let posted = chain.post(requester, &offer, &published, vec![1; ROWS as usize], rand::random()).await?;
    let best = chain.submit(&posted, good, vec![1; ROWS as usize], [2; 32], model).await?;
    let worst = chain.submit(&posted, poor, vec![2; ROWS as usize], [3; 32], Cid::of_block(b"worse")).await?;
    chain.reveal_truth(&posted).await?;
    chain.claim(&posted, &best).await?;
    chain.claim(&posted, &worst).await?;
    chain.reveal_prediction(&posted, &worst).await?;
    chain.reveal_prediction(&posted, &best).await?;
    Ok(posted.id)
}

/// A bounty's metadata with a title.
pub fn metadata(title: &str) -> Vec<u8> {
    let file = FileInfo { cid: Cid::of_block(b"x"), bytes: 1, rows: 1 };
    let metadata = Metadata {
        version: 1,
        title: title.into(),
        description: String::new(),
        features: vec!["a".into()],
        label: "b".into(),
        classes: vec!["x".into(), "y".into()],
        train: file.clone(),
        test: file,
        preparation: Preparation { reading: Default::default(), share_percent: 20, stratified: true },
    };
    metadata.to_bytes()
}

impl TestApp {
    async fn trained(&self, query: &str) -> Result<TrainedList> {
        self.read(&format!("/api/trained-models?{query}")).await
    }

    async fn trained_cids(&self, query: &str) -> Result<Vec<String>> {
        Ok(self.trained(query).await?.rows.into_iter().map(|row| row.cid).collect())
    }

    async fn published_ids(&self) -> Result<Vec<u64>> {
        let id = |row: TrainedRow| match row.source {
            TrainedSource::Published { id, .. } => Some(id),
            TrainedSource::Bounty { .. } => None,
        };
        Ok(self.trained("").await?.rows.into_iter().filter_map(id).collect())
    }
}

fn cid(name: &str) -> Cid {
    Cid::of_block(name.as_bytes())
}

async fn winners_and_published_models_are_listed(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let (chain, publisher) = (&app.chain.chain, app.person(4));
    app.indexed().await?;
    assert_eq!((app.trained("").await?.rows, app.trained("").await?.total), (vec![], 0));

    let described = metadata("Which digit?");
    let model = cid("the winner");
    let id = a_winner(&app.chain, FileHasher::hash(&described).cid, model).await?;
    app.indexed().await?;
    let list = app.trained("").await?;
    let bounty = app.detail(id).await?.bounty;
    let won = TrainedRow {
        source: TrainedSource::Bounty {
            bounty: id,
            trainer: app.person(2),
            correct: ROWS,
            test_rows: ROWS,
            reproductions: ReproductionCounts::default(),
        },
        cid: model.to_string(),
        name: None,
        description: None,
        at: bounty.ended_at.unwrap(),
    };
    assert_eq!((list.rows, list.total), (vec![won.clone()], 1));
    assert!(bounty.ended_at.unwrap() > bounty.created_at);
    // The title comes with the metadata.
    app.publisher(app.person(1)).await?.put(described).await?;
    until("the title", async || Ok(app.trained("").await?.rows[0].name.as_deref() == Some("Which digit?"))).await?;

    chain.pass(60).await?;
    let file = cid("published");
    let first = chain.publish_model(publisher, &file.to_string(), "A name", "What it is for.").await?;
    let second = chain.publish_model(app.person(5), &file.to_string(), "Another name", "").await?;
    assert_eq!((first, second), (1, 2));
    app.indexed().await?;
    let list = app.trained("").await?;
    assert_eq!(list.total, 3);
    let [newest, older, oldest] = &list.rows[..] else { panic!("{list:?}") };
    assert_eq!(newest.source, TrainedSource::Published { id: 2, publisher: app.person(5) });
    assert_eq!((newest.name.as_deref(), newest.description.as_deref()), (Some("Another name"), None));
    assert_eq!(older.source, TrainedSource::Published { id: 1, publisher });
    assert_eq!((older.name.as_deref(), older.description.as_deref()), (Some("A name"), Some("What it is for.")));
    assert_eq!((&older.cid, &oldest.cid), (&file.to_string(), &model.to_string()));
    assert!(older.at > oldest.at, "{older:?} {oldest:?}");

    chain.withdraw_model(publisher, first).await?;
    app.indexed().await?;
    assert_eq!(app.published_ids().await?, [2]);
    assert_eq!(app.trained("").await?.total, 2);
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn what_people_say_of_a_winner_is_counted(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let id = a_winner(&app.chain, cid("metadata"), cid("model")).await?;
    let other = a_winner(&app.chain, cid("metadata"), cid("model")).await?;
    let (winner, loser) = (app.person(2), app.person(3));
    for (by, trainer, equal) in
        [(4, winner, ROWS), (5, winner, ROWS), (6, winner, 0), (7, winner, ROWS - 1), (5, loser, 0)]
    {
        chain.attest(app.person(by), id, trainer, equal, ROWS).await?;
    }
    app.indexed().await?;
    let expected = ReproductionCounts { reproduced: 2, differing: 2 };
    assert_eq!(app.detail(id).await?.reproductions, expected);
    assert_eq!(app.detail(other).await?.reproductions, ReproductionCounts::default());
    let counted = |row: &TrainedRow| match &row.source {
        TrainedSource::Bounty { bounty, reproductions, .. } => (*bounty, *reproductions),
        TrainedSource::Published { .. } => panic!("nothing was published"),
    };
    let rows = app.trained("").await?.rows;
    assert_eq!(rows.iter().map(counted).collect::<Vec<_>>(), [(other, ReproductionCounts::default()), (id, expected)]);
    // The chain counts the same.
    let at = chain.deployment.contract(trained::REPRODUCTIONS).unwrap();
    let data = chain.call(at, trained::calls::reproductions::counts(id, winner)).await?;
    assert_eq!(trained::returns::counts(&data)?, expected);
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn lists_are_searched_and_paged(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    for (n, (name, description)) in
        [("Ziffern ÄÖ", "100% right"), ("Digits", "reads 8_8 pixels"), ("Films", "good or bad?")]
            .into_iter()
            .enumerate()
    {
        chain.publish_model(app.person(n), &cid(name).to_string(), name, description).await?;
        chain.pass(10).await?;
    }
    app.indexed().await?;
    let all = ["Films", "Digits", "Ziffern ÄÖ"].map(|name| cid(name).to_string());
    assert_eq!(app.trained_cids("").await?, all);
    for (query, found) in [
        ("search=digits", &all[1..2]),
        ("search=DIG", &all[1..2]),
        ("search=%C3%A4%C3%B6", &all[2..]),
        ("search=good%20or", &all[..1]),
        ("search=%25", &all[2..]),
        ("search=_", &all[1..2]),
        ("search=nothing", &[]),
        ("limit=1", &all[..1]),
        ("limit=2&offset=1", &all[1..]),
        ("offset=3", &[]),
        ("search=%00", &all),
    ] {
        assert_eq!(app.trained_cids(query).await?, *found, "{query}");
    }
    let person = app.person(2).to_string().to_uppercase();
    assert_eq!(app.trained_cids(&format!("search={}", &person[4..])).await?, all[..1]);
    assert_eq!(app.trained_cids(&format!("search={}", &all[2][20..])).await?, all[2..]);
    assert_eq!(app.trained("limit=1&offset=1").await?.total, 3);
    for query in ["limit=0", "limit=101", "limit=x", "offset=-1"] {
        problem(app.get(&format!("/api/trained-models?{query}")).await?, 400, "bad-request").await?;
    }
    Ok(())
}

async fn hostile_texts_are_listed_harmlessly_or_not_at_all(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let good = cid("good").to_string();
    let texts =
        ["\0", "a\0b", "'; DROP TABLE publications; --", "\u{202e}\u{fffe}", "<script>", "line\nline", "\u{7f}"];
    for text in texts {
        chain.publish_model(app.person(4), text, "not a CID", "").await?;
        chain.publish_model(app.person(4), &good, text, text).await?;
    }
    // A winner whose model is no CID.
    let (requester, trainer) = (app.person(1), app.person(2));
    chain.fund(requester).await?;
    chain.fund(trainer).await?;
    let posted = chain.post(requester, &Offer::default(), &Published::made_up(), vec![1; 20], [1; 32]).await?;
    let no_cid = "a\0 model in my drawer";
    let mut submitted = chain.submit(&posted, app.person(2), vec![1; 20], [2; 32], cid("x")).await?;
    chain.send_to_bounty_market(trainer, bounty::calls::withdraw(posted.id)).await?;
    let committed = bounty::Commitment {
        prediction_superhash: superhash(&submitted.prediction),
        model_superhash: protocol::Digest::of(no_cid.as_bytes()),
    };
    chain.send_to_bounty_market(trainer, posted.any_submission(committed.word())).await?;
    submitted.bounty = posted.id;
    chain.reveal_truth(&posted).await?;
    chain.claim(&posted, &submitted).await?;
    let window = chain.bounty(posted.id).await?.claim_window().unwrap();
    chain.pass_until(window.until).await?;
    let reveal = bounty::calls::reveal_prediction(posted.id, &committed, &posted.truth, &submitted.prediction, no_cid);
    chain.send_to_bounty_market(trainer, reveal).await?;
    app.indexed().await?;

    assert_eq!(app.detail(posted.id).await?.bounty.best().unwrap().reveal.as_ref().unwrap().model_cid, no_cid);
    let list = app.trained("").await?;
    assert_eq!(list.total, texts.len() as u64);
    assert!(list.rows.iter().all(|row| row.cid == good));
    for name in list.rows.iter().filter_map(|row| row.name.as_ref()) {
        assert!(!name.chars().any(char::is_control), "{name:?}");
    }
    assert!(list.rows.iter().any(|row| row.name.as_deref() == Some("line line")));
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn reorganisations_take_models_and_attestations_along(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let good = cid("good").to_string();
    let publisher = app.person(4);
    let stays = chain.publish_model(publisher, &good, "stays", "").await?;
    let id = a_winner(&app.chain, cid("metadata"), cid("model")).await?;
    let winner = app.person(2);
    chain.attest(app.person(5), id, winner, ROWS, ROWS).await?;
    for depth in [1u64, 2, 5, 40] {
        app.indexed().await?;
        let before = app.trained("").await?.rows;
        let snapshot = app.chain.rpc("evm_snapshot", json!([])).await?;
        // An orphaned branch: one is withdrawn, another published, the winner is said to differ, and a second one wins.
        chain.withdraw_model(publisher, stays).await?;
        chain.publish_model(publisher, &good, "goes", "").await?;
        chain.attest(app.person(6), id, winner, 0, ROWS).await?;
        a_winner(&app.chain, cid("metadata"), cid("another model")).await?;
        app.chain.rpc("anvil_mine", json!([format!("{depth:#x}")])).await?;
        app.indexed().await?;
        let orphaned = app.trained("").await?;
        assert_eq!((orphaned.total, app.detail(id).await?.reproductions.differing), (before.len() as u64 + 1, 1));

        app.chain.rpc("evm_revert", json!([snapshot])).await?;
        app.chain.rpc("anvil_mine", json!([format!("{depth:#x}")])).await?;
        app.indexed().await?;
        assert_eq!(app.trained("").await?.rows, before, "{depth}");
        assert_eq!(app.detail(id).await?.reproductions, ReproductionCounts { reproduced: 1, differing: 0 });
        assert_eq!(app.digest().await?, app.clean_digest().await?, "{depth}");
    }
    Ok(())
}

/// Two models, of which one is withdrawn.
pub async fn some_publications(chain: &TestChain) -> Result<()> {
    let (chain, publisher) = (&chain.chain, chain.chain.accounts[6]);
    for name in ["one", "two"] {
        chain.publish_model(publisher, &cid(name).to_string(), name, "").await?;
    }
    chain.withdraw_model(publisher, 1).await.map(drop)
}

/// A winner with attestations, and published models.
async fn some_of_everything(chain: &TestChain) -> Result<()> {
    let id = a_winner(chain, cid("metadata"), cid("model")).await?;
    let people = &chain.chain.accounts;
    chain.chain.attest(people[4], id, people[2], ROWS, ROWS).await?;
    chain.chain.attest(people[5], id, people[2], 3, ROWS).await?;
    some_publications(chain).await
}

async fn views_are_rebuilt_from_raw_logs(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    some_of_everything(&app.chain).await?;
    app.indexed().await?;
    let (before, listed) = (app.digest().await?, app.trained("").await?.rows);
    app.stop().await;
    sqlx::query("UPDATE bounties SET winner = '', model_cid = ''").execute(&app.db.pool).await?;
    for table in ["attestations", "publications", "withdrawals"] {
        let gone = sqlx::query(&format!("DELETE FROM {table}")).execute(&app.db.pool).await?;
        assert!(gone.rows_affected() > 0, "{table}");
    }
    assert_ne!(app.digest().await?, before);
    process::run(&app.config, "reindex")?;
    assert_eq!(app.digest().await?, before);
    app.restart(|_| {}).await?;
    assert_eq!(app.trained("").await?.rows, listed);
    Ok(())
}

async fn an_index_from_before_is_read_anew(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    some_of_everything(&app.chain).await?;
    app.indexed().await?;
    let (before, listed) = (app.digest().await?, app.trained("").await?.rows);
    assert_eq!(listed.len(), 2);
    app.stop().await;
    // As the migration leaves it.
    let address = |name| app.chain.chain.deployment.contract(name).unwrap().to_string();
    let ours = [trained::REPRODUCTIONS, trained::PUBLISHED_MODELS].map(address);
    for contract in ours {
        sqlx::query("DELETE FROM logs WHERE address = $1").bind(contract).execute(&app.db.pool).await?;
    }
    for change in [
        "UPDATE contracts SET address = '?' WHERE name IN ('Reproductions', 'PublishedModels')",
        "UPDATE bounties SET winner = '', model_cid = '', ended_at = 0",
        "DELETE FROM attestations",
        "DELETE FROM publications",
        "DELETE FROM withdrawals",
    ] {
        sqlx::query(change).execute(&app.db.pool).await?;
    }
    app.restart(|_| {}).await?;
    until("the chain is read again", async || Ok(app.trained("").await?.total == 2)).await?;
    app.indexed().await?;
    assert_eq!(app.trained("").await?.rows, listed);
    assert_eq!(app.digest().await?, before);
    Ok(())
}

async fn a_server_without_these_contracts_lists_its_winners(database: Database) -> Result<()> {
    let mut chain = TestChain::start().await?;
    some_of_everything(&chain).await?;
    let whole = chain.chain.deployment.clone();
    chain.chain.deployment.contracts.remove(trained::REPRODUCTIONS);
    chain.chain.deployment.contracts.remove(trained::PUBLISHED_MODELS);
    let mut app = TestApp::on(chain, database, |_| {}).await?;
    app.indexed().await?;
    let rows = app.trained("").await?.rows;
    assert_eq!(rows.len(), 1);
    assert!(
        matches!(rows[0].source, TrainedSource::Bounty { reproductions, .. } if reproductions == ReproductionCounts::default())
    );
    app.stop().await;
    app.chain.chain.deployment = whole;
    write_deployment(&app.database, &app.chain)?;
    app.restart(|_| {}).await?;
    until("the chain is read again", async || Ok(app.trained("").await?.total == 2)).await?;
    assert_eq!(app.detail(1).await?.reproductions, ReproductionCounts { reproduced: 1, differing: 1 });
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_are_listed_and_their_files_served() -> Result<()> {
    let app = TestApp::start(Database::sqlite()?).await?;
    let public = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../public");
    let chain = &app.chain.chain;
    devchain::bounty::samples::play(chain, &app.url(), &public.join("datasets"), |_| {}).await?;
    devchain::trained::samples::play(chain, &app.url(), &public.join("models"), |_| {}).await?;
    app.indexed().await?;
    let rows = app.trained("").await?.rows;
    let [mnist, iris, won] = &rows[..] else { panic!("three models, not {rows:?}") };
    for (row, file) in [(mnist, "mnist_cnn.onnx"), (iris, "iris_xgboost.onnx")] {
        let served = app.get(&format!("/ipfs/{}", row.cid)).await?;
        assert_eq!(served.headers()["content-type"], "application/octet-stream");
        assert_eq!(served.bytes().await?, std::fs::read(public.join("models").join(file))?, "{file}");
    }
    let TrainedSource::Bounty { bounty, trainer, correct, test_rows, reproductions } = &won.source else {
        panic!("the oldest is the winner")
    };
    assert_eq!(reproductions, &ReproductionCounts { reproduced: 1, differing: 0 });
    assert!(*correct > test_rows * 9 / 10, "{correct} of {test_rows}");
    assert_eq!(app.detail(*bounty).await?.bounty.best().unwrap().trainer, *trainer);
    let file = app.get(&format!("/ipfs/{}", won.cid)).await?.bytes().await?;
    assert_eq!(FileHasher::hash(&file).cid.to_string(), won.cid);
    let of = format!("{}/{}/{bounty}", chain.deployment.chain_id, chain.bounty_market()?);
    assert!(file.windows(of.len()).any(|part| part == of.as_bytes()), "the file names its bounty");
    Ok(())
}

/// As large as models in the page get: by whoever signs in, served whole and in parts.
#[tokio::test(flavor = "multi_thread")]
async fn models_of_tens_of_megabytes_are_stored_and_served() -> Result<()> {
    let app = TestApp::start(Database::sqlite()?).await?;
    let file: Vec<u8> = (0..60u32 << 20).map(|i| (i ^ (i >> 9)) as u8).collect();
    let cid = app.publisher(app.person(7)).await?.put(file.clone()).await?;
    let served = app.get(&format!("/ipfs/{cid}")).await?;
    assert_eq!(served.headers()["content-length"], file.len().to_string().as_str());
    assert!(served.bytes().await? == file);
    Ok(())
}
