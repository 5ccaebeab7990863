//! Room for files: reserved before bytes come, given back where they do not, never given away twice.

use std::time::Duration;

use anyhow::{Result, ensure};
use protocol::cid::{Cid, FileHasher};
use reqwest::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    content::{bytes, put},
    support::{
        Database, PATIENCE, TestApp,
        app::{TestChain, problem},
        on_both,
        process::Process,
        until,
    },
};

on_both!(
    uploads_at_the_same_time_cannot_pass_a_quota_or_the_budget_together,
    slow_uploads_keep_nobody_else_from_storing,
    room_is_given_back_whichever_way_an_upload_fails,
    a_full_server_says_so_before_it_takes_a_byte,
    void_reservations_are_forgotten,
);

async fn reserved(app: &TestApp) -> Result<i64> {
    let sum = "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM reservations";
    Ok(sqlx::query_scalar(sum).fetch_one(&app.db.pool).await?)
}

/// An upload of which only the head and some bytes have come.
async fn begun(app: &TestApp, token: &str, file: &[u8], declared: usize, sent: usize) -> Result<TcpStream> {
    let cid = FileHasher::hash(file).cid;
    let mut stream = TcpStream::connect(app.url().trim_start_matches("http://")).await?;
    let head = format!(
        "PUT /api/content/{cid} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-length: {declared}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&file[..sent]).await?;
    Ok(stream)
}

async fn uploads_at_the_same_time_cannot_pass_a_quota_or_the_budget_together(database: Database) -> Result<()> {
    let app = TestApp::with(database, |config| {
        config.limits.quota = 10_000;
        config.limits.max_stored = 15_000;
    })
    .await?;
    let tokens = [app.sign_in(app.person(1)).await?, app.sign_in(app.person(2)).await?];
    // One has 9,000 bytes under way: nothing of it is stored yet, and it counts.
    let first = bytes(9_000);
    let mut open = begun(&app, &tokens[0], &first, 9_000, 100).await?;
    until("it is reserved", async || Ok(reserved(&app).await? == 9_000)).await?;
    let second = bytes(2_000);
    let cid = FileHasher::hash(&second).cid;
    let response = put(&app, &tokens[0], &cid, second.clone()).await?;
    ensure!(response.headers().contains_key("retry-after"), "it may be given back");
    problem(response, 429, "too-many-uploads").await?;
    // What would not fit in any case is told otherwise.
    let large = bytes(10_001);
    let large_cid = FileHasher::hash(&large).cid;
    problem(put(&app, &tokens[0], &large_cid, large.clone()).await?, 403, "quota-exceeded").await?;
    // Another address has a quota of its own, but the budget is for all.
    assert_eq!(put(&app, &tokens[1], &cid, bytes(2_000)).await?.status(), StatusCode::OK);
    let seven = bytes(7_000);
    let seven_cid = FileHasher::hash(&seven).cid;
    problem(put(&app, &tokens[1], &seven_cid, seven.clone()).await?, 429, "too-many-uploads").await?;
    // Without a length the same holds, piece by piece.
    let pieces =
        futures::stream::iter(seven.chunks(500).map(|p| Ok::<_, std::io::Error>(p.to_vec())).collect::<Vec<_>>());
    let streamed = put(&app, &tokens[1], &seven_cid, reqwest::Body::wrap_stream(pieces)).await?;
    problem(streamed, 429, "too-many-uploads").await?;
    // The first comes to its end, and what it reserved is what it is charged.
    open.write_all(&first[100..]).await?;
    let mut answer = vec![0; 1_000];
    let read = open.read(&mut answer).await?;
    ensure!(answer[..read].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..read]));
    assert_eq!(reserved(&app).await?, 0);
    problem(put(&app, &tokens[1], &seven_cid, seven).await?, 507, "storage-full").await?;
    // A file that is there already takes nothing of the budget when it is stored again by the same address.
    assert_eq!(put(&app, &tokens[1], &cid, bytes(2_000)).await?.status(), StatusCode::OK);

    // Many at once, of which the budget has room for two: 4,000 of 15,000 - 11,000.
    let racing = (0..10u8).map(|i| {
        let mut body = bytes(2_000);
        body[0] = body[0].wrapping_add(i + 1);
        let (app, token, cid) = (&app, &tokens[1], FileHasher::hash(&body).cid);
        async move { put(app, token, &cid, body).await }
    });
    let answers = futures::future::try_join_all(racing).await?;
    let stored = answers.iter().filter(|answer| answer.status() == StatusCode::OK).count();
    ensure!((1..=2).contains(&stored), "{stored} were stored");
    let all: i64 =
        sqlx::query_scalar("SELECT CAST(SUM(bytes) AS BIGINT) FROM contents").fetch_one(&app.db.pool).await?;
    let used: i64 = sqlx::query_scalar("SELECT used FROM storage").fetch_one(&app.db.pool).await?;
    ensure!(all <= 15_000 && all == used, "{all} bytes are stored, {used} counted");
    until("nothing is reserved", async || Ok(reserved(&app).await? == 0)).await?;
    assert_eq!(app.left_behind()?, 0);
    Ok(())
}

async fn slow_uploads_keep_nobody_else_from_storing(database: Database) -> Result<()> {
    const MIB: usize = 1 << 20;
    let app = TestApp::with(database, |config| {
        config.limits.max_stored = 150 << 20;
        config.limits.uploads_per_client = 3;
    })
    .await?;
    let mut tokens = Vec::new();
    for person in 1..=4 {
        tokens.push(app.sign_in(app.person(person)).await?);
    }
    let file = bytes(20 * MIB);
    let cid = FileHasher::hash(&file).cid;
    // What there is no room for in any case is refused before a byte of it comes.
    let mut large = begun(&app, &tokens[0], &file, 151 * MIB, 0).await?;
    let mut answer = vec![0; 2_000];
    let read = tokio::time::timeout(PATIENCE, large.read(&mut answer)).await??;
    ensure!(answer[..read].starts_with(b"HTTP/1.1 507"), "{}", String::from_utf8_lossy(&answer[..read]));
    // Two declare all that there is, and send next to nothing of it.
    let _first = begun(&app, &tokens[0], &file, 140 * MIB, 100).await?;
    let _second = begun(&app, &tokens[1], &file, 140 * MIB, 100).await?;
    until("both are under way", async || Ok(reserved(&app).await? > 0)).await?;
    assert_eq!(put(&app, &tokens[2], &cid, file.clone()).await?.status(), StatusCode::OK);
    ensure!(reserved(&app).await? <= 2 * (16 << 20), "a bounded step each");
    // From one network address there are so many at once, whoever signs in.
    let third = begun(&app, &tokens[2], &file, 30 * MIB, 100).await?;
    let all = 3 * (16 << 20);
    until("the third is under way", async || Ok(reserved(&app).await? == all)).await?;
    // So small that it is sent before the answer comes.
    let small = bytes(100);
    let small_cid = FileHasher::hash(&small).cid;
    let stores = async || put(&app, &tokens[3], &small_cid, small.clone()).await;
    let response = stores().await?;
    ensure!(response.headers().contains_key("retry-after"), "one of them ends");
    problem(response, 429, "too-many-uploads").await?;
    drop(third);
    until("its place is free", async || Ok(reserved(&app).await? < all)).await?;
    until("another may store", async || Ok(stores().await?.status() == StatusCode::OK)).await
}

async fn room_is_given_back_whichever_way_an_upload_fails(database: Database) -> Result<()> {
    let app = TestApp::with(database, |config| {
        config.limits.quota = 100_000;
        // Longer than a busy machine pauses.
        config.limits.upload_idle_seconds = 3;
        config.limits.upload_least_rate = 1_000;
    })
    .await?;
    let token = app.sign_in(app.person(1)).await?;
    let file = bytes(60_000);
    let cid = FileHasher::hash(&file).cid;
    let fits = async |why: &str| -> Result<()> {
        let nothing = async || Ok(reserved(&app).await? == 0 && app.left_behind()? == 0);
        until("nothing is reserved or left behind", nothing).await.map_err(|e| e.context(why.to_owned()))
    };
    // Hangs up.
    let hanging_up = begun(&app, &token, &file, 60_000, 10_000).await?;
    until("it is reserved", async || Ok(reserved(&app).await? == 60_000)).await?;
    drop(hanging_up);
    fits("hung up").await?;
    // Is another file.
    problem(put(&app, &token, &Cid::of_block(b"other"), file.clone()).await?, 422, "cid-mismatch").await?;
    fits("another file").await?;
    // Goes silent.
    let mut silent = begun(&app, &token, &file, 60_000, 10_000).await?;
    let mut answer = String::new();
    silent.read_to_string(&mut answer).await?;
    ensure!(answer.contains("/problems/truncated"), "{answer}");
    fits("silent").await?;
    // Drips: never silent for a second, and never done.
    let mut drip = begun(&app, &token, &file, 60_000, 0).await?;
    let (mut reading, mut writing) = drip.split();
    let sending = async {
        for byte in &file {
            writing.write_all(&[*byte]).await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::Ok(())
    };
    let mut answer = vec![0; 2_000];
    let read = tokio::select! {
        sent = sending => anyhow::bail!("it was not cut off: {sent:?}"),
        read = reading.read(&mut answer) => read?,
    };
    let answer = String::from_utf8_lossy(&answer[..read]);
    ensure!(answer.contains("/problems/truncated") && answer.contains("bytes came in a second"), "{answer}");
    drop(drip);
    fits("dripping").await?;
    // After all that, there is still room for all of it.
    assert_eq!(put(&app, &token, &cid, file).await?.status(), StatusCode::OK);
    fits("stored").await
}

async fn a_full_server_says_so_before_it_takes_a_byte(database: Database) -> Result<()> {
    let mut app = TestApp::with(database, |config| config.limits.min_free = 1 << 62).await?;
    let token = app.sign_in(app.person(1)).await?;
    let file = bytes(20_000_000);
    let cid = FileHasher::hash(&file).cid;
    // The answer comes while nothing but the head has been sent.
    let mut stream = begun(&app, &token, &file, file.len(), 0).await?;
    let mut answer = vec![0; 2_000];
    let read = tokio::time::timeout(PATIENCE, stream.read(&mut answer)).await??;
    let answer = String::from_utf8_lossy(&answer[..read]);
    ensure!(answer.starts_with("HTTP/1.1 507") && answer.contains("/problems/storage-full"), "{answer}");
    let metrics = app.get("/metrics").await?.text().await?;
    ensure!(metrics.lines().any(|line| line.starts_with("modelmarket_disk_free_bytes ")), "{metrics}");
    // Reading goes on, and so does writing once there is room.
    app.restart(|config| config.limits.min_free = 1 << 20).await?;
    let token = app.sign_in(app.person(1)).await?;
    assert_eq!(put(&app, &token, &cid, file).await?.status(), StatusCode::OK);
    app.restart(|config| config.limits.min_free = 1 << 62).await?;
    assert_eq!(app.get(&format!("/ipfs/{cid}")).await?.status(), StatusCode::OK);
    Ok(())
}

async fn void_reservations_are_forgotten(database: Database) -> Result<()> {
    let app = TestApp::with(database, |config| config.limits.quota = 1_000).await?;
    let token = app.sign_in(app.person(1)).await?;
    let who = app.person(1).to_string();
    let insert = "INSERT INTO reservations (id, address, bytes, expires_at) VALUES ($1, $2, 900, $3)";
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs() as i64;
    // Of another server on this database that lives, and of one that was killed.
    sqlx::query(insert).bind("alive").bind(&who).bind(now + 100).execute(&app.db.pool).await?;
    sqlx::query(insert).bind("killed").bind(&who).bind(now - 1).execute(&app.db.pool).await?;
    let file = bytes(500);
    let cid = FileHasher::hash(&file).cid;
    problem(put(&app, &token, &cid, file.clone()).await?, 429, "too-many-uploads").await?;
    sqlx::query("DELETE FROM reservations WHERE id = 'alive'").execute(&app.db.pool).await?;
    assert_eq!(put(&app, &token, &cid, file).await?.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_server_had_reserved_is_free_again() -> Result<()> {
    let database = Database::sqlite()?;
    let chain = TestChain::start().await?;
    let config = crate::support::app::config(&database, &chain)?;
    let process = Process::start(&config)?;
    let publisher = devchain::publish::Publisher::sign_in(&chain.chain, &process.url, chain.chain.accounts[1]).await?;
    let file = bytes(300_000_000);
    let upload = tokio::spawn(async move { publisher.put(file).await });
    let db = server::db::Db::open(&database.url).await?;
    let count = "SELECT COUNT(*) FROM reservations";
    until("it is reserved", async || Ok(sqlx::query_scalar::<_, i64>(count).fetch_one(&db.pool).await? == 1)).await?;
    drop(process);
    ensure!(upload.await?.is_err(), "the upload failed");
    let _process = Process::start(&config)?;
    assert_eq!(sqlx::query_scalar::<_, i64>(count).fetch_one(&db.pool).await?, 0);
    Ok(())
}
