//! The rows of shared models: the events of a batch applied to what they touch.
//!
//! A model may have very many contributions, so only those that a batch names are read and written. What an event does
//! is said in [`shared_model::state::fold`], which works on what was read as it does on a whole model.

use std::collections::{BTreeMap, BTreeSet};

use ::shared_model::{
    Event, FAMILY, FoldError, LoggedEvent, TakePath,
    api::ProposedClass,
    state::{
        Account, Contribution, Proposal,
        fold::{self, Store},
    },
};
use protocol::{Address, Amount, Digest};
use sqlx::AnyConnection;

use super::{rows::Touched, state::ModelState};
use crate::indexer::{Gap, IndexError};

/// Applies events, in order, and writes what they changed.
pub(super) async fn apply(tx: &mut AnyConnection, events: &[&LoggedEvent]) -> Result<(), IndexError> {
    let mut touched = Touched::default();
    let (mut models, mut records, mut accounts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for LoggedEvent { subject: model, event, .. } in events.iter().copied() {
        models.insert(*model);
        match event {
            Event::Contributed { contributor: account, .. }
            | Event::Committed { contributor: account, .. }
            | Event::ToppedUp { account, .. }
            | Event::Credited { account, .. }
            | Event::Withdrawn { account, .. } => {
                accounts.insert((*model, *account));
            }
            Event::Reported { key, .. } => {
                records.insert((*model, *key));
            }
            Event::Refunded { contributor: account, key, .. } | Event::Taken { taker: account, key, .. } => {
                records.insert((*model, *key));
                accounts.insert((*model, *account));
            }
            _ => {}
        }
    }
    touched.load_models(tx, &models).await?;
    // What a model says while it is made comes before the factory's word in the block.
    for logged in events {
        if let Some(state) = ModelState::created(logged) {
            touched.models.insert(logged.subject, state);
        }
    }
    accounts.extend(touched.models.iter().map(|(model, state)| (*model, state.owner)));
    touched.load_contributions(tx, &records).await?;
    touched.load_accounts(tx, &accounts).await?;
    for logged in events {
        let applied = touched.of_model(logged.subject).and_then(|mut model| fold::apply(&mut model, logged));
        applied.map_err(|error| gap(&logged.subject, &error))?;
    }
    touched.write(tx).await
}

/// What is missing was made before: the history is read again from the model's creation on, if that is known.
fn gap(model: &Address, error: &FoldError) -> IndexError {
    let reason = error.to_string();
    IndexError::Gap(match error {
        FoldError::NotCreated(_) => Gap::anywhere(FAMILY, reason),
        _ => Gap::since(FAMILY, model.to_string(), reason),
    })
}

impl Touched {
    fn of_model(&mut self, address: Address) -> Result<OfModel<'_>, FoldError> {
        let state = self.models.get_mut(&address).ok_or(FoldError::NotCreated(address))?;
        let Self { contributions, accounts, takes, evaluated, .. } = self;
        Ok(OfModel { address, state, contributions, accounts, takes, evaluated })
    }
}

/// What a batch touches of one model.
struct OfModel<'a> {
    address: Address,
    state: &'a mut ModelState,
    contributions: &'a mut BTreeMap<(Address, Digest), (u64, Contribution)>,
    accounts: &'a mut BTreeMap<(Address, Address), Account>,
    takes: &'a mut BTreeMap<(Address, Digest, Address), Amount>,
    evaluated: &'a mut BTreeSet<Address>,
}

impl Store for OfModel<'_> {
    fn owner(&self) -> Address {
        self.state.owner
    }

    fn loaded(&mut self) -> &mut u32 {
        &mut self.state.loaded
    }

    fn ready(&mut self) -> &mut bool {
        &mut self.state.ready
    }

    fn classes(&mut self) -> &mut u16 {
        &mut self.state.classes
    }

    fn points(&mut self) -> &mut u64 {
        &mut self.state.points
    }

    fn account(&mut self, account: &Address) -> &mut Account {
        self.accounts.entry((self.address, *account)).or_default()
    }

    fn contribute(&mut self, contribution: Contribution, first: bool) {
        self.state.contributions += 1;
        self.state.contributors += u64::from(first);
        self.contributions.insert((self.address, contribution.record.key), (self.state.contributions, contribution));
    }

    fn contribution(&mut self, key: &Digest) -> Option<&mut Contribution> {
        self.contributions.get_mut(&(self.address, *key)).map(|(_, contribution)| contribution)
    }

    fn took(&mut self, key: &Digest, taker: &Address, amount: Amount, _: TakePath) {
        self.takes.insert((self.address, *key, *taker), amount);
    }

    fn evaluate_all(&mut self) {
        self.evaluated.insert(self.address);
        let all = (self.address, Digest::ZERO)..=(self.address, Digest([0xff; 32]));
        self.contributions.range_mut(all).for_each(|(_, (_, contribution))| fold::evaluate(contribution));
    }

    fn proposals(&self) -> u64 {
        self.state.proposals.len() as u64
    }

    fn propose(&mut self, Proposal { id, name, at, support, index, .. }: Proposal) {
        self.state.proposals.push(ProposedClass { proposal: id, name, at, support, index });
    }

    fn support(&mut self, proposal: u64, _: &Address, weight: u64) -> Option<()> {
        let found = self.state.proposals.iter_mut().find(|found| found.proposal == proposal)?;
        found.support = found.support.saturating_add(weight);
        Some(())
    }

    fn accept(&mut self, proposal: u64, index: u16) -> Option<()> {
        self.state.proposals.iter_mut().find(|found| found.proposal == proposal)?.index = Some(index);
        Some(())
    }

    fn post_market(&mut self, bounty: Amount, _: &LoggedEvent) {
        self.state.escrowed = Some(bounty);
    }

    fn escrowed(&mut self) -> Option<&mut Amount> {
        self.state.escrowed.as_mut()
    }

    /// Its course is for who replays it.
    fn show_market(&mut self, _: &LoggedEvent) {}
}
