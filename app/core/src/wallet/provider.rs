//! Something that signs: an injected wallet (EIP-1193) or the development wallet.

use std::rc::Rc;

use js_sys::{Array, Function, JSON, Promise, Reflect};
use protocol::Address;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::error::WalletError;
use crate::chain::{AskNode, RpcError};

/// A wallet as it announced itself (EIP-6963).
#[derive(Debug, Clone)]
pub struct Announced {
    pub name: String,
    /// Reverse domain name; says which wallet it is across reloads.
    pub rdns: String,
    pub provider: JsValue,
}

/// A connected signer.
#[derive(Debug, Clone)]
pub enum Provider {
    Injected(Announced),
    /// Known development keys, unlocked in the development node. Offered on chain 31337 only.
    Development {
        account: Address,
        node: Rc<dyn AskNode>,
    },
}

impl Provider {
    /// What to call it in the page.
    pub fn name(&self) -> String {
        match self {
            Self::Injected(wallet) => wallet.name.clone(),
            Self::Development { .. } => "Development wallet".into(),
        }
    }

    /// Stored so that a reload finds the same wallet again.
    pub fn key(&self) -> String {
        match self {
            Self::Injected(wallet) => wallet.rdns.clone(),
            Self::Development { account, .. } => format!("development:{account}"),
        }
    }

    /// EIP-1193 `request`.
    ///
    /// # Errors
    /// [`WalletError`] by the wallet's error code.
    pub async fn request(&self, method: &str, params: Value) -> Result<Value, WalletError> {
        match self {
            Self::Injected(wallet) => injected(&wallet.provider, method, params).await,
            Self::Development { account, node } => match method {
                "eth_requestAccounts" | "eth_accounts" => Ok(json!([account])),
                "wallet_switchEthereumChain" | "wallet_addEthereumChain" => Ok(Value::Null),
                "wallet_watchAsset" => Err(WalletError::Unsupported(method.into())),
                _ => node.request(method, params).await.map_err(|error| match error {
                    RpcError::Refused { refusal, .. } => {
                        WalletError::Other { code: refusal.code, message: refusal.message, data: refusal.data }
                    }
                    other => WalletError::Node(other),
                }),
            },
        }
    }
}

async fn injected(provider: &JsValue, method: &str, params: Value) -> Result<Value, WalletError> {
    let failed = |error: JsValue| WalletError::from_eip1193(method, &to_json(&error));
    let argument = from_json(&json!({"method": method, "params": params}));
    let request: Function = Reflect::get(provider, &"request".into())
        .ok()
        .and_then(|f| f.dyn_into().ok())
        .ok_or_else(|| WalletError::Unsupported("EIP-1193 requests".into()))?;
    let promise: Promise = request
        .call1(provider, &argument)
        .map_err(failed)?
        .dyn_into()
        .map_err(|_| WalletError::Unsupported("EIP-1193 requests".into()))?;
    JsFuture::from(promise).await.map(|value| to_json(&value)).map_err(failed)
}

/// Calls `provider.on(event, handler)` where the wallet has it.
pub fn listen(provider: &JsValue, event: &str, handler: &Function) {
    let on = Reflect::get(provider, &"on".into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
    if let Some(on) = on {
        // A wallet that throws here only loses live updates; requests still work.
        let _ = on.apply(provider, &Array::of2(&event.into(), handler));
    }
}

fn from_json(value: &Value) -> JsValue {
    // The text was written by serde_json, so it parses.
    JSON::parse(&value.to_string()).unwrap_or(JsValue::NULL)
}

/// Errors are often `Error` objects, whose `message` does not survive `JSON.stringify`.
fn to_json(value: &JsValue) -> Value {
    let text = |v: &JsValue| JSON::stringify(v).ok().and_then(|s| s.as_string());
    let mut json: Value = text(value).and_then(|s| serde_json::from_str(&s).ok()).unwrap_or(Value::Null);
    if value.is_instance_of::<js_sys::Error>() {
        if !json.is_object() {
            json = json!({});
        }
        let message = Reflect::get(value, &"message".into()).ok().and_then(|m| m.as_string());
        json["message"] = message.map_or(Value::Null, Value::String);
    }
    json
}
