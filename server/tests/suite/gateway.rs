//! Giving content out.

use anyhow::{Context, Result};
use protocol::cid::{Block, CHUNK_SIZE, Cid, Codec, FileHasher};
use reqwest::{Method, Response, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::{
    content::{bytes, put},
    support::{Database, TestApp, app::problem, on_both},
};

on_both!(ranges_and_validators_work, content_never_runs_in_a_browser, blocks_and_archives_can_be_checked_without_trust,);

/// A block's CID and its bytes.
pub type OwnedBlock = (Cid, Vec<u8>);

/// Every block that hashing makes: its CID and its bytes.
pub fn blocks(file: &[u8]) -> Vec<OwnedBlock> {
    let mut blocks = Vec::new();
    let mut made = |block: Block<'_>| {
        blocks.push(match block {
            Block::Leaf { cid, offset, len } => (cid, file[offset as usize..][..len as usize].to_vec()),
            Block::Node { cid, bytes } => (cid, bytes.to_vec()),
        });
    };
    let mut hasher = FileHasher::new();
    hasher.update_with(file, &mut made);
    hasher.finish_with(&mut made);
    blocks
}

/// Reads a CARv1, checking each block against its CID by SHA-256 alone. Returns the header and the blocks.
pub fn read_car(mut car: &[u8]) -> Result<(Vec<u8>, Vec<OwnedBlock>)> {
    fn varint(rest: &mut &[u8]) -> Option<usize> {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let (&byte, after) = rest.split_first()?;
            *rest = after;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(value)
    }
    let length = varint(&mut car).context("a header")?;
    let (header, mut rest) = car.split_at(length);
    let mut blocks = Vec::new();
    while !rest.is_empty() {
        let length = varint(&mut rest).context("a section")?;
        let (section, after) = rest.split_at_checked(length).context("a whole section")?;
        rest = after;
        let (cid, block) = section.split_at(36);
        let codec = if cid[1] == 0x55 { Codec::Raw } else { Codec::DagPb };
        let digest: [u8; 32] = Sha256::digest(block).into();
        let cid_read = Cid { codec, digest: protocol::Digest(digest) };
        assert_eq!(cid_read.to_bytes(), cid, "the block is what its CID says");
        blocks.push((cid_read, block.to_vec()));
    }
    Ok((header.to_vec(), blocks))
}

async fn ask(app: &TestApp, cid: &Cid, header: &str, value: &str) -> Result<Response> {
    Ok(app.request(Method::GET, &format!("/ipfs/{cid}")).header(header, value).send().await?)
}

async fn ranges_and_validators_work(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let token = app.sign_in(app.person(1)).await?;
    let file = bytes(CHUNK_SIZE + 1_000);
    let size = file.len();
    let cid = FileHasher::hash(&file).cid;
    put(&app, &token, &cid, file.clone()).await?.error_for_status()?;
    for (range, from, until) in [
        ("bytes=0-0", 0, 1),
        ("bytes=262140-262150", 262_140, 262_151),
        ("bytes=-10", size - 10, size),
        ("bytes=100-", 100, size),
        ("bytes=0-99999999", 0, size),
    ] {
        let response = ask(&app, &cid, "range", range).await?;
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        let expected = format!("bytes {from}-{}/{size}", until - 1);
        assert_eq!(response.headers()["content-range"], expected.as_str());
        assert_eq!(response.content_length(), Some((until - from) as u64));
        assert!(response.bytes().await? == file[from..until], "{range}");
    }
    for range in [format!("bytes={size}-"), "bytes=-0".into()] {
        let response = ask(&app, &cid, "range", &range).await?;
        assert_eq!(response.headers()["content-range"], format!("bytes */{size}").as_str());
        problem(response, 416, "bad-range").await?;
    }
    let whole = app.get(&format!("/ipfs/{cid}")).await?;
    let etag = whole.headers()["etag"].to_str()?.to_owned();
    assert_eq!(etag, format!("\"{cid}\""));
    assert!(whole.headers()["cache-control"].to_str()?.contains("immutable"));
    assert_eq!(whole.headers()["accept-ranges"], "bytes");
    for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".into()] {
        assert_eq!(ask(&app, &cid, "if-none-match", &known).await?.status(), StatusCode::NOT_MODIFIED, "{known}");
    }
    assert_eq!(ask(&app, &cid, "if-none-match", "\"x\"").await?.status(), StatusCode::OK);
    let stale =
        app.request(Method::GET, &format!("/ipfs/{cid}")).header("range", "bytes=0-0").header("if-range", "\"x\"");
    assert_eq!(stale.send().await?.status(), StatusCode::OK);
    let head = app.request(Method::HEAD, &format!("/ipfs/{cid}")).send().await?;
    assert_eq!(head.headers()["content-length"], size.to_string().as_str());
    assert_eq!(head.bytes().await?.len(), 0);
    Ok(())
}

async fn content_never_runs_in_a_browser(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let token = app.sign_in(app.person(1)).await?;
    let page = b"<!doctype html><script>alert(document.cookie)</script>".to_vec();
    let cid = FileHasher::hash(&page).cid;
    put(&app, &token, &cid, page).await?.error_for_status()?;
    for path in ["", "?format=raw", "?format=car", "?filename=x.html", "?filename=%22%0d%0aSet-Cookie:x.html"] {
        let request = app.request(Method::GET, &format!("/ipfs/{cid}{path}")).header("accept", "text/html");
        let response = request.send().await?;
        assert_eq!(response.status(), StatusCode::OK);
        let header = |name: &str| response.headers()[name].to_str().unwrap_or_default().to_owned();
        assert!(!header("content-type").contains("html"), "{}", header("content-type"));
        assert!(header("content-disposition").starts_with("attachment; filename=\""));
        assert_eq!(header("content-disposition").matches('"').count(), 2);
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").starts_with("sandbox"));
        assert_eq!(header("access-control-allow-origin"), "*", "other pages may check it");
        assert!(!response.headers().contains_key("set-cookie"));
    }
    problem(app.get(&format!("/ipfs/{cid}?format=tar")).await?, 400, "bad-request").await?;
    problem(app.get(&format!("/ipfs/{cid}/index.html")).await?, 404, "no-route").await?;
    // Writing from other pages is not offered.
    let preflight = app
        .request(Method::OPTIONS, &format!("/api/content/{cid}"))
        .header("origin", "https://other.example")
        .header("access-control-request-method", "PUT");
    let response = preflight.send().await?;
    assert!(!response.headers().contains_key("access-control-allow-origin"));
    problem(response, 405, "method-not-allowed").await?;
    Ok(())
}

async fn blocks_and_archives_can_be_checked_without_trust(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let token = app.sign_in(app.person(1)).await?;
    // One block; several leaves; two levels of nodes (more than 174 leaves), with leaves that repeat.
    let deep = [bytes(CHUNK_SIZE), bytes(CHUNK_SIZE), bytes(176 * CHUNK_SIZE + 5)].concat();
    for file in [bytes(0), bytes(10), bytes(3 * CHUNK_SIZE + 1), deep] {
        let cid = FileHasher::hash(&file).cid;
        put(&app, &token, &cid, file.clone()).await?.error_for_status()?;
        let made = blocks(&file);
        // Nodes, the root among them, and some of the leaves.
        for (block, content) in made.iter().rev().step_by(if made.len() > 50 { 7 } else { 1 }) {
            let response = app.get(&format!("/ipfs/{block}?format=raw")).await?;
            assert_eq!(response.headers()["content-type"], "application/vnd.ipld.raw");
            assert!(response.bytes().await? == *content, "block {block}");
            let accepted = ask(&app, block, "accept", "application/vnd.ipld.raw").await?;
            assert!(accepted.bytes().await? == *content);
            if block.codec == Codec::Raw {
                let leaf = ask(&app, block, "range", "bytes=0-1").await?;
                let expected = &content[..content.len().min(2)];
                assert!(content.is_empty() || leaf.bytes().await? == *expected, "a leaf is a file of its own");
            }
        }
        let response = app.get(&format!("/ipfs/{cid}?format=car")).await?;
        assert!(response.headers()["content-type"].to_str()?.starts_with("application/vnd.ipld.car; version=1"));
        let (header, sent) = read_car(&response.bytes().await?)?;
        assert!(header.windows(36).any(|part| part == cid.to_bytes()), "the root is named");
        // Depth first: the root, then under each node its children in order. Leaves alone give the file.
        assert_eq!(sent[0].0, cid);
        let leaves: Vec<u8> =
            sent.iter().filter(|(cid, _)| cid.codec == Codec::Raw).flat_map(|(_, block)| block.clone()).collect();
        assert!(leaves == file);
        let mut counts = [made.iter().map(|b| b.0).collect::<Vec<_>>(), sent.iter().map(|b| b.0).collect()];
        counts.iter_mut().for_each(|cids| cids.sort());
        assert_eq!(counts[0], counts[1], "all blocks, and no others");
    }
    let unknown = Cid::of_block(b"nobody has this");
    for format in ["raw", "car"] {
        problem(app.get(&format!("/ipfs/{unknown}?format={format}")).await?, 404, "no-content").await?;
    }
    Ok(())
}
