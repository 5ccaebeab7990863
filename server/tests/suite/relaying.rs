//! The relay as a part of the server: who gets in, and links through it.

use std::{rc::Rc, sync::Arc};

use anyhow::{Context, Result, ensure};
use async_trait::async_trait;
use link::{
    LinkError, Links, Own, Proof, Seat, Terms, TransportError, public_key,
    transport::{
        address,
        native::{Time, connect, connector},
    },
};
use protocol::{Address, Digest, relay::Room};
use server::{
    chain::RawLog,
    db::Db,
    family::{Decoded, Families, Family, Table},
    indexer::IndexError,
};
use sqlx::AnyConnection;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{client::IntoClientRequest, http::HeaderValue},
};

use crate::support::{Database, PATIENCE, TestApp, app::TestChain, until};

const ROOM: Room = Room::Task { task: 7, attempt: 1 };

/// Three accounts have the seats of [`ROOM`], the first one of them two.
struct Seated(Vec<Address>);

#[async_trait]
impl Family for Seated {
    type Event = ();
    type Memory = ();

    const NAME: &'static str = "seated";
    const SUBJECTS: &'static str = "tasks";
    const CONTRACTS: &'static [&'static str] = &[];
    const TABLES: &'static [Table] = &[];

    fn decode(&self, _: &RawLog, _: Option<&str>) -> Result<Option<Decoded<()>>, contracts::DecodeError> {
        Ok(None)
    }

    async fn apply(&self, _: &mut AnyConnection, _: &mut (), _: &[()]) -> Result<(), IndexError> {
        Ok(())
    }

    async fn seats(&self, _: &Db, room: Room) -> Result<Option<Vec<Address>>, sqlx::Error> {
        Ok((room == ROOM).then(|| self.0.clone()))
    }
}

async fn app(change: impl FnOnce(&mut server::config::Config)) -> Result<TestApp> {
    let chain = TestChain::start().await?;
    let person = |number: usize| chain.chain.accounts[number];
    let families: Families = server::families::all().and(Seated(vec![person(1), person(2), person(3), person(1)]));
    TestApp::with_families(chain, Database::sqlite()?, families, change).await
}

/// What the server answers instead of a WebSocket: the problem's kind.
async fn refused(app: &TestApp, path: &str, token: &str) -> Result<String> {
    let mut request = format!("{}{path}", app.url().replace("http", "ws")).into_client_request()?;
    if !token.is_empty() {
        request.headers_mut().insert("authorization", HeaderValue::from_str(&format!("Bearer {token}"))?);
    }
    match connect_async(request).await {
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => {
            let body = answer.body().as_ref().context("a body")?;
            let problem: protocol::api::Problem = serde_json::from_slice(body)?;
            ensure!(problem.detail.ends_with('.'), "{}", problem.detail);
            Ok(format!("{} {}", answer.status().as_u16(), problem.kind.trim_start_matches("/problems/")))
        }
        other => anyhow::bail!("{:?}", other.map(|_| ())),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_seats_of_a_task_get_in() -> Result<()> {
    let app = app(|_| {}).await?;
    let (seated, stranger) = (app.sign_in(app.person(1)).await?, app.sign_in(app.person(5)).await?);
    assert_eq!(refused(&app, "/api/relay/7/1", "").await?, "401 sign-in-needed");
    assert_eq!(refused(&app, "/api/relay/7/1", "nonsense").await?, "401 sign-in-needed");
    assert_eq!(refused(&app, "/api/relay/7/1", &stranger).await?, "403 not-seated");
    assert_eq!(refused(&app, "/api/relay/7/1?seat=1", &seated).await?, "403 not-seated", "somebody else's seat");
    assert_eq!(refused(&app, "/api/relay/7/1?seat=9", &seated).await?, "403 not-seated");
    assert_eq!(refused(&app, "/api/relay/7/2", &seated).await?, "404 no-task");
    assert_eq!(refused(&app, "/api/relay/8/1", &seated).await?, "404 no-task");
    assert_eq!(refused(&app, "/api/relay/x/1", &seated).await?, "400 bad-request");
    let plain = app.request(reqwest::Method::GET, "/api/relay/7/1").bearer_auth(&seated).send().await?;
    assert_eq!(plain.status(), 400, "not a WebSocket");
    // As a browser asks, and as a program does.
    let mut request = format!("{}/api/relay/7/1?seat=3", app.url().replace("http", "ws")).into_client_request()?;
    let protocol = HeaderValue::from_str(&format!("modelmarket.relay.1.{seated}"))?;
    request.headers_mut().insert("sec-websocket-protocol", protocol.clone());
    let (_browser, answer) = connect_async(request).await?;
    assert_eq!(answer.headers()["sec-websocket-protocol"], protocol);
    let _program = connect(&address(&app.url(), ROOM, 0), &seated).await?;
    // A session that has ended lets nobody in.
    app.request(reqwest::Method::DELETE, "/api/session").bearer_auth(&seated).send().await?.error_for_status()?;
    assert_eq!(refused(&app, "/api/relay/7/1", &seated).await?, "401 sign-in-needed");
    let error = connect(&address(&app.url(), ROOM, 0), &seated).await.err().context("refused")?;
    ensure!(!error.is_passing() && error.to_string().contains("needs a sign-in"), "{error}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_bounded_counted_and_closed_when_nothing_comes() -> Result<()> {
    let app = app(|config| {
        config.limits.relayed_per_client = 2;
        config.limits.relayed_per_account = 1;
        config.limits.relay_idle_seconds = 1;
    })
    .await?;
    let [one, two, three] = [1, 2, 3].map(|person| app.person(person));
    let (one, two, three) = (app.sign_in(one).await?, app.sign_in(two).await?, app.sign_in(three).await?);
    let first = connect(&address(&app.url(), ROOM, 0), &one).await?;
    assert_eq!(refused(&app, "/api/relay/7/1?seat=3", &one).await?, "429 too-many-at-relay", "one of each account");
    let _second = connect(&address(&app.url(), ROOM, 1), &two).await?;
    assert_eq!(refused(&app, "/api/relay/7/1", &three).await?, "429 too-many-at-relay", "two of each address");
    let open = async || -> Result<u64> {
        let metrics = app.get("/metrics").await?.text().await?;
        let line = metrics.lines().find_map(|line| line.strip_prefix("modelmarket_relay_connections "));
        Ok(line.context("the figure")?.parse()?)
    };
    assert!(open().await? <= 2);
    drop(first);
    // Nothing comes on the other one.
    until("their places are free", async || Ok(open().await? == 0)).await?;
    let metrics = app.get("/metrics").await?.text().await?;
    ensure!(metrics.contains("modelmarket_relay_idle_total 1"), "{metrics}");
    let _third = connect(&address(&app.url(), ROOM, 2), &three).await?;
    Ok(())
}

fn links(app: &TestApp, seat: u8, peer: u8, token: &str, seed: [u8; 32], plan: [u8; 32]) -> Result<Links> {
    let secret = |seat: u8| [seat + 101; 32];
    let seats = (0..3u8).map(|seat| {
        let key = public_key(&secret(seat)).context("a key")?;
        Ok(Seat { address: app.person(usize::from(seat) + 1), roles: 1, key, proof: Proof::TwoNodes })
    });
    let terms = Terms {
        chain_id: 31_337,
        contract: Address([9; 20]),
        task: 7,
        attempt: 1,
        plan: Digest(plan),
        spec: Digest([4; 32]),
        seats: seats.collect::<Result<_>>()?,
        confirmed: |_| None,
    };
    let own = Own { seat, secret: secret(seat).into(), confirmation: Vec::new() };
    let connect = Box::new(connector(address(&app.url(), ROOM, seat), token.to_string()));
    Ok(Links::new(Arc::new(terms), Arc::new(own), &[peer], 24 << 20, seed, connect, Rc::new(Time::default()))?)
}

#[tokio::test(flavor = "multi_thread")]
async fn links_through_the_relay_carry_more_than_it_holds_and_survive_a_second_tab() -> Result<()> {
    let app = app(|_| {}).await?;
    let (one, two) = (app.sign_in(app.person(1)).await?, app.sign_in(app.person(2)).await?);
    let payload: Vec<u8> = (0..24u32 << 18).flat_map(u32::to_be_bytes).take(24 << 20).collect();
    let mut first = links(&app, 0, 1, &one, [1; 32], [3; 32])?;
    let mut second = links(&app, 1, 0, &two, [2; 32], [3; 32])?;
    let sending = async {
        first.opened(1).await?;
        first.send(1, 9, &payload).await?;
        let answer = first.receive(1).await?;
        // Says that the answer is here: the other side waits for it.
        first.settle().await?;
        anyhow::Ok(answer.payload)
    };
    let answering = async {
        second.opened(0).await?;
        let message = second.receive(0).await?;
        ensure!(message.operation == 9 && message.payload == payload, "{} bytes", message.payload.len());
        second.send(0, 10, b"all of it").await?;
        second.settle().await?;
        anyhow::Ok(())
    };
    let (answer, done) = tokio::time::timeout(PATIENCE, async { tokio::join!(sending, answering) }).await?;
    done?;
    assert_eq!(answer?, b"all of it");
    assert_eq!(first.heads(1), second.heads(0));
    // The same seat in another tab: the first is told, and does not fight for it.
    let mut other_tab = links(&app, 0, 1, &one, [5; 32], [3; 32])?;
    let opened = async {
        tokio::select! {
            opened = other_tab.opened(1) => opened.map(|_| ()),
            // The other side is told that seat 0 has begun anew.
            error = async { loop { if let Err(error) = second.receive(0).await { break error } } } => {
                ensure!(error == LinkError::Restarted { seat: 0 }, "{error}");
                // It goes on, as programs do: the new tab waits for its answer.
                second.take_restarted(0);
                tokio::try_join!(other_tab.opened(1), second.opened(0)).map(|_| ())
            }
        }?;
        anyhow::Ok(())
    };
    let lost = async { first.receive(1).await };
    let (opened, lost) = tokio::time::timeout(PATIENCE, async { tokio::join!(opened, lost) }).await?;
    opened?;
    assert_eq!(lost, Err(LinkError::Transport(TransportError::Replaced)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn sides_with_different_plans_get_no_further_than_the_handshake() -> Result<()> {
    let app = app(|_| {}).await?;
    let (one, two) = (app.sign_in(app.person(1)).await?, app.sign_in(app.person(2)).await?);
    let mut first = links(&app, 0, 1, &one, [1; 32], [3; 32])?;
    let mut second = links(&app, 1, 0, &two, [2; 32], [8; 32])?;
    let ended = async {
        tokio::select! {
            opened = first.opened(1) => opened,
            opened = second.opened(0) => opened,
        }
    };
    let ended = tokio::time::timeout(PATIENCE, ended).await?;
    assert_eq!(ended, Err(LinkError::Handshake { seat: 0 }));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn client_and_provider_of_a_job_meet_and_nobody_else() -> Result<()> {
    let app = TestApp::start(Database::sqlite()?).await?;
    let chain = &app.chain.chain;
    app.chain.ready_to_compute().await?;
    let people = [1, 2, 3, 4].map(|person| app.person(person));
    let [client, stranger, chosen, other] = people;
    let mut tokens = Vec::new();
    for person in people {
        tokens.push(app.sign_in(person).await?);
    }
    let [as_client, as_stranger, as_chosen, as_other] = &tokens[..] else { unreachable!() };
    let room = |job, provider| Room::Job { job, provider };
    let enters = async |room: Room, seat, token: &str| connect(&address(&app.url(), room, seat), token).await.map(drop);
    let refused = async |room: String, token: &str| refused(&app, &room, token).await;
    let path = |job, provider| room(job, provider).to_string();

    // Before a provider is chosen: each of those who take jobs has a room of its own with the client.
    let (terms, files) = app.chain.job_terms().await?;
    let posted = chain.post_job(client, &terms, &files).await?;
    app.indexed().await?;
    for provider in [chosen, other] {
        enters(room(posted, provider), 0, as_client).await?;
    }
    enters(room(posted, chosen), 1, as_chosen).await?;
    enters(room(posted, other), 1, as_other).await?;
    assert_eq!(refused(path(posted, chosen), as_other).await?, "403 not-seated");
    assert_eq!(refused(path(posted, chosen), as_stranger).await?, "403 not-seated");
    assert_eq!(refused(path(posted, stranger), as_stranger).await?, "404 no-job", "one who lends nothing");
    assert_eq!(refused(path(posted + 1, chosen), as_client).await?, "404 no-job");
    assert_eq!(refused(format!("/api/relay/jobs/{posted}/nobody"), as_client).await?, "400 bad-request");

    // Then with the chosen one alone, until it is long over.
    let running = app.chain.started(client, chosen).await?;
    app.indexed().await?;
    enters(room(running, chosen), 1, as_chosen).await?;
    assert_eq!(refused(path(running, other), as_other).await?, "404 no-job");
    let result = app.chain.submit_result(chosen, running, 900).await?;
    chain.on_jobs(client, jobs::calls::accept(running, result)).await?;
    app.indexed().await?;
    enters(room(running, chosen), 0, as_client).await?;
    chain.pass(jobs::AFTERWARDS + 1).await?;
    app.indexed().await?;
    assert_eq!(refused(path(running, chosen), as_client).await?, "404 no-job");
    Ok(())
}
