//! What the connected account has to do about shared models: deposits to have back, reports to answer, points, turns in
//! prediction markets. Read from the chain, by code of the third file.

mod mine;

use std::collections::{BTreeMap, BTreeSet};

use app_core::{
    allow_list::AllowList,
    chain::{ModelHistory, Reader},
    parts::{MyParts, Parts, Unread},
    routes, server,
    tasks::{Coming, Task},
};
use app_ui::format;
use leptos::prelude::*;
use protocol::Address;
use shared_model::{
    FAMILY,
    api::ModelQuery,
    state::{MarketAct, MarketTurn, Step, Todo},
};

pub use mine::MyModels;

/// Rows that the server is asked for at once, its most.
const ROWS: u64 = 100;

/// The models that the connected account takes part in, shared through the context.
pub type MyWork = MyParts<Models>;

/// Models as something that accounts take part in.
#[derive(Clone, Copy)]
pub struct Models {
    allowed: AllowList,
    /// In which block each was made, as far as that was read.
    made: StoredValue<BTreeMap<Address, u64>>,
    unread: Unread<Address>,
}

impl Models {
    pub fn new(allowed: AllowList) -> Self {
        let unread = Unread::none(|model: &Address| ("model", model.short()));
        Self { allowed, made: StoredValue::new(BTreeMap::new()), unread }
    }
}

impl Parts for Models {
    const FAMILY: &'static str = FAMILY;
    type Id = Address;
    type Part = ModelHistory;

    fn id(part: &ModelHistory) -> Address {
        part.model.address
    }

    async fn found(self, reader: Reader, account: Address, _thorough: bool) -> Result<BTreeSet<Address>, String> {
        let made = reader.models_of(account).await.map_err(|e| e.to_string())?;
        let found: BTreeSet<Address> = made.keys().copied().collect();
        self.unread.keep_only(&found);
        self.made.update_value(|all| all.extend(made));
        Ok(found)
    }

    async fn read(
        self,
        reader: Reader,
        account: Address,
        ids: BTreeSet<Address>,
        mut known: BTreeMap<Address, ModelHistory>,
        _thorough: bool,
    ) -> Result<Vec<ModelHistory>, String> {
        let mut models = Vec::new();
        for model in ids.iter().copied() {
            let made = self.made.with_value(|all| all.get(&model).copied());
            let read = reader.model(model, known.remove(&model), made, Some(account)).await;
            // The others have deadlines of their own.
            models.extend(self.unread.take_down(model, read));
        }
        self.unread.rest(&ids, models)
    }

    fn unread(self) -> Option<(BTreeSet<Address>, String)> {
        self.unread.said()
    }

    async fn titles(self, account: Address) -> Vec<(Address, String)> {
        let query = ModelQuery { person: Some(account), limit: Some(ROWS), ..ModelQuery::default() };
        let rows = server::models(&query).await.map(|list| list.rows).unwrap_or_default();
        rows.into_iter().filter_map(|row| Some((row.address, row.name?))).collect()
    }

    fn shows_title(self, model: Address) -> bool {
        self.allowed.shows(model)
    }

    fn tasks(part: &ModelHistory, account: &Address, now: u64, title: Option<&str>) -> Vec<Task> {
        let model = &part.model;
        let steps = model.steps(account, now).into_iter().filter(|step| step.from <= now);
        let steps = steps.map(|step| task(model.address, &step, title));
        steps.chain(model.market_turn(account, now).map(|turn| market_task(model.address, &turn, title))).collect()
    }

    fn coming(part: &ModelHistory, account: &Address, now: u64, title: Option<&str>) -> Vec<Coming> {
        let model = &part.model;
        // What can wait needs no place in a calendar.
        let steps = model.steps(account, now).into_iter().filter(|step| step.from > now && step.until.is_some());
        let steps = steps.map(|step| Coming { task: task(model.address, &step, title), from: step.from });
        let market = model.market_coming(account, now).into_iter().map(|coming| {
            let task = market_task(model.address, &coming.turn, title);
            let depends = match coming.turn.act {
                MarketAct::Show(_) => {
                    "It begins sooner if others fill the market before, and ends at this time in any case."
                }
                _ => "It begins sooner if all contributions are shown before, and ends at this time in any case.",
            };
            let otherwise = format!("{depends} {}", task.otherwise).into();
            Coming { task: Task { otherwise, ..task }, from: coming.from }
        });
        steps.chain(market).collect()
    }

    fn changes_at(part: &ModelHistory, account: &Address, now: u64) -> Option<u64> {
        part.model.changes_at(account, now)
    }
}

fn about(what: &str, model: Address, title: Option<&str>) -> String {
    match title {
        Some(title) => format!("{what} {title} ({})", model.short()),
        None => format!("{what} {}", model.short()),
    }
}

fn market_task(model: Address, turn: &MarketTurn, title: Option<&str>) -> Task {
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
        about: about("prediction market of model", model, title),
        until: turn.until,
        otherwise: otherwise.into(),
    }
}

fn task(model: Address, step: &Step, title: Option<&str>) -> Task {
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
        about: about("model", model, title),
        until: step.until,
        otherwise: otherwise.into(),
    }
}
