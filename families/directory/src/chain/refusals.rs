//! Sentences for the errors of Directory, Datasets and Grants.

mod grants;

use contracts::refusal::{KnownError, Refusals};

/// Every error of Directory, Datasets and Grants.
pub const REFUSALS: Refusals = &[OF_ORGANISATIONS, OF_DATASETS, grants::OF_APPLICATIONS, grants::OF_USES];

const OF_ORGANISATIONS: &[KnownError] = &[
    KnownError {
        signature: "AlreadyJoined(address)",
        sentence: |args| {
            let account = args.address()?;
            Ok(format!("{} takes part as an organisation already. Change its profile or key instead.", account.short()))
        },
    },
    KnownError {
        signature: "NotJoined(address)",
        sentence: |args| {
            let account = args.address()?;
            Ok(format!("{} does not take part as an organisation. Join first, under a profile.", account.short()))
        },
    },
    KnownError {
        signature: "EmptyProfile()",
        sentence: |_| Ok("An organisation needs a profile with a name. Fill it in and try again.".to_owned()),
    },
    KnownError {
        signature: "EmptyKey()",
        sentence: |_| {
            Ok("The key is empty, and everybody could read what is sealed to it. Derive the key again from the wallet."
                .to_owned())
        },
    },
];

const OF_DATASETS: &[KnownError] = &[
    KnownError {
        signature: "NoSuchDataset(uint64)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("There is no data set {id}. Check the number and the network that the wallet is on."))
        },
    },
    KnownError {
        signature: "NotDatasetOwner(address,address)",
        sentence: |args| {
            let (caller, owner) = (args.address()?, args.address()?);
            Ok(format!(
                "Only its owner, {}, may change this data set, and the wallet uses {}. Choose the owner's account.",
                owner.short(),
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "DatasetIsRevoked(uint64)",
        sentence: |args| {
            let id: u64 = args.number()?;
            Ok(format!("Data set {id} was revoked, which is for good. Publish it again as a new one."))
        },
    },
    KnownError {
        signature: "PublisherNotJoined(address)",
        sentence: |args| {
            let caller = args.address()?;
            Ok(format!(
                "Only organisations publish data sets, and {} is none. Join the directory first.",
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "EmptyDatasetRoot()",
        sentence: |_| {
            Ok("The data set lacks its description or the root of its rows. Prepare the file again before publishing."
                .to_owned())
        },
    },
    KnownError {
        signature: "EmptyDataset(uint32,uint16)",
        sentence: |args| {
            let (rows, columns) = (args.number::<u32>()?, args.number::<u16>()?);
            Ok(format!(
                "A data set of {rows} rows and {columns} columns has nothing to learn from. Choose another file."
            ))
        },
    },
    KnownError {
        signature: "NoSuchIndustry(uint8)",
        sentence: |args| {
            let number: u8 = args.number()?;
            Ok(format!("There is no industry {number} in the list. Choose one of the twelve."))
        },
    },
];
