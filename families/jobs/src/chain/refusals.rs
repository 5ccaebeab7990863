//! Sentences for the errors of Jobs.

mod disputes;
mod posting;
mod providers;

use contracts::{
    refusal::{KnownError, Refusals},
    time::utc,
};

use super::convert::state;
use crate::State;

/// Every error of Jobs that no other contract has.
pub const REFUSALS: Refusals = &[OF_ALL, providers::ERRORS, posting::ERRORS, disputes::ERRORS];

const OF_ALL: &[KnownError] = &[
    KnownError {
        signature: "NoSuchJob(uint64)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("There is no job {id}. Check the number and the network that the wallet is on."))
        },
    },
    KnownError {
        signature: "WrongJobState(uint64,uint8)",
        sentence: |args| {
            let (id, number): (u64, u8) = (args.number()?, args.number()?);
            Ok(format!("Job {id} {}", in_words(state(number)?)))
        },
    },
    KnownError {
        signature: "JobTooLate(uint256)",
        sentence: |args| {
            let until = utc(args.number()?);
            Ok(format!("The time for this ended on {until}. Reload the page to see what can be done now."))
        },
    },
    KnownError {
        signature: "JobTooEarly(uint256)",
        sentence: |args| {
            let from = utc(args.number()?);
            Ok(format!("This can be done from {from} on. Come back then."))
        },
    },
    KnownError {
        signature: "NotJobClient(address,address)",
        sentence: |args| {
            let (_, client) = (args.address()?, args.address()?);
            Ok(format!(
                "Only the client of the job may do this, {}. Choose that account in the wallet.",
                client.short()
            ))
        },
    },
    KnownError {
        signature: "NotJobProvider(address,address)",
        sentence: |args| {
            let (_, provider) = (args.address()?, args.address()?);
            Ok(format!(
                "Only the provider of the job may do this, {}. Choose that account in the wallet.",
                provider.short()
            ))
        },
    },
    KnownError {
        signature: "SameParty(address)",
        sentence: |args| {
            let who = args.address()?.short();
            Ok(format!("{who} is a party of the job already, and nobody may be two of them. Choose another account."))
        },
    },
    KnownError {
        signature: "OnlyForJobs()",
        sentence: |_| {
            Ok("This contract is a half of Jobs and does nothing by itself. Send the call to Jobs.".to_owned())
        },
    },
    KnownError {
        signature: "NothingToClaim(uint64,address)",
        sentence: |args| {
            let (id, who) = (args.number::<u64>()?, args.address()?.short());
            Ok(format!(
                "Job {id} has nothing for {who} now: it has not ended, or the part was collected. Reload the page to see what is still to come."
            ))
        },
    },
];

fn in_words(state: State) -> &'static str {
    match state {
        State::Posted => "is posted, and nobody has locked money for it. Lock a quote first.",
        State::Locked => "is locked and waits for its provider. It starts within ten minutes, or the money goes back.",
        State::Running => "runs. Wait for the result, or for the deadline.",
        State::Submitted => "has a result. Accept or challenge it, or wait until the window is over.",
        State::Disputed => "is disputed. Wait for what the jurors find.",
        State::Settled => "is settled: the result counts. Collect your part.",
        State::Partial => "was paid by the last voucher. Collect your part, or post what is left as a new job.",
        State::Refunded => "was refunded. The client collects the money, and may post it again.",
        State::Slashed => "had a wrong result, so all goes back to the client. Collect it, and post the job again.",
        State::Cancelled => "was cancelled. Post it again to have it run.",
    }
}
