//! Random audits: the client runs some parts of a job again, and holds them against what the provider says. Which ones, it draws
//! by itself once the provider has said where a part ended, so that nobody can know before.

use compute_engine::Checkpoint;
use protocol::{Digest, cid::Cid};

use crate::{Announced, Client, Liar, Shown};

/// The whole, in the unit of `Terms::audit_rate`.
const WHOLE: u64 = 10_000;

/// Whether a part is run again; `drawn` is random bytes that nobody knew before.
pub fn is_audited(rate: u16, drawn: [u8; 32]) -> bool {
    let [a, b, c, d, e, f, g, h, ..] = drawn;
    // 10,000 goes into 2^64 so often that what is left over does not count.
    u64::from_be_bytes([a, b, c, d, e, f, g, h]) % WHOLE < rate.into()
}

/// Where a part ends, as the provider says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    Checkpoint(Announced),
    /// `Outcome::hash`, which covers how it ended, its log and its count.
    End(Digest),
}

/// Where it ended when it was run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    Checkpoint(Box<Checkpoint>),
    End(Digest),
}

/// A part of a job from a checkpoint that was promised pay, or from its start, to a later one or to its end. Nothing else begins
/// one: what a provider tells and is not paid for is looked at by nobody, so it could be made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audit {
    /// `None` where the job begins.
    pub from: Option<Announced>,
    pub until: Until,
    begun: u64,
}

/// What a client that has run a job itself knows of what was submitted for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    Right,
    Wrong(Liar),
    /// Nothing was shown that opens it: it may be either.
    Open,
}

impl Audit {
    /// This part with an older one that was drawn and is not run yet. What was drawn stays drawn, whatever the provider tells next.
    #[must_use]
    pub fn with(self, older: Option<Self>) -> Self {
        Self { from: older.map_or(self.from, |older| older.from), ..self }
    }

    /// After how many instructions a checkpoint is taken where it is run again: where the part ends. An honest provider was
    /// between two steps there.
    pub fn every(&self) -> u64 {
        match self.until {
            Until::Checkpoint(last) => last.instructions.saturating_sub(self.begins_at()),
            Until::End(_) => u64::MAX,
        }
    }

    /// Holds what came out against what the provider said: the state, not the file, which may be packed otherwise. `said` is
    /// the checkpoint at the end, if the part ends at one.
    ///
    /// # Errors
    /// [`Liar::Audit`]
    pub fn check(&self, found: &Reached, said: Option<&Checkpoint>) -> Result<(), Liar> {
        let is_same = match (self.until, found, said) {
            (Until::Checkpoint(_), Reached::Checkpoint(found), Some(said)) => **found == *said,
            (Until::End(said), Reached::End(found), _) => *found == said,
            _ => false,
        };
        if is_same { Ok(()) } else { Err(Liar::Audit { instructions: self.begins_at() }) }
    }

    fn begins_at(&self) -> u64 {
        self.from.map_or(self.begun, |from| from.instructions)
    }
}

impl Client {
    /// The part that ends at a checkpoint for which pay is asked.
    pub fn audit_to(&self, file: Cid) -> Option<Audit> {
        let last = self.told().find(|told| told.file == file)?;
        Some(self.audit_until(Until::Checkpoint(last)))
    }

    /// The part that ends with the result.
    pub fn audit_of_the_end(&self, shown: &Shown) -> Audit {
        self.audit_until(Until::End(shown.result))
    }

    fn audit_until(&self, until: Until) -> Audit {
        Audit { from: self.vouched(), until, begun: self.begun() }
    }
}
