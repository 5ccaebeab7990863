//! The factory of shared models with everything that it clones, and the models that it makes.

pub mod files;
pub mod market_fixture;

use std::collections::BTreeMap;

use contracts::returns;
use protocol::{Address, Amount, Digest};
use shared_model::{
    ClassifierKind, Event, IncentiveKind, LoggedEvent, Shape, Terms,
    calls::{classifier, factory, shared},
    lanes, logs as events,
    state::Model as Folded,
};

use super::{Chain, Failure, Receipt, world::DEPLOYER};

/// Who makes models.
pub const OWNER: Address = Address([0x0a; 20]);

/// A model that the factory made.
#[derive(Debug, Clone)]
pub struct CreatedModel {
    pub model: Address,
    pub classifier: Address,
    pub shape: Shape,
}

pub struct Models {
    pub chain: Chain,
    pub coin: Address,
    pub factory: Address,
    pub log: Address,
    /// What each model has emitted, in order, its creation first.
    pub history: BTreeMap<Address, Vec<LoggedEvent>>,
    /// A coin made for a test gives to everyone and needs no allowance.
    pub coin_has_no_limits: bool,
    block: u64,
}

impl Models {
    pub fn new() -> Self {
        let mut chain = Chain::new();
        let coin = chain.deploy(DEPLOYER, coin::deploy::model_coin().unwrap());
        Self::with_coin(chain, coin)
    }

    pub fn with_coin(mut chain: Chain, coin: Address) -> Self {
        let classifiers =
            ClassifierKind::ALL.map(|kind| chain.deploy(DEPLOYER, shared_model::deploy::classifier(kind).unwrap()));
        let incentives =
            IncentiveKind::ALL.map(|kind| chain.deploy(DEPLOYER, shared_model::deploy::incentive(kind, coin).unwrap()));
        let factory = shared_model::deploy::model_factory(coin, &classifiers, &incentives).unwrap();
        let factory = chain.deploy(DEPLOYER, factory);
        let log = chain.deploy(DEPLOYER, shared_model::deploy::accuracy_log().unwrap());
        Self { chain, coin, factory, log, history: BTreeMap::new(), coin_has_no_limits: false, block: 0 }
    }

    /// Sends a transaction, and keeps what models emitted.
    pub fn send(&mut self, from: Address, to: Address, data: Vec<u8>) -> Result<Receipt, Failure> {
        let receipt = self.chain.send(from, to, data)?;
        self.block += 1;
        for (index, (emitter, log)) in receipt.logs.iter().enumerate() {
            let (model, event) = if *emitter == self.factory {
                events::created(log).unwrap().expect("an event of the factory")
            } else if self.history.contains_key(emitter) {
                (*emitter, events::decode(log).unwrap().expect("an event of a model"))
            } else {
                continue;
            };
            self.history.entry(model).or_default().push(self.chain.place(self.block, index, model, event));
        }
        Ok(receipt)
    }

    /// A model whose weights are still to be loaded.
    pub fn create(&mut self, shape: &Shape, incentive: IncentiveKind, terms: &Terms) -> CreatedModel {
        let receipt =
            self.send(OWNER, self.factory, factory::create_model(shape, incentive, terms, "bafkrei")).unwrap();
        let model = returns::address(&receipt.output).unwrap();
        let Event::Created { classifier, .. } = self.history[&model][0].event else { panic!("no model was created") };
        CreatedModel { model, classifier, shape: shape.clone() }
    }

    /// Loads all words, so many in a transaction. Gas of all.
    pub fn load(&mut self, made: &CreatedModel, words: &[u8], chunk: usize) -> u64 {
        let chunks = words.chunks(chunk * lanes::WORD_BYTES).enumerate();
        chunks
            .map(|(n, words)| self.send(OWNER, made.model, shared::load((n * chunk) as u32, words)).unwrap().gas)
            .sum()
    }

    /// A model that is ready, with all weights zero unless given.
    pub fn ready(
        &mut self,
        shape: &Shape,
        incentive: IncentiveKind,
        terms: &Terms,
        words: Option<&[u8]>,
    ) -> CreatedModel {
        let made = self.create(shape, incentive, terms);
        let zeros = vec![0; shape.needed() * lanes::WORD_BYTES];
        self.load(&made, words.unwrap_or(&zeros), 200);
        made
    }

    /// Gives an account tokens, and lets a model take them.
    pub fn fund(&mut self, account: Address, model: Address, amount: Amount) {
        if self.coin_has_no_limits {
            return;
        }
        self.chain.send(DEPLOYER, self.coin, coin::calls::transfer(account, amount)).unwrap();
        self.chain.send(account, self.coin, coin::calls::approve(model, amount)).unwrap();
    }

    pub fn view(&mut self, to: Address, data: Vec<u8>) -> Vec<u8> {
        self.chain.view(to, data).unwrap()
    }

    /// Tokens of an account or a contract.
    pub fn tokens(&mut self, of: Address) -> Amount {
        let data = self.view(self.coin, coin::calls::balance_of(of));
        returns::amount(&data).unwrap()
    }

    /// All tokens that are not burned.
    pub fn supply(&mut self) -> Amount {
        let data = self.view(self.coin, coin::calls::total_supply());
        returns::amount(&data).unwrap()
    }

    /// Balance in a model and points.
    pub fn account(&mut self, model: Address, who: Address) -> (Amount, u64) {
        let data = self.view(model, shared::account(who));
        let account = shared_model::returns::shared::account(&data).unwrap();
        (account.balance, account.good)
    }

    pub fn record(&mut self, model: Address, key: Digest) -> Option<shared_model::returns::shared::ChainRecord> {
        let data = self.view(model, shared::record(key));
        shared_model::returns::shared::record(&data).unwrap()
    }

    pub fn deposit_now(&mut self, model: Address) -> Amount {
        let data = self.view(model, shared::deposit_now());
        returns::amount(&data).unwrap()
    }

    pub fn predict(&mut self, made: &CreatedModel, sample: &[u8]) -> u16 {
        let data = self.view(made.classifier, classifier::predict(sample));
        shared_model::returns::shared::class(&data).unwrap()
    }

    /// All words as they are now.
    pub fn words(&mut self, made: &CreatedModel) -> Vec<u8> {
        let all = made.shape.words() as u32;
        let data = self.view(made.classifier, classifier::words(0, all));
        shared_model::returns::shared::bytes(&data).unwrap()
    }

    /// The state that the family folds from what the model emitted.
    pub fn folded(&self, model: Address) -> Folded {
        Folded::fold(&self.history[&model]).unwrap().expect("created")
    }

    /// The last event of a model.
    pub fn last_event(&self, model: Address) -> &Event {
        &self.history[&model].last().expect("created").event
    }

    /// Tokens that a model holds against what it owes by its events.
    #[track_caller]
    pub fn money_is_conserved(&mut self, model: Address) {
        let held = self.tokens(model);
        assert_eq!(held, self.folded(model).owed(), "held and owed");
    }
}

/// Terms with waits of 100, 200 and 300 seconds and a cost weight of 0.001 MDC.
pub fn terms(incentive: IncentiveKind) -> Terms {
    let cost_weight = if incentive == IncentiveKind::Deposit { Amount(10u128.pow(15)) } else { Amount::ZERO };
    Terms { cost_weight, refund_wait: 100, owner_wait: 200, any_wait: 300 }
}

/// A shape with its least setting and headers of zero, besides what is given.
pub fn shape(kind: ClassifierKind, features: u32, capacity: u16, classes: u16) -> Shape {
    let mut shape = Shape { kind, features, capacity, classes, setting: kind.least_setting(), headers: Vec::new() };
    if kind != ClassifierKind::DenseCentroid && kind != ClassifierKind::SparseCentroid {
        shape.setting = 1_000_000;
    }
    shape.headers = vec![0; shape.start_vectors()];
    shape
}

/// A sparse sample.
pub fn sparse(features: &[u32]) -> Vec<u8> {
    features.iter().flat_map(|f| f.to_be_bytes().into_iter().skip(1)).collect()
}
