//! Something that signs: an injected wallet (EIP-1193) or the development wallet.

use std::{rc::Rc, time::Duration};

use js_sys::{Array, Function, JSON, Promise, Reflect};
use protocol::Address;
use sending::WalletError;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::thrown;
use crate::{
    chain::{AskNode, RpcError},
    time_limit::within,
};

/// How long a wallet may take for what it answers without asking the person.
const SILENT: Duration = Duration::from_secs(10);

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

    /// EIP-1193 `request`. Waits as long as the wallet's own dialog is open.
    ///
    /// # Errors
    /// [`WalletError`] by what the wallet throws.
    pub async fn request(&self, method: &str, params: Value) -> Result<Value, WalletError> {
        match self {
            Self::Injected(wallet) => injected(&wallet.provider, method, params).await,
            Self::Development { account, node } => match method {
                "eth_requestAccounts" | "eth_accounts" => Ok(json!([account])),
                "wallet_switchEthereumChain" | "wallet_addEthereumChain" => Ok(Value::Null),
                "wallet_watchAsset" => Err(WalletError::Unsupported(method.into())),
                _ => node.request(method, params).await.map_err(|error| match error {
                    RpcError::Refused { refusal, .. } => {
                        let thrown = json!({"code": refusal.code, "message": refusal.message, "data": refusal.data});
                        WalletError::from_thrown(method, &thrown)
                    }
                    other => WalletError::Node(other),
                }),
            },
        }
    }

    /// The same for what a wallet answers by itself.
    ///
    /// # Errors
    /// [`WalletError::Silent`] where it does not answer in time; others by what it throws.
    pub async fn request_silently(&self, method: &str) -> Result<Value, WalletError> {
        let answer = Box::pin(self.request(method, json!([])));
        within(SILENT, async |_| answer.await).await.unwrap_or(Err(WalletError::Silent))
    }

    /// Whether it has a list of tokens to which MDC can be added (EIP-747).
    pub fn has_tokens(&self) -> bool {
        matches!(self, Self::Injected(_))
    }
}

async fn injected(provider: &JsValue, method: &str, params: Value) -> Result<Value, WalletError> {
    let failed = |error: JsValue| WalletError::from_thrown(method, &thrown::thrown(&error));
    let argument = from_json(&json!({"method": method, "params": params}));
    let request: Function = Reflect::get(provider, &"request".into())
        .ok()
        .and_then(|f| f.dyn_into().ok())
        .ok_or_else(|| WalletError::Unsupported("EIP-1193 requests".into()))?;
    let answer = request.call1(provider, &argument).map_err(failed)?;
    // A wallet that answers at once, without a promise, has answered too.
    let promise = Promise::resolve(&answer);
    JsFuture::from(promise).await.map(|value| thrown::answer(&value)).map_err(failed)
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
