//! Taking connections: so many from one client and in all, each only as long as it gets on.
//!
//! hyper speaks HTTP/1.1. What it does not do is here: counting, and cutting off whoever takes no bytes.

mod files;
mod places;
mod stall;

pub use files::within_open_files;
pub use places::{Full, Place, Places, network};

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tracing::{debug, warn};

use stall::Stalling;

/// What is sent where there is no place.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 30\r\nconnection: close\r\ncontent-type: \
text/plain\r\ncontent-length: 53\r\n\r\nToo many connections at once. Try again in 30 seconds";
/// How long nothing is accepted after the system refused, e.g. because too many files are open.
const REFUSED: Duration = Duration::from_millis(50);
/// Bytes of a request's head.
const LONGEST_HEAD: usize = 64 << 10;

/// How long a connection is kept.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until the whole head of the next request has come: for slow heads as well as for silence between requests.
    pub head: Duration,
    /// Until the client takes another byte of an answer.
    pub stall: Duration,
}

/// Serves until `stop`; then lets requests that have begun end.
pub async fn serve(listener: TcpListener, router: Router, places: Places, patience: Patience, stop: CancellationToken) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
            // What has ended is let go of.
            Some(_) = connections.join_next() => continue,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                warn!(%error, "no connection can be accepted");
                tokio::time::sleep(REFUSED).await;
                continue;
            }
        };
        match places.take(peer.ip()) {
            Ok(place) => {
                connections.spawn(connection(stream, peer, router.clone(), place, patience, stop.clone()));
            }
            Err(full) => {
                debug!(%peer, ?full, "there is no place for a connection");
                // Whoever cannot take it at once goes without.
                let _ = stream.try_write(FULL);
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    place: Place,
    patience: Patience,
    stop: CancellationToken,
) {
    // Answers are small and wanted at once.
    let _ = stream.set_nodelay(true);
    // Whoever takes the connection over, as a WebSocket, keeps its place.
    let place = Arc::new(place);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(place.clone());
        router.clone().oneshot(request)
    });
    let io = TokioIo::new(Stalling::new(stream, patience.stall));
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(io, service)
        .with_upgrades();
    let mut serving = std::pin::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        debug!(%peer, %error, "a connection ended early");
    }
}
