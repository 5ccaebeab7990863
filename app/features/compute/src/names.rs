//! Words for what the contract names by numbers.

use app_ui::format;
use jobs::{State, api::LineKind, kind};
use protocol::Amount;

/// Kinds of workloads that have a name.
pub const KINDS: [u8; 5] = [kind::MODULE, kind::RECIPE, kind::BATCH, kind::GPU_RECIPE, kind::CONTAINER];

/// What a list is narrowed to by kind: what its address says, and the name.
pub fn kinds() -> Vec<(String, &'static str)> {
    KINDS.into_iter().map(|kind| (kind.to_string(), workload(kind))).collect()
}

/// A word for a state, and the tone of its chip.
pub fn state(state: State) -> (&'static str, &'static str) {
    match state {
        State::Posted => ("Waits for a provider", "live"),
        State::Locked => ("Waits for the start", "live"),
        State::Running => ("Running", "live"),
        State::Submitted => ("Result to look at", "live"),
        State::Disputed => ("Disputed", "warn"),
        State::Settled => ("Paid", "good"),
        State::Partial => ("Paid in part", "good"),
        State::Refunded => ("Paid back", ""),
        State::Slashed => ("Wrong result", "bad"),
        State::Cancelled => ("Withdrawn", ""),
    }
}

/// What runs in a job.
pub fn workload(number: u8) -> &'static str {
    match number {
        kind::MODULE => "Module",
        kind::RECIPE => "Training recipe",
        kind::BATCH => "Batch of predictions",
        kind::GPU_RECIPE => "Training on a graphics card",
        kind::CONTAINER => "Container",
        _ => "Of a later version",
    }
}

/// The kinds of a provider, one after the other.
pub fn workloads(offer: &jobs::Offer) -> String {
    let names: Vec<&str> = KINDS.into_iter().filter(|kind| offer.runs(*kind)).map(workload).collect();
    if names.is_empty() { workload(u8::MAX).to_owned() } else { names.join(", ") }
}

/// An amount to the last digit: prices of a unit are often far below what is shown elsewhere.
pub fn exact(amount: Amount) -> String {
    format!("{amount} MDC")
}

/// `50 units/s`.
pub fn speed(units_per_second: u64) -> String {
    format!("{} units/s", format::count(units_per_second))
}

/// `512 MiB`.
pub fn memory(mib: u16) -> String {
    format!("{} MiB", format::count(mib.into()))
}

/// What a payment line says, and whether money comes (`+`) or goes (`−`) for whoever it is about; nothing where it only moves
/// between locked and free.
pub fn line(kind: LineKind) -> (&'static str, &'static str) {
    match kind {
        LineKind::Escrow => ("Locked for the job by the client", "−"),
        LineKind::Paid => ("Pay, collected by the provider", "+"),
        LineKind::Refunded => ("Not used, collected by the client", "+"),
        LineKind::Bond => ("Bond of the challenge", "−"),
        LineKind::SecondBond => ("Bond of the second round", "−"),
        LineKind::Stake => ("Stake, locked in the provider’s deposit", ""),
        LineKind::StakeFreed => ("Stake, free again", ""),
        LineKind::StakeLost => ("Stake, lost for a wrong result", "−"),
        LineKind::BondBack => ("Bond, given back", "+"),
        LineKind::Reward => ("Reward of the side that was right", "+"),
        LineKind::JurorPaid => ("Pay of a juror", "+"),
        LineKind::JurorLost => ("Lost by a juror that was silent or wrong", "−"),
        LineKind::Burned => ("Destroyed, so that nobody gains", ""),
    }
}
