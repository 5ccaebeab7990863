//! Content against a real Kubo daemon: as a peer that checks us, and as a home for content.

use anyhow::{Result, ensure};
use protocol::cid::{CHUNK_SIZE, Cid, FileHasher};
use reqwest::StatusCode;

use crate::{
    content::{bytes, put},
    gateway::{blocks, read_car},
    support::{Database, TestApp, app::problem, kubo::Daemon, until},
};

const SIZES: [usize; 6] = [0, 1, CHUNK_SIZE, CHUNK_SIZE + 1, 5 * CHUNK_SIZE, 176 * CHUNK_SIZE + 5];

#[tokio::test(flavor = "multi_thread")]
async fn what_the_embedded_store_gives_out_kubo_takes_in() -> Result<()> {
    let Some(kubo) = Daemon::start().await? else { return Ok(()) };
    let app = TestApp::start(Database::sqlite()?).await?;
    let token = app.sign_in(app.person(1)).await?;
    for size in SIZES {
        let file = bytes(size);
        let cid = FileHasher::hash(&file).cid;
        assert_eq!(kubo.cid_of(&file)?, cid.to_string(), "{size} bytes");
        put(&app, &token, &cid, file.clone()).await?.error_for_status()?;
        // Kubo does not have it yet; from our archive it gets all of it, and checks every block.
        let missing = kubo.attempt(&["cat", &cid.to_string()])?;
        ensure!(!missing.status.success() || size == 0, "Kubo knew {size} bytes already");
        let car = tempfile::NamedTempFile::new()?;
        std::fs::write(&car, app.get(&format!("/ipfs/{cid}?format=car")).await?.bytes().await?)?;
        kubo.run(&["dag", "import", &car.path().display().to_string()])?;
        assert!(kubo.run(&["cat", &cid.to_string()])? == file, "{size} bytes through Kubo");
        for (block, _) in blocks(&file).iter().rev().take(4) {
            let ours = app.get(&format!("/ipfs/{block}?format=raw")).await?.bytes().await?;
            assert!(ours == kubo.run(&["block", "get", &block.to_string()])?);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn kubo_as_a_home_is_like_the_embedded_one() -> Result<()> {
    let Some(kubo) = Daemon::start().await? else { return Ok(()) };
    let url = kubo.url.clone();
    let app = TestApp::with(Database::sqlite()?, |config| config.kubo = Some(url)).await?;
    let token = app.sign_in(app.person(1)).await?;
    for size in SIZES {
        let file = bytes(size);
        let cid = FileHasher::hash(&file).cid;
        problem(app.get(&format!("/ipfs/{cid}")).await?, 404, "no-content").await.or_else(|e| {
            // A fresh repository may hold the empty file already.
            if size == 0 { Ok(String::new()) } else { Err(e) }
        })?;
        let response = put(&app, &token, &cid, file.clone()).await?;
        ensure!(response.status() == StatusCode::OK, "{size} bytes: {}", response.text().await?);
        let pins = String::from_utf8(kubo.run(&["pin", "ls", "--type=recursive", &cid.to_string()])?)?;
        assert!(pins.contains(&cid.to_string()));
        assert!(kubo.run(&["cat", &cid.to_string()])? == file);

        let back = app.get(&format!("/ipfs/{cid}")).await?;
        assert_eq!(back.headers()["content-length"], size.to_string().as_str());
        assert!(back.bytes().await? == file);
        if size > 10 {
            let part = app.request(reqwest::Method::GET, &format!("/ipfs/{cid}")).header("range", "bytes=5-9");
            assert!(part.send().await?.bytes().await? == file[5..10]);
        }
        let (_, sent) = read_car(&app.get(&format!("/ipfs/{cid}?format=car")).await?.bytes().await?)?;
        assert_eq!(sent.len(), blocks(&file).len());
        let (leaf, content) = &blocks(&file)[0];
        assert!(app.get(&format!("/ipfs/{leaf}?format=raw")).await?.bytes().await? == *content);
    }
    let wrong = Cid::of_block(b"something else");
    problem(put(&app, &token, &wrong, bytes(100)).await?, 422, "cid-mismatch").await?;
    problem(app.get(&format!("/ipfs/{wrong}?format=raw")).await?, 404, "no-content").await?;
    assert_eq!(app.left_behind()?, 0);

    // Without its node the server says so, charges nothing, and goes on with everything else.
    drop(kubo);
    let file = bytes(77);
    let cid = FileHasher::hash(&file).cid;
    problem(put(&app, &token, &cid, file).await?, 503, "unavailable").await?;
    problem(app.get(&format!("/ipfs/{cid}")).await?, 503, "unavailable").await?;
    app.indexed().await?;
    until("nothing is left behind", async || Ok(app.left_behind()? == 0)).await?;
    let charged: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM uploads WHERE bytes = 77").fetch_one(&app.db.pool).await?;
    assert_eq!(charged, 0);
    Ok(())
}

/// Newer nodes give a file of more than 174 leaves other inner nodes, and so another name.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_cuts_files_otherwise_keeps_them_under_their_cid() -> Result<()> {
    let Some(kubo) = Daemon::start_with_new_profile().await? else { return Ok(()) };
    let url = kubo.url.clone();
    let app = TestApp::with(Database::sqlite()?, |config| config.kubo = Some(url)).await?;
    let token = app.sign_in(app.person(1)).await?;
    for size in [300, CHUNK_SIZE + 1, 176 * CHUNK_SIZE + 5] {
        let file = bytes(size);
        let cid = FileHasher::hash(&file).cid;
        let theirs = kubo.cid_of(&file)?;
        assert_eq!(theirs == cid.to_string(), size <= CHUNK_SIZE, "{size} bytes are {theirs} there");
        put(&app, &token, &cid, file.clone()).await?.error_for_status()?;
        let pins = String::from_utf8(kubo.run(&["pin", "ls", "--type=recursive", "--quiet"])?)?;
        assert!(pins.contains(&cid.to_string()), "{size} bytes");
        assert!(!pins.contains(&theirs) || size <= CHUNK_SIZE, "the other name is not kept");
        assert!(app.get(&format!("/ipfs/{cid}")).await?.bytes().await? == file);
        assert!(kubo.run(&["cat", &cid.to_string()])? == file);
    }
    assert_eq!(app.left_behind()?, 0);
    Ok(())
}

/// A node in a network, with things of its own: of all that it has or could get, visitors see what was stored here.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_what_was_stored_here_is_given_out_and_nothing_is_fetched() -> Result<()> {
    let (Some(home), Some(other)) = (Daemon::start_online().await?, Daemon::start_online().await?) else {
        return Ok(());
    };
    let identity: serde_json::Value =
        serde_json::from_slice(&other.run(&["id", "--format=json", "--encoding=json"])?)?;
    let addresses = identity["Addresses"].as_array().cloned().unwrap_or_default();
    let address = addresses.iter().filter_map(|a| a.as_str()).find(|a| a.contains("/127.0.0.1/tcp/"));
    let Some(address) = address else { anyhow::bail!("{identity}") };
    home.run(&["swarm", "connect", address])?;
    let add = |daemon: &Daemon, bytes: &[u8], pin: &str| -> Result<Cid> {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(&file, bytes)?;
        let path = file.path().display().to_string();
        let pin = format!("--pin={pin}");
        let cid = daemon.run(&["add", "--quieter", "--cid-version=1", "--raw-leaves", &pin, &path])?;
        Ok(String::from_utf8(cid)?.trim().parse()?)
    };
    let url = home.url.clone();
    let app = TestApp::with(Database::sqlite()?, |config| config.kubo = Some(url)).await?;
    let token = app.sign_in(app.person(1)).await?;
    let stored = bytes(3 * CHUNK_SIZE + 1);
    let cid = FileHasher::hash(&stored).cid;
    put(&app, &token, &cid, stored.clone()).await?.error_for_status()?;

    // One that only the other has; one that lies in this node without a pin.
    let (elsewhere, unpinned) = (bytes(2 * CHUNK_SIZE + 7), bytes(2 * CHUNK_SIZE + 9));
    add(&other, &elsewhere, "true")?;
    add(&home, &unpinned, "false")?;
    let has = |cid: &Cid| -> Result<bool> {
        Ok(home.attempt(&["--offline", "block", "stat", &cid.to_string()])?.status.success())
    };
    for file in [&elsewhere, &unpinned] {
        for (block, _) in blocks(file) {
            let had = has(&block)?;
            for form in ["", "?format=raw", "?format=car"] {
                problem(app.get(&format!("/ipfs/{block}{form}")).await?, 404, "no-content").await?;
            }
            let part = app.request(reqwest::Method::GET, &format!("/ipfs/{block}")).header("range", "bytes=0-9");
            problem(part.send().await?, 404, "no-content").await?;
            assert_eq!(has(&block)?, had, "the node fetched {block} for a stranger");
        }
    }
    // The node could have had it.
    assert!(home.run(&["cat", &FileHasher::hash(&elsewhere).cid.to_string()])? == elsewhere);

    // All blocks of the stored file are given out, until its pin is removed.
    for (block, content) in blocks(&stored) {
        assert!(app.get(&format!("/ipfs/{block}?format=raw")).await?.bytes().await? == content);
    }
    home.run(&["pin", "rm", &cid.to_string()])?;
    for form in ["", "?format=car"] {
        problem(app.get(&format!("/ipfs/{cid}{form}")).await?, 404, "no-content").await?;
    }
    let leaf = blocks(&stored)[0].0;
    problem(app.get(&format!("/ipfs/{leaf}?format=raw")).await?, 404, "no-content").await?;
    Ok(())
}
