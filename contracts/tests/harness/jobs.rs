//! Jobs on a chain, beside what the rules say that it holds.

use std::{collections::BTreeMap, sync::LazyLock};

use contracts::{Refused, returns};
use jobs::{Book, Call, Files, Job, Move, Offer, Quote, Said, State, Terms, calls, returns as read, typed_data};
use protocol::{Address, Amount, Digest};

use super::{Chain, Failure, Receipt, as_decided, chain::CHAIN_ID, permit::Wallet, world::DEPLOYER};

/// What everybody has at first.
pub const START: Amount = Amount::mdc(1_000);
/// What came out of a job that was run as it is.
pub const RIGHT: Digest = Digest([0x11; 32]);
/// What did not.
pub const WRONG: Digest = Digest([0x66; 32]);
pub const SALT: Digest = Digest([0x5a; 32]);
/// Sealed results, checkpoints, heads of logs.
pub const FILE: Digest = Digest([0xf1; 32]);
/// The price of a unit, and units of a job, where a test does not say more.
pub const PRICE: Amount = Amount(1_000);
pub const UNITS: u64 = 1_000;
pub const EVERY: u64 = 100;
/// What jurors of three are paid for one checkpoint's units, four times for both rounds.
pub const STAKE: Amount = Amount(4 * 3 * 1_000 * 100);

pub struct Scene {
    pub chain: Chain,
    pub coin: Address,
    pub jobs: Address,
    pub book: Book,
    /// Keys of everybody, by address.
    keys: BTreeMap<Address, Wallet>,
}

/// Clients are 1 to 9, providers 10 and more.
pub fn person(number: u8) -> Address {
    static PEOPLE: LazyLock<Vec<Address>> =
        LazyLock::new(|| (0..100).map(|number| Wallet::development(number).address).collect());
    PEOPLE[usize::from(number)]
}

pub fn offer() -> Offer {
    Offer { price: PRICE, kinds: 1, memory_mib: 1_024, units_per_second: 50, details: FILE }
}

pub fn files() -> Files {
    Files { workload: "bafkworkload".to_owned(), inputs: "bafkinputs".to_owned(), resumed: String::new() }
}

impl Scene {
    /// Two clients, and so many providers from 10 on, who have been there for a while.
    pub fn new(providers: u8) -> Self {
        let mut scene = Self::empty();
        for number in [1, 2].into_iter().chain(10..10 + providers) {
            scene.joins(number);
        }
        for number in 10..10 + providers {
            scene.play(person(number), &Move::Offer { amount: Amount::mdc(10), offer: offer() }).unwrap();
        }
        scene.chain.wait(12);
        scene
    }

    pub fn empty() -> Self {
        let mut chain = Chain::new();
        let coin = chain.deploy(DEPLOYER, coin::deploy::model_coin().unwrap());
        let jobs = chain.deploy(DEPLOYER, jobs::deploy::jobs(coin).unwrap());
        Self { chain, coin, jobs, book: Book::default(), keys: BTreeMap::new() }
    }

    /// Somebody with coins comes, and lets the contract take them.
    pub fn joins(&mut self, number: u8) -> Address {
        let wallet = Wallet::development(number);
        let who = wallet.address;
        self.chain.send(DEPLOYER, self.coin, coin::calls::transfer(who, START)).unwrap();
        self.chain.send(who, self.coin, coin::calls::approve(self.jobs, Amount(u128::MAX))).unwrap();
        self.keys.insert(who, wallet);
        who
    }

    pub fn wallet(&self, who: Address) -> &Wallet {
        &self.keys[&who]
    }

    pub fn balance(&mut self, account: Address) -> u128 {
        returns::amount(&self.chain.view(self.coin, coin::calls::balance_of(account)).unwrap()).unwrap().0
    }

    /// What somebody has gained since the beginning: in its wallet, its deposit, and what it may claim and collect.
    pub fn gain(&mut self, number: u8) -> i128 {
        let who = person(number);
        let deposit = self.book.provider(who).map_or(0, |provider| provider.deposit.0);
        let claims: u128 = self.book.jobs.iter().map(|job| job.claimable(who).0).sum();
        let owed = self.book.owed.get(&who).map_or(0, |amount| amount.0);
        (self.balance(who) + deposit + claims + owed) as i128 - START.0 as i128
    }

    pub fn supply(&mut self) -> u128 {
        returns::amount(&self.chain.view(self.coin, coin::calls::total_supply()).unwrap()).unwrap().0
    }

    pub fn job(&self, id: u64) -> &Job {
        self.book.job(id).unwrap()
    }

    pub fn state(&self, id: u64) -> State {
        self.job(id).state
    }

    pub fn of(&self, job: u64) -> typed_data::Of {
        typed_data::Of { chain: CHAIN_ID, contract: self.jobs, job }
    }

    // ---------------------------------------------------------------- playing

    /// What a call would say by the rules.
    pub fn decide(&mut self, caller: Address, what: &Move) -> Result<Vec<Said>, Refused> {
        let (now, block) = (self.chain.now(), self.chain.block());
        let blocks: Vec<u64> = self.book.jobs.iter().filter_map(|job| Some(job.dispute.as_ref()?.draw_block)).collect();
        let known: BTreeMap<_, _> = blocks.into_iter().map(|block| (block, self.chain.block_hash(block))).collect();
        let hash_of = |number: u64| known.get(&number).copied().flatten();
        self.book.decide(Call { caller, now, block, hash_of: &hash_of }, what)
    }

    /// Sends a call, demands that it goes as the rules say, folds what was emitted and looks at what it touched.
    #[track_caller]
    pub fn play(&mut self, caller: Address, what: &Move) -> Result<Receipt, Refused> {
        let decided = self.decide(caller, what);
        let data = self.data(what);
        let result: Result<Receipt, Failure> = self.chain.send(caller, self.jobs, data);
        if !as_decided(&result, &decided, &(caller, what)) {
            return Err(decided.expect_err("refused"));
        }
        let (receipt, said) = (result.expect("went through"), decided.expect("went through"));
        let emitted: Vec<_> = receipt
            .logs
            .iter()
            .filter(|(from, _)| *from == self.jobs)
            .map(|(_, log)| Said::read(log).unwrap().expect("an event of Jobs"))
            .collect();
        assert_eq!(emitted, said, "{what:?}");
        let now = self.chain.now();
        said.iter().for_each(|said| self.book.apply(said, now));
        self.agree(caller, &said);
        Ok(receipt)
    }

    /// The error with which a call is refused, by rules and contract.
    #[track_caller]
    pub fn refused(&mut self, number: u8, what: &Move) -> &'static str {
        let refused = self.play(person(number), what).expect_err("refused");
        refused.signature().split('(').next().unwrap()
    }

    /// Plays what must go through.
    #[track_caller]
    pub fn does(&mut self, number: u8, what: &Move) -> u64 {
        self.play(person(number), what).unwrap_or_else(|why| panic!("{what:?}: {why:?}")).gas
    }

    /// Call data; what is signed is signed by who the move names.
    pub fn data(&self, what: &Move) -> Vec<u8> {
        match what {
            Move::Offer { amount, offer } => calls::offer(*amount, offer, None),
            Move::Pause => calls::pause(),
            Move::Withdraw { amount } => calls::withdraw(*amount),
            Move::Offboard => calls::offboard(),
            Move::RevokeQuotes { nonce } => calls::revoke_quotes(*nonce),
            Move::Post { terms, files } => calls::post(terms, files),
            Move::Cancel { job } => calls::cancel(*job),
            Move::Lock { job, terms, quote, signer } => {
                let digest = self.of(*job).quote(typed_data::terms(terms), quote);
                calls::lock(*job, terms, quote, &self.wallet(*signer).sign_digest(digest), None)
            }
            Move::Start { job } => calls::start(*job),
            Move::Redeem { job, units, checkpoint, signer } => {
                let provider = self.book.job(*job).and_then(|job| Some(job.run.as_ref()?.provider));
                let digest = self.of(*job).voucher(provider.unwrap_or_default(), *units, *checkpoint);
                calls::redeem(*job, *units, *checkpoint, &self.wallet(*signer).sign_digest(digest))
            }
            Move::Submit { job, result, file, units, log_head } => {
                calls::submit(*job, *result, *file, *units, *log_head)
            }
            Move::Fail { job, code } => calls::fail(*job, *code),
            Move::Accept { job, result } => calls::accept(*job, *result),
            Move::Expire { job } => calls::expire(*job),
            Move::Claim { job } => calls::claim(*job),
            Move::Challenge { job, result } => calls::challenge(*job, *result, None),
            Move::Draw { job } => calls::draw(*job),
            Move::Commit { job, index, commitment } => calls::commit(*job, *index, *commitment),
            Move::Reveal { job, index, result, units, salt } => calls::reveal(*job, *index, *result, *units, *salt),
            Move::Show { job, result, salt } => calls::show(*job, *result, *salt),
            Move::Escalate { job } => calls::escalate(*job, None),
            Move::Conclude { job } => calls::conclude(*job),
            Move::CollectOwed { account } => calls::collect_owed(*account),
        }
    }

    // ---------------------------------------------------------------- looking

    fn view(&mut self, data: Vec<u8>) -> Vec<u8> {
        self.chain.view(self.jobs, data).unwrap()
    }

    /// Each job and provider that was touched, and all tokens.
    fn agree(&mut self, caller: Address, said: &[Said]) {
        let mut jobs: Vec<u64> =
            said.iter().filter_map(|s| if let Said::Job(id, _) = s { Some(*id) } else { None }).collect();
        jobs.dedup();
        self.agree_on_provider(caller);
        for id in jobs {
            let job = self.job(id).clone();
            self.agree_on_job(id, &job);
            let jurors = job.dispute.iter().flat_map(|dispute| dispute.jurors.iter().map(|juror| juror.who));
            for who in jurors.chain(job.run.iter().map(|run| run.provider)) {
                self.agree_on_provider(who);
            }
        }
        self.agree_on_tokens();
    }

    /// Tokens held are tokens owed, to the last unit.
    pub fn agree_on_tokens(&mut self) {
        assert_eq!(self.balance(self.jobs), self.book.holds().0, "held and owed");
        let owed: u128 = self.book.owed.values().map(|amount| amount.0).sum();
        assert_eq!(returns::amount(&self.view(calls::total_owed())).unwrap().0, owed);
        assert_eq!(returns::count(&self.view(calls::open_draws())).unwrap(), u64::from(self.book.open_draws));
    }

    pub fn agree_on_provider(&mut self, who: Address) {
        let found = read::provider(&self.view(calls::provider(who))).unwrap();
        let expected = self.book.providers.get(&who).cloned().unwrap_or_default();
        assert_eq!((found.registered, found.weight), (expected.slot != 0, expected.weight), "{who:?}");
        assert_eq!((found.deposit, found.locked), (expected.deposit, expected.locked), "{who:?}");
        assert_eq!((found.since, found.nonce), (expected.since, expected.nonce), "{who:?}");
        assert!(expected.locked <= expected.deposit, "{expected:?}");
        let offer = expected.offer;
        assert_eq!((found.price, found.kinds), (offer.price, offer.kinds));
        assert_eq!((found.memory_mib, found.units_per_second), (offer.memory_mib, offer.units_per_second));
    }

    pub fn agree_on_job(&mut self, id: u64, job: &Job) {
        let found = read::job(&self.view(calls::job(id))).unwrap().expect("a job");
        assert_eq!((found.client, found.state, found.since), (job.client, job.state, job.since), "{id}");
        assert_eq!(found.terms, typed_data::terms(&job.terms));
        let Some(run) = &job.run else {
            assert_eq!((found.provider, found.price, found.limit), (None, Amount::ZERO, 0));
            return;
        };
        assert_eq!((found.provider, found.price), (Some(run.provider), run.price));
        assert_eq!((found.limit, found.units, found.agreed), (job.terms.units, run.units, run.agreed));
        assert_eq!(
            (found.stake, found.window, found.deadline),
            (job.terms.stake, job.terms.window, job.terms.deadline)
        );
        assert_eq!(found.result, run.result);
        assert_eq!((found.client_claimed, found.provider_claimed), (run.client_claimed, run.provider_claimed));
        for who in [job.client, run.provider, person(99)] {
            let claimable = returns::amount(&self.view(calls::claimable(id, who))).unwrap();
            assert_eq!(claimable, job.claimable(who), "claimable by {who:?} of {id}");
        }
        let found = read::dispute(&self.view(calls::dispute(id))).unwrap();
        let Some(dispute) = &job.dispute else { return assert_eq!(found, None) };
        let found = found.expect("a dispute");
        assert_eq!((found.challenger, found.escalator), (dispute.challenger, dispute.escalator));
        assert_eq!((found.fee, found.round, found.drawn), (dispute.fee, dispute.round, dispute.drawn));
        let counts = (usize::from(found.first), usize::from(found.second));
        assert_eq!(counts, (dispute.first, dispute.jurors.len() - dispute.first));
        assert_eq!((found.fixed_at, found.draw_block), (dispute.fixed_at, dispute.draw_block));
        assert_eq!((found.commit_by, found.reveal_by), (dispute.commit_by, dispute.reveal_by));
        assert_eq!(found.shown, dispute.shown);
        for (index, juror) in dispute.jurors.iter().enumerate() {
            let found = read::juror(&self.view(calls::juror(id, index as u8))).unwrap().expect("a juror");
            assert_eq!((found.who, found.duty, found.answer), (juror.who, juror.duty, juror.answer));
        }
        let beyond = read::juror(&self.view(calls::juror(id, dispute.jurors.len() as u8))).unwrap();
        assert_eq!(beyond, None);
    }

    // ---------------------------------------------------------------- a job on its way

    /// Three jurors, a checkpoint every 100 of 1,000 units, a stake that pays for one.
    pub fn terms(&self) -> Terms {
        Terms {
            kind: 0,
            jurors: 3,
            memory_mib: 512,
            audit_rate: 500,
            max_seconds: 3_600,
            window: 3_600,
            deadline: self.chain.now() + 2 * 3_600,
            units: UNITS,
            every: EVERY,
            highest_price: PRICE,
            stake: STAKE,
            files: typed_data::files(&files()),
        }
    }

    pub fn quote(&self, provider: u8) -> Quote {
        let expiry = self.chain.now() + 600;
        Quote { provider: person(provider), price: PRICE, units: UNITS, expiry, nonce: 0 }
    }

    pub fn post(&mut self, client: u8, terms: Terms) -> u64 {
        self.does(client, &Move::Post { terms, files: files() });
        self.book.jobs.len() as u64
    }

    pub fn lock(&self, job: u64, provider: u8) -> Move {
        let quote = self.quote(provider);
        Move::Lock { job, terms: self.job(job).terms, quote, signer: quote.provider }
    }

    /// A job of client 1 that provider 10 runs, in a state up to Submitted.
    pub fn job_in(&mut self, state: State, terms: Terms) -> u64 {
        let job = self.post(1, terms);
        let steps = [(State::Locked, 1, self.lock(job, 10)), (State::Running, 10, Move::Start { job })];
        for (reached, who, what) in steps {
            if reached <= state {
                self.does(who, &what);
            }
        }
        if state >= State::Submitted {
            self.vouched(job, UNITS - EVERY);
            self.submits(job, RIGHT, UNITS);
        }
        job
    }

    /// The client signs a voucher, the provider shows it.
    pub fn vouched(&mut self, job: u64, units: u64) {
        let (client, provider) = (self.job(job).client, self.job(job).run.as_ref().unwrap().provider);
        self.play(provider, &Move::Redeem { job, units, checkpoint: FILE, signer: client }).unwrap();
    }

    pub fn submission(&self, job: u64, result: Digest, units: u64) -> Move {
        let provider = self.job(job).run.as_ref().map(|run| run.provider).unwrap_or_default();
        let result = typed_data::commitment(job, 0, provider, typed_data::answer(result, units), SALT);
        Move::Submit { job, result, file: FILE, units, log_head: FILE }
    }

    pub fn submits(&mut self, job: u64, result: Digest, units: u64) {
        let provider = self.job(job).run.as_ref().unwrap().provider;
        let submission = self.submission(job, result, units);
        self.play(provider, &submission).unwrap();
    }

    pub fn result(&self, job: u64) -> Digest {
        self.job(job).run.as_ref().map(|run| run.result).unwrap_or_default()
    }

    /// The block that draws is the next one; then comes the first in which it is known.
    pub fn draws(&mut self, job: u64) {
        self.chain.wait(12);
        self.chain.wait(12);
        self.does(99, &Move::Draw { job });
    }

    /// The jurors of the round that is open, with their numbers.
    pub fn jurors(&self, job: u64) -> Vec<(u8, Address)> {
        let dispute = self.job(job).dispute.as_ref().unwrap();
        let from = if dispute.round == 1 { 0 } else { dispute.first };
        let all = dispute.jurors.iter().enumerate().skip(from);
        all.map(|(index, juror)| (index as u8, juror.who)).collect()
    }

    pub fn commits(&mut self, job: u64, (index, who): (u8, Address), result: Digest, units: u64) {
        let round = self.job(job).dispute.as_ref().unwrap().round;
        let commitment = typed_data::commitment(job, round, who, typed_data::answer(result, units), SALT);
        self.play(who, &Move::Commit { job, index, commitment }).unwrap();
    }

    /// Jurors of the open round commit to answers and reveal them; `None` stays silent.
    pub fn judged(&mut self, job: u64, answers: &[Option<(Digest, u64)>]) {
        let jurors = self.jurors(job);
        assert_eq!(jurors.len(), answers.len());
        for (juror, answer) in jurors.iter().zip(answers) {
            if let Some((result, units)) = answer {
                self.commits(job, *juror, *result, *units);
            }
        }
        let by = self.job(job).dispute.as_ref().unwrap().commit_by;
        self.chain.set_time(by.max(self.chain.now()));
        for ((index, who), answer) in jurors.iter().zip(answers) {
            if let Some((result, units)) = answer {
                let (index, result, units) = (*index, *result, *units);
                self.play(*who, &Move::Reveal { job, index, result, units, salt: SALT }).unwrap();
            }
        }
    }

    pub fn shows(&mut self, job: u64, result: Digest) {
        self.does(99, &Move::Show { job, result, salt: SALT });
    }

    /// Waits until the dispute can be concluded, and does it.
    pub fn concludes(&mut self, job: u64) {
        let at = self.job(job).expires_at().unwrap();
        self.chain.set_time(at.max(self.chain.now()));
        self.does(99, &Move::Conclude { job });
    }
}
