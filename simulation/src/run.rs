//! A run, event by event.

use std::{cmp::Reverse, collections::BinaryHeap, ops::ControlFlow};

use serde::{Deserialize, Serialize};
use shared_model::{IncentiveKind, Model, ModelFile, lanes};

use crate::{
    agent::Agent,
    chain::Chain,
    config::Config,
    data::Dataset,
    error::SimulationError,
    gallery,
    market::{self, Evaluation},
    result::{AgentResult, Outcome, Point, Rows, days, percent},
};

/// Seconds of a day.
const DAY: u64 = 86_400;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// 0 to 1.
    pub done: f64,
    pub day: f64,
    pub contributions: u32,
    /// At the last point of the curve.
    pub correct: u32,
    pub total: u32,
}

/// A run that can be stepped, watched and stopped.
pub struct Simulation {
    config: Config,
    chain: Chain,
    agents: Vec<Agent>,
    rows: Rows,
    dataset: Dataset,
    /// When somebody looks at the model next: time, number in order of planning, who.
    queue: BinaryHeap<Reverse<(u64, u64, usize)>>,
    planned: u64,
    points: Vec<Point>,
    start_correct: u32,
    baseline_correct: u32,
    evaluation: Option<Evaluation>,
    over: bool,
}

/// Runs to the end, or until `watch` breaks; then the outcome is that of the part that was run.
///
/// # Errors
/// [`SimulationError`] where the configuration does not fit the data.
pub fn run(
    config: Config,
    dataset: Dataset,
    mut watch: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<(Outcome, ModelFile), SimulationError> {
    let mut simulation = Simulation::new(config, dataset)?;
    let mut stopped = false;
    while simulation.step()? {
        if watch(simulation.progress()).is_break() {
            stopped = true;
            break;
        }
    }
    let mut outcome = simulation.outcome();
    if stopped {
        outcome.stop(simulation.progress().day);
    }
    Ok((outcome, simulation.file()?))
}

impl Simulation {
    /// Fits the start and the baseline, and puts the model on its chain.
    ///
    /// # Errors
    /// [`SimulationError`] where the configuration does not fit the data.
    pub fn new(config: Config, dataset: Dataset) -> Result<Self, SimulationError> {
        config.check()?;
        let start = dataset.fit(&config, &dataset.start)?;
        let everything: Vec<_> = dataset.start.iter().chain(&dataset.pool).cloned().collect();
        let best = dataset.fit(&config, &everything)?.classifier()?;
        let baseline_correct = shared_model::learn::accuracy::Accuracy::new(&best, dataset.test.clone())?.correct();
        let mut chain = Chain::new(&config, &start, dataset.test.clone())?;
        // A market trains from the loaded weights again and again.
        chain.classifier.restart()?;
        let start_correct = chain.accuracy.correct();
        let end = u64::from(config.days) * DAY;
        market::open(&mut chain, &config.incentive, dataset.test.len(), end)?;
        let rows = Rows {
            start: dataset.start.len() as u32,
            pool: dataset.pool.len() as u32,
            test: dataset.test.len() as u32,
            left_out: dataset.left_out as u32,
        };
        let plans = config.agents.iter().cloned().enumerate();
        let agents: Vec<Agent> =
            plans.map(|(number, plan)| Agent::new(plan, number, config.seed, dataset.pool.len())).collect();
        let mut simulation = Self {
            chain,
            agents,
            rows,
            dataset,
            queue: BinaryHeap::new(),
            planned: 0,
            points: Vec::new(),
            start_correct,
            baseline_correct,
            evaluation: None,
            over: false,
            config,
        };
        for number in 0..simulation.agents.len() {
            simulation.plan(number);
        }
        if simulation.config.owner_interval.is_some() {
            simulation.plan(simulation.agents.len());
        }
        simulation.record(0);
        Ok(simulation)
    }

    /// Contributions are taken until then.
    fn closes(&self) -> u64 {
        u64::from(self.config.days) * DAY
    }

    /// By then everything can be claimed by anybody.
    fn settled_by(&self) -> u64 {
        let slowest = self.config.agents.iter().map(|a| u64::from(a.wait_mean) + 6 * u64::from(a.wait_spread)).max();
        self.closes() + u64::from(self.config.incentive.terms().any_wait) + slowest.unwrap_or_default() + 1
    }

    /// Plans the next look of an agent, or of the owner for the number after the last.
    fn plan(&mut self, number: usize) {
        let wait = match self.agents.get_mut(number) {
            Some(agent) => agent.wait(),
            None => u64::from(self.config.owner_interval.unwrap_or(u32::MAX)),
        };
        self.queue.push(Reverse((self.chain.now + wait, self.planned, number)));
        self.planned += 1;
    }

    /// Lets the next thing happen. Answers whether there is more.
    ///
    /// # Errors
    /// [`SimulationError::Fold`] if the simulation broke its own rules.
    pub fn step(&mut self) -> Result<bool, SimulationError> {
        if self.over {
            return Ok(false);
        }
        if let Some(evaluation) = &mut self.evaluation {
            self.over = evaluation.step(&mut self.chain)?;
            if self.over {
                self.finish();
            }
            return Ok(!self.over);
        }
        let Some(Reverse((time, _, number))) = self.queue.pop() else {
            self.finish();
            return Ok(false);
        };
        let closed = time >= self.closes() || self.contributions() >= self.config.max_contributions;
        if closed && self.config.incentive.kind() == IncentiveKind::Market {
            self.record(self.closes());
            self.chain.now = self.closes();
            self.evaluation = Some(Evaluation::new(&mut self.chain, &self.dataset.test)?);
            return Ok(true);
        }
        if time >= self.settled_by() || (time >= self.closes() && self.chain.open.is_empty()) {
            self.finish();
            return Ok(false);
        }
        self.record(time);
        self.chain.now = time;
        match self.agents.get_mut(number) {
            Some(agent) => agent.look(&mut self.chain, &self.dataset.pool, !closed)?,
            None => {
                self.chain.claim(number)?;
            }
        }
        self.plan(number);
        Ok(true)
    }

    fn contributions(&self) -> u32 {
        self.chain.model.contributions.len() as u32
    }

    /// Records the points of the curves up to a time, as things are before what happens then.
    fn record(&mut self, until: u64) {
        let gaps = u64::from(self.config.points - 1);
        while (self.points.len() as u64) <= gaps {
            let at = self.closes() * self.points.len() as u64 / gaps;
            if at > until || (at == until && until > 0 && at < self.closes()) {
                return;
            }
            let point = self.point(at);
            self.points.push(point);
        }
    }

    fn point(&mut self, at: u64) -> Point {
        let correct = self.chain.correct();
        let balance = |agent: &Agent| percent(self.chain.funds(agent.number).0, agent.plan.start_balance.0);
        Point {
            day: days(at),
            correct,
            contributions: self.contributions(),
            balances: self.agents.iter().map(balance).collect(),
        }
    }

    /// The last point shows how all ended, when everything is settled.
    fn finish(&mut self) {
        self.record(self.closes());
        let end = self.point(self.chain.now.max(self.closes()));
        self.points.push(end);
        self.over = true;
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let by_time = self.chain.now as f64 / self.closes() as f64;
        let by_number = f64::from(self.contributions()) / f64::from(self.config.max_contributions);
        let done = match &self.evaluation {
            Some(_) if self.over => 1.0,
            // How many passes there will be is not known; the first one is most of it.
            Some(evaluation) => 0.5 + 0.5 * evaluation.next() as f64 / f64::from(self.contributions().max(1)),
            None if self.over => 1.0,
            None if self.config.incentive.kind() == IncentiveKind::Market => by_time.min(1.0) / 2.0,
            None => by_time.max(by_number).min(1.0),
        };
        Progress {
            done,
            day: days(self.chain.now),
            contributions: self.contributions(),
            correct: self.points.last().map_or(self.start_correct, |point| point.correct),
            total: self.chain.accuracy.total(),
        }
    }

    /// The model's state: its contributions, and what became of them.
    pub fn model(&self) -> &Model {
        &self.chain.model
    }

    /// All money, wherever it is, in 10^-18 MDC: the same after every step.
    pub fn money(&self) -> u128 {
        self.chain.money()
    }

    /// What came of it so far.
    pub fn outcome(&self) -> Outcome {
        let lost = |number: usize| {
            let person = self.chain.person(number);
            let own = self.chain.model.contributions.iter().filter(|c| c.record.contributor == person);
            own.flat_map(|c| c.takes.iter()).map(|(_, amount, _)| amount.0).sum::<u128>()
        };
        let agents = self.agents.iter().map(|agent| {
            let account = self.chain.model.account(&self.chain.person(agent.number));
            let (start, end) = (agent.plan.start_balance, self.chain.funds(agent.number));
            AgentResult {
                name: agent.plan.name.clone(),
                start,
                end,
                percent: percent(end.0, start.0),
                points: account.good,
                contributions: agent.contributions,
                wrong: agent.wrong,
                known: agent.known,
                refunds: agent.refunds,
                reports: agent.reports,
                earned: account.earned,
                lost: protocol::Amount(lost(agent.number)),
            }
        });
        let mut outcome = Outcome {
            config: self.config.clone(),
            terms: self.config.incentive.terms(),
            rows: self.rows,
            points: self.points.clone(),
            start_correct: self.start_correct,
            end_correct: self.chain.accuracy.clone().count(&self.chain.classifier),
            baseline_correct: self.baseline_correct,
            agents: agents.collect(),
            owner_end: self.chain.funds(self.agents.len()),
            contributions: self.contributions(),
            stopped: false,
            conclusion: None,
        };
        outcome.conclusion = gallery::conclusion(&outcome);
        outcome
    }

    /// The model as it is now, ready to be deployed.
    ///
    /// # Errors
    /// [`SimulationError::File`] where it could not be.
    pub fn file(&self) -> Result<ModelFile, SimulationError> {
        let mut shape = self.chain.classifier.shape().clone();
        shape.classes = self.chain.classifier.classes();
        shape.headers = self.chain.classifier.headers();
        let mut words = self.chain.classifier.words();
        words.truncate(shape.needed() * lanes::WORD_BYTES);
        self.dataset.file(&self.config, shape, words)
    }
}
