//! Starting and stopping the server.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use content::{ContentStore, Embedded, Kubo};
use protocol::{Address, Digest, api::Deployment};
use relay::Relay;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::{Notify, mpsc},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    accuracy::{
        AccuracyLog, TestSets,
        anchor::Anchorer,
        replay::{Replay, Report},
        worker::AccuracyWorker,
    },
    api,
    app::{App, AppState},
    chain::Chain,
    config::Config,
    content::{Blocks, disk::Disk, room, titles::Titles},
    db::{Db, Kind},
    deployment::{self, Verdict},
    families,
    family::Families,
    indexer::{self, Indexer, Rebuilt},
    limits::{ClientRate, Kept, Rate},
    listen::{self, Patience, Places, within_open_files},
    live::Live,
    pages,
    session::{self, Nonces, Origins},
    tasks::{self, Health, Tasks},
};

/// How long open requests may take to end after a signal.
const GRACE: Duration = Duration::from_secs(10);
/// How often expired sessions are removed.
const SWEEP: Duration = Duration::from_secs(600);
/// How often clients are forgotten who have not come for a while.
const IDLE: Duration = Duration::from_secs(60);
/// Age at which a file in the folder of arrivals is nobody's any more, where several servers share it.
const STALE: Duration = Duration::from_secs(86_400);

/// A server that runs.
pub struct Running {
    pub address: SocketAddr,
    stop: CancellationToken,
    tasks: Tasks,
}

impl Running {
    /// Where it listens, e.g. `http://127.0.0.1:8080`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends a background task by force, as a fault would: for drills. Answers whether there is one of this name.
    pub fn kill(&self, task: &str) -> bool {
        self.tasks.kill(task)
    }

    /// Ends open requests within the grace period, and everything else.
    pub async fn stop(self) {
        self.stop.cancel();
        if !self.tasks.end(GRACE).await {
            warn!("some requests did not end in time and were cut off");
        }
    }
}

/// Serves until SIGINT or SIGTERM.
///
/// # Errors
/// What keeps the server from starting.
pub async fn until_signalled(config: Config) -> anyhow::Result<()> {
    // Listened to first: a signal during the start must end it too.
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let running = tokio::select! {
        started = start(config) => started?,
        _ = interrupt.recv() => return Ok(()),
        _ = terminate.recv() => return Ok(()),
    };
    println!("listening on {}", running.url());
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    info!("stopping");
    running.stop().await;
    Ok(())
}

/// Starts everything; returns once it listens.
///
/// # Errors
/// What keeps the server from starting, in a sentence that says what to do.
pub async fn start(config: Config) -> anyhow::Result<Running> {
    start_with(config, families::all()).await
}

/// As [`start`], with other families than this server's own.
///
/// # Errors
/// What keeps the server from starting, in a sentence that says what to do.
pub async fn start_with(config: Config, families: Families) -> anyhow::Result<Running> {
    let deployment = deployment::read(&config)?;
    let db = open_for(&config, &families, &deployment).await?;
    let arriving = std::path::absolute(config.data.join("content"))?.join("arriving");
    std::fs::create_dir_all(&arriving)
        .with_context(|| format!("The folder {} cannot be made; check --data.", arriving.display()))?;
    clear(&arriving, db.kind)?;
    // With SQLite this is the only server: what is reserved, a killed one had reserved.
    room::sweep(&db, db.kind == Kind::Sqlite).await?;
    let store = store(&config, &db)?;
    let chain = Arc::new(self::chain(&config, &deployment)?);
    demand_chain(&chain, &deployment, &families).await?;
    let accuracy = Arc::new(AccuracyLog::new(db.clone()));
    let confirmations = config.confirmations(deployment.chain_id);
    let accuracy_confirmations = config.accuracy_confirmations(deployment.chain_id);
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("Nothing can listen on {}; is another server running? See --listen.", config.listen)
    })?;
    let address = listener.local_addr()?;
    if let Some(dist) = config.dist.as_deref().filter(|dist| !dist.join("index.html").is_file()) {
        // It may still be built.
        warn!("there is no page in {}, which has no index.html; check --dist", dist.display());
    }

    let (stop, live) = (CancellationToken::new(), Live::default());
    let (advanced, arrived) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (stored, stored_cids) = mpsc::unbounded_channel();
    let own = ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("http://{host}:{}", address.port()));
    let client_header = config.trusted_header();
    let client_rate = |per_minute| {
        ClientRate::new(per_minute, client_header.clone())
            .context("A rate limit must be at least one request a minute.")
    };
    let limits = config.limits;
    let wanted = within_open_files(limits.connections);
    // A proxy makes all connections.
    let each = client_header.is_none().then_some(limits.connections_per_client);
    let (connections, health) = (Places::new(each, wanted), Health::default());
    let app = App::new(AppState {
        db: db.clone(),
        deployment: deployment.clone(),
        families: families.clone(),
        dist: config.dist.clone(),
        public_origin: config.public_origin(),
        sitemap: Kept::default(),
        lists: pages::lists(&families),
        confirmations,
        store: store.clone(),
        disk: Disk::of(arriving.clone(), limits.min_free),
        arriving,
        connections: connections.clone(),
        streams: Places::new(Some(limits.streams_per_client), limits.streams),
        relay: Relay::new(limits.relay()),
        relayed: Places::new(Some(limits.relayed_per_client), limits.relayed),
        client_header: client_header.clone(),
        health: health.clone(),
        stored,
        live: live.clone(),
        accuracy: accuracy.clone(),
        accuracy_confirmations,
        anchored_by: config.anchored_by(),
        nonces: Nonces::load(&db, limits.nonce_seconds).await?,
        origins: Origins::new(config.origins.iter().cloned().chain(own)),
        limits,
        requests: client_rate(limits.requests_per_minute)?,
        sign_ins: client_rate(limits.sign_ins_per_minute)?,
        uploads: Rate::new(limits.uploads_per_minute),
        // In all they are as many as connections, which are fewer than this.
        uploading: Places::new(Some(limits.uploads_per_client), limits.connections),
        counts: Default::default(),
        stop: stop.clone(),
    });

    let mut tasks = Tasks::new(health, stop.clone());
    if let Some(from) = config.anchor_from {
        let contract = deployment.contract(shared_model::ACCURACY_LOG).with_context(|| {
            format!("{} names no AccuracyLog to anchor in; leave --anchor-from out.", config.deployment.display())
        })?;
        let anchorer = Anchorer {
            chain: chain.clone(),
            log: accuracy.clone(),
            contract,
            from,
            every: config.anchor_every(),
            advanced: advanced.clone(),
        };
        tasks.spawn(tasks::ANCHOR, anchorer.run(stop.clone()));
    }
    let worker = AccuracyWorker {
        db: db.clone(),
        test_sets: TestSets { db: db.clone(), store: store.clone() },
        log: accuracy,
        confirmations: accuracy_confirmations,
        advanced: advanced.clone(),
        arrived: arrived.clone(),
    };
    tasks.spawn(tasks::ACCURACY, worker.run(stop.clone()));
    let indexer = Indexer {
        db: db.clone(),
        chain,
        deployment,
        families: families.clone(),
        confirmations,
        poll: config.poll(),
        advanced: advanced.clone(),
    };
    tasks.spawn(tasks::INDEXER, indexer.run(stop.clone()));
    tasks.spawn(tasks::LIVE, live.run(db.clone(), advanced.clone(), stop.clone()));
    let titles = Titles { db: db.clone(), families, store, advanced, stored: stored_cids, arrived };
    tasks.spawn(tasks::TITLES, titles.run(stop.clone()));
    tasks.spawn(tasks::SWEEPER, sweep(db, stop.clone()));
    tasks.spawn(tasks::FORGETTER, forget_idle(app.clone(), stop.clone()));
    let patience = Patience {
        head: Duration::from_secs(limits.head_seconds.max(1)),
        stall: Duration::from_secs(limits.stall_seconds.max(1)),
    };
    tasks.spawn(tasks::LISTENER, listen::serve(listener, api::router(app), connections, patience, stop.clone()));
    Ok(Running { address, stop, tasks })
}

/// Rebuilds the views from the raw logs.
///
/// # Errors
/// What keeps them from being rebuilt.
pub async fn reindex(config: &Config) -> anyhow::Result<Rebuilt> {
    let families = families::all();
    let deployment = deployment::read(config)?;
    let db = open_for(config, &families, &deployment).await?;
    Ok(indexer::rebuild(&db, &deployment, &families).await?)
}

/// A SHA-256 over raw logs and views.
///
/// # Errors
/// What keeps them from being read.
pub async fn digest(config: &Config) -> anyhow::Result<Digest> {
    let families = families::all();
    Ok(indexer::digest::digest(&open(config, &families).await?, &families).await?)
}

/// Computes the accuracy log again from the chain and compares.
///
/// # Errors
/// What keeps it from being computed.
pub async fn replay(config: &Config, model: Option<Address>) -> anyhow::Result<Report> {
    let deployment = deployment::read(config)?;
    let db = open_for(config, &families::all(), &deployment).await?;
    let store = store(config, &db)?;
    let replay = Replay {
        chain: chain(config, &deployment)?,
        confirmations: config.accuracy_confirmations(deployment.chain_id),
        test_sets: TestSets { db: db.clone(), store },
        log: AccuracyLog::new(db.clone()),
        deployment,
        db,
    };
    Ok(replay.run(model, config.anchored_by()).await?)
}

/// The nodes to read from.
fn chain(config: &Config, deployment: &Deployment) -> anyhow::Result<Chain> {
    let urls = if config.rpc.is_empty() { &deployment.rpc_urls } else { &config.rpc };
    Ok(Chain::new(urls, config.reading(deployment.chain_id))?)
}

/// Where content is kept.
fn store(config: &Config, db: &Db) -> anyhow::Result<Arc<dyn ContentStore>> {
    let blocks = Arc::new(Blocks(db.clone()));
    Ok(match &config.kubo {
        Some(url) => Arc::new(Kubo::new(url, blocks)?),
        None => {
            if db.kind == Kind::Postgres {
                // What the database says of files holds for every server on it.
                warn!(data = %config.data.display(), "files are kept in this folder: other servers on this database need the same one, or --kubo");
            }
            Arc::new(Embedded::new(std::path::absolute(config.data.join("content"))?, blocks))
        }
    })
}

/// How long the start waits for a node to say whether it has the deployment's contracts.
const ASKED_AT_START: Duration = Duration::from_secs(5);

/// Makes sure that the chain has the deployment's contracts. Where no node answers, the server starts all the same, so
/// that what is known is served: the index asks again before it reads anything.
async fn demand_chain(chain: &Chain, deployment: &Deployment, families: &Families) -> anyhow::Result<()> {
    match tokio::time::timeout(ASKED_AT_START, deployment::check_chain(chain, deployment, families)).await {
        Ok(Ok(())) => {}
        Ok(Err(Verdict::Wrong(mismatch))) => return Err(mismatch.into()),
        Ok(Err(Verdict::Unknown(error))) => warn!(%error, "the chain cannot be asked whether it has the contracts"),
        Err(_) => warn!("the chain was not asked in time whether it has the contracts"),
    }
    Ok(())
}

/// Opens a database that is empty or about this deployment.
async fn open_for(config: &Config, families: &Families, deployment: &Deployment) -> anyhow::Result<Db> {
    let db = open(config, families).await?;
    deployment::check_database(&db, deployment, families).await?;
    Ok(db)
}

async fn open(config: &Config, families: &Families) -> anyhow::Result<Db> {
    std::fs::create_dir_all(&config.data)
        .with_context(|| format!("The folder {} cannot be made; check --data.", config.data.display()))?;
    Ok(Db::open_with(&config.database_url(), &families.migrations()).await?)
}

/// Removes uploads that a killed process left behind.
fn clear(arriving: &PathBuf, kind: Kind) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(arriving)? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        // With SQLite this is the only server, so nothing can be arriving now.
        if kind == Kind::Sqlite || age > STALE {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

async fn forget_idle(app: App, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(IDLE) => {}
        }
        app.requests.forget_idle();
        app.sign_ins.forget_idle();
        app.uploads.forget_idle();
    }
}

async fn sweep(db: Db, stop: CancellationToken) {
    loop {
        if let Err(error) = session::sweep(&db).await {
            warn!(%error, "expired sessions cannot be removed");
        }
        if let Err(error) = room::sweep(&db, false).await {
            warn!(%error, "void reservations cannot be removed");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}
