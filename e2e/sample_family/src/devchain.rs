//! The family on a development chain. A family of the repository's own has this at `devchain/src/families/`, with the
//! moves of people and samples where it has some, and its line in `families::all`.

use anyhow::Result;
use async_trait::async_trait;
use contracts::refusal::Refusals;
use devchain::{Chain, Family};
use protocol::Address;

use crate::{NAME, REFUSALS, SampleFamily, THANKS, calls};

#[async_trait]
impl Family for SampleFamily {
    fn name(&self) -> &'static str {
        NAME
    }

    fn refusals(&self) -> Refusals {
        REFUSALS
    }

    fn code(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        Ok(vec![(THANKS, calls::deploy(Address::ZERO)?)])
    }

    async fn deploy(&self, chain: &mut Chain) -> Result<()> {
        let code = calls::deploy(chain.coin_address()?)?;
        chain.deploy_as(THANKS, code).await.map(drop)
    }
}
