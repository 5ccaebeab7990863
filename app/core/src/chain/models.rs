//! Reading shared models: from the factory's and the model's own events alone.

mod clone;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use contracts::{abi::account_topic, returns as single};
use protocol::{Address, Amount, Digest, subject::Subject};
use rpc::{Filter, RawLog};
use shared_model::{
    ClassifierKind, Event, FAMILY, IncentiveKind, Lacking, ListedModel, LoggedEvent, Model, StoredModel, calls,
    learn::{Classifier, replay::Replay},
    logs as events, returns,
    state::{StoredMarket, Wanted},
};

use clone::Clone as Proxy;

use super::{
    ChainError, Reader,
    reader::decoded,
    whole::{Comparison, List},
};

/// Blocks before the last known event that are read again: their logs may have come late.
const AGAIN: u64 = 16;
/// Words of weights that are asked for at once.
const WORDS_AT_ONCE: u32 = 500;

/// Why an address is no model that this page can work with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidModel {
    #[error("This chain has no shared models: its deployment names no factory. Choose another network.")]
    NoFactory,
    #[error("There is no contract at {0} on this chain. Check the address, and that your network is the right one.")]
    NotAContract(Address),
    #[error(
        "The contract at {0} is not a shared model: its code is not one that this page knows. Do not send money to it."
    )]
    UnknownBytecode(Address),
    #[error(
        "The model {model} names a classifier at {classifier}, but there is no contract. It cannot predict; leave it alone."
    )]
    PartMissing { model: Address, classifier: Address },
    #[error(
        "The classifier at {0} runs code that this page does not know, so its predictions mean nothing. Leave the model alone."
    )]
    UnknownClassifier(Address),
    #[error(
        "The classifier of {model} belongs to {owner}: whoever controls that can change what the model predicts. Leave it alone."
    )]
    ForeignPart { model: Address, owner: Address },
    #[error(
        "The parts of {0} are genuine, but the factory did not make it, so nobody can know how it started. Leave it alone."
    )]
    NotFromFactory(Address),
}

/// Why a model could not be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ModelError {
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error(transparent)]
    Invalid(#[from] InvalidModel),
}

/// A model with the events it was folded from, and its classifier as they made it.
#[derive(Debug, Clone)]
pub struct ModelHistory {
    pub model: Model,
    pub events: Arc<Vec<LoggedEvent>>,
    replay: Replay,
}

impl PartialEq for ModelHistory {
    /// The same events make the same model.
    fn eq(&self, other: &Self) -> bool {
        self.model.address == other.model.address
            && self.events.len() == other.events.len()
            && self.events.last() == other.events.last()
    }
}

impl ModelHistory {
    fn fold(events: Vec<LoggedEvent>) -> Result<Option<Self>, ChainError> {
        let Some((first, rest)) = events.split_first() else { return Ok(None) };
        let mut model = None;
        decoded(Model::apply(&mut model, first))?;
        let Some(model) = model else { return Ok(None) };
        let replay = decoded(Replay::new(model.incentive, model.shape.clone()))?;
        let mut history = Self { model, events: Arc::new(Vec::new()), replay };
        history.extend(rest)?;
        history.events = Arc::new(events);
        Ok(Some(history))
    }

    /// Applies events that follow.
    fn extend(&mut self, events: &[LoggedEvent]) -> Result<(), ChainError> {
        let mut model = Some(self.model.clone());
        for event in events {
            decoded(Model::apply(&mut model, event))?;
            decoded(self.replay.apply(&event.event))?;
        }
        if let Some(model) = model {
            self.model = model;
        }
        Ok(())
    }

    /// The model's weights as its events made them.
    pub fn classifier(&self) -> &Classifier {
        self.replay.classifier()
    }

    /// What the model predicts for a sample of its own history now; the label itself where the model cannot predict.
    pub fn predicted(&self, sample: &[u8], label: u16) -> u16 {
        let classifier = self.classifier();
        let sample = classifier.sample(sample).ok();
        sample.and_then(|sample| classifier.predict(&sample).ok()).unwrap_or(label)
    }
}

impl Reader {
    fn factory(self) -> Result<Address, InvalidModel> {
        self.deployment().contract(shared_model::MODEL_FACTORY).ok_or(InvalidModel::NoFactory)
    }

    /// A model, or what came since it was read last, held against what the contract stores of it and of `person`. Its
    /// events are read from the block on in which somebody says that it was made; which is believed only where the
    /// chain has its creation there.
    ///
    /// # Errors
    /// [`ModelError`]; [`InvalidModel`] says in which way the address is no model.
    pub async fn model(
        self,
        address: Address,
        known: Option<ModelHistory>,
        made_in: Option<u64>,
        person: Option<Address>,
    ) -> Result<ModelHistory, ModelError> {
        let subject = Subject::new(FAMILY, address);
        let block = self.height().await?;
        let continued = match known {
            // Events that do not fit what is known: some were left out, so all are read again.
            Some(known) => match self.continued(known).await {
                Err(ChainError::Unreadable(_)) => None,
                continued => continued?,
            },
            None => None,
        };
        let read = match continued {
            Some(history) => Ok(history),
            None => self.read_model(address, made_in).await,
        };
        let compared = self.compare_model(address, &read, block, person).await;
        let made = read.as_ref().map_or(made_in, |history| Some(history.model.created_block));
        if let (Comparison::Lacking(_), Some(made)) = (&compared, made) {
            let filter = Filter::of([address]);
            let was_offered = self.forget_offered(&filter, made).await;
            // What was found meanwhile may be from before the last event that is known.
            if was_offered || self.has_late(&filter, made) {
                let read = self.read_model(address, Some(made)).await;
                let compared = self.compare_model(address, &read, block, person).await;
                if matches!(compared, Comparison::Lacking(_)) {
                    self.mend(&subject, &filter, made);
                }
                self.found(subject, compared);
                return read;
            }
            self.mend(&subject, &filter, made);
        }
        self.found(subject, compared);
        read
    }

    /// A model from all of its events.
    async fn read_model(self, address: Address, made_in: Option<u64>) -> Result<ModelHistory, ModelError> {
        let Some(first) = self.model_created(address, made_in).await? else {
            let answer = self.call(None, self.factory()?, calls::factory::is_model(address)).await?;
            return Err(match decoded(single::boolean(&answer))? {
                true => ChainError::ModelNotTold(address).into(),
                false => self.why_invalid(address).await?.into(),
            });
        };
        let from = first.block;
        let subject = Subject::new(FAMILY, address);
        self.was_made_in(&subject, from);
        let own = self.history(&Filter::of([address]), from, Some(&subject)).await?;
        let mut all = vec![first];
        all.extend(models_of(&own)?.remove(&address).unwrap_or_default());
        all.sort_by_key(|e| (e.block, e.log_index));
        let history = ModelHistory::fold(all)?;
        history.ok_or_else(|| ChainError::Unreadable("a model without a beginning".into()).into())
    }

    /// The event that made a model: from the block in which somebody says that it was made, or else searched for since
    /// the deployment.
    async fn model_created(self, address: Address, made_in: Option<u64>) -> Result<Option<LoggedEvent>, ModelError> {
        let filter = Filter::of([self.factory()?]).topic([events::created_topic()]).topic([account_topic(address)]);
        if let Some(block) = made_in
            && let Ok(piece) = self.client().piece(&filter, block, block).await
            && let Some(created) = first_event(&piece.logs, address)?
        {
            return Ok(Some(created));
        }
        Ok(first_event(&self.history(&filter, self.start(), None).await?, address)?)
    }

    /// A model as its contracts store it now: a few questions, however long its history is. `None` where the chain does
    /// not have its creation in block `made_in`.
    ///
    /// # Errors
    /// [`ModelError`]
    pub async fn stored_model(
        self,
        address: Address,
        made_in: u64,
        wanted: &Wanted,
    ) -> Result<Option<(StoredModel, Model)>, ModelError> {
        let filter = Filter::of([self.factory()?]).topic([events::created_topic()]).topic([account_topic(address)]);
        let logs = self.client().piece(&filter, made_in, made_in).await.map_err(ChainError::from)?.logs;
        let Some(created) = first_event(&logs, address)? else { return Ok(None) };
        let ask = async |to, data| self.call(None, to, data).await;
        let Some(stored) = StoredModel::read(&created, wanted, ask).await? else { return Ok(None) };
        Ok(decoded(stored.as_model(&created, &wanted.commitments))?.map(|model| (stored, model)))
    }

    /// What a contribution to a model costs at the time of the newest block.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn deposit_now(self, model: Address) -> Result<Amount, ChainError> {
        decoded(single::amount(&self.call(None, model, calls::shared::deposit_now()).await?))
    }

    /// What the contract stores of a model's market: also how far the evaluation of one contribution is, which no event tells.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn market_now(self, model: Address) -> Result<returns::market::ChainMarket, ChainError> {
        decoded(returns::market::market(&self.call(None, model, calls::market::market()).await?))
    }

    /// Under which index somebody has committed to this in a model's market and did not show it yet, by what the contract
    /// stores; `None` where nobody has.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn committed_at(self, model: Address, commitment: &Digest) -> Result<Option<u16>, ChainError> {
        let ask = async |data| self.call(None, model, data).await;
        let market = returns::market::market(&ask(calls::market::market()).await?)?;
        Ok(StoredMarket::position(&StoredMarket::entries(market.committed, ask).await?, commitment))
    }

    /// Words of a model's start as its classifier has them, from the first on.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn loaded_words(self, classifier: Address, count: u32) -> Result<Vec<u8>, ChainError> {
        let mut words = Vec::new();
        for first in (0..count).step_by(WORDS_AT_ONCE as usize) {
            let data = calls::classifier::words(first, WORDS_AT_ONCE.min(count - first));
            words.extend(returns::shared::bytes(&self.call(None, classifier, data).await?)?);
        }
        Ok(words)
    }

    /// Holds what was read against what the contract stored after a block.
    async fn compare_model(
        self,
        model: Address,
        read: &Result<ModelHistory, ModelError>,
        block: u64,
        person: Option<Address>,
    ) -> Comparison {
        let history = match read {
            Ok(history) => history,
            // Events that do not fit each other.
            Err(ModelError::Chain(ChainError::Unreadable(_))) => {
                return Comparison::Lacking("some of the events".into());
            }
            Err(_) => return Comparison::Unknown,
        };
        let answer = self.view_at(block, model, &calls::shared::totals()).await;
        let Some(totals) = answer.and_then(|answer| returns::shared::totals(&answer).ok()) else {
            return Comparison::Unknown;
        };
        let lacking = history.model.lacking(&totals);
        // Balances fall as well as rise: they are compared only where nothing came later.
        let is_exact = history.events.last().is_none_or(|event| event.block <= block);
        let lacking = match person.filter(|_| lacking.is_none() && is_exact) {
            Some(person) => {
                let answer = self.view_at(block, model, &calls::shared::account(person)).await;
                let Some(account) = answer.and_then(|answer| returns::shared::account(&answer).ok()) else {
                    return Comparison::Unknown;
                };
                Lacking::of_account(&history.model.account(&person), &account)
            }
            None => lacking,
        };
        Comparison::of(lacking)
    }

    /// The same model with what came since; `None` where all must be read again: the chain was reorganised, or the
    /// node told of something late.
    async fn continued(self, mut known: ModelHistory) -> Result<Option<ModelHistory>, ChainError> {
        let Some(last) = known.events.last().cloned() else { return Ok(None) };
        let client = self.client();
        if client.header(last.block).await?.is_none_or(|header| header.hash != last.block_hash) {
            return Ok(None);
        }
        let first = known.events.first().map_or(0, |event| event.block);
        let from = last.block.saturating_sub(AGAIN).max(first);
        let logs = client.logs(&Filter::of([last.subject]), from, client.tallest().max(last.block)).await?.logs;
        let told = models_of(&logs)?.remove(&last.subject).unwrap_or_default();
        let place = |event: &LoggedEvent| (event.block, event.log_index);
        let (old, new): (Vec<_>, Vec<_>) = told.into_iter().partition(|event| place(event) <= place(&last));
        let is_known = |event: &LoggedEvent| known.events.iter().rev().any(|known| place(known) == place(event));
        if !old.iter().all(is_known) {
            return Ok(None);
        }
        known.extend(&new)?;
        if !new.is_empty() {
            let mut all = Vec::clone(&known.events);
            all.extend(new);
            known.events = Arc::new(all);
        }
        Ok(Some(known))
    }

    /// Models that an account made or takes part in, with the blocks in which they were made. They are found by the
    /// factory's events and by those of its models that name the account.
    ///
    /// # Errors
    /// [`ModelError`]
    pub async fn models_of(self, account: Address) -> Result<BTreeMap<Address, u64>, ModelError> {
        let created = Filter::of([self.factory()?]).topic([events::created_topic()]);
        let all = models_of(&self.history(&created, self.start(), None).await?)?;
        if all.is_empty() {
            return Ok(BTreeMap::new());
        }
        let named = Filter::of(all.keys().copied().collect::<Vec<_>>()).any_topic().topic([account_topic(account)]);
        let named = &self.history(&named, self.start(), None).await?;
        let taught: BTreeSet<Address> = named.into_iter().map(|log| log.address).collect();
        let is_mine = |event: &LoggedEvent| matches!(&event.event, Event::Created { owner, .. } if *owner == account);
        let mine = all.iter().filter(|(model, events)| taught.contains(model) || events.iter().any(is_mine));
        Ok(mine.filter_map(|(model, events)| Some((*model, events.first()?.block))).collect())
    }

    /// All models with their contributions counted: what the list shows while the server is away.
    pub async fn listed_models(self) -> Result<Vec<ListedModel>, ModelError> {
        let models = self.folded_models().await?;
        Ok(models.iter().map(|(model, created)| ListedModel::of(model, *created)).collect())
    }

    /// All models, folded, each with the block of its creation and the place in that block.
    ///
    /// # Errors
    /// [`ModelError`]
    pub async fn folded_models(self) -> Result<Vec<(Model, (u64, u64))>, ModelError> {
        let factory = self.factory()?;
        let filter = Filter::of([factory]).topic([events::created_topic()]);
        let list = List {
            subject: models_listed(),
            filter,
            contract: factory,
            count: calls::factory::model_count(),
            what: "models",
        };
        let mut models = self
            .list(&list, async || {
                let models = models_of(&self.history(&list.filter, self.start(), None).await?)?;
                let told = models.len() as u64;
                Ok((models, told))
            })
            .await?;
        let addresses: Vec<Address> = models.keys().copied().collect();
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        for (address, more) in models_of(&self.history(&Filter::of(addresses), self.start(), None).await?)? {
            models.entry(address).or_default().extend(more);
        }
        let mut folded = Vec::new();
        for mut events in models.into_values() {
            events.sort_by_key(|event| (event.block, event.log_index));
            // One whose events do not fit each other has its reason on its own page.
            let Ok(Some(model)) = Model::fold(&events) else { continue };
            let created = events.first().map_or((0, 0), |e| (e.block, e.log_index));
            folded.push((model, created));
        }
        Ok(folded)
    }

    /// What the contract itself predicts.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn predict(self, classifier: Address, sample: &[u8]) -> Result<u16, ChainError> {
        let answer = self.call(None, classifier, calls::classifier::predict(sample)).await?;
        decoded(returns::shared::class(&answer))
    }

    /// The last root that an account anchored: size and root, `None` where it never did.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn anchor(self, log: Address) -> Result<Option<(u64, Digest)>, ChainError> {
        let Some(contract) = self.deployment().contract(shared_model::ACCURACY_LOG) else { return Ok(None) };
        let answer = self.call(None, contract, calls::accuracy_log::latest(log)).await?;
        let anchor = decoded(returns::shared::anchor(&answer))?;
        Ok(anchor.map(|anchor| (anchor.size, anchor.root)))
    }

    async fn why_invalid(self, model: Address) -> Result<InvalidModel, ModelError> {
        let factory = self.factory()?;
        let code = self.code(model).await?;
        if code.is_empty() {
            return Ok(InvalidModel::NotAContract(model));
        }
        let Some(entry) = Proxy::read(&code) else { return Ok(InvalidModel::UnknownBytecode(model)) };
        let mut entries = Vec::new();
        for kind in IncentiveKind::ALL {
            let answer = self.call(None, factory, calls::factory::incentive_implementation(kind)).await?;
            entries.push(decoded(single::address(&answer))?);
        }
        let Some((classifier, _)) = entry.arguments.split_first_chunk::<20>() else {
            return Ok(InvalidModel::UnknownBytecode(model));
        };
        if !entries.contains(&entry.implementation) {
            return Ok(InvalidModel::UnknownBytecode(model));
        }
        let classifier = Address(*classifier);
        let code = self.code(classifier).await?;
        if code.is_empty() {
            return Ok(InvalidModel::PartMissing { model, classifier });
        }
        let mut classifiers = Vec::new();
        for kind in ClassifierKind::ALL {
            let answer = self.call(None, factory, calls::factory::classifier_implementation(kind)).await?;
            classifiers.push(decoded(single::address(&answer))?);
        }
        let part = Proxy::read(&code).filter(|part| classifiers.contains(&part.implementation));
        let Some((owner, _)) = part.and_then(|part| part.arguments.split_first_chunk::<20>()) else {
            return Ok(InvalidModel::UnknownClassifier(classifier));
        };
        if Address(*owner) != model {
            return Ok(InvalidModel::ForeignPart { model, owner: Address(*owner) });
        }
        Ok(InvalidModel::NotFromFactory(model))
    }

    fn start(self) -> u64 {
        self.deployment().start_block
    }
}

/// The list of models as something that events may be left out of.
pub fn models_listed() -> Subject {
    Subject::new(FAMILY, "list")
}

/// The first event of a model among logs.
fn first_event<'a>(
    logs: impl IntoIterator<Item = &'a RawLog>,
    model: Address,
) -> Result<Option<LoggedEvent>, ChainError> {
    Ok(models_of(logs)?.remove(&model).and_then(|events| events.into_iter().next()))
}

/// The events of each model, in the chain's order.
fn models_of<'a>(
    logs: impl IntoIterator<Item = &'a RawLog>,
) -> Result<BTreeMap<Address, Vec<LoggedEvent>>, ChainError> {
    let mut models = BTreeMap::<Address, Vec<LoggedEvent>>::new();
    for log in logs {
        let (model, event) = match decoded(events::created(&log.raw))? {
            Some(created) => created,
            None => match decoded(events::decode(&log.raw))? {
                Some(event) => (log.address, event),
                None => continue,
            },
        };
        models.entry(model).or_default().push(log.place(model, event));
    }
    Ok(models)
}
