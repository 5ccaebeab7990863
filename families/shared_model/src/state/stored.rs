//! A model as its contracts store it: what predicting and teaching need, however long its history is.

use super::{Account, FoldError, Model};
use crate::{
    IncentiveKind, LoggedEvent,
    returns::shared::{ChainAccount, ChainTotals},
};
use protocol::Address;

/// What the contracts of a model store now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredModel {
    pub totals: ChainTotals,
    /// Whether the start is complete.
    pub ready: bool,
    /// Classes now.
    pub classes: u16,
    /// A person in it.
    pub person: Option<(Address, ChainAccount)>,
}

impl StoredModel {
    /// The model as far as predicting, teaching and withdrawing need it, from its creation and what is stored.
    /// Contributions, other accounts and proposals are not in it. `None` for an event that is no creation, and for a
    /// prediction market, whose terms come with its posts.
    ///
    /// # Errors
    /// [`FoldError`] where the event is of another history.
    pub fn as_model(&self, created: &LoggedEvent) -> Result<Option<Model>, FoldError> {
        let mut model = None;
        Model::apply(&mut model, created)?;
        let Some(mut model) = model.filter(|model| model.incentive != IncentiveKind::Market) else { return Ok(None) };
        (model.ready, model.classes) = (self.ready, self.classes);
        (model.last, model.total_good) = (self.totals.last, self.totals.good);
        if let Some((person, ChainAccount { balance, good })) = self.person {
            model.accounts.insert(person, Account { balance, good, ..Account::default() });
        }
        Ok(Some(model))
    }
}
