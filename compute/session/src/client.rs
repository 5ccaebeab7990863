//! The client's side.

use std::collections::BTreeMap;

use compute_engine::{LINE, line_head};
use protocol::{Digest, cid::Cid};

use crate::{Announced, Deal, Liar, Lines, Shown, Signature, SignedQuote, ToClient, ToProvider, Voucher};

/// A provider may be so many times as fast as it was measured to be.
const PACE: u64 = 4;

/// What came that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A quote that can be locked.
    Quoted(SignedQuote),
    Declined {
        why: String,
    },
    /// Lines of the log that were not there before.
    Lines(Vec<Vec<u8>>),
    /// A checkpoint for which nothing was promised yet: so many units are asked for. Whoever pays signs
    /// [`Deal::voucher_digest`] and gives it to [`Client::vouch`].
    Checkpoint {
        units: u64,
        file: Cid,
    },
    /// What was submitted.
    Shown(Shown),
}

/// What a client knows of a job at one provider.
#[derive(Debug, Clone)]
pub struct Client {
    deal: Deal,
    quote: Option<SignedQuote>,
    /// Heads of the log behind each line.
    heads: Vec<Digest>,
    logged: u64,
    instructions: u64,
    /// By their instructions.
    checkpoints: BTreeMap<u64, Cid>,
    voucher: Option<Voucher>,
    /// What stands on chain.
    submitted: Option<Digest>,
    shown: Option<Shown>,
    /// When the job was started, and units a second that the provider was measured to run.
    pace: Option<(u64, u64)>,
    asks: bool,
    stops: bool,
    due: Vec<ToProvider>,
}

impl Client {
    pub fn new(deal: Deal) -> Self {
        Self {
            deal,
            quote: None,
            heads: Vec::new(),
            logged: deal.begun_log,
            instructions: deal.begun,
            checkpoints: BTreeMap::new(),
            voucher: None,
            submitted: None,
            shown: None,
            pace: None,
            asks: false,
            stops: false,
            due: Vec::new(),
        }
    }

    /// Asks for a quote.
    pub fn ask(&mut self) {
        self.asks = true;
        self.due.push(ToProvider::Ask);
    }

    /// The job has started, at a time in seconds since the epoch, at a provider that was measured to run so many units a second.
    pub fn started(&mut self, at: u64, units_per_second: u64) {
        self.asks = false;
        self.pace = Some((at, units_per_second));
    }

    /// Asks the provider to stop.
    pub fn stop(&mut self) {
        self.stops = true;
        self.due.push(ToProvider::Stop);
    }

    /// The client has signed for a checkpoint. Only what is more than before counts.
    pub fn vouch(&mut self, units: u64, checkpoint: Cid, signature: Signature) {
        if self.voucher.is_none_or(|voucher| voucher.units < units) {
            let voucher = Voucher { units, checkpoint, signature };
            self.voucher = Some(voucher);
            self.due.push(ToProvider::Voucher(voucher));
        }
    }

    /// A result was submitted on chain.
    ///
    /// # Errors
    /// [`Liar::OtherResult`] where another one was shown.
    pub fn submitted(&mut self, commitment: Digest) -> Result<(), Liar> {
        self.submitted = Some(commitment);
        self.shown.map_or(Ok(()), |shown| self.check_shown(&shown))
    }

    /// Takes a message of the provider, at a time in seconds since the epoch: what is new in it.
    ///
    /// # Errors
    /// [`Liar`]: nothing has changed, and nothing more should be taken.
    pub fn take(&mut self, operation: u32, payload: &[u8], now: u64) -> Result<Option<News>, Liar> {
        match ToClient::decode(operation, payload)? {
            ToClient::Quoted(signed) => {
                // What was asked for long ago may come late.
                if self.quote == Some(signed) || !self.asks {
                    return Ok(None);
                }
                self.deal.check_quote(&signed, now)?;
                self.quote = Some(signed);
                Ok(Some(News::Quoted(signed)))
            }
            ToClient::Declined { why } => Ok(self.asks.then_some(News::Declined { why })),
            ToClient::Lines(lines) => self.lines(lines, now),
            ToClient::Checkpoint(announced) => self.checkpoint(announced, now),
            ToClient::Shown(shown) => {
                if self.shown == Some(shown) {
                    return Ok(None);
                }
                self.check_shown(&shown)?;
                if self.shown.is_some() {
                    return Err(Liar::OtherResult);
                }
                self.shown = Some(shown);
                Ok(Some(News::Shown(shown)))
            }
        }
    }

    fn check_shown(&self, shown: &Shown) -> Result<(), Liar> {
        let Some(submitted) = self.submitted else { return Ok(()) };
        if shown.is_of(self.deal.of.job, self.deal.provider, submitted) { Ok(()) } else { Err(Liar::OtherResult) }
    }

    fn lines(&mut self, found: Lines, now: u64) -> Result<Option<News>, Liar> {
        self.counts(found.instructions, now)?;
        let known = self.heads.len() as u64;
        if found.from > known {
            // Something is missing before it.
            self.due.push(ToProvider::Heard { lines: known });
            return Ok(None);
        }
        let (mut heads, mut logged, mut fresh) = (Vec::new(), self.logged, Vec::new());
        let mut head = self.head_at(found.from);
        for (number, line) in (found.from..).zip(found.lines) {
            head = line_head(head, &line);
            match usize::try_from(number).ok().and_then(|number| self.heads.get(number)) {
                Some(known) if *known != head => return Err(Liar::OtherLog { line: number + 1 }),
                Some(_) => {}
                None => {
                    logged = logged.saturating_add((line.len() + LINE) as u64);
                    if logged > self.deal.log {
                        return Err(Liar::LogTooLong);
                    }
                    heads.push(head);
                    fresh.push(line);
                }
            }
        }
        self.instructions = self.instructions.max(found.instructions);
        self.heads.extend(heads);
        self.logged = logged;
        if fresh.is_empty() {
            return Ok(None);
        }
        self.due.push(ToProvider::Heard { lines: self.lines_heard() });
        Ok(Some(News::Lines(fresh)))
    }

    fn checkpoint(&mut self, found: Announced, now: u64) -> Result<Option<News>, Liar> {
        self.counts(found.instructions, now)?;
        match self.checkpoints.get(&found.instructions) {
            Some(known) if *known != found.file => {
                return Err(Liar::TwoCheckpoints { instructions: found.instructions });
            }
            Some(_) => return Ok(None),
            None => {}
        }
        self.instructions = self.instructions.max(found.instructions);
        self.checkpoints.insert(found.instructions, found.file);
        let units = self.deal.units(found.instructions);
        let is_more = units > 0 && self.voucher.is_none_or(|voucher| voucher.units < units);
        Ok((is_more && !self.stops).then_some(News::Checkpoint { units, file: found.file }))
    }

    /// Whether so many instructions can have run by now.
    fn counts(&self, instructions: u64, now: u64) -> Result<(), Liar> {
        let (units, most) = (self.deal.units(instructions), self.deal.terms.units);
        if units > most {
            return Err(Liar::TooManyUnits { units, most });
        }
        if let Some((started, speed)) = self.pace {
            let seconds = now.saturating_sub(started);
            // What clocks say differently counts as some seconds more.
            if units > seconds.saturating_add(30).saturating_mul(speed).saturating_mul(PACE) {
                return Err(Liar::TooFast { units, seconds });
            }
        }
        Ok(())
    }

    fn head_at(&self, line: u64) -> Digest {
        let before = line.checked_sub(1).and_then(|before| usize::try_from(before).ok());
        before.and_then(|before| self.heads.get(before)).copied().unwrap_or(self.deal.begun_head)
    }

    /// What is to be sent now.
    pub fn take_due(&mut self) -> Vec<ToProvider> {
        std::mem::take(&mut self.due)
    }

    /// Everything that the provider should know, again: after a link was made anew, or nothing came for long.
    pub fn say_again(&mut self) {
        self.due.clear();
        if self.asks {
            self.due.push(ToProvider::Ask);
        }
        self.due.push(ToProvider::Heard { lines: self.lines_heard() });
        self.due.extend(self.voucher.map(ToProvider::Voucher));
        if self.stops {
            self.due.push(ToProvider::Stop);
        }
    }

    /// Lines of the log that have come.
    pub fn lines_heard(&self) -> u64 {
        self.heads.len() as u64
    }

    /// Head of the log as far as it has come: at the end it is what was submitted.
    pub fn head(&self) -> Digest {
        self.head_at(self.lines_heard())
    }

    /// Instructions that the provider says have run.
    pub fn instructions(&self) -> u64 {
        self.instructions
    }

    /// The last promise.
    pub fn voucher(&self) -> Option<&Voucher> {
        self.voucher.as_ref()
    }

    /// The last checkpoint: who resumes elsewhere begins there.
    pub fn last_checkpoint(&self) -> Option<Announced> {
        self.told().last()
    }

    /// Checkpoints from which somebody may go on: the last one, and the last one that was promised pay.
    pub fn going_on_from(&self) -> Vec<Cid> {
        let last = self.last_checkpoint().map(|last| last.file);
        last.into_iter().chain(self.voucher().map(|voucher| voucher.checkpoint)).collect()
    }

    /// All checkpoints that were told, in order.
    pub(crate) fn told(&self) -> impl DoubleEndedIterator<Item = Announced> + '_ {
        self.checkpoints.iter().map(|(instructions, file)| Announced { instructions: *instructions, file: *file })
    }

    /// Instructions at which the job begins.
    pub(crate) fn begun(&self) -> u64 {
        self.deal.begun
    }
}
