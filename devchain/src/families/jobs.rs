//! Compute jobs and their providers.

mod moves;
pub mod samples;

use anyhow::Result;
use async_trait::async_trait;
use contracts::refusal::Refusals;
use jobs::{JOBS, deploy};
use protocol::Address;

use crate::{
    chain::Chain,
    family::{Family, Samples},
};

/// Jobs, with the half of its code that it makes itself.
pub struct Jobs;

#[async_trait]
impl Family for Jobs {
    fn name(&self) -> &'static str {
        jobs::FAMILY
    }

    fn refusals(&self) -> Refusals {
        jobs::REFUSALS
    }

    fn code(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        Ok(vec![(JOBS, deploy::jobs(Address::ZERO)?)])
    }

    async fn deploy(&self, chain: &mut Chain) -> Result<()> {
        let code = deploy::jobs(chain.coin_address()?)?;
        chain.deploy_as(JOBS, code).await.map(drop)
    }

    async fn play(&self, samples: &Samples<'_>) -> Result<()> {
        match samples.agents {
            Some(agents) => self::samples::play(samples.chain, agents, samples.public, samples.report).await,
            // Nobody is there to play: nothing is invented.
            None => Ok(()),
        }
    }
}
