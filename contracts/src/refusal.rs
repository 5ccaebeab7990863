//! Says in a sentence why a call was reverted, and what to do next.
//!
//! Each family of contracts has a list of the errors that it can answer with; whoever reads reverts joins the lists of
//! the families that it knows in one place and passes them to [`decode`].

use std::fmt;

use protocol::cid::MAX_CID_LENGTH;

use crate::{
    abi::{DecodeError, selector},
    words::Words,
};

/// A decoded revert. [`fmt::Display`] is the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revert {
    /// The error as Solidity names it, for a log or a bug report; `Unknown` where it is none of ours.
    pub name: String,
    /// Cause and next step, for a person.
    pub sentence: String,
}

impl fmt::Display for Revert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Revert {}

/// An error of one of the contracts: its signature, and the sentence for its arguments.
///
/// Arguments are read one after the other, not as what `sol!` makes of the error: a decoder for each shape of arguments
/// adds 3 kB to the page's program for the eleven errors of `trained` alone. Tests hold signatures against the ABI.
pub struct KnownError {
    /// As in the ABI, such as `TooEarly(uint256)`.
    pub signature: &'static str,
    /// Reads the arguments in their order and says cause and next step.
    pub sentence: fn(&mut Words<'_>) -> Result<String, DecodeError>,
}

/// The errors of a family of contracts, in the groups that the family makes.
pub type Refusals = &'static [&'static [KnownError]];

/// Errors that several families answer with, of code that they share.
pub const SHARED: &[KnownError] = &[
    KnownError {
        signature: "CidTooLong(uint256)",
        sentence: |args| {
            let length: u64 = args.number()?;
            Ok(format!(
                "A content identifier of {length} bytes is too long; at most {MAX_CID_LENGTH} are taken. Use the CID of version 1 in base32, which has 59."
            ))
        },
    },
    KnownError {
        signature: "WrongLength(uint256,uint256)",
        sentence: |args| {
            let (found, expected) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "What was sent has {found} bytes, but {expected} are expected. To a bounty, send the file that was committed, from the vault or a backup; to a shared model, encode the sample again."
            ))
        },
    },
    KnownError {
        signature: "ReentrancyGuardReentrantCall()",
        sentence: |_| {
            Ok("A contract tried to call the market in the middle of another call, which is not allowed. Call it in a transaction of its own.".to_owned())
        },
    },
    KnownError {
        signature: "SafeERC20FailedOperation(address)",
        sentence: |args| {
            Ok(format!(
                "The token at {} refused to move. Check the contract addresses in the settings.",
                args.address()?.short()
            ))
        },
    },
    // Of `Escrow`.
    KnownError {
        signature: "NothingOwed(address)",
        sentence: |args| {
            let account = args.address()?;
            Ok(format!(
                "Nothing is owed to {} here; it may have been collected before. Reload the page to see what is still to come.",
                account.short()
            ))
        },
    },
    KnownError {
        signature: "NotCovered(uint256,uint256)",
        sentence: |args| {
            let (held, needed) = (args.amount()?, args.amount()?);
            Ok(format!(
                "The contract would be left with {held} MDC and owes {needed} MDC to others. Please report this with the transaction."
            ))
        },
    },
];

/// Errors that Solidity itself raises.
const OF_THE_LANGUAGE: &[KnownError] = &[
    KnownError {
        signature: "Error(string)",
        sentence: |args| Ok(format!("The contract refused: {}. Reload the page and try again.", args.text()?)),
    },
    KnownError {
        signature: "Panic(uint256)",
        sentence: |args| {
            let code: u64 = args.number()?;
            Ok(format!(
                "The contract stopped at an internal check (panic {code:#04x}). Nothing was changed; please report \
                 this with the transaction."
            ))
        },
    },
];

/// Reads the data of a revert, as `eth_call` and `eth_estimateGas` return it. Anything can be read: what is unknown
/// is said to be unknown.
///
/// `families` are the lists of the families, such as `bounty::REFUSALS`; what families share is known without.
pub fn decode(data: &[u8], families: &[Refusals]) -> Revert {
    let unknown = |sentence: String| Revert { name: "Unknown".to_owned(), sentence };
    let Some((found, arguments)) = data.split_first_chunk::<4>() else {
        return unknown(
            "The contract refused without giving a reason; the call may have run out of gas. Try again, and check \
             that the wallet does not lower the gas limit."
                .to_owned(),
        );
    };
    let known = known_to(families).find(|known| selector(known.signature) == *found);
    match known.map(|known| (known, (known.sentence)(&mut Words::new(arguments)))) {
        Some((known, Ok(sentence))) => {
            let name = known.signature.split('(').next().unwrap_or_default();
            Revert { name: name.to_owned(), sentence }
        }
        _ => unknown(format!(
            "The contract refused for a reason that this page does not know (0x{}). Check that the network and the \
             contract addresses in the settings belong together.",
            hex::encode(found)
        )),
    }
}

/// Every error of these families, and those that need no family.
pub fn known_to(families: &[Refusals]) -> impl Iterator<Item = &'static KnownError> {
    families.iter().flat_map(|groups| groups.iter()).chain(&[SHARED, OF_THE_LANGUAGE]).flat_map(|group| group.iter())
}

#[cfg(test)]
mod tests {
    use ethers_core::abi::{Token, encode};

    use super::*;

    fn error(signature: &str, arguments: &[Token]) -> Vec<u8> {
        [&selector(signature)[..], &encode(arguments)].concat()
    }

    fn number(value: u64) -> Token {
        Token::Uint(value.into())
    }

    const ERRORS: &[KnownError] = &[KnownError {
        signature: "TooEarly(uint256)",
        sentence: |args| Ok(format!("This can be done from {} on; come back then.", args.number::<u64>()?)),
    }];

    #[test]
    fn the_errors_of_the_given_families_and_the_shared_ones_are_told() {
        let data = error("TooEarly(uint256)", &[number(7)]);
        assert_eq!(decode(&data, &[&[], &[&[], ERRORS]]).sentence, "This can be done from 7 on; come back then.");
        assert_eq!(decode(&data, &[]).name, "Unknown");
        assert_eq!(decode(&error("CidTooLong(uint256)", &[number(129)]), &[]).name, "CidTooLong");
        assert_eq!(decode(&error("Panic(uint256)", &[number(17)]), &[]).name, "Panic");
    }

    #[test]
    fn what_is_unknown_is_said_to_be_unknown() {
        assert_eq!(decode(&[], &[]).name, "Unknown");
        let other = decode(&error("Elsewhere(bytes32)", &[Token::FixedBytes(vec![0; 32])]), &[&[ERRORS]]);
        assert_eq!(other.name, "Unknown");
        assert!(other.sentence.contains("0x"));
    }
}
