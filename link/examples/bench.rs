//! Rate and round trip of a link through the relay, against a WebSocket relay that only forwards. One run, one machine: both ends
//! and the relay have a thread each. Prints JSON.
//!
//! `cargo run --release -p link --example bench [MEGABYTES]`

use std::{
    collections::HashMap,
    error::Error,
    rc::Rc,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{
        Path, State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::get,
    serve::ListenerExt as _,
};
use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use link::{
    Links, Own, Proof, Seat, Terms, public_key,
    transport::native::{Time, connector},
};
use protocol::{Address, Digest, relay::Room};
use relay::{Limits, Relay};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_tungstenite::{connect_async, tungstenite};
use tokio_util::sync::CancellationToken;

type Anything<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Rounds of which the middle one is told.
const ROUNDS: usize = 301;
const MESSAGE: usize = 1 << 20;
/// What the plain relay is given at once: as much as a fragment of a link.
const PLAIN: usize = link::line::FRAGMENT;

fn main() -> Anything<()> {
    let megabytes = std::env::args().nth(1).map_or(Ok(256), |text| text.parse::<usize>())?;
    let address = serve()?;
    // Warm, then the two in turns.
    plain(&address, 8)?;
    linked(&address, 8)?;
    let (mut plains, mut links) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        plains.push(plain(&address, megabytes)?);
        links.push(linked(&address, megabytes)?);
    }
    let best = |runs: &[(f64, f64)]| {
        let rate = runs.iter().map(|run| run.0).fold(0.0, f64::max);
        (rate, runs.iter().map(|run| run.1).fold(f64::INFINITY, f64::min))
    };
    let ((ours, ours_trip), (peer, peer_trip)) = (best(&links), best(&plains));
    println!(
        "{{\"what\":\"link_native\",\"megabytes\":{megabytes},\"unit\":\"MB/s\",\"ours\":{ours:.1},\"peer\":{peer:.1},\
         \"peer_version\":\"axum WebSocket that forwards, no encryption\",\"ratio\":{:.3},\"round_trip_ms\":{:.3},\
         \"peer_round_trip_ms\":{:.3},\"round_trip_ratio\":{:.3}}}",
        ours / peer,
        ours_trip * 1e3,
        peer_trip * 1e3,
        ours_trip / peer_trip,
    );
    Ok(())
}

/// Both relays, on a thread of their own.
fn serve() -> Anything<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = format!("ws://{}", listener.local_addr()?);
    let router = Router::new()
        .route("/api/relay/{task}/{attempt}", get(enter))
        .with_state(Relay::new(Limits::default()))
        .merge(Router::new().route("/plain/{run}/{end}", get(forward)).with_state(Arc::default()));
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    thread::spawn(move || runtime.block_on(axum::serve(listener, router).into_future()));
    Ok(address)
}

#[derive(serde::Deserialize)]
struct Asked {
    seat: u8,
}

async fn enter(
    State(relay): State<Relay>,
    Path((task, attempt)): Path<(u64, u16)>,
    axum::extract::Query(Asked { seat }): axum::extract::Query<Asked>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, String> {
    let joined =
        relay.join(Room::Task { task, attempt }, seat, 2, Address([seat; 20])).map_err(|error| error.to_string())?;
    let upgrade = upgrade.protocols([protocol::relay::PROTOCOL]).max_message_size(protocol::relay::MOST_IN_MESSAGE);
    Ok(upgrade.on_upgrade(move |socket| joined.serve(socket, CancellationToken::new())))
}

/// What waits for an end of a run of the plain relay, and who reads it.
type Queue = (Sender<Bytes>, Option<Receiver<Bytes>>);
type Runs = Arc<Mutex<HashMap<u64, [Queue; 2]>>>;

async fn forward(
    State(runs): State<Runs>,
    Path((run, end)): Path<(u64, usize)>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, &'static str> {
    let queue = || {
        // 8 MiB, as the relay has.
        let (sender, receiver) = channel((8 << 20) / PLAIN);
        (sender, Some(receiver))
    };
    let mut runs = runs.lock().map_err(|_| "another run panicked")?;
    let [one, two] = runs.entry(run).or_insert_with(|| [queue(), queue()]);
    let (mine, other) = if end == 0 { (&mut one.1, two.0.clone()) } else { (&mut two.1, one.0.clone()) };
    let mine = mine.take().ok_or("this end is taken")?;
    Ok(upgrade.on_upgrade(move |socket| forward_all(socket, mine, other)))
}

async fn forward_all(socket: WebSocket, mut mine: Receiver<Bytes>, other: Sender<Bytes>) {
    let (mut sink, mut stream) = socket.split();
    let read = async {
        while let Some(Ok(Message::Binary(bytes))) = stream.next().await {
            if other.send(bytes).await.is_err() {
                return;
            }
        }
    };
    let write = async {
        while let Some(bytes) = mine.recv().await {
            if sink.send(Message::Binary(bytes)).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = read => {}
        () = write => {}
    }
}

/// Rate in MB/s and round trip in seconds, without links.
fn plain(address: &str, megabytes: usize) -> Anything<(f64, f64)> {
    let run = next();
    let end = |end: u8| {
        let address = format!("{address}/plain/{run}/{end}");
        move || async move { Anything::Ok(connect_async(address).await?.0) }
    };
    let answering = end(1);
    let other = thread::spawn(move || -> Anything<()> {
        block_on(async move {
            let mut socket = answering().await?;
            for _ in 0..ROUNDS {
                let message = socket.next().await.ok_or("closed")??;
                socket.send(message).await?;
            }
            let mut left = megabytes * 1_000_000;
            while left > 0 {
                let message = socket.next().await.ok_or("closed")??;
                left = left.saturating_sub(message.len());
            }
            socket.send(tungstenite::Message::Binary(Bytes::from_static(b"all"))).await?;
            Ok(())
        })
    });
    let asking = end(0);
    let measured = block_on(async move {
        let mut socket = asking().await?;
        let mut trips = Vec::new();
        for _ in 0..ROUNDS {
            let begin = Instant::now();
            socket.send(tungstenite::Message::Binary(vec![0; 32].into())).await?;
            socket.next().await.ok_or("closed")??;
            trips.push(begin.elapsed().as_secs_f64());
        }
        let message = Bytes::from(vec![7; PLAIN]);
        let begin = Instant::now();
        let mut left = megabytes * 1_000_000;
        while left > 0 {
            let size = left.min(PLAIN);
            socket.send(tungstenite::Message::Binary(message.slice(..size))).await?;
            left -= size;
        }
        socket.next().await.ok_or("closed")??;
        Ok((megabytes as f64 / begin.elapsed().as_secs_f64(), middle(trips)))
    });
    other.join().map_err(|_| "the other end panicked")??;
    measured
}

/// The same, over links.
fn linked(address: &str, megabytes: usize) -> Anything<(f64, f64)> {
    let task = u64::from(next()) + 1;
    let relay = address.to_string();
    let other = thread::spawn(move || -> Anything<()> {
        block_on(async move {
            let mut links = links(&relay, task, 1)?;
            links.opened(0).await?;
            for _ in 0..ROUNDS {
                let message = links.receive(0).await?;
                links.send(0, 1, &message.payload).await?;
            }
            let mut left = megabytes * 1_000_000;
            while left > 0 {
                left = left.saturating_sub(links.receive(0).await?.payload.len());
            }
            links.send(0, 2, b"all").await?;
            links.settle().await?;
            Ok(())
        })
    });
    let relay = address.to_string();
    let measured = block_on(async move {
        let mut links = links(&relay, task, 0)?;
        links.opened(1).await?;
        let mut trips = Vec::new();
        for _ in 0..ROUNDS {
            let begin = Instant::now();
            links.send(1, 1, &[0; 32]).await?;
            links.receive(1).await?;
            trips.push(begin.elapsed().as_secs_f64());
        }
        let message = vec![7; MESSAGE];
        let begin = Instant::now();
        let mut left = megabytes * 1_000_000;
        while left > 0 {
            let size = left.min(MESSAGE);
            links.send(1, 2, &message[..size]).await?;
            left -= size;
        }
        links.receive(1).await?;
        let rate = megabytes as f64 / begin.elapsed().as_secs_f64();
        // The other end waits until its last message has been confirmed.
        let _ = tokio::time::timeout(Duration::from_secs(5), links.receive(1)).await;
        Ok((rate, middle(trips)))
    });
    other.join().map_err(|_| "the other end panicked")??;
    measured
}

fn links(relay: &str, task: u64, seat: u8) -> Anything<Links> {
    let secret = |seat: u8| [seat + 101; 32];
    let of = |seat: u8| -> Anything<Seat> {
        let key = public_key(&secret(seat)).ok_or("there is no such key")?;
        Ok(Seat { address: Address([seat; 20]), roles: 1, key, proof: Proof::TwoNodes })
    };
    let terms = Terms {
        chain_id: 1,
        contract: Address([9; 20]),
        task,
        attempt: 1,
        plan: Digest([3; 32]),
        spec: Digest([4; 32]),
        seats: vec![of(0)?, of(1)?],
        confirmed: |_| None,
    };
    let own = Own { seat, secret: secret(seat).into(), confirmation: Vec::new() };
    let address = link::transport::address(relay, Room::Task { task, attempt: 1 }, seat);
    let connect = Box::new(connector(address, "none".to_string()));
    Ok(Links::new(
        terms.into(),
        own.into(),
        &[1 - seat],
        MESSAGE,
        [seat + next() as u8; 32],
        connect,
        Rc::new(Time::default()),
    )?)
}

fn block_on<T>(future: impl Future<Output = Anything<T>>) -> Anything<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future)
}

fn middle(mut trips: Vec<f64>) -> f64 {
    trips.sort_by(f64::total_cmp);
    trips[trips.len() / 2]
}

/// Another number each time.
fn next() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
