//! Compute jobs and providers: the index against the rules of the whole contract, lists, figures, what accounts are owed.

use anyhow::Result;
use jobs::{
    Dispute, Job, State,
    api::{
        Day, JobDetail, JobList, JobQuery, JobSort, JobsOwed, LineKind, Network, NetworkDetail, ProviderList,
        ProviderQuery, ProviderSort,
    },
    calls,
};
use protocol::{Address, Amount, Digest};
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::support::{
    Database, TestApp,
    app::problem,
    computing::{PRICE, UNITS},
    draw::Draw,
    on_both,
};

on_both!(
    a_market_is_read_as_the_contract_has_it,
    jobs_and_providers_are_listed_by_the_same_rule,
    reorganisations_take_jobs_and_deposits_along,
);

/// Queries of each list.
const QUERIES: usize = 100;

impl TestApp {
    async fn job(&self, id: u64) -> Result<JobDetail> {
        self.read(&format!("/api/jobs/{id}")).await
    }

    async fn asked<T: DeserializeOwned>(&self, path: &str, query: &impl Serialize) -> Result<T> {
        Ok(self.request(Method::GET, path).query(query).send().await?.error_for_status()?.json().await?)
    }

    async fn owed_of_jobs(&self, account: Address) -> Result<(Amount, Vec<(u64, Amount)>)> {
        let owed: JobsOwed = self.read(&format!("/api/jobs/owed/{account}")).await?;
        Ok((owed.amount, owed.claims.iter().map(|claim| (claim.job, claim.amount)).collect()))
    }

    /// The index tells what the rules of the contract make of the same events.
    async fn agrees(&self) -> Result<()> {
        self.indexed().await?;
        let (book, posted) = self.chain.chain.job_book().await?;
        for (id, job) in (1..).zip(&book.jobs) {
            assert_eq!(self.job(id).await?.job, undrawn(job), "job {id}");
        }
        let found: ProviderList = self.read("/api/providers?limit=100").await?;
        let mut expected = ProviderQuery::default().select(book.provider_rows());
        assert_eq!(found.total, expected.len() as u64);
        let mut rows = found.rows;
        rows.sort_by_key(|row| row.account);
        expected.sort_by_key(|row| row.account);
        assert_eq!(rows, expected);
        let NetworkDetail { network, .. } = self.read("/api/network").await?;
        let today = network.days.last().map_or(0, |day: &Day| day.from);
        assert_eq!(network, Network::of(&book, &posted, today));
        for person in 1..=6 {
            let who = self.person(person);
            let claims = (1..).zip(&book.jobs).map(|(id, job)| (id, job.claimable(who)));
            let mut claims: Vec<_> = claims.filter(|(_, amount)| amount.0 > 0).collect();
            claims.reverse();
            assert_eq!(self.owed_of_jobs(who).await?, (book.owed_to(who), claims), "{person}");
        }
        Ok(())
    }
}

/// As the server has it, which does not know how many providers there were.
fn undrawn(job: &Job) -> Job {
    let dispute = job.dispute.clone().map(|dispute| Dispute { slots: 0, ..dispute });
    Job { dispute, ..job.clone() }
}

async fn a_market_is_read_as_the_contract_has_it(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    app.chain.ready_to_compute().await?;
    let [client, other, runs, second, third] = [1, 2, 3, 4, 5].map(|person| app.person(person));
    let (terms, files) = app.chain.job_terms().await?;

    // Paid in whole, and claimed by both.
    let whole = app.chain.started(client, runs).await?;
    app.agrees().await?;
    let NetworkDetail { network, .. } = app.read("/api/network").await?;
    assert_eq!((network.totals.running, network.totals.escrowed), (1, Amount(PRICE.0 * u128::from(UNITS))));
    let result = app.chain.submit_result(runs, whole, 900).await?;
    chain.on_jobs(client, calls::accept(whole, result)).await?;
    app.agrees().await?;
    assert_eq!(app.owed_of_jobs(runs).await?.1, [(whole, Amount(900 * PRICE.0))]);
    chain.on_jobs(runs, calls::claim(whole)).await?;
    chain.on_jobs(client, calls::claim(whole)).await?;

    // Paid by the last voucher.
    let part = app.chain.started(client, second).await?;
    chain.redeem((client, second), part, 300, Digest([3; 32])).await?;
    chain.on_jobs(second, calls::fail(part, 7)).await?;

    // A wrong result: the juror finds another one.
    let wrong = app.chain.started(other, runs).await?;
    let result = app.chain.submit_result(runs, wrong, UNITS).await?;
    chain.on_jobs(other, calls::challenge(wrong, result, None)).await?;
    app.agrees().await?;
    app.chain.judged_wrong(client, wrong).await?;

    // Posted and withdrawn; posted only.
    let withdrawn = chain.post_job(client, &app.chain.job_terms().await?.0, &files).await?;
    chain.on_jobs(client, calls::cancel(withdrawn)).await?;
    let (terms, _) = (app.chain.job_terms().await?.0, terms);
    let posted = chain.post_job(other, &terms, &files).await?;
    chain.on_jobs(third, calls::pause()).await?;
    chain.on_jobs(second, calls::withdraw(Amount::mdc(1))).await?;
    app.agrees().await?;

    let states =
        [(whole, State::Settled), (part, State::Partial), (wrong, State::Slashed), (withdrawn, State::Cancelled)];
    for (id, state) in states.into_iter().chain([(posted, State::Posted)]) {
        assert_eq!(app.job(id).await?.job.state, state, "{id}");
    }
    let NetworkDetail { network, .. } = app.read("/api/network").await?;
    let sum = |of: fn(&Day) -> u64| network.days.iter().map(of).sum::<u64>();
    assert_eq!((network.days.len(), sum(|day| day.posted), sum(|day| day.ended)), (15, 5, 4));
    assert_eq!((sum(|day| day.units), network.totals.units), (1_200, 1_200));
    assert_eq!(network.totals.paid, Amount(1_200 * PRICE.0));
    assert_eq!((network.totals.providers, network.totals.ready, network.totals.open), (3, 2, 1));
    let lines = app.job(whole).await?.lines;
    let kinds: Vec<_> = lines.iter().map(|line| line.kind).collect();
    assert_eq!(kinds, [LineKind::Escrow, LineKind::Stake, LineKind::StakeFreed, LineKind::Paid, LineKind::Refunded]);
    assert_eq!(lines[0].amount.0, lines[3].amount.0 + lines[4].amount.0);
    let lines = app.job(wrong).await?.lines;
    let sum = |kind| lines.iter().filter(|line| line.kind == kind).map(|line| line.amount.0).sum::<u128>();
    // What the provider lost went to the juror, to the challenger, and nowhere.
    let went = sum(LineKind::JurorPaid) + sum(LineKind::Reward) + sum(LineKind::Burned);
    assert_eq!((sum(LineKind::StakeLost), sum(LineKind::BondBack)), (went, sum(LineKind::Bond)));

    let detail: JobDetail = app.job(posted).await?;
    assert_eq!((detail.job.terms, detail.job.files), (terms, files));
    problem(app.get("/api/jobs/99").await?, 404, "no-job").await?;
    problem(app.get("/api/jobs/x").await?, 400, "bad-request").await?;
    problem(app.get("/api/jobs?state=x").await?, 400, "bad-request").await?;
    problem(app.get("/api/jobs?limit=101").await?, 400, "bad-request").await?;
    problem(app.get("/api/providers?kind=8").await?, 400, "bad-request").await?;
    problem(app.get("/api/jobs/owed/x").await?, 400, "bad-request").await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn jobs_and_providers_are_listed_by_the_same_rule(database: Database) -> Result<()> {
    let mut draw = Draw::new("jobs");
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    app.chain.ready_to_compute().await?;
    let people: Vec<Address> = (1..=6).map(|number| app.person(number)).collect();
    for provider in &people[2..5] {
        let mut offer = crate::support::computing::offer();
        offer.price = Amount(draw.one(&[600, 1_000, 1_000]));
        offer.memory_mib = draw.one(&[512, 1_024]);
        offer.units_per_second = draw.one(&[20, 50, 90]);
        offer.kinds = draw.one(&[1, 3, 130]);
        chain.lend(*provider, Amount::ZERO, &offer).await?;
    }
    for _ in 0..10 {
        let (client, provider) = (draw.one(&people[..2]), draw.one(&people[2..5]));
        let (mut terms, files) = app.chain.job_terms().await?;
        terms.deadline += draw.one(&[0, 600, 1_200]);
        terms.highest_price = Amount(draw.one(&[1_000, 1_500, 2_000]));
        let job = chain.post_job(client, &terms, &files).await?;
        match draw.below(4) {
            0 => chain.on_jobs(client, calls::cancel(job)).await?,
            1 => {}
            far => {
                app.chain.lock_with(client, provider, job, &terms).await?;
                chain.on_jobs(provider, calls::start(job)).await?;
                if far == 3 {
                    let result = app.chain.submit_result(provider, job, draw.one(&[100, 700, 5_000])).await?;
                    chain.on_jobs(client, calls::accept(job, result)).await?;
                }
            }
        }
    }
    chain.on_jobs(draw.one(&people[2..5]), calls::pause()).await?;
    app.agrees().await?;
    let (book, posted) = chain.job_book().await?;
    let dated = || (1..).zip(&book.jobs).map(|(id, job)| (id, job, posted[&id]));
    for _ in 0..QUERIES {
        let search = match draw.below(3) {
            0 => Some(draw.one(&people).to_string()[4..12].to_uppercase()),
            1 => Some(format!("#{}", 1 + draw.below(12))),
            _ => None,
        };
        let query = JobQuery {
            search: search.clone(),
            state: draw.maybe(&State::ALL),
            kind: draw.maybe(&[0, 0, 1]),
            person: draw.maybe(&people),
            sort: draw.maybe(&[JobSort::Newest, JobSort::Price, JobSort::Units, JobSort::Paid, JobSort::Deadline]),
            reverse: draw.maybe(&[true, false]),
            offset: None,
            limit: Some(100),
        };
        let found: JobList = app.asked("/api/jobs", &query).await?;
        let expected = query.select(dated());
        assert_eq!((found.rows, found.total), (expected.clone(), expected.len() as u64), "{query:?}");
        let query = ProviderQuery {
            search,
            kind: draw.maybe(&[0, 1, 7]),
            memory_mib: draw.maybe(&[512, 1_024]),
            max_price: draw.maybe(&[Amount(600), Amount(999), Amount(1_000)]),
            takes_jobs: draw.maybe(&[true, false]),
            sort: draw.maybe(&[ProviderSort::Price, ProviderSort::Speed, ProviderSort::Memory, ProviderSort::Units]),
            reverse: draw.maybe(&[true, false]),
            offset: None,
            limit: Some(100),
        };
        let found: ProviderList = app.asked("/api/providers", &query).await?;
        assert_eq!(found.rows, query.select(book.provider_rows()), "{query:?}");
    }
    Ok(())
}

async fn reorganisations_take_jobs_and_deposits_along(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let chain = &app.chain.chain;
    app.chain.ready_to_compute().await?;
    let (client, runs, second) = (app.person(1), app.person(3), app.person(4));
    for depth in [1u64, 5, 40] {
        let job = app.chain.started(client, runs).await?;
        app.agrees().await?;
        let before = app.job(job).await?;
        let snapshot = app.chain.rpc("evm_snapshot", json!([])).await?;
        let result = app.chain.submit_result(runs, job, UNITS).await?;
        chain.on_jobs(client, calls::accept(job, result)).await?;
        chain.on_jobs(second, calls::withdraw(Amount::mdc(1))).await?;
        app.chain.started(client, runs).await?;
        app.chain.rpc("anvil_mine", json!([format!("{depth:#x}")])).await?;
        app.agrees().await?;
        assert_eq!(app.job(job).await?.job.state, State::Settled);

        app.chain.rpc("evm_revert", json!([snapshot])).await?;
        app.chain.rpc("anvil_mine", json!([format!("{depth:#x}")])).await?;
        app.agrees().await?;
        let after = app.job(job).await?;
        assert_eq!((after.job, after.events), (before.job, before.events), "{depth}");
        assert_eq!(app.digest().await?, app.clean_digest().await?, "{depth}");
    }
    Ok(())
}
