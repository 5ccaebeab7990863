//! Bounties: deploying their contract, the moves of requesters and trainers, and samples.
//!
//! | module | what it does |
//! |---|---|
//! | [`moves`] | posting, submitting, revealing, claiming |
//! | [`model`] | small models, so that submissions have real predictions and model files |
//! | [`samples`] | the bounties that a newcomer finds |

pub mod model;
pub mod moves;
pub mod samples;

pub use moves::{Offer, Posted, Published, Submitted};

use anyhow::Result;
use async_trait::async_trait;
use contracts::refusal::Refusals;
use protocol::Address;

use crate::{
    chain::Chain,
    family::{Family, Samples},
};

/// Bounties and what is done in them.
pub struct Bounties;

#[async_trait]
impl Family for Bounties {
    fn name(&self) -> &'static str {
        bounty::FAMILY
    }

    fn refusals(&self) -> Refusals {
        bounty::REFUSALS
    }

    fn code(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        Ok(vec![(bounty::BOUNTY_MARKET, bounty::deploy::bounty_market(Address::ZERO)?)])
    }

    async fn deploy(&self, chain: &mut Chain) -> Result<()> {
        let code = bounty::deploy::bounty_market(chain.coin_address()?)?;
        chain.deploy_as(bounty::BOUNTY_MARKET, code).await.map(drop)
    }

    async fn play(&self, samples: &Samples<'_>) -> Result<()> {
        let Samples { chain, server, public, report, .. } = *samples;
        samples::play(chain, server, &public.join("datasets"), report).await
    }
}
