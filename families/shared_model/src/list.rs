//! The lists of shared models and of what a model was taught: which rows a query finds, and in which order. The server
//! says the same in SQL (`server/src/families/shared_model/`), and tests hold the two equal.

use std::cmp::Reverse;

use protocol::{Address, Amount, order::arrange, search};

use crate::{
    Model,
    api::{AccountModel, ContributionQuery, ContributionSort, ContributionState, ModelQuery, ModelRow, ModelSort},
    state::{Contribution, Ending},
};

/// A model as the list shows it, with what only the query looks at.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedModel {
    /// What the list shows.
    pub row: ModelRow,
    /// Block of its creation, and the place in that block: newer models come later.
    pub created: (u64, u64),
    /// Who ever contributed.
    pub contributors: Vec<Address>,
}

impl ListedModel {
    /// A model as its events tell it: name, description and accuracy come from elsewhere.
    pub fn of(model: &Model, created: (u64, u64)) -> Self {
        let contributors: Vec<_> =
            model.accounts.iter().filter(|(_, account)| account.contributions > 0).map(|(who, _)| *who).collect();
        let row = ModelRow {
            address: model.address,
            name: None,
            description: None,
            owner: model.owner,
            classifier: model.shape.kind,
            incentive: model.incentive,
            ready: model.ready,
            contributions: model.contributions.len() as u64,
            contributors: contributors.len() as u64,
            accuracy: None,
            created_at: model.created_at,
        };
        Self { row, created, contributors }
    }
}

impl ModelQuery {
    /// All rows that match, in order; `offset` and `limit` are left to whoever shows them.
    pub fn select(&self, models: impl IntoIterator<Item = ListedModel>) -> Vec<ModelRow> {
        let search = search::searchable(self.search.as_deref());
        let mut found: Vec<ListedModel> =
            models.into_iter().filter(|model| self.wants(model, search.as_deref())).collect();
        found.sort_by_key(|model| Reverse(model.created));
        let reverse = self.reverse.unwrap_or_default();
        match self.sort.unwrap_or_default() {
            ModelSort::Newest => arrange(&mut found, reverse, |_| Some(())),
            ModelSort::Accuracy => arrange(&mut found, reverse, |model| millionths(&model.row).map(Reverse)),
            ModelSort::Contributors => arrange(&mut found, reverse, |model| Some(Reverse(model.row.contributors))),
            ModelSort::Contributions => arrange(&mut found, reverse, |model| Some(Reverse(model.row.contributions))),
        }
        found.into_iter().map(|model| model.row).collect()
    }

    fn wants(&self, model: &ListedModel, search: Option<&str>) -> bool {
        let ListedModel { row, contributors, .. } = model;
        self.classifier.is_none_or(|kind| kind == row.classifier)
            && self.incentive.is_none_or(|kind| kind == row.incentive)
            && self.ready.is_none_or(|ready| ready == row.ready)
            && self.person.is_none_or(|person| person == row.owner || contributors.contains(&person))
            && search.is_none_or(|search| {
                let texts = [row.name.clone(), row.description.clone()].into_iter().flatten();
                search::found(search, texts.chain([row.address.to_string(), row.owner.to_string()]))
            })
    }
}

impl AccountModel {
    /// What an account has to do with a model; `None` where that is nothing. The name comes from elsewhere.
    pub fn of(model: &Model, account: &Address) -> Option<Self> {
        let own = model.account(account);
        let part = Self {
            model: model.address,
            name: None,
            incentive: model.incentive,
            is_owner: model.owner == *account,
            contributions: own.contributions,
            points: own.good,
            earned: own.earned,
        };
        (part.is_owner || part.contributions > 0 || part.earned > Amount::ZERO).then_some(part)
    }

    /// Of one account in all models, each with the block of its creation and the place in that block; the newest first.
    pub fn all<'a>(models: impl IntoIterator<Item = (&'a Model, (u64, u64))>, account: &Address) -> Vec<Self> {
        let mut parts: Vec<_> = models
            .into_iter()
            .filter_map(|(model, created)| Self::of(model, account).map(|part| (created, part)))
            .collect();
        parts.sort_by_key(|(created, _)| Reverse(*created));
        parts.into_iter().map(|(_, part)| part).collect()
    }
}

/// Parts in a million that are right, rounded down; those without a count come last.
fn millionths(row: &ModelRow) -> Option<u64> {
    let accuracy = row.accuracy.as_ref().filter(|accuracy| accuracy.total > 0)?;
    Some(u64::from(accuracy.correct) * 1_000_000 / u64::from(accuracy.total))
}

impl ContributionState {
    /// Of a contribution that ended so, or has not.
    pub fn of(ending: Option<&Ending>) -> Self {
        match ending {
            None => Self::Open,
            Some(Ending::Refunded { .. }) => Self::Refunded,
            Some(Ending::Taken) => Self::Taken,
            Some(Ending::Evaluated) => Self::Settled,
        }
    }
}

impl ContributionQuery {
    /// All contributions of a model that match at a moment, in order; `offset` and `limit` are left to whoever shows
    /// them. Texts of originals are not on chain, so a search finds keys and contributors only.
    pub fn select<'a>(&self, model: &'a Model, now: u64) -> Vec<&'a Contribution> {
        let search = search::searchable(self.search.as_deref());
        let mut found: Vec<&Contribution> =
            model.contributions.iter().filter(|c| self.wants(model, c, search.as_deref(), now)).collect();
        match self.sort.unwrap_or_default() {
            ContributionSort::Oldest => {}
            ContributionSort::Newest => found.reverse(),
            ContributionSort::Deposit => {
                found.reverse();
                found.sort_by_key(|c| Reverse(c.record.initial));
            }
        }
        found
    }

    fn wants(&self, model: &Model, contribution: &Contribution, search: Option<&str>, now: u64) -> bool {
        let record = &contribution.record;
        self.contributor.is_none_or(|who| who == record.contributor)
            && self.label.is_none_or(|label| label == record.label)
            && self.state.is_none_or(|state| state == ContributionState::of(contribution.ending.as_ref()))
            // As far as times, points and what was done before decide: the model is taken to disagree.
            && self.claimable_by.is_none_or(|who| {
                model.report(&who, &record.key, now, || !record.label).is_ok()
                    || model.take(&who, &record.key, now, || !record.label).is_ok()
            })
            && search.is_none_or(|search| {
                search::found(search, [record.key.to_string(), record.contributor.to_string()])
            })
    }
}
