//! The page's side against a worker and a clock of the test's own.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use futures::{
    channel::oneshot,
    executor::LocalPool,
    future::{FutureExt, LocalBoxFuture, RemoteHandle},
    task::LocalSpawnExt,
};
use work::{
    Channel, Envelope, Kind, Parts, Program, WorkError,
    host::{Event, Host, Loaded, Running},
};

const SILENCE: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(3);

/// What a worker of the test was sent, and how it is heard.
struct Worker {
    heard: Box<dyn Fn(Event<u8>)>,
    sent: Rc<RefCell<Vec<Envelope<u8>>>>,
    ended: Rc<Cell<bool>>,
}

type Timer = (Duration, oneshot::Sender<()>);

/// Workers in the order of their start, and timers that run out when the test says so.
#[derive(Clone, Default)]
struct World {
    workers: Rc<RefCell<Vec<Worker>>>,
    now: Rc<Cell<Duration>>,
    timers: Rc<RefCell<Vec<Timer>>>,
    loading: Rc<RefCell<Vec<Option<Loaded>>>>,
}

struct Posting {
    sent: Rc<RefCell<Vec<Envelope<u8>>>>,
    ended: Rc<Cell<bool>>,
}

impl Host for World {
    type Part = u8;
    type Worker = Posting;

    fn start(&self, _: &Program, heard: Box<dyn Fn(Event<u8>)>) -> Result<Posting, String> {
        let (sent, ended) = (Rc::default(), Rc::default());
        self.workers.borrow_mut().push(Worker { heard, sent: Rc::clone(&sent), ended: Rc::clone(&ended) });
        Ok(Posting { sent, ended })
    }

    fn sleep(&self, time: Duration) -> LocalBoxFuture<'static, ()> {
        let (sender, over) = oneshot::channel();
        self.timers.borrow_mut().push((self.now.get() + time, sender));
        over.map(|_| ()).boxed_local()
    }

    fn loading(&self, _: &Program, loaded: Option<Loaded>) {
        self.loading.borrow_mut().push(loaded);
    }
}

impl Running for Posting {
    type Part = u8;

    fn post(&self, envelope: &Envelope<u8>) -> Result<(), String> {
        self.sent.borrow_mut().push(envelope.clone());
        Ok(())
    }
}

impl Drop for Posting {
    fn drop(&mut self) {
        self.ended.set(true);
    }
}

/// A channel, and everything around it.
struct Test {
    pool: LocalPool,
    world: World,
    channel: Channel<World>,
    told: Rc<RefCell<Vec<u32>>>,
}

type Asked = RemoteHandle<Result<(String, Parts<u8>), WorkError>>;

impl Test {
    fn new() -> Self {
        let world = World::default();
        let program = Program {
            url: Cow::Borrowed("/worker.js"),
            name: "test",
            does: "counts",
            advice: "try less",
            silence: SILENCE,
        };
        let channel = Channel::new(world.clone(), program);
        Self { pool: LocalPool::new(), world, channel, told: Rc::default() }
    }

    /// Begins to ask, as far as it goes without the worker.
    fn ask(&mut self, request: &'static str) -> Asked {
        let (channel, told) = (self.channel.clone(), Rc::clone(&self.told));
        let asked = async move {
            channel.ask(&request, Parts::none().with("part", 7), PATIENCE, |n: u32| told.borrow_mut().push(n)).await
        };
        let handle = self.pool.spawner().spawn_local_with_handle(asked).unwrap();
        self.run();
        handle
    }

    fn run(&mut self) {
        self.pool.run_until_stalled();
    }

    /// Worker `at` says something.
    fn says(&mut self, at: usize, kind: Kind, number: u32, body: &str) {
        self.event(at, Event::Message(Envelope::text(kind, number, body.into())));
    }

    fn event(&mut self, at: usize, event: Event<u8>) {
        (self.world.workers.borrow()[at].heard)(event);
        self.run();
    }

    fn ready(&mut self, at: usize) {
        self.says(at, Kind::Ready, 0, "");
    }

    /// Time passes at once, as for a computer that was asleep.
    fn jump(&mut self, time: Duration) {
        self.world.now.set(self.world.now.get() + time);
        let now = self.world.now.get();
        let timers = self.world.timers.take().into_iter();
        let (over, left): (Vec<Timer>, Vec<Timer>) = timers.partition(|(when, _)| *when <= now);
        self.world.timers.replace(left);
        for (_, timer) in over {
            let _ = timer.send(());
        }
        self.run();
    }

    /// Time passes second by second.
    fn pass(&mut self, time: Duration) {
        for _ in 0..time.as_secs() {
            self.jump(Duration::from_secs(1));
        }
    }

    /// What worker `at` was sent: kind, number, body.
    fn sent(&self, at: usize) -> Vec<(Kind, u32, String)> {
        let workers = self.world.workers.borrow();
        let sent = workers[at].sent.borrow();
        sent.iter().map(|e| (e.kind, e.number, e.body.clone())).collect()
    }

    fn started(&self) -> usize {
        self.world.workers.borrow().len()
    }

    fn has_ended(&self, at: usize) -> bool {
        self.world.workers.borrow()[at].ended.get()
    }
}

/// What came of a request, which must be over.
fn over(asked: Asked) -> Result<String, WorkError> {
    asked.now_or_never().expect("the request is over").map(|(answer, _)| answer)
}

fn is_open(asked: &mut Asked) -> bool {
    asked.now_or_never().is_none()
}

fn request(number: u32, body: &str) -> (Kind, u32, String) {
    (Kind::Request, number, format!("\"{body}\""))
}

#[test]
fn a_worker_is_started_by_the_first_request_and_asked_when_it_listens() {
    let mut test = Test::new();
    assert_eq!(test.started(), 0);
    let asked = test.ask("count");
    assert_eq!((test.started(), test.sent(0)), (1, Vec::new()));
    test.ready(0);
    assert_eq!(test.sent(0), [request(1, "count")]);
    assert_eq!(test.world.workers.borrow()[0].sent.borrow()[0].parts, Parts::none().with("part", 7));
    test.says(0, Kind::Progress, 1, "3");
    test.says(0, Kind::Working, 1, "");
    test.says(0, Kind::Progress, 1, "5");
    test.says(0, Kind::Answer, 1, "\"eight\"");
    assert_eq!(over(asked).unwrap(), "eight");
    assert_eq!(*test.told.borrow(), [3, 5]);
    assert!(!test.has_ended(0));
}

#[test]
fn a_worker_that_was_started_beforehand_is_the_one_that_is_asked() {
    let mut test = Test::new();
    let start = |test: &mut Test| {
        let channel = test.channel.clone();
        test.pool.spawner().spawn_local(async move { channel.start().await }).unwrap();
        test.run();
    };
    start(&mut test);
    assert_eq!(test.started(), 1);
    // What is asked meanwhile waits for it.
    let first = test.ask("count");
    test.ready(0);
    assert_eq!((test.started(), test.sent(0)), (1, vec![request(1, "count")]));
    test.says(0, Kind::Answer, 1, "\"eight\"");
    assert_eq!(over(first).unwrap(), "eight");
    start(&mut test);
    assert_eq!((test.started(), test.has_ended(0)), (1, false), "it is there");

    // One that does not come is started once more by the request, which says why.
    let mut other = Test::new();
    start(&mut other);
    other.event(0, Event::Error(None));
    let asked = other.ask("count");
    assert_eq!(other.started(), 2);
    other.event(1, Event::Error(None));
    assert!(over(asked).is_err());

    // A stop ends one that is still being loaded, and what waits for it.
    let mut stopped = Test::new();
    start(&mut stopped);
    let asked = stopped.ask("count");
    stopped.channel.stop();
    stopped.run();
    assert_eq!(over(asked), Err(WorkError::Stopped));
    assert!(stopped.has_ended(0) && stopped.started() == 1);
}

#[test]
fn a_program_that_is_slowly_loaded_is_waited_for_and_told_of() {
    let mut test = Test::new();
    let mut asked = test.ask("count");
    // Three times as long as it may be silent.
    for bytes in 1..=4_u64 {
        test.says(0, Kind::Progress, 0, &format!("{{\"bytes\":{bytes},\"of\":4}}"));
        assert!(is_open(&mut asked), "after {bytes}");
        test.pass(SILENCE - SILENCE / 4);
    }
    assert_eq!(test.sent(0), [], "it does not listen yet");
    test.ready(0);
    assert_eq!(test.sent(0), [request(1, "count")]);
    let told: Vec<_> = (1..=4).map(|bytes| Some(Loaded { bytes, of: 4 })).chain([None]).collect();
    assert_eq!(*test.world.loading.borrow(), told);
    test.says(0, Kind::Answer, 1, "\"eight\"");
    assert_eq!(over(asked).unwrap(), "eight");
    assert_eq!(test.started(), 1);
}

#[test]
fn a_program_that_stops_on_its_way_is_given_up() {
    let mut test = Test::new();
    let asked = test.ask("count");
    test.says(0, Kind::Progress, 0, "{\"bytes\":1,\"of\":4}");
    test.pass(SILENCE);
    assert!(matches!(over(asked), Err(WorkError::NotLoaded { .. })));
    assert_eq!(test.world.loading.borrow().last(), Some(&None), "nobody waits for it any more");
    assert!(test.has_ended(0));
}

#[test]
fn requests_are_carried_out_in_turn_by_one_worker() {
    let mut test = Test::new();
    let (first, mut second) = (test.ask("one"), test.ask("two"));
    test.ready(0);
    assert_eq!(test.sent(0), [request(1, "one")]);
    test.says(0, Kind::Failed, 1, "There is no one.");
    assert_eq!(over(first), Err(WorkError::Failed("There is no one.".into())));
    assert_eq!(test.sent(0), [request(1, "one"), request(2, "two")]);
    // An answer to another request is not taken for one's own.
    test.says(0, Kind::Answer, 1, "\"one\"");
    assert!(is_open(&mut second));
    test.says(0, Kind::Answer, 2, "\"two\"");
    assert_eq!(over(second).unwrap(), "two");
    assert_eq!(test.started(), 1);
}

#[test]
fn a_crash_is_told_and_the_next_worker_is_asked_first_what_was_kept() {
    let mut test = Test::new();
    test.channel.keep(&"open", Parts::none().with("model", 1)).unwrap();
    let asked = test.ask("run");
    test.ready(0);
    assert_eq!(test.sent(0), [request(1, "open")]);
    test.says(0, Kind::Answer, 1, "null");
    assert_eq!(test.sent(0)[1], request(2, "run"));
    test.says(0, Kind::Crashed, 0, "It met something unknown.");
    // The browser's own event comes after it and says less.
    test.event(0, Event::Error(Some("unreachable".into())));
    assert_eq!(over(asked), Err(WorkError::Crashed("It met something unknown.".into())));
    assert!(test.has_ended(0));

    let asked = test.ask("again");
    test.ready(1);
    test.says(1, Kind::Answer, 1, "null");
    test.says(1, Kind::Answer, 2, "\"ran\"");
    assert_eq!(test.sent(1), [request(1, "open"), request(2, "again")]);
    assert_eq!(over(asked).unwrap(), "ran");

    test.channel.forget();
    // One that breaks off while nobody asks is replaced unseen.
    test.event(1, Event::Error(None));
    let asked = test.ask("third");
    test.ready(2);
    assert_eq!(test.sent(2), [request(1, "third")]);
    test.says(2, Kind::Answer, 1, "\"fine\"");
    assert_eq!(over(asked).unwrap(), "fine");
}

#[test]
fn a_worker_that_refuses_what_was_kept_is_not_asked_further() {
    let mut test = Test::new();
    test.channel.keep(&"open", Parts::none()).unwrap();
    let asked = test.ask("run");
    test.ready(0);
    test.says(0, Kind::Failed, 1, "The file has changed.");
    assert_eq!(over(asked), Err(WorkError::Failed("The file has changed.".into())));
    assert_eq!((test.sent(0).len(), test.has_ended(0)), (1, true));
}

#[test]
fn a_program_that_does_not_come_is_named_so_and_one_that_ends_without_a_word_too() {
    let mut test = Test::new();
    let asked = test.ask("count");
    test.event(0, Event::Error(None));
    let sentence = "The part of the page that counts could not be loaded (its program could not be fetched). Check \
                    your connection and try again.";
    assert_eq!(over(asked).unwrap_err().to_string(), sentence);

    let asked = test.ask("count");
    test.pass(SILENCE);
    let error = over(asked).unwrap_err();
    assert!(matches!(&error, WorkError::NotLoaded { cause, .. } if cause == "it did not come within 30 s"), "{error}");

    let asked = test.ask("count");
    test.ready(2);
    test.event(2, Event::Error(Some("RuntimeError: unreachable".into())));
    let sentence = "The part of the page that counts ran out of memory or broke off (RuntimeError: unreachable), so it \
                    was ended. The page is unharmed: try less.";
    assert_eq!(over(asked).unwrap_err().to_string(), sentence);

    let asked = test.ask("count");
    test.ready(3);
    test.event(3, Event::Unreadable("a message without a number".into()));
    assert!(matches!(over(asked), Err(WorkError::Misunderstood { .. })));
    let asked = test.ask("count");
    test.ready(4);
    test.says(4, Kind::Answer, 1, "{}");
    assert!(matches!(over(asked), Err(WorkError::Misunderstood { .. })), "an answer to something else");
    assert!((0..4).all(|at| test.has_ended(at)));
}

#[test]
fn a_silent_worker_is_ended_and_one_that_says_that_it_works_is_not() {
    let mut test = Test::new();
    let mut asked = test.ask("count");
    test.ready(0);
    for _ in 0..10 {
        test.pass(SILENCE - Duration::from_secs(1));
        test.says(0, Kind::Working, 1, "");
    }
    assert!(is_open(&mut asked));
    test.pass(SILENCE - Duration::from_secs(1));
    assert!(is_open(&mut asked));
    test.pass(Duration::from_secs(1));
    let sentence = "There was no answer for 30 s, so the part of the page that counts was ended. The page is unharmed: \
                    try less.";
    assert_eq!(over(asked).unwrap_err().to_string(), sentence);
    assert!(test.has_ended(0));
}

#[test]
fn a_computer_that_was_asleep_ends_nothing() {
    let mut test = Test::new();
    let mut asked = test.ask("count");
    test.ready(0);
    test.jump(Duration::from_secs(3600));
    assert!(is_open(&mut asked));
    test.says(0, Kind::Answer, 1, "\"awake\"");
    assert_eq!(over(asked).unwrap(), "awake");
}

#[test]
fn a_stop_that_is_heard_leaves_the_worker() {
    let mut test = Test::new();
    let (asked, waiting) = (test.ask("long"), test.ask("next"));
    test.ready(0);
    test.channel.stop();
    test.run();
    assert_eq!(over(waiting), Err(WorkError::Stopped), "what waits is stopped too");
    assert_eq!(test.sent(0)[1..], [(Kind::Stop, 1, String::new())]);
    test.says(0, Kind::Stopped, 1, "");
    assert_eq!(over(asked), Err(WorkError::Stopped));
    assert!(!test.has_ended(0));

    // Some work ends with what there is so far.
    let asked = test.ask("train");
    test.channel.stop();
    test.run();
    test.says(0, Kind::Answer, 2, "\"best so far\"");
    assert_eq!(over(asked).unwrap(), "best so far");

    // The patience with that stop is not for the next request.
    let mut asked = test.ask("after");
    test.pass(PATIENCE * 2);
    assert!(is_open(&mut asked));
    assert!(!test.has_ended(0));
    assert_eq!(test.started(), 1);
}

#[test]
fn a_stop_that_is_not_heard_ends_the_worker() {
    let mut test = Test::new();
    let mut asked = test.ask("endless");
    test.ready(0);
    test.channel.stop();
    test.run();
    test.pass(PATIENCE - Duration::from_secs(1));
    // What it says on the way is no sign that it has heard.
    test.says(0, Kind::Working, 1, "");
    assert!(is_open(&mut asked));
    test.pass(Duration::from_secs(1));
    assert_eq!(over(asked), Err(WorkError::Stopped));
    assert!(test.has_ended(0));
}

#[test]
fn a_program_that_is_being_loaded_is_stopped_at_once() {
    let mut test = Test::new();
    let asked = test.ask("count");
    test.channel.stop();
    test.run();
    assert_eq!(over(asked), Err(WorkError::Stopped));
    assert!(test.has_ended(0));
}

#[test]
fn a_stop_while_the_worker_is_told_what_was_kept_ends_the_request_only() {
    let mut test = Test::new();
    test.channel.keep(&"open", Parts::none()).unwrap();
    let asked = test.ask("run");
    test.ready(0);
    test.channel.stop();
    test.run();
    test.says(0, Kind::Answer, 1, "null");
    assert_eq!(over(asked), Err(WorkError::Stopped));
    assert!(!test.has_ended(0));
    test.ask("run").forget();
    assert_eq!(test.sent(0)[2..], [request(2, "run")], "it need not be told again");
}

#[test]
fn an_ended_channel_ends_its_worker_and_forgets() {
    let mut test = Test::new();
    test.channel.keep(&"open", Parts::none()).unwrap();
    let asked = test.ask("run");
    test.ready(0);
    test.channel.end();
    test.run();
    assert_eq!(over(asked), Err(WorkError::Stopped));
    assert!(test.has_ended(0));
    let asked = test.ask("run");
    test.ready(1);
    assert_eq!(test.sent(1), [request(1, "run")]);
    test.says(1, Kind::Answer, 1, "\"ran\"");
    over(asked).unwrap();
    test.channel.end();
    assert!(test.has_ended(1), "also one that is asked nothing");
}

#[test]
fn a_request_that_is_given_up_takes_its_worker_along() {
    let mut test = Test::new();
    let asked = test.ask("run");
    test.ready(0);
    drop(asked);
    test.run();
    assert!(test.has_ended(0));
    let asked = test.ask("another");
    test.ready(1);
    test.says(1, Kind::Answer, 1, "\"done\"");
    assert_eq!(over(asked).unwrap(), "done");
}

#[test]
fn work_before_a_request_is_given_up_by_a_stop() {
    let mut test = Test::new();
    let channel = test.channel.clone();
    let fetched = async move { channel.unless_stopped(futures::future::pending::<()>()).await };
    let fetched = test.pool.spawner().spawn_local_with_handle(fetched).unwrap();
    test.run();
    test.channel.stop();
    test.run();
    assert_eq!(fetched.now_or_never(), Some(Err(WorkError::Stopped)));
}
