//! All links of several seats, over a relay in memory.

use std::{cell::RefCell, rc::Rc, sync::Arc, time::Duration};

use futures::{FutureExt, future::LocalBoxFuture};
use psi::{Form, Ids, Mode, Psi, Role};
use rand_core::RngCore;

use super::{
    bytes, own, random, seed, terms,
    world::{Clock, run},
};
use crate::{LinkError, Links, Presence, Terms, TransportError, transport::memory::Hub};

/// Bytes of the largest message of these tests.
const MOST: usize = 18 << 20;

struct World {
    clock: Clock,
    hub: Hub,
    terms: Terms,
}

impl World {
    fn new(seats: u8) -> Self {
        Self { clock: Clock::default(), hub: Hub::default(), terms: terms(seats) }
    }

    fn links(&self, seat: u8, seed: [u8; 32]) -> Links {
        self.links_of(seat, seed, MOST)
    }

    fn links_of(&self, seat: u8, seed: [u8; 32], most: usize) -> Links {
        let peers: Vec<u8> = (0..self.terms.seats.len() as u8).filter(|peer| *peer != seat).collect();
        let connect = Box::new(self.hub.connector(seat));
        let clock = Rc::new(self.clock.clone());
        Links::new(Arc::new(self.terms.clone()), own(&self.terms, seat), &peers, most, seed, connect, clock).unwrap()
    }

    fn run(&self, programs: Vec<LocalBoxFuture<'static, ()>>) {
        run(&self.clock, programs);
    }
}

#[test]
fn three_seats_say_all_sizes_to_each_other() {
    let mut random = random("three seats");
    let world = World::new(3);
    let sizes = [0, 1, 1_000, crate::line::FRAGMENT - 1, crate::line::FRAGMENT, crate::line::FRAGMENT + 1, 300_000];
    let payloads: Vec<Vec<u8>> = sizes.iter().map(|size| bytes(&mut random, *size)).collect();
    let heads = Rc::new(RefCell::new(Vec::new()));
    let program = |seat: u8, seed| {
        let (mut links, payloads, heads) = (world.links(seat, seed), payloads.clone(), heads.clone());
        async move {
            let peers: Vec<u8> = (0..3).filter(|peer| *peer != seat).collect();
            for &peer in &peers {
                for (index, payload) in payloads.iter().enumerate() {
                    links.send(peer, index as u32, payload).await.unwrap();
                }
            }
            for &peer in &peers {
                for (index, payload) in payloads.iter().enumerate() {
                    let message = links.receive(peer).await.unwrap();
                    assert!(message.operation == index as u32 && message.payload == *payload);
                }
            }
            links.settle().await.unwrap();
            for &peer in &peers {
                heads.borrow_mut().push((seat.min(peer), seat.max(peer), links.heads(peer).unwrap()));
            }
            // Whoever is done answers the others until they are.
            while heads.borrow().len() < 6 {
                links.step().await.unwrap();
            }
        }
        .boxed_local()
    };
    world.run((0..3).map(|seat| program(seat, seed(&mut random))).collect());
    let mut heads = heads.borrow().clone();
    heads.sort();
    assert!(heads.chunks(2).all(|both| both[0] == both[1]), "both sides of each link have the same heads");
}

#[test]
fn both_may_say_far_more_than_is_under_way_before_either_listens() {
    let mut random = random("both at once");
    let world = World::new(2);
    let payload = Rc::new(bytes(&mut random, 18 << 20));
    let program = |seat: u8, seed| {
        let (mut links, payload) = (world.links(seat, seed), payload.clone());
        async move {
            links.send(1 - seat, 1, &payload).await.unwrap();
            assert!(links.receive(1 - seat).await.unwrap().payload == *payload);
            links.settle().await.unwrap();
        }
        .boxed_local()
    };
    world.run(vec![program(0, seed(&mut random)), program(1, seed(&mut random))]);
}

#[test]
fn a_message_without_an_end_is_kept_no_further_than_a_message_may_be_long() {
    let mut random = random("without an end");
    let world = World::new(2);
    let most = 3 * crate::line::FRAGMENT;
    let (mut one, mut other) = (world.links(0, seed(&mut random)), world.links_of(1, seed(&mut random), most));
    let sending = async move {
        one.opened(1).await.unwrap();
        let fragment = vec![7; crate::line::FRAGMENT];
        // As long as is taken, and then more of the same message, which never ends.
        one.send(1, 1, &fragment.repeat(3)).await.unwrap();
        for _ in 0..4 {
            one.line(1).unwrap().push(2, false, &fragment).unwrap();
        }
        while one.step().await.is_ok() {}
        futures::future::pending::<()>().await;
    };
    let listening = async move {
        assert_eq!(other.receive(0).await.unwrap().payload.len(), most);
        let refused = LinkError::TooLarge { seat: 0, most };
        assert_eq!(other.receive(0).await.unwrap_err(), refused);
        assert_eq!(other.receive(0).await.unwrap_err(), refused, "its rest is no message");
    };
    // The sender waits for ever.
    let both = async move {
        drop(futures::future::select(sending.boxed_local(), listening.boxed_local()).await);
    };
    world.run(vec![both.boxed_local()]);
}

#[test]
fn connections_that_break_again_and_again_lose_nothing() {
    let mut random = random("breaking");
    let world = World::new(2);
    let payloads: Rc<Vec<Vec<u8>>> = Rc::new(
        (0..300)
            .map(|_| {
                let size = random.next_u32() as usize % 3_000;
                bytes(&mut random, size)
            })
            .collect(),
    );
    let done = Rc::new(RefCell::new(0));
    let program = |seat: u8, seed| {
        let (mut links, payloads, hub, done) =
            (world.links(seat, seed), payloads.clone(), world.hub.clone(), done.clone());
        async move {
            let association = links.opened(1 - seat).await.unwrap();
            for (index, payload) in payloads.iter().enumerate() {
                links.send(1 - seat, 1, payload).await.unwrap();
                if index % 17 == 3 {
                    hub.cut((index % 2) as u8);
                }
                assert!(links.receive(1 - seat).await.unwrap().payload == *payload);
            }
            links.settle().await.unwrap();
            *done.borrow_mut() += 1;
            while *done.borrow() < 2 {
                links.step().await.unwrap();
            }
            assert_eq!(links.opened(1 - seat).await.unwrap(), association);
        }
        .boxed_local()
    };
    world.run(vec![program(0, seed(&mut random)), program(1, seed(&mut random))]);
}

#[test]
fn an_intersection_over_links_gives_what_it_gives_without() {
    let mut random = random("intersection");
    let world = World::new(2);
    let terms = psi::Terms {
        chain_id: world.terms.chain_id,
        contract: world.terms.contract,
        task: world.terms.task,
        attempt: world.terms.attempt,
        declared: [60, 50],
        mode: Mode::Exact,
    };
    let results = Rc::new(RefCell::new(Vec::new()));
    let program = |seat: u8, seeds: [[u8; 32]; 2]| {
        let (mut links, terms, results) = (world.links(seat, seeds[0]), terms.clone(), results.clone());
        async move {
            let names: Vec<String> = (0..45).map(|name| format!("name {}", name + 20 * u32::from(seat))).collect();
            let ids = Ids::read(&names, Form::Text).unwrap();
            let role = if seat == 0 { Role::First } else { Role::Second };
            let mut psi = Psi::new(terms, role, ids, seeds[1]).unwrap();
            while !psi.is_finished() {
                while !psi.work(16).unwrap().waits {
                    links.turn().unwrap();
                }
                if psi.count().is_some() {
                    let _ = psi.decide(true);
                }
                let mut said = false;
                while let Some(message) = psi.next_message().unwrap() {
                    links.send(1 - seat, 1, &message).await.unwrap();
                    said = true;
                }
                if !said && !psi.is_finished() {
                    psi.receive(&links.receive(1 - seat).await.unwrap().payload).unwrap();
                }
            }
            let aligned = psi.aligned().unwrap();
            let common: Vec<String> = aligned.rows.iter().map(|row| names[*row as usize].clone()).collect();
            links.settle().await.unwrap();
            results.borrow_mut().push((common, aligned.digest));
            while results.borrow().len() < 2 {
                links.step().await.unwrap();
            }
        }
        .boxed_local()
    };
    let mut seeds = || [seed(&mut random), seed(&mut random)];
    world.run(vec![program(0, seeds()), program(1, seeds())]);
    let results = results.borrow();
    assert_eq!(results[0], results[1]);
    let mut common = results[0].0.clone();
    common.sort();
    let mut expected: Vec<String> = (20..45).map(|name| format!("name {name}")).collect();
    expected.sort();
    assert_eq!(common, expected);
}

/// A relay that does something to the tenth envelope that seat 0 sends: an intersection ends with a sentence on the side that
/// sees it, and has no result on either.
#[test]
fn no_intersection_comes_of_a_hostile_relay() {
    type Attack = fn(&[u8]) -> Vec<Vec<u8>>;
    let attacks: [Attack; 4] = [
        |body| vec![[&body[..40], &[body[40] ^ 1], &body[41..]].concat()],
        |_| Vec::new(),
        |body| vec![body.to_vec(), body.to_vec()],
        |body| vec![[&body[..1], &[9; 8], &body[9..]].concat()],
    ];
    for (index, attack) in attacks.into_iter().enumerate() {
        let mut random = random("hostile relay");
        let world = World::new(2);
        let mut seen = 0;
        world.hub.change(move |from, _, body| {
            seen += u32::from(from == 0);
            if from == 0 && seen == 10 { attack(body) } else { vec![body.to_vec()] }
        });
        let ended: Rc<RefCell<Vec<Option<LinkError>>>> = Rc::default();
        let program = |seat: u8, seed| {
            let (mut links, ended) = (world.links(seat, seed), ended.clone());
            async move {
                let mut talk = async || -> Result<(), LinkError> {
                    for round in 0..20u8 {
                        links.send(1 - seat, 1, &[round; 100]).await?;
                        assert_eq!(links.receive(1 - seat).await?.payload, [round; 100]);
                    }
                    Ok(())
                };
                let stop = async {
                    while ended.borrow().is_empty() {
                        futures::pending!();
                    }
                };
                let error = futures::select_biased! {
                    talked = std::pin::pin!(talk().fuse()) => talked.err(),
                    () = std::pin::pin!(stop.fuse()) => None,
                };
                ended.borrow_mut().push(error);
            }
            .boxed_local()
        };
        world.run(vec![program(0, seed(&mut random)), program(1, seed(&mut random))]);
        let error = ended.borrow()[0].clone();
        assert!(
            matches!(
                error,
                Some(
                    LinkError::Altered { .. }
                        | LinkError::Dropped { .. }
                        | LinkError::Replayed { .. }
                        | LinkError::Foreign { .. }
                )
            ),
            "attack {index}: {error:?}"
        );
    }
}

#[test]
fn who_is_waited_for_is_told_once_and_when_it_is_back() {
    let mut random = random("presence");
    let world = World::new(2);
    let told = Rc::new(RefCell::new(Vec::new()));
    let (mut one, mut other) = (world.links(0, seed(&mut random)), world.links(1, seed(&mut random)));
    let listener = told.clone();
    one.observe(Box::new(move |seat, presence| listener.borrow_mut().push((seat, presence))));
    let clock = world.clock.clone();
    let first = async move {
        one.opened(1).await.unwrap();
        assert_eq!(one.receive(1).await.unwrap().payload, b"back");
        one.turn().unwrap();
    };
    let second = async move {
        other.opened(0).await.unwrap();
        // It computes for 20 minutes and looks at nothing.
        crate::Environment::sleep(&clock, Duration::from_secs(1_200)).await;
        other.send(0, 1, b"back").await.unwrap();
        other.settle().await.unwrap();
    };
    world.run(vec![first.boxed_local(), second.boxed_local()]);
    let told = told.borrow();
    assert_eq!(told[..2], [(1, Presence::Waiting), (1, Presence::Paused)]);
    assert!(told.len() <= 3);
}

#[test]
fn a_relay_that_refuses_ends_it_and_one_that_is_away_does_not() {
    let mut random = random("refusing relay");
    let world = World::new(2);
    let refused = || TransportError::Refused("you have no seat in this task".to_string());
    let connect = move || futures::future::ready(Err(refused())).boxed_local();
    let own = own(&world.terms, 0);
    let clock = Rc::new(world.clock.clone());
    let mut links =
        Links::new(Arc::new(world.terms.clone()), own, &[1], MOST, seed(&mut random), Box::new(connect), clock)
            .unwrap();
    let ended = async move {
        let error = links.opened(1).await.unwrap_err();
        assert_eq!(error.to_string(), "The relay does not let this side in: you have no seat in this task");
    };
    world.run(vec![ended.boxed_local()]);
    // Closed for five minutes.
    world.hub.close(true);
    let (mut one, mut other) = (world.links(0, seed(&mut random)), world.links(1, seed(&mut random)));
    let (hub, clock) = (world.hub.clone(), world.clock.clone());
    world.run(vec![
        async move { one.opened(1).await.map(|_| ()).unwrap() }.boxed_local(),
        async move { other.opened(0).await.map(|_| ()).unwrap() }.boxed_local(),
        async move {
            crate::Environment::sleep(&clock, Duration::from_secs(300)).await;
            hub.close(false);
        }
        .boxed_local(),
    ]);
    assert!(crate::Environment::now(&world.clock) < Duration::from_secs(330), "tried at least every 15 seconds");
}
