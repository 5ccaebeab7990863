//! What is remembered of a job. It stands where it is kept before the client or the chain is told of it, so that a provider that
//! is ended loses nothing but work since the last checkpoint.

use compute_session::{Announced, Deal, Provider, Shown, SignedQuote, Voucher};
use protocol::{Digest, cid::Cid};
use serde::{Deserialize, Serialize};

/// How a job ended here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// `Outcome::hash`.
    pub result: Digest,
    pub units: u64,
    /// How, by its number, and instructions since the job's very first step.
    pub ended: u8,
    pub instructions: u64,
    pub log_head: Digest,
    /// The sealed result.
    pub file: Cid,
}

/// What is remembered of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Hides what is submitted until it is shown.
    pub salt: Digest,
    pub quote: Option<SignedQuote>,
    /// The oldest first; the file of the last one is kept too, with all lines of the log before it.
    pub checkpoints: Vec<Announced>,
    pub voucher: Option<Voucher>,
    /// The client wants no more of it.
    pub stopped: bool,
    pub end: Option<End>,
    /// Why it cannot be ended here, as it is told on chain.
    pub failed: Option<u16>,
}

impl Record {
    /// Of a job that is new here. `salt`: 32 bytes from the operating system, never used before.
    pub fn new(salt: Digest) -> Self {
        let checkpoints = Vec::new();
        Self { salt, quote: None, checkpoints, voucher: None, stopped: false, end: None, failed: None }
    }

    /// What hides the answer of a submission (round 0), or of a juror's round.
    pub fn salt(&self, round: u8) -> Digest {
        if round == 0 { self.salt } else { Digest::of(&[&self.salt.0[..], &[round]].concat()) }
    }

    /// Whether nothing of it is to be run any more.
    pub fn is_over(&self) -> bool {
        self.end.is_some() || self.failed.is_some() || self.stopped
    }

    /// Whether a quote can still be locked.
    pub fn holds_quote(&self, now: u64) -> bool {
        self.quote.is_some_and(|signed| now < signed.quote.expiry)
    }

    /// Units that are promised.
    pub fn promised(&self) -> u64 {
        self.voucher.map_or(0, |voucher| voucher.units)
    }

    /// What the client is told once it stands on chain.
    pub fn shown(&self) -> Option<Shown> {
        let End { result, units, ended, instructions, file, .. } = self.end?;
        Some(Shown { result, units, salt: self.salt, ended, instructions, file })
    }

    /// The provider's side of the talk, which goes on where it was. `lines` are those of the log before the last checkpoint.
    pub fn side(&self, deal: Deal, lines: Vec<Vec<u8>>) -> Provider {
        let mut side = Provider::new(deal).kept(lines, &self.checkpoints, self.voucher);
        if let Some(quote) = self.quote {
            side.quote(quote);
        }
        side
    }
}
