//! Calls about compute jobs by unlocked accounts.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use jobs::{Book, Event, FAMILY, Files, JOBS, Offer, Quote, Said, Terms, calls, logs, typed_data, typed_data::Of};
use protocol::{Address, Amount, Digest};
use rpc::Filter;
use serde_json::Value;

use crate::chain::Chain;

impl Chain {
    /// Where jobs are.
    ///
    /// # Errors
    /// When the deployment does not name the contract.
    pub fn jobs_contract(&self) -> Result<Address> {
        Ok(self.deployment.demand(JOBS)?)
    }

    /// Gives an account MDC, and lets jobs take them.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn fund_for_jobs(&self, account: Address) -> Result<()> {
        self.airdrop(account).await?;
        self.approve(account, self.jobs_contract()?).await
    }

    /// Sends a call of [`calls`].
    ///
    /// # Errors
    /// When it reverts, with the decoded reason.
    pub async fn on_jobs(&self, who: Address, call: Vec<u8>) -> Result<()> {
        self.send(who, self.jobs_contract()?, call).await.map(drop)
    }

    /// Joins as a provider, with a deposit.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn lend(&self, provider: Address, deposit: Amount, offer: &Offer) -> Result<()> {
        self.on_jobs(provider, calls::offer(deposit, offer, None)).await
    }

    /// Posts a job; answers its number.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn post_job(&self, client: Address, terms: &Terms, files: &Files) -> Result<u64> {
        let receipt = self.send(client, self.jobs_contract()?, calls::post(terms, files)).await?;
        for log in &receipt.logs {
            if let Some((id, Event::Posted { .. })) = logs::decode(log)? {
                return Ok(id);
            }
        }
        None.with_context(|| format!("the receipt names no subject of {FAMILY}"))
    }

    /// Has the provider sign a quote, and the client lock it.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn lock_job(&self, client: Address, job: u64, terms: &Terms, quote: &Quote) -> Result<()> {
        let request = self.job_of(job)?.quote_request(typed_data::terms(terms), quote);
        let signature = self.sign_of_job(quote.provider, &request).await?;
        self.on_jobs(client, calls::lock(job, terms, quote, &signature, None)).await
    }

    /// Has the client promise pay for units to a checkpoint, and the provider show it.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn redeem(
        &self,
        (client, provider): (Address, Address),
        job: u64,
        units: u64,
        checkpoint: Digest,
    ) -> Result<()> {
        let request = self.job_of(job)?.voucher_request(provider, units, checkpoint);
        let signature = self.sign_of_job(client, &request).await?;
        self.on_jobs(provider, calls::redeem(job, units, checkpoint, &signature)).await
    }

    fn job_of(&self, job: u64) -> Result<Of> {
        Ok(Of { chain: self.deployment.chain_id, contract: self.jobs_contract()?, job })
    }

    async fn sign_of_job(&self, who: Address, request: &Value) -> Result<Vec<u8>> {
        let signature = self.sign_typed(who, request).await?;
        let bytes = signature.trim_start_matches("0x");
        (0..bytes.len() / 2)
            .map(|at| bytes.get(2 * at..2 * at + 2).and_then(|byte| u8::from_str_radix(byte, 16).ok()))
            .collect::<Option<_>>()
            .context("a signature is written in hexadecimal digits")
    }

    /// All providers and jobs, folded from their events, and when each job was posted.
    ///
    /// # Errors
    /// When the node refuses, or tells what makes no sense.
    pub async fn job_book(&self) -> Result<(Book, BTreeMap<u64, u64>)> {
        let (mut book, mut posted) = (Book::default(), BTreeMap::new());
        for log in self.logs(&Filter::of([self.jobs_contract()?])).await? {
            if let Some(said) = Said::read(&log.raw)? {
                if let Said::Job(id, Event::Posted { .. }) = &said {
                    posted.insert(*id, log.at);
                }
                book.apply(&said, log.at);
            }
        }
        Ok((book, posted))
    }
}
