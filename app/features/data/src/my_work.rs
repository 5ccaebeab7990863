//! What the connected account has to do about grants, and those that it has. Read from the chain, by code of the second file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use app_core::{
    chain::{Clock, Reader},
    components::time::Moment,
    parts::{MyParts, Parts},
    routes, server,
    tasks::{Coming, Task},
};
use app_ui::messages::empty::Ghost;
use directory::{FAMILY, Grant, GrantState, api::GrantQuery, subject};
use leptos::prelude::*;
use protocol::Address;

use crate::names;

/// The grants that the connected account decides on or has, shared through the context.
pub type MyWork = MyParts<Grants>;

/// Grants as something that accounts take part in.
#[derive(Clone, Copy)]
pub struct Grants;

/// The number of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GrantId(u64);

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&subject::grant(self.0))
    }
}

/// A grant of the account, or one of its data sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    id: u64,
    grant: Grant,
    owner: Address,
    revoked: bool,
}

impl Parts for Grants {
    const FAMILY: &'static str = FAMILY;
    type Id = GrantId;
    type Part = Part;

    fn id(part: &Part) -> GrantId {
        GrantId(part.id)
    }

    async fn found(self, reader: Reader, account: Address, _thorough: bool) -> Result<BTreeSet<GrantId>, String> {
        Ok(of(reader, account).await?.iter().map(Self::id).collect())
    }

    async fn read(
        self,
        reader: Reader,
        account: Address,
        ids: BTreeSet<GrantId>,
        _known: BTreeMap<GrantId, Part>,
        _thorough: bool,
    ) -> Result<Vec<Part>, String> {
        Ok(of(reader, account).await?.into_iter().filter(|part| ids.contains(&Self::id(part))).collect())
    }

    async fn titles(self, account: Address) -> Vec<(GrantId, String)> {
        let mut titles = Vec::new();
        for query in [
            GrantQuery { user: Some(account), limit: Some(100), ..GrantQuery::default() },
            GrantQuery { owner: Some(account), limit: Some(100), ..GrantQuery::default() },
        ] {
            let rows = server::grants(&query).await.map(|list| list.rows).unwrap_or_default();
            titles.extend(rows.into_iter().filter_map(|row| Some((GrantId(row.id), row.dataset_name?))));
        }
        titles
    }

    fn tasks(part: &Part, account: &Address, now: u64, title: Option<&str>) -> Vec<Task> {
        let Part { id, grant, owner, revoked } = part;
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
        if *revoked || now >= grant.terms.until {
            return tasks;
        }
        if grant.state == GrantState::Pending && owner == account {
            tasks.push(task("Decide on a request", "It can no longer be approved, and nothing is told."));
        }
        if grant.state == GrantState::Approved && grant.user == *account && grant.tried == 0 {
            tasks.push(task("Use an approved grant", "No task starts on it any more; apply again then."));
        }
        tasks
    }

    fn coming(_part: &Part, _account: &Address, _now: u64, _title: Option<&str>) -> Vec<Coming> {
        Vec::new()
    }

    fn changes_at(part: &Part, _account: &Address, now: u64) -> Option<u64> {
        Some(part.grant.terms.until).filter(|until| *until > now)
    }
}

/// Those that the account applied for, and those on its data sets.
async fn of(reader: Reader, account: Address) -> Result<Vec<Part>, String> {
    // A deployment of before has no data sets.
    if reader.deployment().contract(directory::GRANTS).is_none() {
        return Ok(Vec::new());
    }
    let learning = reader.learning().await.map_err(|error| error.to_string())?;
    let registry = &learning.book.registry;
    let part = |id| {
        let (grant, dataset) = registry.grant(id)?;
        let takes_part = grant.user == account || dataset.owner == account;
        takes_part.then(|| Part { id, grant: grant.clone(), owner: dataset.owner, revoked: dataset.revoked })
    };
    Ok((1..=registry.grants.len() as u64).filter_map(part).collect())
}

/// The account's grants on the page “My work”.
#[component]
pub fn MyGrants() -> impl IntoView {
    let work = expect_context::<MyWork>();
    view! {
        <section class="stack" aria-labelledby="my-grants">
            <h2 id="my-grants">"Grants on data sets"</h2>
            {move || match work.parts.get() {
                None => view! { <Ghost lines=2 /> }.into_any(),
                Some(grants) if grants.is_empty() => {
                    view! { <p class="soft">"None yet. " <a href=routes::DATA>"See what owners offer"</a> "."</p> }.into_any()
                }
                Some(grants) => view! { <Table grants=grants.into_values().rev().collect() /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Table(grants: Vec<Part>) -> impl IntoView {
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
fn Row(part: Part) -> impl IntoView {
    let work = expect_context::<MyWork>();
    let clock = expect_context::<Clock>();
    let wallet = expect_context::<app_core::wallet::Wallet>();
    let Part { id, grant, owner, .. } = part;
    let (number, until) = (grant.dataset, grant.terms.until);
    let role = if wallet.account.get_untracked() == Some(owner) { "Owner" } else { "Applicant" };
    let reason = grant.reason.clone();
    view! {
        <tr>
            <td class="lead">
                <a class="strong" href=routes::grant(id)>{format!("Grant {id}")}</a>
                <div class="small soft">
                    {move || work.title(GrantId(id)).unwrap_or_else(|| format!("Data set {number}"))}
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
