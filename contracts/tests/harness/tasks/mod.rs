//! Tasks and what they stand on, beside what the rules say that they hold.

pub mod agree;

use std::collections::BTreeMap;

use contracts::{Refused, returns};
use directory::{DatasetTerms, GrantTerms, Move as RegistryMove, calls as registry_calls};
use protocol::{Address, Amount, Digest, RawLog};
use tasks::{
    Book, Call, Candidate, Draft, Kind, Move, Outcome, Roles, Said, SeatTerms,
    calls::{self, Confirmation},
    logs::{self, OwedEvent},
    typed_data::Run,
};

use super::{Chain, Failure, Receipt, as_decided, chain::CHAIN_ID, permit::Wallet, trainer, world::DEPLOYER};

/// Owners of data sets 1, 2 and 3.
pub const OWNERS: [u32; 3] = [1, 2, 3];
/// Requesters.
pub const ANN: u32 = 10;
pub const BEN: u32 = 11;
/// Organisations that help.
pub const HELPERS: [u32; 5] = [20, 21, 22, 23, 24];
/// What everybody has at first.
pub const START: u128 = 1_000_000_000;

pub struct Scene {
    pub chain: Chain,
    pub coin: Address,
    pub tasks: Address,
    pub directory: Address,
    pub datasets: Address,
    pub grants: Address,
    pub book: Book,
    /// Session keys, by address.
    keys: BTreeMap<Address, Wallet>,
}

impl Scene {
    /// Three organisations with a data set each, five that help, two requesters, and coins for all.
    pub fn new() -> Self {
        let mut chain = Chain::new();
        let coin = chain.deploy(DEPLOYER, coin::deploy::model_coin().unwrap());
        let directory = chain.deploy(DEPLOYER, directory::deploy::directory().unwrap());
        let datasets = chain.deploy(DEPLOYER, directory::deploy::datasets(directory).unwrap());
        let tasks = chain.deploy(DEPLOYER, tasks::deploy::tasks(coin, datasets).unwrap());
        let grants = returns::address(&chain.view(tasks, calls::grants()).unwrap()).unwrap();
        chain.made_inside(grants, "Grants");
        let mut book = Book::default();
        book.registry.tasks = tasks;
        let keys = (1..=12).map(Wallet::development).map(|wallet| (wallet.address, wallet)).collect();
        let mut scene = Self { chain, coin, tasks, directory, datasets, grants, book, keys };
        for person in OWNERS.iter().chain(&HELPERS) {
            let number = *person as u8;
            let join = RegistryMove::Join { profile: Digest([number; 32]), key: Digest([number; 32]) };
            scene.registry(trainer(*person), &join).unwrap();
        }
        for owner in OWNERS {
            scene.registry(trainer(owner), &RegistryMove::Publish(dataset_terms())).unwrap();
            scene.fund(trainer(owner));
        }
        scene.fund(trainer(ANN));
        scene.fund(trainer(BEN));
        scene.chain.wait(12);
        scene
    }

    pub fn fund(&mut self, person: Address) {
        self.chain.send(DEPLOYER, self.coin, coin::calls::transfer(person, Amount(START))).unwrap();
        self.chain.send(person, self.coin, coin::calls::approve(self.tasks, Amount(u128::MAX))).unwrap();
    }

    /// The session key of a person.
    pub fn signer(&self, person: Address) -> Address {
        let number = usize::from(person.0[19]) % self.keys.len();
        *self.keys.keys().nth(number).unwrap()
    }

    pub fn balance(&mut self, account: Address) -> u128 {
        returns::amount(&self.chain.view(self.coin, coin::calls::balance_of(account)).unwrap()).unwrap().0
    }

    /// A call of directory, data sets or grants, which goes as the rules say.
    #[track_caller]
    pub fn registry(&mut self, caller: Address, what: &RegistryMove) -> Result<(), Refused> {
        let now = self.chain.now();
        let decided = self.book.registry.decide(caller, now, what);
        let (to, data) = match what {
            RegistryMove::Join { profile, key } => (self.directory, registry_calls::directory::join(*profile, *key)),
            RegistryMove::Leave => (self.directory, registry_calls::directory::resign()),
            RegistryMove::Publish(terms) => (self.datasets, registry_calls::datasets::publish(terms)),
            RegistryMove::Revoke { dataset } => (self.datasets, registry_calls::datasets::revoke(*dataset)),
            RegistryMove::ApplyFor { dataset, purpose, terms } => {
                (self.grants, registry_calls::grants::apply_for(*dataset, *purpose, terms))
            }
            RegistryMove::Approve { grant, fee } => (self.grants, registry_calls::grants::approve(*grant, *fee)),
            RegistryMove::Hold { grants, covered, facts, rows } => {
                (self.grants, registry_calls::grants::hold(grants, *covered, *facts, *rows))
            }
            other => unreachable!("{other:?} is played elsewhere"),
        };
        let result = self.chain.send(caller, to, data);
        if !as_decided(&result, &decided, &(caller, what)) {
            return Err(decided.expect_err("refused"));
        }
        for event in decided? {
            self.book.registry.apply(&event, now);
        }
        Ok(())
    }

    /// A new grant of a user on a data set, approved for a fee.
    pub fn granted(&mut self, user: Address, dataset: u64, fee: u128, change: impl FnOnce(&mut GrantTerms)) -> u64 {
        let grant = self.book.registry.grants.last() + 1;
        let mut terms = grant_terms(self.chain.now());
        change(&mut terms);
        // Another purpose each time, so that no grant stands in the way.
        let purpose = purpose(grant);
        self.registry(user, &RegistryMove::ApplyFor { dataset, purpose, terms }).unwrap();
        let owner = self.book.registry.dataset(dataset).unwrap().owner;
        self.registry(owner, &RegistryMove::Approve { grant, fee: Amount(fee) }).unwrap();
        grant
    }

    /// What a call would say by the rules, for one that knows the chain.
    pub fn decide(&mut self, caller: Address, what: &Move) -> Result<Vec<Said>, Refused> {
        let (now, block) = (self.chain.now(), self.chain.block());
        let known: BTreeMap<u64, Option<Digest>> = self
            .book
            .draws
            .values()
            .map(|draw| draw.number)
            .collect::<Vec<_>>()
            .into_iter()
            .map(|number| (number, self.chain.block_hash(number)))
            .collect();
        let hash_of = |number: u64| known.get(&number).copied().flatten();
        self.book.decide(Call { caller, now, block, hash_of: &hash_of }, what)
    }

    /// Sends a call, demands that it goes as the rules say, folds what was emitted and looks at what it touched.
    #[track_caller]
    pub fn play(&mut self, caller: Address, what: &Move) -> Result<Receipt, Refused> {
        let decided = self.decide(caller, what);
        let data = self.data(what);
        let result: Result<Receipt, Failure> = self.chain.send(caller, self.tasks, data);
        if !as_decided(&result, &decided, &(caller, what)) {
            return Err(decided.expect_err("refused"));
        }
        let (receipt, said) = (result.expect("went through"), decided.expect("went through"));
        assert_eq!(self.said(&receipt), said, "{what:?}");
        let now = self.chain.now();
        said.iter().for_each(|said| self.book.apply(said, now));
        agree::on(self, &said);
        Ok(receipt)
    }

    /// What the contracts emitted, without the coin.
    fn said(&self, receipt: &Receipt) -> Vec<Said> {
        let logs = receipt.logs.iter().filter(|(from, _)| *from != self.coin);
        logs.map(|(from, log)| if *from == self.grants { of_grants(log) } else { of_tasks(log) }).collect()
    }

    pub fn run(&self, task: u64) -> Run {
        let attempt = self.book.task(task).map_or(1, |task| task.attempt);
        Run { chain: CHAIN_ID, contract: self.tasks, task, attempt }
    }

    fn sign(&self, signers: &[Address], digest: Digest) -> Vec<u8> {
        signers.iter().flat_map(|signer| self.keys[signer].sign_digest(digest)).collect()
    }

    /// Call data; what is signed is signed by the keys that the move names.
    pub fn data(&self, what: &Move) -> Vec<u8> {
        match what {
            Move::Publish(drafts) => calls::publish(drafts, None),
            Move::Confirm { task, seat, key, input, signer, accepted } => {
                let said = Confirmation { key: *key, input: *input, signer: *signer, accepted: *accepted };
                calls::confirm(*task, *seat, &said, None)
            }
            Move::Reject { task, seat, reason } => calls::reject(*task, *seat, reason),
            Move::Cancel { task } => calls::cancel(*task),
            Move::Expire { task } => calls::expire(*task),
            Move::Accept { task, seat, accepted } => calls::accept(*task, *seat, *accepted),
            Move::Draw { task, candidates } => calls::draw(*task, candidates),
            Move::Serve { task, key } => calls::serve(*task, *key),
            Move::Decline { task, candidates } => calls::decline(*task, candidates),
            Move::Advance { task, candidates, dealt, signers } => {
                let helper = self.book.task(*task).and_then(|task| task.helper.as_ref()?.helper);
                let digest = self.run(*task).advance(helper.unwrap_or(Address::ZERO), *dealt);
                calls::advance(*task, candidates, *dealt, &self.sign(signers, digest))
            }
            Move::Start { task } => calls::start(*task),
            Move::Begin { task, signers } => {
                calls::begin(*task, &self.sign(signers, self.run(*task).begin(self.spec(*task))))
            }
            Move::Finish { task, outcome, signers, .. } => {
                calls::finish(*task, outcome, &self.sign(signers, self.result(*task, outcome)))
            }
            Move::Fail { task, failure, signers } => {
                calls::fail(*task, failure, &self.sign(signers, self.run(*task).failure(failure)))
            }
            Move::Stall { task, seat, heads } => calls::stall(*task, *seat, *heads),
            Move::Respond { task, seat, heads, signer } => {
                let since = self.book.task(*task).map_or(0, |task| task.since);
                let digest = self.run(*task).response(*seat, since, *heads);
                let signature = signer.map(|signer| self.sign(&[signer], digest)).unwrap_or_default();
                calls::respond(*task, *seat, *heads, &signature)
            }
            Move::Retry { task } => calls::retry(*task),
            Move::Demand { task, seat, signed } => {
                calls::demand(*task, *seat, &outcome(signed.keys), &signed.key_hashes)
            }
            Move::Deliver { task, seat, signed, sealed } => {
                calls::deliver(*task, *seat, &outcome(signed.keys), &signed.key_hashes, sealed)
            }
            Move::Collect { task, part } => calls::collect(*task, *part),
            Move::CollectOwed { account } => calls::collect_owed(*account),
        }
    }

    /// What all seats sign to say what came out.
    pub fn result(&self, task: u64, outcome: &Outcome) -> Digest {
        self.run(task).result(self.spec(task), outcome)
    }

    pub fn spec(&self, task: u64) -> Digest {
        self.book.task(task).map_or(Digest::ZERO, |task| task.draft.spec)
    }

    /// The keys that sign for all seats of a task.
    pub fn signers(&self, task: u64) -> Vec<Address> {
        let seats = self.book.task(task).map(|task| &task.seats[..]).unwrap_or_default();
        seats.iter().map(|seat| seat.signer.unwrap_or(self.signer(seat.holder))).collect()
    }

    pub fn view(&mut self, data: Vec<u8>) -> Vec<u8> {
        self.chain.view(self.tasks, data).unwrap()
    }

    // ------------------------------------------------------------ steps of a usual task

    /// A task of Ann's on the data of owners 1 and 2, who compute.
    pub fn draft(&mut self, fee: u128) -> Draft {
        let grants = [1, 2].map(|dataset| self.granted(trainer(ANN), dataset, fee, |_| {}));
        draft(self.chain.now(), &grants)
    }

    #[track_caller]
    pub fn publish(&mut self, draft: &Draft) -> u64 {
        self.play(trainer(ANN), &Move::Publish(vec![draft.clone()])).unwrap();
        self.book.tasks.last()
    }

    /// All seats confirm and accept these candidates.
    #[track_caller]
    pub fn confirm_all(&mut self, task: u64, accepted: u16) {
        for seat in 0..self.book.task(task).unwrap().seats.len() as u8 {
            let holder = self.book.task(task).unwrap().seats[usize::from(seat)].holder;
            let confirm = self.confirmation(task, seat, accepted);
            self.play(holder, &confirm).unwrap();
        }
    }

    pub fn confirmation(&self, task: u64, seat: u8, accepted: u16) -> Move {
        let holder = self.book.task(task).unwrap().seats[usize::from(seat)].holder;
        let (key, input) = (Digest([7; 32]), Digest([8; 32]));
        Move::Confirm { task, seat, key, input, signer: self.signer(holder), accepted }
    }

    #[track_caller]
    pub fn start(&mut self, task: u64) {
        self.play(trainer(ANN), &Move::Start { task }).unwrap();
    }

    /// Started, and all seats there.
    #[track_caller]
    pub fn begin(&mut self, task: u64) {
        self.start(task);
        let signers = self.signers(task);
        self.play(trainer(99), &Move::Begin { task, signers }).unwrap();
    }

    pub fn finishing(&self, task: u64, outcome: Outcome) -> Move {
        Move::Finish { task, outcome, result: self.result(task, &outcome), signers: self.signers(task) }
    }
}

/// The outcome that all tests sign, with these keys.
pub fn outcome(keys: Digest) -> Outcome {
    let word = |n| Digest([n; 32]);
    let [plan, rows, heads, metrics, outputs, shares] = [1, 2, 3, 4, 5, 6].map(word);
    Outcome { plan, rows, heads, metrics, outputs, shares, sealed_keys: keys, dealt: 3 }
}

pub fn draft(now: u64, grants: &[u64]) -> Draft {
    let seat = |(place, grant): (usize, &u64)| {
        let roles = [Roles::COLUMNS | Roles::LABEL | Roles::FIRST, Roles::COLUMNS | Roles::SECOND, Roles::COLUMNS];
        SeatTerms { grant: *grant, roles: Roles(roles[place.min(2)]), purpose: purpose(*grant) }
    };
    Draft {
        kind: Kind::Train,
        waits_for: 0,
        reveals_early: false,
        model_of: 0,
        confirm_by: now + 3_600,
        start_by: now + 7_200,
        max_seconds: 900,
        facts: 4,
        rows: 0,
        compute_fee: Amount(11),
        bond: Amount(100),
        helper_budget: Amount(0),
        spec: Digest([0x5b; 32]),
        told: directory::Disclosure { min_rows: 50, digits: 3, own_coefficients: false },
        seats: grants.iter().enumerate().map(seat).collect(),
        helpers: Vec::new(),
    }
}

/// Candidates with these prices.
pub fn candidates(prices: &[u128]) -> Vec<Candidate> {
    let one =
        |(place, price): (usize, &u128)| Candidate { helper: trainer(HELPERS[place]), per_megabyte: Amount(*price) };
    prices.iter().enumerate().map(one).collect()
}

pub fn purpose(grant: u64) -> Digest {
    let mut word = [0xee; 32];
    word[24..].copy_from_slice(&grant.to_be_bytes());
    Digest(word)
}

pub fn grant_terms(now: u64) -> GrantTerms {
    GrantTerms {
        from: now,
        until: now + 10 * 86_400,
        times: 3,
        tries: 5,
        facts: 20,
        rows: 20,
        min_rows: 50,
        digits: 3,
        own_coefficients: false,
    }
}

fn dataset_terms() -> DatasetTerms {
    DatasetTerms {
        metadata: Digest([3; 32]),
        data_root: Digest([4; 32]),
        id_root: Digest([5; 32]),
        rows: 442,
        columns: 6,
        industry: 9,
        labelled: true,
        price_per_use: Amount(5),
        price_per_day: Amount(1),
    }
}

fn of_grants(log: &RawLog) -> Said {
    let (id, event) = directory::logs::grant(log).unwrap().expect("an event of the grants");
    Said::Registry(directory::Event::Grant(id, event))
}

fn of_tasks(log: &RawLog) -> Said {
    if let Some((id, event)) = logs::decode(log).unwrap() {
        return Said::Task(id, event);
    }
    match logs::owed(log).unwrap().expect("an event of the tasks") {
        OwedEvent::Owed { account, amount } => Said::Owed(account, amount),
        OwedEvent::Collected { account, amount } => Said::Collected(account, amount),
    }
}
