//! Attacks on shared models: runs that are ready to be played, and what their figures come to.

use protocol::Amount;
use shared_model::{ClassifierKind, Terms};

use crate::{
    FORMAT,
    config::{AgentPlan, Behaviour, Config, EncoderPlan, IncentivePlan},
    result::{AgentResult, Outcome},
};

/// The attacks, and the fair play that they are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attack {
    /// One good and one bad agent: the setting of the original papers.
    FlipLabels,
    FarmScores,
    CopyOthers,
    WaitForLowDeposits,
}

impl Attack {
    pub const ALL: [Self; 4] = [Self::FlipLabels, Self::FarmScores, Self::CopyOthers, Self::WaitForLowDeposits];

    /// Name for a list.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FlipLabels => "Flip labels",
            Self::FarmScores => "Farm points",
            Self::CopyOthers => "Copy others",
            Self::WaitForLowDeposits => "Wait for low deposits",
        }
    }

    /// What the attacker does, in a sentence.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::FlipLabels => "One agent contributes honest labels, another one contributes wrong ones.",
            Self::FarmScores => "The attacker contributes only what the model already predicts, to earn points.",
            Self::CopyOthers => "The attacker contributes again whatever somebody else contributed last.",
            Self::WaitForLowDeposits => {
                "The attacker contributes wrong labels, but only when the deposit has fallen to a tenth."
            }
        }
    }

    /// The run, for text data (a text and its label): a good agent and the attacker on a naive Bayes model.
    pub fn config(self) -> Config {
        let attacker = match self {
            Self::FlipLabels => bad("Bad", Behaviour::FlipLabels, 100, 3_600),
            Self::FarmScores => bad("Farmer", Behaviour::FarmScores, 100, 600),
            Self::CopyOthers => bad("Copier", Behaviour::CopyOthers, 100, 600),
            // Looks every minute; a good agent that comes every ten keeps low deposits away.
            Self::WaitForLowDeposits => bad("Patient", Behaviour::FlipLabels, 10, 60),
        };
        // Deposits that nobody claims for long are anybody's; in the other runs the owner is there before the attacker.
        let owner_interval = (self != Self::FlipLabels).then_some(3_600);
        Config { name: self.name().into(), agents: vec![good(), attacker], owner_interval, ..setting() }
    }
}

/// Start balances of the headline setting, in MDC.
const START: u128 = 10_000;

fn good() -> AgentPlan {
    AgentPlan {
        name: "Good".into(),
        behaviour: Behaviour::Good,
        start_balance: Amount::mdc(START),
        deposit_mean: Amount::mdc(100),
        deposit_spread: Amount::mdc(10),
        wait_mean: 600,
        wait_spread: 60,
        mistakes_per_million: 100,
        pays_to_predict: Amount::ZERO,
    }
}

fn bad(name: &str, behaviour: Behaviour, deposit: u128, wait: u32) -> AgentPlan {
    AgentPlan {
        name: name.into(),
        behaviour,
        deposit_mean: Amount::mdc(deposit),
        deposit_spread: Amount::mdc(deposit / 10),
        wait_mean: wait,
        wait_spread: wait / 10,
        ..good()
    }
}

/// What all runs of the gallery share: a deposit of 90 MDC ten minutes after the last contribution, 36 after an hour.
/// Four snippets of film reviews are joined into one text, since a model of single sentences is wrong about one in
/// four, and who contributes honestly to such a model pays for that.
fn setting() -> Config {
    Config {
        format: FORMAT.into(),
        name: String::new(),
        seed: 1,
        days: 14,
        points: 200,
        max_contributions: 100_000,
        start_percent: 40,
        test_percent: 20,
        join_rows: 4,
        encoder: EncoderPlan::FrequentWords { count: 1_000 },
        classifier: ClassifierKind::NaiveBayes,
        setting: 1_000_000,
        incentive: IncentivePlan::Deposit {
            terms: Terms {
                cost_weight: Amount(Amount::ONE.0 * 6 / 10),
                refund_wait: 86_400,
                owner_wait: 3 * 86_400,
                any_wait: 9 * 86_400,
            },
        },
        owner_interval: None,
        agents: Vec::new(),
    }
}

/// What the figures of a run show: who gained, who lost, and what it did to the model. `None` unless there is both a
/// good agent and another one.
pub(crate) fn conclusion(outcome: &Outcome) -> Option<String> {
    let of = |good: bool| -> Vec<&AgentResult> {
        let plans = outcome.config.agents.iter().zip(&outcome.agents);
        plans.filter(|(plan, _)| (plan.behaviour == Behaviour::Good) == good).map(|(_, agent)| agent).collect()
    };
    let (good, bad) = (of(true), of(false));
    if good.is_empty() || bad.is_empty() {
        return None;
    }
    let money = |agents: &[&AgentResult]| {
        let sum = |amount: fn(&AgentResult) -> u128| agents.iter().map(|agent| amount(agent)).sum::<u128>();
        crate::result::percent(sum(|agent| agent.end.0), sum(|agent| agent.start.0))
    };
    let points: u64 = bad.iter().map(|agent| agent.points).sum();
    let made: u32 = bad.iter().map(|agent| agent.contributions).sum();
    let (theirs, honest) = (money(&bad), money(&good));
    let accuracy = |correct| outcome.accuracy(correct);
    let harm = accuracy(outcome.start_correct) - accuracy(outcome.end_correct);
    let pays = if theirs > 100.5 {
        "the attack paid"
    } else if theirs < 99.5 {
        "the attack cost money"
    } else {
        "the attack earned nothing"
    };
    let model = if harm > 2.0 {
        format!("the model lost {harm:.1} points of accuracy")
    } else if harm < -0.5 {
        format!("the model still gained {:.1} points of accuracy", -harm)
    } else {
        "the model held its accuracy".to_owned()
    };
    Some(format!(
        "With {made} contributions the attacker{} ended at {theirs:.1} % of the start balance and with {points} point{}, the honest at {honest:.1} %: {pays}, and {model} ({:.1} % to {:.1} %; {:.1} % if trained on all data).",
        if bad.len() == 1 { "" } else { "s" },
        if points == 1 { "" } else { "s" },
        accuracy(outcome.start_correct),
        accuracy(outcome.end_correct),
        accuracy(outcome.baseline_correct),
    ))
}
