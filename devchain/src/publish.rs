//! Putting files on a server, signed in as a development account.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use protocol::{
    Address, Digest,
    api::{Nonce, Session, SignInRequest},
    cid::{Cid, FileHasher},
    siwe::SignIn,
};
use shared_model::api::OriginalRequest;

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

    /// Stores bytes under their CID.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<Cid> {
        let cid = FileHasher::hash(&bytes).cid;
        let url = format!("{}/api/content/{cid}", self.server);
        let response = self.client.put(url).bearer_auth(&self.token).body(bytes).send().await?;
        if !response.status().is_success() {
            bail!("storing {cid}: {}", response.text().await?);
        }
        Ok(cid)
    }

    /// Says which stored file a contribution was before it was encoded, once the server has indexed it.
    ///
    /// # Errors
    /// When the server refuses, or does not know the contribution after a minute.
    pub async fn tell_original(&self, model: Address, key: Digest, cid: &Cid) -> Result<()> {
        let url = format!("{}/api/models/{model}/originals/{key}", self.server);
        let body = OriginalRequest { cid: cid.to_string() };
        for _ in 0..600 {
            let response = self.client.put(&url).bearer_auth(&self.token).json(&body).send().await?;
            match response.status() {
                status if status.is_success() => return Ok(()),
                reqwest::StatusCode::NOT_FOUND => tokio::time::sleep(Duration::from_millis(100)).await,
                // A server that is far behind is asked often, and says when to ask again.
                reqwest::StatusCode::TOO_MANY_REQUESTS => {
                    let asked = response.headers().get("retry-after").and_then(|wait| wait.to_str().ok());
                    let seconds = asked.and_then(|wait| wait.parse().ok()).unwrap_or(1);
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                }
                _ => bail!("naming the original of {key}: {}", response.text().await?),
            }
        }
        bail!("the server does not know the contribution {key}")
    }
}
