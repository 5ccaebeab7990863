//! A model as its contracts store it: what people do to it needs no history, however long that is. What events alone tell,
//! such as samples, has to be named by somebody; the contract says whether it is so.

mod contribution;
mod market;

use contracts::abi::DecodeError;
use protocol::{Address, Digest};

use super::{Account, FoldError, Model, Proposal};
use crate::{
    Event, IncentiveKind, LoggedEvent, calls,
    returns::{
        self,
        shared::{ChainAccount, ChainProposal, ChainTotals},
    },
};

pub use contribution::{NamedContribution, StoredContribution};
pub use market::StoredMarket;

/// Of proposed classes so many are asked for, the newest: anybody can propose any number.
pub const MOST_PROPOSALS: u64 = 20;

/// What is to be known of a model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Who looks at it.
    pub person: Option<Address>,
    /// Whether proposed classes matter.
    pub proposals: bool,
    /// What the person has committed to in its market, as this browser knows it.
    pub commitments: Vec<Digest>,
    /// Contributions that somebody names.
    pub contributions: Vec<NamedContribution>,
}

/// What the contracts of a model store now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredModel {
    pub totals: ChainTotals,
    /// Words of the start that are loaded.
    pub loaded: u32,
    /// Whether the start is complete.
    pub ready: bool,
    /// Classes now.
    pub classes: u16,
    /// A person in it.
    pub person: Option<(Address, ChainAccount)>,
    pub proposals: Vec<StoredProposal>,
    /// The market that was posted last, if any.
    pub market: Option<StoredMarket>,
    /// Those that were named and that there are.
    pub contributions: Vec<StoredContribution>,
}

/// A proposed class as the contract stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProposal {
    /// 1 for the first one.
    pub id: u64,
    pub proposal: ChainProposal,
    /// Whether the person has put points behind it.
    pub supported: bool,
}

impl StoredModel {
    /// Asks the contracts of a model, whose creation is given; `None` for another event. `ask` puts a call to a contract.
    ///
    /// # Errors
    /// What asking or reading an answer failed with.
    pub async fn read<E: From<DecodeError>>(
        created: &LoggedEvent,
        wanted: &Wanted,
        ask: impl AsyncFn(Address, Vec<u8>) -> Result<Vec<u8>, E>,
    ) -> Result<Option<Self>, E> {
        let Event::Created { owner, classifier, incentive, .. } = &created.event else { return Ok(None) };
        let (model, part) = (created.subject, async |data| ask(*classifier, data).await);
        let entry = async |data| ask(model, data).await;
        let totals = returns::shared::totals(&entry(calls::shared::totals()).await?)?;
        let ready = contracts::returns::boolean(&part(calls::classifier::ready()).await?)?;
        let classes = contracts::returns::count(&part(calls::classifier::classes()).await?)?;
        let loaded = contracts::returns::count(&part(calls::classifier::loaded()).await?)?;
        let person = match wanted.person {
            Some(person) => Some((person, returns::shared::account(&entry(calls::shared::account(person)).await?)?)),
            None => None,
        };
        let proposals = match wanted.proposals {
            true => Self::proposals(wanted.person, entry).await?,
            false => Vec::new(),
        };
        let market = match incentive {
            IncentiveKind::Market => {
                let is_owner = wanted.person == Some(*owner);
                StoredMarket::read(is_owner, !wanted.commitments.is_empty(), entry).await?
            }
            IncentiveKind::Deposit | IncentiveKind::Points => None,
        };
        let mut contributions = Vec::new();
        for named in &wanted.contributions {
            contributions.extend(StoredContribution::read(named, wanted.person, entry, part).await?);
        }
        let (classes, loaded) = (u16::try_from(classes).unwrap_or(u16::MAX), u32::try_from(loaded).unwrap_or(u32::MAX));
        Ok(Some(Self { totals, loaded, ready, classes, person, proposals, market, contributions }))
    }

    /// The newest proposals that were not accepted.
    async fn proposals<E: From<DecodeError>>(
        person: Option<Address>,
        ask: impl AsyncFn(Vec<u8>) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<StoredProposal>, E> {
        let count = contracts::returns::count(&ask(calls::shared::proposals()).await?)?;
        let mut proposals = Vec::new();
        for id in count.saturating_sub(MOST_PROPOSALS) + 1..=count {
            let proposal = returns::shared::proposal(&ask(calls::shared::proposal(id)).await?)?;
            if proposal.added {
                continue;
            }
            let supported = match person {
                Some(person) => contracts::returns::boolean(&ask(calls::shared::supported(id, person)).await?)?,
                None => false,
            };
            proposals.push(StoredProposal { id, proposal, supported });
        }
        Ok(proposals)
    }

    /// The model as far as people need it to act: from its creation, what is stored, and `commitments` of the person in
    /// its market. Other accounts, contributions that nobody named and accepted proposals are not in it. `None` for an
    /// event that is no creation.
    ///
    /// # Errors
    /// [`FoldError`] where the event is of another history.
    pub fn as_model(&self, created: &LoggedEvent, commitments: &[Digest]) -> Result<Option<Model>, FoldError> {
        let mut model = None;
        Model::apply(&mut model, created)?;
        let Some(mut model) = model else { return Ok(None) };
        (model.ready, model.classes, model.loaded) = (self.ready, self.classes, self.loaded);
        (model.last, model.total_good) = (self.totals.last, self.totals.good);
        let person = self.person.as_ref().map(|(person, _)| *person);
        if let Some((person, ChainAccount { balance, good })) = self.person {
            model.accounts.insert(person, Account { balance, good, ..Account::default() });
        }
        model.proposals = self.proposals.iter().map(|stored| stored.as_proposal(person)).collect();
        model.market = self.market.as_ref().map(|market| market.as_market(person, commitments));
        for stored in &self.contributions {
            let contribution = stored.as_contribution(person);
            model.positions.insert(contribution.record.key, model.contributions.len());
            model.contributions.push(contribution);
        }
        Ok(Some(model))
    }
}

impl StoredProposal {
    /// Who proposed it is in the event alone.
    fn as_proposal(&self, person: Option<Address>) -> Proposal {
        let ChainProposal { name, support, at, .. } = &self.proposal;
        Proposal {
            support: *support,
            supporters: person.filter(|_| self.supported).into_iter().collect(),
            ..Proposal::new(self.id, Address::ZERO, name.clone(), *at)
        }
    }
}
