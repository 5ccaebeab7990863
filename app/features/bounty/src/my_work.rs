//! What the connected account has posted or submitted to, and what waits for it. Read from the chain, and held against
//! what the contract stores; the server only names bounties that a node may have left out.

pub mod mine;

use std::collections::{BTreeMap, BTreeSet};

use bounty::{Part, api::BountyQuery};
use leptos::prelude::*;
use protocol::Address;

use crate::names;
use app_core::{
    chain::{Clock, Reader},
    parts::{Denied, MyParts, Parts},
    routes, server,
    tasks::{Coming, Task},
};

/// Rows that the server is asked for at once, its most.
const ROWS: u64 = 100;

/// The connected account's bounties, shared through the context.
pub type MyWork = MyParts<Bounties>;

/// Bounties as something that accounts take part in.
#[derive(Clone, Copy)]
pub struct Bounties {
    clock: Clock,
    /// What the node's events name, of the account that was asked for last.
    told: StoredValue<(Address, BTreeSet<u64>)>,
    denied: Denied<u64>,
}

impl Bounties {
    pub fn new(clock: Clock) -> Self {
        Self { clock, told: StoredValue::new((Address::ZERO, BTreeSet::new())), denied: Denied::none() }
    }
}

impl Parts for Bounties {
    const FAMILY: &'static str = bounty::FAMILY;
    type Id = u64;
    type Part = Part;

    fn id(part: &Part) -> u64 {
        part.id()
    }

    async fn found(self, reader: Reader, account: Address, thorough: bool) -> Result<BTreeSet<u64>, String> {
        let told = reader.bounties_told(account).await.map_err(|e| e.to_string())?;
        self.told.set_value((account, told.clone()));
        if !thorough {
            return Ok(told);
        }
        let mut named = reader.bounties_kept(account);
        named.extend(rows(account).await.into_iter().map(|(id, _)| id));
        // Whoever names what is not so is not asked about it again at once; somebody may have taken part since.
        self.denied.sift(account, &mut named);
        named.extend(told);
        let newest = reader.newest_bounties(&named, &self.denied.of(account)).await;
        named.extend(newest);
        Ok(named)
    }

    async fn read(
        self,
        reader: Reader,
        account: Address,
        ids: BTreeSet<u64>,
        known: BTreeMap<u64, Part>,
        thorough: bool,
    ) -> Result<Vec<Part>, String> {
        let (of, mut told) = self.told.get_value();
        told.retain(|id| of == account && ids.contains(id));
        let known = if thorough { BTreeMap::new() } else { known };
        let now = self.clock.now.get_untracked();
        let parts = reader.parts_in_bounties(account, now, &ids, told, known).await.map_err(|e| e.to_string())?;
        self.denied.asked(account, &ids, |id| parts.iter().any(|part| part.id() == *id));
        Ok(parts)
    }

    async fn titles(self, account: Address) -> Vec<(u64, String)> {
        rows(account).await.into_iter().filter_map(|(id, title)| Some((id, title?))).collect()
    }

    fn tasks(part: &Part, account: &Address, now: u64, title: Option<&str>) -> Vec<Task> {
        part.task(account, now).map(|waiting| task(part.id(), title, waiting)).into_iter().collect()
    }

    fn coming(part: &Part, account: &Address, now: u64, title: Option<&str>) -> Vec<Coming> {
        let later = |coming: &bounty::Coming| {
            let until = Some(coming.window.until);
            let mut task = task(part.id(), title, bounty::Task { action: coming.action, until });
            task.otherwise = format!("{} {}", names::depends(coming), task.otherwise).trim().to_owned().into();
            Coming { task, from: coming.window.from }
        };
        part.coming(account, now).iter().map(later).collect()
    }

    fn changes_at(part: &Part, _: &Address, now: u64) -> Option<u64> {
        part.phase_ends(now)
    }
}

/// Numbers and titles of an account's bounties as the server has them; none while it is away.
async fn rows(account: Address) -> Vec<(u64, Option<String>)> {
    let query = BountyQuery { person: Some(account), limit: Some(ROWS), ..BountyQuery::default() };
    let list = server::bounties(&query).await.map(|list| list.rows).unwrap_or_default();
    list.into_iter().map(|row| (row.id, row.title)).collect()
}

fn task(id: u64, title: Option<&str>, task: bounty::Task) -> Task {
    Task {
        key: format!("bounty {id} {}", task.action as u8),
        action: names::action(task.action),
        href: routes::bounty(id),
        about: title.map_or_else(|| format!("bounty {id}"), |title| format!("{title} (bounty {id})")),
        until: task.until,
        otherwise: names::stake_of_waiting(task.action).into(),
    }
}
