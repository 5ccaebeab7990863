//! What of lending is for the eye.

use std::collections::BTreeMap;

use compute_provider::{Act, What};

/// Whether this tab runs jobs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stands {
    /// It was not looked at yet.
    #[default]
    Unknown,
    /// This browser has no key of what the account lends.
    NotHere,
    /// Another tab of this browser runs jobs for the account.
    Elsewhere,
    Here,
}

/// What goes on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct View {
    pub stands: Stands,
    /// By numbers.
    pub jobs: BTreeMap<u64, JobView>,
    /// Posted jobs that this machine does not run, and why, by numbers.
    pub unfit: BTreeMap<u64, String>,
    pub error: Option<String>,
}

/// A job about which something is to do here.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JobView {
    /// What was said of it last.
    pub said: String,
    /// Units that have run here, and that are promised.
    pub units: u64,
    pub promised: u64,
    /// The wallet was asked for this before.
    pub waits: Option<Waits>,
    /// It runs in this tab.
    pub runs: bool,
}

/// What waits behind a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waits {
    Quote,
    Act(Act),
    SignIn,
}

impl Waits {
    /// On the button, and what happens then.
    pub fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Quote => ("Sign the quote", "Moves no money: the client can lock the job for you by it."),
            Self::Act(act) => words(act),
            Self::SignIn => {
                ("Sign in at the relay", "Moves no money: this machine and its clients hear each other there.")
            }
        }
    }
}

fn words(act: &Act) -> (&'static str, &'static str) {
    match act.what {
        _ if act.calls.len() > 1 => {
            ("Show the voucher", "One transaction: what the client has promised stands on chain then.")
        }
        What::Start => ("Start the job", "One transaction: your stake is locked until the job ends."),
        What::Submit => (
            "Submit the result",
            "One transaction: you are paid when the client accepts it or the time to challenge is over.",
        ),
        What::GiveUp => ("Give the job up", "One transaction: you are paid what the client has promised."),
        What::Settle => ("Close the job", "One transaction: the time to challenge is over."),
        What::Show => ("Show the result", "One transaction: without it you lose your stake."),
        What::Claim => ("Collect the pay", "One transaction."),
        What::Draw => ("Draw the jurors", "One transaction: without jurors only what was promised is paid."),
        What::Conclude => {
            ("Close the dispute", "One transaction: whoever was right is paid, and what you locked is free again.")
        }
        What::Redeem => {
            ("Show the promised pay", "One transaction: it is what you get where the jurors decide nothing.")
        }
        What::Commit => ("Commit to your answer", "One transaction: without it you lose a part of your deposit."),
        What::Reveal => ("Reveal your answer", "One transaction: without it you lose a part of your deposit."),
    }
}
