//! Sentences for the errors of BountyMarket, in the order of `IBountyMarket`.

use contracts::{
    refusal::{KnownError, Refusals},
    time::utc,
};

use crate::{
    Phase, SubmissionState,
    returns::{phase, submission_state},
};

/// Every error of BountyMarket that no other contract has.
pub const REFUSALS: Refusals = &[ERRORS];

const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "NoSuchBounty(uint256)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("There is no bounty {id}. Check the number and the network that the wallet is on."))
        },
    },
    KnownError {
        signature: "WrongPhase(uint256,uint8)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("Bounty {id} {}", phase_in_words(phase(args.number()?)?)))
        },
    },
    KnownError {
        signature: "RewardIsZero()",
        sentence: |_| Ok("A bounty needs a reward. Enter an amount above 0 MDC.".to_owned()),
    },
    KnownError {
        signature: "DeadlineInPast(uint40,uint256)",
        sentence: |args| {
            let (deadline, now) = (utc(args.number()?), utc(args.number()?));
            Ok(format!(
                "The deadline, {deadline}, is not in the future: the chain's clock says {now}. Choose a later one."
            ))
        },
    },
    KnownError {
        signature: "DeadlineTooFar(uint40,uint256)",
        sentence: |args| {
            let (deadline, latest) = (utc(args.number()?), utc(args.number()?));
            Ok(format!("The deadline, {deadline}, is too far away. Choose one until {latest}."))
        },
    },
    KnownError {
        signature: "WindowOutOfRange(uint32,uint32,uint32)",
        sentence: |args| {
            let (window, least, most) = (args.number::<u32>()?, args.number::<u32>()?, args.number::<u32>()?);
            Ok(format!(
                "A response window of {window} seconds is not allowed. Choose one from {least} to {most} seconds ({} days).",
                most / 86_400
            ))
        },
    },
    KnownError {
        signature: "ClassesOutOfRange(uint16)",
        sentence: |args| {
            let classes: u16 = args.number()?;
            Ok(format!("A bounty cannot have {classes} classes. Choose a label column with 2 to 256 different values."))
        },
    },
    KnownError {
        signature: "TestRowsOutOfRange(uint32,uint32)",
        sentence: |args| {
            let (rows, most) = (args.number::<u32>()?, args.number::<u32>()?);
            Ok(format!(
                "A test set of {rows} rows is not allowed. With this number of classes it has 1 to {most} rows; choose another test share."
            ))
        },
    },
    KnownError {
        signature: "MinCorrectTooHigh(uint32,uint32)",
        sentence: |args| {
            let (least, rows) = (args.number::<u32>()?, args.number::<u32>()?);
            Ok(format!(
                "At least {least} correct labels cannot be asked of a test set of {rows} rows. Choose a lower minimum."
            ))
        },
    },
    KnownError {
        signature: "EmptyCommitment()",
        sentence: |_| {
            Ok("A commitment is empty, so nothing could ever be checked against it. Prepare the files again before sending.".to_owned())
        },
    },
    KnownError {
        signature: "TruthUsedBefore(address,bytes32)",
        sentence: |args| {
            let (requester, truth) = (args.address()?, args.digest()?);
            Ok(format!(
                "{} has posted a bounty with this ground truth before (superhash {}), so it may be known by now. Prepare the data set again: it gets another split and another secret.",
                requester.short(),
                truth.short()
            ))
        },
    },
    KnownError {
        signature: "NotRequester(address,address)",
        sentence: |args| {
            let (caller, requester) = (args.address()?, args.address()?);
            Ok(format!(
                "Only the requester, {}, may do this, and the wallet uses {}. Choose the requester's account.",
                requester.short(),
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "RequesterMayNotSubmit()",
        sentence: |_| {
            Ok("The requester knows the answers and may not submit to the own bounty. Use the bounty from another person's account.".to_owned())
        },
    },
    KnownError {
        signature: "AlreadySubmitted(uint256,address)",
        sentence: |args| {
            let (id, trainer) = (args.number::<u64>()?, args.address()?);
            Ok(format!(
                "{} has submitted to bounty {id} already. To change the submission, replace it before the deadline; the stake stays where it is.",
                trainer.short()
            ))
        },
    },
    KnownError {
        signature: "MoreActive(uint32)",
        sentence: |args| {
            let active: u32 = args.number()?;
            Ok(format!(
                "{active} submissions stand by now, more than when you decided to cancel, and each would have a share of the reward. Nothing was cancelled. Look at the bounty again, then decide."
            ))
        },
    },
    KnownError {
        signature: "OtherBounty(uint256,bytes32,bytes32)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!(
                "The chain was reorganised, and the number {id} belongs to another bounty now than the one you saw. No stake was locked. Look for the bounty in the list and submit there."
            ))
        },
    },
    KnownError {
        signature: "WrongSubmissionState(uint256,address,uint8)",
        sentence: |args| {
            let (id, trainer) = (args.number::<u64>()?, args.address()?);
            let state = state_in_words(submission_state(args.number()?)?);
            Ok(format!(
                "{} {state} in bounty {id}, so this cannot be done. The bounty's page shows what can.",
                trainer.short()
            ))
        },
    },
    KnownError {
        signature: "ClaimTooHigh(uint32,uint32)",
        sentence: |args| {
            let (claim, rows) = (args.number::<u32>()?, args.number::<u32>()?);
            Ok(format!(
                "{claim} correct labels cannot be claimed: the test set has {rows} rows. Claim the number that the page counts."
            ))
        },
    },
    KnownError {
        signature: "TruthMismatch(bytes32,bytes32)",
        sentence: |args| {
            let (found, expected) = (args.digest()?, args.digest()?);
            Ok(format!(
                "This is not the ground truth that the requester committed to (superhash {}, committed {}). Choose the right file, or sign again with the wallet that made the bounty.",
                found.short(),
                expected.short()
            ))
        },
    },
    KnownError {
        signature: "LabelsBeyondClasses(uint256,uint16)",
        sentence: |args| {
            let (labels, classes) = (args.number::<u64>()?, args.number::<u16>()?);
            Ok(format!(
                "{labels} labels of this ground truth name none of the {classes} classes, so nobody could have predicted them. Such a truth cannot be revealed; before the deadline the bounty can still be cancelled."
            ))
        },
    },
    KnownError {
        signature: "CommitmentMismatch(bytes32,bytes32)",
        sentence: |args| {
            let (found, expected) = (args.digest()?, args.digest()?);
            Ok(format!(
                "Predictions and model are not the ones that were committed (commitment {}, committed {}). Nothing is lost: choose the right files, or sign again with the wallet that submitted.",
                found.short(),
                expected.short()
            ))
        },
    },
    KnownError {
        signature: "PredictionMismatch(bytes32,bytes32)",
        sentence: |args| {
            let (found, expected) = (args.digest()?, args.digest()?);
            Ok(format!(
                "These are not the predictions that were committed (superhash {}, committed {}). Nothing is lost: choose the right file, or sign again with the wallet that submitted.",
                found.short(),
                expected.short()
            ))
        },
    },
    KnownError {
        signature: "ModelMismatch(bytes32,bytes32)",
        sentence: |args| {
            let (found, expected) = (args.digest()?, args.digest()?);
            Ok(format!(
                "This is not the CID of the model that was committed (superhash {}, committed {}). Nothing is lost: choose the right model file.",
                found.short(),
                expected.short()
            ))
        },
    },
    KnownError {
        signature: "NotYourPrediction(address,address)",
        sentence: |args| {
            let (named, caller) = (args.address()?, args.address()?);
            Ok(format!(
                "The prediction file names {}, but the wallet uses {}. Choose the account that made the file.",
                named.short(),
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "NothingToCollect(uint256,address)",
        sentence: |args| {
            let (id, trainer) = (args.number::<u64>()?, args.address()?);
            Ok(format!(
                "Nothing is due to {} from bounty {id}: it has been paid, was lost, or the bounty has not ended yet. The bounty's page shows which.",
                trainer.short()
            ))
        },
    },
    KnownError {
        signature: "NotSlashable(uint256,address)",
        sentence: |args| {
            let (id, trainer) = (args.number::<u64>()?, args.address()?);
            Ok(format!(
                "{} did not stay silent above the winner of bounty {id}, or has been slashed already. Nothing needs to be done.",
                trainer.short()
            ))
        },
    },
];

/// Ends a sentence that begins with the bounty: where it is, and what can be done there.
fn phase_in_words(phase: Option<Phase>) -> &'static str {
    match phase {
        None => "does not exist. Check the number and the network that the wallet is on.",
        Some(Phase::Open) => {
            "is open for submissions, so this is too early. Until the deadline trainers submit, replace or withdraw, and the \
             requester may cancel."
        }
        Some(Phase::AwaitingTruth) => {
            "is past its deadline and waits for the ground truth. Only the requester can go on, by revealing it; \
             trainers may still abandon their stakes."
        }
        Some(Phase::TruthOverdue) => {
            "was left without its ground truth for the whole window. Anyone may call the timeout now, which pays the \
             trainers."
        }
        Some(Phase::Claiming) => {
            "is in its claim window. Trainers claim their scores now; predictions are revealed when it is over."
        }
        Some(Phase::Revealing) => {
            "is in its reveal window. Those who claimed reveal their predictions now; everything else comes after it."
        }
        Some(Phase::SettleDue) => "waits to be settled, since its windows are over. Anyone may settle it now.",
        Some(Phase::Settled) => "is settled. What can still be done is to collect a stake.",
        Some(Phase::Cancelled) => "was cancelled. Trainers who had submitted can collect their shares and stakes.",
        Some(Phase::Forfeited) => {
            "was forfeited, since the ground truth never came. Trainers can collect their shares and stakes."
        }
        Some(Phase::Refunded) => {
            "ended without a valid winner and was refunded. Only trainers who conceded can collect their stakes."
        }
    }
}

fn state_in_words(state: Option<SubmissionState>) -> &'static str {
    match state {
        None => "has no submission",
        Some(SubmissionState::Active) => "has submitted and claimed nothing yet",
        Some(SubmissionState::Withdrawn) => "has withdrawn",
        Some(SubmissionState::Abandoned) => "has withdrawn after the deadline",
        Some(SubmissionState::Claimed) => "has claimed a score",
        Some(SubmissionState::Conceded) => "has claimed a score below the minimum",
        Some(SubmissionState::Verified) => "has revealed",
        Some(SubmissionState::Slashed) => "has been slashed",
        Some(SubmissionState::Paid) => "has been paid",
    }
}
