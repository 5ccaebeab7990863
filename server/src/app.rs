//! What the handlers share.

use std::{collections::HashMap, ops::Deref, path::PathBuf, sync::Arc};

use axum::http::HeaderName;
use content::ContentStore;
use protocol::{Address, api::Deployment, cid::Cid};
use relay::Relay;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    accuracy::AccuracyLog,
    config::Limits,
    content::disk::Disk,
    db::Db,
    family::Families,
    limits::{ClientRate, Kept, Rate},
    listen::Places,
    live::Live,
    metrics::Requests,
    session::{Nonces, Origins},
    tasks::Health,
};

/// A handle on [`AppState`]; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<AppState>);

/// See [`App`].
pub struct AppState {
    pub db: Db,
    pub deployment: Deployment,
    pub families: Families,
    pub dist: Option<PathBuf>,
    /// Where people reach this server, e.g. `https://models.example`, if it was told one origin alone.
    pub public_origin: Option<String>,
    pub sitemap: Kept,
    /// For each page that lists something, its newest rows as HTML.
    pub lists: HashMap<&'static str, Kept>,
    /// Blocks that the index stays behind the head.
    pub confirmations: u64,
    pub store: Arc<dyn ContentStore>,
    /// Where uploads wait until they are checked.
    pub arriving: PathBuf,
    /// Tells the reader of titles what was stored.
    pub stored: mpsc::UnboundedSender<Cid>,
    pub live: Live,
    pub accuracy: Arc<AccuracyLog>,
    /// Blocks that an entry of the accuracy log waits for.
    pub accuracy_confirmations: u64,
    /// The account that anchors the accuracy log, by itself or by hand.
    pub anchored_by: Option<Address>,
    pub nonces: Nonces,
    pub origins: Origins,
    pub limits: Limits,
    /// API requests from a network address.
    pub requests: ClientRate,
    /// Nonces and sign-ins from a network address.
    pub sign_ins: ClientRate,
    pub uploads: Rate<Address>,
    /// Uploads under way.
    pub uploading: Places,
    /// The disk that files arrive on.
    pub disk: Disk,
    /// Connections.
    pub connections: Places,
    /// Streams of changes.
    pub streams: Places,
    /// What the seats of tasks send each other.
    pub relay: Relay,
    /// Connections to it.
    pub relayed: Places,
    /// Header in which the proxy in front writes a client's address.
    pub client_header: Option<HeaderName>,
    /// How background tasks are.
    pub health: Health,
    pub counts: Requests,
    pub stop: CancellationToken,
}

impl App {
    pub fn new(state: AppState) -> Self {
        Self(Arc::new(state))
    }
}

impl Deref for App {
    type Target = AppState;

    fn deref(&self) -> &AppState {
        &self.0
    }
}
