//! Storing files.

use anyhow::{Result, ensure};
use protocol::{
    api::Stored,
    cid::{CHUNK_SIZE, Cid, FileHasher},
};
use reqwest::{Method, Response, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    Database, PATIENCE, TestApp,
    app::{TestChain, problem},
    on_both,
    process::Process,
    until,
};

on_both!(
    files_of_all_sizes_come_back_as_they_went,
    bytes_that_do_not_match_are_refused,
    writes_need_a_session,
    too_much_is_refused,
    uploads_that_break_off_leave_nothing,
    the_same_file_is_charged_once,
);

/// Bytes that do not repeat from chunk to chunk.
pub fn bytes(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64 ^ length as u64;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        })
        .collect()
}

pub async fn put(app: &TestApp, token: &str, cid: &Cid, body: impl Into<reqwest::Body>) -> Result<Response> {
    Ok(app.request(Method::PUT, &format!("/api/content/{cid}")).bearer_auth(token).body(body).send().await?)
}

async fn files_of_all_sizes_come_back_as_they_went(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let token = app.sign_in(app.person(1)).await?;
    let mut sum = 0;
    for length in [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE, 50_000_000] {
        let file = bytes(length);
        let cid = FileHasher::hash(&file).cid;
        problem(app.get(&format!("/ipfs/{cid}")).await?, 404, "no-content").await?;
        let response = put(&app, &token, &cid, file.clone()).await?;
        ensure!(response.status() == StatusCode::OK, "{}", response.text().await?);
        let stored: Stored = response.json().await?;
        sum += length as u64;
        assert_eq!(stored, Stored { cid: cid.to_string(), bytes: length as u64, quota_left: (4 << 30) - sum });
        let back = app.get(&format!("/ipfs/{cid}")).await?;
        assert_eq!(back.content_length(), Some(length as u64));
        assert!(back.bytes().await? == file, "{length} bytes");
    }
    let metrics = app.get("/metrics").await?.text().await?;
    assert!(metrics.contains(&format!("modelmarket_stored_bytes {sum}\n")), "{metrics}");
    assert_eq!(app.left_behind()?, 0);
    Ok(())
}

async fn bytes_that_do_not_match_are_refused(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let token = app.sign_in(app.person(1)).await?;
    for length in [0, 10, CHUNK_SIZE + 1] {
        let (file, expected) = (bytes(length), FileHasher::hash(&bytes(length + 1)).cid);
        let found = FileHasher::hash(&file).cid;
        let detail = problem(put(&app, &token, &expected, file).await?, 422, "cid-mismatch").await?;
        assert!(detail.contains(&expected.to_string()) && detail.contains(&found.to_string()), "{detail}");
        for cid in [expected, found] {
            problem(app.get(&format!("/ipfs/{cid}")).await?, 404, "no-content").await?;
        }
    }
    // A large file under the CID that its bytes would have as one block.
    let file = bytes(CHUNK_SIZE + 1);
    problem(put(&app, &token, &Cid::of_block(&file), file.clone()).await?, 422, "cid-mismatch").await?;
    for cid in ["", "x", "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n", "..%2f..%2fetc%2fpasswd"] {
        let response =
            app.request(Method::PUT, &format!("/api/content/{cid}")).bearer_auth(&token).body("x").send().await?;
        ensure!(response.status().is_client_error());
    }
    assert_eq!(app.left_behind()?, 0);
    let used: i64 =
        sqlx::query_scalar("SELECT CAST(COALESCE(SUM(used), 0) AS BIGINT) FROM quotas").fetch_one(&app.db.pool).await?;
    assert_eq!(used, 0, "what was refused is not charged");
    Ok(())
}

async fn writes_need_a_session(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let cid = Cid::of_block(b"x");
    for authorization in ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp4", "bearer x"] {
        let request = app.request(Method::PUT, &format!("/api/content/{cid}")).body("x");
        let response = request.header("authorization", authorization).send().await?;
        problem(response, 401, "sign-in-needed").await?;
    }
    problem(app.get(&format!("/ipfs/{cid}")).await?, 404, "no-content").await?;
    Ok(())
}

async fn too_much_is_refused(database: Database) -> Result<()> {
    let app = TestApp::with(database, |config| {
        config.limits.max_file = 1_000;
        config.limits.quota = 2_500;
    })
    .await?;
    let token = app.sign_in(app.person(1)).await?;
    let file = |n: usize| {
        let file = bytes(n);
        (FileHasher::hash(&file).cid, file)
    };
    let (cid, large) = file(1_001);
    problem(put(&app, &token, &cid, large.clone()).await?, 413, "too-large").await?;
    // Also where the length is not told before.
    let pieces =
        futures::stream::iter(large.chunks(100).map(|c| Ok::<_, std::io::Error>(c.to_vec())).collect::<Vec<_>>());
    problem(put(&app, &token, &cid, reqwest::Body::wrap_stream(pieces)).await?, 413, "too-large").await?;
    for n in [1_000, 999] {
        let (cid, file) = file(n);
        assert_eq!(put(&app, &token, &cid, file).await?.status(), StatusCode::OK);
    }
    let (cid, third) = file(998);
    let detail = problem(put(&app, &token, &cid, third.clone()).await?, 403, "quota-exceeded").await?;
    assert!(detail.contains("998 bytes") && detail.contains("501 bytes"), "{detail}");
    problem(app.get(&format!("/ipfs/{cid}")).await?, 404, "no-content").await?;
    // Another address has a quota of its own.
    let other = app.sign_in(app.person(2)).await?;
    assert_eq!(put(&app, &other, &cid, third).await?.status(), StatusCode::OK);
    // Files at the same time cannot both take the last bytes: 400 of 501.
    let racing = (0..8).map(|i| {
        let mut body = bytes(400);
        body[0] = i;
        let (app, token, cid) = (&app, &token, FileHasher::hash(&body).cid);
        // Without a length, so that only the charge itself decides.
        let pieces = futures::stream::iter([Ok::<_, std::io::Error>(body)]);
        async move { put(app, token, &cid, reqwest::Body::wrap_stream(pieces)).await }
    });
    let answers = futures::future::try_join_all(racing).await?;
    assert_eq!(answers.iter().filter(|answer| answer.status() == StatusCode::OK).count(), 1);
    assert_eq!(app.left_behind()?, 0);
    Ok(())
}

async fn uploads_that_break_off_leave_nothing(database: Database) -> Result<()> {
    let app = TestApp::with(database, |config| config.limits.upload_idle_seconds = 1).await?;
    let token = app.sign_in(app.person(1)).await?;
    let file = bytes(500_000);
    let cid = FileHasher::hash(&file).cid;
    let address = app.url().trim_start_matches("http://").to_owned();
    let head = |framing: &str| {
        format!("PUT /api/content/{cid} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{framing}\r\n\r\n")
    };
    let whole = format!("Content-Length: {}", file.len());
    let chunk = format!("{:x}\r\n", file.len() * 2);
    for (name, start, body) in [
        ("cut off", head(&whole), &file[..300_000]),
        ("nothing at all", head(&whole), &file[..0]),
        ("chunk cut off", head("Transfer-Encoding: chunked") + &chunk, &file[..]),
        ("chunk without an end", head("Transfer-Encoding: chunked") + &format!("{:x}\r\n", file.len()), &file[..]),
        ("chunk that is none", head("Transfer-Encoding: chunked") + "zz\r\n", &file[..]),
    ] {
        let mut stream = TcpStream::connect(&address).await?;
        stream.write_all(start.as_bytes()).await?;
        stream.write_all(body).await?;
        stream.shutdown().await?;
        let mut answer = Vec::new();
        // The server may answer, or hang up on whoever hung up.
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        ensure!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{name}: {answer}");
        until("nothing is left behind", async || Ok(app.left_behind()? == 0)).await.map_err(|e| e.context(name))?;
        problem(app.get(&format!("/ipfs/{cid}")).await?, 404, "no-content").await?;
    }
    // Silence without hanging up.
    let mut stream = TcpStream::connect(&address).await?;
    stream.write_all(head(&whole).as_bytes()).await?;
    stream.write_all(&file[..1_000]).await?;
    let mut answer = vec![0; 4_096];
    let length = tokio::time::timeout(PATIENCE, stream.read(&mut answer)).await??;
    let answer = String::from_utf8_lossy(&answer[..length]);
    ensure!(answer.contains("/problems/truncated") && answer.contains("no byte came"), "{answer}");
    until("nothing is left behind", async || Ok(app.left_behind()? == 0)).await?;

    // After all that, the file is still welcome.
    assert_eq!(put(&app, &token, &cid, file).await?.status(), StatusCode::OK);
    Ok(())
}

async fn the_same_file_is_charged_once(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let token = app.sign_in(app.person(1)).await?;
    let file = bytes(1_000);
    let cid = FileHasher::hash(&file).cid;
    let mut left = Vec::new();
    for _ in 0..3 {
        left.push(put(&app, &token, &cid, file.clone()).await?.json::<Stored>().await?.quota_left);
    }
    assert_eq!(left, [(4 << 30) - 1_000; 3]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_leaves_no_half_file() -> Result<()> {
    let database = Database::sqlite()?;
    let chain = TestChain::start().await?;
    let config = crate::support::app::config(&database, &chain)?;
    let arriving = config.data.join("content/arriving");
    let process = Process::start(&config)?;
    let publisher_url = process.url.clone();
    let publisher =
        devchain::publish::Publisher::sign_in(&chain.chain, &publisher_url, chain.chain.accounts[1]).await?;
    let file = bytes(400_000_000);
    let cid = FileHasher::hash(&file).cid;
    let upload = tokio::spawn(async move { publisher.put(file).await });
    until("the file is arriving", async || Ok(std::fs::read_dir(&arriving)?.count() == 1)).await?;
    // SIGKILL.
    drop(process);
    ensure!(upload.await?.is_err(), "the upload failed");
    let process = Process::start(&config)?;
    assert_eq!(std::fs::read_dir(&arriving)?.count(), 0, "what was left is cleared away");
    let response =
        reqwest::Client::builder().no_proxy().build()?.get(format!("{}/ipfs/{cid}", process.url)).send().await?;
    problem(response, 404, "no-content").await?;
    Ok(())
}
