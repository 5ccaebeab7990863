//! What a task tells, number by number. The grant's check on the chain and what the page says before anybody confirms
//! are made of this one list.

use mpc::Seat;
use serde::{Deserialize, Serialize};

use super::{Evaluation, Metric, Task};
use crate::Receiver;

/// Something that a task tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Coefficients of the features of one owner; with the label owner's, the intercept last.
    Coefficients(Seat),
    /// Squared standard errors of the same.
    StandardErrors(Seat),
    /// The metric of the evaluation.
    Metric(Metric),
    /// The same for each part.
    EachPart(Metric),
    /// Whether the columns can be told apart.
    Solvable,
    /// Whether errors stay within what can be counted.
    InRange,
    /// Whether no row decides the model alone.
    NoRowAlone,
}

/// How many numbers are told as one fact, and to whom. A bit is opened to both owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub fact: Fact,
    pub to: Option<Receiver>,
    pub count: u32,
}

impl Task {
    /// Everything that the task tells if it succeeds, in the order in which it is told.
    pub fn facts(&self) -> Vec<Facts> {
        let bit = |fact| Facts { fact, to: None, count: 1 };
        let mut facts = vec![bit(Fact::Solvable)];
        if !self.metrics.is_empty() {
            if self.evaluation == Evaluation::LeaveOneOut {
                facts.push(bit(Fact::NoRowAlone));
            }
            facts.push(bit(Fact::InRange));
        }
        for &metric in &self.metrics {
            let to = Some(Receiver::Requester);
            facts.push(Facts { fact: Fact::Metric(metric), to, count: 1 });
            if self.reveals.each_part {
                facts.push(Facts { fact: Fact::EachPart(metric), to, count: self.tested_parts() as u32 });
            }
        }
        for (to, seat) in self.coefficient_receivers() {
            let count = self.features_of(seat) as u32 + u32::from(seat == self.label);
            facts.push(Facts { fact: Fact::Coefficients(seat), to: Some(to), count });
            if self.reveals.standard_errors {
                facts.push(Facts { fact: Fact::StandardErrors(seat), to: Some(to), count });
            }
        }
        facts
    }

    /// Numbers that the task tells, all together: what is counted against a grant.
    pub fn fact_count(&self) -> u32 {
        self.facts().iter().map(|facts| facts.count).sum()
    }

    /// Who gets the coefficients of whose features.
    pub(crate) fn coefficient_receivers(&self) -> Vec<(Receiver, Seat)> {
        let own = Seat::BOTH.map(|seat| (Receiver::Owner(seat), seat));
        let all = Seat::BOTH.map(|seat| (Receiver::Requester, seat));
        let own = own.into_iter().filter(|_| self.reveals.own_coefficients);
        own.chain(all.into_iter().filter(|_| self.reveals.all_coefficients)).collect()
    }

    /// Parts on which errors are counted.
    pub(crate) fn tested_parts(&self) -> usize {
        match self.evaluation {
            Evaluation::Training | Evaluation::LeaveOneOut | Evaluation::Split { .. } => 1,
            Evaluation::Folds(folds) => folds,
        }
    }
}
