//! Files that a job and an offer name on chain. They are of strangers: every rule is checked when they are read.

use jobs::market::{Equipment, Share};
use protocol::{Digest, cid::Cid};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The only version of both forms.
const VERSION: u32 = 1;
/// Bytes of a file at most.
const LONGEST: usize = 64 << 10;
const MOST_INPUTS: usize = 64;
/// Bytes of all inputs together at most.
const MOST_BYTES: u64 = 1 << 30;
const MOST_RELAYS: usize = 8;
const LONGEST_RELAY: usize = 256;
/// Bytes of a result, and of a log, at most.
const MOST_RESULT: u64 = 256 << 20;
const MOST_LOG: u64 = 16 << 20;
/// Bytes of a sealed result at most: sealing adds less than a MiB.
pub const SEALED_RESULT: u64 = MOST_RESULT + (1 << 20);

/// A file that a module reads by its number, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub cid: Cid,
    /// Its length.
    pub bytes: u64,
}

/// All inputs of a job, and what else its client says of it: `Files::inputs` is the CID of this file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// 1.
    pub version: u32,
    pub inputs: Vec<Input>,
    /// Bytes of the result at most.
    pub result: u64,
    /// Bytes of the log at most, counted as `compute_engine` does.
    pub log: u64,
    /// The client's X25519 key for this job: its links, and what results are sealed to.
    pub link: Digest,
    /// Servers whose relay is used, the best first.
    pub relays: Vec<String>,
}

/// What a provider says of its machine: `Offer::details` names this file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Details {
    /// 1.
    pub version: u32,
    /// The provider's X25519 key for links.
    pub link: Digest,
    pub cores: u32,
    /// Share of the free memory that is lent; that of the processors is its equipment's.
    pub memory: Share,
    pub equipment: Equipment,
    /// The module with which the speed was measured.
    pub benchmark: Cid,
    /// When, seconds since the epoch.
    pub measured_at: u64,
}

/// Why a file is not taken.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum BadFile {
    #[error("The file has {found} bytes; {LONGEST} at most are read.")]
    TooLong { found: usize },
    #[error("The file cannot be read: {why}.")]
    Form { why: String },
    #[error("The file is of version {found}; this program knows version {VERSION}.")]
    Version { found: u32 },
    #[error("The job names {found} inputs; {MOST_INPUTS} at most are taken.")]
    Inputs { found: usize },
    #[error("The inputs have {found} bytes together; {MOST_BYTES} at most are taken.")]
    Bytes { found: u64 },
    #[error(
        "The job allows a result of {result} and a log of {log} bytes; {MOST_RESULT} and {MOST_LOG} at most are kept."
    )]
    Limits { result: u64, log: u64 },
    #[error("The job names no relay that can be used: 1 to {MOST_RELAYS} addresses that begin with http or ws.")]
    Relays,
}

fn parse<'f, T: Deserialize<'f>>(file: &'f [u8]) -> Result<T, BadFile> {
    if file.len() > LONGEST {
        return Err(BadFile::TooLong { found: file.len() });
    }
    serde_json::from_slice(file).map_err(|error| BadFile::Form { why: error.to_string() })
}

fn version(found: u32) -> Result<(), BadFile> {
    if found == VERSION { Ok(()) } else { Err(BadFile::Version { found }) }
}

impl Manifest {
    /// What a client says that asks for no more than most jobs need: 64 MiB of result, 1 MiB of log.
    pub fn of(inputs: Vec<Input>, link: Digest, relays: Vec<String>) -> Self {
        Self { version: VERSION, inputs, result: 64 << 20, log: 1 << 20, link, relays }
    }

    /// Reads a file of a stranger.
    ///
    /// # Errors
    /// [`BadFile`].
    pub fn read(file: &[u8]) -> Result<Self, BadFile> {
        let manifest: Self = parse(file)?;
        version(manifest.version)?;
        if manifest.inputs.len() > MOST_INPUTS {
            return Err(BadFile::Inputs { found: manifest.inputs.len() });
        }
        let found = manifest.inputs.iter().fold(0u64, |sum, input| sum.saturating_add(input.bytes));
        if found > MOST_BYTES {
            return Err(BadFile::Bytes { found });
        }
        if manifest.result > MOST_RESULT || manifest.log > MOST_LOG {
            return Err(BadFile::Limits { result: manifest.result, log: manifest.log });
        }
        let usable = |relay: &String| {
            relay.len() <= LONGEST_RELAY
                && ["http://", "https://", "ws://", "wss://"].iter().any(|begin| relay.starts_with(begin))
        };
        if manifest.relays.is_empty() || manifest.relays.len() > MOST_RELAYS || !manifest.relays.iter().all(usable) {
            return Err(BadFile::Relays);
        }
        Ok(manifest)
    }

    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Numbers, texts and lists: there is nothing in it that JSON has not.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl Details {
    /// Reads a file of a stranger.
    ///
    /// # Errors
    /// [`BadFile`].
    pub fn read(file: &[u8]) -> Result<Self, BadFile> {
        let details: Self = parse(file)?;
        version(details.version)?;
        Ok(details)
    }

    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Numbers and texts: there is nothing in it that JSON has not.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let input = Input { cid: Cid::of_block(b"a"), bytes: 1 };
        let relays = vec!["https://market.example".to_owned()];
        Manifest { version: 1, inputs: vec![input], result: 10, log: 10, link: Digest([7; 32]), relays }
    }

    #[test]
    fn what_was_written_is_read_and_what_breaks_a_rule_is_named() {
        assert_eq!(Manifest::read(&manifest().to_bytes()), Ok(manifest()));
        let refused = |change: &dyn Fn(&mut Manifest)| {
            let mut changed = manifest();
            change(&mut changed);
            Manifest::read(&changed.to_bytes()).unwrap_err()
        };
        assert_eq!(refused(&|m| m.version = 2), BadFile::Version { found: 2 });
        assert_eq!(refused(&|m| m.inputs = vec![m.inputs[0]; 65]), BadFile::Inputs { found: 65 });
        assert_eq!(refused(&|m| m.inputs[0].bytes = u64::MAX), BadFile::Bytes { found: u64::MAX });
        assert_eq!(refused(&|m| m.log = 1 << 30), BadFile::Limits { result: 10, log: 1 << 30 });
        assert_eq!(refused(&|m| m.relays.clear()), BadFile::Relays);
        assert_eq!(refused(&|m| m.relays[0] = "file:///etc".into()), BadFile::Relays);
        assert!(matches!(Manifest::read(b"id,label\n"), Err(BadFile::Form { .. })));
        assert!(matches!(Manifest::read(&vec![b' '; 70_000]), Err(BadFile::TooLong { .. })));
    }
}
