//! Call data of ModelCoin.

use protocol::{Address, Amount};

use contracts::abi::{address, amount, call};

pub(crate) const AIRDROP: &str = "airdrop()";
pub(crate) const AIRDROPPED: &str = "airdropped(address)";
pub(crate) const BALANCE_OF: &str = "balanceOf(address)";
pub(crate) const NONCES: &str = "nonces(address)";
pub(crate) const ALLOWANCE: &str = "allowance(address,address)";
pub(crate) const APPROVE: &str = "approve(address,uint256)";
pub(crate) const TRANSFER: &str = "transfer(address,uint256)";
pub(crate) const TOTAL_SUPPLY: &str = "totalSupply()";

/// Sends the sender 1,000 MDC, once per address.
pub fn airdrop() -> Vec<u8> {
    call(AIRDROP, &[])
}

/// View: whether an address has had its airdrop. Read with [`contracts::returns::boolean`].
pub fn airdropped(account: Address) -> Vec<u8> {
    call(AIRDROPPED, &[address(account)])
}

/// View: read with [`contracts::returns::amount`].
pub fn balance_of(account: Address) -> Vec<u8> {
    call(BALANCE_OF, &[address(account)])
}

/// View: the nonce that the owner's next permit must carry. Read with [`contracts::returns::count`].
pub fn nonces(owner: Address) -> Vec<u8> {
    call(NONCES, &[address(owner)])
}

/// View: what `spender` may still take. Read with [`contracts::returns::amount`], which takes anything above 2^128 − 1,
/// such as an unlimited allowance, for that number.
pub fn allowance(owner: Address, spender: Address) -> Vec<u8> {
    call(ALLOWANCE, &[address(owner), address(spender)])
}

/// Lets `spender` take up to `value` from the sender.
pub fn approve(spender: Address, value: Amount) -> Vec<u8> {
    call(APPROVE, &[address(spender), amount(value)])
}

/// Sends `value` from the sender to `to`.
pub fn transfer(to: Address, value: Amount) -> Vec<u8> {
    call(TRANSFER, &[address(to), amount(value)])
}

/// View: all tokens that have not been burned. Read with [`contracts::returns::amount`].
pub fn total_supply() -> Vec<u8> {
    call(TOTAL_SUPPLY, &[])
}
