//! The description of the API.

use std::path::Path;

use anyhow::{Context, Result};

use crate::support::{Database, TestApp};

/// The committed description is the one the code gives; `MODELMARKET_BLESS=1` writes it anew.
#[test]
fn the_committed_description_is_fresh() -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let generated = server::api::document(&server::families::all()).to_pretty_json()? + "\n";
    if std::env::var_os("MODELMARKET_BLESS").is_some() {
        std::fs::write(&path, &generated)?;
    }
    let committed = std::fs::read_to_string(&path).context("server/openapi.json is missing")?;
    assert!(
        committed == generated,
        "server/openapi.json is stale: run MODELMARKET_BLESS=1 cargo test -p server openapi, and look at the change"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_described_route_is_there() -> Result<()> {
    let app = TestApp::start(Database::sqlite()?).await?;
    let described: serde_json::Value = app.read("/api/openapi.json").await?;
    assert_eq!(described, serde_json::to_value(server::api::document(&server::families::all()))?);
    let paths = described["paths"].as_object().context("paths")?;
    assert!(paths.len() >= 10);
    for (path, methods) in paths {
        let address = path
            .replace("{id}", "1")
            .replace("{cid}", &"a".repeat(59))
            .replace("{address}", &format!("0x{}", "1".repeat(40)));
        let address = address.replace("{key}", &format!("0x{}", "1".repeat(64)));
        for method in methods.as_object().context("methods")?.keys() {
            let response = app.request(method.to_uppercase().parse()?, &address).send().await?;
            let status = response.status();
            assert!(methods[method]["responses"].get(status.as_str()).is_some(), "{method} {path} answered {status}");
        }
    }
    Ok(())
}
