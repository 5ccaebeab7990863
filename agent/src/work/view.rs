//! All that the contract of jobs has said, taken in by its own rules.

use std::rc::Rc;

use contracts::abi::DecodeError;
use jobs::{Book, Call, JOBS, Job, Said, typed_data::Of};
use protocol::{Address, Digest};
use rpc::{Filter, Header, KnownChain};

use crate::{
    chain::{Chain, failed},
    failure::Failure,
};

/// Blocks behind the newest whose hash contracts know (EIP-2935).
const KNOWN_HASHES: u64 = 8_191;

/// The contract as far as it was read.
pub struct View {
    pub chain: Rc<Chain>,
    pub contract: Address,
    pub book: Book,
    next: u64,
    head: Option<Header>,
    /// Time of the next block.
    now: u64,
}

fn unread(error: DecodeError) -> Failure {
    Failure::Failed(format!("What the contract says cannot be read ({error:?}). Use the program of its version."))
}

impl View {
    pub fn new(chain: Rc<Chain>) -> Result<Self, Failure> {
        let contract = chain.contract(JOBS)?;
        let next = chain.deployment.start_block;
        Ok(Self { chain, contract, book: Book::default(), next, head: None, now: 0 })
    }

    /// Reads what is new, as far as it will stay.
    pub async fn refresh(&mut self) -> Result<(), Failure> {
        let client = &self.chain.client;
        let head = client.head().await.map_err(failed)?;
        self.now = client.next_block_at().await.map_err(failed)?.unwrap_or(head.at).max(head.at);
        self.head = Some(head);
        let to = head.number.saturating_sub(KnownChain::of(self.chain.deployment.chain_id).confirmations);
        if to < self.next {
            return Ok(());
        }
        let logs = client.logs(&Filter::of([self.contract]), self.next, to).await.map_err(failed)?.logs;
        for log in logs {
            let at = match log.at {
                0 => client.header(log.block).await.map_err(failed)?.map_or(head.at, |header| header.at),
                at => at,
            };
            if let Some(said) = Said::read(&log.raw).map_err(unread)? {
                self.book.apply(&said, at);
            }
        }
        self.next = to + 1;
        Ok(())
    }

    /// What an account may do is asked of the rules with this.
    pub fn as_caller<T>(&self, caller: Address, ask: impl FnOnce(&Book, Call<'_>) -> T) -> T {
        let newest = self.head.map_or(0, |head| head.number);
        // Which hash it is matters to the contract alone.
        let hash_of = |number: u64| (number <= newest && newest - number < KNOWN_HASHES).then_some(Digest([1; 32]));
        ask(&self.book, Call { caller, now: self.now, block: newest + 1, hash_of: &hash_of })
    }

    pub fn now(&self) -> u64 {
        self.now
    }

    /// All jobs with their numbers, the first one first.
    pub fn jobs(&self) -> impl Iterator<Item = (u64, &Job)> {
        (1..).zip(&self.book.jobs)
    }

    /// What signatures about a job are bound to.
    pub fn of(&self, job: u64) -> Of {
        Of { chain: self.chain.deployment.chain_id, contract: self.contract, job }
    }
}
