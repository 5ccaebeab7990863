//! The client's side.

use std::collections::BTreeMap;

use compute_engine::{BadCheckpoint, Checkpoint, LINE, line_head};
use protocol::{Digest, cid::Cid};

use crate::{Announced, Deal, Liar, Lines, Shown, Signature, SignedQuote, ToClient, ToProvider, Voucher};

/// A provider may be so many times as fast as it was measured to be.
const PACE: u64 = 4;
/// Checkpoints that are known and not promised pay, at most. Whoever tells more of them loses sight of the oldest ones.
const MOST_TOLD: usize = 64;

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
    /// What was submitted: it opens what stands on chain.
    Shown(Shown),
}

/// The log behind a line.
#[derive(Debug, Clone, Copy)]
struct Logged {
    head: Digest,
    /// Bytes that count to the limit, all lines before it with it.
    bytes: u64,
}

/// What a client knows of a job at one provider.
#[derive(Debug, Clone)]
pub struct Client {
    deal: Deal,
    quote: Option<SignedQuote>,
    /// The log behind each line.
    log: Vec<Logged>,
    instructions: u64,
    /// By their instructions: the last one that was promised pay, and those for which more was asked.
    checkpoints: BTreeMap<u64, Cid>,
    voucher: Option<Voucher>,
    /// What stands on chain.
    submitted: Option<Digest>,
    /// Before that stands there, whatever was shown last; then what opens it.
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
            log: Vec::new(),
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
            let deal = self.deal;
            self.checkpoints.retain(|at, file| deal.units(*at) > units || deal.is_of(&voucher, *at, *file));
        }
    }

    /// A result was submitted on chain: what was shown of it before, if that opens it, once. Anything else counts as not shown.
    pub fn submitted(&mut self, commitment: Digest) -> Option<Shown> {
        if self.submitted == Some(commitment) {
            return None;
        }
        self.submitted = Some(commitment);
        self.shown = self.shown.filter(|shown| self.opens(shown, commitment));
        self.shown
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
                let Some(submitted) = self.submitted else {
                    // It is held against what stands on chain as soon as that is known.
                    self.shown = Some(shown);
                    return Ok(None);
                };
                if self.shown.is_some() || !self.opens(&shown, submitted) {
                    return Ok(None);
                }
                self.shown = Some(shown);
                Ok(Some(News::Shown(shown)))
            }
        }
    }

    fn opens(&self, shown: &Shown, commitment: Digest) -> bool {
        shown.is_of(self.deal.of.job, self.deal.provider, commitment)
    }

    fn lines(&mut self, found: Lines, now: u64) -> Result<Option<News>, Liar> {
        self.counts(found.instructions, now)?;
        let known = self.log.len() as u64;
        if found.from > known {
            // Something is missing before it.
            self.due.push(ToProvider::Heard { lines: known });
            return Ok(None);
        }
        let (mut log, mut fresh) = (Vec::new(), Vec::new());
        let Logged { mut head, mut bytes } = self.log_before(found.from);
        for (number, line) in (found.from..).zip(found.lines) {
            head = line_head(head, &line);
            bytes = bytes.saturating_add((line.len() + LINE) as u64);
            match usize::try_from(number).ok().and_then(|number| self.log.get(number)) {
                Some(known) if known.head != head => return Err(Liar::OtherLog { line: number + 1 }),
                Some(_) => {}
                None => {
                    if bytes > self.deal.log {
                        return Err(Liar::LogTooLong);
                    }
                    log.push(Logged { head, bytes });
                    fresh.push(line);
                }
            }
        }
        self.instructions = self.instructions.max(found.instructions);
        self.log.extend(log);
        if fresh.is_empty() {
            return Ok(None);
        }
        self.due.push(ToProvider::Heard { lines: self.lines_heard() });
        Ok(Some(News::Lines(fresh)))
    }

    fn checkpoint(&mut self, found: Announced, now: u64) -> Result<Option<News>, Liar> {
        self.counts(found.instructions, now)?;
        let Announced { instructions, file } = found;
        match self.checkpoints.get(&instructions) {
            Some(known) if *known != file => return Err(Liar::TwoCheckpoints { instructions }),
            Some(_) => return Ok(None),
            None => {}
        }
        self.instructions = self.instructions.max(instructions);
        let units = self.deal.units(instructions);
        let is_more = units > 0 && self.voucher.is_none_or(|voucher| voucher.units < units);
        // Where no pay is asked for, nobody looks at the file: nothing begins at what it says.
        if !is_more && !self.voucher.is_some_and(|voucher| self.deal.is_of(&voucher, instructions, file)) {
            return Ok(None);
        }
        // A file says itself where it is, so it is of one place.
        if self.told().any(|told| told.file == file) {
            return Err(Liar::OtherCheckpoint { instructions });
        }
        self.checkpoints.insert(instructions, file);
        let vouched = self.vouched().map(|vouched| vouched.instructions);
        if self.checkpoints.len() > MOST_TOLD {
            let oldest = self.checkpoints.keys().copied().find(|at| Some(*at) != vouched);
            if let Some(oldest) = oldest {
                self.checkpoints.remove(&oldest);
            }
            if oldest == Some(instructions) {
                return Ok(None);
            }
        }
        Ok((is_more && !self.stops).then_some(News::Checkpoint { units, file }))
    }

    /// The checkpoint that a file was read as, if it is of the place that was announced, and of the log that was told. `None` while
    /// the log before it has not come yet.
    ///
    /// # Errors
    /// [`Liar::BadCheckpoint`], [`Liar::OtherCheckpoint`].
    pub fn as_told(
        &self,
        told: &Announced,
        found: Result<Checkpoint, BadCheckpoint>,
    ) -> Result<Option<Checkpoint>, Liar> {
        let found = found.map_err(Liar::BadCheckpoint)?;
        let other = Liar::OtherCheckpoint { instructions: told.instructions };
        if found.instructions != told.instructions {
            return Err(other);
        }
        if found.logged > self.log_before(self.lines_heard()).bytes {
            return Ok(None);
        }
        // Every line counts something.
        let head = match self.log.binary_search_by_key(&found.logged, |logged| logged.bytes) {
            Ok(line) => self.log.get(line).map(|logged| logged.head),
            Err(_) => (found.logged == self.deal.begun_log).then_some(self.deal.begun_head),
        };
        if head == Some(found.head) { Ok(Some(found)) } else { Err(other) }
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

    fn log_before(&self, line: u64) -> Logged {
        let before = line.checked_sub(1).and_then(|before| usize::try_from(before).ok());
        let begun = Logged { head: self.deal.begun_head, bytes: self.deal.begun_log };
        before.and_then(|before| self.log.get(before)).copied().unwrap_or(begun)
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
        self.log.len() as u64
    }

    /// Head of the log as far as it has come: at the end it is what was submitted.
    pub fn head(&self) -> Digest {
        self.log_before(self.lines_heard()).head
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

    /// The last checkpoint that was promised pay, where it was told since this client began.
    pub(crate) fn vouched(&self) -> Option<Announced> {
        let voucher = self.voucher?;
        self.told().find(|told| self.deal.is_of(&voucher, told.instructions, told.file))
    }

    /// Checkpoints that were told, in order.
    pub(crate) fn told(&self) -> impl DoubleEndedIterator<Item = Announced> + '_ {
        self.checkpoints.iter().map(|(instructions, file)| Announced { instructions: *instructions, file: *file })
    }

    /// Instructions at which the job begins.
    pub(crate) fn begun(&self) -> u64 {
        self.deal.begun
    }
}
