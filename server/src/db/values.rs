//! Values as the database stores them.

use protocol::Amount;

/// The unit of the `hi` columns, in 10^-18 MDC.
const HI: u128 = 1_000_000_000_000;

/// An amount as two numbers of 64 bits that can be sorted and summed.
pub fn split(amount: Amount) -> (i64, i64) {
    // The supply is 10^24 units, so the high part stays below 10^12.
    (i64::try_from(amount.0 / HI).unwrap_or(i64::MAX), (amount.0 % HI) as i64)
}

/// The amount, or sum of amounts, of two such numbers.
pub fn join(hi: i64, lo: i64) -> Amount {
    let part = |value: i64| u128::try_from(value).unwrap_or_default();
    Amount(part(hi) * HI + part(lo))
}

/// A phase, state or kind as the API spells it.
pub fn name(one_of: impl serde::Serialize) -> String {
    serde_json::to_value(one_of).ok().and_then(|v| v.as_str().map(String::from)).unwrap_or_default()
}

/// A number as the database stores it. Values over 2^63 do not occur: blocks, seconds and bytes are far below.
pub fn to_db(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A number as it was stored; negative ones do not occur.
pub fn from_db(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_amounts_join_again_and_keep_their_order() {
        let amounts = [0, 1, HI - 1, HI, HI + 1, Amount::ONE.0, Amount::SUPPLY.0].map(Amount);
        assert!(amounts.map(split).is_sorted());
        for amount in amounts {
            let (hi, lo) = split(amount);
            assert_eq!(join(hi, lo), amount);
        }
    }
}
