//! What contracts that hold tokens for others say and answer (`Escrow.sol`), and to what the signatures of those that take
//! some are bound. The families' tests hold it against their ABIs.

use protocol::{Address, Amount, Digest, RawLog};

use crate::abi::{DecodeError, address, amount, call, data, indexed_address, topic};

#[allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "generated")]
mod binding {
    alloy_sol_types::sol! {
        event Owed(address indexed account, uint256 amount);
        event Collected(address indexed account, uint256 amount);

        function collectOwed(address account) external returns (uint256 amount);
        function coin() external view returns (address);
        function owed(address account) external view returns (uint256);
        function totalOwed() external view returns (uint256);
        function domainSeparator() external view returns (bytes32);
    }
}

const OWED: Digest = topic::<binding::Owed>();
const COLLECTED: Digest = topic::<binding::Collected>();

/// The first topics of what is said of accounts, for a filter: owed, collected.
pub const fn account_topics() -> [Digest; 2] {
    [OWED, COLLECTED]
}

/// A change of what a contract owes an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwedEvent {
    Owed { account: Address, amount: Amount },
    Collected { account: Address, amount: Amount },
}

impl OwedEvent {
    /// Whom it is about.
    pub fn account(self) -> Address {
        match self {
            Self::Owed { account, .. } | Self::Collected { account, .. } => account,
        }
    }

    /// What the account is owed after it, by what it was owed before.
    #[must_use]
    pub fn after(self, before: Amount) -> Amount {
        match self {
            Self::Owed { amount, .. } => Amount(before.0.saturating_add(amount.0)),
            Self::Collected { .. } => Amount::ZERO,
        }
    }
}

/// A log about what an account is owed. `None` for one of another kind.
///
/// # Errors
/// [`DecodeError`] when the first topic is that of such an event, but the rest does not fit it.
pub fn owed_event(log: &RawLog) -> Result<Option<OwedEvent>, DecodeError> {
    Ok(match log.topics.first() {
        Some(&OWED) => {
            let (value,) = data::<binding::Owed>(log)?;
            Some(OwedEvent::Owed { account: indexed_address(log, 1)?, amount: amount(value)? })
        }
        Some(&COLLECTED) => {
            let (value,) = data::<binding::Collected>(log)?;
            Some(OwedEvent::Collected { account: indexed_address(log, 1)?, amount: amount(value)? })
        }
        _ => None,
    })
}

/// Pays an account all that it is owed; by anyone.
pub fn collect_owed(account: Address) -> Vec<u8> {
    call::<binding::collectOwedCall>((address(account),))
}

/// View: what an account is owed. Read with [`crate::returns::amount`].
pub fn owed(account: Address) -> Vec<u8> {
    call::<binding::owedCall>((address(account),))
}

/// View: what all accounts are owed. Read with [`crate::returns::amount`].
pub fn total_owed() -> Vec<u8> {
    call::<binding::totalOwedCall>(())
}

/// View: the coin that is held. Read with [`crate::returns::address`].
pub fn coin() -> Vec<u8> {
    call::<binding::coinCall>(())
}

/// View: what signatures are bound to (EIP-712). Read with [`crate::returns::digest`].
pub fn domain_separator() -> Vec<u8> {
    call::<binding::domainSeparatorCall>(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_owed_adds_up_until_it_is_collected() {
        let account = Address([7; 20]);
        let (owed, collected) =
            (OwedEvent::Owed { account, amount: Amount(5) }, OwedEvent::Collected { account, amount: Amount(8) });
        let after = [owed, owed, collected, owed].iter().fold(Amount::ZERO, |before, event| event.after(before));
        assert_eq!((after, owed.account()), (Amount(5), account));
    }

    #[test]
    fn logs_of_others_are_passed_over_and_cut_off_ones_refused() {
        assert_eq!(owed_event(&RawLog { topics: vec![Digest([7; 32])], data: vec![] }), Ok(None));
        for first in account_topics() {
            assert!(owed_event(&RawLog { topics: vec![first], data: vec![0; 31] }).is_err());
        }
    }
}
