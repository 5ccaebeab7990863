//! Of providers.

use contracts::refusal::KnownError;

pub const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "NotProvider(address)",
        sentence: |args| {
            let who = args.address()?.short();
            Ok(format!("{who} is no provider. Join with a deposit and an offer first, or choose another account."))
        },
    },
    KnownError {
        signature: "DepositTooSmall(uint256,uint256)",
        sentence: |args| {
            let (deposit, least) = (args.amount()?, args.amount()?);
            Ok(format!(
                "A deposit of {deposit} MDC is too small: a provider has {least} MDC or more. Add more, or take back less."
            ))
        },
    },
    KnownError {
        signature: "NotFree(uint256,uint256)",
        sentence: |args| {
            let (free, needed) = (args.amount()?, args.amount()?);
            Ok(format!(
                "Of the deposit only {free} MDC are free, and this needs {needed} MDC. Add to the deposit, or wait until jobs and duties are over."
            ))
        },
    },
    KnownError {
        signature: "BadOffer()",
        sentence: |_| {
            Ok("An offer needs a price above zero, a kind of job, memory and a measured speed. Fill in what is missing.".to_owned())
        },
    },
    KnownError {
        signature: "ProviderPauses(address)",
        sentence: |args| {
            let who = args.address()?.short();
            Ok(format!(
                "The provider {who} pauses and takes no new jobs. Choose another one, or wait until it resumes."
            ))
        },
    },
    KnownError {
        signature: "NonceNotHigher(uint64)",
        sentence: |args| {
            let nonce: u64 = args.number()?;
            Ok(format!("Quotes below the number {nonce} are revoked already. Name a higher one."))
        },
    },
    KnownError {
        signature: "DrawIsOpen()",
        sentence: |_| {
            Ok("Jurors of a dispute are about to be drawn from all providers. Draw them, which anybody may do, and leave then.".to_owned())
        },
    },
];
