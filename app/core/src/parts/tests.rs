//! With parts that a test makes, and changes that it tells.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::cell::{Cell, RefCell};

use leptos::{mount::mount_to_body, task::tick};
use protocol::subject::Subject;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{
    reading::{AFTER_FAILURE, SILENCE},
    *,
};
use crate::settings::Settings;

const ACCOUNT: Address = Address([7; 20]);
/// When something becomes due: within the stretch of [`SILENCE`] in which the test begins, which has 300 s.
const DUE: u64 = 890;
const BEGIN: u64 = 600;

thread_local! {
    static EXIST: RefCell<BTreeSet<u64>> = RefCell::new([1, 2].into());
    static READ: RefCell<Vec<Vec<u64>>> = const { RefCell::new(Vec::new()) };
    static WORKED_OUT: Cell<u32> = const { Cell::new(0) };
}

/// What is read of one: how often it was.
#[derive(Clone, Copy, PartialEq)]
struct Part {
    id: u64,
    version: usize,
}

#[derive(Clone, Copy)]
struct Fake;

impl Parts for Fake {
    const FAMILY: &'static str = "fake";
    type Id = u64;
    type Part = Part;

    fn id(part: &Part) -> u64 {
        part.id
    }

    async fn found(self, _: Reader, _: Address, _: bool) -> Result<BTreeSet<u64>, String> {
        Ok(EXIST.with_borrow(Clone::clone))
    }

    async fn read(
        self,
        _: Reader,
        _: Address,
        ids: BTreeSet<u64>,
        _: BTreeMap<u64, Part>,
        _: bool,
    ) -> Result<Vec<Part>, String> {
        let version = READ.with_borrow_mut(|read| {
            read.push(ids.iter().copied().collect());
            read.len()
        });
        Ok(ids.into_iter().map(|id| Part { id, version }).collect())
    }

    async fn titles(self, _: Address) -> Vec<(u64, String)> {
        vec![(2, "Iris".into())]
    }

    fn tasks(part: &Part, _: &Address, now: u64, title: Option<&str>) -> Vec<Task> {
        WORKED_OUT.set(WORKED_OUT.get() + 1);
        let task = Task {
            key: part.id.to_string(),
            action: "Claim",
            href: String::new(),
            about: title.unwrap_or("?").to_owned(),
            until: None,
            otherwise: "".into(),
        };
        if now < DUE { Vec::new() } else { vec![task] }
    }

    fn coming(_: &Part, _: &Address, _: u64, _: Option<&str>) -> Vec<Coming> {
        Vec::new()
    }

    fn changes_at(_: &Part, _: &Address, now: u64) -> Option<u64> {
        (now < DUE).then_some(DUE)
    }
}

/// Waits until something is so, for five minutes at most.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..15_000 {
        if is_so() {
            return;
        }
        gloo_timers::future::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("in vain: {what}; read {:?}", READ.with_borrow(Clone::clone));
}

fn read() -> Vec<Vec<u64>> {
    READ.with_borrow(Clone::clone)
}

#[wasm_bindgen_test]
async fn what_changes_is_read_again_and_nothing_else_and_time_alone_works_out_what_is_due() {
    let (parts, live, clock, wallet) = mounted(Fake);
    let ids = move || parts.parts.with_untracked(|all| all.iter().flatten().map(|(id, _)| *id).collect::<Vec<_>>());
    let tasks = move || parts.tasks.get_untracked();
    let changed = move |id: u64| live.hears_of([Subject::new("fake", id)]);

    until("without an account there is nothing to do", || tasks() == Some(Vec::new())).await;
    wallet.account.set(Some(ACCOUNT));
    until("all are read", || ids() == [1, 2]).await;
    assert_eq!(read(), [[1, 2]]);

    changed(2);
    until("one is read again", || read().len() > 1).await;
    assert_eq!(read()[1..], [[2]]);
    // One in which the account has no part.
    changed(9);
    EXIST.with_borrow_mut(|all| all.insert(3));
    changed(3);
    until("a new one is found", || ids() == [1, 2, 3]).await;
    assert_eq!(read()[2..], [[3]]);
    changed(3);
    until("it is followed too", || read().len() > 3).await;
    assert_eq!(read()[3..], [[3]]);
    live.hears_of([1, 2].map(|id| Subject::new("fake", id)));
    until("two at once", || read().len() > 4).await;
    assert_eq!(read()[4..], [[1, 2]], "together");

    // The node may be behind the server: what changed is read with two blocks more.
    for block in 1..=2 {
        clock.head.set(block);
        until("what changed is read with the next block too", || read().len() == 5 + block as usize).await;
        assert_eq!(read()[4 + block as usize], [1, 2, 3]);
    }
    clock.head.set(3);
    for _ in 0..5 {
        tick().await;
    }
    assert_eq!(read().len(), 7, "and not with every block");

    // Seconds pass without work, until something is due.
    assert_eq!(tasks(), Some(Vec::new()));
    let before = WORKED_OUT.get();
    for now in [700, 800, DUE - 1] {
        clock.now.set(now);
        tick().await;
    }
    assert_eq!(WORKED_OUT.get(), before);
    clock.now.set(DUE);
    until("it is due", || tasks().is_some_and(|tasks| tasks.len() == 3)).await;
    let about: Vec<_> = tasks().unwrap().into_iter().map(|task| task.about).collect();
    assert_eq!(about, ["?", "Iris", "?"], "names where they are known");

    // A server may be silent about a change.
    let before = read().len();
    clock.now.set(DUE + 2 * SILENCE);
    until("all are read after a silence", || read().len() > before).await;
    assert_eq!(read()[before], [1, 2, 3]);

    wallet.account.set(None);
    until("another account has its own", || tasks() == Some(Vec::new())).await;
}

/// Parts of a kind that are followed, without an account yet.
fn mounted<P: Parts>(kind: P) -> (MyParts<P>, Live, Clock, Wallet) {
    let made = std::rc::Rc::new(RefCell::new(None));
    let inside = made.clone();
    mount_to_body(move || {
        let deployment = serde_json::from_value(serde_json::json!({
            "chain_id": 31_337, "chain_name": "test", "rpc_urls": ["http://127.0.0.1:1"], "contracts": {}, "start_block": 0,
            "explorer_tx": null,
        }));
        let deployment: protocol::api::Deployment = deployment.unwrap();
        let reader = Reader::new(deployment.clone(), Settings::load());
        // One that goes by itself would set the times of this test back.
        let clock = Clock::standing(BEGIN);
        let wallet = Wallet::start(deployment);
        let parts = MyParts::new(kind, wallet, clock, Transactions::start(reader, wallet, clock));
        let live = Live::silent();
        parts.follow(reader, live);
        *inside.borrow_mut() = Some((parts, live, clock, wallet));
    });
    made.take().expect("it is mounted")
}

thread_local! {
    static IS_AWAY: Cell<bool> = const { Cell::new(true) };
    static TORN: Cell<Option<u64>> = const { Cell::new(None) };
    static ASKED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Two things that exist, of a node that may be away; one of them may not be readable.
#[derive(Clone, Copy)]
struct Failing;

impl Parts for Failing {
    const FAMILY: &'static str = "failing";
    type Id = u64;
    type Part = Part;

    fn id(part: &Part) -> u64 {
        part.id
    }

    async fn found(self, _: Reader, _: Address, _: bool) -> Result<BTreeSet<u64>, String> {
        if IS_AWAY.get() { Err("The node is away.".into()) } else { Ok([1, 2].into()) }
    }

    async fn read(
        self,
        _: Reader,
        _: Address,
        ids: BTreeSet<u64>,
        known: BTreeMap<u64, Part>,
        _: bool,
    ) -> Result<Vec<Part>, String> {
        ASKED.set(ids.iter().copied().collect());
        let read = ids.into_iter().filter(|id| TORN.get() != Some(*id));
        Ok(read.map(|id| Part { id, version: known.get(&id).map_or(0, |part| part.version + 1) }).collect())
    }

    fn unread(self) -> Option<(BTreeSet<u64>, String)> {
        TORN.get().map(|id| (BTreeSet::from([id]), format!("{id} is torn.")))
    }

    async fn titles(self, _: Address) -> Vec<(u64, String)> {
        Vec::new()
    }

    fn tasks(_: &Part, _: &Address, _: u64, _: Option<&str>) -> Vec<Task> {
        Vec::new()
    }

    fn coming(_: &Part, _: &Address, _: u64, _: Option<&str>) -> Vec<Coming> {
        Vec::new()
    }

    fn changes_at(_: &Part, _: &Address, _: u64) -> Option<u64> {
        None
    }
}

#[wasm_bindgen_test]
async fn what_could_not_be_read_is_tried_again_soon_and_one_that_cannot_be_read_hides_no_other() {
    let (parts, _, clock, wallet) = mounted(Failing);
    let error = move || parts.error.get_untracked();
    let versions = move || {
        parts.parts.with_untracked(|all| all.iter().flatten().map(|(_, part)| part.version).collect::<Vec<_>>())
    };
    wallet.account.set(Some(ACCOUNT));
    until("it is said that the node is away", || error().as_deref() == Some("The node is away.")).await;
    assert_eq!(parts.parts.get_untracked().map(|all| all.len()), None, "nothing was read");

    IS_AWAY.set(false);
    clock.now.set(BEGIN + AFTER_FAILURE - 1);
    for _ in 0..5 {
        tick().await;
    }
    assert_eq!(parts.parts.get_untracked().map(|all| all.len()), None, "not with every second");
    clock.now.set(BEGIN + AFTER_FAILURE);
    until("it is read", || versions() == [0, 0]).await;
    assert_eq!(error(), None);

    TORN.set(Some(1));
    clock.now.set(BEGIN + AFTER_FAILURE + SILENCE);
    until("the other one is read again", || versions() == [0, 1]).await;
    assert_eq!(error().as_deref(), Some("1 is torn."));
    // A deadline may be in it, and the others need no more questions.
    assert_eq!(ASKED.take(), [1, 2]);
    clock.now.set(BEGIN + 2 * AFTER_FAILURE + SILENCE);
    until("what is torn is read again by itself", || ASKED.with_borrow(|asked| *asked == [1])).await;
    assert_eq!((versions(), error().as_deref()), (vec![0, 1], Some("1 is torn.")));
    TORN.set(None);
    clock.now.set(BEGIN + AFTER_FAILURE + 2 * SILENCE);
    until("both are read again", || versions() == [1, 2]).await;
    assert_eq!(error(), None);
}

#[wasm_bindgen_test]
fn what_there_is_to_do_is_worked_out_when_a_deadline_passes_and_not_before() {
    let valid = 100..160;
    let mut last = next(None, &(0..0), 100);
    assert_eq!(last, 100, "at first");
    for now in 100..160 {
        last = next(Some(last), &valid, now);
    }
    assert_eq!(last, 100);
    assert_eq!(next(Some(last), &valid, 160), 160, "a deadline");
    assert_eq!(next(Some(last), &valid, 90), 90, "a chain that was set back");
}
