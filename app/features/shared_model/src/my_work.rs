//! What the connected account has to do about shared models: deposits to have back, reports to answer, points, turns in
//! prediction markets. Read from the chain, by code of the second file.

mod mine;

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
    state::{MarketAct, MarketTurn, Step, Todo},
};

pub use mine::MyModels;

/// Without any word of a change all is read again after so long, seconds: a server may be silent about one.
const SILENCE: u64 = 300;

/// The models that the connected account takes part in, shared through the context.
#[derive(Clone, Copy)]
pub struct MyWork {
    /// `None` until read.
    pub models: RwSignal<Option<Vec<ModelHistory>>>,
    tasks: RwSignal<Option<Vec<Task>>>,
    error: RwSignal<Option<String>>,
    wallet: Wallet,
    clock: Clock,
    transactions: Transactions,
}

impl MyWork {
    pub fn new(wallet: Wallet, clock: Clock, transactions: Transactions) -> Self {
        let (models, tasks, error) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(None));
        Self { models, tasks, error, wallet, clock, transactions }
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
                self.tasks.set(None);
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
        Effect::new(move || {
            let (account, now) = (wallet.account.get(), clock.now.get());
            let tasks = self.models.with(|models| Some(waiting(models.as_ref()?, &account?, now)));
            if self.tasks.with_untracked(|known| *known != tasks) {
                self.tasks.set(tasks);
            }
        });
    }

    /// What can be done now; `None` until the models are read.
    pub fn source(self) -> Source {
        let tasks = Signal::derive(move || match self.wallet.account.get() {
            Some(_) => self.tasks.get(),
            None => Some(Vec::new()),
        });
        Source { tasks, error: self.error.into() }
    }
}

/// What can be done now in these models.
fn waiting(models: &[ModelHistory], account: &Address, now: u64) -> Vec<Task> {
    let mut tasks = Vec::new();
    for model in models.iter().map(|history| &history.model) {
        let steps = model.steps(account, now).into_iter().filter(|step| step.from <= now);
        tasks.extend(steps.map(|step| task(model.address, &step)));
        tasks.extend(model.market_turn(account, now).map(|turn| market_task(model.address, &turn)));
    }
    tasks
}

fn market_task(model: Address, turn: &MarketTurn) -> Task {
    let amount = format::mdc(turn.amount);
    let (key, action, otherwise) = match &turn.act {
        MarketAct::Draw => ("draw", "Draw the piece to show", format!("The bounty of {amount} is burned.")),
        MarketAct::RevealDrawn => ("drawn", "Reveal the drawn piece", format!("The bounty of {amount} is burned.")),
        MarketAct::Show(_) => ("show", "Show your contributions", format!("Your stakes of {amount} are lost.")),
        MarketAct::RevealOthers => (
            "others",
            "Reveal the hidden pieces",
            format!("Half of {amount} is burned, and the contributors share the other half."),
        ),
        MarketAct::Evaluate => ("evaluate", "Go on with the evaluation", format!("{amount} are burned.")),
        MarketAct::TimeOut => {
            ("time out", "End the market", format!("{amount} of yours stay in it until somebody does."))
        }
    };
    Task {
        key: format!("market {model} {key}"),
        action,
        href: routes::model(model),
        about: format!("prediction market of model {}", model.short()),
        until: turn.until,
        otherwise: otherwise.into(),
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
