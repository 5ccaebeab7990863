//! A factory of shared models as the audit found it, or as it is.

use contracts::returns;
use protocol::{Address, Amount};
use shared_model::{
    ClassifierKind, IncentiveKind, Shape, Terms,
    calls::{classifier, factory, shared},
    lanes,
};

use super::super::{Rules, audited};
use crate::harness::{Chain, Failure, models::OWNER, world::DEPLOYER};

/// What anybody agrees to pay.
pub const MOST: Amount = Amount::mdc(100);

pub struct Scene {
    pub rules: Rules,
    pub chain: Chain,
    coin: Address,
    factory: Address,
}

/// A model and its classifier.
#[derive(Clone, Copy)]
pub struct Target {
    pub model: Address,
    pub classifier: Address,
    refund_wait: u64,
}

impl Scene {
    pub fn new(rules: Rules) -> Self {
        let mut chain = Chain::new();
        let coin = chain.deploy(DEPLOYER, coin::deploy::model_coin().unwrap());
        let factory = match rules {
            Rules::Audited => {
                let classifiers =
                    ["DensePerceptron", "SparsePerceptron", "NaiveBayes", "DenseCentroid", "SparseCentroid"]
                        .map(|name| audited(&mut chain, name, &[]));
                let incentives =
                    ["DepositModel", "PointsModel", "MarketModel"].map(|name| audited(&mut chain, name, &[coin]));
                let addresses = [&[coin][..], &classifiers, &incentives].concat();
                audited(&mut chain, "ModelFactory", &addresses)
            }
            Rules::Present => {
                let classifiers = ClassifierKind::ALL
                    .map(|kind| chain.deploy(DEPLOYER, shared_model::deploy::classifier(kind).unwrap()));
                let incentives = IncentiveKind::ALL
                    .map(|kind| chain.deploy(DEPLOYER, shared_model::deploy::incentive(kind, coin).unwrap()));
                let factory = shared_model::deploy::model_factory(coin, &classifiers, &incentives).unwrap();
                chain.deploy(DEPLOYER, factory)
            }
        };
        Self { rules, chain, coin, factory }
    }

    /// A model of the owner that is ready, all its weights zero.
    pub fn model(&mut self, shape: &Shape, incentive: IncentiveKind, terms: &Terms) -> Result<Target, Failure> {
        let create = factory::create_model(shape, incentive, terms, "bafkrei");
        let model = returns::address(&self.chain.send(OWNER, self.factory, create)?.output).unwrap();
        let classifier = returns::address(&self.chain.view(model, shared::classifier()).unwrap()).unwrap();
        let words = vec![0; shape.needed() * lanes::WORD_BYTES];
        for (n, chunk) in words.chunks(200 * lanes::WORD_BYTES).enumerate() {
            self.chain.send(OWNER, model, shared::load(n as u32 * 200, chunk)).unwrap();
        }
        Ok(Target { model, classifier, refund_wait: terms.refund_wait.into() })
    }

    pub fn fund(&mut self, who: Address, target: Target) {
        self.chain.send(DEPLOYER, self.coin, coin::calls::transfer(who, Amount::mdc(1_000))).unwrap();
        self.chain.send(who, self.coin, coin::calls::approve(target.model, Amount::SUPPLY)).unwrap();
    }

    pub fn contribute(&mut self, who: Address, target: Target, sample: &[u8], label: u16) -> Result<(), Failure> {
        self.chain.send(who, target.model, shared::contribute(sample, label, MOST, None)).map(drop)
    }

    pub fn refund(&mut self, who: Address, target: Target, sample: &[u8], label: u16) -> Result<(), Failure> {
        self.chain.send(who, target.model, shared::refund(sample, label)).map(drop)
    }

    /// The first step of taking a deposit: then it took at once, now it only says that the model disagrees.
    pub fn report(
        &mut self,
        who: Address,
        target: Target,
        (author, sample, label): (Address, &[u8], u16),
    ) -> Result<(), Failure> {
        self.chain.send(who, target.model, shared::report(author, sample, label)).map(drop)
    }

    /// The second step, so many refund waits later; there was none then.
    pub fn take_after(
        &mut self,
        waits: u64,
        who: Address,
        target: Target,
        (author, sample, label): (Address, &[u8], u16),
    ) -> Result<(), Failure> {
        if self.rules == Rules::Audited {
            return Ok(());
        }
        self.chain.wait(waits * target.refund_wait);
        self.chain.send(who, target.model, shared::take(author, sample, label)).map(drop)
    }

    pub fn predict(&mut self, target: Target, sample: &[u8]) -> u16 {
        let data = self.chain.view(target.classifier, classifier::predict(sample)).unwrap();
        shared_model::returns::shared::class(&data).unwrap()
    }

    /// Balance in the model, and points.
    pub fn account(&mut self, target: Target, who: Address) -> (Amount, u64) {
        let data = self.chain.view(target.model, shared::account(who)).unwrap();
        let account = shared_model::returns::shared::account(&data).unwrap();
        (account.balance, account.good)
    }

    pub fn price(&mut self, target: Target) -> Amount {
        returns::amount(&self.chain.view(target.model, shared::deposit_now()).unwrap()).unwrap()
    }

    pub fn classes(&mut self, target: Target) -> u64 {
        returns::count(&self.chain.view(target.classifier, classifier::classes()).unwrap()).unwrap()
    }
}

/// The name of what was refused with.
pub fn name(failure: &Failure) -> String {
    match failure {
        Failure::Reverted { revert, .. } => revert.name.clone(),
        Failure::Halted(reason) => reason.clone(),
    }
}

/// Deposits of half an MDC an hour after the last lesson.
pub fn terms(refund_wait: u32, owner_wait: u32, any_wait: u32) -> Terms {
    Terms { cost_weight: Amount(10u128.pow(18) / 120), refund_wait, owner_wait, any_wait }
}
