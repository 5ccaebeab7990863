//! A whole model as what its events are folded into.

use protocol::{Address, Amount, Digest};

use super::{
    Account, Contribution, Model, Proposal,
    fold::{Store, evaluate},
};
use crate::events::{LoggedEvent, TakePath};

impl Store for Model {
    fn owner(&self) -> Address {
        self.owner
    }

    fn loaded(&mut self) -> &mut u32 {
        &mut self.loaded
    }

    fn ready(&mut self) -> &mut bool {
        &mut self.ready
    }

    fn classes(&mut self) -> &mut u16 {
        &mut self.classes
    }

    fn points(&mut self) -> &mut u64 {
        &mut self.total_good
    }

    fn account(&mut self, account: &Address) -> &mut Account {
        self.accounts.entry(*account).or_default()
    }

    fn contribute(&mut self, contribution: Contribution, _: bool) {
        // What the model knew says nothing of how much it is asked to learn. In a market nothing is taught yet.
        if !contribution.record.known || self.market.is_some() {
            self.last = contribution.record.at;
        }
        self.positions.insert(contribution.record.key, self.contributions.len());
        self.contributions.push(contribution);
    }

    fn contribution(&mut self, key: &Digest) -> Option<&mut Contribution> {
        self.contributions.get_mut(*self.positions.get(key)?)
    }

    fn took(&mut self, key: &Digest, taker: &Address, amount: Amount, path: TakePath) {
        if let Some(contribution) = Store::contribution(self, key) {
            contribution.takes.push((*taker, amount, path));
        }
    }

    fn evaluate_all(&mut self) {
        self.contributions.iter_mut().for_each(evaluate);
    }

    fn proposals(&self) -> u64 {
        self.proposals.len() as u64
    }

    fn propose(&mut self, proposal: Proposal) {
        self.proposals.push(proposal);
    }

    fn support(&mut self, proposal: u64, supporter: &Address, weight: u64) -> Option<()> {
        let found = self.proposals.iter_mut().find(|found| found.id == proposal)?;
        found.support = found.support.saturating_add(weight);
        found.supporters.insert(*supporter);
        Some(())
    }

    fn accept(&mut self, proposal: u64, index: u16) -> Option<()> {
        self.proposals.iter_mut().find(|found| found.id == proposal)?.index = Some(index);
        Some(())
    }

    fn post_market(&mut self, _: Amount, logged: &LoggedEvent) {
        self.begin_market(logged);
    }

    fn escrowed(&mut self) -> Option<&mut Amount> {
        self.market.as_mut().map(|market| &mut market.escrowed)
    }

    fn show_market(&mut self, logged: &LoggedEvent) {
        if let Some(market) = &mut self.market {
            market.show(logged);
        }
    }
}
