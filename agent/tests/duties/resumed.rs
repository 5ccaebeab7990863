//! A client's program is killed, and another one goes on with its job. Nothing is posted, locked or paid twice.

use compute_engine::{Limits, Run, Wasmtime, Work};
use compute_module::instrument;
use compute_session::Wish;
use jobs::State;
use protocol::Amount;

use super::{STEPS, begins, client, coins, hired, module, order, pay};
use crate::{
    lent::{Lent, made_up::sealed, outcome, until},
    support::{output, text},
};

/// What a command of the client says on standard error, which ends with this code.
#[track_caller]
fn refused(arguments: &[String], code: i32) -> String {
    let done = output(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(done.status.code(), Some(code), "{}", text(&done.stderr));
    text(&done.stderr)
}

async fn jobs(lent: &Lent) -> usize {
    lent.chain.job_book().await.unwrap().0.jobs.len()
}

#[tokio::test]
async fn a_job_that_runs_is_gone_on_with_and_the_same_is_not_ordered_again_meanwhile() {
    let lent = Lent::up().await;
    let (mut program, mut made_up) = hired(&lent, "0", "20").await;
    let provider = made_up.deal.provider.to_string();
    let again = order(&lent, &provider, "0", "20");
    assert!(refused(&again, 4).contains("another program is at it"), "while the first one runs");
    made_up.takes_the_job().await;
    let work = Work {
        module: instrument(&module(STEPS)).unwrap().into(),
        inputs: [].into(),
        limits: Limits { instructions: 20_000_000, result: 1 << 20, log: 1 << 16 },
    };
    let mut run = Run::start(&Wasmtime::new().unwrap(), &work).unwrap();
    run.step().unwrap();
    let first = run.checkpoint().unwrap();
    made_up.side.logged(run.take_lines(), first.instructions);
    made_up.announces(first.instructions, &first.encode());
    made_up.until("a promise", |me| me.wishes.iter().any(|wish| matches!(wish, Wish::Paid(_)))).await;
    program.kill();

    let said = refused(&again, 4);
    assert!(said.contains("It is job 1") && said.contains("resume"), "{said}");
    // Another limit, and it would be paid all the same.
    assert!(refused(&order(&lent, &provider, "0", "10"), 4).contains("It is job 1"));
    assert!(refused(&client(&lent, &["resume", "2"]), 2).contains("Nothing is kept here of job 2"));

    let program = begins(&lent, &client(&lent, &["resume"]));
    program.says_of(1, "gone on with").await;
    assert!(refused(&client(&lent, &["resume", "1"]), 2).contains("Another program is at job 1"));
    run.step().unwrap();
    let second = run.checkpoint().unwrap();
    made_up.side.logged(run.take_lines(), second.instructions);
    made_up.announces(second.instructions, &second.encode());
    let units = made_up.deal.units(second.instructions);
    made_up.until("the next promise", |me| me.side.promised() == units).await;
    let expected = outcome(&module(STEPS), &[], 20);
    let shown = sealed(&lent, &made_up, &expected);
    made_up.submits_with(shown, expected.head).await;
    made_up.until("the acceptance", |_| program.has_said_of(1, "is accepted")).await;
    program.says("\"settled\"").await;

    assert_eq!(std::fs::read(lent.world.path("client.result")).unwrap(), expected.result);
    assert_eq!((lent.job(1).await.state, jobs(&lent).await), (State::Settled, 1));
    let me = lent.chain.job_book().await.unwrap().0.job(1).unwrap().client;
    assert_eq!(lent.balance(me).await, Amount(coins(10).0 - pay(expected.units()).0), "what ran is paid once");
    let hired = lent.world.path("client").join("hired");
    let is_forgotten = || std::fs::read_dir(&hired).unwrap().count() == 1;
    until("the folder to have its lock alone", async || is_forgotten()).await;
    assert!(refused(&client(&lent, &["resume"]), 2).contains("No job that was ordered from this folder is left"));
    assert!(is_forgotten());
}

#[tokio::test]
async fn a_job_that_was_posted_and_not_locked_is_asked_about_again_and_locked_once() {
    let lent = Lent::up().await;
    let (mut program, mut made_up) = hired(&lent, "0", "20").await;
    made_up.until("the question for a quote", |me| me.wishes.contains(&Wish::Quote)).await;
    program.kill();
    made_up.wishes.clear();
    let same = order(&lent, &made_up.deal.provider.to_string(), "0", "20");
    assert!(refused(&same, 4).contains("It is job 1"));

    let program = begins(&lent, &client(&lent, &["resume"]));
    made_up.takes_the_job().await;
    program.says_of(1, "the provider runs it").await;
    let expected = outcome(&module(STEPS), &[], 20);
    let shown = sealed(&lent, &made_up, &expected);
    made_up.submits_with(shown, expected.head).await;
    made_up.until("the acceptance", |_| program.has_said_of(1, "is accepted")).await;
    program.says("\"settled\"").await;
    assert_eq!((program.times("are locked"), jobs(&lent).await), (1, 1));
}
