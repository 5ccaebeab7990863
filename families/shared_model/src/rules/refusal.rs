//! Why something cannot be done with a model now. The contracts refuse the same; the page says it before the wallet
//! opens.

use crate::{sample::SampleError, terms::TermsError};
use protocol::{Address, Amount, Digest};

/// Why a call would be refused. Times in seconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    // ---- contributing
    #[error(
        "The model is not complete yet: {loaded} of {needed} words are loaded. Come back when its owner has finished."
    )]
    NotReady { loaded: u32, needed: u32 },
    #[error("{0}")]
    Sample(#[from] SampleError),
    #[error("The model has no class {label}; it has {classes} (0 to {}). Choose one of them, or propose a new class.", classes.saturating_sub(1))]
    UnknownLabel { label: u16, classes: u16 },
    #[error("You have contributed exactly this with this label before; change the sample or teach something else.")]
    AlreadyContributed { key: Digest },
    #[error(
        "The deposit is {cost} MDC now, more than the {most} MDC that you agreed to. Wait a little or agree to more."
    )]
    DepositTooHigh { cost: Amount, most: Amount },
    // ---- refund, report, take
    #[error("There is no such contribution; sample, label and contributor must be as they were contributed.")]
    NoSuchContribution { key: Digest },
    #[error("Nothing is left to claim: this contribution has been refunded or taken completely.")]
    AlreadySettled { key: Digest },
    #[error("It is too early; this can be claimed in {}.", duration(until.saturating_sub(*now)))]
    TooEarly { until: u64, now: u64 },
    #[error(
        "The model predicts class {predicted} for this, not class {label}, so there is no refund now. It may agree after more contributions."
    )]
    ModelDisagrees { predicted: u16, label: u16 },
    #[error("The model predicts class {predicted} as contributed, so there is nothing to take from this contributor.")]
    ModelAgrees { predicted: u16 },
    #[error("This is your own contribution; you can ask for its refund, but neither report it nor take its deposit.")]
    OwnContribution { key: Digest },
    #[error(
        "This contribution is reported already, and that serves everybody who may take of it. Wait until it can be taken."
    )]
    AlreadyReported { key: Digest, until: u64 },
    #[error("This contribution is not reported now. Report it first; its deposit can be taken a refund wait later.")]
    NotReported { key: Digest },
    #[error("You have already taken your share of this contribution; what is left is for others.")]
    AlreadyTaken { key: Digest },
    #[error("You have no points in this model; earn one by a contribution that the model comes to agree with.")]
    NoPoints { account: Address },
    #[error("This model takes no deposits that could be taken; its incentive is not deposits.")]
    NothingToReport,
    #[error("In a prediction market nothing is refunded one by one; stakes are paid out when the market ends.")]
    NothingToRefund,
    // ---- money
    #[error("Your balance in this model is {balance} MDC, less than {amount} MDC; withdraw at most what is there.")]
    BalanceTooLow { balance: Amount, amount: Amount },
    // ---- classes
    #[error("The name of a class has 1 to {} bytes, not {length}.", crate::state::MAX_CLASS_NAME)]
    BadClassName { length: usize },
    #[error("The model was made for at most {capacity} classes and has them all; a new one needs a new model.")]
    NoRoomForClass { capacity: u16 },
    #[error("There is no proposal {proposal}; reload the page to see those that there are.")]
    NoSuchProposal { proposal: u64 },
    #[error("Proposal {proposal} has already been accepted.")]
    AlreadyAdded { proposal: u64 },
    #[error("You have already supported proposal {proposal}; others must join you.")]
    AlreadySupported { proposal: u64 },
    #[error("{support} of {good} points support this class, and more than half must. Find others who do.")]
    TooLittleSupport { support: u64, good: u64 },
    #[error(
        "All accounts together have {good} points; while there are fewer than {}, the owner alone adds classes. Ask the owner.",
        crate::state::LEAST_CLASS_POINTS
    )]
    TooFewPoints { good: u64 },
    // ---- the owner
    #[error("Only the owner of the model, {owner}, may do this.")]
    NotOwner { owner: Address },
    #[error("The model is complete; its start cannot be overwritten.")]
    AlreadyLoaded { needed: u32 },
    #[error("{0}")]
    Terms(#[from] TermsError),
    // ---- the prediction market
    #[error("The market does not take contributions now; see its page for what happens next.")]
    MarketClosed,
    #[error("The owner knows the test set, and so may not contribute to the own market; leave it to others.")]
    OwnerMayNotContribute,
    #[error("The market has its {limit} contributions; it takes no more.")]
    MarketFull { limit: u16 },
    #[error(
        "The example has {listed} features, and a market takes {most} at most: it could not be shown, and its stake would be lost. Shorten it."
    )]
    SampleTooLong { listed: usize, most: usize },
    #[error("The stake is {stake} MDC, more than the {most} MDC that you agreed to.")]
    StakeTooHigh { stake: Amount, most: Amount },
}

/// A span of time as one says it: the two largest units.
fn duration(seconds: u64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let first = units.iter().position(|(length, _)| seconds >= *length).unwrap_or(3);
    let mut left = seconds;
    let mut said = Vec::new();
    for (length, name) in &units[first..(first + 2).min(4)] {
        let count = left / length;
        left %= length;
        if count > 0 || said.is_empty() && *length == 1 {
            said.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
        }
    }
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_in_two_units() {
        for (seconds, said) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (61, "1 minute 1 second"),
            (3_600, "1 hour"),
            (3_725, "1 hour 2 minutes"),
            (90_061, "1 day 1 hour"),
            (86_400 * 3 + 61, "3 days"),
        ] {
            assert_eq!(duration(seconds), said);
        }
    }
}
