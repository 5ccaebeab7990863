//! Flags and environment of the server.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use axum::http::HeaderName;
use clap::{Args, Parser, Subcommand};
use protocol::Address;
use rpc::{BEHIND_PAUSE, DEVELOPMENT_CHAIN, KnownChain};

use crate::chain::Reading;

/// ModelMarket's server: page, API, content and index of chain events on one port.
#[derive(Debug, Clone, Parser)]
#[command(name = "server", version, about)]
pub struct Cli {
    #[command(flatten)]
    pub config: Config,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do instead of serving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve (the default).
    Serve,
    /// Rebuild all views from the stored raw logs, without asking the chain.
    Reindex,
    /// Print a SHA-256 over all raw logs and views.
    Digest,
    /// Compute the accuracy log again from the chain alone and compare; fails where they differ.
    Replay {
        /// Only the entries of this model.
        #[arg(long)]
        model: Option<Address>,
    },
}

/// Everything a server is told from outside.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Address to listen on; port 0 picks a free one.
    #[arg(long, env = "MODELMARKET_LISTEN", default_value = "127.0.0.1:8080", global = true)]
    pub listen: SocketAddr,
    /// Folder with the built page.
    #[arg(long, env = "MODELMARKET_DIST", global = true)]
    pub dist: Option<PathBuf>,
    /// Folder for the database and stored content.
    #[arg(long, env = "MODELMARKET_DATA", default_value = ".modelmarket/server", global = true)]
    pub data: PathBuf,
    /// Database: sqlite://PATH or postgres://…; a SQLite file in the data folder by default.
    #[arg(long, env = "MODELMARKET_DATABASE", global = true)]
    pub database: Option<String>,
    /// JSON file that says which chain and contracts are served.
    #[arg(long, env = "MODELMARKET_DEPLOYMENT", default_value = "deployment.json", global = true)]
    pub deployment: PathBuf,
    /// Node to read the chain from, the deployment's by default. May be repeated: the next is asked where one fails, and
    /// they are compared. No visitor ever sees these addresses.
    #[arg(long, env = "MODELMARKET_RPC", value_delimiter = ',', global = true)]
    pub rpc: Vec<String>,
    /// Blocks that the nodes' providers take in one request for events, where they say so.
    #[arg(long, env = "MODELMARKET_RPC_RANGE", global = true)]
    pub rpc_range: Option<u64>,
    /// Requests to the nodes in any 24 hours; 0 for as many as it takes. By default 30,000, and as many as it takes on a
    /// development chain.
    #[arg(long, env = "MODELMARKET_RPC_REQUESTS_PER_DAY", global = true)]
    pub rpc_requests_per_day: Option<u32>,
    /// RPC address of a Kubo node, e.g. http://127.0.0.1:5001; content then goes there instead of the data folder.
    #[arg(long, env = "MODELMARKET_KUBO_URL", global = true)]
    pub kubo: Option<String>,
    /// Blocks to stay behind the head; by default as many as reorganisations of this chain usually reach, 0 on a
    /// development chain.
    #[arg(long, env = "MODELMARKET_CONFIRMATIONS", global = true)]
    pub confirmations: Option<u64>,
    /// Milliseconds between looks at the head of the chain.
    #[arg(long, env = "MODELMARKET_POLL_MS", default_value_t = 500, global = true)]
    pub poll_ms: u64,
    /// Milliseconds after which a request to the node is given up.
    #[arg(long, env = "MODELMARKET_RPC_TIMEOUT_MS", default_value_t = 20_000, global = true)]
    pub rpc_timeout_ms: u64,
    /// Origins of pages that people sign in from, besides this server's own loopback addresses; may be repeated. A single one
    /// is also said to be the address of the page, to programs that show links.
    #[arg(long = "origin", env = "MODELMARKET_ORIGINS", value_delimiter = ',', global = true)]
    pub origins: Vec<String>,
    /// Take the client's address from the last entry of X-Forwarded-For. Only behind a proxy that sets it, and where
    /// nobody else reaches this server.
    #[arg(long, env = "MODELMARKET_BEHIND_PROXY", global = true)]
    pub behind_proxy: bool,
    /// As --behind-proxy, for a proxy that writes the client's address into another header, e.g. X-Real-IP. No other
    /// header is believed then.
    #[arg(long, env = "MODELMARKET_CLIENT_HEADER", global = true)]
    pub client_header: Option<HeaderName>,
    /// Blocks that an entry of the accuracy log waits for, so that none is ever taken back; 12 by default, 0 on a
    /// development chain.
    #[arg(long, env = "MODELMARKET_ACCURACY_CONFIRMATIONS", global = true)]
    pub accuracy_confirmations: Option<u64>,
    /// Account of the node itself that writes the accuracy log's roots to the chain. Without it, whoever runs the server
    /// does so by hand, and names the account with --anchored-by.
    #[arg(long, env = "MODELMARKET_ANCHOR_FROM", global = true)]
    pub anchor_from: Option<Address>,
    /// Account from which the accuracy log's roots are written to the chain by hand. Visitors compare with its roots alone:
    /// anybody can anchor anything, so without this option and --anchor-from there is nothing that they can compare with.
    #[arg(long, env = "MODELMARKET_ANCHORED_BY", conflicts_with = "anchor_from", global = true)]
    pub anchored_by: Option<Address>,
    /// Seconds between two roots that are written to the chain, at least.
    #[arg(long, env = "MODELMARKET_ANCHOR_SECONDS", default_value_t = 600, global = true)]
    pub anchor_seconds: u64,
    #[command(flatten)]
    pub limits: Limits,
}

/// What one person, or one file, may take.
#[derive(Debug, Clone, Copy, Args)]
pub struct Limits {
    /// Bytes of one stored file.
    #[arg(long, env = "MODELMARKET_MAX_FILE", default_value_t = 2 << 30, global = true)]
    pub max_file: u64,
    /// Bytes one address may store.
    #[arg(long, env = "MODELMARKET_QUOTA", default_value_t = 4 << 30, global = true)]
    pub quota: u64,
    /// Bytes that all stored files may take together.
    #[arg(long, env = "MODELMARKET_MAX_STORED", default_value_t = 100 << 30, global = true)]
    pub max_stored: u64,
    /// Bytes that stay free on the disk of the data folder: no file is taken in that would leave less.
    #[arg(long, env = "MODELMARKET_MIN_FREE", default_value_t = 1 << 30, global = true)]
    pub min_free: u64,
    /// Hours a session lasts.
    #[arg(long, env = "MODELMARKET_SESSION_HOURS", default_value_t = 24, global = true)]
    pub session_hours: u64,
    /// Seconds a nonce can be used.
    #[arg(long, env = "MODELMARKET_NONCE_SECONDS", default_value_t = 600, global = true)]
    pub nonce_seconds: u64,
    /// API requests a minute from one network address.
    #[arg(long, env = "MODELMARKET_REQUESTS_PER_MINUTE", default_value_t = 6_000, global = true)]
    pub requests_per_minute: u32,
    /// Nonces and sign-ins a minute from one network address.
    #[arg(long, env = "MODELMARKET_SIGN_INS_PER_MINUTE", default_value_t = 300, global = true)]
    pub sign_ins_per_minute: u32,
    /// Uploads a minute of one signed-in address.
    #[arg(long, env = "MODELMARKET_UPLOADS_PER_MINUTE", default_value_t = 120, global = true)]
    pub uploads_per_minute: u32,
    /// Uploads at the same time from one network address, for IPv6 from one /64.
    #[arg(long, env = "MODELMARKET_UPLOADS_PER_CLIENT", default_value_t = 32, global = true)]
    pub uploads_per_client: usize,
    /// Seconds an upload may be silent.
    #[arg(long, env = "MODELMARKET_UPLOAD_IDLE_SECONDS", default_value_t = 30, global = true)]
    pub upload_idle_seconds: u64,
    /// Bytes a second that an upload must reach on average, once it lasts longer than it may be silent.
    #[arg(long, env = "MODELMARKET_UPLOAD_LEAST_RATE", default_value_t = 1_024, global = true)]
    pub upload_least_rate: u64,
    /// Seconds in which an upload that declares its length must be whole: it must get on as fast as that takes.
    #[arg(long, env = "MODELMARKET_UPLOAD_LONGEST_SECONDS", default_value_t = 4 * 60 * 60, global = true)]
    pub upload_longest_seconds: u64,
    /// Connections at the same time; fewer where the system allows fewer open files.
    #[arg(long, env = "MODELMARKET_CONNECTIONS", default_value_t = 4_096, global = true)]
    pub connections: usize,
    /// Connections at the same time from one network address, for IPv6 from one /64. Behind a proxy, which makes all of
    /// them, it counts itself.
    #[arg(long, env = "MODELMARKET_CONNECTIONS_PER_CLIENT", default_value_t = 256, global = true)]
    pub connections_per_client: usize,
    /// Streams of changes at the same time.
    #[arg(long, env = "MODELMARKET_STREAMS", default_value_t = 2_048, global = true)]
    pub streams: usize,
    /// Streams of changes at the same time to one network address, for IPv6 to one /64.
    #[arg(long, env = "MODELMARKET_STREAMS_PER_CLIENT", default_value_t = 64, global = true)]
    pub streams_per_client: usize,
    /// Connections to the relay at the same time.
    #[arg(long, env = "MODELMARKET_RELAYED", default_value_t = 1_024, global = true)]
    pub relayed: usize,
    /// Connections to the relay at the same time from one network address, for IPv6 from one /64.
    #[arg(long, env = "MODELMARKET_RELAYED_PER_CLIENT", default_value_t = 64, global = true)]
    pub relayed_per_client: usize,
    /// Connections to the relay at the same time of one signed-in account.
    #[arg(long, env = "MODELMARKET_RELAYED_PER_ACCOUNT", default_value_t = 32, global = true)]
    pub relayed_per_account: usize,
    /// Bytes that the relay holds for slow receivers, all together; from one seat to another it is 8 MiB, in one
    /// room 32 MiB. 256 KiB of each connection come on top, which nobody else can fill.
    #[arg(long, env = "MODELMARKET_RELAY_MEMORY", default_value_t = 1 << 30, global = true)]
    pub relay_memory: usize,
    /// Seconds after which a connection to the relay is closed on which nothing came.
    #[arg(long, env = "MODELMARKET_RELAY_IDLE_SECONDS", default_value_t = 90, global = true)]
    pub relay_idle_seconds: u64,
    /// Seconds after which a connection is closed on which no whole head of a request has come: since it was opened, or
    /// since the last answer.
    #[arg(long, env = "MODELMARKET_HEAD_SECONDS", default_value_t = 30, global = true)]
    pub head_seconds: u64,
    /// Seconds after which a connection is closed whose client takes no byte of an answer.
    #[arg(long, env = "MODELMARKET_STALL_SECONDS", default_value_t = 60, global = true)]
    pub stall_seconds: u64,
}

impl Limits {
    /// Those of the relay.
    pub fn relay(&self) -> relay::Limits {
        relay::Limits {
            memory: self.relay_memory,
            idle: Duration::from_secs(self.relay_idle_seconds.max(1)),
            per_account: self.relayed_per_account,
            connections: self.relayed,
            ..relay::Limits::default()
        }
    }
}

impl Config {
    /// The database URL, by default a file in the data folder.
    pub fn database_url(&self) -> String {
        self.database
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}?mode=rwc", self.data.join("modelmarket.sqlite").display()))
    }

    /// Blocks to stay behind the head of this chain.
    pub fn confirmations(&self, chain_id: u64) -> u64 {
        self.confirmations.unwrap_or_else(|| KnownChain::of(chain_id).confirmations)
    }

    /// Blocks that an entry of the accuracy log waits for on this chain.
    pub fn accuracy_confirmations(&self, chain_id: u64) -> u64 {
        self.accuracy_confirmations.unwrap_or(if chain_id == DEVELOPMENT_CHAIN { 0 } else { 12 })
    }

    /// Whose roots on chain are those of the accuracy log.
    pub fn anchored_by(&self) -> Option<Address> {
        self.anchor_from.or(self.anchored_by)
    }

    /// Least time between two anchors.
    pub fn anchor_every(&self) -> Duration {
        Duration::from_secs(self.anchor_seconds)
    }

    /// The header in which the proxy in front writes the client's address; `None` without a proxy.
    pub fn trusted_header(&self) -> Option<HeaderName> {
        let usual = self.behind_proxy.then(|| HeaderName::from_static("x-forwarded-for"));
        self.client_header.clone().or(usual)
    }

    /// Where people reach this server, if it is told one origin and that has the form of one.
    pub fn public_origin(&self) -> Option<String> {
        let [only] = self.origins.as_slice() else { return None };
        let origin = only.trim_end_matches('/');
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"))?;
        let is_plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b));
        is_plain.then(|| origin.to_owned())
    }

    pub fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms.max(1))
    }

    /// How this chain is read.
    pub fn reading(&self, chain_id: u64) -> Reading {
        let default = if chain_id == DEVELOPMENT_CHAIN { 0 } else { 30_000 };
        let requests = self.rpc_requests_per_day.unwrap_or(default);
        Reading {
            timeout: Duration::from_millis(self.rpc_timeout_ms.max(1)),
            requests_a_day: (requests > 0).then_some(requests),
            range: Some(self.rpc_range.unwrap_or(KnownChain::of(chain_id).log_range)),
            // Who looks often asks again soon.
            behind_pause: self.poll().min(BEHIND_PAUSE),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub mod tests {
    use super::*;

    pub fn parsed(options: &[&str]) -> Config {
        let words = ["server", "serve"].iter().chain(options);
        Cli::try_parse_from(words).unwrap().config
    }

    #[test]
    fn confirmations_are_those_of_the_chain_unless_somebody_says_otherwise() {
        let of_chain = parsed(&[]);
        assert_eq!(of_chain.confirmations(DEVELOPMENT_CHAIN), 0);
        for chain in rpc::CHAINS {
            assert_eq!(of_chain.confirmations(chain.id), chain.confirmations, "{}", chain.name);
        }
        let said = parsed(&["--confirmations", "7"]);
        assert!(rpc::CHAINS.iter().all(|chain| said.confirmations(chain.id) == 7));
        assert_eq!(parsed(&["--confirmations", "0"]).confirmations(1), 0);
    }

    #[test]
    fn the_account_that_anchors_is_named_whether_it_sends_by_itself_or_by_hand() {
        let account = "0x00000000000000000000000000000000000000aa";
        assert_eq!(parsed(&[]).anchored_by(), None);
        for option in ["--anchor-from", "--anchored-by"] {
            assert_eq!(parsed(&[option, account]).anchored_by(), account.parse().ok(), "{option}");
        }
        assert_eq!(parsed(&["--anchored-by", account]).anchor_from, None, "nothing is sent from it");
        let both = ["server", "serve", "--anchor-from", account, "--anchored-by", account];
        assert!(Cli::try_parse_from(both).is_err());
    }

    #[test]
    fn one_origin_is_where_people_reach_the_server() {
        assert_eq!(parsed(&["--origin", "https://a.example/"]).public_origin().as_deref(), Some("https://a.example"));
        assert_eq!(parsed(&["--origin", "http://[::1]:80"]).public_origin().as_deref(), Some("http://[::1]:80"));
        assert_eq!(parsed(&[]).public_origin(), None);
        assert_eq!(parsed(&["--origin", "https://a.example,https://b.example"]).public_origin(), None);
        assert_eq!(parsed(&["--origin", "https://a.example/x"]).public_origin(), None);
        assert_eq!(parsed(&["--origin", "a.example"]).public_origin(), None);
    }
}
