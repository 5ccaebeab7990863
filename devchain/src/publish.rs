//! Putting files on a server, signed in as a development account.

use anyhow::{Context, Result, bail};
use protocol::{
    Address,
    api::{Nonce, Session, SignInRequest},
    cid::{Cid, FileHasher},
    siwe::SignIn,
};

use crate::chain::Chain;

/// A signed-in client of a server's content store.
pub struct Publisher {
    client: reqwest::Client,
    server: String,
    token: String,
}

impl Publisher {
    /// Signs in at `server`, e.g. `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_in(chain: &Chain, server: &str, address: Address) -> Result<Self> {
        let client = reqwest::Client::new();
        let nonce: Nonce =
            client.get(format!("{server}/api/session/nonce")).send().await?.error_for_status()?.json().await?;
        let domain = server.split_once("://").context("a server has a URL")?.1.to_owned();
        let message = SignIn {
            domain,
            uri: server.to_owned(),
            address,
            chain_id: chain.deployment.chain_id,
            nonce: nonce.nonce,
            issued_at: nonce.issued_at,
        }
        .message();
        let signature = chain.sign_text(address, &message).await?;
        let request = client.post(format!("{server}/api/session")).json(&SignInRequest { message, signature });
        let response = request.send().await?;
        if !response.status().is_success() {
            bail!("signing in: {}", response.text().await?);
        }
        let session: Session = response.json().await?;
        Ok(Self { client, server: server.to_owned(), token: session.token })
    }

    /// Of the session.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Stores bytes under their CID.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<Cid> {
        let cid = FileHasher::hash(&bytes).cid;
        let request = self.request(reqwest::Method::PUT, &format!("/api/content/{cid}"));
        let response = request.body(bytes).send().await?;
        if !response.status().is_success() {
            bail!("storing {cid}: {}", response.text().await?);
        }
        Ok(cid)
    }

    /// A request under a path of the server, signed in.
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.server)).bearer_auth(&self.token)
    }
}
