//! What a grant allows ends: its uses, its time, what it is for, the numbers that may be told. Each time the person reads why,
//! and the contract says the same.

use anyhow::{Context, Result};
use devchain::publish::Publisher;
use directory::{
    DATASETS, DatasetTerms, Disclosure, GRANTS, GrantTerms, Purpose, Reveal, Work, calls as directory_calls,
};
use e2e::{Browser, Person, Profile, Stack};
use protocol::{Address, Amount, Digest};
use tasks::{Draft, Kind, Roles, SeatTerms, TASKS, calls};

use crate::learning::{joins, picks};

const DAY: u64 = 86_400;
const REASON: &str = "The board wants to see a study plan first.";

/// Two owners and the one who asks.
struct World {
    stack: Stack,
    owners: [Address; 2],
    requester: Address,
    /// Of all grants, and its file.
    purpose: Digest,
    /// The file of all tasks.
    spec: Digest,
}

impl World {
    async fn new() -> Result<Self> {
        let stack = Stack::start().await?;
        let [_, first, second, requester, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
        for account in [first, second, requester] {
            stack.chain.fund(account).await?;
            joins(&stack, account).await?;
        }
        let publisher = Publisher::sign_in(&stack.chain, &stack.url, requester).await?;
        let columns = ["patient", "age", "bmi"].map(str::to_owned).to_vec();
        let purpose = Purpose::new(vec![Work::Align], columns, vec![requester], vec![Reveal::Metrics]);
        let (file, purpose) = purpose.write()?;
        publisher.put(file).await?;
        let spec = br#"{"version": 1, "owners": [{"dataset": 1, "columns": []}, {"dataset": 2, "columns": []}],
            "rows": {"common": {"keys": ["patient", "patient"], "declared": [400, 400]}}, "work": {"intersect": {}}}"#;
        publisher.put(spec.to_vec()).await?;
        Ok(Self { stack, owners: [first, second], requester, purpose, spec: Digest::of(spec) })
    }

    async fn send(&self, from: Address, name: &'static str, data: Vec<u8>) -> Result<()> {
        let contract = self.stack.chain.deployment.demand(name)?;
        self.stack.chain.send(from, contract, data).await.map(drop)
    }

    /// Both owners publish a data set, and the requester applies for both; data sets and grants have the same numbers. Nothing
    /// is decided yet.
    async fn asks_for(&self, pair: u64, terms: &GrantTerms) -> Result<[u64; 2]> {
        let numbers = [2 * pair - 1, 2 * pair];
        for (owner, number) in self.owners.into_iter().zip(numbers) {
            let dataset = DatasetTerms {
                metadata: Digest::of(b"metadata"),
                data_root: Digest::of(b"rows"),
                id_root: Digest::of(b"ids"),
                rows: 400,
                columns: 3,
                industry: 8,
                labelled: false,
                price_per_use: Amount::ZERO,
                price_per_day: Amount::ZERO,
            };
            self.send(owner, DATASETS, directory_calls::datasets::publish(&dataset)).await?;
            self.send(self.requester, GRANTS, directory_calls::grants::apply_for(number, self.purpose, terms)).await?;
        }
        Ok(numbers)
    }

    /// The same, and both owners approve.
    async fn granted(&self, pair: u64, terms: &GrantTerms) -> Result<[u64; 2]> {
        let numbers = self.asks_for(pair, terms).await?;
        for (owner, number) in self.owners.into_iter().zip(numbers) {
            self.send(owner, GRANTS, directory_calls::grants::approve(number, Amount::ZERO)).await?;
        }
        Ok(numbers)
    }

    async fn draft(&self, grants: [u64; 2], facts: u32) -> Result<Draft> {
        let now = self.stack.chain.now().await?;
        let seat = |(grant, role)| SeatTerms { grant, roles: Roles(Roles::COLUMNS | role), purpose: self.purpose };
        Ok(Draft {
            kind: Kind::Psi,
            waits_for: 0,
            reveals_early: false,
            model_of: 0,
            confirm_by: now + DAY,
            start_by: now + 2 * DAY,
            max_seconds: 600,
            facts,
            rows: 0,
            compute_fee: Amount::ZERO,
            bond: Amount::ZERO,
            helper_budget: Amount::ZERO,
            spec: self.spec,
            told: Disclosure { min_rows: 100, digits: 3, own_coefficients: false },
            seats: grants.into_iter().zip([Roles::FIRST, Roles::SECOND]).map(seat).collect(),
            helpers: Vec::new(),
        })
    }

    /// A task that both owners have confirmed.
    async fn ready(&self, task: u64, grants: [u64; 2], facts: u32) -> Result<()> {
        let draft = self.draft(grants, facts).await?;
        self.send(self.requester, TASKS, calls::publish(&[draft], None)).await?;
        for (owner, seat) in self.owners.into_iter().zip(0..) {
            let word = Digest::of(&[seat]);
            let said = calls::Confirmation { key: word, input: word, signer: Address([seat + 1; 20]), accepted: 0 };
            self.send(owner, TASKS, calls::confirm(task, seat, &said, None)).await?;
        }
        Ok(())
    }

    async fn starts(&self, task: u64) -> Result<()> {
        self.send(self.requester, TASKS, calls::start(task)).await
    }

    /// Neither the page nor the contract starts a task, and both say the same.
    async fn is_refused(&self, asks: &Person<'_>, task: u64, sentence: &str) -> Result<()> {
        let answer = self.starts(task).await.err().context("the contract takes it back")?;
        assert!(answer.to_string().contains(sentence), "{answer}");
        asks.visit(&format!("/task/{task}")).await?;
        asks.connects(self.requester).await?;
        asks.sees("It cannot be started.").await?;
        asks.sees(sentence).await?;
        assert!(!asks.is_shown("start-task").await?, "there is nothing to press");
        Ok(())
    }
}

fn terms(until: u64) -> GrantTerms {
    GrantTerms {
        from: 0,
        until,
        times: 2,
        tries: 5,
        facts: 40,
        rows: 0,
        min_rows: 100,
        digits: 3,
        own_coefficients: false,
    }
}

#[tokio::test]
async fn a_grant_ends_with_its_uses_its_time_its_purpose_and_its_numbers() -> Result<()> {
    let world = World::new().await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let asks = Person::new(&browser, &world.stack);
    let until = world.stack.chain.now().await? + 30 * DAY;

    // For two uses: the third start is refused.
    let twice = world.granted(1, &terms(until)).await?;
    for task in [1, 2, 3] {
        world.ready(task, twice, 0).await?;
    }
    world.starts(1).await?;
    world.starts(2).await?;
    world.is_refused(&asks, 3, "Grant 1 is for 2 tasks, and as many have used it or are running.").await?;
    browser.shots("grant-used-up").await?;

    // Of the numbers that may be told none is left.
    let few = world.granted(2, &GrantTerms { facts: 1, ..terms(until) }).await?;
    world.ready(4, few, 1).await?;
    world.ready(5, few, 1).await?;
    world.starts(4).await?;
    world
        .is_refused(&asks, 5, "Of what grant 3 allows to be told 0 numbers are left, and the task would tell 1.")
        .await?;

    // Another purpose: the contract compares hashes, the wizard says what is missing.
    let other = world.granted(3, &terms(until)).await?;
    let mut draft = world.draft(other, 0).await?;
    draft.seats[0].purpose = Digest::of(b"something else");
    let refused = world.send(world.requester, TASKS, calls::publish(&[draft], None)).await.err();
    let refused = refused.context("the contract takes it back")?.to_string();
    assert!(refused.contains("Grant 5 was given for another purpose"), "{refused}");
    asks.visit("/learn/new").await?;
    asks.connects(world.requester).await?;
    picks(&asks, "grant-1", "5").await?;
    picks(&asks, "grant-2", "6").await?;
    for (id, text) in [("key-1", "patient"), ("key-2", "patient"), ("columns-1", "age"), ("columns-2", "weight")] {
        asks.fills(id, text).await?;
    }
    asks.fills("field-label", "target").await?;
    asks.sees("Grant 5 of seat 1 does not cover this kind of task.").await?;
    asks.sees("Grant 6 of seat 2 does not cover the columns target, weight.").await?;
    browser.shots("grant-other-purpose").await?;

    // Refused, with a text that the applicant reads.
    let asked = world.asks_for(4, &terms(until)).await?;
    let refuse = directory_calls::grants::refuse(asked[0], REASON);
    world.send(world.owners[0], GRANTS, refuse).await?;
    asks.visit("/data/requests").await?;
    asks.connects(world.requester).await?;
    asks.sees(REASON).await?;

    // Over.
    let short = world.stack.chain.now().await? + 3_600;
    let over = world.granted(5, &terms(short)).await?;
    world.ready(6, over, 0).await?;
    world.stack.chain.pass_until(short).await?;
    world.is_refused(&asks, 6, "Grant 9 ended on").await?;
    browser.quit().await
}
