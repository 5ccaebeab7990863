//! A family of contracts, as the development chain sees it.
//!
//! What is common to all families (the node, accounts, transactions, publishing) names none of them. What a family adds
//! is one type that implements [`Family`], registered by one line in [`crate::families`].

use std::{path::Path, sync::Arc};

use anyhow::Result;
use async_trait::async_trait;
use contracts::refusal::Refusals;

use crate::{agents::Agents, chain::Chain};

/// What a family of contracts adds to a development chain.
#[async_trait]
pub trait Family: Send + Sync + 'static {
    /// Its name; the server's family has the same where there is one.
    fn name(&self) -> &'static str;

    /// Sentences for the errors of its contracts.
    fn refusals(&self) -> Refusals;

    /// The creation code of every contract that it deploys, by Solidity name, with zeros for addresses that are told to
    /// constructors: by it a chain of an earlier version is known.
    ///
    /// # Errors
    /// When a committed artifact is damaged.
    fn code(&self) -> Result<Vec<(&'static str, Vec<u8>)>>;

    /// Deploys its contracts with [`Chain::deploy_as`], which leaves those alone that are there already and were told of no
    /// contract that has another address now. Contracts of families before it are deployed.
    ///
    /// # Errors
    /// When the node refuses.
    async fn deploy(&self, chain: &mut Chain) -> Result<()>;

    /// Plays what a newcomer finds of it; nothing unless a family says otherwise. The first accounts of the mnemonic
    /// stay untouched, for the person in front of the page; the last ones play.
    ///
    /// # Errors
    /// When chain or server refuses.
    async fn play(&self, _samples: &Samples<'_>) -> Result<()> {
        Ok(())
    }
}

/// What samples are played with.
#[derive(Clone, Copy)]
pub struct Samples<'a> {
    pub chain: &'a Chain,
    /// A server that indexes the chain, e.g. `http://127.0.0.1:8080`.
    pub server: &'a str,
    /// The folder `public/`, with data sets and models.
    pub public: &'a Path,
    /// The programs of organisations that learn together, where there are any.
    pub agents: Option<&'a Agents>,
    /// Hears what is played next, a fragment of a sentence.
    pub report: &'a (dyn Fn(&str) + Sync),
}

/// Families in the order in which they are deployed and their samples are played; cheap to clone.
#[derive(Clone, Default)]
pub struct Families(Vec<Arc<dyn Family>>);

impl Families {
    /// With one more, after the others.
    #[must_use]
    pub fn and(mut self, family: impl Family) -> Self {
        self.0.push(Arc::new(family));
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = &dyn Family> {
        self.0.iter().map(|family| &**family)
    }

    /// Sentences for the errors of all of them.
    pub fn refusals(&self) -> Vec<Refusals> {
        self.iter().map(|family| family.refusals()).collect()
    }
}
