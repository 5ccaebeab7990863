//! Shared models: deploying what they are made of, the moves of owners and contributors, and samples.
//!
//! | module | what it does |
//! |---|---|
//! | [`moves`] | making, loading, teaching, refunding, reporting |
//! | [`originals`] | saying at a server what a contribution was before it was encoded |
//! | [`samples`] | the models that a newcomer finds |

pub mod moves;
pub mod originals;
pub mod samples;

pub use moves::{Contribution, CreatedModel, Start};

use anyhow::Result;
use async_trait::async_trait;
use contracts::refusal::Refusals;
use protocol::Address;
use shared_model::{ACCURACY_LOG, ClassifierKind, IncentiveKind, MODEL_FACTORY, deploy};

use crate::{
    chain::Chain,
    family::{Family, Samples},
};

/// Shared models and what is done with them.
pub struct SharedModels;

#[async_trait]
impl Family for SharedModels {
    fn name(&self) -> &'static str {
        shared_model::FAMILY
    }

    fn refusals(&self) -> Refusals {
        shared_model::REFUSALS
    }

    fn code(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        let zero = Address::ZERO;
        let mut factory = deploy::model_factory(zero, &[zero; 5], &[zero; 3])?;
        // What models are cloned from is part of what the factory is.
        for kind in ClassifierKind::ALL {
            factory.extend(deploy::classifier(kind)?);
        }
        for kind in IncentiveKind::ALL {
            factory.extend(deploy::incentive(kind, zero)?);
        }
        Ok(vec![(MODEL_FACTORY, factory), (ACCURACY_LOG, deploy::accuracy_log()?)])
    }

    async fn deploy(&self, chain: &mut Chain) -> Result<()> {
        // What it clones is deployed with it, and holds the coin too.
        if chain.standing(MODEL_FACTORY, &[chain.coin_address()?]).is_none() {
            let factory = factory(chain).await?;
            chain.deploy_as(MODEL_FACTORY, factory).await?;
        }
        chain.deploy_as(ACCURACY_LOG, deploy::accuracy_log()?).await.map(drop)
    }

    async fn play(&self, samples: &Samples<'_>) -> Result<()> {
        let Samples { chain, server, public, report, .. } = *samples;
        samples::play(chain, server, &public.join("datasets"), report).await
    }
}

/// Deploys what models are cloned from; the creation bytecode of the factory that clones it.
async fn factory(chain: &Chain) -> Result<Vec<u8>> {
    let coin = chain.coin_address()?;
    let (mut classifiers, mut incentives) = ([Address::ZERO; 5], [Address::ZERO; 3]);
    for (kind, address) in ClassifierKind::ALL.into_iter().zip(&mut classifiers) {
        *address = chain.create(deploy::classifier(kind)?).await?;
    }
    for (kind, address) in IncentiveKind::ALL.into_iter().zip(&mut incentives) {
        *address = chain.create(deploy::incentive(kind, coin)?).await?;
    }
    Ok(deploy::model_factory(coin, &classifiers, &incentives)?)
}
