//! Sentences for the errors of ModelCoin and of the parts of OpenZeppelin that it is made of.

use contracts::{
    abi::selector,
    refusal::{KnownError, Refusals},
    time::utc,
};

/// Every error of ModelCoin.
pub const REFUSALS: Refusals = &[ERRORS];

const NO_BALANCE: &str = "ERC20InsufficientBalance(address,uint256,uint256)";
const NO_ALLOWANCE: &str = "ERC20InsufficientAllowance(address,uint256,uint256)";

/// Whether the data of a revert says that tokens are missing: in the account, or of what it lets the contract take.
pub fn tokens_are_missing(revert: &[u8]) -> bool {
    revert.first_chunk::<4>().is_some_and(|error| [NO_BALANCE, NO_ALLOWANCE].map(selector).contains(error))
}

const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "AlreadyAirdropped(address)",
        sentence: |args| {
            Ok(format!(
                "{} has had its airdrop; each address gets one. Use another account, or buy or earn MDC.",
                args.address()?.short()
            ))
        },
    },
    KnownError {
        signature: "AirdropPoolEmpty()",
        sentence: |_| {
            Ok("There is nothing left to give out: test networks have 500 airdrops, other networks none. Ask somebody who holds MDC to send you some."
                .to_owned())
        },
    },
    KnownError {
        signature: NO_BALANCE,
        sentence: |args| {
            let (account, has, needs) = (args.address()?, args.amount()?, args.amount()?);
            Ok(format!(
                "{} holds {has} MDC, but this needs {needs} MDC. Get the airdrop or more MDC first, or choose a smaller amount.",
                account.short()
            ))
        },
    },
    KnownError {
        signature: NO_ALLOWANCE,
        sentence: |args| {
            let (_, allowed, needs) = (args.address()?, args.amount()?, args.amount()?);
            Ok(format!(
                "The market may take {allowed} MDC from this account, but this needs {needs} MDC. Sign the permit again, or approve the market first."
            ))
        },
    },
    KnownError {
        signature: "ERC20InvalidReceiver(address)",
        sentence: |args| {
            Ok(format!("Tokens cannot be sent to {}. Check the address of the receiver.", args.address()?))
        },
    },
    KnownError {
        signature: "ERC20InvalidSender(address)",
        sentence: |args| {
            Ok(format!("Tokens cannot be sent from {}. Check which account the wallet uses.", args.address()?))
        },
    },
    KnownError {
        signature: "ERC20InvalidApprover(address)",
        sentence: |args| {
            Ok(format!("{} cannot approve anything. Check which account the wallet uses.", args.address()?))
        },
    },
    KnownError {
        signature: "ERC20InvalidSpender(address)",
        sentence: |args| {
            Ok(format!("{} cannot be approved. Check the contract addresses in the settings.", args.address()?))
        },
    },
    KnownError {
        signature: "ERC2612ExpiredSignature(uint256)",
        sentence: |args| {
            let until = utc(args.number()?);
            Ok(format!("The permit was good until {until}, which is over. Sign a new one."))
        },
    },
    KnownError {
        signature: "ERC2612InvalidSigner(address,address)",
        sentence: |args| {
            let (signer, owner) = (args.address()?, args.address()?);
            Ok(format!(
                "The permit was signed by {}, but {} must sign it. Choose that account in the wallet and sign again; if it is chosen already, reload the page, since the permit may have been used.",
                signer.short(),
                owner.short()
            ))
        },
    },
    KnownError {
        signature: "InvalidAccountNonce(address,uint256)",
        sentence: |args| {
            let (account, nonce) = (args.address()?, args.number::<u64>()?);
            Ok(format!(
                "The permit of {} was made for another turn than {nonce}. Reload the page and sign again.",
                account.short()
            ))
        },
    },
    KnownError {
        signature: "ECDSAInvalidSignature()",
        sentence: |_| {
            Ok("The wallet's signature is not a valid one. Sign again, or approve the market in a transaction of its own.".to_owned())
        },
    },
    KnownError {
        signature: "ECDSAInvalidSignatureLength(uint256)",
        sentence: |args| {
            let bytes: u64 = args.number()?;
            Ok(format!(
                "The wallet's signature has {bytes} bytes instead of 65. Approve the market in a transaction of its own."
            ))
        },
    },
    KnownError {
        signature: "ECDSAInvalidSignatureS(bytes32)",
        sentence: |args| {
            args.word()?;
            Ok("The wallet's signature is in a form that is no longer accepted. Update the wallet, or approve the market in a transaction of its own.".to_owned())
        },
    },
    KnownError {
        signature: "InvalidShortString()",
        sentence: |_| Ok("The coin's name cannot be read. Check the contract addresses in the settings.".to_owned()),
    },
    KnownError {
        signature: "StringTooLong(string)",
        sentence: |args| {
            Ok(format!("The coin's name is too long: {}. Check the contract addresses in the settings.", args.text()?))
        },
    },
];
