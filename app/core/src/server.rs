//! The server of this page: a convenience. Whatever it says about money is read again from the chain.

use std::{cell::RefCell, collections::BTreeMap};

use bounty::api::{AccountBounties, BountyDetail, BountyList, BountyQuery, Figures};
use directory::api::{DatasetDetail, DatasetList, DatasetQuery, GrantList, GrantQuery, OrganisationDetail};
use futures::{
    FutureExt,
    future::{LocalBoxFuture, WeakShared},
};
use gloo_net::http::{Request, RequestBuilder, Response};
use jobs::api::{JobList, JobQuery, NetworkDetail, ProviderList, ProviderQuery};
use leptos::prelude::*;
use protocol::{
    Address, Digest,
    api::{Deployment, Nonce, Problem, Session, SignInRequest, Status, Stored},
    relay::Room,
    siwe::SignIn,
    subject::Subject,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared_model::api::{
    AccountModels, AccuracyHistory, AccuracyLogHead, AccuracyQuery, ConsistencyProof, ConsistencyQuery,
    ContributionList, ContributionQuery, InclusionProof, InclusionQuery, ModelList, ModelQuery, OriginalRequest,
};
use tasks::api::{TaskList, TaskQuery};
use trained::api::{AccountAttestations, TrainedList, TrainedQuery};
use wasm_bindgen::JsValue;

use crate::{
    chain::{ChainError, History, Reader},
    parameters::parameters,
    storage, time_limit,
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
    #[error("Those who take part meet at {there}. Open this page there.")]
    OtherRelay { there: String },
    #[error(transparent)]
    Wallet(#[from] WalletError),
}

/// Where a session is kept, by address.
fn session_key(address: Address) -> String {
    format!("session.{address}")
}

/// The contracts of this page, and the server's time, seconds since the epoch: until a block is heard of it is a better
/// guess than the device's.
pub async fn deployment() -> Result<(Deployment, Option<u64>), ServerError> {
    let answer = time_limit::within(time_limit::ANSWER, async |signal| {
        let request = Request::get("/deployment.json").abort_signal(signal.as_ref());
        let answer = request.send().await.map_err(|_| ServerError::Unreachable)?;
        let date = answer.headers().get("date").map(|date| js_sys::Date::parse(&date) / 1_000.0);
        let at = date.filter(|at| *at > 0.0).map(|at| at as u64);
        Ok((read(answer).await?, at))
    });
    answer.await.unwrap_or(Err(ServerError::Unreachable))
}

pub async fn status() -> Result<Status, ServerError> {
    get("/api/status").await
}

/// A bounty as the chain has it, with a person in it whose submission is held against the contract too. The server only says in which block it was made, so that nothing before has to be read.
///
/// # Errors
/// [`ChainError`]
pub async fn bounty(reader: Reader, id: u64, person: Option<Address>) -> Result<History, ChainError> {
    reader.bounty(id, bounty_made_in(reader, id).await, person).await
}

/// The block in which a bounty was made, as it was read before or as the server says; `None` where nobody knows.
pub async fn bounty_made_in(reader: Reader, id: u64) -> Option<u64> {
    match reader.made_in(&Subject::new(bounty::FAMILY, id)) {
        Some(block) => Some(block),
        None => get::<BountyDetail>(&format!("/api/bounties/{id}")).await.ok().map(|d| d.bounty.created_block),
    }
}

/// The same of a model.
pub async fn model_made_in(reader: Reader, model: Address) -> Option<u64> {
    match reader.made_in(&Subject::new(shared_model::FAMILY, model)) {
        Some(block) => Some(block),
        None => get::<Made>(&format!("/api/models/{model}")).await.ok().map(|made| made.created_block),
    }
}

/// As much of the details of a model as is of use here.
#[derive(Deserialize)]
struct Made {
    created_block: u64,
}

pub async fn figures() -> Result<Figures, ServerError> {
    get("/api/figures").await
}

pub async fn bounties(query: &BountyQuery) -> Result<BountyList, ServerError> {
    get(&format!("/api/bounties?{}", parameters(query))).await
}

pub async fn bounties_of(account: Address) -> Result<AccountBounties, ServerError> {
    get(&format!("/api/accounts/{account}/bounties")).await
}

pub async fn models_of(account: Address) -> Result<AccountModels, ServerError> {
    get(&format!("/api/accounts/{account}/models")).await
}

pub async fn attestations_of(account: Address) -> Result<AccountAttestations, ServerError> {
    get(&format!("/api/accounts/{account}/attestations")).await
}

pub async fn contributions(model: Address, query: &ContributionQuery) -> Result<ContributionList, ServerError> {
    get(&format!("/api/models/{model}/contributions?{}", parameters(query))).await
}

pub async fn accuracy(model: Address, query: &AccuracyQuery) -> Result<AccuracyHistory, ServerError> {
    get(&format!("/api/models/{model}/accuracy?{}", parameters(query))).await
}

pub async fn accuracy_log() -> Result<AccuracyLogHead, ServerError> {
    get("/api/accuracy-log").await
}

pub async fn consistency(query: &ConsistencyQuery) -> Result<ConsistencyProof, ServerError> {
    get(&format!("/api/accuracy-log/consistency?{}", parameters(query))).await
}

pub async fn inclusion(query: &InclusionQuery) -> Result<InclusionProof, ServerError> {
    get(&format!("/api/accuracy-log/proof?{}", parameters(query))).await
}

pub async fn models(query: &ModelQuery) -> Result<ModelList, ServerError> {
    get(&format!("/api/models?{}", parameters(query))).await
}

pub async fn trained_models(query: &TrainedQuery) -> Result<TrainedList, ServerError> {
    get(&format!("/api/trained-models?{}", parameters(query))).await
}

pub async fn organisation(account: Address) -> Result<OrganisationDetail, ServerError> {
    get(&format!("/api/organisations/{account}")).await
}

pub async fn datasets(query: &DatasetQuery) -> Result<DatasetList, ServerError> {
    get(&format!("/api/datasets?{}", parameters(query))).await
}

pub async fn dataset(id: u64) -> Result<DatasetDetail, ServerError> {
    get(&format!("/api/datasets/{id}")).await
}

pub async fn tasks(query: &TaskQuery) -> Result<TaskList, ServerError> {
    get(&format!("/api/tasks?{}", parameters(query))).await
}

pub async fn jobs(query: &JobQuery) -> Result<JobList, ServerError> {
    get(&format!("/api/jobs?{}", parameters(query))).await
}

pub async fn providers(query: &ProviderQuery) -> Result<ProviderList, ServerError> {
    get(&format!("/api/providers?{}", parameters(query))).await
}

pub async fn network() -> Result<NetworkDetail, ServerError> {
    get("/api/network").await
}

pub async fn grants(query: &GrantQuery) -> Result<GrantList, ServerError> {
    get(&format!("/api/grants?{}", parameters(query))).await
}

/// Stores content under its CID, signing in first where there is no session.
pub async fn store(wallet: Wallet, account: Address, cid: &str, body: JsValue) -> Result<Stored, ServerError> {
    put(wallet, account, &format!("/api/content/{cid}"), "application/octet-stream", body).await
}

/// Says which stored file a contribution was before it was encoded.
pub async fn name_original(
    wallet: Wallet,
    account: Address,
    model: Address,
    key: Digest,
    cid: &str,
) -> Result<(), ServerError> {
    let body = serde_json::to_string(&OriginalRequest { cid: cid.to_owned() }).map_err(|_| ServerError::Unreadable)?;
    let path = format!("/api/models/{model}/originals/{key}");
    let _: serde_json::Value = put(wallet, account, &path, "application/json", body.into()).await?;
    Ok(())
}

/// The relay of those named that is this page's server: only there the account is signed in.
///
/// # Errors
/// [`ServerError::OtherRelay`]
pub fn relay_here(relays: &[String]) -> Result<String, ServerError> {
    let here = window().location().origin().unwrap_or_default();
    let same = |relay: &&String| relay.trim_end_matches('/') == here;
    let there = || relays.first().map_or("no relay", String::as_str).to_owned();
    relays.iter().find(same).cloned().ok_or_else(|| ServerError::OtherRelay { there: there() })
}

/// A session of this account for a room of the relay, signing in where there is none.
pub async fn relay_session(wallet: Wallet, account: Address, room: Room) -> Result<String, ServerError> {
    match kept_session(account, room).await? {
        Some(token) => Ok(token),
        None => sign_in(wallet, account).await,
    }
}

/// The session of this account that the server still knows; `None` where one has to sign in. A browser tells nobody why a server
/// refused a WebSocket, so it is tried by a plain request first, which the server answers with 400 where it knows the session.
pub async fn kept_session(account: Address, room: Room) -> Result<Option<String>, ServerError> {
    let Some(token) = storage::read(&session_key(account)) else { return Ok(None) };
    let answer = time_limit::within(time_limit::ANSWER, async |signal| {
        let request = Request::get(&room.to_string()).abort_signal(signal.as_ref());
        request.header("authorization", &format!("Bearer {token}")).send().await
    });
    let answer = answer.await.and_then(Result::ok).ok_or(ServerError::Unreachable)?;
    if answer.status() != 401 {
        return Ok(Some(token));
    }
    // Another link may have signed in since.
    match storage::read(&session_key(account)) {
        Some(newer) if newer != token => Ok(Some(newer)),
        _ => {
            storage::remove(&session_key(account));
            Ok(None)
        }
    }
}

/// A write by this account.
async fn put<T: DeserializeOwned>(
    wallet: Wallet,
    account: Address,
    path: &str,
    kind: &str,
    body: JsValue,
) -> Result<T, ServerError> {
    let mut token = match storage::read(&session_key(account)) {
        Some(token) => token,
        None => sign_in(wallet, account).await?,
    };
    loop {
        let response = time_limit::within(time_limit::upload(size(&body)), async |signal| {
            let request = Request::put(path).abort_signal(signal.as_ref());
            let request = request.header("authorization", &format!("Bearer {token}")).header("content-type", kind);
            request.body(body.clone())?.send().await
        });
        let response = response.await.and_then(Result::ok).ok_or(ServerError::Unreachable)?;
        if response.status() == 401 && storage::read(&session_key(account)).is_some() {
            storage::remove(&session_key(account));
            token = sign_in(wallet, account).await?;
            // A second 401 is the server's final word.
            storage::remove(&session_key(account));
            continue;
        }
        let answer = time_limit::within(time_limit::ANSWER, async |_| read(response).await);
        let answer = answer.await.unwrap_or(Err(ServerError::Unreachable))?;
        storage::write(&session_key(account), &token);
        return Ok(answer);
    }
}

/// A sign-in under way, which all wait for that need one of the same account.
type SigningIn = LocalBoxFuture<'static, Result<String, ServerError>>;

thread_local! {
    static SIGNING_IN: RefCell<BTreeMap<Address, WeakShared<SigningIn>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Signs in; the wallet is asked once for all who wait.
async fn sign_in(wallet: Wallet, account: Address) -> Result<String, ServerError> {
    let shared = SIGNING_IN.with_borrow_mut(|all| {
        let under_way = all.get(&account).and_then(WeakShared::upgrade).filter(|shared| shared.peek().is_none());
        under_way.unwrap_or_else(|| {
            let new = ask_to_sign_in(wallet, account).boxed_local().shared();
            if let Some(weak) = new.downgrade() {
                all.insert(account, weak);
            }
            new
        })
    });
    shared.await
}

async fn ask_to_sign_in(wallet: Wallet, account: Address) -> Result<String, ServerError> {
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

/// Bytes of a body: of a file, of an array, or of a text that is plain ASCII.
fn size(body: &JsValue) -> f64 {
    let field = |name: &str| js_sys::Reflect::get(body, &name.into()).ok()?.as_f64();
    body.as_string()
        .map(|text| text.len() as f64)
        .or_else(|| field("size"))
        .or_else(|| field("byteLength"))
        .unwrap_or(0.0)
}

async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ServerError> {
    let answer = time_limit::within(time_limit::ANSWER, async |signal| {
        let response = Request::get(path).abort_signal(signal.as_ref()).send().await;
        read(response.map_err(|_| ServerError::Unreachable)?).await
    });
    answer.await.unwrap_or(Err(ServerError::Unreachable))
}

async fn send<T: DeserializeOwned>(request: RequestBuilder, body: &impl Serialize) -> Result<T, ServerError> {
    let answer = time_limit::within(time_limit::ANSWER, async |signal| {
        let request = request.abort_signal(signal.as_ref()).json(body).map_err(|_| ServerError::Unreadable)?;
        read(request.send().await.map_err(|_| ServerError::Unreachable)?).await
    });
    answer.await.unwrap_or(Err(ServerError::Unreachable))
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
