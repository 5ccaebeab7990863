//! Compute jobs and providers that tests make.

use anyhow::Result;
use jobs::{Files, Offer, Quote, Terms, calls, kind, typed_data};
use protocol::{Address, Amount, Digest};

use super::app::TestChain;

/// What came out of a job, and the salt under which it is submitted.
pub const RESULT: Digest = Digest([0x11; 32]);
const SALT: Digest = Digest([0x5a; 32]);
/// Checkpoints, sealed results, heads of logs.
const FILE: Digest = Digest([0xf1; 32]);

pub const PRICE: Amount = Amount(1_000);
pub const UNITS: u64 = 1_000;

pub fn offer() -> Offer {
    let kinds = 1 << kind::MODULE | 1 << kind::RECIPE;
    Offer { price: PRICE, kinds, memory_mib: 1_024, units_per_second: 50, details: FILE }
}

impl TestChain {
    /// Accounts 3 to 5 lend their machines, and 1 and 2 have coins for jobs.
    pub async fn ready_to_compute(&self) -> Result<()> {
        for person in 1..=5 {
            self.chain.fund_for_jobs(self.chain.accounts[person]).await?;
        }
        for provider in 3..=5 {
            self.chain.lend(self.chain.accounts[provider], Amount::mdc(10), &offer()).await?;
        }
        // Who joined in the second in which a draw is fixed is not drawn.
        self.chain.pass(60).await
    }

    /// One juror, a checkpoint every 100 of 1,000 units, a stake that pays for all of them.
    pub async fn job_terms(&self) -> Result<(Terms, Files)> {
        let files = Files { workload: "bafkworkload".into(), inputs: "bafkinputs".into(), resumed: String::new() };
        let terms = Terms {
            kind: kind::MODULE,
            jurors: 1,
            memory_mib: 512,
            audit_rate: 500,
            max_seconds: 3_600,
            window: 600,
            deadline: self.chain.now().await? + 7_200,
            units: UNITS,
            every: 100,
            highest_price: Amount(PRICE.0 + 500),
            stake: Amount(4 * PRICE.0 * u128::from(UNITS)),
            files: typed_data::files(&files),
        };
        Ok((terms, files))
    }

    pub async fn lock_with(&self, client: Address, provider: Address, job: u64, terms: &Terms) -> Result<()> {
        let expiry = self.chain.now().await? + 600;
        let quote = Quote { provider, price: PRICE, units: UNITS, expiry, nonce: 0 };
        self.chain.lock_job(client, job, terms, &quote).await
    }

    /// A job of a client that a provider has started.
    pub async fn started(&self, client: Address, provider: Address) -> Result<u64> {
        let (terms, files) = self.job_terms().await?;
        let job = self.chain.post_job(client, &terms, &files).await?;
        self.lock_with(client, provider, job, &terms).await?;
        self.chain.on_jobs(provider, calls::start(job)).await?;
        Ok(job)
    }

    /// The provider submits [`RESULT`], with so many units; answers the commitment.
    pub async fn submit_result(&self, provider: Address, job: u64, units: u64) -> Result<Digest> {
        let commitment = typed_data::commitment(job, 0, provider, typed_data::answer(RESULT, units), SALT);
        self.chain.on_jobs(provider, calls::submit(job, commitment, FILE, units, FILE)).await?;
        Ok(commitment)
    }

    /// A disputed job is judged by its one juror, who finds another result than was submitted.
    pub async fn judged_wrong(&self, anyone: Address, job: u64) -> Result<()> {
        self.rpc("anvil_mine", serde_json::json!(["0x3"])).await?;
        self.chain.on_jobs(anyone, calls::draw(job)).await?;
        let (book, _) = self.chain.job_book().await?;
        let dispute = book.job(job).and_then(|job| job.dispute.clone()).unwrap();
        let juror = dispute.jurors[0].who;
        let found = typed_data::answer(Digest([0x66; 32]), UNITS);
        let commitment = typed_data::commitment(job, 1, juror, found, SALT);
        self.chain.on_jobs(juror, calls::commit(job, 0, commitment)).await?;
        self.chain.on_jobs(juror, calls::reveal(job, 0, Digest([0x66; 32]), UNITS, SALT)).await?;
        self.chain.on_jobs(anyone, calls::show(job, RESULT, SALT)).await?;
        let (book, _) = self.chain.job_book().await?;
        let at = book.job(job).and_then(jobs::Job::expires_at).unwrap();
        self.chain.pass_until(at).await?;
        self.chain.on_jobs(anyone, calls::conclude(job)).await
    }
}
