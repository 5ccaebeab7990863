//! Call data of ModelCoin.

use contracts::abi::{address, call, wide};
use protocol::{Address, Amount};

use crate::contract::ModelCoin;

/// Sends the sender 1,000 MDC, once per address.
pub fn airdrop() -> Vec<u8> {
    call::<ModelCoin::airdropCall>(())
}

/// View: whether an address has had its airdrop. Read with [`contracts::returns::boolean`].
pub fn airdropped(account: Address) -> Vec<u8> {
    call::<ModelCoin::airdroppedCall>((address(account),))
}

/// View: read with [`contracts::returns::amount`].
pub fn balance_of(account: Address) -> Vec<u8> {
    call::<ModelCoin::balanceOfCall>((address(account),))
}

/// View: the nonce that the owner's next permit must carry. Read with [`contracts::returns::count`].
pub fn nonces(owner: Address) -> Vec<u8> {
    call::<ModelCoin::noncesCall>((address(owner),))
}

/// View: what `spender` may still take. Read with [`contracts::returns::amount`], which takes anything above 2^128 − 1,
/// such as an unlimited allowance, for that number.
pub fn allowance(owner: Address, spender: Address) -> Vec<u8> {
    call::<ModelCoin::allowanceCall>((address(owner), address(spender)))
}

/// Lets `spender` take up to `value` from the sender.
pub fn approve(spender: Address, value: Amount) -> Vec<u8> {
    call::<ModelCoin::approveCall>((address(spender), wide(value.0)))
}

/// Sends `value` from the sender to `to`.
pub fn transfer(to: Address, value: Amount) -> Vec<u8> {
    call::<ModelCoin::transferCall>((address(to), wide(value.0)))
}

/// View: all tokens that have not been burned. Read with [`contracts::returns::amount`].
pub fn total_supply() -> Vec<u8> {
    call::<ModelCoin::totalSupplyCall>(())
}
