//! Server-sent events.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use futures::StreamExt;
use protocol::{api::Changed, subject::Subject};

use crate::support::{Database, PATIENCE, TestApp, on_both};

on_both!(changes_are_pushed, listeners_do_not_keep_the_server_from_stopping);

async fn changes_are_pushed(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    app.indexed().await?;
    let response = app.get("/api/live").await?;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(!response.headers().contains_key("content-encoding"));
    let mut pieces = response.bytes_stream();
    // Blocks that touch nothing of ours.
    app.chain.rpc("anvil_mine", serde_json::json!(["0x3"])).await?;
    app.indexed().await?;
    crate::indexing::some_history(&app.chain).await?;
    let made = crate::models::some_models(&app.chain).await?;
    let file = protocol::cid::Cid::of_block(b"model").to_string();
    app.chain.chain.publish_model(app.person(1), &file, "A model", "").await?;
    let mut text = String::new();
    let mut wanted =
        BTreeSet::from([Subject::new("bounty", 1), Subject::new("bounty", 2), Subject::new("trained", "list")]);
    wanted.extend(made.iter().map(|model| Subject::new("shared_model", model)));
    let mut touched = BTreeSet::new();
    while touched.len() < wanted.len() {
        let piece = tokio::time::timeout(PATIENCE, pieces.next()).await?;
        text.push_str(std::str::from_utf8(&piece.context("the stream goes on")??)?);
        while let Some(end) = text.find("\n\n") {
            let event: String = text.drain(..end + 2).collect();
            if event.starts_with(':') {
                continue;
            }
            let lines: Vec<&str> = event.lines().collect();
            assert_eq!(lines[0], "event: changed");
            let changed: Changed = serde_json::from_str(lines[1].strip_prefix("data: ").context("data")?)?;
            assert!(changed.block > 0);
            assert!(!changed.subjects.is_empty(), "block {} touched nothing and nothing was missed", changed.block);
            touched.extend(changed.subjects);
        }
    }
    assert_eq!(touched, wanted);
    Ok(())
}

async fn listeners_do_not_keep_the_server_from_stopping(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    let response = app.get("/api/live").await?;
    app.stop().await;
    assert!(response.bytes().await.is_ok(), "the stream ended, and was not cut off");
    Ok(())
}
