//! Slow, silent and many clients, with real sockets: nobody keeps another one out.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use futures::{StreamExt, stream};
use reqwest::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::support::{Database, TestApp, app::problem, until};

/// Long enough for a busy machine, far shorter than for ever.
const LATE: Duration = Duration::from_secs(60);

fn address(app: &TestApp) -> std::net::SocketAddr {
    app.url().trim_start_matches("http://").parse().expect("an address")
}

/// A connection from another address of this machine.
async fn from(app: &TestApp, own: [u8; 4]) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((own, 0).into())?;
    Ok(socket.connect(address(app)).await?)
}

/// Whether a request over this connection is answered with 200.
async fn is_served(stream: &mut TcpStream) -> Result<bool> {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    // Whoever is refused may see a reset.
    let _ = tokio::time::timeout(LATE, stream.read_to_end(&mut answer)).await?;
    Ok(answer.starts_with(b"HTTP/1.1 200"))
}

/// How long until the other side closes.
async fn closed_after(stream: &mut TcpStream) -> Result<Duration> {
    let since = Instant::now();
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(LATE, stream.read_to_end(&mut rest)).await?;
    Ok(since.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_heads_and_idle_connections_are_closed() -> Result<()> {
    let app = TestApp::with(Database::sqlite()?, |config| config.limits.head_seconds = 1).await?;
    // Says nothing; says a part of a head; drips a head without end.
    let mut silent = TcpStream::connect(address(&app)).await?;
    let mut half = TcpStream::connect(address(&app)).await?;
    half.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n").await?;
    let dripping = TcpStream::connect(address(&app)).await?;
    let (mut reading, mut writing) = dripping.into_split();
    let drip = tokio::spawn(async move {
        writing.write_all(b"GET /healthz HTTP/1.1\r\n").await?;
        loop {
            writing.write_all(b"x-a: b\r\n").await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        #[allow(unreachable_code)]
        anyhow::Ok(())
    });
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(LATE, reading.read_to_end(&mut rest)).await?;
    ensure!(tokio::time::timeout(LATE, drip).await??.is_err(), "the slow head was taken");
    ensure!(!rest.starts_with(b"HTTP/1.1 200"));
    for stream in [&mut silent, &mut half] {
        closed_after(stream).await?;
    }
    // Idle after an answer.
    let mut idle = TcpStream::connect(address(&app)).await?;
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await?;
    let mut answer = [0; 12];
    idle.read_exact(&mut answer).await?;
    assert_eq!(&answer, b"HTTP/1.1 200");
    let idled = closed_after(&mut idle).await?;
    ensure!(idled >= Duration::from_millis(900), "closed after {idled:?}, so nobody could use it twice");
    // A head that comes in time is served, also in pieces.
    let mut pieces = TcpStream::connect(address(&app)).await?;
    pieces.write_all(b"GET /healthz HT").await?;
    tokio::time::sleep(Duration::from_millis(100)).await;
    pieces.write_all(b"TP/1.1\r\nhost: x\r\n\r\n").await?;
    pieces.read_exact(&mut answer).await?;
    assert_eq!(&answer, b"HTTP/1.1 200");
    until("no connection is left", async || {
        let metrics = app.get("/metrics").await?.text().await?;
        // Those of the client that asks.
        let open = metrics.lines().find_map(|line| line.strip_prefix("modelmarket_connections "));
        Ok(open.is_some_and(|open| open.parse::<u64>().is_ok_and(|open| open <= 2)))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_takes_no_bytes_is_cut_off() -> Result<()> {
    let app = TestApp::with(Database::sqlite()?, |config| config.limits.stall_seconds = 1).await?;
    let token = app.sign_in(app.person(1)).await?;
    let file = crate::content::bytes(40_000_000);
    let cid = protocol::cid::FileHasher::hash(&file).cid;
    crate::content::put(&app, &token, &cid, file).await?.error_for_status()?;
    let open = async || -> Result<u64> {
        let metrics = app.get("/metrics").await?.text().await?;
        let open = metrics.lines().find_map(|line| line.strip_prefix("modelmarket_connections "));
        Ok(open.unwrap_or_default().parse()?)
    };
    let mut stream = TcpStream::connect(address(&app)).await?;
    let before = open().await?;
    stream.write_all(format!("GET /ipfs/{cid} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await?;
    // It reads nothing, and its place is free again.
    until("its connection is gone", async || Ok(open().await? < before)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_idle_connections_from_one_address_keep_nobody_out() -> Result<()> {
    let app = TestApp::with(Database::sqlite()?, |config| {
        config.limits.connections = 150;
        config.limits.connections_per_client = 100;
        // None of them is closed for being idle.
        config.limits.head_seconds = 600;
    })
    .await?;
    // 3,000 in all; those beyond the 100th are refused at once, and their sockets are free for the next.
    let mut kept = Vec::new();
    let mut refused = 0;
    for batch in 0..15 {
        let opened: Vec<_> = stream::iter(0..200).map(|_| from(&app, [127, 0, 0, 9])).buffered(50).collect().await;
        // A refused one is told so or closed; on one that is kept nothing comes.
        let asked = opened.into_iter().map(|stream| async {
            let mut stream = stream?;
            let read = tokio::time::timeout(Duration::from_secs(2), stream.read(&mut [0; 12])).await;
            anyhow::Ok(read.is_err().then_some(stream))
        });
        for stream in futures::future::try_join_all(asked).await? {
            match stream {
                Some(stream) => kept.push(stream),
                None => refused += 1,
            }
        }
        ensure!(kept.len() == 100, "batch {batch}: {} kept, {refused} refused", kept.len());
        let mut other = from(&app, [127, 0, 0, 10]).await?;
        ensure!(is_served(&mut other).await?, "another client was kept out, batch {batch}");
    }
    ensure!(refused == 2_900, "{} kept, {refused} refused", kept.len());
    // A refused one is told so.
    let mut one_more = from(&app, [127, 0, 0, 9]).await?;
    let mut answer = String::new();
    let _ = one_more.read_to_string(&mut answer).await;
    ensure!(answer.is_empty() || answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after"), "{answer}");
    // Those that go make place.
    kept.truncate(50);
    until("the address has places again", async || is_served(&mut from(&app, [127, 0, 0, 9]).await?).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_limited_for_one_client_and_in_all() -> Result<()> {
    let app = TestApp::with(Database::sqlite()?, |config| {
        config.limits.streams = 5;
        config.limits.streams_per_client = 3;
        config.client_header = Some("x-client".parse().expect("a header"));
    })
    .await?;
    let listen = async |client: &str| -> Result<reqwest::Response> {
        let request = app.request(reqwest::Method::GET, "/api/live").header("x-client", client);
        // What anybody can write, and what is not the configured header.
        Ok(request.header("x-forwarded-for", "203.0.113.77").header("forwarded", "for=203.0.113.78").send().await?)
    };
    let mut open = Vec::new();
    for address in ["2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff::3"] {
        let response = listen(address).await?;
        assert_eq!(response.status(), StatusCode::OK);
        open.push(response);
    }
    let refused = listen("2001:db8:0:1::4").await?;
    ensure!(refused.headers().contains_key("retry-after"));
    let said = problem(refused, 429, "too-many-streams").await?;
    ensure!(said.starts_with("Your open streams"), "{said}");
    for address in ["2001:db8:0:2::1", "192.0.2.1"] {
        let response = listen(address).await?;
        assert_eq!(response.status(), StatusCode::OK, "{address}");
        open.push(response);
    }
    let said = problem(listen("192.0.2.2").await?, 429, "too-many-streams").await?;
    ensure!(said.starts_with("This server's"), "{said}");
    // Closed ones make place.
    open.clear();
    until("there are places again", async || Ok(listen("192.0.2.2").await?.status() == StatusCode::OK)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_stops_in_time_with_idle_and_half_open_connections() -> Result<()> {
    let mut app = TestApp::start(Database::sqlite()?).await?;
    let _silent = TcpStream::connect(address(&app)).await?;
    let mut idle = TcpStream::connect(address(&app)).await?;
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await?;
    let mut answer = [0; 12];
    idle.read_exact(&mut answer).await?;
    let since = Instant::now();
    app.stop().await;
    ensure!(since.elapsed() < Duration::from_secs(9), "it took {:?}", since.elapsed());
    Ok(())
}
