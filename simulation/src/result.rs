//! What came of a simulation. Travels as JSON.

use protocol::Amount;
use serde::{Deserialize, Serialize};
use shared_model::Terms;

use crate::config::Config;

/// The result of a run: curves for the plots, and figures at the end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// What was run; running it again on the same data gives this result again.
    pub config: Config,
    /// The terms that the incentive came to.
    pub terms: Terms,
    /// Rows of start, pool and test set, and those that had no sample.
    pub rows: Rows,
    /// One for each point in time, the first at the creation.
    pub points: Vec<Point>,
    /// Test rows that the start predicts as labelled.
    pub start_correct: u32,
    /// Test rows that the model predicts as labelled at the end.
    pub end_correct: u32,
    /// Test rows that a model of the same kind does, trained on all rows outside the test set with their right label.
    pub baseline_correct: u32,
    pub agents: Vec<AgentResult>,
    /// What the owner ends with: what was paid for predictions, taken, or left of a bounty.
    pub owner_end: Amount,
    /// Contributions that were made.
    pub contributions: u32,
    /// Whether it was stopped before its end.
    pub stopped: bool,
    /// What the figures show, in a sentence, if there is something to conclude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<String>,
}

/// How the data were split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    pub start: u32,
    pub pool: u32,
    pub test: u32,
    pub left_out: u32,
}

/// A moment of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Simulated days since the creation.
    pub day: f64,
    /// Test rows predicted as labelled.
    pub correct: u32,
    /// Contributions so far.
    pub contributions: u32,
    /// What each agent could spend, in per cent of the start balance; deposits that are not back are missing.
    pub balances: Vec<f64>,
}

/// What an agent came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentResult {
    pub name: String,
    pub start: Amount,
    pub end: Amount,
    /// Of the start balance; 100 where there was none.
    pub percent: f64,
    pub points: u64,
    pub contributions: u32,
    /// Contributions whose label was not that of the data.
    pub wrong: u32,
    /// Contributions that the model predicted already.
    pub known: u32,
    pub refunds: u32,
    /// Reports that took something.
    pub reports: u32,
    /// Taken by these reports.
    pub earned: Amount,
    /// Deposits that others took.
    pub lost: Amount,
}

impl Outcome {
    /// Accuracy on the hidden test set, in per cent.
    pub fn accuracy(&self, correct: u32) -> f64 {
        percent(u128::from(correct), u128::from(self.rows.test))
    }

    /// Marks it as stopped on this day; the curves end there, as things stood.
    pub fn stop(&mut self, day: f64) {
        self.stopped = true;
        self.points.push(Point {
            day,
            correct: self.end_correct,
            contributions: self.contributions,
            balances: self.agents.iter().map(|agent| agent.percent).collect(),
        });
    }

    /// Canonical JSON.
    pub fn to_json(&self) -> String {
        // Texts and finite numbers into memory cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// A share in per cent, cut to four places; 100 of nothing.
pub(crate) fn percent(part: u128, whole: u128) -> f64 {
    // Amounts are below 2^80, so there is room for the factor. Short decimals survive JSON.
    part.saturating_mul(1_000_000).checked_div(whole).map_or(100.0, |share| share as f64 / 10_000.0)
}

/// Seconds as days, cut to four places.
pub(crate) fn days(seconds: u64) -> f64 {
    (seconds.saturating_mul(10_000) / 86_400) as f64 / 10_000.0
}
