//! Numbers, hashes and bytes as JSON-RPC writes them. Every error says what was wrong, in a fragment of a sentence.

use protocol::{Address, Digest, RawLog};
use serde_json::Value;

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("{} where a text was expected", kind(value)))
}

/// What a value is, without repeating it.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// `0x` and hexadecimal digits. Some nodes write zero as `0x`.
///
/// # Errors
/// What is there instead, a fragment of a sentence.
pub fn quantity(value: &Value) -> Result<u64, String> {
    let digits = text(value)?.strip_prefix("0x").ok_or("a number without 0x")?;
    if digits.is_empty() {
        return Ok(0);
    }
    u64::from_str_radix(digits, 16).map_err(|_| "a number of more than 64 bits, or none".to_owned())
}

/// A number of up to 128 bits, such as a balance.
///
/// # Errors
/// What is there instead, a fragment of a sentence.
pub fn large_quantity(value: &Value) -> Result<u128, String> {
    let digits = text(value)?.strip_prefix("0x").ok_or("a number without 0x")?;
    if digits.is_empty() {
        return Ok(0);
    }
    u128::from_str_radix(digits, 16).map_err(|_| "a number of more than 128 bits, or none".to_owned())
}

/// 32 bytes.
///
/// # Errors
/// What is there instead, a fragment of a sentence.
pub fn digest(value: &Value) -> Result<Digest, String> {
    text(value)?.parse().map_err(|_| "something else where a hash was expected".to_owned())
}

/// 20 bytes.
///
/// # Errors
/// What is there instead, a fragment of a sentence.
pub fn address(value: &Value) -> Result<Address, String> {
    text(value)?.parse().map_err(|_| "something else where an address was expected".to_owned())
}

/// `0x` and two digits a byte.
///
/// # Errors
/// What is there instead, a fragment of a sentence.
pub fn bytes(value: &Value) -> Result<Vec<u8>, String> {
    let text = text(value)?;
    hex::decode(text.strip_prefix("0x").unwrap_or(text)).map_err(|_| "broken hexadecimal text".to_owned())
}

/// Bytes as JSON-RPC takes them.
pub fn hexed(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// A block number as JSON-RPC takes it.
pub fn number(number: u64) -> Value {
    Value::String(format!("{number:#x}"))
}

/// What a log says, for who decodes it.
///
/// # Errors
/// What is there instead, a fragment of a sentence.
pub fn raw_log(log: &Value) -> Result<RawLog, String> {
    let topics = log["topics"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(RawLog { topics: topics.iter().map(digest).collect::<Result<_, _>>()?, data: bytes(&log["data"])? })
}
