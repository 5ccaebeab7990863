//! The moves of owners and contributors.

use anyhow::{Context, Result};
use contracts::returns;
use protocol::{Address, Amount, Digest};
use rpc::Filter;
use shared_model::{
    IncentiveKind, LoggedEvent, Model, Shape, Terms,
    calls::{factory, shared},
    lanes, logs as decode,
    state::record_key,
};

use crate::chain::{Chain, Receipt};

/// Words of a start that go into one transaction.
const CHUNK: usize = 300;

/// What an owner fixes, and the weights at the start.
#[derive(Debug, Clone)]
pub struct Start {
    pub shape: Shape,
    /// Packed lanes, 30 bytes a word.
    pub words: Vec<u8>,
    pub incentive: IncentiveKind,
    pub terms: Terms,
    /// CID of the metadata.
    pub metadata_cid: String,
}

/// A model, and who made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreatedModel {
    pub model: Address,
    pub owner: Address,
}

/// What somebody taught a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    pub model: Address,
    pub contributor: Address,
    pub sample: Vec<u8>,
    pub label: u16,
    pub key: Digest,
}

impl Chain {
    /// Makes a model and loads all of its weights.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn make_model(&self, owner: Address, start: &Start) -> Result<CreatedModel> {
        let made = self.create_model(owner, start).await?;
        self.load_model(&made, start, 0).await?;
        Ok(made)
    }

    /// Makes a model whose weights are still to be loaded.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn create_model(&self, owner: Address, start: &Start) -> Result<CreatedModel> {
        let at = self.deployment.demand(shared_model::MODEL_FACTORY)?;
        let Start { shape, incentive, terms, metadata_cid, .. } = start;
        let data = factory::create_model(shape, *incentive, terms, metadata_cid);
        for log in &self.send(owner, at, data).await?.logs {
            if let Some((model, _)) = decode::created(log)? {
                return Ok(CreatedModel { model, owner });
            }
        }
        anyhow::bail!("creating a model emits an event")
    }

    /// Loads the weights from a word on.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn load_model(&self, made: &CreatedModel, start: &Start, from: usize) -> Result<()> {
        let words = start.words.get(from * lanes::WORD_BYTES..).context("there are so many words")?;
        for (number, chunk) in words.chunks(CHUNK * lanes::WORD_BYTES).enumerate() {
            let first = u32::try_from(from + number * CHUNK)?;
            self.send(made.owner, made.model, shared::load(first, chunk)).await?;
        }
        Ok(())
    }

    /// Takes the airdrop where it was not taken, and lets BountyMarket and a model move everything.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn fund_for(&self, account: Address, model: Address) -> Result<()> {
        self.fund(account).await?;
        self.approve(account, model).await
    }

    /// Teaches a model, at whatever deposit it asks for now.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn contribute(
        &self,
        model: Address,
        contributor: Address,
        sample: &[u8],
        label: u16,
    ) -> Result<Contribution> {
        self.contribute_under(model, contributor, sample, label, Amount::SUPPLY).await
    }

    /// Teaches a model under a deposit of at most `most`; in a prediction market, exactly this stake.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn contribute_under(
        &self,
        model: Address,
        contributor: Address,
        sample: &[u8],
        label: u16,
        most: Amount,
    ) -> Result<Contribution> {
        self.send(contributor, model, shared::contribute(sample, label, most, None)).await?;
        let key = record_key(&contributor, label, sample);
        Ok(Contribution { model, contributor, sample: sample.to_vec(), label, key })
    }

    /// The contributor asks for the deposit, or for the point.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn refund(&self, taught: &Contribution) -> Result<Receipt> {
        self.send(taught.contributor, taught.model, shared::refund(&taught.sample, taught.label)).await
    }

    /// Somebody takes (a part of) a deposit that was reported.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn take(&self, taker: Address, taught: &Contribution) -> Result<Receipt> {
        let data = shared::take(taught.contributor, &taught.sample, taught.label);
        self.send(taker, taught.model, data).await
    }

    /// Somebody says that the model disagrees, so that the deposit can be taken later.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn report(&self, reporter: Address, taught: &Contribution) -> Result<Receipt> {
        let data = shared::report(taught.contributor, &taught.sample, taught.label);
        self.send(reporter, taught.model, data).await
    }

    /// What the model predicts, by the chain's own word.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn predict(&self, model: Address, sample: &[u8]) -> Result<u16> {
        let classifier = returns::address(&self.call(model, shared::classifier()).await?)?;
        let class = self.call(classifier, shared::predict(sample)).await?;
        Ok(u16::try_from(returns::count(&class)?)?)
    }

    /// One model, folded from its events.
    ///
    /// # Errors
    /// When there is none.
    pub async fn shared_model(&self, model: Address) -> Result<Model> {
        Model::fold(&self.events_of_model(model).await?)?.with_context(|| format!("there is no model {model}"))
    }

    /// All events of a model, its creation first.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn events_of_model(&self, model: Address) -> Result<Vec<LoggedEvent>> {
        let factory = self.deployment.demand(shared_model::MODEL_FACTORY)?;
        let mut word = [0; 32];
        word[12..].copy_from_slice(&model.0);
        let created = Filter::of([factory]).topic([decode::created_topic()]).topic([Digest(word)]);
        let mut found = Vec::new();
        for log in self.logs(&created).await? {
            if let Some((model, event)) = decode::created(&log.raw)? {
                found.push(log.place(model, event));
            }
        }
        for log in self.logs(&Filter::of([model])).await? {
            if let Some(event) = decode::decode(&log.raw)? {
                found.push(log.place(model, event));
            }
        }
        Ok(found)
    }
}
