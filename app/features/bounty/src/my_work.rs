//! What the connected account has posted or submitted to, and what waits for it. Read from the chain.

use leptos::{prelude::*, task::spawn_local};
use protocol::bounty::Task;

use app_core::{
    chain::{Clock, History, Reader},
    transactions::Transactions,
    wallet::Wallet,
};

/// A task and the bounty it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub bounty: u64,
    pub task: Task,
}

/// The connected account's bounties, shared through the context.
#[derive(Clone, Copy)]
pub struct MyWork {
    /// `None` until read.
    pub bounties: RwSignal<Option<Vec<History>>>,
    pub error: RwSignal<Option<String>>,
    wallet: Wallet,
    clock: Clock,
}

impl MyWork {
    /// Reads again whenever the account, the head or a transaction of this page changes.
    pub fn start(reader: Reader, wallet: Wallet, clock: Clock, transactions: Transactions) -> Self {
        let work = Self { bounties: RwSignal::new(None), error: RwSignal::new(None), wallet, clock };
        Effect::new(move |previous: Option<Option<protocol::Address>>| {
            let account = wallet.account.get();
            clock.head.track();
            transactions.mined.track();
            if previous.flatten() != account {
                work.bounties.set(None);
            }
            let Some(account) = account else { return account };
            spawn_local(async move {
                let read = reader.bounties_of(account).await;
                if wallet.account.get_untracked() != Some(account) {
                    return;
                }
                match read {
                    Ok(bounties) => {
                        work.error.set(None);
                        if work.bounties.with_untracked(|b| b.as_ref() != Some(&bounties)) {
                            work.bounties.set(Some(bounties));
                        }
                    }
                    Err(e) => work.error.set(Some(e.to_string())),
                }
            });
            Some(account)
        });
        work
    }

    /// What waits for the account now, the most urgent first.
    pub fn tasks(self) -> Vec<Waiting> {
        let (Some(account), now) = (self.wallet.account.get(), self.clock.now.get()) else { return Vec::new() };
        let mut tasks: Vec<Waiting> = self.bounties.with(|bounties| {
            let bounties = bounties.iter().flatten();
            bounties
                .filter_map(|h| Some(Waiting { bounty: h.bounty.id, task: h.bounty.task(&account, now)? }))
                .collect()
        });
        tasks.sort_by_key(|w| w.task.until.unwrap_or(u64::MAX));
        tasks
    }

    pub fn waiting(self) -> usize {
        self.tasks().len()
    }
}
