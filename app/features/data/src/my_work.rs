//! What the connected account has of organisations, data sets and grants, and what it has to do about grants. Found by its own
//! events and asked of the contracts, by code of the third file; the server only names grants that a node may have left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use app_core::{
    chain::{ChainError, Clock, Reader},
    components::time::Moment,
    parts::{Denied, MyParts, NOT_READ, Parts, Unread},
    routes, server,
    tasks::{Coming, Task},
};
use app_ui::messages::empty::Ghost;
use directory::{
    Dataset, FAMILY, Grant, GrantState, Organisation,
    api::{GrantQuery, GrantRow},
    subject,
};
use leptos::prelude::*;
use protocol::Address;

use crate::names;

/// Rows that the server is asked for at once, its most.
const ROWS: u64 = 100;

/// What the connected account has of this family, shared through the context.
pub type MyWork = MyParts<Own>;

/// Organisations, data sets and grants as something that accounts take part in.
#[derive(Clone, Copy)]
pub struct Own {
    /// In which block each grant was applied for, as far as that was told.
    begun: StoredValue<BTreeMap<u64, u64>>,
    denied: Denied<Id>,
    unread: Unread<Id>,
}

impl Own {
    pub fn new() -> Self {
        let unread = Unread::none(|id: &Id| match id {
            Id::Organisation(account) => ("organisation", account.short()),
            Id::Dataset(number) => ("data set", number.to_string()),
            Id::Grant(number) => ("grant", number.to_string()),
        });
        Self { begun: StoredValue::new(BTreeMap::new()), denied: Denied::none(), unread }
    }
}

/// As the family names its subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Id {
    Organisation(Address),
    Dataset(u64),
    Grant(u64),
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::Organisation(account) => subject::organisation(*account),
            Self::Dataset(id) => subject::dataset(*id),
            Self::Grant(id) => subject::grant(*id),
        })
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// The account's own, once it has joined.
    Organisation(Address, Organisation),
    /// One that it has published.
    Dataset(u64, Dataset),
    /// One that it has applied for, or one on its data sets.
    Grant(Box<OwnGrant>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct OwnGrant {
    pub id: u64,
    pub grant: Grant,
    pub dataset: Dataset,
}

impl Parts for Own {
    const FAMILY: &'static str = FAMILY;
    type Id = Id;
    type Part = Part;

    fn id(part: &Part) -> Id {
        match part {
            Part::Organisation(account, _) => Id::Organisation(*account),
            Part::Dataset(id, _) => Id::Dataset(*id),
            Part::Grant(grant) => Id::Grant(grant.id),
        }
    }

    async fn found(self, reader: Reader, account: Address, thorough: bool) -> Result<BTreeSet<Id>, String> {
        // A deployment of before has no data sets.
        if reader.deployment().contract(directory::GRANTS).is_none() {
            return Ok(BTreeSet::new());
        }
        let found = reader.own(account).await.map_err(|error| error.to_string())?;
        let mut ids: BTreeSet<Id> = found.grants.keys().map(|id| Id::Grant(*id)).collect();
        ids.extend(found.datasets.keys().map(|id| Id::Dataset(*id)));
        self.begun.set_value(found.grants);
        if thorough {
            let mut named = rows(account).await.into_iter().map(|row| Id::Grant(row.id)).collect();
            self.denied.sift(account, &mut named);
            ids.extend(named);
        }
        ids.insert(Id::Organisation(account));
        if thorough {
            self.unread.keep_only(&ids);
        }
        Ok(ids)
    }

    async fn read(
        self,
        reader: Reader,
        account: Address,
        ids: BTreeSet<Id>,
        mut known: BTreeMap<Id, Part>,
        _thorough: bool,
    ) -> Result<Vec<Part>, String> {
        let mut parts = Vec::new();
        let mut grants = BTreeSet::new();
        for id in &ids {
            let read = match id {
                Id::Organisation(account) => reader
                    .organisation(*account)
                    .await
                    .map(|found| found.map(|organisation| Part::Organisation(*account, organisation))),
                Id::Dataset(number) => match known.remove(id) {
                    Some(Part::Dataset(id, dataset)) if dataset.revoked => Ok(Some(Part::Dataset(id, dataset))),
                    _ => {
                        reader.dataset(*number).await.map(|found| found.map(|dataset| Part::Dataset(*number, dataset)))
                    }
                },
                Id::Grant(number) => match known.remove(id) {
                    Some(Part::Grant(grant)) if is_over(&grant) => Ok(Some(Part::Grant(grant))),
                    _ => {
                        grants.insert(*number);
                        continue;
                    }
                },
            };
            // The others have deadlines of their own.
            parts.extend(self.unread.take_down(*id, read).flatten());
        }
        let read = self.read_grants(reader, account, &grants).await;
        parts.extend(read.into_iter().map(|grant| Part::Grant(Box::new(grant))));
        // What could not be read may be there.
        let asked = grants.into_iter().map(Id::Grant).filter(|id| !self.unread.has(id)).collect();
        self.denied.asked(account, &asked, |id| parts.iter().any(|part| Self::id(part) == *id));
        self.unread.rest(&ids, parts)
    }

    fn unread(self) -> Option<(BTreeSet<Id>, String)> {
        self.unread.said()
    }

    async fn titles(self, account: Address) -> Vec<(Id, String)> {
        let rows = rows(account).await.into_iter();
        rows.filter_map(|row| Some((Id::Grant(row.id), row.dataset_name?))).collect()
    }

    fn tasks(part: &Part, account: &Address, now: u64, title: Option<&str>) -> Vec<Task> {
        let Part::Grant(part) = part else { return Vec::new() };
        let OwnGrant { id, grant, dataset } = &**part;
        let task = |action, otherwise: &'static str| Task {
            key: format!("grant {id} {action}"),
            action,
            href: routes::grant(*id),
            about: match title {
                Some(title) => format!("grant {id} on {title}"),
                None => format!("grant {id} on data set {}", grant.dataset),
            },
            until: Some(grant.terms.until),
            otherwise: otherwise.into(),
        };
        let mut tasks = Vec::new();
        if dataset.revoked || now >= grant.terms.until {
            return tasks;
        }
        if grant.state == GrantState::Pending && dataset.owner == *account {
            tasks.push(task(
                "Decide on a request",
                "If you do not, the request ends without an answer, and nothing is told.",
            ));
        }
        if grant.state == GrantState::Approved && grant.user == *account && grant.tried == 0 {
            tasks
                .push(task("Use an approved grant", "If you do not, no task starts on it any more; apply again then."));
        }
        tasks
    }

    fn coming(_part: &Part, _account: &Address, _now: u64, _title: Option<&str>) -> Vec<Coming> {
        Vec::new()
    }

    fn changes_at(part: &Part, _account: &Address, now: u64) -> Option<u64> {
        let Part::Grant(part) = part else { return None };
        Some(part.grant.terms.until).filter(|until| *until > now)
    }
}

impl Own {
    /// Those of them that the account has applied for, or that are on its data sets; without those that could not be read.
    async fn read_grants(self, reader: Reader, account: Address, ids: &BTreeSet<u64>) -> Vec<OwnGrant> {
        let mut own = Vec::new();
        let mut datasets = BTreeMap::<u64, Result<Option<Dataset>, ChainError>>::new();
        for (id, stored) in self.stored(reader, ids).await {
            if let Ok(Some(grant)) = &stored
                && !datasets.contains_key(&grant.dataset)
            {
                datasets.insert(grant.dataset, reader.dataset(grant.dataset).await);
            }
            let read = stored.and_then(|grant| {
                let Some(grant) = grant else { return Ok(None) };
                let dataset = datasets.get(&grant.dataset).cloned().unwrap_or(Ok(None))?;
                Ok(dataset.map(|dataset| OwnGrant { id, grant, dataset }))
            });
            let read = self.unread.take_down(Id::Grant(id), read).flatten();
            own.extend(read.filter(|own| own.grant.user == account || own.dataset.owner == account));
        }
        own
    }

    /// Grants as the contract stores them: each by itself, where one of them spoils reading them together.
    async fn stored(self, reader: Reader, ids: &BTreeSet<u64>) -> BTreeMap<u64, Result<Option<Grant>, ChainError>> {
        let begun = |ids: &BTreeSet<u64>| {
            let first = self.begun.with_value(|begun| ids.iter().filter_map(|id| begun.get(id).copied()).min());
            first.unwrap_or_default()
        };
        if let Ok(mut grants) = reader.grants(ids, begun(ids)).await {
            return ids.iter().map(|id| (*id, Ok(grants.remove(id)))).collect();
        }
        let mut stored = BTreeMap::new();
        for id in ids {
            let one = BTreeSet::from([*id]);
            let read = reader.grants(&one, begun(&one)).await;
            stored.insert(*id, read.map(|mut grants| grants.remove(id)));
        }
        stored
    }
}

/// Whether nothing of it can change any more.
fn is_over(part: &OwnGrant) -> bool {
    matches!(part.grant.state, GrantState::Withdrawn | GrantState::Refused)
}

/// The grants of an account, and those on its data sets, as the server has them; none while it is away.
async fn rows(account: Address) -> Vec<GrantRow> {
    let mut rows = Vec::new();
    for query in [
        GrantQuery { user: Some(account), limit: Some(ROWS), ..GrantQuery::default() },
        GrantQuery { owner: Some(account), limit: Some(ROWS), ..GrantQuery::default() },
    ] {
        rows.extend(server::grants(&query).await.map(|list| list.rows).unwrap_or_default());
    }
    rows
}

/// The account's grants on the page “My work”.
#[component]
pub fn MyGrants() -> impl IntoView {
    let work = expect_context::<MyWork>();
    view! {
        <section class="stack" aria-labelledby="my-grants">
            <h2 id="my-grants">"Grants on data sets"</h2>
            {move || match work.parts.get().map(|parts| grants(&parts)) {
                grants if work.has_failed() && grants.as_ref().is_none_or(Vec::is_empty) => {
                    view! { <p class="soft">{NOT_READ}</p> }.into_any()
                }
                None => view! { <Ghost lines=2 /> }.into_any(),
                Some(grants) if grants.is_empty() => {
                    view! { <p class="soft">"None yet. " <a href=routes::DATA>"See what owners offer"</a> "."</p> }.into_any()
                }
                Some(grants) => view! { <Table grants=grants /> }.into_any(),
            }}
        </section>
    }
}

/// The grants among them, the newest first.
pub fn grants(parts: &BTreeMap<Id, Part>) -> Vec<OwnGrant> {
    let grants = parts.values().rev();
    grants.filter_map(|part| if let Part::Grant(grant) = part { Some((**grant).clone()) } else { None }).collect()
}

#[component]
fn Table(grants: Vec<OwnGrant>) -> impl IntoView {
    view! {
        <div class="panel table-wrap">
            <table class="cards">
                <thead>
                    <tr>
                        <th>"Grant"</th>
                        <th>"Your part"</th>
                        <th>"State"</th>
                        <th>"Until"</th>
                    </tr>
                </thead>
                <tbody>{grants.into_iter().map(|part| view! { <Row part=part /> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(part: OwnGrant) -> impl IntoView {
    let work = expect_context::<MyWork>();
    let clock = expect_context::<Clock>();
    let wallet = expect_context::<app_core::wallet::Wallet>();
    let OwnGrant { id, grant, dataset } = part;
    let owner = dataset.owner;
    let (number, until) = (grant.dataset, grant.terms.until);
    let role = if wallet.account.get_untracked() == Some(owner) { "Owner" } else { "Applicant" };
    let reason = grant.reason.clone();
    view! {
        <tr>
            <td class="lead">
                <a class="strong" href=routes::grant(id)>{format!("Grant {id}")}</a>
                <div class="small soft">
                    {move || work.title(Id::Grant(id)).unwrap_or_else(|| format!("Data set {number}"))}
                </div>
            </td>
            <td data-label="Your part">
                <span class="chip">{role}</span>
            </td>
            <td data-label="State">
                {move || {
                    let (word, class) = names::state(&grant, clock.now.get());
                    view! { <span class=class>{word}</span> }
                }}
                {reason.map(|reason| view! { <div class="small breakable">{format!("“{reason}”")}</div> })}
            </td>
            <td class="nowrap" data-label="Until">
                <Moment at=until />
            </td>
        </tr>
    }
}
