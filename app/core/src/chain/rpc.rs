//! The nodes that the page asks, through the crate `rpc`.

use std::fmt::Debug;

use futures::future::LocalBoxFuture;
pub use rpc::RpcError;
use rpc::{
    Client, Endpoint, KnownChain, Options,
    web::{Fetch, Web},
};
use serde_json::Value;

/// A client of these nodes, the preferred one first. `chain_id` is what they have to be on; `None` where that is found
/// out.
pub fn client(urls: &[String], chain_id: Option<u64>) -> Client {
    let single = urls.len() == 1;
    let range = chain_id.map(|id| KnownChain::of(id).log_range);
    let endpoints = urls.iter().enumerate().map(|(position, url)| {
        let label = if single { "The chain node".to_owned() } else { format!("Chain node {}", position + 1) };
        Endpoint::new(label, Fetch { url: url.clone() }, range)
    });
    Client::new(endpoints.collect(), Web, Options { chain_id, ..Options::default() })
}

/// Nodes at URLs: for the development wallet, and to find out about a node before it is used.
#[derive(Debug, Clone)]
pub struct Rpc {
    client: Client,
}

impl Rpc {
    /// Asks the first, and the others where it fails.
    pub fn new(urls: &[String]) -> Self {
        Self { client: client(urls, None) }
    }

    /// One call. Waits where the node asks for it.
    ///
    /// # Errors
    /// [`RpcError`]
    pub async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        self.client.request(method, params).await
    }
}

/// Asks one node. A trait, so that the wallet, which is in the first file, need not have the client, which is in the
/// second (`later_file.rs`).
pub trait AskNode: Debug {
    /// As [`Rpc::request`].
    fn request<'a>(&'a self, method: &'a str, params: Value) -> LocalBoxFuture<'a, Result<Value, RpcError>>;
}

impl AskNode for Rpc {
    fn request<'a>(&'a self, method: &'a str, params: Value) -> LocalBoxFuture<'a, Result<Value, RpcError>> {
        Box::pin(self.client.request(method, params))
    }
}

/// What a person reads of an error of the nodes: the node is theirs or their deployment's, so they may know its words.
pub(super) fn sentence(error: &RpcError) -> String {
    match error {
        RpcError::Refused { refusal, .. } => format!("The chain node refused: {}", refusal.message),
        RpcError::Unreachable { .. } => {
            format!("{error} Check your connection, or choose another node in Settings.")
        }
        error if error.is_passing() => format!("{error} It is asked again; Settings can name another node."),
        error => format!("{error} Choose another node in Settings."),
    }
}
