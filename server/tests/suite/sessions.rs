//! Sign-in.

use anyhow::Result;
use protocol::{api::SignInRequest, siwe::SignIn};
use reqwest::{Method, StatusCode};

use crate::support::{Database, TestApp, app::problem, on_both};

on_both!(
    a_session_begins_with_a_signature_and_ends_on_request,
    forged_sign_ins_are_refused,
    a_sign_in_is_good_once,
    bodies_are_limited,
    old_nonces_and_sessions_expire,
    rates_are_limited,
);

async fn a_session_begins_with_a_signature_and_ends_on_request(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let token = app.sign_in(app.person(1)).await?;
    // A copy of the database lets nobody in.
    let rows: Vec<String> = sqlx::query_scalar("SELECT token_hash FROM sessions").fetch_all(&app.db.pool).await?;
    assert!(!rows.is_empty() && rows.iter().all(|hash| !hash.contains(&token)));

    let end = |token: String| app.request(Method::DELETE, "/api/session").bearer_auth(token).send();
    assert_eq!(end(token.clone()).await?.status(), StatusCode::NO_CONTENT);
    problem(end(token).await?, 401, "sign-in-needed").await?;
    problem(end("x".into()).await?, 401, "sign-in-needed").await?;
    let without = app.request(Method::DELETE, "/api/session").send().await?;
    assert_eq!(without.headers()["www-authenticate"], "Bearer");
    problem(without, 401, "sign-in-needed").await?;
    Ok(())
}

async fn forged_sign_ins_are_refused(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let (me, other) = (app.person(1), app.person(2));
    let honest = app.sign_in_fields(me).await?;

    // Signed by somebody else.
    let request = app.sign(other, &honest.message()).await?;
    problem(app.post_session(&request).await?, 401, "sign-in-signature").await?;
    // Not a signature.
    for signature in ["", "0x", "0x12", "nonsense", &"0".repeat(130), &"f".repeat(130), &"1".repeat(1_000)] {
        let request = SignInRequest { message: honest.message(), signature: signature.into() };
        problem(app.post_session(&request).await?, 401, "sign-in-signature").await?;
    }
    // Honestly signed, but not what is signed here.
    let nonce_of_another_time = SignIn { issued_at: "2020-01-01T00:00:00Z".into(), ..honest.clone() };
    let made_up = SignIn { nonce: "0123456789abcdef0123456789abcdef0123456789abcdef01".into(), ..honest.clone() };
    for (fields, status, kind) in [
        (SignIn { domain: "evil.example".into(), ..honest.clone() }, 422, "sign-in-message"),
        (SignIn { uri: "https://evil.example".into(), ..honest.clone() }, 422, "sign-in-message"),
        (
            SignIn { domain: "evil.example".into(), uri: "http://evil.example".into(), ..honest.clone() },
            422,
            "sign-in-message",
        ),
        (SignIn { chain_id: 1, ..honest.clone() }, 422, "sign-in-message"),
        (nonce_of_another_time, 401, "sign-in-nonce"),
        (made_up, 401, "sign-in-nonce"),
    ] {
        let request = app.sign(me, &fields.message()).await?;
        problem(app.post_session(&request).await?, status, kind).await?;
    }
    // The Host header is no witness: whoever relays a signature made elsewhere writes it too.
    let elsewhere = SignIn { domain: "evil.example".into(), uri: "http://evil.example".into(), ..honest.clone() };
    let request = app.sign(me, &elsewhere.message()).await?;
    let relayed = app.request(Method::POST, "/api/session").header("host", "evil.example").json(&request);
    problem(relayed.send().await?, 422, "sign-in-message").await?;
    // More or other text than is signed here.
    let added = format!("{}\nResources:\n- https://evil.example", honest.message());
    let changed = honest.message().replace("moves no money", "moves all money");
    for message in [added, changed, String::new(), "hello".into(), honest.message().replace('\n', "\r\n")] {
        let request = app.sign(me, &message).await?;
        problem(app.post_session(&request).await?, 422, "sign-in-message").await?;
    }
    // After all that the honest one is still good: nothing refused has used its nonce up.
    let request = app.sign(me, &honest.message()).await?;
    assert_eq!(app.post_session(&request).await?.status(), StatusCode::OK);
    Ok(())
}

async fn bodies_are_limited(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let large = format!("{{\"message\": \"{}\", \"signature\": \"\"}}", "x".repeat(100_000));
    let post = || app.request(Method::POST, "/api/session").header("content-type", "application/json");
    problem(post().body(large.clone()).send().await?, 413, "too-large").await?;
    // Also where the length is not told before.
    let pieces = futures::stream::iter([Ok::<_, std::io::Error>(large)]);
    problem(post().body(reqwest::Body::wrap_stream(pieces)).send().await?, 413, "too-large").await?;
    for body in ["", "{", "null", "[]", "{\"message\": 1}", "\u{0}"] {
        problem(post().body(body).send().await?, 400, "bad-request").await?;
    }
    Ok(())
}

async fn a_sign_in_is_good_once(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    let port = app.url().rsplit(':').next().unwrap().to_owned();
    let message = app.sign_in_fields(app.person(1)).await?.message();
    let request = app.sign(app.person(1), &message).await?;
    // Ten at once: one wins.
    let answers = futures::future::try_join_all((0..10).map(|_| app.post_session(&request))).await?;
    let good = answers.iter().filter(|answer| answer.status() == StatusCode::OK).count();
    assert_eq!(good, 1);
    let detail = problem(app.post_session(&request).await?, 401, "sign-in-nonce").await?;
    assert!(detail.contains("used before"), "{detail}");
    // Nor after a restart.
    app.restart(|config| config.listen = format!("127.0.0.1:{port}").parse().unwrap()).await?;
    problem(app.post_session(&request).await?, 401, "sign-in-nonce").await?;
    Ok(())
}

async fn old_nonces_and_sessions_expire(database: Database) -> Result<()> {
    let app = TestApp::with(database, |config| config.limits.nonce_seconds = 0).await?;
    let message = app.sign_in_fields(app.person(1)).await?.message();
    let request = app.sign(app.person(1), &message).await?;
    let detail = problem(app.post_session(&request).await?, 401, "sign-in-nonce").await?;
    assert!(detail.contains("too old"), "{detail}");

    let mut app = app;
    app.restart(|config| config.limits.nonce_seconds = 600).await?;
    let token = app.sign_in(app.person(1)).await?;
    sqlx::query("UPDATE sessions SET expires_at = 1").execute(&app.db.pool).await?;
    let late = app.request(Method::DELETE, "/api/session").bearer_auth(token).send().await?;
    problem(late, 401, "sign-in-needed").await?;
    server::session::sweep(&app.db).await?;
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sessions").fetch_one(&app.db.pool).await?;
    assert_eq!(left, 0);
    Ok(())
}

async fn rates_are_limited(database: Database) -> Result<()> {
    let app = TestApp::with(database, |config| {
        config.limits.sign_ins_per_minute = 3;
        config.limits.requests_per_minute = 8;
        config.limits.uploads_per_minute = 1;
    })
    .await?;
    // Two requests of three that are allowed.
    let token = app.sign_in(app.person(1)).await?;
    let put = |bytes: &'static [u8]| {
        let cid = protocol::cid::Cid::of_block(bytes);
        app.request(Method::PUT, &format!("/api/content/{cid}")).bearer_auth(&token).body(bytes).send()
    };
    assert_eq!(put(b"one").await?.status(), StatusCode::OK);
    problem(put(b"two").await?, 429, "too-many-requests").await?;
    assert_eq!(app.get("/api/session/nonce").await?.status(), StatusCode::OK);
    let refused = app.get("/api/session/nonce").await?;
    assert!(refused.headers()["retry-after"].to_str()?.parse::<u64>()? <= 20);
    problem(refused, 429, "too-many-requests").await?;
    for _ in 0..2 {
        assert_eq!(app.get("/api/status").await?.status(), StatusCode::OK);
    }
    until_refused(&app).await
}

async fn until_refused(app: &TestApp) -> Result<()> {
    for _ in 0..3 {
        let response = app.get("/api/status").await?;
        if response.status() != StatusCode::OK {
            problem(response, 429, "too-many-requests").await?;
            return Ok(());
        }
    }
    anyhow::bail!("eleven requests were allowed where eight are")
}
