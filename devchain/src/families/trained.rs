//! Models as files: deploying the two contracts, saying that a model was run, publishing, and samples.
//!
//! | module | what it does |
//! |---|---|
//! | [`moves`] | attesting, publishing, withdrawing |
//! | [`samples`] | the published models that a newcomer finds |

pub mod moves;
pub mod samples;

use anyhow::Result;
use async_trait::async_trait;
use contracts::refusal::Refusals;
use protocol::Address;
use trained::{PUBLISHED_MODELS, REPRODUCTIONS, deploy};

use crate::{
    chain::Chain,
    family::{Family, Samples},
};

/// Reproductions of winners, and published models.
pub struct TrainedModels;

#[async_trait]
impl Family for TrainedModels {
    fn name(&self) -> &'static str {
        trained::FAMILY
    }

    fn refusals(&self) -> Refusals {
        trained::REFUSALS
    }

    fn code(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        Ok(vec![
            (REPRODUCTIONS, deploy::reproductions(Address::ZERO)?),
            (PUBLISHED_MODELS, deploy::published_models()?),
        ])
    }

    async fn deploy(&self, chain: &mut Chain) -> Result<()> {
        let reproductions = deploy::reproductions(chain.bounty_market()?)?;
        chain.deploy_as(REPRODUCTIONS, reproductions).await?;
        chain.deploy_as(PUBLISHED_MODELS, deploy::published_models()?).await.map(drop)
    }

    async fn play(&self, samples: &Samples<'_>) -> Result<()> {
        let Samples { chain, server, public, report, .. } = *samples;
        samples::play(chain, server, &public.join("models"), report).await
    }
}
