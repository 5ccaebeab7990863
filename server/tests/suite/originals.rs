//! What contributors say that samples were.

use anyhow::Result;
use protocol::{Address, Digest, cid::Cid};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use shared_model::{ClassifierKind, IncentiveKind, Original, api::OriginalRequest};

use crate::support::{
    Database, TestApp,
    app::problem,
    models::{blank, features},
    on_both,
};

on_both!(originals_are_told_by_contributors_and_found_by_their_text);

async fn tell(app: &TestApp, token: Option<&str>, model: Address, key: Digest, cid: &str) -> Result<Response> {
    let path = format!("/api/models/{model}/originals/{key}");
    let mut request = app.request(Method::PUT, &path).json(&OriginalRequest { cid: cid.into() });
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    Ok(request.send().await?)
}

async fn originals_are_told_by_contributors_and_found_by_their_text(database: Database) -> Result<()> {
    let mut app = TestApp::start(database).await?;
    let (owner, one, two) = (app.person(1), app.person(2), app.person(3));
    let start = blank(ClassifierKind::NaiveBayes, IncentiveKind::Points);
    let model = app.make(owner, &start, &[]).await?.model;
    let first = app.chain.chain.contribute(model, one, &features(&[1]), 1).await?.key;
    let second = app.chain.chain.contribute(model, two, &features(&[2]), 0).await?.key;
    app.indexed().await?;
    let (mine, theirs) = (app.sign_in(one).await?, app.sign_in(two).await?);
    let publisher = app.publisher(one).await?;
    let text = |text: &str| Original::Text { text: text.into() }.to_bytes();
    let cid = publisher.put(text("A *wonderful* film,\nÜBERALL")).await?.to_string();
    let picture = publisher.put(Original::Image { pixels: vec![7; 16] }.to_bytes()).await?.to_string();

    // Nobody but the contributor, and only what is stored here and is an original.
    problem(tell(&app, None, model, first, &cid).await?, 401, "sign-in-needed").await?;
    problem(tell(&app, Some("x"), model, first, &cid).await?, 401, "sign-in-needed").await?;
    let detail = problem(tell(&app, Some(&theirs), model, first, &cid).await?, 403, "not-contributor").await?;
    assert!(detail.contains(&one.to_string()), "{detail}");
    problem(tell(&app, Some(&mine), model, first, "bafy").await?, 400, "bad-cid").await?;
    let nowhere = Cid::of_block(b"nowhere").to_string();
    problem(tell(&app, Some(&mine), model, first, &nowhere).await?, 404, "no-content").await?;
    let junk = publisher.put(b"{\"kind\": \"smell\"}".to_vec()).await?.to_string();
    problem(tell(&app, Some(&mine), model, first, &junk).await?, 400, "bad-request").await?;
    let large = publisher.put(vec![b'x'; 5 << 20]).await?.to_string();
    problem(tell(&app, Some(&mine), model, first, &large).await?, 413, "too-large").await?;
    problem(tell(&app, Some(&mine), model, Digest([9; 32]), &cid).await?, 404, "no-contribution").await?;
    problem(tell(&app, Some(&mine), owner, first, &cid).await?, 404, "no-model").await?;
    let path = format!("/api/models/{model}/originals/{first}");
    for body in [json!({}), json!({"cid": 1}), json!([])] {
        let response = app.request(Method::PUT, &path).bearer_auth(&mine).json(&body).send().await?;
        problem(response, 400, "bad-request").await?;
    }
    assert!(app.contributions(model, "").await?.rows.iter().all(|row| row.original.is_none()), "nothing was noted");

    let told = tell(&app, Some(&mine), model, first, &cid).await?;
    assert_eq!(told.status(), StatusCode::OK);
    assert_eq!(told.json::<OriginalRequest>().await?.cid, cid);
    assert_eq!(tell(&app, Some(&theirs), model, second, &picture).await?.status(), StatusCode::OK);
    assert_eq!(app.contribution(model, first).await?.original, Some(cid.clone()));
    assert_eq!(app.contribution(model, second).await?.original, Some(picture));
    assert_eq!(app.keys(model, "search=WONDERFUL*%20film").await?, [first]);
    assert_eq!(app.keys(model, "search=%C3%BCberall").await?, [first], "whatever the letters' case");
    assert_eq!(app.keys(model, "search=awful").await?, []);

    // Told again, it is replaced; and it outlives a rebuilt index and a chain that goes back and forth.
    let other = publisher.put(text("an awful one")).await?.to_string();
    assert_eq!(tell(&app, Some(&mine), model, first, &other).await?.status(), StatusCode::OK);
    assert_eq!(app.keys(model, "search=awful").await?, [first]);
    assert_eq!(app.keys(model, "search=wonderful").await?, []);
    crate::support::process::run(&app.config, "reindex")?;
    app.restart(|_| {}).await?;
    assert_eq!(app.keys(model, "search=awful").await?, [first]);
    Ok(())
}
