//! The three contracts on a chain, beside what the rules say that they hold.

use contracts::{Refused, returns};
use directory::{
    Dataset, Event, Grant, Move, Organisation, Registry,
    calls::{datasets, directory as organisations, grants},
    deploy, logs, returns as read,
};
use protocol::{Address, Digest};

use crate::harness::{Chain, Failure, Receipt, as_decided, world::DEPLOYER};

/// In the place of the contract of tasks.
pub const TASKS: Address = Address([0x7a; 20]);

pub struct Scene {
    pub chain: Chain,
    pub directory: Address,
    pub datasets: Address,
    pub grants: Address,
    /// Folded from what the contracts emitted.
    pub folded: Registry,
}

impl Scene {
    pub fn new() -> Self {
        let mut chain = Chain::new();
        let directory = chain.deploy(DEPLOYER, deploy::directory().unwrap());
        let datasets = chain.deploy(DEPLOYER, deploy::datasets(directory).unwrap());
        let grants = chain.deploy(TASKS, deploy::grants(datasets).unwrap());
        Self { chain, directory, datasets, grants, folded: Registry { tasks: TASKS, ..Registry::default() } }
    }

    /// Sends a call, demands that it goes as the rules say, and folds what was emitted.
    #[track_caller]
    pub fn play(&mut self, caller: Address, what: &Move) -> Result<Receipt, Refused> {
        let now = self.chain.now();
        let decided = self.folded.decide(caller, now, what);
        let (to, data) = self.call(what);
        let result = self.chain.send(caller, to, data);
        if !as_decided(&result, &decided, &(caller, what)) {
            return Err(decided.expect_err("refused"));
        }
        let (receipt, said) = (result.expect("went through"), decided.expect("went through"));
        assert_eq!(self.events(&receipt), said, "{what:?}");
        said.iter().for_each(|event| self.folded.apply(event, now));
        self.agree(&said);
        Ok(receipt)
    }

    fn call(&self, what: &Move) -> (Address, Vec<u8>) {
        let (directory, datasets, grants) = (self.directory, self.datasets, self.grants);
        match what {
            Move::Join { profile, key } => (directory, organisations::join(*profile, *key)),
            Move::Leave => (directory, organisations::resign()),
            Move::SetProfile { profile } => (directory, organisations::set_profile(*profile)),
            Move::SetKey { key } => (directory, organisations::set_key(*key)),
            Move::Publish(terms) => (datasets, datasets::publish(terms)),
            Move::SetPrices { dataset, per_use, per_day } => {
                (datasets, datasets::set_prices(*dataset, *per_use, *per_day))
            }
            Move::Revoke { dataset } => (datasets, datasets::revoke(*dataset)),
            Move::ApplyFor { dataset, purpose, terms } => (grants, grants::apply_for(*dataset, *purpose, terms)),
            Move::Withdraw { grant } => (grants, grants::withdraw(*grant)),
            Move::Approve { grant, fee } => (grants, grants::approve(*grant, *fee)),
            Move::Refuse { grant, reason } => (grants, grants::refuse(*grant, reason)),
            Move::Hold { grants: ids, covered, facts, rows } => (grants, grants::hold(ids, *covered, *facts, *rows)),
            Move::Consume { grants: ids, covered } => (grants, grants::consume(ids, *covered)),
            Move::Release { grants: ids, covered, facts, rows } => {
                (grants, grants::release(ids, *covered, *facts, *rows))
            }
        }
    }

    fn events(&self, receipt: &Receipt) -> Vec<Event> {
        let read = |(from, log): &(Address, protocol::RawLog)| match *from {
            at if at == self.directory => {
                let (account, event) = logs::directory(log).unwrap().expect("an event of the directory");
                Event::Organisation(account, event)
            }
            at if at == self.datasets => {
                let (id, event) = logs::dataset(log).unwrap().expect("an event of the data sets");
                Event::Dataset(id, event)
            }
            _ => {
                let (id, event) = logs::grant(log).unwrap().expect("an event of the grants");
                Event::Grant(id, event)
            }
        };
        receipt.logs.iter().map(read).collect()
    }

    /// What the contracts store of what was touched, and their counts.
    fn agree(&mut self, said: &[Event]) {
        for event in said {
            match event {
                Event::Organisation(account, _) => {
                    assert_eq!(self.organisation(*account).as_ref(), self.folded.organisations.get(account));
                }
                Event::Dataset(id, _) => assert_eq!(self.dataset(*id).as_ref(), self.folded.dataset(*id)),
                Event::Grant(id, _) => {
                    let mut expected = self.folded.grant(*id).expect("folded").0.clone();
                    expected.reason = None;
                    let Grant { terms, used, held, tried, facts_used, rows_used, .. } = &expected;
                    assert!(used + held <= terms.times && tried <= &terms.tries, "{expected:?}");
                    assert!(*facts_used <= terms.facts && *rows_used <= terms.rows, "{expected:?}");
                    assert_eq!(self.grant(*id), Some(expected));
                }
            }
        }
        let (datasets, grants) = (self.folded.datasets.last(), self.folded.grants.last());
        assert_eq!(
            self.count(self.directory, organisations::organisation_count()),
            self.folded.organisations.len() as u64
        );
        assert_eq!(self.count(self.datasets, datasets::dataset_count()), datasets);
        assert_eq!(self.count(self.grants, grants::grant_count()), grants);
    }

    pub fn count(&mut self, at: Address, data: Vec<u8>) -> u64 {
        returns::count(&self.view(at, data)).unwrap()
    }

    fn view(&mut self, at: Address, data: Vec<u8>) -> Vec<u8> {
        self.chain.view(at, data).unwrap()
    }

    pub fn organisation(&mut self, account: Address) -> Option<Organisation> {
        let data = self.view(self.directory, organisations::organisation(account));
        read::organisation(&data).unwrap()
    }

    pub fn dataset(&mut self, id: u64) -> Option<Dataset> {
        let data = self.view(self.datasets, datasets::dataset(id));
        read::dataset(&data).unwrap()
    }

    pub fn grant(&mut self, id: u64) -> Option<Grant> {
        let data = self.view(self.grants, grants::grant(id));
        read::grant(&data).unwrap()
    }

    pub fn open(&mut self, dataset: u64, user: Address, purpose: Digest) -> Option<u64> {
        Some(self.count(self.grants, grants::open(dataset, user, purpose))).filter(|id| *id > 0)
    }

    /// The same as the contract's `check`, as far as it is refused.
    pub fn checked(&mut self, data: Vec<u8>) -> Result<Vec<u8>, Failure> {
        self.chain.view(self.grants, data)
    }
}
