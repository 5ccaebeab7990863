//! Who learns together, and on which data. The grants are made by Tasks: see the family of that name.

use anyhow::Result;
use async_trait::async_trait;
use contracts::refusal::Refusals;
use directory::{DATASETS, DIRECTORY, deploy};
use protocol::Address;

use crate::{chain::Chain, family::Family};

/// Organisations and data sets.
pub struct Organisations;

#[async_trait]
impl Family for Organisations {
    fn name(&self) -> &'static str {
        directory::FAMILY
    }

    fn refusals(&self) -> Refusals {
        directory::REFUSALS
    }

    fn code(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        Ok(vec![(DIRECTORY, deploy::directory()?), (DATASETS, deploy::datasets(Address::ZERO)?)])
    }

    async fn deploy(&self, chain: &mut Chain) -> Result<()> {
        let directory = chain.deploy_as(DIRECTORY, deploy::directory()?).await?;
        chain.deploy_as(DATASETS, deploy::datasets(directory)?).await.map(drop)
    }
}
