//! The built page.

use std::path::PathBuf;

use anyhow::Result;
use reqwest::{Method, Response, StatusCode};

use crate::support::{Database, TestApp, app::problem};

const SCRIPT: &str = "app-0123456789abcdef.js";

/// A built page in a database's folder.
pub fn built(database: &Database) -> Result<PathBuf> {
    let dist = database.folder.path().join("dist");
    std::fs::create_dir_all(dist.join("datasets"))?;
    let html = "<!doctype html><html><head><meta name=\"description\" content=\"Of all pages.\" />\
                <title>ModelMarket</title></head>\
                <body><main class=\"content\"></main></body></html>";
    std::fs::write(dist.join("index.html"), html)?;
    Ok(dist)
}

async fn with_page() -> Result<TestApp> {
    let database = Database::sqlite()?;
    let dist = built(&database)?;
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
    for (path, status, title) in [
        ("/", 200, "ModelMarket"),
        ("/bounties", 200, "Bounties · ModelMarket"),
        ("/bounties/", 200, "Bounties · ModelMarket"),
        ("/work?tab=mine", 200, "My work · ModelMarket"),
        ("/datasets", 404, "There is no such page · ModelMarket"),
        ("/a/b/c", 404, "There is no such page · ModelMarket"),
        ("/%2e%2e/x", 404, "There is no such page · ModelMarket"),
        ("/bounties/seven", 404, "There is no such page · ModelMarket"),
        ("/models/0x12", 404, "There is no such page · ModelMarket"),
        ("/account/0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", 200, "Account 0x5aAe…eAed · ModelMarket"),
        ("/account/0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", 404, "There is no such page · ModelMarket"),
    ] {
        let response = ask(&app, path, html).await?;
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        assert!(response.headers()["content-type"].to_str()?.starts_with("text/html"));
        let text = response.text().await?;
        assert!(text.contains(&format!("<title>{title}</title>")), "{path}: {text}");
        assert!(!text.contains("Of all pages.") && !text.contains("og:url"), "{path}: {text}");
    }
    // What shows links takes anything, and sometimes does not say so.
    assert_eq!(ask(&app, "/bounties", "*/*").await?.status(), StatusCode::OK);
    assert_eq!(app.request(Method::GET, "/bounties").send().await?.status(), StatusCode::OK);
    problem(ask(&app, "/nothing", "*/*").await?, 404, "no-route").await?;
    let robots = ask(&app, "/robots.txt", "*/*").await?;
    assert_eq!(robots.headers()["cache-control"], "no-cache");
    assert_eq!(robots.text().await?, "User-agent: *\nDisallow: /api/\n");
    // A server that does not know its own address cannot name any.
    problem(ask(&app, "/sitemap.xml", "*/*").await?, 404, "no-route").await?;
    // Asked for again, it comes again only where it is another one.
    let page = ask(&app, "/bounties", html).await?;
    let again =
        app.request(Method::GET, "/bounties").header("accept", html).header("if-none-match", &page.headers()["etag"]);
    assert_eq!(again.send().await?.status(), StatusCode::NOT_MODIFIED);
    let other =
        app.request(Method::GET, "/models").header("accept", html).header("if-none-match", &page.headers()["etag"]);
    assert_eq!(other.send().await?.status(), StatusCode::OK);
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

/// What a page's program asks first is fetched beside the program; each is a route that answers.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_asks_first_stands_in_its_head() -> Result<()> {
    let app = with_page().await?;
    let asks = |text: String| -> Vec<String> {
        let begins = |part: &str| part.split_once('"').map(|(address, _)| address.replace("&amp;", "&"));
        text.split("<link rel=\"preload\" href=\"").skip(1).filter_map(begins).collect()
    };
    for (path, expected) in [
        ("/", vec!["/api/figures", "/api/bounties?limit=5&"]),
        ("/bounties/7", vec!["/api/bounties?limit=50&search=%237&"]),
        ("/work", vec![]),
        ("/nonsense", vec![]),
    ] {
        let found = asks(ask(&app, path, "text/html").await?.text().await?);
        assert_eq!(found, expected, "{path}");
        for address in &found {
            let answer = ask(&app, address, "application/json").await?;
            assert_eq!(answer.status(), StatusCode::OK, "{address}");
        }
    }
    Ok(())
}
