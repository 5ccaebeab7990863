//! What both sides know of a job before they talk, from the chain and from files that it names.

use compute_engine::{Checkpoint, Outcome};
use jobs::{
    Terms,
    typed_data::{self, Of},
};
use protocol::{Address, Digest, cid::Cid};

use crate::{Judged, Liar, Shown, Signature, SignedQuote, Voucher};

/// Instructions of a unit.
const UNIT: u64 = 1_000_000;

/// Who signed a digest; the zero address where nobody did. The contract's rule: of two signatures only the one with the lower s.
pub type Signer = fn(&Digest, &[u8]) -> Address;

/// A job between a client and a provider.
#[derive(Debug, Clone, Copy)]
pub struct Deal {
    pub of: Of,
    pub terms: Terms,
    pub client: Address,
    pub provider: Address,
    /// Bytes of the log at most, each line with `compute_engine::LINE` more.
    pub log: u64,
    /// Instructions, bytes of the log and its head, at which the job begins: zero without a checkpoint.
    pub begun: u64,
    pub begun_log: u64,
    pub begun_head: Digest,
    pub signer: Signer,
}

/// At how many instructions a job stops that begins at so many.
pub fn limit(terms: &Terms, begun: u64) -> u64 {
    begun.saturating_add(terms.units.saturating_mul(UNIT))
}

impl Deal {
    /// Where a job without a checkpoint begins.
    pub fn from_the_start(of: Of, terms: Terms, [client, provider]: [Address; 2], log: u64, signer: Signer) -> Self {
        Self { of, terms, client, provider, log, begun: 0, begun_log: 0, begun_head: Digest::ZERO, signer }
    }

    /// The same where the job goes on from a checkpoint.
    pub fn going_on_from(self, checkpoint: &Checkpoint) -> Self {
        let Checkpoint { instructions, logged, head, .. } = *checkpoint;
        Self { begun: instructions, begun_log: logged, begun_head: head, ..self }
    }

    /// Units that are paid for so many instructions, the last one whole. What ran before the job's checkpoint was paid to
    /// somebody else.
    pub fn units(&self, instructions: u64) -> u64 {
        instructions.saturating_sub(self.begun).div_ceil(UNIT)
    }

    /// Looks whether no more units were submitted than so many instructions take.
    ///
    /// # Errors
    /// [`Liar::OtherUnits`]
    pub fn check_units(&self, submitted: u64, instructions: u64) -> Result<(), Liar> {
        let took = self.units(instructions);
        if submitted > took { Err(Liar::OtherUnits { submitted, took }) } else { Ok(()) }
    }

    /// What came out, where this result, this head of the log and so many units are what was submitted, and are what is shown.
    ///
    /// # Errors
    /// [`Liar::OtherResult`], [`Liar::OtherUnits`].
    pub fn outcome(&self, shown: &Shown, result: Vec<u8>, head: Digest, units: u64) -> Result<Outcome, Liar> {
        let outcome = shown.outcome(result, head)?;
        self.check_units(units, outcome.instructions)?;
        // The commitment has a number of its own, and cannot be shown in a dispute with another one.
        if shown.units == units { Ok(outcome) } else { Err(Liar::OtherUnits { submitted: units, took: shown.units }) }
    }

    /// Holds what was submitted, with so many units, against what the job came to where the client ran it itself, from its start
    /// or from where its own runs had come to. `shown` is what opens the submission. Where nothing does, `is_there` says whether
    /// what stands on chain beside it, the file and the log's head, is of the same result.
    ///
    /// Only what is [`Judged::Wrong`] is challenged: no jurors can find it right.
    pub fn judge(&self, own: &Outcome, shown: Option<&Shown>, units: u64, is_there: bool) -> Judged {
        let took = self.units(own.instructions);
        match shown {
            Some(shown) if shown.result != own.hash() => Judged::Wrong(Liar::Audit { instructions: self.begun }),
            Some(_) => self.check_units(units, own.instructions).map_or_else(Judged::Wrong, |()| Judged::Right),
            // Jurors count them too, and no submission with another number stands, whatever it hides.
            None if units != took => Judged::Wrong(Liar::OtherUnits { submitted: units, took }),
            None if is_there => Judged::Right,
            None => Judged::Open,
        }
    }

    /// At how many instructions the job stops.
    pub fn limit(&self) -> u64 {
        limit(&self.terms, self.begun)
    }

    /// Instructions between two checkpoints.
    pub fn every(&self) -> u64 {
        self.terms.every.saturating_mul(UNIT)
    }

    /// What a provider signs.
    pub fn quote_digest(&self, quote: &jobs::Quote) -> Digest {
        self.of.quote(typed_data::terms(&self.terms), quote)
    }

    /// What a client signs.
    pub fn voucher_digest(&self, units: u64, checkpoint: Cid) -> Digest {
        self.of.voucher(self.provider, units, checkpoint.digest)
    }

    /// Whether a voucher promises to pay all units to a checkpoint.
    pub fn is_of(&self, voucher: &Voucher, instructions: u64, file: Cid) -> bool {
        voucher.checkpoint == file && voucher.units == self.units(instructions)
    }

    /// Whether a quote can be locked for this job at a time, by the rules of the contract that need no chain.
    ///
    /// # Errors
    /// [`Liar`], the first rule that is broken.
    pub fn check_quote(&self, signed: &SignedQuote, now: u64) -> Result<(), Liar> {
        let quote = &signed.quote;
        self.signed("quote", &self.quote_digest(quote), &signed.signature, self.provider)?;
        if quote.provider != self.provider {
            return Err(Liar::Quote { what: "it is another provider's" });
        }
        if quote.price.0 == 0 || quote.price > self.terms.highest_price {
            return Err(Liar::Quote { what: "its price is above the job's highest" });
        }
        if quote.units < self.terms.units {
            return Err(Liar::Quote { what: "it is for fewer units than the job has" });
        }
        if self.terms.stake < self.terms.least_stake(quote.price) {
            return Err(Liar::Quote { what: "the job's stake is too small for its price" });
        }
        if now >= quote.expiry {
            return Err(Liar::Quote { what: "it has expired" });
        }
        Ok(())
    }

    /// Whether a voucher can be shown to the contract.
    ///
    /// # Errors
    /// [`Liar`].
    pub fn check_voucher(&self, voucher: &Voucher) -> Result<(), Liar> {
        if voucher.units == 0 || voucher.units > self.terms.units {
            return Err(Liar::Voucher { units: voucher.units, most: self.terms.units });
        }
        let digest = self.voucher_digest(voucher.units, voucher.checkpoint);
        self.signed("voucher", &digest, &voucher.signature, self.client)
    }

    fn signed(&self, what: &'static str, digest: &Digest, by: &Signature, whose: Address) -> Result<(), Liar> {
        let found = (self.signer)(digest, &by.0);
        if found == whose { Ok(()) } else { Err(Liar::Signer { what, found, expected: whose }) }
    }
}
