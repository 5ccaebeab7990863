//! What the connected account has posted or submitted to, and what waits for it. Read from the chain.

use crate::names;
use app_core::{
    chain::{Clock, History, Reader},
    routes,
    tasks::{Source, Task},
    transactions::Transactions,
    wallet::Wallet,
};
use leptos::{prelude::*, task::spawn_local};

/// The connected account's bounties, shared through the context.
#[derive(Clone, Copy)]
pub struct MyWork {
    /// `None` until read.
    pub bounties: RwSignal<Option<Vec<History>>>,
    pub error: RwSignal<Option<String>>,
    wallet: Wallet,
    clock: Clock,
    transactions: Transactions,
}

impl MyWork {
    pub fn new(wallet: Wallet, clock: Clock, transactions: Transactions) -> Self {
        Self { bounties: RwSignal::new(None), error: RwSignal::new(None), wallet, clock, transactions }
    }

    /// Reads now, and again whenever the account, the head or a transaction of this page changes.
    pub fn follow(self, reader: Reader) {
        let Self { wallet, clock, transactions, .. } = self;
        Effect::new(move |previous: Option<Option<protocol::Address>>| {
            let account = wallet.account.get();
            clock.head.track();
            transactions.mined.track();
            if previous.flatten() != account {
                self.bounties.set(None);
                self.error.set(None);
            }
            let Some(account) = account else { return account };
            spawn_local(async move {
                let read = reader.bounties_of(account).await;
                if wallet.account.get_untracked() != Some(account) {
                    return;
                }
                match read {
                    Ok(bounties) => {
                        self.error.set(None);
                        if self.bounties.with_untracked(|b| b.as_ref() != Some(&bounties)) {
                            self.bounties.set(Some(bounties));
                        }
                    }
                    Err(e) => self.error.set(Some(e.to_string())),
                }
            });
            Some(account)
        });
    }

    /// What waits for the account; `None` until its bounties are read.
    pub fn source(self) -> Source {
        let tasks = Signal::derive(move || {
            let Some(account) = self.wallet.account.get() else { return Some(Vec::new()) };
            let now = self.clock.now.get();
            self.bounties.with(|bounties| {
                let bounties = bounties.as_ref()?.iter();
                Some(bounties.filter_map(|h| Some(task(h.bounty.id, h.bounty.task(&account, now)?))).collect())
            })
        });
        Source { tasks, error: self.error.into() }
    }
}

fn task(bounty: u64, task: bounty::Task) -> Task {
    Task {
        key: format!("bounty {bounty} {}", task.action as u8),
        action: names::action(task.action),
        href: routes::bounty(bounty),
        about: format!("bounty {bounty}"),
        until: task.until,
        otherwise: names::stake_of_waiting(task.action).into(),
    }
}
