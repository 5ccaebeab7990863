//! Nothing that belongs to the operator's nodes is in a public answer: no key, no address, nothing that they write.

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::Value;

use crate::support::{
    Database, TestApp,
    app::TestChain,
    on_both,
    proxy::{KEY, Mischief, Proxy, WORDS},
    until,
};

on_both!(no_route_gives_away_the_nodes);

/// Every route, and every way in which one is refused.
fn requests(described: &Value) -> Vec<(Method, String)> {
    let mut all: Vec<(Method, String)> =
        ["/healthz", "/metrics", "/deployment.json", "/api/none", "/none.js", "/ipfs/x"]
            .map(|path| (Method::GET, path.to_owned()))
            .into();
    let (cid, address) =
        ("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", format!("0x{}", "1".repeat(40)));
    for (path, methods) in described["paths"].as_object().into_iter().flatten() {
        for method in methods.as_object().into_iter().flatten().map(|(method, _)| method.to_uppercase()) {
            let Ok(method) = method.parse::<Method>() else { continue };
            // With what is there, with what is not, and with what cannot be read.
            for (id, cid, address, key) in [
                ("1", cid, address.as_str(), format!("0x{}", "1".repeat(64))),
                ("99", cid, address.as_str(), format!("0x{}", "2".repeat(64))),
                ("x", "x", "x", "x".to_owned()),
            ] {
                let path = path.replace("{id}", id).replace("{cid}", cid);
                all.push((method.clone(), path.replace("{address}", address).replace("{key}", &key)));
            }
        }
        all.push((Method::PATCH, path.replace(['{', '}'], "")));
    }
    all
}

async fn no_route_gives_away_the_nodes(database: Database) -> Result<()> {
    let chain = TestChain::start().await?;
    let proxy = Proxy::before(chain.anvil.url(), Mischief::None).await?;
    let secret_url = format!("{}/v3/{KEY}", proxy.url);
    let port = proxy.url.rsplit(':').next().unwrap_or_default().to_owned();
    let app = TestApp::on(chain, database, |config| {
        config.rpc = vec![secret_url];
        config.rpc_timeout_ms = 300;
    })
    .await?;
    let described = app.read::<Value>("/api/openapi.json").await?;
    let all = requests(&described);
    ensure!(all.len() > 60, "{} requests", all.len());
    for mischief in [
        Mischief::None,
        Mischief::Down,
        Mischief::Garbage,
        Mischief::Telling,
        Mischief::Silent,
        Mischief::Unreadable,
        Mischief::Chain(1),
    ] {
        proxy.now(Mischief::None);
        app.indexed().await?;
        proxy.now(mischief);
        crate::indexing::some_history(&app.chain).await?;
        if mischief != Mischief::None {
            until("the status says that something is wrong", async || Ok(app.status().await?.trouble.is_some()))
                .await
                .map_err(|error| error.context(format!("{mischief:?}")))?;
        }
        for (method, path) in &all {
            if path == "/api/live" {
                continue;
            }
            let response = app.request(method.clone(), path).send().await?;
            let status = response.status();
            let headers = format!("{:?}", response.headers());
            let text = response.text().await?;
            for secret in [KEY, WORDS, &port, "/v3/"] {
                // The deployment names the node that visitors may ask, which is another one.
                ensure!(
                    !text.contains(secret) && !headers.contains(secret),
                    "{mischief:?}: {method} {path} answered {status} with {secret}: {text} {headers}"
                );
            }
        }
    }
    Ok(())
}
