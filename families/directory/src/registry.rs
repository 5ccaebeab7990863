//! Organisations, data sets and grants together: every call of the three contracts, by the rules.

use std::collections::BTreeMap;

use contracts::Refused;
use protocol::{Address, Amount, Digest, Numbered};

use crate::{Charge, Dataset, DatasetEvent, DatasetTerms, DirectoryEvent, Grant, GrantEvent, GrantTerms, Organisation};

/// All that the three contracts store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registry {
    pub organisations: BTreeMap<Address, Organisation>,
    pub datasets: Numbered<Dataset>,
    pub grants: Numbered<Grant>,
    /// The contract that alone charges grants.
    pub tasks: Address,
}

/// What one of them says, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Organisation(Address, DirectoryEvent),
    Dataset(u64, DatasetEvent),
    Grant(u64, GrantEvent),
}

impl Event {
    /// What it is about, as the family's subjects are named: `organisation:0x…`, `dataset:7`, `grant:7`.
    pub fn subject(&self) -> String {
        match self {
            Self::Organisation(account, _) => subject::organisation(*account),
            Self::Dataset(id, _) => subject::dataset(*id),
            Self::Grant(id, _) => subject::grant(*id),
        }
    }
}

/// Subjects of the family.
pub mod subject {
    use protocol::Address;

    pub fn organisation(account: Address) -> String {
        format!("organisation:{account}")
    }

    pub fn dataset(id: u64) -> String {
        format!("dataset:{id}")
    }

    pub fn grant(id: u64) -> String {
        format!("grant:{id}")
    }
}

/// A call of one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    Join { profile: Digest, key: Digest },
    Leave,
    SetProfile { profile: Digest },
    SetKey { key: Digest },
    Publish(DatasetTerms),
    SetPrices { dataset: u64, per_use: Amount, per_day: Amount },
    Revoke { dataset: u64 },
    ApplyFor { dataset: u64, purpose: Digest, terms: GrantTerms },
    Withdraw { grant: u64 },
    Approve { grant: u64, fee: Amount },
    Refuse { grant: u64, reason: String },
    Hold { grants: Vec<u64>, covered: u64, facts: u32, rows: u32 },
    Consume { grants: Vec<u64>, covered: u64 },
    Release { grants: Vec<u64>, covered: u64, facts: u32, rows: u32 },
}

impl Registry {
    /// What a call would say, or why it is refused. Nothing is changed: see [`Self::apply`].
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn decide(&self, caller: Address, now: u64, what: &Move) -> Result<Vec<Event>, Refused> {
        let me = self.organisations.get(&caller);
        let mine = |event| vec![Event::Organisation(caller, event)];
        Ok(match what {
            Move::Join { profile, key } => mine(Organisation::join(me, caller, *profile, *key)?),
            Move::Leave => mine(Organisation::leave(me, caller)?),
            Move::SetProfile { profile } => mine(Organisation::set_profile(me, caller, *profile)?),
            Move::SetKey { key } => mine(Organisation::set_key(me, caller, *key)?),
            Move::Publish(terms) => {
                vec![Event::Dataset(self.datasets.last() + 1, Dataset::publish(me, caller, terms)?)]
            }
            Move::SetPrices { dataset, per_use, per_day } => {
                let event = Dataset::set_prices(self.dataset(*dataset), *dataset, caller, (*per_use, *per_day))?;
                vec![Event::Dataset(*dataset, event)]
            }
            Move::Revoke { dataset } => {
                vec![Event::Dataset(*dataset, Dataset::revoke(self.dataset(*dataset), *dataset, caller)?)]
            }
            Move::ApplyFor { dataset, purpose, terms } => {
                let open = self.open(*dataset, caller, *purpose, now);
                let asked = (*dataset, caller, *purpose, terms);
                let event = Grant::apply_for(self.dataset(*dataset), open, now, asked)?;
                vec![Event::Grant(self.grants.last() + 1, event)]
            }
            Move::Withdraw { grant } => vec![Event::Grant(*grant, self.existing(*grant)?.0.withdraw(*grant, caller)?)],
            Move::Approve { grant, fee } => {
                let (found, dataset) = self.existing(*grant)?;
                vec![Event::Grant(*grant, found.approve(*grant, dataset, caller, now, *fee)?)]
            }
            Move::Refuse { grant, reason } => {
                let (found, dataset) = self.existing(*grant)?;
                vec![Event::Grant(*grant, found.refuse(*grant, dataset, caller, reason)?)]
            }
            Move::Hold { grants, covered, facts, rows } => {
                self.by_tasks(caller)?;
                let charge = |covered| Charge { covered, facts: *facts, rows: *rows };
                self.charge(grants, *covered, |id, grant, dataset, covered| {
                    grant.may_hold(id, dataset, now, charge(covered))?;
                    Ok(Some(grant.hold(charge(covered))))
                })?
            }
            Move::Consume { grants, covered } => {
                self.by_tasks(caller)?;
                self.charge(grants, *covered, |_, grant, _, covered| Ok((!covered).then(|| grant.consume())))?
            }
            Move::Release { grants, covered, facts, rows } => {
                self.by_tasks(caller)?;
                self.charge(grants, *covered, |_, grant, _, covered| {
                    Ok(Some(grant.release(Charge { covered, facts: *facts, rows: *rows })))
                })?
            }
        })
    }

    /// Takes in what was said at a moment.
    pub fn apply(&mut self, event: &Event, at: u64) {
        match event {
            Event::Organisation(account, event) => {
                let before = self.organisations.remove(account);
                if let Some(after) = Organisation::after(before, event, at) {
                    self.organisations.insert(*account, after);
                }
            }
            Event::Dataset(id, event) => {
                put(&mut self.datasets, *id, |before| Dataset::after(before, event, at));
            }
            Event::Grant(id, event) => put(&mut self.grants, *id, |before| Grant::after(before, event)),
        }
    }

    /// A data set by its number.
    pub fn dataset(&self, id: u64) -> Option<&Dataset> {
        self.datasets.get(id)
    }

    /// A grant by its number, with its data set.
    pub fn grant(&self, id: u64) -> Option<(&Grant, &Dataset)> {
        let grant = self.grants.get(id)?;
        Some((grant, self.dataset(grant.dataset)?))
    }

    /// The grant that keeps the same from being applied for.
    pub fn open(&self, dataset: u64, user: Address, purpose: Digest, now: u64) -> Option<u64> {
        let same = |grant: &Grant| (grant.dataset, grant.user, grant.purpose) == (dataset, user, purpose);
        let (id, newest) = self.grants.iter().rfind(|(_, grant)| same(grant))?;
        newest.is_open(now).then_some(id)
    }

    fn existing(&self, id: u64) -> Result<(&Grant, &Dataset), Refused> {
        self.grant(id).ok_or_else(|| Refused::new("NoSuchGrant(uint64)", [id.into()]))
    }

    fn by_tasks(&self, caller: Address) -> Result<(), Refused> {
        if caller == self.tasks { Ok(()) } else { Err(Refused::new("NotTasks(address)", [caller.into()])) }
    }

    /// What is said of several grants; all or none. The contract of tasks names none twice.
    fn charge(
        &self,
        grants: &[u64],
        covered: u64,
        event: impl Fn(u64, &Grant, &Dataset, bool) -> Result<Option<GrantEvent>, Refused>,
    ) -> Result<Vec<Event>, Refused> {
        let mut said = Vec::new();
        for (place, id) in grants.iter().enumerate() {
            let Some((grant, dataset)) = self.grant(*id) else {
                return Err(Refused::new("WrongGrantState(uint64,uint8)", [(*id).into(), 0u8.into()]));
            };
            said.extend(event(*id, grant, dataset, covered >> place & 1 == 1)?.map(|event| Event::Grant(*id, event)));
        }
        Ok(said)
    }
}

/// Puts what follows in the place of a number.
fn put<T: Clone>(all: &mut Numbered<T>, id: u64, after: impl FnOnce(Option<T>) -> Option<T>) {
    if let Some(after) = after(all.get(id).cloned()) {
        all.put(id, after);
    }
}
