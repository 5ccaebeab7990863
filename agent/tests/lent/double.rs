//! A provider without a program: an unlocked account of the chain, which submits whatever it is told to.

use jobs::{Offer, Quote, State, calls, kind, returns, typed_data};
use protocol::{Address, Amount, Digest};

use super::{Lent, PRICE, Posted, until};

const SALT: Digest = Digest([5; 32]);

impl Lent {
    /// Lets an account of the chain be such a provider.
    pub async fn double(&self, number: usize) -> Address {
        let account = self.chain.accounts[number];
        self.chain.fund_for_jobs(account).await.unwrap();
        let (kinds, memory_mib, units_per_second) = (1 << kind::MODULE, 1_000, 1_000);
        let offer = Offer { price: PRICE, kinds, memory_mib, units_per_second, details: Digest([6; 32]) };
        self.chain.lend(account, "5".parse().unwrap(), &offer).await.unwrap();
        account
    }

    /// It takes a job of the client and submits this, without having run anything.
    pub async fn claims_to_have_done(&self, double: Address, posted: &Posted, result: Digest, units: u64) {
        let id = posted.of.job;
        let expiry = self.chain.now().await.unwrap() + 300;
        let quote = Quote { provider: double, price: PRICE, units: posted.terms.units, expiry, nonce: 0 };
        self.chain.lock_job(self.client(), id, &posted.terms, &quote).await.unwrap();
        self.chain.on_jobs(double, calls::start(id)).await.unwrap();
        let answer = typed_data::answer(result, units);
        let commitment = typed_data::commitment(id, 0, double, answer, SALT);
        let submit = calls::submit(id, commitment, Digest([8; 32]), units, Digest::ZERO);
        self.chain.on_jobs(double, submit).await.unwrap();
    }

    /// Says that what was submitted for a job is wrong.
    pub async fn challenges(&self, who: Address, id: u64) {
        // Nobody is drawn who has joined in the same second.
        self.chain.pass(1).await.unwrap();
        let result = self.job(id).await.result;
        self.chain.on_jobs(who, calls::challenge(id, result, None)).await.unwrap();
    }

    /// The client draws the jurors, as soon as the block of the draw is there.
    pub async fn draws(&self, id: u64) {
        until("the block of the draw", async || self.chain.on_jobs(self.client(), calls::draw(id)).await.is_ok()).await;
    }

    /// Waits until the jurors of a dispute are drawn, whoever draws them: its first one.
    pub async fn juror(&self, id: u64) -> Address {
        until("the draw", async || self.dispute(id).await.drawn).await;
        let juror = self.chain.call(self.contract, calls::juror(id, 0)).await.unwrap();
        returns::juror(&juror).unwrap().unwrap().who
    }

    pub async fn dispute(&self, id: u64) -> returns::ChainDispute {
        returns::dispute(&self.chain.call(self.contract, calls::dispute(id)).await.unwrap()).unwrap().unwrap()
    }

    pub async fn comes_to(&self, id: u64, state: State) {
        until(&format!("job {id} to be {state:?}"), async || self.job(id).await.state == state).await;
    }

    pub async fn deposit(&self, provider: Address) -> Amount {
        returns::provider(&self.chain.call(self.contract, calls::provider(provider)).await.unwrap()).unwrap().deposit
    }

    pub async fn owed(&self, who: Address) -> Amount {
        contracts::returns::amount(&self.chain.call(self.contract, calls::owed(who)).await.unwrap()).unwrap()
    }
}
