//! Errors of shared models: of the entry and its incentives, in the order of `ISharedModel`.

use contracts::{refusal::KnownError, time::utc};

pub(crate) const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "NotOwner(address,address)",
        sentence: |args| {
            let (caller, owner) = (args.address()?, args.address()?);
            Ok(format!(
                "Only the model's owner, {}, may do this, and the wallet uses {}. Choose the owner's account.",
                owner.short(),
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "DepositTooHigh(uint128,uint128)",
        sentence: |args| {
            let (cost, most) = (args.amount()?, args.amount()?);
            Ok(format!(
                "The deposit is {cost} MDC now, more than the {most} MDC agreed to; somebody may just have taught the model. Agree to more, or wait: it falls with time."
            ))
        },
    },
    KnownError {
        signature: "AlreadyContributed(bytes32)",
        sentence: |args| {
            args.digest()?;
            Ok("This account has contributed this very sample with this label before, and each counts once. Find it under My data, or contribute another one.".to_owned())
        },
    },
    KnownError {
        signature: "NoSuchContribution(bytes32)",
        sentence: |args| {
            args.digest()?;
            Ok("No such contribution is on record: sample, label and contributor must be exactly as contributed. Reload the list and choose it there.".to_owned())
        },
    },
    KnownError {
        signature: "AlreadySettled(bytes32)",
        sentence: |args| {
            args.digest()?;
            Ok("Nothing is left to claim of this contribution: it was refunded or taken already. Nothing needs to be done."
                .to_owned())
        },
    },
    KnownError {
        signature: "TooEarly(uint256)",
        sentence: |args| {
            let until = utc(args.number()?);
            Ok(format!("This is possible from {until} on. Come back then; nothing is lost by waiting."))
        },
    },
    KnownError {
        signature: "ModelDisagrees(uint16)",
        sentence: |args| {
            let class: u16 = args.number()?;
            Ok(format!(
                "The model predicts class {class} for this sample, not its label, so the deposit cannot be had back now. Try again when more people have taught it."
            ))
        },
    },
    KnownError {
        signature: "ModelAgrees(uint16)",
        sentence: |args| {
            let class: u16 = args.number()?;
            Ok(format!(
                "The model predicts class {class} for this sample, which is its label, so its deposit cannot be taken now. Choose a contribution that the model disagrees with."
            ))
        },
    },
    KnownError {
        signature: "OwnContribution(bytes32)",
        sentence: |args| {
            args.digest()?;
            Ok("Nobody can report a contribution of their own, or take its deposit. Ask for the refund under My data instead.".to_owned())
        },
    },
    KnownError {
        signature: "AlreadyReported(bytes32,uint256)",
        sentence: |args| {
            args.digest()?;
            let until = utc(args.number()?);
            Ok(format!(
                "This contribution is reported already. That report serves everybody and counts until {until}; take the deposit when its wait is over."
            ))
        },
    },
    KnownError {
        signature: "NotReported(bytes32)",
        sentence: |args| {
            args.digest()?;
            Ok("This contribution is not reported, or its last report is too old. Report it first; a refund wait later its deposit can be taken.".to_owned())
        },
    },
    KnownError {
        signature: "AlreadyTaken(bytes32,address)",
        sentence: |args| {
            args.digest()?;
            Ok(format!(
                "{} has taken a share of this contribution already, and each takes one. Choose another contribution.",
                args.address()?.short()
            ))
        },
    },
    KnownError {
        signature: "NoPoints(address)",
        sentence: |args| {
            Ok(format!(
                "{} has no points in this model, which this takes. Earn one first: contribute something right that the model does not know yet, and refund it.",
                args.address()?.short()
            ))
        },
    },
    KnownError {
        signature: "NothingToReport()",
        sentence: |_| {
            Ok("This model takes no deposits, so there is nothing to report in it. Earn points under My data."
                .to_owned())
        },
    },
    KnownError {
        signature: "NothingToRefund()",
        sentence: |_| {
            Ok("In a prediction market stakes come back when the market ends, not by a refund. Withdraw from the balance then.".to_owned())
        },
    },
    KnownError {
        signature: "BalanceTooLow(uint128,uint128)",
        sentence: |args| {
            let (balance, wanted) = (args.amount()?, args.amount()?);
            Ok(format!("The balance in this model is {balance} MDC, less than {wanted} MDC. Choose a smaller amount."))
        },
    },
    KnownError {
        signature: "BadClassName(uint256)",
        sentence: |args| {
            let length: u64 = args.number()?;
            Ok(format!("A class's name has 1 to 64 bytes, and this one has {length}. Choose a shorter one."))
        },
    },
    KnownError {
        signature: "NoSuchProposal(uint256)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("There is no proposal {id} in this model. Reload the page and choose one from the list."))
        },
    },
    KnownError {
        signature: "AlreadySupported(uint256,address)",
        sentence: |args| {
            let (id, who) = (args.number::<u64>()?, args.address()?);
            Ok(format!(
                "{} supports proposal {id} already, and each counts once. Ask others to support it.",
                who.short()
            ))
        },
    },
    KnownError {
        signature: "AlreadyAdded(uint256)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("The class of proposal {id} was added already. Reload the page to see it."))
        },
    },
    KnownError {
        signature: "TooLittleSupport(uint64,uint64)",
        sentence: |args| {
            let (support, good) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "{support} of {good} points support this class, and more than half must. Ask others to support it."
            ))
        },
    },
    KnownError {
        signature: "TooFewPoints(uint64,uint64)",
        sentence: |args| {
            let (good, least) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "All accounts together have {good} points; while there are fewer than {least}, the model's owner alone adds classes. Ask the owner."
            ))
        },
    },
    KnownError {
        signature: "SizeMustGrow(uint64,uint64)",
        sentence: |args| {
            let (size, anchored) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "A log of {size} records cannot be anchored: {anchored} were anchored before, and a log only grows. Anchor it when there are more."
            ))
        },
    },
];
