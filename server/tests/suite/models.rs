//! Shared models: lists, details, contributions.

use anyhow::Result;
use devchain::shared_model::Contribution;
use protocol::{Address, Amount, Digest};
use serde_json::json;
use shared_model::{
    ClassifierKind, IncentiveKind, Model,
    api::{ContributionState, ModelDetail},
    state::Ending,
};

use crate::support::{
    Database, TestApp,
    app::{TestChain, problem},
    models::{blank, features, perceptron},
    on_both,
};

on_both!(
    a_model_is_followed_from_creation_to_pay_out,
    models_are_filtered_sorted_searched_and_paged,
    contributions_are_filtered_sorted_searched_and_paged,
    classes_are_proposed_supported_and_added,
    models_made_and_taught_while_nobody_looked_are_there,
    models_of_other_factories_are_passed_over,
    a_server_without_a_factory_has_no_models_until_it_gets_one,
    reorganisations_take_models_and_contributions_along,
    a_hole_in_the_history_of_a_model_is_filled,
    bad_questions_about_models_get_answers,
);

/// Demands that everything the server says of a model is what another reader folds from the chain.
pub async fn agrees(app: &TestApp, model: Address) -> Result<ModelDetail> {
    app.indexed().await?;
    let (detail, truth): (ModelDetail, Model) = (app.model(model).await?, app.chain.chain.shared_model(model).await?);
    assert_eq!((detail.row.owner, detail.classifier_address), (truth.owner, truth.classifier));
    assert_eq!((&detail.shape, &detail.terms, detail.row.incentive), (&truth.shape, &truth.terms, truth.incentive));
    assert_eq!(detail.row.classifier, truth.shape.kind);
    assert_eq!((detail.row.ready, detail.loaded, detail.classes), (truth.ready, truth.loaded, truth.classes));
    assert_eq!((detail.row.created_at, detail.created_block), (truth.created_at, truth.created_block));
    assert_eq!((&detail.metadata_cid, detail.total_points), (&truth.metadata_cid, truth.total_good));
    assert_eq!(detail.row.contributions as usize, truth.contributions.len());
    let contributors = truth.accounts.values().filter(|account| account.contributions > 0).count();
    assert_eq!(detail.row.contributors as usize, contributors);
    assert_eq!(detail.leaderboard.len(), truth.accounts.len());
    for standing in &detail.leaderboard {
        let account = truth.account(&standing.account);
        let found = (standing.points, standing.contributions, standing.balance, standing.earned);
        assert_eq!(found, (account.good, account.contributions, account.balance, account.earned));
    }
    assert!(detail.leaderboard.is_sorted_by_key(|standing| std::cmp::Reverse(standing.points)));
    let proposals: Vec<_> = truth.proposals.iter().map(|p| (p.id, &p.name, p.support, p.index)).collect();
    let found: Vec<_> = detail.proposals.iter().map(|p| (p.proposal, &p.name, p.support, p.index)).collect();
    assert_eq!(found, proposals);

    let list = app.contributions(model, "sort=oldest&limit=100").await?;
    assert_eq!(list.rows.len(), truth.contributions.len());
    for (number, (row, truth)) in list.rows.iter().zip(&truth.contributions).enumerate() {
        let record = &truth.record;
        assert_eq!((row.number, row.key, row.contributor), (number as u64 + 1, record.key, record.contributor));
        assert_eq!((row.label, row.predicted, row.at), (record.label, truth.predicted, record.at));
        assert_eq!((row.deposit, row.left, row.reported_at), (record.initial, record.left, record.reported_at));
        assert_eq!(row.sample, format!("0x{}", hex::encode(&truth.sample)));
        assert_eq!((row.block, row.block_hash, row.log_index), (truth.block, truth.block_hash, truth.log_index));
        assert_eq!(row.tx, truth.tx);
        let (state, point) = match truth.ending {
            None => (ContributionState::Open, false),
            Some(Ending::Refunded { point }) => (ContributionState::Refunded, point),
            Some(Ending::Taken) => (ContributionState::Taken, false),
            Some(Ending::Evaluated) => (ContributionState::Settled, false),
        };
        assert_eq!((row.state, row.point), (state, point));
    }
    Ok(detail)
}

async fn a_model_is_followed_from_creation_to_pay_out(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let (owner, good, bad, other) = (app.person(1), app.person(2), app.person(3), app.person(4));
    let start = perceptron();
    let made = chain.create_model(owner, &start).await?;
    let model = made.model;
    let detail = agrees(&app, model).await?;
    assert!(!detail.row.ready && detail.loaded == 0);
    // Three words, then the rest: an interrupted deployment goes on.
    let part = devchain::shared_model::Start { words: start.words[..90].to_vec(), ..start.clone() };
    chain.load_model(&made, &part, 0).await?;
    let detail = agrees(&app, model).await?;
    assert!(!detail.row.ready && detail.loaded == 3);
    chain.load_model(&made, &start, 3).await?;
    assert!(agrees(&app, model).await?.row.ready);

    for person in [good, bad, other] {
        chain.fund_for(person, model).await?;
    }
    // The good one teaches that feature 1 means class 1, and the model learns it; the bad one says that 1 and 2 do not,
    // which the model does not come to believe, as it is taught the contrary again.
    let truth = chain.contribute(model, good, &features(&[1]), 1).await?;
    let lie = chain.contribute(model, bad, &features(&[1, 2]), 0).await?;
    chain.contribute(model, good, &features(&[1, 2]), 1).await?;
    chain.contribute(model, good, &features(&[1, 2, 3]), 1).await?;
    assert_eq!(chain.predict(model, &lie.sample).await?, 1);
    let known = chain.contribute(model, other, &features(&[1]), 1).await?;
    let detail = agrees(&app, model).await?;
    assert_eq!((detail.row.contributions, detail.row.contributors), (5, 3));

    chain.pass(61).await?;
    chain.report(good, &lie).await.expect_err("no points yet");
    chain.refund(&known).await?;
    chain.pass(60).await?;
    chain.refund(&truth).await?;
    let detail = agrees(&app, model).await?;
    assert_eq!(detail.total_points, 1, "what the model knew earns nothing");
    assert_eq!((detail.leaderboard[0].account, detail.leaderboard[0].points), (good, 1));
    let row = app.contribution(model, truth.key).await?;
    assert_eq!((row.state, row.point, row.left), (ContributionState::Refunded, true, Amount::ZERO));

    chain.report(good, &lie).await?;
    agrees(&app, model).await?;
    let row = app.contribution(model, lie.key).await?;
    assert_eq!((row.state, row.left), (ContributionState::Open, row.deposit), "a report moves nothing");
    chain.pass(60).await?;
    chain.take(good, &lie).await?;
    agrees(&app, model).await?;
    let row = app.contribution(model, lie.key).await?;
    assert_eq!((row.state, row.left), (ContributionState::Taken, Amount::ZERO), "all points, so all of it");
    chain.send(good, model, shared_model::calls::shared::withdraw(Amount(1))).await?;
    chain.send(good, model, shared_model::calls::shared::top_up(Amount(5))).await?;
    agrees(&app, model).await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn models_are_filtered_sorted_searched_and_paged(database: Database) -> Result<()> {
    use ClassifierKind::{NaiveBayes, SparseCentroid, SparsePerceptron};
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let (one, two, teacher) = (app.person(1), app.person(2), app.person(3));
    let a = app.make(one, &blank(SparsePerceptron, IncentiveKind::Deposit), &[teacher, two]).await?.model;
    let b = app.make(two, &blank(NaiveBayes, IncentiveKind::Points), &[]).await?.model;
    let c = chain.create_model(one, &blank(SparseCentroid, IncentiveKind::Points)).await?.model;
    chain.contribute(a, teacher, &features(&[1]), 1).await?;
    chain.contribute(a, two, &features(&[2]), 1).await?;
    for feature in 1..=3 {
        chain.contribute(b, teacher, &features(&[feature]), 1).await?;
    }
    app.indexed().await?;
    let none: [Address; 0] = [];
    assert_eq!(app.addresses("").await?, [c, b, a], "newest first");
    assert_eq!(app.addresses("sort=contributors").await?, [a, b, c]);
    assert_eq!(app.addresses("sort=contributions").await?, [b, a, c]);
    assert_eq!(app.addresses("sort=accuracy").await?, [c, b, a], "none has one");
    assert_eq!(app.addresses("classifier=naive_bayes").await?, [b]);
    assert_eq!(app.addresses("incentive=points").await?, [c, b]);
    assert_eq!(app.addresses("incentive=points&ready=true").await?, [b]);
    assert_eq!(app.addresses("ready=false").await?, [c]);
    assert_eq!(app.addresses(&format!("person={one}")).await?, [c, a], "as owner");
    assert_eq!(app.addresses(&format!("person={teacher}")).await?, [b, a], "as contributor");
    assert_eq!(app.addresses(&format!("person={}", app.person(9))).await?, none);
    assert_eq!(app.addresses(&format!("search={}", a.to_string()[4..20].to_uppercase())).await?, [a]);
    assert_eq!(app.addresses("search=%25").await?, none, "a wildcard is a letter");
    assert_eq!(app.addresses("limit=1&offset=1").await?, [b]);
    let list = app.models("limit=2&offset=2").await?;
    assert_eq!((list.rows.len(), list.total), (1, 3));
    Ok(())
}

async fn contributions_are_filtered_sorted_searched_and_paged(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let (owner, good, bad) = (app.person(1), app.person(2), app.person(3));
    let model = app.make(owner, &perceptron(), &[good, bad]).await?.model;
    let mut taught: Vec<Contribution> = Vec::new();
    // Two more of the bad one's than the model would need to believe any of them.
    for (person, feature, label, pause) in [(good, 1, 1, 400), (bad, 2, 1, 100), (good, 3, 1, 1), (bad, 4, 0, 7_200)] {
        chain.pass(pause).await?;
        taught.push(chain.contribute(model, person, &features(&[feature]), label).await?);
    }
    app.indexed().await?;
    let keys = |order: &[usize]| order.iter().map(|&i| taught[i].key).collect::<Vec<_>>();
    assert_eq!(app.keys(model, "").await?, keys(&[3, 2, 1, 0]), "newest first");
    assert_eq!(app.keys(model, "sort=oldest").await?, keys(&[0, 1, 2, 3]));
    assert_eq!(app.keys(model, "sort=deposit").await?, keys(&[2, 1, 0, 3]), "dear where the last was just before");
    assert_eq!(app.keys(model, &format!("contributor={bad}")).await?, keys(&[3, 1]));
    assert_eq!(app.keys(model, "label=0").await?, keys(&[3]));
    assert_eq!(app.keys(model, "limit=2&offset=1&sort=oldest").await?, keys(&[1, 2]));
    assert_eq!(app.contributions(model, "limit=2&offset=3").await?.total, 4);
    assert_eq!(app.keys(model, &format!("search={}", taught[2].key)).await?, keys(&[2]));
    assert_eq!(app.keys(model, "state=refunded").await?, keys(&[]));

    // Each may report and take what times and points allow: the first three have waited for anyone.
    let claimable = async |who: Address| app.keys(model, &format!("claimable_by={who}")).await;
    assert_eq!(claimable(owner).await?, keys(&[2, 1, 0]));
    assert_eq!(claimable(good).await?, keys(&[1]), "not the own ones");
    chain.pass(61).await?;
    app.indexed().await?;
    assert_eq!(claimable(owner).await?, keys(&[3, 2, 1, 0]), "the owner reports without points");
    assert_eq!(claimable(good).await?, keys(&[1]), "no points yet");
    chain.refund(&taught[0]).await?;
    app.indexed().await?;
    assert_eq!(app.keys(model, "state=refunded").await?, keys(&[0]));
    assert_eq!(app.keys(model, "state=open").await?, keys(&[3, 2, 1]));
    assert_eq!(claimable(good).await?, keys(&[3, 1]), "with a point");
    // The model is taught that 4 is class 1, so that what said 0 can be reported.
    taught.push(chain.contribute(model, good, &features(&[4]), 1).await?);
    assert_eq!(chain.predict(model, &taught[3].sample).await?, 1);
    chain.report(owner, &taught[3]).await?;
    app.indexed().await?;
    let claimable = async |who: Address| app.keys(model, &format!("claimable_by={who}&label=0")).await;
    assert_eq!(claimable(good).await?, [], "a report serves all, a wait later");
    chain.pass(60).await?;
    app.indexed().await?;
    assert_eq!(claimable(good).await?, [taught[3].key]);
    assert_eq!(claimable(owner).await?, [], "the owner's wait is not over");
    chain.pass(180).await?;
    app.indexed().await?;
    assert_eq!(claimable(owner).await?, [taught[3].key], "the report has ended, and can be made anew");
    agrees(&app, model).await?;
    Ok(())
}

async fn classes_are_proposed_supported_and_added(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let (owner, other) = (app.person(1), app.person(2));
    let model = app.make(owner, &blank(ClassifierKind::NaiveBayes, IncentiveKind::Points), &[]).await?.model;
    let calls = |name: &str| shared_model::calls::shared::propose_class(name);
    for name in ["neither", "'; DROP TABLE models; --", "\0"] {
        chain.send(other, model, calls(name)).await?;
    }
    chain.pass(300).await?;
    chain.send(owner, model, shared_model::calls::shared::add_class(2)).await?;
    let detail = agrees(&app, model).await?;
    assert_eq!(detail.classes, 3);
    assert_eq!(detail.proposals.iter().map(|p| p.index).collect::<Vec<_>>(), [None, Some(2), None]);
    chain.contribute(model, other, &features(&[7]), 2).await?;
    agrees(&app, model).await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

/// Two models, one of them taught and argued about.
pub async fn some_models(chain: &TestChain) -> Result<Vec<Address>> {
    some_models_waiting(chain, async || Ok(())).await
}

/// As [`some_models`], with a wait every dozen blocks.
pub async fn some_models_waiting(chain: &TestChain, wait: impl AsyncFn() -> Result<()>) -> Result<Vec<Address>> {
    let people = &chain.chain.accounts;
    let mut models = Vec::new();
    for kind in [ClassifierKind::SparsePerceptron, ClassifierKind::NaiveBayes] {
        let made = chain.chain.make_model(people[1], &blank(kind, IncentiveKind::Deposit)).await?;
        for &person in &people[2..4] {
            chain.chain.fund_for(person, made.model).await?;
        }
        let truth = chain.chain.contribute(made.model, people[2], &features(&[1]), 1).await?;
        let lie = chain.chain.contribute(made.model, people[3], &features(&[1, 2, 3, 4]), 0).await?;
        chain.chain.contribute(made.model, people[2], &features(&[1, 2]), 1).await?;
        wait().await?;
        chain.chain.pass(3_601).await?;
        // Some models agree with the lie by now; each history has refunds, and most a deposit that was taken.
        if chain.chain.predict(made.model, &lie.sample).await? != lie.label {
            chain.chain.report(people[2], &lie).await?;
            chain.chain.pass(121).await?;
            chain.chain.take(people[2], &lie).await?;
        }
        if chain.chain.predict(made.model, &truth.sample).await? == 1 {
            chain.chain.refund(&truth).await?;
        }
        models.push(made.model);
        wait().await?;
    }
    Ok(models)
}

async fn models_made_and_taught_while_nobody_looked_are_there(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    app.indexed().await?;
    app.stop().await;
    // One batch: models are made in the middle of it, and their logs begin with them.
    let mut models = some_models(&app.chain).await?;
    // Made and loaded in one block, whose first logs are the models'.
    app.chain.rpc("evm_setAutomine", json!([false])).await?;
    let factory = app.chain.chain.deployment.contract(shared_model::MODEL_FACTORY).unwrap();
    let start = perceptron();
    let create = shared_model::calls::factory::create_model(&start.shape, start.incentive, &start.terms, "");
    // The address follows from the terms and the time: what a call answers at that time is what it will be.
    let at = app.chain.chain.now().await? + 100;
    let as_made = json!({"from": app.person(1), "to": factory, "data": format!("0x{}", hex::encode(&create))});
    let next = app.chain.rpc("eth_call", json!([as_made, "latest", {}, {"time": format!("0x{at:x}")}])).await?;
    let next = next.as_str().unwrap_or_default().trim_start_matches("0x").to_owned();
    let next = contracts::returns::address(&hex::decode(next)?)?;
    app.chain.rpc("evm_setNextBlockTimestamp", json!([at])).await?;
    for (to, data) in [(factory, create), (next, shared_model::calls::shared::load(0, &start.words))] {
        let data = format!("0x{}", hex::encode(data));
        let transaction = json!({"from": app.person(1), "to": to, "data": data, "gas": "0x500000"});
        app.chain.rpc("eth_sendTransaction", json!([transaction])).await?;
    }
    app.chain.rpc("evm_mine", json!([])).await?;
    app.chain.rpc("evm_setAutomine", json!([true])).await?;
    models.push(next);
    app.restart(|_| {}).await?;
    for &model in &models {
        agrees(&app, model).await?;
    }
    assert!(app.model(next).await?.row.ready);
    assert_eq!(app.models("").await?.total, 3);
    // And those that are there already go on.
    app.chain.chain.fund_for(app.person(4), models[0]).await?;
    app.chain.chain.contribute(models[0], app.person(4), &features(&[9]), 1).await?;
    agrees(&app, models[0]).await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn models_of_other_factories_are_passed_over(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let models = some_models(&app.chain).await?;
    // Another deployment on the same chain: the same events, from contracts that nobody here vouches for.
    let other = devchain::Chain::deploy(app.chain.anvil.url()).await?;
    let foreign = other.make_model(app.person(1), &blank(ClassifierKind::NaiveBayes, IncentiveKind::Points)).await?;
    other.contribute(foreign.model, app.person(2), &features(&[1]), 1).await?;
    app.indexed().await?;
    assert_eq!(app.addresses("").await?, [models[1], models[0]]);
    problem(app.get(&format!("/api/models/{}", foreign.model)).await?, 404, "no-model").await?;
    let logs: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM logs WHERE address = $1")
        .bind(foreign.model.to_string())
        .fetch_one(&app.db.pool)
        .await?;
    assert_eq!(logs, 0);
    Ok(())
}

async fn a_server_without_a_factory_has_no_models_until_it_gets_one(database: Database) -> Result<()> {
    let mut chain = TestChain::start().await?;
    let models = some_models(&chain).await?;
    let whole = chain.chain.deployment.clone();
    chain.chain.deployment.contracts.remove(shared_model::MODEL_FACTORY);
    chain.chain.deployment.contracts.remove(shared_model::ACCURACY_LOG);
    let mut app = TestApp::on(chain, database, |_| {}).await?;
    crate::indexing::some_history(&app.chain).await?;
    app.indexed().await?;
    assert_eq!((app.models("").await?.total, app.list("").await?.total), (0, 2));
    assert_eq!(app.log().await?.size, 0);
    problem(app.get(&format!("/api/models/{}", models[0])).await?, 404, "no-model").await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    app.stop().await;
    app.chain.chain.deployment = whole;
    crate::support::app::write_deployment(&app.database, &app.chain)?;
    app.restart(|_| {}).await?;
    crate::support::until("the chain is read again", async || Ok(app.models("").await?.total == 2)).await?;
    for model in models {
        agrees(&app, model).await?;
    }
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn reorganisations_take_models_and_contributions_along(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let (chain, people) = (&app.chain, app.chain.chain.accounts.clone());
    let stays = some_models(chain).await?[0];
    for depth in [1u64, 2, 3, 5, 8, 13, 21, 34, 64] {
        app.indexed().await?;
        let snapshot = chain.rpc("evm_snapshot", json!([])).await?;
        let before = app.models("").await?.total;
        // An orphaned branch: a contribution to the model that stays, and a model that does not.
        let sample = features(&[depth as u32 % 50, 49]);
        let orphan = chain.chain.contribute(stays, people[2], &sample, 1).await?;
        let gone = chain.chain.make_model(people[1], &perceptron()).await?.model;
        chain.rpc("anvil_mine", json!([format!("{depth:#x}")])).await?;
        app.indexed().await?;
        assert_eq!(app.models("").await?.total, before + 1);
        assert_eq!(app.contribution(stays, orphan.key).await?.contributor, people[2]);

        chain.rpc("evm_revert", json!([snapshot])).await?;
        // The branch that stays: another label for the same sample; by turns with a model of somebody else.
        chain.chain.contribute(stays, people[3], &sample, 0).await?;
        let made = match depth % 2 {
            0 => None,
            _ => Some(
                chain.chain.make_model(people[2], &blank(ClassifierKind::NaiveBayes, IncentiveKind::Points)).await?,
            ),
        };
        app.indexed().await?;
        assert_eq!(app.models("").await?.total, before + depth % 2);
        assert!(app.contribution(stays, orphan.key).await.is_err(), "the orphaned contribution is gone");
        agrees(&app, stays).await?;
        if let Some(made) = made {
            assert_ne!(made.model, gone, "an address binds who made the model, and its terms");
            assert_eq!(agrees(&app, made.model).await?.row.classifier, ClassifierKind::NaiveBayes);
        }
        problem(app.get(&format!("/api/models/{gone}")).await?, 404, "no-model").await.map(drop)?;
        assert_eq!(app.digest().await?, app.clean_digest().await?, "{depth} blocks");
    }
    Ok(())
}

async fn a_hole_in_the_history_of_a_model_is_filled(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    some_models(&app.chain).await?;
    let teacher = app.person(4);
    let model = app.make(app.person(1), &perceptron(), &[teacher]).await?.model;
    let hidden = app.chain.chain.contribute(model, teacher, &features(&[1]), 1).await?;
    // Older than what is read another time near the head.
    app.chain.rpc("anvil_mine", serde_json::json!(["0x20"])).await?;
    app.indexed().await?;
    app.stop().await;
    // As if the node had kept the block of the contribution to itself.
    for table in ["logs", "contributions"] {
        let delete = format!("DELETE FROM {table} WHERE tx = (SELECT tx FROM contributions WHERE key = $1)");
        let delete = if table == "logs" { delete } else { "DELETE FROM contributions WHERE key = $1".into() };
        sqlx::query(&delete).bind(hidden.key.to_string()).execute(&app.db.pool).await?;
    }
    app.restart(|_| {}).await?;
    app.chain.chain.pass(121).await?;
    // The contract's own count says that something is missing, and the refund would.
    crate::support::until("the contribution is found", async || Ok(app.contribution(model, hidden.key).await.is_ok()))
        .await?;
    app.chain.chain.refund(&hidden).await?;
    app.indexed().await?;
    agrees(&app, model).await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

/// An address whose checksum is wrong: its first letter is written in the other case.
fn with_another_letter(address: &Address) -> String {
    let text = address.to_string();
    let at = 2 + text[2..].find(|digit: char| digit.is_ascii_alphabetic()).expect("an address has letters");
    let letter = &text[at..=at];
    let other = if letter.to_uppercase() == letter { letter.to_lowercase() } else { letter.to_uppercase() };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

async fn bad_questions_about_models_get_answers(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let model = app.chain.chain.make_model(app.person(1), &perceptron()).await?.model;
    app.indexed().await?;
    let stranger = Address([7; 20]);
    let key = Digest([1; 32]);
    for (path, status, kind) in [
        ("/api/models/1".to_string(), 400, "bad-request"),
        ("/api/models/0x12".to_string(), 400, "bad-request"),
        (format!("/api/models/{}", with_another_letter(&model)), 400, "bad-request"),
        (format!("/api/models/{stranger}"), 404, "no-model"),
        (format!("/api/models/{stranger}/contributions"), 404, "no-model"),
        (format!("/api/models/{stranger}/accuracy"), 404, "no-model"),
        (format!("/api/models/{model}/none"), 404, "no-route"),
        (format!("/api/models/{model}/originals/{key}"), 405, "method-not-allowed"),
        ("/api/models?limit=0".to_string(), 400, "bad-request"),
        ("/api/models?limit=101".to_string(), 400, "bad-request"),
        ("/api/models?sort=random".to_string(), 400, "bad-request"),
        ("/api/models?classifier=oracle".to_string(), 400, "bad-request"),
        ("/api/models?ready=perhaps".to_string(), 400, "bad-request"),
        (format!("/api/models/{model}/contributions?label=65536"), 400, "bad-request"),
        (format!("/api/models/{model}/contributions?state=lost"), 400, "bad-request"),
        (format!("/api/models/{model}/contributions?claimable_by=me"), 400, "bad-request"),
        (format!("/api/models/{model}/accuracy?limit=10001"), 400, "bad-request"),
        ("/api/accuracy-log/proof".to_string(), 400, "bad-request"),
        ("/api/accuracy-log/proof?index=-1".to_string(), 400, "bad-request"),
        ("/api/accuracy-log/proof?index=0".to_string(), 404, "no-proof"),
        ("/api/accuracy-log/proof?index=0&size=18446744073709551615".to_string(), 404, "no-proof"),
        ("/api/accuracy-log/consistency".to_string(), 400, "bad-request"),
        ("/api/accuracy-log/consistency?from=1".to_string(), 404, "no-proof"),
        ("/api/accuracy-log/consistency?from=1&to=0".to_string(), 404, "no-proof"),
    ] {
        problem(app.get(&path).await?, status, kind).await.map_err(|e| e.context(path))?;
    }
    assert_eq!(app.models("offset=18446744073709551615").await?.rows.len(), 0);
    Ok(())
}
