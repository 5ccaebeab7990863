//! Saying what a contribution was before it was encoded.

use std::time::Duration;

use anyhow::{Result, bail};
use protocol::{Address, Digest, cid::Cid};
use shared_model::api::OriginalRequest;

use crate::publish::Publisher;

impl Publisher {
    /// Says which stored file a contribution was before it was encoded, once the server has indexed it.
    ///
    /// # Errors
    /// When the server refuses, or does not know the contribution after a minute.
    pub async fn tell_original(&self, model: Address, key: Digest, cid: &Cid) -> Result<()> {
        let path = format!("/api/models/{model}/originals/{key}");
        let body = OriginalRequest { cid: cid.to_string() };
        for _ in 0..600 {
            let response = self.request(reqwest::Method::PUT, &path).json(&body).send().await?;
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
