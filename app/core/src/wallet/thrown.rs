//! What wallets answer and throw, as JSON. Errors are often `Error` objects, whose message, code and cause do not survive
//! `JSON.stringify`, and numbers may be `BigInt`s, at which it fails.

use js_sys::{JSON, Object, Reflect};
use serde_json::{Map, Value};
use wasm_bindgen::{JsCast, JsValue};

/// How deep errors are read; errors may hold themselves.
const DEPTH: usize = 8;
/// Members that `Object.keys` does not list on an `Error`.
const HIDDEN: [&str; 5] = ["message", "code", "data", "cause", "reason"];

/// An answer.
pub fn answer(value: &JsValue) -> Value {
    let text = JSON::stringify(value).ok().and_then(|text| text.as_string());
    match text.and_then(|text| serde_json::from_str(&text).ok()) {
        Some(json) => json,
        None => number(value).unwrap_or(Value::Null),
    }
}

/// Whatever was thrown.
pub fn thrown(value: &JsValue) -> Value {
    read(value, DEPTH)
}

fn read(value: &JsValue, depth: usize) -> Value {
    if let Some(text) = value.as_string() {
        return Value::String(text);
    }
    if depth == 0 || !value.is_object() {
        return number(value).unwrap_or_else(|| answer(value));
    }
    if js_sys::Array::is_array(value) {
        return js_sys::Array::from(value).iter().take(16).map(|item| read(&item, depth - 1)).collect();
    }
    let listed: Vec<String> =
        Object::keys(value.unchecked_ref::<Object>()).iter().filter_map(|key| key.as_string()).collect();
    let mut members = Map::new();
    for name in listed.iter().map(String::as_str).take(32).chain(HIDDEN) {
        // A member that throws when it is read says nothing.
        let Ok(inside) = Reflect::get(value, &name.into()) else { continue };
        if !inside.is_undefined() && !inside.is_function() {
            members.insert(name.to_owned(), read(&inside, depth - 1));
        }
    }
    Value::Object(members)
}

/// A `BigInt` as decimal digits.
fn number(value: &JsValue) -> Option<Value> {
    let digits = value.is_bigint().then(|| value.unchecked_ref::<js_sys::BigInt>().to_string(10).ok()).flatten()?;
    Some(Value::String(String::from(digits)))
}

#[cfg(test)]
mod tests {
    use sending::{WalletError, chain_id};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn evaluated(script: &str) -> JsValue {
        js_sys::Function::new_no_args(script).call0(&JsValue::NULL).unwrap()
    }

    #[wasm_bindgen_test]
    fn what_a_wallet_throws_is_read_whatever_it_is() {
        let of = |script: &str| WalletError::from_thrown("eth_sendTransaction", &thrown(&evaluated(script)));
        for refusal in [
            "return Object.assign(new Error('denied'), { code: 4001 })",
            "return new Error('outer', { cause: { code: 4001 } })",
            "return new Error('outer', { cause: new Error('User rejected the request.') })",
            "class E extends Error { get code() { return 4001; } } return new E('x')",
            "return { code: 4001n, message: 'denied' }",
            "return 'User rejected the transaction'",
            "return { data: { originalError: { code: 4001 } } }",
            "const e = { code: 4001 }; e.self = e; return e",
        ] {
            assert_eq!(of(refusal), WalletError::Refused, "{refusal}");
        }
        for nothing in ["return undefined", "return null", "return {}", "return () => 1", "return Symbol('x')"] {
            assert_eq!(of(nothing), WalletError::NoReason, "{nothing}");
        }
        let hostile = "return { get message() { throw 1; }, code: -32603 }";
        assert_eq!(of(hostile), WalletError::NoReason);
    }

    #[wasm_bindgen_test]
    fn a_chain_id_may_be_anything_that_names_it() {
        for script in ["return 31337", "return '0x7a69'", "return '31337'", "return 31337n", "return '0x0000007a69'"] {
            assert_eq!(chain_id(&answer(&evaluated(script))), Some(31_337), "{script}");
        }
        for script in ["return undefined", "return {}", "return 'mainnet'"] {
            assert_eq!(chain_id(&answer(&evaluated(script))), None, "{script}");
        }
    }
}
