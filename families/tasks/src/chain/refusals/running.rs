//! Of running, and of what comes after.

use contracts::refusal::KnownError;

use crate::REQUESTER_PART;

pub const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "BadSignatures(uint256)",
        sentence: |args| {
            let bytes: u64 = args.number()?;
            Ok(format!(
                "Signatures of {bytes} bytes do not fit: there is one of 65 bytes for each seat. Ask the missing seats to sign."
            ))
        },
    },
    KnownError {
        signature: "WrongSigner(uint8,address,address)",
        sentence: |args| {
            let (seat, signer, found) = (args.number::<u8>()?, args.address()?, args.address()?);
            Ok(format!(
                "The signature of seat {seat} is by {} and not by its key {}. Ask that seat to sign again.",
                found.short(),
                signer.short()
            ))
        },
    },
    KnownError {
        signature: "BadFailure(uint32,uint32)",
        sentence: |args| {
            let (facts, rows): (u32, u32) = (args.number()?, args.number()?);
            Ok(format!(
                "A failed run cannot have told {facts} numbers and {rows} rows: that is more than the task tells. Correct the numbers and sign again."
            ))
        },
    },
    KnownError {
        signature: "BondWasLost()",
        sentence: |_| {
            Ok("A seat has lost its bond in a stall, so there is no other attempt. Cancel the task and publish it again.".to_owned())
        },
    },
    KnownError {
        signature: "TooManyAttempts()",
        sentence: |_| {
            Ok("The task has had all the runs that a task can have. Cancel it and publish it again.".to_owned())
        },
    },
    KnownError {
        signature: "NotComputing(uint8)",
        sentence: |args| {
            let seat: u8 = args.number()?;
            Ok(format!("Seat {seat} does not compute and has no key to send. Choose one of the two that compute."))
        },
    },
    KnownError {
        signature: "NoKeyOwed(uint8)",
        sentence: |args| {
            let seat: u8 = args.number()?;
            Ok(format!(
                "By what all seats have signed, seat {seat} owes nobody a key, so that none can be demanded of it. Open the result with the keys of the others."
            ))
        },
    },
    KnownError {
        signature: "OtherDelivery()",
        sentence: |_| {
            Ok("What was posted is not what all seats have signed. Send the result and the sealed key of this very run.".to_owned())
        },
    },
    KnownError {
        signature: "NothingDue(uint64,uint8)",
        sentence: |args| {
            let (id, part): (u64, u8) = (args.number()?, args.number()?);
            let whose = if part == REQUESTER_PART { "the requester".to_owned() } else { format!("seat {part}") };
            Ok(format!(
                "Nothing is due to {whose} of task {id} now; bonds and fees are free a day after the end. Reload the page to see what is still to come."
            ))
        },
    },
];
