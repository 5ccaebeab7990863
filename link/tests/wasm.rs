//! A browser's side of a link: the same bytes as a native one's, and all of it in a worker.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{sync::Arc, time::Duration};

use link::{Line, Own, Proof, Seat, Terms, line::FRAGMENT, public_key};
use protocol::{Address, Digest};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn secret(seat: u8) -> [u8; 32] {
    [seat + 101; 32]
}

fn terms() -> Arc<Terms> {
    let seat = |seat: u8| Seat {
        address: Address([seat; 20]),
        roles: 1,
        key: public_key(&secret(seat)).unwrap(),
        proof: Proof::TwoNodes,
    };
    Arc::new(Terms {
        chain_id: 31_337,
        contract: Address([9; 20]),
        task: 7,
        attempt: 1,
        plan: Digest([3; 32]),
        spec: Digest([4; 32]),
        seats: vec![seat(0), seat(1)],
        confirmed: |_| None,
    })
}

fn own(seat: u8) -> Arc<Own> {
    Arc::new(Own { seat, secret: secret(seat).into(), confirmation: Vec::new() })
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn records_and_heads_are_the_same_on_every_machine() {
    let line = |seat: u8| Line::new(terms(), own(seat), 1 - seat, [seat + 1; 32], Duration::ZERO).unwrap();
    let mut lines = [line(0), line(1)];
    lines.iter_mut().rev().for_each(|line| line.connect(Duration::ZERO));
    let mut said = Vec::new();
    let mut carry = |lines: &mut [Line; 2]| {
        while let Some((from, record)) = (0..2).find_map(|from| Some((from, lines[from].next_record()?))) {
            lines[1 - from].take(&record, Duration::ZERO).unwrap();
            said.extend(record);
        }
    };
    carry(&mut lines);
    for number in 0..20u8 {
        lines[usize::from(number % 2)].push(1, true, &vec![number; 1_000]).unwrap();
    }
    carry(&mut lines);
    assert_eq!(lines[0].heads(), lines[1].heads());
    let heads = lines[0].heads().unwrap();
    assert_eq!(
        (Digest::of(&said).short(), heads[0].short()),
        ("0x7c58…716c".to_string(), "0xae4f…93ea".to_string()),
        "if the protocol was changed on purpose, these are the new digests"
    );
}

/// A browser seals with another cipher than a native program: of every length around that of its blocks, and of long ones.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn messages_of_all_lengths_are_sealed_the_same_on_every_machine() {
    let line = |seat: u8| Line::new(terms(), own(seat), 1 - seat, [seat + 1; 32], Duration::ZERO).unwrap();
    let mut lines = [line(0), line(1)];
    lines.iter_mut().rev().for_each(|line| line.connect(Duration::ZERO));
    let (mut said, mut came) = (Vec::new(), Vec::new());
    let mut carry = |lines: &mut [Line; 2]| {
        while let Some((from, record)) = (0..2).find_map(|from| Some((from, lines[from].next_record()?))) {
            lines[1 - from].take(&record, Duration::ZERO).unwrap();
            said.extend(record);
        }
        while let Some((_, _, payload)) = lines[1].pop().unwrap() {
            came.push(payload.to_vec());
        }
    };
    carry(&mut lines);
    let lengths: Vec<usize> = (0..600).chain([4_096, 10_001, 65_000, FRAGMENT - 1, FRAGMENT]).collect();
    let message = |length: usize| (0..length).map(|at| (at * 31 + length) as u8).collect::<Vec<u8>>();
    for &length in &lengths {
        lines[0].push(1, true, &message(length)).unwrap();
        carry(&mut lines);
    }
    assert!(came.iter().zip(&lengths).all(|(came, length)| *came == message(*length)));
    assert_eq!(came.len(), lengths.len());
    assert_eq!(
        Digest::of(&said).short(),
        "0xb879…abf4",
        "if the protocol was changed on purpose, this is the new digest"
    );
}

#[cfg(all(target_arch = "wasm32", feature = "web"))]
#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_connection_counts_once_it_is_open_and_every_later_one_asks_for_a_session() {
    use std::{cell::Cell, rc::Rc};

    use futures::future::{FutureExt as _, ready};
    use link::{Connect as _, TransportError, transport::web::connector};

    let asked = Rc::new(Cell::new(0));
    let counts = Rc::clone(&asked);
    let again = move || {
        counts.set(counts.get() + 1);
        let over = Err(TransportError::Refused("The session is over.".to_string()));
        ready(if counts.get() < 3 { Ok("another".to_string()) } else { over }).boxed_local()
    };
    // Nobody listens there.
    let mut connector = connector("ws://127.0.0.1:65533/".to_string(), "first".to_string(), again);
    for tries in 0..3 {
        let error = connector.connect().await.err().unwrap();
        assert!(error.is_passing(), "{error}");
        assert_eq!(asked.get(), tries);
    }
    assert!(!connector.connect().await.err().unwrap().is_passing(), "whoever has no session is not let in");
}

#[cfg(all(target_arch = "wasm32", feature = "web"))]
#[wasm_bindgen_test::wasm_bindgen_test]
async fn links_run_in_a_worker_and_on_its_clock() {
    use std::rc::Rc;

    use link::{
        Links,
        transport::{memory::Hub, web::Time},
    };

    let hub = Hub::default();
    let links = |seat: u8| {
        let connect = Box::new(hub.connector(seat));
        Links::new(terms(), own(seat), &[1 - seat], 1 << 20, [seat + 1; 32], connect, Rc::new(Time::default())).unwrap()
    };
    let (mut one, mut other) = (links(0), links(1));
    let asking = async {
        one.send(1, 1, &vec![7; 200_000]).await.unwrap();
        one.receive(1).await.unwrap()
    };
    let answering = async {
        let message = other.receive(0).await.unwrap();
        other.send(0, 2, &message.payload).await.unwrap();
        other.settle().await.unwrap();
    };
    // Opened first: nothing can be sent before there is an association, and both wait for the first connection.
    let (answer, ()) = futures::future::join(asking, answering).await;
    assert!(answer.operation == 2 && answer.payload == vec![7; 200_000]);
}
