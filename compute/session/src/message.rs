//! The messages. Each has a number, the `operation` of a link's message, and is JSON; lines of the log are bytes.

use std::{fmt, str::FromStr};

use compute_engine::{Ended, Outcome};
use jobs::{Quote, typed_data};
use protocol::{Address, Digest, cid::Cid, travels_as_text};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Liar;

/// Bytes of a message but lines at most.
pub(crate) const LONGEST: usize = 16 << 10;
/// Bytes of a message of lines at most.
pub(crate) const MOST_LINES: usize = 4 << 20;
/// Bytes of a reason at most.
const LONGEST_WHY: usize = 1 << 10;

/// `r ‖ s ‖ v` over a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 65]);

/// Why a text is no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A signature is 65 bytes in hexadecimal, behind 0x.")]
pub struct NoSignature;

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl FromStr for Signature {
    type Err = NoSignature;

    fn from_str(text: &str) -> Result<Self, NoSignature> {
        let mut bytes = [0; 65];
        let digits = text.strip_prefix("0x").ok_or(NoSignature)?;
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| NoSignature)?;
        Ok(Self(bytes))
    }
}

travels_as_text!(Signature);

/// A quote as its provider signed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedQuote {
    pub quote: Quote,
    pub signature: Signature,
}

/// The client's promise to pay all units to a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voucher {
    pub units: u64,
    pub checkpoint: Cid,
    pub signature: Signature,
}

/// A checkpoint that is kept where its file can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announced {
    /// Since the job's very first step.
    pub instructions: u64,
    pub file: Cid,
}

/// What was submitted on chain as a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// `Outcome::hash`.
    pub result: Digest,
    pub units: u64,
    pub salt: Digest,
    /// How it ended, by its number, and instructions since the job's very first step.
    pub ended: u8,
    pub instructions: u64,
    /// The result, sealed to the client's key.
    pub file: Cid,
}

impl Shown {
    /// Whether it is what a provider committed to on chain about a job.
    pub fn is_of(&self, job: u64, provider: Address, commitment: Digest) -> bool {
        let answer = typed_data::answer(self.result, self.units);
        typed_data::commitment(job, 0, provider, answer, self.salt) == commitment
    }

    /// What came out, where this result and this head of the log are what was submitted.
    ///
    /// # Errors
    /// [`Liar::OtherResult`].
    pub fn outcome(&self, result: Vec<u8>, head: Digest) -> Result<Outcome, Liar> {
        let ended = Ended::of(self.ended).ok_or(Liar::OtherResult)?;
        let outcome = Outcome { ended, instructions: self.instructions, result, head };
        if outcome.hash() == self.result { Ok(outcome) } else { Err(Liar::OtherResult) }
    }
}

/// Lines of the log, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// Number of the first one, from 0 where the job begins.
    pub from: u64,
    pub lines: Vec<Vec<u8>>,
    /// Instructions that have run when this is said.
    pub instructions: u64,
}

/// From the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToClient {
    /// The inputs are here, and the job can be run under this quote.
    Quoted(SignedQuote),
    /// The job is not run here.
    Declined {
        why: String,
    },
    Lines(Lines),
    Checkpoint(Announced),
    Shown(Shown),
}

/// From the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToProvider {
    /// Please quote.
    Ask,
    /// So many lines of the log have come: send those behind them.
    Heard {
        lines: u64,
    },
    Voucher(Voucher),
    /// Please stop at the next checkpoint: nothing more is paid.
    Stop,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Why {
    why: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Heard {
    lines: u64,
}

impl ToClient {
    /// The number and the bytes of a message.
    pub fn encode(&self) -> (u32, Vec<u8>) {
        match self {
            Self::Quoted(quote) => (1, json(quote)),
            Self::Declined { why } => {
                let end = why.char_indices().map(|(at, _)| at).take_while(|at| *at < LONGEST_WHY).last().unwrap_or(0);
                (2, json(&Why { why: if why.len() < LONGEST_WHY { why.clone() } else { why[..end].to_owned() } }))
            }
            Self::Lines(lines) => (3, lines.encode()),
            Self::Checkpoint(announced) => (4, json(announced)),
            Self::Shown(shown) => (5, json(shown)),
        }
    }

    /// Reads a message of a stranger.
    ///
    /// # Errors
    /// [`Liar::Unreadable`].
    pub fn decode(operation: u32, payload: &[u8]) -> Result<Self, Liar> {
        Ok(match operation {
            1 => Self::Quoted(parse(payload)?),
            2 => {
                let Why { why } = parse(payload)?;
                if why.len() > LONGEST_WHY {
                    return Err(Liar::Unreadable { what: "a reason that is too long" });
                }
                Self::Declined { why }
            }
            3 => Self::Lines(Lines::decode(payload)?),
            4 => Self::Checkpoint(parse(payload)?),
            5 => Self::Shown(parse(payload)?),
            _ => return Err(Liar::Unreadable { what: "a kind of message that there is not" }),
        })
    }
}

impl ToProvider {
    /// The number and the bytes of a message.
    pub fn encode(&self) -> (u32, Vec<u8>) {
        match self {
            Self::Ask => (101, Vec::new()),
            Self::Heard { lines } => (102, json(&Heard { lines: *lines })),
            Self::Voucher(voucher) => (103, json(voucher)),
            Self::Stop => (104, Vec::new()),
        }
    }

    /// Reads a message of a stranger.
    ///
    /// # Errors
    /// [`Liar::Unreadable`].
    pub fn decode(operation: u32, payload: &[u8]) -> Result<Self, Liar> {
        match (operation, payload) {
            (101, []) => Ok(Self::Ask),
            (102, payload) => {
                let Heard { lines } = parse(payload)?;
                Ok(Self::Heard { lines })
            }
            (103, payload) => Ok(Self::Voucher(parse(payload)?)),
            (104, []) => Ok(Self::Stop),
            _ => Err(Liar::Unreadable { what: "a kind of message that there is not" }),
        }
    }
}

impl Lines {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(self.from.to_be_bytes());
        bytes.extend(self.instructions.to_be_bytes());
        for line in &self.lines {
            bytes.extend((line.len() as u32).to_be_bytes());
            bytes.extend(line);
        }
        bytes
    }

    fn decode(payload: &[u8]) -> Result<Self, Liar> {
        let cut = || Liar::Unreadable { what: "lines that are cut short" };
        if payload.len() > MOST_LINES {
            return Err(Liar::Unreadable { what: "too many lines at once" });
        }
        let (from, rest) = payload.split_first_chunk().ok_or_else(cut)?;
        let (instructions, mut rest) = rest.split_first_chunk().ok_or_else(cut)?;
        let mut lines = Vec::new();
        while let Some((length, behind)) = rest.split_first_chunk() {
            let (line, behind) = behind.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(cut)?;
            lines.push(line.to_vec());
            rest = behind;
        }
        if !rest.is_empty() {
            return Err(cut());
        }
        Ok(Self { from: u64::from_be_bytes(*from), lines, instructions: u64::from_be_bytes(*instructions) })
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    // Numbers and texts: there is nothing in it that JSON has not.
    serde_json::to_vec(value).unwrap_or_default()
}

fn parse<T: DeserializeOwned>(payload: &[u8]) -> Result<T, Liar> {
    if payload.len() > LONGEST {
        return Err(Liar::Unreadable { what: "a message that is too long" });
    }
    serde_json::from_slice(payload).map_err(|_| Liar::Unreadable { what: "a message that is none" })
}
