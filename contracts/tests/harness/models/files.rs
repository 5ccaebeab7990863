//! The contracts about models as files, and every call of them decoded.

use bounty::ReproductionCounts;
use contracts::returns;
use protocol::Address;
use trained::{
    Attestation, PublishedEvent,
    calls::{published, reproductions},
    returns::ChainPublished,
};

use crate::harness::{Chain, Failure, Receipt, World, world::DEPLOYER};

#[derive(Debug, Clone, Copy)]
pub struct ModelFiles {
    pub reproductions: Address,
    pub published: Address,
}

impl ModelFiles {
    /// Beside the market of a world.
    pub fn beside(world: &mut World) -> Self {
        let code = trained::deploy::reproductions(world.market).unwrap();
        let reproductions = world.chain.deploy(DEPLOYER, code);
        Self { reproductions, published: world.chain.deploy(DEPLOYER, trained::deploy::published_models().unwrap()) }
    }

    pub fn attest(
        &self,
        chain: &mut Chain,
        by: Address,
        (bounty, trainer): (u64, Address),
        (equal, rows): (u32, u32),
    ) -> Result<Receipt, Failure> {
        chain.send(by, self.reproductions, reproductions::attest(bounty, trainer, equal, rows))
    }

    pub fn counts(&self, chain: &mut Chain, bounty: u64, trainer: Address) -> ReproductionCounts {
        let data = chain.view(self.reproductions, reproductions::counts(bounty, trainer)).unwrap();
        trained::returns::counts(&data).unwrap()
    }

    pub fn attested(&self, chain: &mut Chain, bounty: u64, trainer: Address, by: Address) -> bool {
        returns::boolean(&chain.view(self.reproductions, reproductions::attested(bounty, trainer, by)).unwrap())
            .unwrap()
    }

    pub fn publish(
        &self,
        chain: &mut Chain,
        by: Address,
        [cid, name, description]: [&str; 3],
    ) -> Result<Receipt, Failure> {
        chain.send(by, self.published, published::publish(cid, name, description))
    }

    pub fn withdraw(&self, chain: &mut Chain, by: Address, id: u64) -> Result<Receipt, Failure> {
        chain.send(by, self.published, published::withdraw(id))
    }

    pub fn model(&self, chain: &mut Chain, id: u64) -> Option<ChainPublished> {
        trained::returns::published(&chain.view(self.published, published::model(id)).unwrap()).unwrap()
    }

    pub fn model_count(&self, chain: &mut Chain) -> u64 {
        returns::count(&chain.view(self.published, published::model_count()).unwrap()).unwrap()
    }
}

/// The only log of a receipt, as Reproductions emits it.
pub fn attestation(receipt: &Receipt) -> Attestation {
    let [(_, log)] = &receipt.logs[..] else { panic!("one log, not {:?}", receipt.logs) };
    trained::logs::reproduced(log).unwrap().expect("an attestation")
}

/// The only log of a receipt, as PublishedModels emits it.
pub fn publication(receipt: &Receipt) -> PublishedEvent {
    let [(_, log)] = &receipt.logs[..] else { panic!("one log, not {:?}", receipt.logs) };
    trained::logs::published(log).unwrap().expect("a publication or withdrawal")
}
