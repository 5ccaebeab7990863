//! Tasks of private learning, and who the relay lets in.

use anyhow::{Context, Result};
use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use link::transport::{address, native::connect};
use protocol::{Address, Amount, relay::Room};
use serde_json::json;
use tasks::{
    BEGIN_WINDOW, Event, State,
    api::{OwedDetail, TaskDetail, TaskList},
    calls,
    event::code,
};

use crate::support::{Database, PATIENCE, TestApp, app::problem, on_both};

on_both!(
    a_task_is_read_from_publishing_to_running,
    the_relay_lets_the_seats_of_a_task_in_while_there_is_something_to_say,
    reorganisations_take_tasks_along,
);

impl TestApp {
    async fn task(&self, id: u64) -> Result<TaskDetail> {
        self.read(&format!("/api/tasks/{id}")).await
    }

    async fn task_ids(&self, query: &str) -> Result<Vec<u64>> {
        let list: TaskList = self.read(&format!("/api/tasks?{query}")).await?;
        Ok(list.rows.iter().map(|row| row.id).collect())
    }
}

async fn a_task_is_read_from_publishing_to_running(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let under = app.chain.ready_to_learn().await?;
    let (one, two, requester) = (app.person(1), app.person(2), app.chain.requester());
    let first = app.chain.publish_task(under, false).await?;
    let second = app.chain.publish_task(under, true).await?;
    app.indexed().await?;
    assert_eq!(app.task_ids("").await?, [second, first]);
    let list: TaskList = app.read("/api/tasks?limit=1").await?;
    assert_eq!((list.total, &list.rows[0].holders[..], list.rows[0].confirmed), (2, &[one, two][..], 0));
    app.chain.confirm(first, 1, 0).await?;
    app.chain.confirm(first, 2, 0).await?;
    app.chain.on_task(two, calls::reject(second, 1, "no time")).await?;
    app.chain.on_task(requester, calls::start(first)).await?;
    app.chain.begin(first, 1).await?;
    app.indexed().await?;
    for (query, found) in [
        ("state=running", vec![first]),
        ("state=rejected", vec![second]),
        ("kind=psi", vec![second, first]),
        ("kind=train", vec![]),
        (&format!("seat={one}"), vec![second, first]),
        (&format!("seat={requester}"), vec![]),
        (&format!("requester={requester}"), vec![second, first]),
        (&format!("person={two}&state=running"), vec![first]),
        (&format!("person={}", app.person(5)), vec![]),
        (&format!("grant={}", under[1]), vec![second, first]),
        ("grant=99", vec![]),
    ] {
        assert_eq!(app.task_ids(query).await?, found, "{query}");
    }
    let found = app.task(first).await?;
    assert_eq!((found.task.state, found.task.confirmed(), found.task.attempt), (State::Running, 2, 1));
    let moves = found.events.iter().filter_map(|logged| match logged.event {
        Event::Moved { state, code, .. } => Some((state, code)),
        _ => None,
    });
    let moves: Vec<_> = moves.collect();
    let expected = [(State::Ready, 0), (State::Started, code::STARTED), (State::Running, code::EXECUTING)];
    assert_eq!(moves, expected);
    let rejected = app.task(second).await?.events;
    assert!(rejected.iter().any(|logged| logged.event == Event::Rejected { seat: 1, reason: "no time".into() }));
    let owed: OwedDetail = app.read(&format!("/api/owed/{one}")).await?;
    assert_eq!(owed.amount, Amount::ZERO);
    problem(app.get("/api/tasks/99").await?, 404, "no-task").await?;
    problem(app.get("/api/tasks/x").await?, 400, "bad-request").await?;
    problem(app.get("/api/tasks?state=x").await?, 400, "bad-request").await?;
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

/// Whether the relay lets an account in: the number of its seat is what the address says.
async fn enters(app: &TestApp, task: u64, attempt: u16, seat: u8, token: &str) -> bool {
    connect(&address(&app.url(), Room::Task { task, attempt }, seat), token).await.is_ok()
}

async fn the_relay_lets_the_seats_of_a_task_in_while_there_is_something_to_say(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let under = app.chain.ready_to_learn().await?;
    let people: Vec<Address> = (1..=5).map(|number| app.person(number)).collect();
    let mut tokens = Vec::new();
    for person in &people {
        tokens.push(app.sign_in(*person).await?);
    }
    let [one, two, requester, helper, stranger] = &tokens[..] else { unreachable!() };
    let task = app.chain.publish_task(under, true).await?;
    app.chain.confirm(task, 1, 1).await?;
    app.indexed().await?;
    assert!(!enters(&app, task, 1, 0, one).await, "not all have confirmed");
    app.chain.confirm(task, 2, 1).await?;
    app.indexed().await?;
    assert!(enters(&app, task, 1, 0, one).await && enters(&app, task, 1, 1, two).await, "ready");
    assert!(!enters(&app, task, 1, 2, helper).await, "it is not drawn");
    // The block of the draw, and one on top of it.
    app.chain.rpc("anvil_mine", json!(["0x10"])).await?;
    app.chain.on_task(people[2], calls::draw(task, &[app.chain.candidate()])).await?;
    app.chain.on_task(people[3], calls::serve(task, protocol::Digest([5; 32]))).await?;
    app.indexed().await?;
    assert!(enters(&app, task, 1, 2, helper).await, "the helper has the last seat");
    app.chain.on_task(people[2], calls::start(task)).await?;
    app.indexed().await?;
    // Two seats meet, as they do in a run.
    let mut first = connect(&address(&app.url(), Room::Task { task, attempt: 1 }, 0), one).await?;
    let mut second = connect(&address(&app.url(), Room::Task { task, attempt: 1 }, 1), two).await?;
    let said = async {
        // Who comes first is told when the other comes.
        while first.stream.next().await.context("seat 0 is connected")?? != [255, 0, 0, 0, 2, 1, 1][..] {}
        first.sink.send(Bytes::from_static(&[1, 0, 0, 0, 2, 7, 8])).await?;
        while second.stream.next().await.context("seat 1 is connected")?? != [0, 0, 0, 0, 2, 7, 8][..] {}
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, said).await.context("nothing came")??;
    app.chain.begin(task, 1).await?;
    app.indexed().await?;
    assert!(enters(&app, task, 1, 1, two).await, "running");
    for (seat, token) in [(0, stranger), (0, requester), (1, one), (2, two), (3, helper)] {
        assert!(!enters(&app, task, 1, seat, token).await, "seat {seat} is another's, or none");
    }
    assert!(!enters(&app, task, 2, 0, one).await, "there is no second attempt");
    // The run is over its limit: nobody has anything to say, until it is tried again.
    app.chain.chain.pass(3_700).await?;
    app.chain.on_task(people[4], calls::expire(task)).await?;
    app.indexed().await?;
    assert!(!enters(&app, task, 1, 0, one).await, "failed");
    app.chain.on_task(people[2], calls::retry(task)).await?;
    app.indexed().await?;
    assert!(enters(&app, task, 2, 0, one).await && !enters(&app, task, 1, 0, one).await, "another attempt");
    assert_eq!(app.digest().await?, app.clean_digest().await?);
    Ok(())
}

async fn reorganisations_take_tasks_along(database: Database) -> Result<()> {
    let app = TestApp::start(database).await?;
    let under = app.chain.ready_to_learn().await?;
    let mut last = 0;
    for depth in [1u64, 2, 5, 40] {
        let task = app.chain.publish_task(under, false).await?;
        app.chain.confirm(task, 1, 0).await?;
        app.indexed().await?;
        let before = app.task(task).await?;
        assert!(task > last && before.task.state == State::Confirming);
        last = task;
        let snapshot = app.chain.rpc("evm_snapshot", json!([])).await?;
        app.chain.confirm(task, 2, 0).await?;
        app.chain.on_task(app.chain.requester(), calls::start(task)).await?;
        app.chain.publish_task(under, true).await?;
        app.chain.rpc("anvil_mine", json!([format!("{depth:#x}")])).await?;
        app.indexed().await?;
        assert_eq!(app.task(task).await?.task.state, State::Started);
        assert_eq!(app.task_ids("limit=1").await?, [task + 1]);

        app.chain.rpc("evm_revert", json!([snapshot])).await?;
        app.chain.rpc("anvil_mine", json!([format!("{depth:#x}")])).await?;
        app.indexed().await?;
        let after = app.task(task).await?;
        assert_eq!((after.task, after.events), (before.task, before.events), "{depth}");
        assert_eq!(app.digest().await?, app.clean_digest().await?, "{depth}");
        // Not started in time.
        app.chain.chain.pass(BEGIN_WINDOW).await?;
    }
    Ok(())
}
