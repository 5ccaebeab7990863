//! Organisations, data sets, grants and tasks that tests make.

use anyhow::{Context, Result};
use contracts::abi::DecodeError;
use directory::{
    Column, ColumnKind, ColumnRole, DATASETS, DIRECTORY, DatasetTerms, Description, Disclosure, GRANTS, GrantTerms,
    Profile,
    calls::{datasets, directory as organisations, grants},
};
use protocol::{Address, Amount, Digest, RawLog};
use serde_json::json;
use tasks::{
    Candidate, Draft, Kind, Roles, SeatTerms, TASKS,
    calls::{self, Confirmation},
};

use super::app::TestChain;

/// A profile with a name, as it is published.
pub fn profile(name: &str) -> (Vec<u8>, Digest) {
    let profile =
        Profile { name: name.into(), text: String::new(), url: String::new(), image: String::new(), nodes: vec![] };
    profile.write().unwrap()
}

/// A description of a data set with these columns, the first of which is the key.
pub fn description(name: &str, columns: &[&str]) -> (Vec<u8>, Digest) {
    let column = |(place, name): (usize, &&str)| {
        let role = if place == 0 { ColumnRole::Key } else { ColumnRole::Feature };
        Column { name: (*name).into(), kind: ColumnKind::Number, role }
    };
    Description::new(name.into(), String::new(), columns.iter().enumerate().map(column).collect()).write().unwrap()
}

/// Terms of a data set whose description has a digest.
pub fn terms(metadata: Digest) -> DatasetTerms {
    DatasetTerms {
        metadata,
        data_root: Digest([2; 32]),
        id_root: Digest([3; 32]),
        rows: 451,
        columns: 6,
        industry: 9,
        labelled: false,
        price_per_use: Amount(5),
        price_per_day: Amount(7),
    }
}

/// What a grant that lasts is applied for with.
pub fn asked(now: u64) -> GrantTerms {
    GrantTerms {
        from: 0,
        until: now + 900_000,
        times: 3,
        tries: 5,
        facts: 20,
        rows: 0,
        min_rows: 10,
        digits: 3,
        own_coefficients: false,
    }
}

/// The number in the first log that is read.
fn number<T>(logs: &[RawLog], read: impl Fn(&RawLog) -> Result<Option<(u64, T)>, DecodeError>) -> Result<u64> {
    logs.iter().find_map(|log| read(log).ok().flatten()).map(|(id, _)| id).context("a number in the receipt")
}

impl TestChain {
    async fn says(&self, who: Address, contract: &'static str, call: Vec<u8>) -> Result<Vec<RawLog>> {
        Ok(self.chain.send(who, self.chain.deployment.demand(contract)?, call).await?.logs)
    }

    pub async fn join(&self, who: Address, profile: Digest) -> Result<()> {
        self.says(who, DIRECTORY, organisations::join(profile, Digest([1; 32]))).await.map(drop)
    }

    pub async fn in_directory(&self, who: Address, call: Vec<u8>) -> Result<()> {
        self.says(who, DIRECTORY, call).await.map(drop)
    }

    pub async fn publish_data(&self, who: Address, terms: &DatasetTerms) -> Result<u64> {
        number(&self.says(who, DATASETS, datasets::publish(terms)).await?, directory::logs::dataset)
    }

    pub async fn on_data(&self, who: Address, call: Vec<u8>) -> Result<()> {
        self.says(who, DATASETS, call).await.map(drop)
    }

    pub async fn apply_for(&self, who: Address, dataset: u64, purpose: Digest) -> Result<u64> {
        let terms = asked(self.chain.now().await?);
        let logs = self.says(who, GRANTS, grants::apply_for(dataset, purpose, &terms)).await?;
        number(&logs, directory::logs::grant)
    }

    pub async fn on_grant(&self, who: Address, call: Vec<u8>) -> Result<()> {
        self.says(who, GRANTS, call).await.map(drop)
    }

    /// Organisations 1 and 2 with a data set each, of which 3 has grants; 4 is an organisation that may help. Answers the
    /// grants.
    pub async fn ready_to_learn(&self) -> Result<[u64; 2]> {
        let people = &self.chain.accounts;
        for person in [1, 2, 4] {
            self.join(people[person], profile(&format!("Organisation {person}")).1).await?;
        }
        let mut made = [0; 2];
        for (grant, owner) in made.iter_mut().zip([1, 2]) {
            let dataset = self.publish_data(people[owner], &terms(Digest([9; 32]))).await?;
            *grant = self.apply_for(people[3], dataset, Digest([8; 32])).await?;
            self.on_grant(people[owner], grants::approve(*grant, Amount::ZERO)).await?;
        }
        // Who joined in the second in which a draw is fixed is not drawn.
        self.chain.pass(60).await?;
        Ok(made)
    }

    /// A task of 3 that finds the rows which 1 and 2 have in common, with 4 as the only candidate for helper where it needs
    /// one.
    pub async fn publish_task(&self, under: [u64; 2], helper: bool) -> Result<u64> {
        let people = &self.chain.accounts;
        let now = self.chain.now().await?;
        let seat =
            |grant, computes| SeatTerms { grant, roles: Roles(Roles::COLUMNS | computes), purpose: Digest([8; 32]) };
        let draft = Draft {
            kind: Kind::Psi,
            waits_for: 0,
            reveals_early: false,
            model_of: 0,
            confirm_by: now + 3_600,
            start_by: now + 7_200,
            max_seconds: 3_600,
            facts: 1,
            rows: 0,
            compute_fee: Amount::ZERO,
            bond: Amount::ZERO,
            helper_budget: Amount::ZERO,
            spec: Digest([7; 32]),
            told: Disclosure { min_rows: 10, digits: 3, own_coefficients: false },
            seats: vec![seat(under[0], Roles::FIRST), seat(under[1], Roles::SECOND)],
            helpers: if helper { vec![self.candidate()] } else { vec![] },
        };
        assert_eq!(people[3], self.requester());
        number(&self.says(people[3], TASKS, calls::publish(&[draft], None)).await?, tasks::logs::decode)
    }

    pub fn requester(&self) -> Address {
        self.chain.accounts[3]
    }

    pub fn candidate(&self) -> Candidate {
        Candidate { helper: self.chain.accounts[4], per_megabyte: Amount::ZERO }
    }

    pub async fn on_task(&self, who: Address, call: Vec<u8>) -> Result<()> {
        self.says(who, TASKS, call).await.map(drop)
    }

    /// Owner 1 or 2 confirms its seat. Its own key signs for the session.
    pub async fn confirm(&self, task: u64, owner: usize, accepted: u16) -> Result<()> {
        let signer = self.chain.accounts[owner];
        let said = Confirmation { key: Digest([5; 32]), input: Digest([6; 32]), signer, accepted };
        self.on_task(signer, calls::confirm(task, owner as u8 - 1, &said, None)).await
    }

    /// Both owners sign that they are there, and anybody says so.
    pub async fn begin(&self, task: u64, attempt: u16) -> Result<()> {
        let contract = self.chain.deployment.demand(TASKS)?;
        let field = |name: &str, kind: &str| json!({"name": name, "type": kind});
        let typed = json!({
            "types": {
                "EIP712Domain": [
                    field("name", "string"), field("version", "string"), field("chainId", "uint256"),
                    field("verifyingContract", "address"),
                ],
                "Begin": [field("task", "uint64"), field("attempt", "uint16"), field("spec", "bytes32")],
            },
            "primaryType": "Begin",
            "domain": {
                "name": "ModelMarket tasks", "version": "1", "chainId": self.chain.deployment.chain_id,
                "verifyingContract": contract,
            },
            "message": {"task": task, "attempt": attempt, "spec": Digest([7; 32])},
        });
        let mut signatures = Vec::new();
        for owner in [1, 2] {
            let signature = self.chain.sign_typed(self.chain.accounts[owner], &typed).await?;
            signatures.extend(hex::decode(signature.trim_start_matches("0x"))?);
        }
        self.on_task(self.requester(), calls::begin(task, &signatures)).await
    }
}
