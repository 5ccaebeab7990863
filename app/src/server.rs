//! The server of this page: a convenience. Whatever it says about money is read again from the chain.

use gloo_net::http::{Request, RequestBuilder, Response};
use leptos::prelude::*;
use protocol::{
    Address,
    api::{BountyList, BountyQuery, Deployment, Figures, Nonce, Problem, Session, SignInRequest, Status, Stored},
    siwe::SignIn,
};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use crate::{
    storage,
    wallet::{Wallet, WalletError},
};

/// Why the server did not do what the page asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ServerError {
    #[error("The ModelMarket server cannot be reached. What is on chain is still read from the chain.")]
    Unreachable,
    #[error("{0}")]
    Problem(String),
    #[error("The server sent something this page does not understand; reload to get the matching page.")]
    Unreadable,
    #[error(transparent)]
    Wallet(#[from] WalletError),
}

/// Where a session is kept, by address.
fn session_key(address: Address) -> String {
    format!("session.{address}")
}

pub async fn deployment() -> Result<Deployment, ServerError> {
    get("/deployment.json").await
}

pub async fn status() -> Result<Status, ServerError> {
    get("/api/status").await
}

pub async fn figures() -> Result<Figures, ServerError> {
    get("/api/figures").await
}

pub async fn bounties(query: &BountyQuery) -> Result<BountyList, ServerError> {
    let mut parameters = Vec::new();
    if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(query) {
        for (name, value) in fields {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            parameters.push(format!("{name}={}", js_sys::encode_uri_component(&text)));
        }
    }
    get(&format!("/api/bounties?{}", parameters.join("&"))).await
}

/// Stores content under its CID, signing in first where there is no session.
pub async fn store(wallet: Wallet, account: Address, cid: &str, body: JsValue) -> Result<Stored, ServerError> {
    let mut token = match storage::read(&session_key(account)) {
        Some(token) => token,
        None => sign_in(wallet, account).await?,
    };
    loop {
        let request = Request::put(&format!("/api/content/{cid}"))
            .header("authorization", &format!("Bearer {token}"))
            .header("content-type", "application/octet-stream")
            .body(body.clone())
            .map_err(|_| ServerError::Unreachable)?;
        let response = request.send().await.map_err(|_| ServerError::Unreachable)?;
        if response.status() == 401 && storage::read(&session_key(account)).is_some() {
            storage::remove(&session_key(account));
            token = sign_in(wallet, account).await?;
            // A second 401 is the server's final word.
            storage::remove(&session_key(account));
            continue;
        }
        let stored = read(response).await?;
        storage::write(&session_key(account), &token);
        return Ok(stored);
    }
}

async fn sign_in(wallet: Wallet, account: Address) -> Result<String, ServerError> {
    let nonce: Nonce = get("/api/session/nonce").await?;
    let location = window().location();
    let message = SignIn {
        domain: location.host().unwrap_or_default(),
        uri: location.origin().unwrap_or_default(),
        address: account,
        chain_id: wallet.home.with_value(|d| d.chain_id),
        nonce: nonce.nonce,
        issued_at: nonce.issued_at,
    }
    .message();
    let signature = wallet.sign_text(account, &message).await?;
    let session: Session = send(Request::post("/api/session"), &SignInRequest { message, signature }).await?;
    storage::write(&session_key(account), &session.token);
    Ok(session.token)
}

async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ServerError> {
    read(Request::get(path).send().await.map_err(|_| ServerError::Unreachable)?).await
}

async fn send<T: DeserializeOwned>(request: RequestBuilder, body: &impl Serialize) -> Result<T, ServerError> {
    let request = request.json(body).map_err(|_| ServerError::Unreadable)?;
    read(request.send().await.map_err(|_| ServerError::Unreachable)?).await
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, ServerError> {
    let text = response.text().await.map_err(|_| ServerError::Unreachable)?;
    if response.ok() {
        return serde_json::from_str(&text).map_err(|_| ServerError::Unreadable);
    }
    match serde_json::from_str::<Problem>(&text) {
        Ok(problem) => Err(ServerError::Problem(problem.detail)),
        // A proxy in front of a stopped server answers 502 to 504.
        Err(_) if response.status() >= 502 => Err(ServerError::Unreachable),
        Err(_) => Err(ServerError::Unreadable),
    }
}
