//! What is simulated. Travels as JSON; amounts are decimal texts of 10^-18 MDC, times seconds.

use protocol::Amount;
use serde::{Deserialize, Serialize};
use shared_model::{ClassifierKind, EncoderSpec, IncentiveKind, Terms};

use crate::{FORMAT, error::SimulationError};

/// Most agents of a run.
pub const MAX_AGENTS: usize = 100;
/// Longest run, in days.
pub const MAX_DAYS: u32 = 3_650;
/// Most contributions of a run; it stops taking more.
pub const MAX_CONTRIBUTIONS: u32 = 1_000_000;

/// A whole run: with the data, everything that decides its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// [`FORMAT`].
    pub format: String,
    /// Shown with the result.
    pub name: String,
    /// All chance comes from it. Kept below 2^53, since JavaScript reads it too.
    pub seed: u64,
    /// Simulated days in which agents contribute; claims are settled after them.
    pub days: u32,
    /// Points of each curve, evenly over the days: 2 to 10,000.
    pub points: u32,
    /// No more contributions than this: 1 to [`MAX_CONTRIBUTIONS`].
    pub max_contributions: u32,
    /// Share of the rows that the model starts with, in per cent.
    pub start_percent: u8,
    /// Share of the rows that is hidden and tested on, in per cent.
    pub test_percent: u8,
    /// So many rows of one class become one: short texts become long ones. 1 to 100; 1 where rows are no texts.
    #[serde(default = "one")]
    pub join_rows: u8,
    pub encoder: EncoderPlan,
    pub classifier: ClassifierKind,
    /// Learning rate or smoothing in millionths; 0 for centroids.
    pub setting: u32,
    pub incentive: IncentivePlan,
    /// How often the owner looks for something to take after the owner's wait, in seconds; never where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_interval: Option<u32>,
    pub agents: Vec<AgentPlan>,
}

fn one() -> u8 {
    1
}

/// How the rows become samples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EncoderPlan {
    /// A vocabulary of the words that are in most rows outside the test set.
    FrequentWords { count: u32 },
    /// Columns moved and scaled to mean 0 and deviation 1 of the rows outside the test set.
    FittedNumbers,
    /// An encoder as it is.
    Given { encoder: EncoderSpec },
}

impl EncoderPlan {
    /// Whether rows are texts, which can be joined.
    fn takes_texts(&self) -> bool {
        let texts =
            |spec: &EncoderSpec| matches!(spec, EncoderSpec::HashedWords { .. } | EncoderSpec::Vocabulary { .. });
        match self {
            Self::FrequentWords { .. } => true,
            Self::FittedNumbers => false,
            Self::Given { encoder: EncoderSpec::Subset { of, .. } } => texts(of),
            Self::Given { encoder } => texts(encoder),
        }
    }
}

/// The incentive with its terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum IncentivePlan {
    Deposit {
        terms: Terms,
    },
    Points {
        /// Seconds until a point can be claimed.
        refund_wait: u32,
    },
    /// Open for the days of the run, then evaluated on the hidden test set, one tenth of which is revealed at the
    /// start and does not count.
    Market {
        bounty: Amount,
        min_stake: Amount,
        /// Most contributions, 1 to 256.
        limit: u16,
    },
}

impl IncentivePlan {
    /// The kind.
    pub const fn kind(&self) -> IncentiveKind {
        match self {
            Self::Deposit { .. } => IncentiveKind::Deposit,
            Self::Points { .. } => IncentiveKind::Points,
            Self::Market { .. } => IncentiveKind::Market,
        }
    }

    /// The terms that the model is created with.
    pub fn terms(&self) -> Terms {
        match self {
            Self::Deposit { terms } => terms.clone(),
            Self::Points { refund_wait: wait } => {
                let (refund_wait, owner_wait, any_wait) = (*wait, wait.saturating_mul(2), wait.saturating_mul(3));
                Terms { cost_weight: Amount::ZERO, refund_wait, owner_wait, any_wait }
            }
            Self::Market { .. } => Terms { cost_weight: Amount::ZERO, refund_wait: 0, owner_wait: 0, any_wait: 0 },
        }
    }
}

/// What an agent is after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// Contributes rows with their label.
    Good,
    /// Contributes rows with another label.
    FlipLabels,
    /// Contributes what the model predicts already, for the points.
    FarmScores,
    /// Contributes again what others contributed last.
    CopyOthers,
}

/// An agent. Mean and spread are those of a normal distribution from which each value is drawn anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentPlan {
    pub name: String,
    pub behaviour: Behaviour,
    /// What the agent has at first.
    pub start_balance: Amount,
    /// What the agent pays for a contribution at most; the stake in a prediction market.
    pub deposit_mean: Amount,
    pub deposit_spread: Amount,
    /// Seconds between two looks at the model: claims, then at most one contribution.
    pub wait_mean: u32,
    pub wait_spread: u32,
    /// How often, in a million contributions, the agent picks a wrong label by mistake (a bad one: the right label).
    #[serde(default)]
    pub mistakes_per_million: u32,
    /// What the agent gives the owner at each look for asking the model; it need not.
    #[serde(default)]
    pub pays_to_predict: Amount,
}

impl Config {
    /// Reads a configuration and checks it.
    ///
    /// # Errors
    /// [`SimulationError`] for what cannot be run.
    pub fn parse(json: &[u8]) -> Result<Self, SimulationError> {
        let config: Self = serde_json::from_slice(json).map_err(|e| SimulationError::Json(e.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// Checks all ranges.
    ///
    /// # Errors
    /// [`SimulationError`] for what cannot be run.
    pub fn check(&self) -> Result<(), SimulationError> {
        if self.format != FORMAT {
            return Err(SimulationError::Format { found: self.format.clone() });
        }
        if self.agents.is_empty() {
            return Err(SimulationError::NoAgents);
        }
        let settings = self.classifier.settings();
        let setting = (u64::from(*settings.start()), u64::from(*settings.end()));
        let shares = u64::from(self.start_percent) + u64::from(self.test_percent);
        let mut ranges = vec![
            ("The seed", self.seed, 0, (1 << 53) - 1),
            ("The number of days", u64::from(self.days), 1, u64::from(MAX_DAYS)),
            ("The number of points", u64::from(self.points), 2, 10_000),
            ("The number of contributions", u64::from(self.max_contributions), 1, u64::from(MAX_CONTRIBUTIONS)),
            ("The share of the start in per cent", u64::from(self.start_percent), 1, 98),
            ("The share of the test set in per cent", u64::from(self.test_percent), 1, 98),
            ("The share of start and test set together in per cent", shares, 2, 99),
            (
                "The number of rows joined into one",
                u64::from(self.join_rows),
                1,
                if self.encoder.takes_texts() { 100 } else { 1 },
            ),
            ("The setting of the classifier", u64::from(self.setting), setting.0, setting.1),
            ("The number of agents", self.agents.len() as u64, 1, MAX_AGENTS as u64),
        ];
        if let IncentivePlan::Market { limit, .. } = &self.incentive {
            ranges.push(("The limit of the market", u64::from(*limit), 1, 256));
        }
        if let Some(interval) = self.owner_interval {
            ranges.push(("The owner's interval in seconds", u64::from(interval), 1, u64::from(u32::MAX)));
        }
        for agent in &self.agents {
            ranges.push(("The wait of an agent in seconds", u64::from(agent.wait_mean), 1, u64::from(u32::MAX)));
            let mistakes = u64::from(agent.mistakes_per_million);
            ranges.push(("The number of mistakes in a million", mistakes, 0, 1_000_000));
        }
        if let Some((what, found, least, most)) =
            ranges.into_iter().find(|(_, found, least, most)| found < least || found > most)
        {
            return Err(SimulationError::OutOfRange { what, found, least, most });
        }
        // All money together is at most what there is.
        let bounty = if let IncentivePlan::Market { bounty, .. } = &self.incentive { bounty.0 } else { 0 };
        let total = self.agents.iter().fold(bounty, |total, agent| total.saturating_add(agent.start_balance.0));
        if total > Amount::SUPPLY.0 {
            let found = u64::try_from(total / Amount::ONE.0).unwrap_or(u64::MAX);
            let most = 1_000_000;
            return Err(SimulationError::OutOfRange {
                what: "The money of all together in MDC",
                found,
                least: 0,
                most,
            });
        }
        self.incentive.terms().check(self.incentive.kind())?;
        Ok(())
    }
}
