//! What an agent contributes at a look at the model.

use shared_model::{Refusal, Sample};

use crate::{
    chain::Chain,
    chance::Chance,
    config::{AgentPlan, Behaviour},
    error::SimulationError,
};

/// An agent in a run.
pub(crate) struct Agent {
    pub(crate) plan: AgentPlan,
    pub(crate) number: usize,
    chance: Chance,
    pub(crate) contributions: u32,
    pub(crate) wrong: u32,
    pub(crate) known: u32,
    pub(crate) refunds: u32,
    pub(crate) reports: u32,
    /// Rows of the pool that it has not drawn yet, the next one last.
    rows: Vec<usize>,
    /// For copying: contributions of others that it has looked at.
    seen: usize,
}

/// Contributions of others that a copier tries at a look at most.
const TRIES: usize = 20;

impl Agent {
    /// An agent that will go through `pool` rows in an order of its own, each once.
    pub(crate) fn new(plan: AgentPlan, number: usize, seed: u64, pool: usize) -> Self {
        let mut chance = Chance::new(seed, number as u64 + 1);
        let mut rows: Vec<usize> = (0..pool).collect();
        chance.shuffle(&mut rows);
        Self { plan, number, chance, contributions: 0, wrong: 0, known: 0, refunds: 0, reports: 0, rows, seen: 0 }
    }

    /// Seconds until the next look.
    pub(crate) fn wait(&mut self) -> u64 {
        let (mean, spread) = (u128::from(self.plan.wait_mean), u128::from(self.plan.wait_spread));
        self.chance.normal(mean, spread, 1).min(u128::from(u32::MAX)) as u64
    }

    /// Claims what it can, pays for asking, and contributes if it may and wants to.
    pub(crate) fn look(&mut self, chain: &mut Chain, pool: &[(Sample, u16)], may: bool) -> Result<(), SimulationError> {
        let (refunds, reports) = chain.claim(self.number)?;
        self.refunds += refunds;
        self.reports += reports;
        let owner = chain.wallets.len() - 1;
        chain.pay(self.number, owner, self.plan.pays_to_predict)?;
        let most = self.chance.normal(self.plan.deposit_mean.0, self.plan.deposit_spread.0, 0);
        let most = protocol::Amount(most);
        let affordable = chain.model.deposit(chain.now) <= most.min(chain.funds(self.number));
        if !may || !affordable {
            return Ok(());
        }
        if self.plan.behaviour == Behaviour::CopyOthers {
            return self.copy(chain, most);
        }
        let Some(&row) = self.rows.last() else { return Ok(()) };
        let Some((sample, truth)) = pool.get(row) else { return Ok(()) };
        let label = self.label(chain, sample, *truth)?;
        match chain.contribute(self.number, sample, label, most)? {
            Ok(predicted) => {
                self.rows.pop();
                self.made(label, Some(*truth), predicted);
            }
            // The pool has this row twice.
            Err(Refusal::AlreadyContributed { .. }) => {
                self.rows.pop();
            }
            Err(_) => {}
        }
        Ok(())
    }

    /// The label that it gives to a row.
    fn label(&mut self, chain: &Chain, sample: &Sample, truth: u16) -> Result<u16, SimulationError> {
        let mistaken = self.chance.happens(self.plan.mistakes_per_million);
        let other = |chance: &mut Chance| {
            let others = u64::from(chain.model.classes.saturating_sub(1));
            let label = chance.below(others) as u16;
            if label >= truth { label + 1 } else { label }
        };
        Ok(match self.plan.behaviour {
            Behaviour::Good if !mistaken => truth,
            Behaviour::FlipLabels if mistaken => truth,
            Behaviour::Good | Behaviour::FlipLabels => other(&mut self.chance),
            Behaviour::FarmScores | Behaviour::CopyOthers => chain.classifier.predict(sample)?,
        })
    }

    /// Contributes what somebody else contributed since its last look, the latest first.
    fn copy(&mut self, chain: &mut Chain, most: protocol::Amount) -> Result<(), SimulationError> {
        let me = chain.person(self.number);
        let first = self.seen;
        self.seen = chain.model.contributions.len();
        let fresh = chain.model.contributions.get(first..).unwrap_or_default();
        let others = fresh.iter().rev().filter(|c| c.record.contributor != me);
        let copies: Vec<(Vec<u8>, u16)> = others.take(TRIES).map(|c| (c.sample.clone(), c.record.label)).collect();
        for (bytes, label) in copies {
            let Ok(sample) = chain.classifier.sample(&bytes) else { continue };
            match chain.contribute(self.number, &sample, label, most)? {
                Ok(predicted) => {
                    self.made(label, None, predicted);
                    return Ok(());
                }
                Err(Refusal::AlreadyContributed { .. }) => {}
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    fn made(&mut self, label: u16, truth: Option<u16>, predicted: u16) {
        self.contributions += 1;
        self.wrong += u32::from(truth.is_some_and(|truth| truth != label));
        self.known += u32::from(predicted == label);
    }
}
