//! Tasks of private learning, with the registry of grants that the contract makes.

pub mod samples;

use anyhow::Result;
use async_trait::async_trait;
use contracts::{refusal::Refusals, returns};
use directory::{DATASETS, GRANTS};
use protocol::Address;
use tasks::{TASKS, calls, deploy};

use crate::{
    chain::Chain,
    family::{Family, Samples},
};

/// Tasks and their grants.
pub struct Tasks;

#[async_trait]
impl Family for Tasks {
    fn name(&self) -> &'static str {
        tasks::FAMILY
    }

    fn refusals(&self) -> Refusals {
        tasks::REFUSALS
    }

    fn code(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        Ok(vec![(TASKS, deploy::tasks(Address::ZERO, Address::ZERO)?)])
    }

    async fn deploy(&self, chain: &mut Chain) -> Result<()> {
        let code = deploy::tasks(chain.coin_address()?, chain.deployment.demand(DATASETS)?)?;
        let tasks = chain.deploy_as(TASKS, code).await?;
        let grants = returns::address(&chain.call(tasks, calls::grants()).await?)?;
        chain.deployment.contracts.insert(GRANTS.to_owned(), grants);
        Ok(())
    }

    async fn play(&self, samples: &Samples<'_>) -> Result<()> {
        match samples.agents {
            Some(agents) => self::samples::play(samples.chain, agents, samples.report).await,
            // Nobody is there to play: nothing is invented.
            None => Ok(()),
        }
    }
}
