//! Says in a sentence why a call was reverted, and what to do next.

mod classifier;
mod coin;
mod market;
mod prediction_market;
mod shared;
mod time;
mod trained;

use std::fmt;

use crate::{
    abi::selector,
    words::{DecodeError, Words},
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
pub(crate) struct Known {
    pub(crate) signature: &'static str,
    sentence: fn(&mut Words<'_>) -> Result<String, DecodeError>,
}

/// Errors that Solidity itself raises.
const OF_THE_LANGUAGE: [Known; 2] = [
    Known {
        signature: "Error(string)",
        sentence: |args| Ok(format!("The contract refused: {}. Reload the page and try again.", args.text()?)),
    },
    Known {
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

pub(crate) fn all() -> impl Iterator<Item = &'static Known> {
    let of_models = shared::ERRORS.iter().chain(&prediction_market::ERRORS).chain(&classifier::ERRORS);
    market::ERRORS.iter().chain(&coin::ERRORS).chain(of_models).chain(&trained::ERRORS).chain(&OF_THE_LANGUAGE)
}

/// Reads the data of a revert, as `eth_call` and `eth_estimateGas` return it. Anything can be read: what is unknown
/// is said to be unknown.
pub fn decode(data: &[u8]) -> Revert {
    let unknown = |sentence: String| Revert { name: "Unknown".to_owned(), sentence };
    let Some((found, arguments)) = data.split_first_chunk::<4>() else {
        return unknown(
            "The contract refused without giving a reason; the call may have run out of gas. Try again, and check \
             that the wallet does not lower the gas limit."
                .to_owned(),
        );
    };
    let known = all().find(|known| selector(known.signature) == *found);
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::abi::{call, digest, number, text};
    use protocol::Digest;

    #[test]
    fn every_sentence_says_cause_and_next_step() {
        for known in all() {
            // Small numbers fit every argument; a text argument is an offset to a length of zero.
            let list = known.signature.split_once('(').unwrap().1.trim_end_matches(')');
            let mut arguments: Vec<_> = list.split(',').map(|_| number(32u8)).collect();
            if known.signature.contains("uint8") {
                *arguments.last_mut().unwrap() = number(1u8);
            }
            if list.contains("string") {
                arguments = vec![text("short")];
            }
            let data = call(known.signature, &arguments);
            let revert = decode(&data);
            assert!(known.signature.starts_with(&revert.name), "{}: {revert:?}", known.signature);
            assert!(revert.sentence.ends_with('.') && revert.sentence.contains([';', '.', ',']), "{revert:?}");
            assert!(revert.sentence.len() > 40, "{revert:?}");
            if !list.is_empty() {
                assert_eq!(decode(&data[..20]).name, "Unknown", "{} cut off", known.signature);
            }
        }
    }

    #[test]
    fn arguments_are_told_in_words() {
        let data = call("DeadlineInPast(uint40,uint256)", &[number(1_700_000_000u64), number(1_700_000_060u64)]);
        let revert = decode(&data);
        assert_eq!(revert.name, "DeadlineInPast");
        assert!(revert.sentence.contains("14 November 2023, 22:13:20 UTC"), "{revert}");

        let data = call("WrongPhase(uint256,uint8)", &[number(7u8), number(4u8)]);
        assert!(decode(&data).sentence.starts_with("Bounty 7 is in its claim window"), "{}", decode(&data));

        let one = number(1_500_000_000_000_000_000u128);
        let data = call(
            "ERC20InsufficientBalance(address,uint256,uint256)",
            &[number(5u8), one.clone(), number(20_000_000_000_000_000_000u128)],
        );
        assert!(decode(&data).sentence.contains("1.5 MDC") && decode(&data).sentence.contains("20 MDC"));
    }

    #[test]
    fn what_is_unknown_is_said_to_be_unknown() {
        assert_eq!(decode(&[]).name, "Unknown");
        let other = decode(&call("Elsewhere(bytes32)", &[digest(Digest::ZERO)]));
        assert_eq!(other.name, "Unknown");
        assert!(other.sentence.contains("0x"));
    }
}
