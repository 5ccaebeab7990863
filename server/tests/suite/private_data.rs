//! Organisations, the data sets that stay with them, and grants.

use anyhow::Result;
use directory::{
    GrantState,
    api::{
        DatasetDetail, DatasetList, DatasetQuery, DatasetSort, GrantDetail, GrantList, GrantQuery, OrganisationDetail,
        OrganisationList,
    },
    calls::{datasets, directory as organisations, grants},
};
use protocol::{Address, Amount, Digest};
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::support::{
    Database, TestApp,
    app::problem,
    draw::Draw,
    learning::{description, profile, terms},
    on_both, process, until,
};

on_both!(
    organisations_are_named_once_their_profiles_are_here,
    data_sets_are_found_by_their_columns,
    grants_that_wait_come_first,
    reorganisations_take_data_and_grants_along,
    rows_are_rebuilt_from_raw_logs,
    lists_follow_the_same_rule,
);

impl TestApp {
    async fn datasets(&self, query: &str) -> Result<DatasetList> {
        self.read(&format!("/api/datasets?{query}")).await
    }

    async fn dataset_ids(&self, query: &str) -> Result<Vec<u64>> {
        Ok(self.datasets(query).await?.rows.iter().map(|row| row.id).collect())
    }

    async fn grants(&self, query: &str) -> Result<GrantList> {
        self.read(&format!("/api/grants?{query}")).await
    }

    async fn grant_ids(&self, query: &str) -> Result<Vec<u64>> {
        Ok(self.grants(query).await?.rows.iter().map(|row| row.id).collect())
    }
}

async fn organisations_are_named_once_their_profiles_are_here(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let (clinic, bank) = (app.person(1), app.person(2));
    let (file, digest) = profile("Klinik Süd");
    app.chain.join(clinic, digest).await?;
    app.chain.chain.pass(60).await?;
    app.chain.join(bank, Digest([7; 32])).await?;
    app.indexed().await?;
    let list: OrganisationList = app.read("/api/organisations").await?;
    assert_eq!(list.rows.iter().map(|row| row.account).collect::<Vec<_>>(), [bank, clinic]);
    assert!(list.rows.iter().all(|row| row.name.is_none() && row.organisation.joined));
    app.publisher(clinic).await?.put(file).await?;
    let path = format!("/api/organisations/{clinic}");
    until("the name is known", async || {
        let found: OrganisationDetail = app.read(&path).await?;
        Ok(found.row.and_then(|row| row.name).as_deref() == Some("Klinik Süd"))
    })
    .await?;
    let found: OrganisationList = app.read("/api/organisations?search=S%C3%9CD").await?;
    assert_eq!((found.total, found.rows[0].account), (1, clinic));
    app.chain.publish_data(clinic, &terms(Digest([1; 32]))).await?;
    app.chain.in_directory(bank, organisations::resign()).await?;
    app.indexed().await?;
    let found: OrganisationList = app.read("/api/organisations?joined=true").await?;
    assert_eq!((found.total, found.rows[0].account, found.rows[0].datasets), (1, clinic, 1));
    let none: OrganisationDetail = app.read(&format!("/api/organisations/{}", app.person(5))).await?;
    assert_eq!(none.row, None);
    problem(app.get("/api/organisations/x").await?, 400, "bad-request").await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn data_sets_are_found_by_their_columns(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let owner = app.person(1);
    let (file, named) = profile("Clinic");
    app.chain.join(owner, named).await?;
    let publisher = app.publisher(owner).await?;
    publisher.put(file).await?;
    let (patients, digest) = description("Patients", &["id", "Blutdruck", "100%"]);
    let first = app.chain.publish_data(owner, &terms(digest)).await?;
    let mut large = terms(Digest([4; 32]));
    (large.rows, large.industry, large.price_per_use) = (10_000, 1, Amount::mdc(3));
    let second = app.chain.publish_data(owner, &large).await?;
    publisher.put(patients).await?;
    // What is stored under the digest and is no description changes nothing.
    let other = app.chain.publish_data(owner, &terms(Digest::of(b"no description"))).await?;
    publisher.put(b"no description".to_vec()).await?;
    app.indexed().await?;
    until("description and profile are read", async || {
        let found: DatasetDetail = app.read(&format!("/api/datasets/{first}")).await?;
        Ok(found.row.is_some_and(|row| row.name.as_deref() == Some("Patients") && row.owner_name.is_some()))
    })
    .await?;
    assert_eq!(app.datasets("search=patients").await?.rows[0].columns.len(), 3);
    assert_eq!(app.dataset_ids("").await?, [other, second, first]);
    for (query, found) in [
        ("column=blutDRUCK", vec![first]),
        ("column=%25", vec![first]),
        ("column=pulse", vec![]),
        ("search=patients", vec![first]),
        ("search=clinic", vec![other, second, first]),
        ("search=%232", vec![second]),
        ("min_rows=1000", vec![second]),
        ("industry=9", vec![other, first]),
        ("max_price=5", vec![other, first]),
        ("max_price=3000000000000000000", vec![other, second, first]),
        ("sort=rows", vec![second, other, first]),
        ("sort=price", vec![other, first, second]),
        ("limit=1&offset=1", vec![second]),
    ] {
        assert_eq!(app.dataset_ids(query).await?, found, "{query}");
    }
    assert_eq!(app.datasets("limit=1").await?.total, 3);
    assert_eq!(app.datasets("").await?.rows[0].owner_name.as_deref(), Some("Clinic"));
    app.chain.on_data(owner, datasets::set_prices(first, Amount(1), Amount(2))).await?;
    app.chain.on_data(owner, datasets::revoke(second)).await?;
    app.indexed().await?;
    assert_eq!(app.dataset_ids("revoked=true").await?, [second]);
    assert_eq!(app.dataset_ids("revoked=false&sort=price").await?, [first, other]);
    for query in ["limit=0", "limit=101", "sort=x", "owner=x", "industry=300"] {
        problem(app.get(&format!("/api/datasets?{query}")).await?, 400, "bad-request").await?;
    }
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn grants_that_wait_come_first(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let (owner, user) = (app.person(1), app.person(3));
    app.chain.join(owner, profile("Clinic").1).await?;
    let dataset = app.chain.publish_data(owner, &terms(Digest([4; 32]))).await?;
    let mut made = Vec::new();
    for purpose in 1..=4 {
        made.push(app.chain.apply_for(user, dataset, Digest([purpose; 32])).await?);
    }
    let reason = "Not for \u{0} this; ask the board.";
    app.chain.on_grant(owner, grants::refuse(made[3], reason)).await?;
    app.chain.on_grant(owner, grants::approve(made[1], Amount::mdc(2))).await?;
    app.chain.on_grant(user, grants::withdraw(made[2])).await?;
    app.indexed().await?;
    assert_eq!(app.grant_ids(&format!("owner={owner}")).await?, [made[0], made[3], made[2], made[1]]);
    assert_eq!(app.grant_ids(&format!("user={user}&state=approved")).await?, [made[1]]);
    assert_eq!(app.grant_ids(&format!("dataset={dataset}&state=pending")).await?, [made[0]]);
    assert_eq!(app.grant_ids(&format!("user={owner}")).await?, Vec::<u64>::new());
    let refused: GrantDetail = app.read(&format!("/api/grants/{}", made[3])).await?;
    let refused = refused.row.expect("it is there");
    assert_eq!((refused.grant.state, refused.grant.reason.as_deref()), (GrantState::Refused, Some(reason)));
    assert!(refused.decided_at >= Some(refused.applied_at) && refused.owner == owner && !refused.revoked);
    let waiting: GrantDetail = app.read(&format!("/api/grants/{}", made[0])).await?;
    assert_eq!(waiting.row.and_then(|row| row.decided_at), None);
    let none: GrantDetail = app.read("/api/grants/99").await?;
    assert_eq!(none.row, None);
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn reorganisations_take_data_and_grants_along(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let (owner, user) = (app.person(1), app.person(3));
    app.chain.join(owner, profile("Clinic").1).await?;
    let dataset = app.chain.publish_data(owner, &terms(Digest([4; 32]))).await?;
    let grant = app.chain.apply_for(user, dataset, Digest([1; 32])).await?;
    for depth in [1u64, 2, 5, 40] {
        app.indexed().await?;
        let before = (app.datasets("").await?.rows, app.grants("").await?.rows);
        let snapshot = app.chain.rpc("evm_snapshot", json!([])).await?;
        app.chain.on_grant(owner, grants::approve(grant, Amount(1))).await?;
        app.chain.on_data(owner, datasets::set_prices(dataset, Amount(1), Amount(1))).await?;
        let more = app.chain.publish_data(owner, &terms(Digest([5; 32]))).await?;
        app.chain.apply_for(user, more, Digest([2; 32])).await?;
        app.chain.in_directory(owner, organisations::resign()).await?;
        app.chain.rpc("anvil_mine", json!([format!("{depth:#x}")])).await?;
        app.indexed().await?;
        assert_eq!((app.datasets("").await?.total, app.grant_ids("state=pending").await?.len()), (2, 1));

        app.chain.rpc("evm_revert", json!([snapshot])).await?;
        app.chain.rpc("anvil_mine", json!([format!("{depth:#x}")])).await?;
        app.indexed().await?;
        assert_eq!((app.datasets("").await?.rows, app.grants("").await?.rows), before, "{depth}");
        assert_eq!(app.digest().await?, app.clean_digest().await?, "{depth}");
    }
    Ok(())
}

async fn rows_are_rebuilt_from_raw_logs(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    let under = app.chain.ready_to_learn().await?;
    app.chain.publish_task(under, false).await?;
    app.indexed().await?;
    let before = app.digest().await?;
    app.stop().await;
    for table in ["organisations", "datasets", "grants", "tasks", "task_seats"] {
        let gone = sqlx::query(&format!("DELETE FROM {table}")).execute(&app.db.pool).await?;
        assert!(gone.rows_affected() > 0, "{table}");
    }
    assert_ne!(app.digest().await?, before);
    process::run(&app.config, "reindex")?;
    assert_eq!(app.digest().await?, before);
    Ok(())
}

async fn answer<T: DeserializeOwned>(app: &TestApp, path: &str, query: &impl Serialize) -> Result<T> {
    Ok(app.request(Method::GET, path).query(query).send().await?.error_for_status()?.json().await?)
}

/// What is said in SQL here is said by the family's crate in the page.
async fn lists_follow_the_same_rule(database: Database) -> Result<()> {
    const NAMES: [&str; 4] = ["Digits", "Ärzte im Süden", "100 % wool_ly", "straße"];
    let mut draw = Draw::new("data sets and grants");
    let app = TestApp::start(database).await?;
    let people: Vec<Address> = (1..=3).map(|number| app.person(number)).collect();
    for person in &people {
        let (file, digest) = profile(draw.one(&NAMES));
        app.chain.join(*person, digest).await?;
        if draw.below(2) == 0 {
            app.publisher(*person).await?.put(file).await?;
        }
    }
    for _ in 0..8 {
        let owner = draw.one(&people);
        let (file, digest) = description(draw.one(&NAMES), &[draw.one(&NAMES), "Age"]);
        let mut said = terms(digest);
        said.rows = draw.one(&[10, 20, 30]);
        said.industry = draw.one(&[1, 9]);
        said.price_per_use = Amount(draw.one(&[0, 1, 1_000_000_000_000, 79_228_162_514_264_337_593_543_950_335]));
        let id = app.chain.publish_data(owner, &said).await?;
        if draw.below(2) == 0 {
            app.publisher(owner).await?.put(file).await?;
        }
        for purpose in 0..draw.below(3) as u8 {
            let user = draw.one(&people);
            let grant = app.chain.apply_for(user, id, Digest([purpose; 32])).await?;
            match draw.below(4) {
                0 => app.chain.on_grant(owner, grants::approve(grant, Amount(1))).await?,
                1 => app.chain.on_grant(owner, grants::refuse(grant, "no")).await?,
                2 => app.chain.on_grant(user, grants::withdraw(grant)).await?,
                _ => {}
            }
        }
        if draw.below(4) == 0 {
            app.chain.on_data(owner, datasets::revoke(id)).await?;
        }
    }
    app.indexed().await?;
    // Files that are here are read in their own time.
    until("all that is stored is read", async || {
        let stored: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM contents").fetch_one(&app.db.pool).await?;
        let read = "SELECT (SELECT COUNT(*) FROM profiles) + (SELECT COUNT(*) FROM descriptions)";
        Ok(sqlx::query_scalar::<_, i64>(read).fetch_one(&app.db.pool).await? == stored)
    })
    .await?;
    let all: DatasetList = app.read("/api/datasets?limit=100").await?;
    let every: GrantList = app.read("/api/grants?limit=100").await?;
    for _ in 0..150 {
        let search = match draw.below(3) {
            0 => Some(draw.one(&["digits", "ÄRZTE", "%", "_", "#2", "3", " Süd "]).to_owned()),
            1 => Some(draw.one(&people).to_string()[4..14].to_uppercase()),
            _ => None,
        };
        let query = DatasetQuery {
            search,
            column: draw.maybe(&["age", "STRASSE", "straße", "%", "digits"]).map(str::to_owned),
            owner: draw.maybe(&people),
            industry: draw.maybe(&[1, 9, 12]),
            min_rows: draw.maybe(&[0, 20, 31]),
            max_price: draw.maybe(&[Amount(0), Amount(1), Amount(u128::MAX)]),
            revoked: draw.maybe(&[true, false]),
            sort: draw.maybe(&[DatasetSort::Newest, DatasetSort::Rows, DatasetSort::Price]),
            reverse: draw.maybe(&[true, false]),
            offset: None,
            limit: Some(100),
        };
        let found: DatasetList = answer(&app, "/api/datasets", &query).await?;
        assert_eq!(found.rows, query.select(all.rows.iter().rev().cloned()), "{query:?}");
        let query = GrantQuery {
            dataset: draw.maybe(&[1, 2, 3]),
            owner: draw.maybe(&people),
            user: draw.maybe(&people),
            state: draw.maybe(&GrantState::ALL),
            offset: None,
            limit: Some(100),
        };
        let found: GrantList = answer(&app, "/api/grants", &query).await?;
        assert_eq!(found.rows, query.select(every.rows.iter().rev().cloned()), "{query:?}");
    }
    Ok(())
}
