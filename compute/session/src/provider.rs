//! The provider's side.

use std::collections::BTreeMap;

use protocol::cid::Cid;

use crate::{Announced, Deal, Liar, Lines, Shown, SignedQuote, ToClient, ToProvider, Voucher};

/// Bytes of lines that are sent beyond those that were heard.
const AHEAD: usize = 1 << 20;
/// Bytes of lines in a message, about.
const PIECE: usize = 64 << 10;

/// What a client wants that is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A quote, which is given by [`Provider::quote`] or refused by [`Provider::decline`].
    Quote,
    /// A voucher that is worth more than the one before. Keep it before going on: it is the pay.
    Paid(Voucher),
    /// Nothing more is paid: stop at the next checkpoint.
    Stop,
}

/// What a provider knows of a job and has told its client.
#[derive(Debug, Clone)]
pub struct Provider {
    deal: Deal,
    quote: Option<SignedQuote>,
    lines: Vec<Vec<u8>>,
    instructions: u64,
    /// Lines that the client has, and that were sent.
    heard: u64,
    sent: u64,
    /// By units: only these can be paid.
    checkpoints: BTreeMap<u64, Announced>,
    voucher: Option<Voucher>,
    shown: Option<Shown>,
    stops: bool,
    due: Vec<ToClient>,
}

impl Provider {
    pub fn new(deal: Deal) -> Self {
        Self {
            deal,
            quote: None,
            lines: Vec::new(),
            instructions: deal.begun,
            heard: 0,
            sent: 0,
            checkpoints: BTreeMap::new(),
            voucher: None,
            shown: None,
            stops: false,
            due: Vec::new(),
        }
    }

    /// Goes on with what was kept: lines of the log, checkpoints, the last voucher.
    pub fn kept(mut self, lines: Vec<Vec<u8>>, checkpoints: &[Announced], voucher: Option<Voucher>) -> Self {
        self.lines = lines;
        checkpoints.iter().for_each(|announced| self.checkpoint(*announced));
        self.voucher = voucher;
        self
    }

    /// The quote that was asked for.
    pub fn quote(&mut self, signed: SignedQuote) {
        self.quote = Some(signed);
        self.due.push(ToClient::Quoted(signed));
    }

    /// The job is not run here.
    pub fn decline(&mut self, why: &str) {
        self.due.push(ToClient::Declined { why: why.to_owned() });
    }

    /// Lines that were logged, and instructions that have run since the job's very first step.
    pub fn logged(&mut self, lines: Vec<Vec<u8>>, instructions: u64) {
        self.lines.extend(lines);
        self.instructions = self.instructions.max(instructions);
    }

    /// The run begins again from a kept checkpoint, with so many lines: those behind them will come again.
    pub fn back_to(&mut self, lines: usize) {
        self.lines.truncate(lines);
    }

    /// A checkpoint whose file is kept where the client can have it.
    pub fn checkpoint(&mut self, announced: Announced) {
        self.instructions = self.instructions.max(announced.instructions);
        self.checkpoints.insert(self.deal.units(announced.instructions), announced);
        self.due.push(ToClient::Checkpoint(announced));
    }

    /// What was submitted on chain. The client is told once it stands there: before, somebody else could submit it.
    pub fn show(&mut self, shown: Shown) {
        self.shown = Some(shown);
        self.due.push(ToClient::Shown(shown));
    }

    /// Takes a message of the client: what it wants that is new.
    ///
    /// # Errors
    /// [`Liar`]: nothing has changed.
    pub fn take(&mut self, operation: u32, payload: &[u8]) -> Result<Option<Wish>, Liar> {
        match ToProvider::decode(operation, payload)? {
            ToProvider::Ask => Ok(Some(Wish::Quote)),
            ToProvider::Heard { lines } => {
                // One that says no more than before misses something, or has lost what it knew. One that knows more than this
                // provider does after a restart waits until the lines have come again.
                self.sent = if lines > self.heard { self.sent.max(lines) } else { lines };
                self.heard = lines;
                Ok(None)
            }
            ToProvider::Voucher(voucher) => {
                if self.voucher.is_some_and(|known| known.units >= voucher.units) {
                    return Ok(None);
                }
                self.deal.check_voucher(&voucher)?;
                if self.checkpoint_at(voucher.units) != Some(voucher.checkpoint) {
                    return Err(Liar::NoSuchCheckpoint);
                }
                self.voucher = Some(voucher);
                Ok(Some(Wish::Paid(voucher)))
            }
            ToProvider::Stop => Ok((!std::mem::replace(&mut self.stops, true)).then_some(Wish::Stop)),
        }
    }

    /// Lines that may be under way at once: as many as [`AHEAD`] has of this log.
    fn ahead(&self) -> u64 {
        let bytes: usize = self.lines.iter().map(Vec::len).sum();
        let each = bytes.checked_div(self.lines.len()).unwrap_or(0) + 4;
        (AHEAD / each).max(1) as u64
    }

    /// What is to be sent now.
    pub fn take_due(&mut self) -> Vec<ToClient> {
        let mut due = Vec::new();
        let until = self.heard.saturating_add(self.ahead()).min(self.lines.len() as u64);
        while self.sent < until {
            let from = self.sent;
            let (mut lines, mut bytes) = (Vec::new(), 0);
            for line in self.lines.iter().skip(from as usize).take((until - from) as usize) {
                bytes += line.len() + 4;
                lines.push(line.clone());
                if bytes >= PIECE {
                    break;
                }
            }
            self.sent += lines.len() as u64;
            due.push(ToClient::Lines(Lines { from, lines, instructions: self.instructions }));
        }
        // A checkpoint comes behind the log before it.
        due.append(&mut self.due);
        due
    }

    /// How far the job is, where there are no lines to say it with.
    pub fn say_progress(&mut self) {
        let from = self.lines.len() as u64;
        self.due.push(ToClient::Lines(Lines { from, lines: Vec::new(), instructions: self.instructions }));
    }

    /// Everything that the client should know, again: after a link was made anew, or nothing came for long.
    pub fn say_again(&mut self) {
        self.due.clear();
        self.sent = self.heard.min(self.lines.len() as u64);
        self.due.extend(self.quote.map(ToClient::Quoted));
        self.due.extend(self.checkpoints.last_key_value().map(|(_, announced)| ToClient::Checkpoint(*announced)));
        self.due.extend(self.shown.map(ToClient::Shown));
    }

    /// The best voucher.
    pub fn voucher(&self) -> Option<&Voucher> {
        self.voucher.as_ref()
    }

    /// Units that are promised.
    pub fn promised(&self) -> u64 {
        self.voucher.map_or(0, |voucher| voucher.units)
    }

    /// Whether the client has asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.stops
    }

    /// Lines of the log so far.
    pub fn lines(&self) -> &[Vec<u8>] {
        &self.lines
    }

    /// The checkpoint that was announced last.
    pub fn last_checkpoint(&self) -> Option<Announced> {
        self.checkpoints.last_key_value().map(|(_, announced)| *announced)
    }

    /// The file of the checkpoint at which so many units are paid.
    pub fn checkpoint_at(&self, units: u64) -> Option<Cid> {
        self.checkpoints.get(&units).map(|announced| announced.file)
    }
}
