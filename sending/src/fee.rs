//! What a transaction will cost, before the wallet opens.

use rpc::value;
use serde_json::{Value, json};

/// Where OP chains say what they charge for putting a transaction on Ethereum (`GasPriceOracle`).
pub const L1_FEE_ORACLE: &str = "0x420000000000000000000000000000000000000f";
/// `getL1Fee(bytes)`.
const GET_L1_FEE: [u8; 4] = [0x49, 0x94, 0x8e, 0x0e];
/// Bytes of a transaction around its call data: numbers, addresses and fees, which do not compress.
const ENVELOPE: usize = 110;

/// Parameters of `eth_feeHistory`: the last four blocks, and in each the tip that half of its gas paid at most.
pub fn history_params() -> Value {
    json!(["0x4", "latest", [50]])
}

/// What a unit of gas will cost, 10^-18: the next block's base fee (EIP-1559) and the usual tip. `None` where the node
/// does not tell.
pub fn price(history: &Value) -> Option<u128> {
    let base = history["baseFeePerGas"].as_array()?.last()?;
    let base = value::large_quantity(base).ok()?;
    let rewards = history["reward"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut tips: Vec<u128> = rewards.iter().filter_map(|block| value::large_quantity(block.get(0)?).ok()).collect();
    tips.sort_unstable();
    Some(base.saturating_add(tips.get(tips.len() / 2).copied().unwrap_or(0)))
}

/// Call data for [`L1_FEE_ORACLE`] that asks for the fee of a transaction with this call data.
pub fn l1_call(data: &[u8]) -> Vec<u8> {
    let size = data.len() + ENVELOPE;
    let mut call = GET_L1_FEE.to_vec();
    let mut word = |number: usize| {
        let mut bytes = [0; 32];
        bytes[24..].copy_from_slice(&(number as u64).to_be_bytes());
        call.extend(bytes);
    };
    word(32);
    word(size);
    // Each byte another one, as random bytes are.
    call.extend((0..ENVELOPE).map(|at| (at as u8).wrapping_mul(167) | 1));
    call.extend(data);
    call.resize(call.len().next_multiple_of(32) + 4, 0);
    call.truncate(4 + 64 + size.next_multiple_of(32));
    call
}

/// The fee as a fragment of a sentence, such as `about 0.00021 ETH`.
pub fn in_words(gas: u64, price: u128, l1: u128, currency: &str) -> String {
    let wei = u128::from(gas).saturating_mul(price).saturating_add(l1);
    format!("about {} {currency}", short(wei))
}

/// 10^-18 with two significant digits.
fn short(wei: u128) -> String {
    if wei == 0 {
        return "0".into();
    }
    let digits = wei.ilog10() as usize + 1;
    let unit = 10u128.pow(digits.saturating_sub(2) as u32);
    let rounded = (wei.saturating_add(unit / 2)) / unit * unit;
    let text = format!("{:019}", rounded);
    let (whole, part) = text.split_at(text.len() - 18);
    let part = part.trim_end_matches('0');
    if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_is_the_next_base_fee_and_the_middle_tip() {
        let history = json!({
            "oldestBlock": "0x10",
            "baseFeePerGas": ["0x1", "0x2", "0x3", "0x4", "0x64"],
            "gasUsedRatio": [0.5, 0.5, 0.5, 0.5],
            "reward": [["0x9"], ["0x1"], ["0x5"], ["0x7"]],
        });
        assert_eq!(price(&history), Some(100 + 7));
        assert_eq!(
            price(&json!({"baseFeePerGas": ["0x0"]})),
            Some(0),
            "a chain without a base fee, no block with tips"
        );
        for other in [json!(null), json!({}), json!({"baseFeePerGas": []}), json!({"baseFeePerGas": ["?"]})] {
            assert_eq!(price(&other), None, "{other}");
        }
    }

    #[test]
    fn fees_read_as_people_write_them() {
        let gwei = 1_000_000_000;
        assert_eq!(in_words(21_000, 10 * gwei, 0, "ETH"), "about 0.00021 ETH");
        assert_eq!(in_words(123_456, gwei, 0, "ETH"), "about 0.00012 ETH");
        assert_eq!(in_words(100_000, gwei, 99_999 * gwei, "ETH"), "about 0.0002 ETH", "rounded, with the L1 part");
        assert_eq!(in_words(1, 1_999_999_999_999_999_999, 0, "ETH"), "about 2 ETH");
        assert_eq!(in_words(1, 7, 0, "ETH"), "about 0.000000000000000007 ETH");
        assert_eq!(in_words(0, 0, 0, "ETH"), "about 0 ETH");
        assert!(in_words(u64::MAX, u128::MAX, u128::MAX, "ETH").starts_with("about "), "no overflow");
    }

    #[test]
    fn the_oracle_is_asked_as_the_abi_says() {
        for size in [0, 1, 31, 32, 33, 1_000] {
            let data = vec![0xab; size];
            let call = l1_call(&data);
            assert_eq!(call[..4], GET_L1_FEE);
            assert_eq!(call[4..36], *[&[0; 31][..], &[32]].concat());
            let told = u64::from_be_bytes(call[60..68].try_into().unwrap()) as usize;
            assert_eq!(told, size + ENVELOPE);
            assert_eq!(call.len(), 4 + 64 + told.next_multiple_of(32), "padded to a word");
            assert_eq!(call[68 + ENVELOPE..68 + told], data[..]);
            assert!(call[68 + told..].iter().all(|byte| *byte == 0));
        }
    }
}
