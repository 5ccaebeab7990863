//! HTTP, time and chance for servers and tools, and the client as a transport of ethers-rs.
//!
//! ethers' own `Http` keeps status and headers to itself, so it cannot tell how long a node asks to wait; this one is on
//! the same HTTP client, and [`Client`] takes its place below ethers' providers and signers.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use ethers_providers::{JsonRpcClient, JsonRpcError, ProviderError};
use reqwest_of_ethers as reqwest;
use serde::{Serialize, de::DeserializeOwned};

use crate::{BoxFuture, Client, Endpoint, Environment, Options, Reply, RpcError, Transport, Unreachable};

/// An answer of more bytes is cut off, which then is no JSON.
const LONGEST_ANSWER: usize = 256 << 20;

/// Posts over HTTP.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    url: reqwest::Url,
}

/// The address is no http or https URL. It is not repeated, since it may carry a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The address of chain node {position} is not an http or https URL.")]
pub struct NotAUrl {
    /// Counted from 1.
    pub position: usize,
}

impl Http {
    /// # Errors
    /// [`NotAUrl`], with position 1.
    pub fn new(url: &str) -> Result<Self, NotAUrl> {
        let wrong = || NotAUrl { position: 1 };
        let url: reqwest::Url = url.parse().map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong());
        }
        let client = reqwest::Client::builder().build().map_err(|_| wrong())?;
        Ok(Self { client, url })
    }
}

impl Transport for Http {
    fn post(&self, body: String) -> BoxFuture<'_, Result<Reply, Unreachable>> {
        Box::pin(async move {
            let request = self.client.post(self.url.clone()).header("content-type", "application/json").body(body);
            let mut response = request.send().await.map_err(|_| Unreachable)?;
            let status = response.status().as_u16();
            let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
            let retry_after = header.map(str::to_owned);
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|_| Unreachable)? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > LONGEST_ANSWER {
                    break;
                }
            }
            Ok(Reply { status, retry_after, body: String::from_utf8_lossy(&bytes).into_owned() })
        })
    }
}

/// The computer's clock and chance, on tokio.
#[derive(Debug, Clone, Copy)]
pub struct Native {
    started: Instant,
}

impl Default for Native {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Environment for Native {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn unix_time(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
    }

    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(pause))
    }

    fn random(&self) -> f64 {
        rand::random()
    }
}

impl Client {
    /// A client of nodes at these URLs, in the order in which they are preferred. `announced` is how many blocks their
    /// providers take at once.
    ///
    /// # Errors
    /// [`NotAUrl`].
    pub fn over_http(urls: &[impl AsRef<str>], announced: Option<u64>, options: Options) -> Result<Self, NotAUrl> {
        let single = urls.len() == 1;
        let endpoints = urls.iter().enumerate().map(|(position, url)| {
            let position = position + 1;
            let label = if single { "The node".to_owned() } else { format!("Node {position}") };
            let http = Http::new(url.as_ref()).map_err(|_| NotAUrl { position })?;
            Ok(Endpoint::new(label, http, announced))
        });
        let endpoints: Vec<Endpoint> = endpoints.collect::<Result<_, _>>()?;
        if endpoints.is_empty() {
            return Err(NotAUrl { position: 1 });
        }
        Ok(Self::new(endpoints, Native::default(), options))
    }
}

/// Why ethers got no answer.
#[derive(Debug, thiserror::Error)]
pub enum EthersError {
    #[error(transparent)]
    Rpc(#[from] RpcError),
    #[error("The answer is not of the expected form.")]
    Form(#[from] serde_json::Error),
    /// What the node said, in ethers' form.
    #[error("The node refused the request (code {}).", .0.code)]
    Refused(JsonRpcError),
}

impl From<EthersError> for ProviderError {
    fn from(error: EthersError) -> Self {
        Self::JsonRpcClientError(Box::new(error))
    }
}

impl ethers_providers::RpcError for EthersError {
    fn as_error_response(&self) -> Option<&JsonRpcError> {
        match self {
            Self::Refused(error) => Some(error),
            _ => None,
        }
    }

    fn as_serde_error(&self) -> Option<&serde_json::Error> {
        match self {
            Self::Form(error) => Some(error),
            _ => None,
        }
    }
}

#[async_trait]
impl JsonRpcClient for Client {
    type Error = EthersError;

    async fn request<T, R>(&self, method: &str, params: T) -> Result<R, EthersError>
    where
        T: std::fmt::Debug + Serialize + Send + Sync,
        R: DeserializeOwned + Send,
    {
        let params = match serde_json::to_value(params)? {
            // ethers has `()` for no parameters.
            serde_json::Value::Null => serde_json::Value::Array(Vec::new()),
            params => params,
        };
        match self.request(method, params).await {
            Ok(answer) => Ok(serde_json::from_value(answer)?),
            Err(RpcError::Refused { refusal, .. }) => Err(EthersError::Refused(JsonRpcError {
                code: refusal.code,
                message: refusal.message,
                data: refusal.data.map(Into::into),
            })),
            Err(error) => Err(error.into()),
        }
    }
}
