//! What can be typed about the chain.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use protocol::{Address, Amount, Digest};

use super::files::{Describe, Named, PurposeOptions};

/// Which chain, and as whom; before a verb or behind it, since people write them at the end.
#[derive(Args, Clone)]
pub struct On {
    /// deployment.json of the network: chain, nodes, contracts. A server has it at /api/deployment.
    #[arg(long, env = "MODELMARKET_DEPLOYMENT", global = true)]
    pub deployment: Option<PathBuf>,
    /// The file of `agent key account`; not needed to read.
    #[arg(long, env = "MODELMARKET_ACCOUNT", global = true)]
    pub account: Option<PathBuf>,
}

#[derive(Args)]
pub struct CoinsOptions {
    #[command(flatten)]
    pub on: On,
    #[command(subcommand)]
    pub command: CoinsCommand,
}

#[derive(Subcommand)]
pub enum CoinsCommand {
    /// What an account has: MDC, and coins for fees, both in their smallest unit.
    Show {
        /// This account unless another one is named.
        address: Option<Address>,
    },
    /// Takes the 1,000 MDC that each account can have once, on a test network.
    Airdrop,
}

#[derive(Args)]
pub struct OrgOptions {
    #[command(flatten)]
    pub on: On,
    #[command(subcommand)]
    pub command: OrgCommand,
}

/// What an organisation says of itself, and its key.
#[derive(Args)]
pub struct Joining {
    /// SHA-256 of the profile's file, where there is one already.
    #[arg(long, conflicts_with = "name")]
    pub profile: Option<Digest>,
    /// The name of the organisation, of which a profile is made.
    #[arg(long, required_unless_present = "profile")]
    pub name: Option<String>,
    #[command(flatten)]
    pub named: Named,
    /// The file of `agent key new`.
    #[arg(long)]
    pub keys: PathBuf,
}

#[derive(Subcommand)]
pub enum OrgCommand {
    /// Joins the directory, with the key to which results are sealed.
    Join(Joining),
    /// Sets another profile, and another key where the file of keys is another one.
    Change(Joining),
    /// Leaves the directory.
    Resign,
    /// What the chain says of an organisation.
    Show { address: Address },
}

#[derive(Args)]
pub struct DataOptions {
    #[command(flatten)]
    pub on: On,
    #[command(subcommand)]
    pub command: DataCommand,
}

#[derive(Subcommand)]
pub enum DataCommand {
    /// Writes the terms of a data set from a table, and puts its description on a server. The rows stay here.
    Describe(Box<Describe>),
    /// Publishes what is said of a data set; the terms are a JSON file.
    Publish { terms: PathBuf },
    /// Asks other prices.
    Price {
        id: u64,
        /// For a task, in MDC.
        per_use: Amount,
        /// For a day of a grant by period, in MDC.
        per_day: Amount,
    },
    /// Revokes a data set for good.
    Revoke { id: u64 },
    /// What the chain says of a data set.
    Show { id: u64 },
}

#[derive(Args)]
pub struct GrantOptions {
    #[command(flatten)]
    pub on: On,
    #[command(subcommand)]
    pub command: GrantCommand,
}

#[derive(Subcommand)]
pub enum GrantCommand {
    /// Puts what a grant is for on a server, and prints its digest.
    Purpose(PurposeOptions),
    /// Applies for a data set; the terms are a JSON file.
    Apply {
        dataset: u64,
        terms: PathBuf,
        /// What tasks under the grant must be for.
        #[arg(long)]
        purpose: Digest,
    },
    /// Takes an application back.
    Withdraw { id: u64 },
    /// Gives a grant, as the owner of the data set.
    Approve {
        id: u64,
        /// For each task, in MDC.
        #[arg(long, default_value = "0")]
        fee: Amount,
    },
    /// Refuses an application, as the owner of the data set.
    Refuse { id: u64, reason: String },
    /// What the chain says of a grant.
    Show { id: u64 },
}

#[derive(Args)]
pub struct TaskOptions {
    #[command(flatten)]
    pub on: On,
    #[command(subcommand)]
    pub command: TaskCommand,
}

#[derive(Subcommand)]
pub enum TaskCommand {
    /// Publishes a task, or several in one transaction that wait for each other. What a task computes is in the file of its
    /// spec, whose hash is put into its draft. What it costs is allowed with a permit.
    Publish {
        /// Draft and spec; of several tasks one pair after the other.
        #[arg(num_args = 2.., required = true, value_names = ["DRAFT", "SPEC"])]
        files: Vec<PathBuf>,
        /// A server that keeps the file of the spec, so that the other seats find it.
        #[arg(long, env = "MODELMARKET_SERVER")]
        server: Option<String>,
    },
    /// Confirms a seat.
    Confirm {
        id: u64,
        seat: u8,
        #[arg(long)]
        keys: PathBuf,
        /// The owner's CSV: a salted hash of it goes on chain.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Candidates that are accepted as helper, bit i for the i-th.
        #[arg(long, default_value_t = 0)]
        accepted: u16,
    },
    /// Rejects a seat, with a reason that all can read.
    Reject { id: u64, seat: u8, reason: String },
    /// Accepts candidates as helper, as a seat that has confirmed.
    Accept {
        id: u64,
        seat: u8,
        /// Bit i for the i-th candidate.
        accepted: u16,
    },
    /// Draws the helper; the candidates are those of the draft.
    Draw { id: u64, draft: PathBuf },
    /// Agrees to deal, as the helper that was drawn.
    Serve {
        id: u64,
        #[arg(long)]
        keys: PathBuf,
    },
    /// Starts a task once all seats are confirmed and its helper serves.
    Start { id: u64 },
    /// Writes the file with which `agent run`, `party` and `helper` play the task: keys and signers as the chain has them.
    File {
        id: u64,
        spec: PathBuf,
        #[arg(long)]
        relay: String,
        #[arg(long)]
        out: PathBuf,
    },
    /// Signs that this seat is there; with the signatures of all seats in a row, tells the chain.
    Begin {
        id: u64,
        /// The keys that sign.
        #[arg(long)]
        keys: Option<PathBuf>,
        /// Signatures of all seats, in their order.
        #[arg(long, num_args = 1..)]
        signatures: Vec<String>,
    },
    /// Ends a task with the result.json of a seat, which all seats have signed.
    Finish { id: u64, result: PathBuf },
    /// Declines to deal, or stops, as the helper that was drawn.
    Decline { id: u64, draft: PathBuf },
    /// Signs that the next helper takes over; with the signatures of both computing seats, tells the chain.
    Advance {
        id: u64,
        draft: PathBuf,
        /// Megabytes that the helper has dealt, for which it is paid.
        #[arg(long, default_value_t = 0)]
        dealt: u64,
        /// The keys that sign.
        #[arg(long)]
        keys: Option<PathBuf>,
        /// Signatures of the seats 0 and 1.
        #[arg(long, num_args = 1..)]
        signatures: Vec<String>,
    },
    /// Signs why a run failed; with the signatures of all seats in a row, tells the chain.
    Fail {
        id: u64,
        /// 1 a seat is gone, 2 the helper dealt wrongly, 3 something off the plan, 4 the rows do not fit, 5 columns say the
        /// same, 6 not converged, 7 out of range, 8 stopped.
        #[arg(value_parser = clap::value_parser!(u32).range(1..=8))]
        code: u32,
        /// Megabytes that the helper has dealt, for which it is paid.
        #[arg(long, default_value_t = 0)]
        dealt: u64,
        /// Numbers that were told all the same.
        #[arg(long, default_value_t = 0)]
        facts: u32,
        /// Rows that were predicted all the same.
        #[arg(long, default_value_t = 0)]
        rows: u32,
        /// The keys that sign.
        #[arg(long)]
        keys: Option<PathBuf>,
        /// Signatures of all seats, in their order.
        #[arg(long, num_args = 1..)]
        signatures: Vec<String>,
    },
    /// Says that the others are silent.
    Stall {
        id: u64,
        seat: u8,
        /// What this seat has heard so far, as a hash.
        #[arg(long)]
        heads: Option<Digest>,
    },
    /// Says that this seat is there, when others say that it is silent.
    Respond {
        id: u64,
        seat: u8,
        /// What this seat has heard so far, as a hash.
        #[arg(long)]
        heads: Option<Digest>,
    },
    /// Posts the sealed key that is demanded of a seat, from the folder of `agent party`.
    Deliver { id: u64, seat: u8, folder: PathBuf },
    /// All events of a task, with their times and codes.
    Log { id: u64 },
    /// What all have signed, and the sealed keys that were posted.
    Result { id: u64 },
    /// Gives a task up that has not started, or has failed, as who asked for it.
    Cancel { id: u64 },
    /// Carries out what is due because a time is over.
    Expire { id: u64 },
    /// Makes a task that failed ready again, as who asked for it.
    Retry { id: u64 },
    /// Demands the sealed key that a computing seat owes this account and has not sent, from the folder of `agent party`. Refused
    /// where the result is in that folder.
    Demand { id: u64, seat: u8, folder: PathBuf },
    /// Pays a part of a task that has ended.
    Collect { id: u64, part: u8 },
    /// What the chain says of a task.
    Show { id: u64 },
}
