//! A server of the market: files by their hash, and the session under which its relay lets a seat in.

use std::{cell::RefCell, rc::Rc, time::Duration};

use futures::{FutureExt as _, future::LocalBoxFuture};
use link::{Connect, Transport, TransportError, transport::native};
use protocol::{
    Digest,
    api::{Nonce, Session, SignInRequest},
    cid::{Cid, FileHasher},
    siwe::SignIn,
};
use reqwest_of_ethers as reqwest;

use super::node::Chain;
use crate::failure::Failure;

/// The longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a file of one block at most.
const BLOCK: usize = 1 << 20;

#[derive(Clone)]
pub struct Server {
    client: reqwest::Client,
    /// Without a slash at the end.
    url: String,
}

impl Server {
    pub fn at(url: &str) -> Result<Self, Failure> {
        let client = reqwest::Client::builder().timeout(PATIENCE).build().map_err(|error| {
            Failure::Failed(format!("Nothing can be asked of servers here ({error}). Start the program again."))
        })?;
        Ok(Self { client, url: url.trim_end_matches('/').replacen("ws", "http", usize::from(url.starts_with("ws"))) })
    }

    /// The file of one block with this SHA-256.
    pub async fn file(&self, digest: Digest) -> Result<Vec<u8>, Failure> {
        let cid = Cid::raw(digest);
        let missing = |why: String| {
            Failure::Failed(format!(
                "{} does not give file {cid} ({why}). Ask who published the task for it.",
                self.url
            ))
        };
        let answer = self.client.get(format!("{}/ipfs/{cid}", self.url)).send().await;
        let answer =
            answer.and_then(reqwest::Response::error_for_status).map_err(|error| missing(error.to_string()))?;
        let bytes = answer.bytes().await.map_err(|error| missing(error.to_string()))?;
        if bytes.len() > BLOCK || Digest::of(&bytes) != digest {
            return Err(missing("it sends another file".to_string()));
        }
        Ok(bytes.to_vec())
    }

    /// Puts a file of one block, signed in.
    pub async fn put(&self, token: &str, bytes: Vec<u8>) -> Result<Digest, Failure> {
        let cid = Cid::of_block(&bytes);
        self.put_as(token, cid, bytes).await?;
        Ok(cid.digest)
    }

    /// Puts a file of any length under its CID, signed in.
    pub async fn put_as(&self, token: &str, cid: Cid, bytes: Vec<u8>) -> Result<(), Failure> {
        let request = self.client.put(format!("{}/api/content/{cid}", self.url)).bearer_auth(token).body(bytes);
        let unkept = |why: String| {
            Failure::Failed(format!(
                "{} does not keep file {cid}: {why}. Try again later, or name another server.",
                self.url
            ))
        };
        let answer = request.send().await.map_err(|error| unkept(error.to_string()))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(unkept(said(status, &answer.text().await.unwrap_or_default())));
        }
        Ok(())
    }

    /// The file with this CID, of at most so many bytes.
    pub async fn large_file(&self, cid: Cid, most: u64) -> Result<Vec<u8>, Failure> {
        let missing = |why: String| Failure::Failed(format!("{} does not give file {cid} ({why}).", self.url));
        let lost = |error: reqwest::Error| missing(error.to_string());
        let answer = self.client.get(format!("{}/ipfs/{cid}", self.url)).send().await;
        let mut answer = answer.and_then(reqwest::Response::error_for_status).map_err(lost)?;
        let mut bytes = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(lost)? {
            if (bytes.len() + piece.len()) as u64 > most {
                return Err(missing(format!("it has more than {most} bytes")));
            }
            bytes.extend_from_slice(&piece);
        }
        if FileHasher::hash(&bytes).cid != cid {
            return Err(missing("it sends another file".to_string()));
        }
        Ok(bytes)
    }

    /// Signs in as the account. A relay that asks nobody who he is, as `agent relay`, has no sessions: any token does.
    pub async fn sign_in(&self, chain: &Chain) -> Result<String, Failure> {
        let refused = |why: String| {
            Failure::Failed(format!("{} does not let this account sign in: {why}. Use another server.", self.url))
        };
        let away = |error: reqwest::Error| {
            Failure::Failed(format!("{} cannot be asked ({error}). Try again later, or name another server.", self.url))
        };
        let answer = self.client.get(format!("{}/api/session/nonce", self.url)).send().await.map_err(away)?;
        if answer.status() == reqwest::StatusCode::NOT_FOUND {
            return Ok("local".to_string());
        }
        let nonce = answer.bytes().await.map_err(away)?;
        let Nonce { nonce, issued_at } =
            serde_json::from_slice(&nonce).map_err(|error| refused(format!("its answer cannot be read, {error}")))?;
        let account = chain.account()?;
        let domain = self.url.split_once("://").map_or(self.url.as_str(), |(_, host)| host).to_string();
        let message = SignIn {
            domain,
            uri: self.url.clone(),
            address: account.address(),
            chain_id: chain.deployment.chain_id,
            nonce,
            issued_at,
        }
        .message();
        let signature = account.sign_text(&message)?;
        let body = serde_json::to_string(&SignInRequest { message, signature }).unwrap_or_default();
        let request = self.client.post(format!("{}/api/session", self.url));
        let answer = request.header("content-type", "application/json").body(body).send().await.map_err(away)?;
        let (status, text) = (answer.status(), answer.text().await.map_err(away)?);
        if !status.is_success() {
            return Err(refused(said(status, &text)));
        }
        let session: Session =
            serde_json::from_str(&text).map_err(|error| refused(format!("its answer cannot be read, {error}")))?;
        Ok(session.token)
    }
}

/// Why an answer is no success: the sentence of its problem document (RFC 9457), or its status where it has none.
fn said(status: reqwest::StatusCode, body: &str) -> String {
    let problem = serde_json::from_str::<serde_json::Value>(body).unwrap_or_default();
    let detail = problem["detail"].as_str().map(|detail| detail.trim_end_matches('.').to_owned());
    detail.unwrap_or_else(|| format!("it answers {status}"))
}

/// Connects a seat to the relay, as often as it takes, under a session that is begun when one is needed. A server that does
/// not know the task yet reads the chain a moment later: until the run's own limit everything is tried again.
pub struct Connector {
    pub server: Server,
    pub chain: Rc<Chain>,
    pub address: String,
    token: Rc<RefCell<Option<String>>>,
}

impl Connector {
    pub fn new(server: Server, chain: Rc<Chain>, address: String) -> Self {
        Self { server, chain, address, token: Rc::default() }
    }
}

impl Connect for Connector {
    fn connect(&mut self) -> LocalBoxFuture<'static, Result<Transport, TransportError>> {
        let (server, chain) = (self.server.clone(), self.chain.clone());
        let (address, token) = (self.address.clone(), self.token.clone());
        async move {
            let known = token.borrow().clone();
            let session = match known {
                Some(known) => known,
                None => {
                    let signed = server.sign_in(&chain).await;
                    signed.map_err(|failure| TransportError::Lost(failure.to_string()))?
                }
            };
            *token.borrow_mut() = Some(session.clone());
            let connected = native::connect(&address, &session).await;
            connected.map_err(|error| match error {
                TransportError::Refused(why) => {
                    // Its session may be over.
                    token.borrow_mut().take();
                    TransportError::Lost(why)
                }
                other => other,
            })
        }
        .boxed_local()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_by_its_sentence_or_else_by_its_status() {
        let full = r#"{"title":"There is no room.","status":507,"detail":"All files take 100 GiB already."}"#;
        assert_eq!(said(reqwest::StatusCode::INSUFFICIENT_STORAGE, full), "All files take 100 GiB already");
        for body in ["", "<html>", "[]", "{}", r#"{"detail":7}"#] {
            assert_eq!(said(reqwest::StatusCode::NOT_FOUND, body), "it answers 404 Not Found", "{body}");
        }
    }
}
