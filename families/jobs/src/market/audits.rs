//! What random audits mean. A cheat that is found loses its stake; one that is not saves at most the price of the job. With S
//! the stake in prices of the job, cheating costs more than it saves where the rate is above 1 / (1 + S).

use protocol::Amount;

use crate::Terms;

/// A rate of audits, and what it means for a stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audits {
    /// In 1/10,000 of the checkpoints.
    pub rate: u16,
    /// Whether cheating costs more than it saves.
    pub deters: bool,
    /// The least rate that does, in 1/10,000; `None` where no rate does, since nothing is at stake.
    pub least: Option<u16>,
}

impl Audits {
    /// What the terms of a job mean at a price.
    pub fn of(terms: &Terms, price: Amount) -> Self {
        Self { rate: terms.audit_rate, deters: terms.deters(price), least: least(terms, price) }
    }

    /// What it means, in words.
    pub fn sentence(self) -> String {
        let per_cent = |rate: u16| match rate % 100 {
            0 => format!("{} %", rate / 100),
            rest => format!("{}.{rest:02} %", rate / 100),
        };
        match (self.deters, self.least) {
            (true, _) => format!(
                "With {} of its parts run again, a cheat loses more by its stake than it saves: it does not pay.",
                per_cent(self.rate)
            ),
            (false, Some(least)) => format!(
                "With {} of its parts run again a cheat may win on average. From {} on it does not pay; a larger stake lowers that.",
                per_cent(self.rate),
                per_cent(least)
            ),
            (false, None) => {
                "The provider has nothing at stake, so that no audits make cheating costly. Ask for a stake.".to_owned()
            }
        }
    }
}

fn least(terms: &Terms, price: Amount) -> Option<u16> {
    let deters = |audit_rate: u16| Terms { audit_rate, ..*terms }.deters(price);
    let (mut below, mut above) = (0, 10_000);
    if !deters(above) {
        return None;
    }
    if deters(below) {
        return Some(below);
    }
    while above - below > 1 {
        let middle = below + (above - below) / 2;
        *(if deters(middle) { &mut above } else { &mut below }) = middle;
    }
    Some(above)
}
