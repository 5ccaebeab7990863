//! Sentences for the errors of Reproductions and PublishedModels, in their order.

use contracts::refusal::{KnownError, Refusals};
use protocol::cid::MAX_CID_LENGTH;

use crate::{MAX_DESCRIPTION_LENGTH, MAX_NAME_LENGTH};

/// Every error of Reproductions and PublishedModels.
pub const REFUSALS: Refusals = &[ERRORS];

const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "NothingToReproduce(uint256,address)",
        sentence: |args| {
            let (bounty, trainer) = (args.number::<u64>()?, args.address()?);
            Ok(format!(
                "{} has no verified predictions in bounty {bounty} that a run could be compared with. Attest the model that won.",
                trainer.short()
            ))
        },
    },
    KnownError {
        signature: "OwnReproduction(uint256,address)",
        sentence: |args| {
            let bounty: u64 = args.number()?;
            Ok(format!(
                "Nobody can attest a model of their own, and this account revealed it in bounty {bounty}. Another account may."
            ))
        },
    },
    KnownError {
        signature: "RowsDiffer(uint32,uint32)",
        sentence: |args| {
            let (rows, expected) = (args.number::<u32>()?, args.number::<u32>()?);
            Ok(format!(
                "This run covers {rows} rows, and the bounty has {expected}. Run the model on the whole of the published test data."
            ))
        },
    },
    KnownError {
        signature: "EqualTooHigh(uint32,uint32)",
        sentence: |args| {
            let (equal, rows) = (args.number::<u32>()?, args.number::<u32>()?);
            Ok(format!("{equal} of {rows} rows cannot be equal. Run the model again and attest what comes out."))
        },
    },
    KnownError {
        signature: "AlreadyAttested(uint256,address,address)",
        sentence: |args| {
            let (bounty, _, by) = (args.number::<u64>()?, args.address()?, args.address()?);
            Ok(format!(
                "{} has attested this model of bounty {bounty} before, and each account counts once. Nothing needs to be done.",
                by.short()
            ))
        },
    },
    KnownError {
        signature: "BadModelCid(uint256)",
        sentence: |args| {
            let length: u64 = args.number()?;
            Ok(format!(
                "The CID of a published model has 1 to {MAX_CID_LENGTH} characters, and this one has {length}. Store the file first and use the CID that the page computes."
            ))
        },
    },
    KnownError {
        signature: "BadModelName(uint256)",
        sentence: |args| {
            let length: u64 = args.number()?;
            Ok(format!(
                "The name of a published model has 1 to {MAX_NAME_LENGTH} bytes, and this one has {length}. Choose another one."
            ))
        },
    },
    KnownError {
        signature: "DescriptionTooLong(uint256)",
        sentence: |args| {
            let length: u64 = args.number()?;
            Ok(format!(
                "A description has at most {MAX_DESCRIPTION_LENGTH} bytes, and this one has {length}. Shorten it."
            ))
        },
    },
    KnownError {
        signature: "NoSuchModel(uint256)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("There is no published model {id}. Reload the page and choose one from the list."))
        },
    },
    KnownError {
        signature: "NotPublisher(address,address)",
        sentence: |args| {
            let (caller, publisher) = (args.address()?, args.address()?);
            Ok(format!(
                "Only {}, who published this model, may withdraw it, and the wallet uses {}. Choose the publisher's account.",
                publisher.short(),
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "ModelAlreadyWithdrawn(uint256)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("The published model {id} was withdrawn before. Reload the page; nothing needs to be done."))
        },
    },
];
