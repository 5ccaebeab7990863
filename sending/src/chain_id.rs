//! Chain ids as wallets write them.

use serde_json::Value;

/// The number of a chain: `"0x7a69"`, padded as in `"0x0000…7a69"`, in decimal digits, or a number. `None` for anything
/// else: a chain that is not known is never taken for the right one.
pub fn chain_id(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => {
            let whole = number.as_f64().filter(|n| n.fract() == 0.0 && *n >= 0.0 && *n < 9_007_199_254_740_992.0);
            number.as_u64().or(whole.map(|n| n as u64))
        }
        Value::String(text) => {
            let text = text.trim();
            match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
                Some(digits) => hexadecimal(digits),
                None if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
                // CAIP-2, as WalletConnect names chains.
                None => text.strip_prefix("eip155:").and_then(|digits| digits.parse().ok()),
            }
        }
        // ethers' network, or an answer that some wallets leave wrapped.
        Value::Object(members) => chain_id(members.get("chainId").or_else(|| members.get("result"))?),
        _ => None,
    }
}

fn hexadecimal(digits: &str) -> Option<u64> {
    let significant = digits.trim_start_matches('0');
    match (digits.is_empty(), significant.is_empty()) {
        (true, _) => None,
        (false, true) => Some(0),
        (false, false) if significant.bytes().all(|b| b.is_ascii_hexdigit()) => {
            u64::from_str_radix(significant, 16).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_chain_id_is_read_in_every_form_and_nothing_else_is_one() {
        for form in [
            json!("0x7a69"),
            json!("0x07A69"),
            json!("0X7a69"),
            json!(format!("0x{:0>64}", "7a69")),
            json!("31337"),
            json!(31_337),
            json!(31_337.0),
            json!(" 31337 "),
            json!("eip155:31337"),
            json!({"chainId": "0x7a69"}),
            json!({"result": 31_337}),
        ] {
            assert_eq!(chain_id(&form), Some(31_337), "{form}");
        }
        for other in [
            json!(null),
            json!(""),
            json!("0x"),
            json!("0x7a6g"),
            json!("0x+7a69"),
            json!("7a69"),
            json!("+31337"),
            json!(-1),
            json!(1.5),
            json!(1e300),
            json!([31_337]),
            json!({}),
            json!(format!("0x1{:0>16}", "7a69")),
        ] {
            assert_eq!(chain_id(&other), None, "{other}");
        }
    }
}
