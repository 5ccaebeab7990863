//! What a list finds, and in which order, is said in SQL here and by the families' crates in the page: random queries
//! find the same rows. `MODELMARKET_SEED` repeats a run.

use anyhow::Result;
use bounty::{
    Phase, Record, Reliability,
    api::{AccountBounties, BountyList, BountyQuery, BountySort},
    calls,
};
use devchain::{
    Chain,
    bounty::{Offer, Posted, Published, Submitted},
};
use protocol::{Address, Amount, cid::Cid};
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};
use shared_model::{
    ClassifierKind, IncentiveKind, ListedModel, Model,
    api::{
        AccountModel, AccountModels, ContributionList, ContributionQuery, ContributionSort, ContributionState,
        ModelList, ModelQuery, ModelSort,
    },
};
use trained::api::{AccountAttestations, TrainedFrom, TrainedList, TrainedQuery, TrainedSort};

use crate::support::{
    Database, TestApp,
    draw::Draw,
    models::{blank, features},
    on_both,
};

on_both!(
    bounties_are_listed_by_the_same_rule,
    each_promise_counts_as_what_it_is,
    models_and_contributions_are_listed_by_the_same_rule,
    trained_models_are_listed_by_the_same_rule,
);

/// Queries of each list.
const QUERIES: usize = 150;
/// Names of strangers, with letters that databases and programs may fold in different ways.
const NAMES: [&str; 5] = ["Digits", "Ärzte im Süden", "100 % wool_ly", "DIGITS again", "straße"];
/// What people type, besides parts of addresses and numbers.
const SEARCHES: [&str; 9] = ["digits", "DIG", "ärzte", "%", "_", "wool", " Süd ", "#2", "\u{7}"];

impl Draw {
    fn search(&mut self, people: &[Address]) -> Option<String> {
        match self.below(4) {
            0 => Some(self.one(&SEARCHES).to_owned()),
            1 => Some(self.one(people).to_string()[4..14].to_uppercase()),
            2 => Some((1 + self.below(12)).to_string()),
            _ => None,
        }
    }

    /// Offset and limit: as often as not all of the list.
    fn page(&mut self) -> (Option<u64>, Option<u64>) {
        match self.below(2) {
            0 => (None, Some(100)),
            _ => (self.maybe(&[0, 1, 2, 3, 4]), Some(self.one(&[1, 2, 3, 4]))),
        }
    }
}

/// Those of all rows that such a page shows.
fn page_of<T: Clone>(all: &[T], (offset, limit): (Option<u64>, Option<u64>)) -> Vec<T> {
    let (offset, limit) = (offset.unwrap_or_default() as usize, limit.map_or(usize::MAX, |limit| limit as usize));
    all.iter().skip(offset).take(limit).cloned().collect()
}

async fn answer<T: DeserializeOwned>(app: &TestApp, path: &str, query: &impl Serialize) -> Result<T> {
    Ok(app.request(Method::GET, path).query(query).send().await?.error_for_status()?.json().await?)
}

async fn bounties_are_listed_by_the_same_rule(database: Database) -> Result<()> {
    let mut draw = Draw::new("bounties");
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let people: Vec<Address> = (1..=4).map(|number| app.person(number)).collect();
    for person in &people {
        chain.fund(*person).await?;
    }
    let labels = vec![1; 10];
    let (mut named, mut made) = (Vec::new(), Vec::new());
    for number in 0..10u8 {
        let published = Published { metadata: Cid::of_block(&[number]), ..Published::made_up() };
        let offer = Offer {
            reward: Amount::mdc(draw.one(&[10, 20, 30])),
            open_for: draw.one(&[700, 1_400, 2_100, 90_000]),
            ..Offer::default()
        };
        let requester = draw.one(&people[..3]);
        let posted = chain.post(requester, &offer, &published, labels.clone(), [number; 32]).await?;
        let mut submitted = None;
        if let Some(trainer) = draw.maybe(&people).filter(|trainer| *trainer != requester) {
            let predicted = (0..10).map(|_| draw.below(2) as u8).collect();
            submitted = Some(chain.submit(&posted, trainer, predicted, [2; 32], Cid::of_block(b"m")).await?);
        }
        if let Some(title) = draw.maybe(&NAMES) {
            let insert = sqlx::query("INSERT INTO titles (cid, title, folded) VALUES ($1, $2, $3)");
            let cid = published.metadata.to_string();
            insert.bind(cid).bind(title).bind(title.to_lowercase()).execute(&app.db.pool).await?;
            named.push((posted.id, title));
        }
        if draw.below(6) == 0 {
            chain.send_to_bounty_market(requester, calls::cancel(posted.id, u32::MAX)).await?;
        } else {
            made.push((posted, submitted));
        }
    }
    play_on(&mut draw, chain, made).await?;
    // Some have closed, and the chain's time is ahead of this machine's, so that both sides read the same clock.
    chain.pass(5_000).await?;
    app.indexed().await?;
    let now = app.status().await?.block_at;
    let mut bounties = Vec::new();
    for id in 1..=10 {
        let title = named.iter().find(|(named, _)| *named == id).map(|(_, title)| (*title).to_owned());
        bounties.push((chain.bounty(id).await?, title));
    }
    for person in &people {
        let told: AccountBounties = app.read(&format!("/api/accounts/{person}/bounties")).await?;
        assert_eq!(told.record, Record::of(person, bounties.iter().map(|(bounty, _)| bounty), now), "{person}");
    }
    for _ in 0..QUERIES {
        let page = draw.page();
        let query = BountyQuery {
            search: draw.search(&people),
            phase: draw.maybe(&Phase::ALL),
            sort: draw.maybe(&[
                BountySort::Newest,
                BountySort::Reward,
                BountySort::Submissions,
                BountySort::Score,
                BountySort::Deadline,
            ]),
            reverse: draw.maybe(&[true, false]),
            person: draw.maybe(&people),
            offset: page.0,
            limit: page.1,
        };
        let found: BountyList = answer(&app, "/api/bounties", &query).await?;
        let expected = query.select(bounties.iter().map(|(bounty, title)| (bounty, title.clone())), now, now);
        assert_eq!(found.rows, page_of(&expected, page), "{query:?}");
        assert_eq!(found.total, expected.len() as u64, "{query:?}");
    }
    Ok(())
}

/// One bounty of each, with figures that are written here and counted by nobody.
async fn each_promise_counts_as_what_it_is(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let (requester, trainer) = (app.person(1), app.person(2));
    chain.fund(requester).await?;
    chain.fund(trainer).await?;
    let mut posts = Vec::new();
    for (number, open_for) in [(1, 1_000), (2, 1_000), (3, 1_000), (4, 1_000), (5, 1_000), (6, 90_000)] {
        let offer = Offer { reward: Amount::mdc(10), open_for, ..Offer::default() };
        posts.push(chain.post(requester, &offer, &Published::made_up(), vec![1; 10], [number; 32]).await?);
    }
    let [kept, broken, dropped, cancelled, idle, _open] = &posts[..] else { anyhow::bail!("there are six") };
    for posted in [kept, broken, dropped] {
        chain.submit(posted, trainer, vec![1; 10], [7; 32], Cid::of_block(b"m")).await?;
    }
    for posted in [dropped, cancelled] {
        chain.send_to_bounty_market(requester, calls::cancel(posted.id, u32::MAX)).await?;
    }
    for posted in [kept, idle] {
        chain.reveal_truth(posted).await?;
    }
    chain.pass(3_000).await?;
    app.indexed().await?;
    let told: AccountBounties = app.read(&format!("/api/accounts/{requester}/bounties")).await?;
    let expected = Reliability { posted: 6, revealed: 1, missed: 1, dropped: 1, cancelled: 1, idle: 1 };
    assert_eq!(told.record.requester, expected);
    let list: BountyList = app.read("/api/bounties").await?;
    assert_eq!(list.rows.iter().map(|row| row.reliability).collect::<Vec<_>>(), vec![Some(expected); 6]);
    Ok(())
}

/// Some ground truths are revealed in time, some submissions claimed, and some of these revealed.
async fn play_on(draw: &mut Draw, chain: &Chain, mut made: Vec<(Posted, Option<Submitted>)>) -> Result<()> {
    made.sort_by_key(|(posted, _)| posted.terms.deadline);
    let mut claimed = Vec::new();
    for (posted, submitted) in made {
        let is_in_time = chain.now().await? < posted.terms.deadline + 600;
        if !is_in_time || posted.terms.deadline > chain.now().await? + 3_000 || draw.below(3) == 0 {
            continue;
        }
        chain.reveal_truth(&posted).await?;
        if let Some(submitted) = submitted {
            chain.claim(&posted, &submitted).await?;
            claimed.push((posted, submitted));
        }
    }
    if let Some((posted, submitted)) = claimed.pop() {
        chain.reveal_prediction(&posted, &submitted).await?;
    }
    Ok(())
}

async fn models_and_contributions_are_listed_by_the_same_rule(database: Database) -> Result<()> {
    let mut draw = Draw::new("models");
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    let people: Vec<Address> = (1..=4).map(|number| app.person(number)).collect();
    let mut made = Vec::new();
    for number in 0..6u8 {
        let kind = draw.one(&[ClassifierKind::SparsePerceptron, ClassifierKind::NaiveBayes]);
        let mut start = blank(kind, draw.one(&[IncentiveKind::Deposit, IncentiveKind::Points]));
        start.metadata_cid = Cid::of_block(&[number]).to_string();
        let named = draw.maybe(&NAMES).map(|name| (name.to_owned(), format!("About {name}")));
        if let Some((name, description)) = &named {
            let folded = format!("{name}\n{description}").to_lowercase();
            let insert =
                sqlx::query("INSERT INTO model_files (cid, name, description, folded) VALUES ($1, $2, $3, $4)");
            let insert = insert.bind(&start.metadata_cid).bind(name).bind(description).bind(folded);
            insert.execute(&app.db.pool).await?;
        }
        let owner = draw.one(&people);
        let loaded = draw.below(3) > 0;
        let model = if loaded {
            app.make(owner, &start, &people).await?.model
        } else {
            chain.create_model(owner, &start).await?.model
        };
        // Each counts once, so no two are the same.
        let mut features_left: Vec<u32> = (0..40).collect();
        for _ in 0..if loaded { draw.below(5) } else { 0 } {
            let feature = features_left.swap_remove(draw.below(features_left.len()));
            chain.contribute(model, draw.one(&people), &features(&[feature]), draw.below(2) as u16).await?;
            chain.pass(draw.one(&[1, 60, 600])).await?;
        }
        made.push((model, named));
    }
    chain.pass(50).await?;
    app.indexed().await?;
    let now = app.status().await?.block_at;
    let mut models = Vec::<(Model, ListedModel)>::new();
    for (number, (address, named)) in made.into_iter().enumerate() {
        let model = chain.shared_model(address).await?;
        let mut listed = ListedModel::of(&model, (model.created_block, number as u64));
        (listed.row.name, listed.row.description) = named.unzip();
        models.push((model, listed));
    }
    for person in &people {
        let told: AccountModels = app.read(&format!("/api/accounts/{person}/models")).await?;
        let parts = AccountModel::all(models.iter().map(|(model, listed)| (model, listed.created)), person);
        let name = |address| models.iter().find(|(model, _)| model.address == address)?.1.row.name.clone();
        let parts: Vec<_> = parts.into_iter().map(|part| AccountModel { name: name(part.model), ..part }).collect();
        assert_eq!(told.models, parts, "{person}");
    }
    for _ in 0..QUERIES {
        let page = draw.page();
        let query = ModelQuery {
            search: draw.search(&people),
            classifier: draw.maybe(&ClassifierKind::ALL),
            incentive: draw.maybe(&IncentiveKind::ALL),
            ready: draw.maybe(&[true, false]),
            person: draw.maybe(&people),
            sort: draw.maybe(&[
                ModelSort::Newest,
                ModelSort::Accuracy,
                ModelSort::Contributors,
                ModelSort::Contributions,
            ]),
            reverse: draw.maybe(&[true, false]),
            offset: page.0,
            limit: page.1,
        };
        let found: ModelList = answer(&app, "/api/models", &query).await?;
        let expected = query.select(models.iter().map(|(_, listed)| listed.clone()));
        assert_eq!(found.rows, page_of(&expected, page), "{query:?}");
        assert_eq!(found.total, expected.len() as u64, "{query:?}");
    }
    for _ in 0..QUERIES {
        let page = draw.page();
        let (model, _) = draw.one(&models);
        let states = [ContributionState::Open, ContributionState::Refunded, ContributionState::Taken];
        let query = ContributionQuery {
            search: draw.search(&people),
            contributor: draw.maybe(&people),
            label: draw.maybe(&[0, 1]),
            state: draw.maybe(&states),
            claimable_by: draw.maybe(&people),
            sort: draw.maybe(&[ContributionSort::Newest, ContributionSort::Oldest, ContributionSort::Deposit]),
            offset: page.0,
            limit: page.1,
        };
        let path = format!("/api/models/{}/contributions", model.address);
        let found: ContributionList = answer(&app, &path, &query).await?;
        let keys: Vec<_> = found.rows.iter().map(|row| row.key).collect();
        let expected: Vec<_> = query.select(&model, now).into_iter().map(|c| c.record.key).collect();
        assert_eq!(keys, page_of(&expected, page), "{query:?} of {}", model.address);
        assert_eq!(found.total, expected.len() as u64, "{query:?} of {}", model.address);
    }
    Ok(())
}

async fn trained_models_are_listed_by_the_same_rule(database: Database) -> Result<()> {
    let mut draw = Draw::new("trained models");
    let app = TestApp::start(database).await?;
    let people: Vec<Address> = (1..=3).map(|number| app.person(number)).collect();
    for number in 0..8u8 {
        let cid = Cid::of_block(&[number % 5]).to_string();
        let (by, name, text) = (draw.one(&people), draw.one(&NAMES), draw.maybe(&NAMES).unwrap_or_default());
        app.chain.chain.publish_model(by, &cid, name, text).await?;
    }
    // Two winners, one of whom was run again.
    for (number, right) in [(1u8, 7usize), (2, 9)] {
        let chain = &app.chain.chain;
        for person in &people {
            chain.fund(*person).await?;
        }
        let offer = Offer { open_for: 700, ..Offer::default() };
        let posted = chain.post(people[0], &offer, &Published::made_up(), vec![1; 10], [number; 32]).await?;
        let predicted = (0..10).map(|row| u8::from(row < right)).collect();
        let submitted =
            chain.submit(&posted, people[1], predicted, [number; 32], Cid::of_block(&[100 + number])).await?;
        chain.reveal_truth(&posted).await?;
        chain.claim(&posted, &submitted).await?;
        chain.reveal_prediction(&posted, &submitted).await?;
        if number == 1 {
            chain.attest(people[2], posted.id, people[1], 10, 10).await?;
        }
    }
    app.indexed().await?;
    let told: AccountAttestations = app.read(&format!("/api/accounts/{}/attestations", people[2])).await?;
    let said = told.attestations.iter().map(|said| (said.trainer, said.by, said.equal, said.rows)).collect::<Vec<_>>();
    assert_eq!(said, [(people[1], people[2], 10, 10)]);
    let all: TrainedList = app.read("/api/trained-models?limit=100").await?;
    assert_eq!(all.rows.len(), 10);
    for _ in 0..QUERIES {
        let mut search = draw.search(&people);
        if draw.below(4) == 0 {
            search = Some(draw.one(&all.rows).cid[10..20].to_owned());
        }
        let page = draw.page();
        let query = TrainedQuery {
            search,
            from: draw.maybe(&[TrainedFrom::Bounty, TrainedFrom::Published]),
            person: draw.maybe(&people),
            sort: draw.maybe(&[TrainedSort::Newest, TrainedSort::Score, TrainedSort::Reproduced]),
            reverse: draw.maybe(&[true, false]),
            offset: page.0,
            limit: page.1,
        };
        let found: TrainedList = answer(&app, "/api/trained-models", &query).await?;
        // In another order than the server's, which the rule has to bring back.
        let expected = query.select(all.rows.iter().rev().cloned());
        assert_eq!(found.rows, page_of(&expected, page), "{query:?}");
        assert_eq!(found.total, expected.len() as u64, "{query:?}");
    }
    Ok(())
}
