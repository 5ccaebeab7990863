//! The built page.

use anyhow::Result;
use reqwest::{Method, Response, StatusCode};

use crate::support::{Database, TestApp, app::problem};

const SCRIPT: &str = "app-0123456789abcdef.js";

async fn with_page() -> Result<TestApp> {
    let database = Database::sqlite()?;
    let dist = database.folder.path().join("dist");
    std::fs::create_dir_all(dist.join("datasets"))?;
    std::fs::write(dist.join("index.html"), "<!doctype html><title>ModelMarket</title>".repeat(100))?;
    std::fs::write(dist.join(SCRIPT), "console.log('hello');".repeat(1_000))?;
    std::fs::write(dist.join("pre-0123456789abcdef.js"), "plain")?;
    std::fs::write(dist.join("pre-0123456789abcdef.js.br"), "compressed before")?;
    std::fs::write(dist.join("datasets/iris.csv"), "a,b\n1,2\n")?;
    TestApp::with(database, |config| config.dist = Some(dist)).await
}

async fn ask(app: &TestApp, path: &str, accept: &str) -> Result<Response> {
    Ok(app.request(Method::GET, path).header("accept", accept).send().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn deep_links_open_the_page() -> Result<()> {
    let app = with_page().await?;
    let html = "text/html,application/xhtml+xml,*/*;q=0.8";
    for path in ["/", "/bounties", "/bounties/7", "/work?tab=mine", "/datasets", "/a/b/c", "/%2e%2e/x"] {
        let response = ask(&app, path, html).await?;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        assert!(response.headers()["content-type"].to_str()?.starts_with("text/html"));
        assert!(response.text().await?.contains("<title>ModelMarket</title>"));
    }
    // A missing file is missing, whoever asks; and what asks for data gets no page.
    for (path, accept) in [("/nothing.js", html), ("/datasets/none.csv", html), ("/bounties", "application/json")] {
        problem(ask(&app, path, accept).await?, 404, "no-route").await?;
    }
    problem(app.request(Method::POST, "/bounties").send().await?, 405, "method-not-allowed").await?;
    // Nothing outside the folder.
    for path in ["/..%2f..%2fdeployment.json", "/%2e%2e%2fdata", "/datasets/..%2f..%2f..%2fetc%2fpasswd.txt"] {
        assert!(ask(&app, path, "*/*").await?.status().is_client_error(), "{path}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_cached_and_compressed() -> Result<()> {
    let app = with_page().await?;
    let script = ask(&app, &format!("/{SCRIPT}"), "*/*").await?;
    assert_eq!(script.headers()["cache-control"], "public, max-age=31536000, immutable");
    let data = ask(&app, "/datasets/iris.csv", "*/*").await?;
    assert_eq!(data.headers()["cache-control"], "no-cache");
    assert_eq!(data.text().await?, "a,b\n1,2\n");
    for encoding in ["br", "gzip"] {
        for path in ["/", &format!("/{SCRIPT}"), "/api/openapi.json"] {
            let request = app.request(Method::GET, path).header("accept-encoding", encoding);
            let response = request.header("accept", "text/html").send().await?;
            assert_eq!(response.headers()["content-encoding"], encoding, "{path}");
        }
    }
    let request = app.request(Method::GET, "/pre-0123456789abcdef.js").header("accept-encoding", "br").send().await?;
    assert_eq!(request.text().await?, "compressed before");
    let deployment: protocol::api::Deployment = app.read("/deployment.json").await?;
    assert_eq!(deployment, app.chain.chain.deployment);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers() -> Result<()> {
    let app = with_page().await?;
    for path in ["/", "/none.js", "/api/status", "/api/none", "/healthz", "/metrics", "/ipfs/x"] {
        let response = ask(&app, path, "text/html").await?;
        let header = |name: &str| response.headers()[name].to_str().unwrap_or_default().to_owned();
        let policy = header("content-security-policy");
        for part in [
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'none'",
        ] {
            assert!(policy.split("; ").any(|p| p == part), "{path}: {part} in {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
    }
    Ok(())
}
