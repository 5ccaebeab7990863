//! Random bytes and half-right JSON on every route: an answer below 500, never a hung or dead server.

use anyhow::Result;
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use protocol::api::Problem;
use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::support::{Database, TestApp, on_both};

on_both!(random_requests_get_sensible_answers);

/// Reads one answer with a `content-length`; gives its status.
async fn answer(connection: &mut BufReader<TcpStream>) -> Result<u16> {
    let (mut status, mut length, mut line) = (0, 0, String::new());
    loop {
        line.clear();
        anyhow::ensure!(connection.read_line(&mut line).await? > 0, "the connection was closed");
        match line.trim_end().split_once(' ') {
            None => break,
            Some((name, value)) if name.starts_with("HTTP/") => status = value[..3].parse()?,
            Some((name, value)) if name.eq_ignore_ascii_case("content-length:") => length = value.parse()?,
            Some(_) => {}
        }
    }
    connection.read_exact(&mut vec![0; length]).await?;
    Ok(status)
}

/// A body that nobody asked for and that comes late: the connection stays good for the next request.
#[tokio::test(flavor = "multi_thread")]
async fn an_unwanted_body_does_not_cost_the_connection() -> Result<()> {
    let app = TestApp::start(Database::sqlite()?).await?;
    for (method, path, status) in [("GET", "/healthz", 200), ("PATCH", "/api/session", 405), ("GET", "/api/none", 404)]
    {
        let mut connection = BufReader::new(TcpStream::connect(app.url().trim_start_matches("http://")).await?);
        let head = format!("{method} {path} HTTP/1.1\r\nhost: test\r\ncontent-length: 4\r\n\r\n");
        for body in ["late", "too."] {
            connection.write_all(head.as_bytes()).await?;
            // By the time this other request is answered, the first could have been.
            app.get(path).await?;
            connection.write_all(body.as_bytes()).await?;
            assert_eq!(answer(&mut connection).await?, status, "{method} {path}");
        }
    }
    Ok(())
}

const ROUTES: [&str; 38] = [
    "/api/status",
    "/api/figures",
    "/api/deployment",
    "/api/bounties",
    "/api/bounties/1",
    "/api/openapi.json",
    "/api/session/nonce",
    "/api/session",
    "/api/content/bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
    "/api/content/x",
    "/ipfs/bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
    "/api/models",
    "/api/models/0x5fbdb2315678afecb367f032d93f642f64180aa3",
    "/api/models/0x5fbdb2315678afecb367f032d93f642f64180aa3/contributions",
    "/api/models/0x5fbdb2315678afecb367f032d93f642f64180aa3/accuracy",
    "/api/models/0x5fbdb2315678afecb367f032d93f642f64180aa3/originals/0x1111111111111111111111111111111111111111111111111111111111111111",
    "/api/models/x/originals/%ff",
    "/api/models/0x/accuracy",
    "/api/models/0x5fbdb2315678afecb367f032d93f642f64180aa3/contributions?search=%00",
    "/api/logs",
    "/api/logs?family=%00&subject=1",
    "/api/logs?family=bounty&subject=%00",
    "/api/providers",
    "/api/jobs",
    "/api/tasks",
    "/api/trained-models",
    "/api/organisations",
    "/api/datasets",
    "/api/grants",
    "/api/relay/1/1",
    "/api/relay/jobs/1/0x5fbdb2315678afecb367f032d93f642f64180aa3",
    "/bounties/%00",
    "/api/accuracy-log",
    "/api/accuracy-log/proof",
    "/api/accuracy-log/consistency",
    "/api/none",
    "/healthz",
    "/",
];

fn body() -> impl Strategy<Value = Vec<u8>> {
    let sign_in = (any::<String>(), "(0x)?[0-9a-f]{0,140}")
        .prop_map(|(message, signature)| json!({"message": message, "signature": signature}).to_string().into_bytes());
    let siwe = "[ -~]{0,30} wants you to sign in with your Ethereum account:\n0x[0-9a-fA-F]{40}\n\n[ -~]{0,20}\n\nURI: [ -~]{0,30}\nVersion: [0-9]{1,3}\nChain ID: [0-9]{1,30}\nNonce: [ -~]{0,20}\nIssued At: [ -~]{0,30}"
        .prop_map(|message| json!({"message": message, "signature": format!("0x{}", "11".repeat(65))}).to_string().into_bytes());
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        Just(b"".to_vec()),
        Just(b"null".to_vec()),
        Just(b"[]".to_vec()),
        Just(b"{\"message\":1,\"signature\":[]}".to_vec()),
        Just(b"{\"message\":\"x\"".to_vec()),
        Just(b"{\"cid\":\"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku\"}".to_vec()),
        any::<String>().prop_map(|cid| json!({"cid": cid}).to_string().into_bytes()),
        Just("[".repeat(60_000).into_bytes()),
        Just(vec![b' '; 70_000]),
        sign_in,
        siwe,
    ]
}

fn query() -> impl Strategy<Value = String> {
    let pair = (
        prop_oneof![
            Just("search"),
            Just("phase"),
            Just("sort"),
            Just("person"),
            Just("offset"),
            Just("limit"),
            Just("format"),
            Just("label"),
            Just("state"),
            Just("claimable_by"),
            Just("classifier"),
            Just("index"),
            Just("size"),
            Just("from"),
            Just("to"),
            Just("family"),
            Just("subject"),
            Just("block"),
            Just("log_index"),
            Just("kind"),
            Just("column"),
            Just("owner"),
            Just("account"),
            Just("seat"),
            Just("filename"),
            Just("x")
        ],
        prop_oneof![
            any::<String>().prop_map(|s| s.bytes().map(|b| format!("%{b:02x}")).collect()),
            "[0-9]{1,25}",
            "[ -~&&[^#]]{0,10}",
            Just("open".to_string()),
            Just("0x5fbdb2315678afecb367f032d93f642f64180aa3".to_string()),
            Just("accuracy".to_string()),
            Just("naive_bayes".to_string()),
            Just("%".to_string()),
            Just("%ff%00".to_string()),
        ],
    );
    prop::collection::vec(pair, 0..4)
        .prop_map(|pairs| pairs.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("&"))
}

async fn random_requests_get_sensible_answers(database: Database) -> Result<()> {
    let app = TestApp::with(database, |config| {
        config.limits.requests_per_minute = 1_000_000;
        config.limits.sign_ins_per_minute = 1_000_000;
        config.limits.uploads_per_minute = 1_000_000;
    })
    .await?;
    let token = app.sign_in(app.person(1)).await?;
    // A model with something in it, so that more than its absence is asked for.
    let models = crate::models::some_models(&app.chain).await?;
    app.indexed().await?;
    let contribution = app.contributions(models[0], "").await?.rows.remove(0);
    let own = ["", "/contributions", "/accuracy", &format!("/originals/{}", contribution.key)]
        .map(|rest| format!("/api/models/{}{rest}", models[0]));
    let routes: Vec<String> = ROUTES.iter().map(ToString::to_string).chain(own).collect();
    let seed: [u8; 32] = rand::random();
    eprintln!("seed {}", hex::encode(seed));
    let cases = Config { cases: 600, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(cases, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let request = (
        prop::sample::select(routes),
        prop::sample::select(vec![Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH]),
        prop_oneof![Just("application/json"), Just("text/plain"), Just("application/octet-stream")],
        query(),
        body(),
        any::<bool>(),
    );
    let handle = tokio::runtime::Handle::current();
    let run = || {
        runner
            .run(&request, |(route, method, content_type, query, body, signed)| {
                let joint = if route.contains('?') { "&" } else { "?" };
                let address = if query.is_empty() { route.to_string() } else { format!("{route}{joint}{query}") };
                let mut request = app.request(method.clone(), &address).header("content-type", content_type).body(body);
                // A session must outlive the test.
                if signed && method != Method::DELETE {
                    request = request.bearer_auth(&token);
                }
                let Ok(request) = request.build() else { return Ok(()) };
                let answer = handle.block_on(async {
                    let response = app.client.execute(request).await?;
                    let status = response.status().as_u16();
                    anyhow::Ok((status, response.headers().get("content-type").cloned(), response.bytes().await?))
                });
                let (status, kind, text) = answer.map_err(|e| TestCaseError::fail(e.to_string()))?;
                prop_assert!(status < 500, "{method} {address}: {status} {}", String::from_utf8_lossy(&text));
                if status >= 400 {
                    prop_assert_eq!(kind.as_ref().map(|k| k.as_bytes()), Some(&b"application/problem+json"[..]));
                    let problem: Problem =
                        serde_json::from_slice(&text).map_err(|e| TestCaseError::fail(e.to_string()))?;
                    prop_assert_eq!(problem.status, status);
                }
                Ok(())
            })
            .map_err(|failure| anyhow::anyhow!("{failure}"))
    };
    tokio::task::block_in_place(run)?;
    app.indexed().await
}
