//! The jobs that one account has a part in.

use std::sync::Arc;

use contracts::abi::account_topic;
use jobs::{Dispute, ESCALATE_WINDOW, JOBS, Job, Step};
use protocol::{Address, Amount};
use rpc::Filter;

use super::Computing;
use crate::chain::{ChainError, Reader};

/// A job that an account has a part in, as the newest block has it.
#[derive(Debug, Clone)]
pub struct OwnJob {
    id: u64,
    all: Arc<Computing>,
}

impl PartialEq for OwnJob {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.job() == other.job() && self.draw_hash() == other.draw_hash()
    }
}

impl OwnJob {
    pub fn id(&self) -> u64 {
        self.id
    }

    pub fn job(&self) -> Option<&Job> {
        self.all.book.job(self.id)
    }

    /// What an account can do about it.
    pub fn steps(&self, account: Address, now: u64) -> Vec<Step> {
        self.all.steps(account, now, self.id)
    }

    /// When what can be done changes next by time alone.
    pub fn changes_at(&self, now: u64) -> Option<u64> {
        let job = self.job()?;
        let dispute = |at: fn(&Dispute) -> u64| job.dispute.as_ref().map(at);
        let moments = [
            job.expires_at(),
            Some(job.terms.lock_by()),
            Some(job.terms.deadline),
            dispute(|dispute| dispute.commit_by),
            dispute(|dispute| dispute.reveal_by),
            dispute(|dispute| dispute.reveal_by + ESCALATE_WINDOW),
        ];
        moments.into_iter().flatten().filter(|at| *at > now && !job.state.is_final()).min()
    }

    fn draw_hash(&self) -> Option<protocol::Digest> {
        let block = self.job()?.dispute.as_ref()?.draw_block;
        self.all.hashes.get(&block).copied()
    }
}

impl Reader {
    /// The jobs that an account has a part in, and what it is owed beside them. Who neither lends nor asked for anything is
    /// found by the events that name it: nothing else is read for it.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn own_jobs(self, account: Address) -> Result<(Vec<OwnJob>, Amount), ChainError> {
        if !self.computes(account).await? {
            return Ok((Vec::new(), Amount::ZERO));
        }
        let all = self.computing().await?;
        let owed = all.book.owed_to(account);
        let own = all.jobs().filter(|(_, job, _)| job.parties().contains(&account));
        Ok((own.map(|(id, ..)| OwnJob { id, all: all.clone() }).collect(), owed))
    }

    /// Whether an event names an account: as a provider it is the first that is indexed, in jobs the second.
    async fn computes(self, account: Address) -> Result<bool, ChainError> {
        let deployment = self.deployment();
        let contract = deployment.demand(JOBS)?;
        let named = || Filter::of([contract]).any_topic();
        let me = [account_topic(account)];
        for filter in [named().topic(me), named().any_topic().topic(me)] {
            if self.history(&filter, deployment.start_block, None).await?.into_iter().next().is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
