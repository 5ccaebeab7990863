//! What the connected account has to do about shared models: deposits to have back, reports to answer, points. Read from
//! the chain.

use app_core::{
    chain::{Clock, ModelHistory, Reader},
    live::{Live, Watched},
    routes,
    tasks::{Source, Task},
    transactions::Transactions,
    wallet::Wallet,
};
use app_ui::format;
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;
use shared_model::{
    FAMILY,
    state::{Step, Todo},
};

/// Without any word of a change all is read again after so long, seconds: a server may be silent about one.
const SILENCE: u64 = 300;

/// The models that the connected account takes part in, shared through the context.
#[derive(Clone, Copy)]
pub struct MyWork {
    /// `None` until read.
    pub models: RwSignal<Option<Vec<ModelHistory>>>,
    error: RwSignal<Option<String>>,
    wallet: Wallet,
    clock: Clock,
    transactions: Transactions,
}

impl MyWork {
    pub fn new(wallet: Wallet, clock: Clock, transactions: Transactions) -> Self {
        Self { models: RwSignal::new(None), error: RwSignal::new(None), wallet, clock, transactions }
    }

    /// Reads now, and again whenever the account, a model or a transaction of this page changes.
    pub fn follow(self, reader: Reader, live: Live) {
        let Self { wallet, clock, transactions, .. } = self;
        let period = Memo::new(move |_| clock.now.get() / SILENCE);
        Effect::new(move |previous: Option<Option<Address>>| {
            let account = wallet.account.get();
            live.track([Watched::Family(FAMILY)]);
            transactions.mined.track();
            period.track();
            if previous.flatten() != account {
                self.models.set(None);
                self.error.set(None);
            }
            let Some(account) = account else { return account };
            spawn_local(async move {
                let known = self.models.get_untracked().unwrap_or_default();
                let read = reader.models_of(account, &known).await;
                if wallet.account.get_untracked() != Some(account) {
                    return;
                }
                match read {
                    Ok(models) => {
                        self.error.set(None);
                        if self.models.with_untracked(|m| m.as_ref() != Some(&models)) {
                            self.models.set(Some(models));
                        }
                    }
                    Err(e) => self.error.set(Some(e.to_string())),
                }
            });
            Some(account)
        });
    }

    /// What can be done now; `None` until the models are read.
    pub fn source(self) -> Source {
        let tasks = Signal::derive(move || {
            let Some(account) = self.wallet.account.get() else { return Some(Vec::new()) };
            let now = self.clock.now.get();
            self.models.with(|models| {
                let models = models.as_ref()?.iter();
                let steps = models
                    .flat_map(|h| h.model.steps(&account, now).into_iter().map(move |step| (h.model.address, step)));
                Some(steps.filter(|(_, step)| step.from <= now).map(|(model, step)| task(model, &step)).collect())
            })
        });
        Source { tasks, error: self.error.into() }
    }
}

fn task(model: Address, step: &Step) -> Task {
    let amount = format::mdc(step.amount);
    let (action, otherwise) = match step.todo {
        Todo::Defend => (
            "Have your reported deposit back",
            format!("From then on {amount} of it can be taken by others, if the model still disagrees."),
        ),
        Todo::Take => (
            "Take a reported deposit",
            format!("{amount} of it is yours if the model still disagrees; later it is not."),
        ),
        Todo::Refund => (
            "Have your deposit back",
            format!("{amount} comes back as long as the model agrees. Once it disagrees, others can report it."),
        ),
        Todo::Point => ("Have your point", "It counts if the model still agrees. No money depends on it.".to_owned()),
    };
    Task {
        key: format!("model {model} {} {:?}", step.key, step.todo),
        action,
        href: routes::model(model),
        about: format!("model {}", model.short()),
        until: step.until,
        otherwise: otherwise.into(),
    }
}
