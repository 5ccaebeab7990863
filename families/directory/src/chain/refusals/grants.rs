//! Sentences for the errors of Grants.

use contracts::{refusal::KnownError, time::utc};

use crate::{GrantState, MAX_DIGITS, MAX_REASON_LENGTH, chain::returns::grant_state};

/// Of applying and deciding.
pub const OF_APPLICATIONS: &[KnownError] = &[
    KnownError {
        signature: "NoSuchGrant(uint64)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("There is no grant {id}. Check the number and the network that the wallet is on."))
        },
    },
    KnownError {
        signature: "WrongGrantState(uint64,uint8)",
        sentence: |args| {
            let (id, state): (u64, u8) = (args.number()?, args.number()?);
            Ok(match (state > 0).then(|| grant_state(state)).transpose()? {
                None => format!("There is no grant {id}. Choose one that the owner of the data has approved."),
                Some(GrantState::Pending) => format!(
                    "The owner of the data has not decided about grant {id}. Wait for the answer, or withdraw the application."
                ),
                Some(GrantState::Withdrawn) => format!("Grant {id} was withdrawn. Apply again for the data set."),
                Some(GrantState::Refused) => {
                    format!("Grant {id} was refused. Read what the owner says, and apply for something else.")
                }
                Some(GrantState::Approved) => format!("Grant {id} is approved already. Nothing is left to decide."),
            })
        },
    },
    KnownError {
        signature: "NotGrantUser(address,address)",
        sentence: |args| {
            let (caller, user) = (args.address()?, args.address()?);
            Ok(format!(
                "This grant serves {} alone, and the wallet uses {}. Choose that account, or apply for a grant of your own.",
                user.short(),
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "NotGrantingOwner(address,address)",
        sentence: |args| {
            let (caller, owner) = (args.address()?, args.address()?);
            Ok(format!(
                "Only the owner of the data set, {}, decides about this, and the wallet uses {}. Choose the owner's account.",
                owner.short(),
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "NoDatasetToUse(uint64)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("There is no data set {id} to apply for. Choose one from the list."))
        },
    },
    KnownError {
        signature: "DatasetNotUsable(uint64)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("Data set {id} was revoked by its owner, so nothing starts on it. Choose another one."))
        },
    },
    KnownError {
        signature: "GrantOpen(uint64)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!(
                "You have applied for the same before, and grant {id} is pending or can still be used. Use that one, or withdraw it while it is pending."
            ))
        },
    },
    KnownError {
        signature: "BadPeriod(uint40,uint40)",
        sentence: |args| {
            let (from, until) = (utc(args.number()?), utc(args.number()?));
            Ok(format!(
                "A grant from {from} until {until} is none: it must end after it begins, and in the future. Choose other times."
            ))
        },
    },
    KnownError {
        signature: "BadTimes(uint32,uint16)",
        sentence: |args| {
            let (times, tries): (u32, u16) = (args.number()?, args.number()?);
            Ok(format!("A grant for {times} tasks with {tries} tries allows nothing. Choose one or more of each."))
        },
    },
    KnownError {
        signature: "BadDigits(uint8)",
        sentence: |args| {
            let digits: u8 = args.number()?;
            Ok(format!("Results of {digits} digits cannot be asked for. Choose 1 to {MAX_DIGITS}; three are usual."))
        },
    },
    KnownError {
        signature: "PurposeNeeded()",
        sentence: |_| {
            Ok("This data set has a label, so a grant must say for which task it is. Describe the task before applying.".to_owned())
        },
    },
    KnownError {
        signature: "ReasonTooLong(uint256)",
        sentence: |args| {
            let bytes: u64 = args.number()?;
            Ok(format!("A reason has at most {MAX_REASON_LENGTH} bytes, and this one has {bytes}. Shorten it."))
        },
    },
];

/// Of tasks that draw on grants.
pub const OF_USES: &[KnownError] = &[
    KnownError {
        signature: "NotTasks(address)",
        sentence: |args| {
            let caller = args.address()?;
            Ok(format!(
                "Only the contract of tasks draws on grants, and {} is another account. Publish and start a task instead.",
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "PurposeDiffers(uint64,bytes32,bytes32)",
        sentence: |args| {
            let (id, purpose, granted): (u64, _, _) = (args.number()?, args.digest()?, args.digest()?);
            Ok(format!(
                "Grant {id} was given for another purpose ({} and not {}). Publish the task that was applied for, or apply for this one.",
                granted.short(),
                purpose.short()
            ))
        },
    },
    KnownError {
        signature: "TooManyDigits(uint64,uint8,uint8)",
        sentence: |args| {
            let (id, digits, granted): (u64, u8, u8) = (args.number()?, args.number()?, args.number()?);
            Ok(format!(
                "Grant {id} allows results of {granted} digits, and the task asks for {digits}. Choose fewer digits, or apply for more."
            ))
        },
    },
    KnownError {
        signature: "OwnCoefficientsNotGranted(uint64)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!(
                "Grant {id} does not allow that owners are told their own coefficients. Leave them out, or apply for them."
            ))
        },
    },
    KnownError {
        signature: "TooFewRows(uint64,uint32,uint32)",
        sentence: |args| {
            let (id, rows, granted): (u64, u32, u32) = (args.number()?, args.number()?, args.number()?);
            Ok(format!(
                "Grant {id} allows nothing to be told of fewer than {granted} rows, and the task says {rows}. Raise its least number of rows."
            ))
        },
    },
    KnownError {
        signature: "GrantNotYet(uint64,uint40)",
        sentence: |args| {
            let (id, from): (u64, u64) = (args.number()?, args.number()?);
            Ok(format!("Grant {id} begins on {}. Start the task then.", utc(from)))
        },
    },
    KnownError {
        signature: "GrantOver(uint64,uint40)",
        sentence: |args| {
            let (id, until): (u64, u64) = (args.number()?, args.number()?);
            Ok(format!("Grant {id} ended on {}. Apply again for the data set.", utc(until)))
        },
    },
    KnownError {
        signature: "TimesUsedUp(uint64,uint32)",
        sentence: |args| {
            let (id, times): (u64, u32) = (args.number()?, args.number()?);
            Ok(format!(
                "Grant {id} is for {times} tasks, and as many have used it or are running. Wait for one to fail, or apply again."
            ))
        },
    },
    KnownError {
        signature: "TriesUsedUp(uint64,uint16)",
        sentence: |args| {
            let (id, tries): (u64, u16) = (args.number()?, args.number()?);
            Ok(format!(
                "Grant {id} allows {tries} tries, and as many tasks were started. Apply again for the data set."
            ))
        },
    },
    KnownError {
        signature: "FactsUsedUp(uint64,uint32,uint32)",
        sentence: |args| {
            let (id, left, wanted): (u64, u32, u32) = (args.number()?, args.number()?, args.number()?);
            Ok(format!(
                "Of what grant {id} allows to be told {left} numbers are left, and the task would tell {wanted}. Ask for fewer results, or apply again."
            ))
        },
    },
    KnownError {
        signature: "RowsUsedUp(uint64,uint32,uint32)",
        sentence: |args| {
            let (id, left, wanted): (u64, u32, u32) = (args.number()?, args.number()?, args.number()?);
            Ok(format!(
                "Of the rows that grant {id} allows to be predicted {left} are left, and the task would predict {wanted}. Predict fewer, or apply again."
            ))
        },
    },
];
