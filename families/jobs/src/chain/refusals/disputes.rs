//! Of disputes.

use contracts::refusal::KnownError;

use super::super::convert::{duty, verdict};
use crate::{Duty, Verdict};

pub const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "NotCommitted()",
        sentence: |_| {
            Ok("This is not what was committed to. Send the very result, units and salt of the commitment.".to_owned())
        },
    },
    KnownError {
        signature: "NotJuror(uint8)",
        sentence: |args| {
            let index: u8 = args.number()?;
            Ok(format!("You are not juror {index} of this round. Choose the account that was drawn, and its number."))
        },
    },
    KnownError {
        signature: "WrongDuty(uint8,uint8)",
        sentence: |args| {
            let (index, number): (u8, u8) = (args.number()?, args.number()?);
            let said = match duty(number)? {
                Duty::Drawn => "has not committed, so that nothing can be revealed",
                Duty::Committed => "has committed. Reveal it once all have committed",
                Duty::Revealed => "has revealed its answer. Wait for the others",
            };
            Ok(format!("Juror {index} {said}."))
        },
    },
    KnownError {
        signature: "AlreadyDrawn()",
        sentence: |_| Ok("The jurors of this round are drawn. Reload the page to see who they are.".to_owned()),
    },
    KnownError {
        signature: "NotDrawn()",
        sentence: |_| Ok("The jurors of this round are not drawn yet. Draw them, which anybody may do.".to_owned()),
    },
    KnownError {
        signature: "NoDrawHash(uint64)",
        sentence: |args| {
            let block: u64 = args.number()?;
            Ok(format!(
                "The chain does not know the hash of block {block} now. Wait for two more blocks; where it is too old, conclude the dispute when its time is over."
            ))
        },
    },
    KnownError {
        signature: "AlreadyShown()",
        sentence: |_| Ok("It was shown before to what the submission committed. Wait for the jurors.".to_owned()),
    },
    KnownError {
        signature: "NothingToEscalate(uint8)",
        sentence: |args| {
            let found = match verdict(args.number()?)? {
                Verdict::Undecided => "nothing was decided",
                Verdict::Stands => "the result stands",
                Verdict::Wrong => "the result is wrong",
            };
            Ok(format!(
                "The jurors found that {found}: only the side that lost may ask for a second round, and only once. Wait until the dispute can be concluded."
            ))
        },
    },
];
