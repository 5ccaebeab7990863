//! What a person can change about a run, as texts until it is played.

use app_ui::format;
use leptos::prelude::*;
use protocol::Amount;
use shared_model::{ClassifierKind, EncoderSpec, IncentiveKind, Terms};
use simulation::{AgentPlan, Behaviour, Config, EncoderPlan, IncentivePlan, gallery::Attack};

use super::presets::preset;

/// The cost weight is told as the deposit one hour after the last contribution, where the rule divides by 60.
const HOUR: u128 = 60;

/// How rows become samples.
#[derive(Clone, PartialEq, Eq)]
pub enum Encoding {
    Words,
    Numbers,
    /// As a configuration file or the data say.
    Given(EncoderSpec),
}

/// The form of a whole run.
#[derive(Clone, Copy)]
pub struct Form {
    /// What the form does not show.
    base: RwSignal<Config>,
    pub name: RwSignal<String>,
    pub seed: RwSignal<String>,
    pub days: RwSignal<String>,
    pub start_percent: RwSignal<String>,
    pub test_percent: RwSignal<String>,
    pub join_rows: RwSignal<String>,
    pub encoding: RwSignal<Encoding>,
    pub words: RwSignal<String>,
    pub classifier: RwSignal<ClassifierKind>,
    /// Learning rate or smoothing, 1 = one.
    pub setting: RwSignal<String>,
    pub incentive: RwSignal<IncentiveKind>,
    /// MDC one hour after the last contribution.
    pub deposit: RwSignal<String>,
    /// Hours.
    pub refund_wait: RwSignal<String>,
    pub owner_wait: RwSignal<String>,
    pub any_wait: RwSignal<String>,
    /// Minutes; empty for never.
    pub owner_interval: RwSignal<String>,
    pub bounty: RwSignal<String>,
    pub min_stake: RwSignal<String>,
    pub limit: RwSignal<String>,
    pub agents: RwSignal<Vec<AgentForm>>,
    next_agent: StoredValue<u32>,
}

/// The form of an agent.
#[derive(Clone, Copy)]
pub struct AgentForm {
    pub id: u32,
    pub name: RwSignal<String>,
    pub behaviour: RwSignal<Behaviour>,
    /// MDC.
    pub balance: RwSignal<String>,
    pub deposit: RwSignal<String>,
    pub deposit_spread: RwSignal<String>,
    /// Minutes.
    pub wait: RwSignal<String>,
    pub wait_spread: RwSignal<String>,
    /// Per cent.
    pub mistakes: RwSignal<String>,
    /// MDC at each look.
    pub pays: RwSignal<String>,
}

impl Form {
    pub fn new() -> Self {
        let text = || RwSignal::new(String::new());
        let config = preset(Attack::FlipLabels);
        let form = Self {
            name: text(),
            seed: text(),
            days: text(),
            start_percent: text(),
            test_percent: text(),
            join_rows: text(),
            encoding: RwSignal::new(Encoding::Words),
            words: RwSignal::new("1000".into()),
            classifier: RwSignal::new(config.classifier),
            setting: text(),
            incentive: RwSignal::new(config.incentive.kind()),
            deposit: RwSignal::new("36".into()),
            refund_wait: RwSignal::new("24".into()),
            owner_wait: RwSignal::new("72".into()),
            any_wait: RwSignal::new("216".into()),
            owner_interval: text(),
            bounty: RwSignal::new("1000".into()),
            min_stake: RwSignal::new("10".into()),
            limit: RwSignal::new("256".into()),
            agents: RwSignal::new(Vec::new()),
            next_agent: StoredValue::new(0),
            base: RwSignal::new(config.clone()),
        };
        form.load(&config);
        form
    }

    /// Shows a configuration.
    pub fn load(&self, config: &Config) {
        self.base.set(config.clone());
        self.name.set(config.name.clone());
        self.seed.set(config.seed.to_string());
        self.days.set(config.days.to_string());
        self.start_percent.set(config.start_percent.to_string());
        self.test_percent.set(config.test_percent.to_string());
        self.join_rows.set(config.join_rows.to_string());
        match &config.encoder {
            EncoderPlan::FrequentWords { count } => {
                self.words.set(count.to_string());
                self.encoding.set(Encoding::Words);
            }
            EncoderPlan::FittedNumbers => self.encoding.set(Encoding::Numbers),
            EncoderPlan::Given { encoder } => self.encoding.set(Encoding::Given(encoder.clone())),
        }
        self.classifier.set(config.classifier);
        self.setting.set(decimal(f64::from(config.setting) / 1e6));
        self.incentive.set(config.incentive.kind());
        match &config.incentive {
            IncentivePlan::Deposit { terms } => {
                self.deposit.set(Amount(terms.cost_weight.0.saturating_mul(HOUR)).to_string());
                self.refund_wait.set(hours(terms.refund_wait));
                self.owner_wait.set(hours(terms.owner_wait));
                self.any_wait.set(hours(terms.any_wait));
            }
            IncentivePlan::Points { refund_wait } => self.refund_wait.set(hours(*refund_wait)),
            IncentivePlan::Market { bounty, min_stake, limit } => {
                self.bounty.set(bounty.to_string());
                self.min_stake.set(min_stake.to_string());
                self.limit.set(limit.to_string());
            }
        }
        self.owner_interval.set(config.owner_interval.map(minutes).unwrap_or_default());
        let agents = config.agents.iter().map(|plan| self.agent(plan)).collect();
        self.agents.set(agents);
    }

    fn agent(&self, plan: &AgentPlan) -> AgentForm {
        let id = self.next_agent.get_value();
        self.next_agent.set_value(id + 1);
        AgentForm {
            id,
            name: RwSignal::new(plan.name.clone()),
            behaviour: RwSignal::new(plan.behaviour),
            balance: RwSignal::new(plan.start_balance.to_string()),
            deposit: RwSignal::new(plan.deposit_mean.to_string()),
            deposit_spread: RwSignal::new(plan.deposit_spread.to_string()),
            wait: RwSignal::new(minutes(plan.wait_mean)),
            wait_spread: RwSignal::new(minutes(plan.wait_spread)),
            mistakes: RwSignal::new(decimal(f64::from(plan.mistakes_per_million) / 1e4)),
            pays: RwSignal::new(plan.pays_to_predict.to_string()),
        }
    }

    /// Adds an agent like the first of the usual run.
    pub fn add_agent(&self) {
        let number = self.agents.with_untracked(Vec::len) + 1;
        let usual = Attack::FlipLabels.config().agents.into_iter().next();
        if let Some(plan) = usual {
            let agent = self.agent(&AgentPlan { name: format!("Agent {number}"), ..plan });
            self.agents.update(|agents| agents.push(agent));
        }
    }

    pub fn remove_agent(&self, id: u32) {
        self.agents.update(|agents| agents.retain(|agent| agent.id != id));
    }

    /// The configuration, or what is wrong with it.
    pub fn read(&self) -> Result<Config, String> {
        let base = self.base.get_untracked();
        let name = match self.name.get_untracked().trim() {
            "" => "Simulation".to_owned(),
            name => name.to_owned(),
        };
        let agents = self.agents.get_untracked();
        let config = Config {
            name,
            seed: whole(self.seed, "The seed")?,
            days: whole(self.days, "The number of days")?,
            start_percent: whole(self.start_percent, "The share of the start")?,
            test_percent: whole(self.test_percent, "The share of the test set")?,
            join_rows: match self.encoding.get_untracked() {
                Encoding::Numbers => 1,
                _ => whole(self.join_rows, "The number of rows joined into one")?,
            },
            encoder: match self.encoding.get_untracked() {
                Encoding::Words => EncoderPlan::FrequentWords { count: whole(self.words, "The number of words")? },
                Encoding::Numbers => EncoderPlan::FittedNumbers,
                Encoding::Given(encoder) => EncoderPlan::Given { encoder },
            },
            classifier: self.classifier.get_untracked(),
            setting: match self.classifier.get_untracked().settings().end() {
                0 => 0,
                _ => scaled(self.setting, 1e6, "The learning rate or smoothing")?,
            },
            incentive: self.incentive_plan()?,
            owner_interval: match self.owner_interval.get_untracked().trim() {
                "" => None,
                _ => Some(scaled(self.owner_interval, 60.0, "How often the owner looks")?),
            },
            agents: agents.iter().map(AgentForm::read).collect::<Result<_, _>>()?,
            ..base
        };
        config.check().map_err(|e| e.to_string())?;
        Ok(config)
    }

    fn incentive_plan(&self) -> Result<IncentivePlan, String> {
        let wait = |text, what| scaled(text, 3_600.0, what);
        Ok(match self.incentive.get_untracked() {
            IncentiveKind::Deposit => IncentivePlan::Deposit {
                terms: Terms {
                    cost_weight: Amount(amount(self.deposit, "The deposit after an hour")?.0 / HOUR),
                    refund_wait: wait(self.refund_wait, "The wait until refunds")?,
                    owner_wait: wait(self.owner_wait, "The wait of the owner")?,
                    any_wait: wait(self.any_wait, "The wait of anyone")?,
                },
            },
            IncentiveKind::Points => {
                IncentivePlan::Points { refund_wait: wait(self.refund_wait, "The wait until refunds")? }
            }
            IncentiveKind::Market => IncentivePlan::Market {
                bounty: amount(self.bounty, "The bounty")?,
                min_stake: amount(self.min_stake, "The least stake")?,
                limit: whole(self.limit, "The most contributions")?,
            },
        })
    }
}

impl AgentForm {
    fn read(&self) -> Result<AgentPlan, String> {
        let name = self.name.get_untracked().trim().to_owned();
        if name.is_empty() {
            return Err("An agent has no name; give it one to tell its curve from the others.".into());
        }
        let of = |what: &str| format!("{what} of {name}");
        Ok(AgentPlan {
            behaviour: self.behaviour.get_untracked(),
            start_balance: amount(self.balance, &of("The balance"))?,
            deposit_mean: amount(self.deposit, &of("The deposit"))?,
            deposit_spread: amount(self.deposit_spread, &of("The spread of the deposit"))?,
            wait_mean: scaled(self.wait, 60.0, &of("The wait"))?,
            wait_spread: scaled(self.wait_spread, 60.0, &of("The spread of the wait"))?,
            mistakes_per_million: scaled(self.mistakes, 1e4, &of("The chance of a mistake"))?,
            pays_to_predict: amount(self.pays, &of("What is paid to predict, "))?,
            name,
        })
    }
}

fn whole<T: std::str::FromStr>(text: RwSignal<String>, what: &str) -> Result<T, String> {
    text.with_untracked(|t| t.trim().parse())
        .map_err(|_| format!("{what} is “{}”, which is no whole number in range.", text.get_untracked()))
}

/// A number of 0 or more, in units of which `factor` smaller ones make one.
fn scaled(text: RwSignal<String>, factor: f64, what: &str) -> Result<u32, String> {
    let number = text.with_untracked(|t| t.trim().parse::<f64>()).ok().map(|n| (n * factor).round());
    match number {
        Some(number) if (0.0..=f64::from(u32::MAX)).contains(&number) => Ok(number as u32),
        _ => Err(format!("{what} is “{}”; it must be a number, 0 or more, and not too large.", text.get_untracked())),
    }
}

fn amount(text: RwSignal<String>, what: &str) -> Result<Amount, String> {
    text.with_untracked(|t| format::read_mdc(t)).map_err(|e| format!("{what}: {e}"))
}

fn hours(seconds: u32) -> String {
    decimal(f64::from(seconds) / 3_600.0)
}

fn minutes(seconds: u32) -> String {
    decimal(f64::from(seconds) / 60.0)
}

/// Short enough for a field, exact enough to come back as the same number of seconds or millionths.
fn decimal(number: f64) -> String {
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
