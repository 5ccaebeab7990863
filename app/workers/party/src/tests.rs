//! In a dedicated worker of a real browser: two owners, who receives, and a helper, over a relay in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use futures::future::{join, join3};
use link::{
    Environment as _, Links, Own, SeatNumber, TransportError,
    transport::{memory::Hub, web::Time},
};
use mpc::draw::SeenSeeds;
use mpc_learn::{Fact, Metric, What};
use mpc_run::{Alone, Mail, PIECE, Said, Seated as AtWork, Spec, help};
use mpc_task::{
    Answer, Late, Play, Progress, Request, Seating,
    request::{AGREED, BEGUN, Finished, kept, not_signed_in, signed_in},
    seats::{Seated, signed},
    secrets::{Public, Secrets, public_key},
};
use protocol::{Address, Digest};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::BroadcastChannel;
use work::{Ended, Job, Part, Parts, Reply, Service};

use crate::{heard::Heard, service::Party, session::Session};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// y = 3 + 2 a − 5 b, where a is one owner's and b the other's; ids of the owners overlap in 40 of 50.
fn tables() -> [String; 2] {
    let (mut one, mut other) = ("id,a\n".to_owned(), "id,b,y\n".to_owned());
    let (a, b) = (|row: i32| f64::from(row * 7 % 13), |row: i32| f64::from(row * 5 % 17));
    for row in 0..50 {
        one += &format!("P{row},{}\n", a(row));
    }
    for row in (10..60).rev() {
        other += &format!("p{row},{},{}\n", b(row), 3.0 + 2.0 * a(row) - 5.0 * b(row));
    }
    [one, other]
}

fn spec() -> Vec<u8> {
    br#"{
        "version": 1,
        "owners": [{"columns": ["a"]}, {"columns": ["b"]}],
        "rows": {"common": {"keys": ["id", "id"], "declared": [64, 64]}},
        "work": {"train": {
            "label": {"owner": 1, "column": "y"}, "receiver": 2, "reveals": {"own_coefficients": true}, "digits": 30
        }}
    }"#
    .to_vec()
}

type Asked = Result<Reply<Answer, Part>, Ended>;

async fn ask(party: &mut Party, request: Request, beside: Vec<(&'static str, Vec<u8>)>) -> Asked {
    let parts = beside.iter().fold(Parts::none(), |parts, (name, bytes)| parts.with(*name, Part::moved(bytes)));
    party.answer(request, parts, &Job::<Progress>::unheard()).await
}

async fn drawn(table: Option<String>) -> (Public, Vec<u8>) {
    let beside = table.map(|table| ("table", table.into_bytes())).into_iter().collect();
    let reply = ask(&mut Party::default(), Request::Draw, beside).await.unwrap();
    let Answer::Drawn { public, input } = reply.answer else { panic!("{:?}", reply.answer) };
    let keys = reply.parts.bytes("keys").unwrap();
    assert!(input != Digest::ZERO && serde_json::from_slice::<Secrets>(&keys).unwrap().public().unwrap() == public);
    (public, keys)
}

const HELPER: [u8; 32] = [44; 32];

fn directory(seat: SeatNumber) -> Vec<u8> {
    vec![seat + 70; 32]
}

/// What each seat is handed.
struct World {
    hub: Hub,
    seating: Seating,
    keys: Vec<Vec<u8>>,
    /// What each seat kept last.
    progress: Rc<RefCell<BTreeMap<SeatNumber, Vec<u8>>>>,
}

impl World {
    async fn new(task: u64) -> Self {
        let (mut seats, mut keys) = (Vec::new(), Vec::new());
        for seat in 0..3 {
            let (public, secret) = drawn(tables().get(usize::from(seat)).cloned()).await;
            let directory = public_key(&Digest(directory(seat).try_into().unwrap())).unwrap();
            seats.push(Seated {
                address: Address([seat + 1; 20]),
                link: public.link,
                signer: public.signer,
                directory,
            });
            keys.push(secret);
        }
        let link = public_key(&Digest(HELPER)).unwrap();
        let address = mpc_run::SessionKey::new(&[99; 32]).unwrap().address();
        seats.push(Seated { address, link, signer: address, directory: Digest::ZERO });
        let seating = Seating { chain_id: 31_337, contract: Address([8; 20]), task, attempt: 1, seats, model: None };
        Self { hub: Hub::default(), seating, keys, progress: Rc::default() }
    }

    /// Plays a seat; once all have met, the chain is said to have it.
    async fn play(&self, party: &mut Party, seat: SeatNumber) -> Asked {
        let connector = self.hub.connector(seat);
        party.way = Some(Box::new(move |_, _| Box::new(connector)));
        let (relay, token) = (String::new(), String::new());
        let channel = format!("test {} {seat}", self.seating.task);
        let says = BroadcastChannel::new(&channel).unwrap();
        let play =
            Play { seating: self.seating.clone(), seat, relay, token, least_rows: 30, channel, awaited: Vec::new() };
        let mut beside =
            vec![("spec", spec()), ("keys", self.keys[usize::from(seat)].clone()), ("directory", directory(seat))];
        beside.extend(tables().get(usize::from(seat)).map(|table| ("table", table.clone().into_bytes())));
        let progress = Rc::clone(&self.progress);
        let told = move |_, body: String| {
            let answer = match serde_json::from_str(&body) {
                Ok(Progress::Met { signatures }) => {
                    assert_eq!(signatures.len(), 3);
                    BEGUN.into()
                }
                Ok(Progress::Signed { .. }) => AGREED.into(),
                Ok(Progress::Keep { number, progress: now }) => {
                    progress.borrow_mut().insert(seat, now.into_bytes());
                    kept(number)
                }
                _ => return,
            };
            says.post_message(&answer.into()).unwrap();
        };
        let parts = beside.iter().fold(Parts::none(), |parts, (name, bytes)| parts.with(*name, Part::moved(bytes)));
        party.answer(Request::Play(Box::new(play)), parts, &Job::new(told, js_sys::Date::now())).await
    }

    async fn plays(&self, seat: SeatNumber) -> Finished {
        let reply = self.play(&mut Party::default(), seat).await.unwrap();
        assert_eq!(reply.parts.bytes("kept").is_ok(), seat < 2, "owners keep their half of the model");
        match reply.answer {
            Answer::Finished(finished) => *finished,
            other => panic!("{other:?}"),
        }
    }

    async fn helps(&self) {
        let (spec, hash) = Spec::read(&spec()).unwrap();
        let attempt = self.seating.attempt(spec, hash).unwrap();
        let clock = Rc::new(Time::default());
        let own = Own { seat: 3, secret: HELPER.into(), confirmation: Vec::new() };
        let peers = attempt.spec.peers(3);
        let connect = Box::new(self.hub.connector(3));
        let links =
            Links::new(attempt.terms.clone(), own.into(), &peers, PIECE, [5; 32], connect, clock.clone()).unwrap();
        let mail = Mail::new(links, &peers, clock);
        let (mut draw, mut observe) = (|| panic!("a helper draws nothing"), |_| {});
        let at_work =
            AtWork { attempt: &attempt, seat: 3, mail, random: &mut draw, observe: &mut observe, outside: &Alone };
        let mut seen = SeenSeeds::default();
        let session = mpc_run::SessionKey::new(&[99; 32]).unwrap();
        help(at_work, &session, &mut |seed| Ok(seen.note(seed)?)).await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn seats_meet_and_play_a_training_to_its_signed_end() {
    let world = World::new(1).await;
    let seats = join3(world.plays(0), world.plays(1), world.plays(2));
    let ((first, second, receiver), ()) = join(seats, world.helps()).await;
    assert_eq!((&first.outcome, &first.signatures), (&receiver.outcome, &receiver.signatures));
    assert_eq!((&second.outcome, receiver.rows), (&first.outcome, 40));
    let [told] = &receiver.told[..] else { panic!("{:?}", receiver.told) };
    assert_eq!(told.what, What::Fact(Fact::Metric(Metric::Rmse)));
    assert!(told.numbers[0].abs() < 1e-3, "the label is a sum of the columns: {:?}", told.numbers);
    let signs = |finished: &Finished| finished.told[0].numbers[0];
    assert!(signs(&first) > 0.0 && signs(&second) < 0.0, "own coefficients, as the label was made");
}

#[wasm_bindgen_test]
async fn a_seat_belongs_to_one_tab_and_is_free_when_that_one_goes() {
    let world = World::new(2).await;
    let mut party = Party::default();
    let mut other = Party::default();
    {
        // Whichever has the seat waits for the others; the other one is told.
        let (one, another) = (Box::pin(world.play(&mut party, 0)), Box::pin(world.play(&mut other, 0)));
        let refused = match futures::future::select(one, another).await {
            futures::future::Either::Left((refused, _)) | futures::future::Either::Right((refused, _)) => refused,
        };
        assert!(matches!(refused, Err(Ended::Failed(why)) if why.contains("Another tab")));
    }
    drop((party, other));
    let mut third = Party::default();
    let waits = Box::pin(world.play(&mut third, 0));
    let limit = Box::pin(Time::default().sleep(std::time::Duration::from_millis(500)));
    let waited = matches!(futures::future::select(waits, limit).await, futures::future::Either::Right(_));
    assert!(waited, "the seat is free, and waits for the others");
}

#[wasm_bindgen_test]
async fn a_session_is_asked_of_the_page_until_it_has_one() {
    let (untold, channel) = (Rc::new(Cell::new(None)), "test session");
    let session = Session::of(Rc::new(Heard::on(channel).unwrap()), Rc::clone(&untold));
    let says = BroadcastChannel::new(channel).unwrap();
    // The page hears of a question now and then, as in [`crate::beside`].
    let answers = async |beginning: fn(u32) -> String, rest: &str| {
        let number = loop {
            Time::default().sleep(std::time::Duration::from_millis(10)).await;
            if let Some(number) = untold.take() {
                break number;
            }
        };
        says.post_message(&format!("{}{rest}", beginning(number)).into()).unwrap();
    };
    let (away, ()) = join(session.token(), answers(not_signed_in, "The server is away.")).await;
    assert_eq!(away, Err(TransportError::Lost("The server is away.".to_owned())));
    // What was said of an earlier question is no answer to a later one.
    let (token, ()) = join(session.token(), answers(signed_in, "another token")).await;
    assert_eq!(token, Ok("another token".to_owned()));
}

#[wasm_bindgen_test]
async fn a_table_that_is_not_fit_is_told_before_anything_is_signed() {
    let table = "id,b,y\n1,x,1\n1,2,2\n";
    let beside = vec![("table", table.into()), ("spec", spec())];
    let reply = ask(&mut Party::default(), Request::Check { owner: 1 }, beside).await.unwrap();
    let Answer::Checked { rows: 2, findings } = reply.answer else { panic!("{:?}", reply.answer) };
    assert!(findings.iter().any(|one| one.contains("not a finite number")), "{findings:?}");
    assert!(findings.len() > 1, "the id that is there twice is told too: {findings:?}");
}

/// The last words of a run were not heard: what owners kept is posted on chain, and the receiver reads the same from it.
#[wasm_bindgen_test]
async fn keys_that_are_demanded_are_posted_and_open_the_same_result() {
    let world = World::new(3).await;
    // Boxed: all of them in one frame are more than a worker's stack holds in a debug build.
    let seats = join3(Box::pin(world.plays(0)), Box::pin(world.plays(1)), Box::pin(world.plays(2)));
    let ((_, _, receiver), ()) = join(seats, Box::pin(world.helps())).await;
    let (read, hash) = Spec::read(&spec()).unwrap();
    let attempt = world.seating.attempt(read, hash).unwrap();
    let result = signed(&attempt.terms, Said::Outcome(&receiver.outcome));
    let late = |seat, result, posted| Box::new(Late { seating: world.seating.clone(), seat, result, posted });
    let beside = |seat: SeatNumber| {
        let progress = world.progress.borrow().get(&seat).cloned().unwrap();
        vec![("spec", spec()), ("progress", progress), ("directory", directory(seat))]
    };
    // Who receives demands with what all have signed.
    let request = Request::Signed(late(2, result, Vec::new()));
    let reply = Box::pin(ask(&mut Party::default(), request, beside(2))).await.unwrap();
    let Answer::Signed { outcome } = reply.answer else { panic!("{:?}", reply.answer) };
    assert_eq!(outcome, receiver.outcome);
    let mut posted = Vec::new();
    for owner in [0, 1] {
        let request = Request::Owes(late(owner, result, Vec::new()));
        let reply = Box::pin(ask(&mut Party::default(), request, beside(owner))).await.unwrap();
        let Answer::Owes { outcome, key } = reply.answer else { panic!("{:?}", reply.answer) };
        assert_eq!(outcome, receiver.outcome);
        assert_eq!(protocol::keccak(&[&key]), outcome.keys[usize::from(owner)], "as all have signed");
        posted.push((owner, key));
    }
    let request = Request::Opens(late(2, result, posted.clone()));
    let reply = Box::pin(ask(&mut Party::default(), request, beside(2))).await.unwrap();
    let Answer::Finished(opened) = reply.answer else { panic!("{:?}", reply.answer) };
    assert_eq!((opened.told[0].what, &opened.told[0].numbers), (receiver.told[0].what, &receiver.told[0].numbers));
    assert_eq!((&opened.outcome, &opened.signatures), (&receiver.outcome, &receiver.signatures));

    // An owner takes its half of the model; the keys on chain are none of its own.
    let request = Request::Opens(late(0, result, posted.clone()));
    let Reply { answer, parts } = Box::pin(ask(&mut Party::default(), request, beside(0))).await.unwrap();
    let Answer::Finished(taken) = answer else { panic!("{answer:?}") };
    assert!(taken.told.is_empty() && parts.bytes("kept").is_ok());
    assert_eq!(taken.outcome, receiver.outcome);

    // A key that is altered opens nothing, and of another result nothing is kept.
    posted[0].1[0] ^= 1;
    let request = Request::Opens(late(2, result, posted));
    assert!(matches!(Box::pin(ask(&mut Party::default(), request, beside(2))).await, Err(Ended::Failed(_))));
    let request = Request::Owes(late(0, Digest([1; 32]), Vec::new()));
    let refused = Box::pin(ask(&mut Party::default(), request, beside(0))).await;
    assert!(matches!(refused, Err(Ended::Failed(why)) if why.contains("keeps nothing")));
}
