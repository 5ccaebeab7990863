//! Of posting, quotes, vouchers and results.

use contracts::{refusal::KnownError, time::utc};

use crate::Broken;

pub const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "BadTerms(uint8)",
        sentence: |args| {
            let which: u8 = args.number()?;
            let rule = Broken::ALL.into_iter().find(|rule| *rule as u8 == which);
            Ok(rule.map_or("A rule for the terms of a job is broken. Check them.", Broken::sentence).to_owned())
        },
    },
    KnownError {
        signature: "OtherTerms(bytes32)",
        sentence: |args| {
            args.digest()?;
            Ok("These are not the terms that were posted, or the chain has given the number to another job. Reload the page and look at the terms.".to_owned())
        },
    },
    KnownError {
        signature: "NotSignedBy(address,address)",
        sentence: |args| {
            let (signer, _) = (args.address()?.short(), args.address()?);
            Ok(format!(
                "The signature is not by {signer} for this very job, price and number of units. Ask for a new one."
            ))
        },
    },
    KnownError {
        signature: "QuoteExpired(uint256)",
        sentence: |args| {
            let until = utc(args.number()?);
            Ok(format!("The quote expired on {until}, and nothing was locked. Ask the provider for a new one."))
        },
    },
    KnownError {
        signature: "QuoteRevoked(uint64)",
        sentence: |args| {
            let nonce: u64 = args.number()?;
            Ok(format!("The provider has revoked its quotes below the number {nonce}. Ask it for a new one."))
        },
    },
    KnownError {
        signature: "PriceTooHigh(uint80,uint80)",
        sentence: |args| {
            let (price, highest) = (args.amount()?, args.amount()?);
            Ok(format!(
                "The quote asks {price} MDC for a unit and the job allows {highest} MDC, and nothing was locked. Choose another quote, or post the job at a higher price."
            ))
        },
    },
    KnownError {
        signature: "QuoteTooSmall(uint40,uint40)",
        sentence: |args| {
            let (units, needed): (u64, u64) = (args.number()?, args.number()?);
            Ok(format!("The quote is for {units} units and the job has {needed}. Choose another quote."))
        },
    },
    KnownError {
        signature: "StakeTooSmall(uint256,uint256)",
        sentence: |args| {
            let (stake, least) = (args.amount()?, args.amount()?);
            Ok(format!(
                "The stake of {stake} MDC would not pay the jurors who judge what lies between two checkpoints; {least} MDC would. Post the job with a larger stake, more checkpoints or fewer jurors."
            ))
        },
    },
    KnownError {
        signature: "BadVoucher(uint40,uint40,uint40)",
        sentence: |args| {
            let (units, least, most): (u64, u64, u64) = (args.number()?, args.number()?, args.number()?);
            Ok(format!(
                "A voucher for {units} units does not count: it must be for {least} to {most}. Show the last one."
            ))
        },
    },
    KnownError {
        signature: "NotAgreed(uint256,uint256)",
        sentence: |args| {
            let (open, most): (u64, u64) = (args.number()?, args.number()?);
            Ok(format!(
                "{open} units are not covered by a voucher, and {most} are allowed, so that jurors can be paid. Show the client's last voucher first."
            ))
        },
    },
    KnownError {
        signature: "EmptyCommitment()",
        sentence: |_| Ok("A commitment must not be empty. Make it from the result, its units and a salt.".to_owned()),
    },
    KnownError {
        signature: "OtherResult(bytes32)",
        sentence: |args| {
            args.digest()?;
            Ok("Another result was submitted than the one that you name. Reload the page and look at it again."
                .to_owned())
        },
    },
];
