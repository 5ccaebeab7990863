//! The worker's side: requests in, answers out.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{cell::RefCell, rc::Rc};

use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    executor::LocalPool,
    task::LocalSpawnExt,
};
use work::{Ended, Envelope, Job, Kind, Parts, Reply, Service, service::Queue};

/// Adds up; every step needs a word from the test.
struct Adding {
    sum: u32,
    steps: UnboundedReceiver<()>,
}

impl Service<u8> for Adding {
    type Request = u32;
    type Progress = u32;
    type Answer = u32;

    async fn answer(&mut self, add: u32, parts: Parts<u8>, job: &Job<u32>) -> Result<Reply<u32, u8>, Ended> {
        if add == 0 {
            return Err(Ended::failed("Zero adds nothing."));
        }
        for _ in 0..add {
            self.steps.next().await;
            if job.is_stopped() {
                return Err(Ended::Stopped);
            }
            self.sum += 1;
            job.progress(&self.sum);
        }
        Ok(Reply { answer: self.sum, parts: Parts::none().with("sum", parts.get("start").copied().unwrap_or(1)) })
    }
}

struct Test {
    pool: LocalPool,
    queue: Rc<Queue<Adding, u8>>,
    step: UnboundedSender<()>,
    said: Rc<RefCell<Vec<Envelope<u8>>>>,
}

impl Test {
    fn new() -> Self {
        let (step, steps) = unbounded();
        let said = Rc::<RefCell<Vec<Envelope<u8>>>>::default();
        let post = {
            let said = Rc::clone(&said);
            Rc::new(move |envelope| said.borrow_mut().push(envelope))
        };
        let queue = Queue::new(Adding { sum: 0, steps }, post, || 0.0);
        Self { pool: LocalPool::new(), queue, step, said }
    }

    fn hears(&mut self, envelope: Envelope<u8>) {
        if let Some(work) = self.queue.heard(envelope) {
            self.pool.spawner().spawn_local(work).unwrap();
        }
        self.pool.run_until_stalled();
    }

    fn request(&mut self, number: u32, body: &str) {
        self.hears(Envelope::text(Kind::Request, number, body.into()));
    }

    fn step(&mut self) {
        self.step.unbounded_send(()).unwrap();
        self.pool.run_until_stalled();
    }

    /// What was said since the last look.
    fn said(&self) -> Vec<(Kind, u32, String)> {
        self.said.take().into_iter().map(|e| (e.kind, e.number, e.body)).collect()
    }
}

fn said(kind: Kind, number: u32, body: &str) -> (Kind, u32, String) {
    (kind, number, body.into())
}

#[test]
fn requests_are_answered_in_their_order() {
    let mut test = Test::new();
    test.request(1, "2");
    test.request(2, "1");
    for _ in 0..3 {
        test.step();
    }
    assert_eq!(
        test.said(),
        [
            said(Kind::Progress, 1, "1"),
            said(Kind::Progress, 1, "2"),
            said(Kind::Answer, 1, "2"),
            said(Kind::Progress, 2, "3"),
            said(Kind::Answer, 2, "3")
        ]
    );
    // One that comes when nothing is under way is begun at once.
    let parts = Parts::none().with("start", 9);
    test.hears(Envelope { kind: Kind::Request, number: 3, body: "1".into(), parts });
    test.step();
    assert_eq!(test.said.borrow()[1].parts.get("sum"), Some(&9));
}

#[test]
fn what_fails_is_a_sentence_and_leaves_the_worker() {
    let mut test = Test::new();
    test.request(1, "0");
    test.request(2, "{\"subtract\": 1}");
    test.request(3, "1");
    test.step();
    let found = test.said();
    assert_eq!(found[0], said(Kind::Failed, 1, "Zero adds nothing."));
    assert!(found[1].0 == Kind::Failed && found[1].2.starts_with("The page asked for something unknown ("));
    assert_eq!(found[3], said(Kind::Answer, 3, "1"));
}

#[test]
fn a_stop_is_for_its_own_request() {
    let mut test = Test::new();
    test.request(1, "5");
    test.request(2, "5");
    test.request(3, "1");
    test.step();
    // One that waits is never begun.
    test.hears(Envelope::bare(Kind::Stop, 2));
    // One that is unknown or over is none.
    test.hears(Envelope::bare(Kind::Stop, 9));
    test.step();
    test.hears(Envelope::bare(Kind::Stop, 1));
    test.step();
    test.hears(Envelope::bare(Kind::Stop, 1));
    test.step();
    assert_eq!(
        test.said(),
        [
            said(Kind::Progress, 1, "1"),
            said(Kind::Stopped, 2, ""),
            said(Kind::Progress, 1, "2"),
            said(Kind::Stopped, 1, ""),
            said(Kind::Progress, 3, "3"),
            said(Kind::Answer, 3, "3")
        ]
    );
}
