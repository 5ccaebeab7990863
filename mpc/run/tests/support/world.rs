//! Seats that run at the same time, over a relay in memory or a real one.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use link::{
    Connect, Links, Own, Proof, Seat as LinkSeat, SeatNumber, Terms, public_key,
    transport::{
        memory::Hub,
        native::{Time, connector},
    },
};
use mpc::draw::{Registry, SeenSeeds};
use mpc_run::{
    Attempt, Brings, Dealt, Ended, Finished, Kept, Keys, Mail, RunError, Seated, SessionKey, Spec, Stage, Table, help,
    meet, own, receive,
};
use protocol::{Address, Digest};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

pub fn secret(seat: SeatNumber, what: u8) -> [u8; 32] {
    [seat * 16 + what; 32]
}

pub fn session(seat: SeatNumber) -> SessionKey {
    SessionKey::new(&secret(seat, 1)).unwrap()
}

pub fn attempt(spec: &Spec, task: u64) -> Attempt {
    let seat = |seat: SeatNumber| LinkSeat {
        address: Address([seat + 1; 20]),
        roles: 1 << seat,
        key: public_key(&secret(seat, 2)).unwrap(),
        proof: Proof::TwoNodes,
    };
    let signers = || 0..spec.signers();
    Attempt {
        terms: Arc::new(Terms {
            chain_id: 31_337,
            contract: Address([9; 20]),
            task,
            attempt: 1,
            plan: Attempt::program(),
            spec: Digest::of(&spec.to_bytes()),
            seats: (0..spec.seats()).map(seat).collect(),
            confirmed: |_| None,
        }),
        spec: spec.clone(),
        signers: signers().map(|seat| session(seat).address()).collect(),
        // Anything that hangs on all of it does here.
        signed: |terms, outcome| {
            Digest::of(format!("{} {} {} {outcome:?}", terms.task, terms.attempt, terms.spec).as_bytes())
        },
        directory: signers().map(|seat| public_key(&secret(seat, 3)).unwrap()).collect(),
    }
}

/// How seats reach each other, and what a test does at a stage.
pub struct World {
    pub connect: Box<dyn Fn(SeatNumber) -> Box<dyn Connect>>,
    pub at: Rc<RefCell<dyn FnMut(SeatNumber, Stage)>>,
    /// Whether those who sign meet before they begin.
    pub meets: bool,
}

impl World {
    pub fn memory(hub: &Hub) -> Self {
        let hub = hub.clone();
        Self {
            connect: Box::new(move |seat| Box::new(hub.connector(seat))),
            at: Rc::new(RefCell::new(|_, _| {})),
            meets: false,
        }
    }

    pub fn relay(server: String) -> Self {
        let connect = move |seat| -> Box<dyn Connect> {
            let address = link::transport::address(&server, 7, 1, seat);
            Box::new(connector(address, seat.to_string()))
        };
        Self { connect: Box::new(connect), at: Rc::new(RefCell::new(|_, _| {})), meets: false }
    }

    fn mail(&self, attempt: &Attempt, seat: SeatNumber, random: &mut ChaCha20Rng) -> Mail {
        let clock = Rc::new(Time::default());
        let own = Own { seat, secret: secret(seat, 2).into(), confirmation: Vec::new() };
        let peers = attempt.spec.peers(seat);
        let mut seed = [0; 32];
        random.fill_bytes(&mut seed);
        let connect = (self.connect)(seat);
        let links = Links::new(attempt.terms.clone(), Arc::new(own), &peers, seed, connect, clock.clone()).unwrap();
        Mail::new(links, &peers, clock)
    }

    /// Plays all seats to the end.
    pub async fn run(&self, attempt: &Attempt, tables: &[Table; 2], kept: [Option<&Kept>; 2], least: u32) -> Ran {
        let owner = async |seat: SeatNumber| {
            let mut random = ChaCha20Rng::seed_from_u64(rand());
            let mut mail = self.mail(attempt, seat, &mut random);
            if self.meets {
                let present = Digest::of(b"present");
                let all = meet(&mut mail, attempt, seat, &session(seat), present).await?;
                assert_eq!(all.len(), attempt.signers.len());
                // What the chain takes a while for.
                mail.stay(std::time::Duration::from_secs(3)).await?;
            }
            let mut draw = || {
                let mut bytes = [0; 32];
                random.fill_bytes(&mut bytes);
                Ok(bytes)
            };
            let mut observe = |stage| (self.at.borrow_mut())(seat, stage);
            let seated = Seated { attempt, seat, mail, random: &mut draw, observe: &mut observe };
            let (session, directory) = (session(seat), secret(seat, 3));
            let keys = Keys { session: &session, directory: &directory };
            let place = usize::from(seat);
            let mut registry = Registry::default();
            match Spec::owner_of(seat) {
                Some(_) => {
                    let registry = &mut registry;
                    let brings = Brings { table: &tables[place], kept: kept[place], least_rows: least, registry };
                    own(seated, keys, brings).await
                }
                None => receive(seated, keys).await,
            }
        };
        let helper = async {
            let Some(seat) = attempt.spec.helper() else { return Ok(Dealt { bytes: 0, steps: 0 }) };
            let mut random = ChaCha20Rng::seed_from_u64(rand());
            let mail = self.mail(attempt, seat, &mut random);
            let mut draw = || unreachable!("a helper draws nothing");
            let mut observe = |stage| (self.at.borrow_mut())(seat, stage);
            let seated = Seated { attempt, seat, mail, random: &mut draw, observe: &mut observe };
            let mut seen = SeenSeeds::default();
            help(seated, &mut |seed| Ok(seen.note(seed)?)).await
        };
        let signers = (0..attempt.spec.signers()).map(owner);
        let (seats, dealt) = futures::future::join(futures::future::join_all(signers), helper).await;
        Ran { seats, dealt }
    }
}

fn rand() -> u64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64
}

pub struct Ran {
    pub seats: Vec<Result<Ended, RunError>>,
    pub dealt: Result<Dealt, RunError>,
}

impl Ran {
    /// What all seats have; they must have the same outcome, signed by all.
    #[track_caller]
    pub fn finished(self, attempt: &Attempt) -> Vec<Finished> {
        self.dealt.unwrap();
        let all: Vec<Finished> = self
            .seats
            .into_iter()
            .map(|seat| match seat.unwrap() {
                Ended::Finished(finished) => *finished,
                Ended::Answered(sentence) => panic!("{sentence}"),
            })
            .collect();
        for finished in &all {
            assert_eq!(finished.outcome, all[0].outcome);
            assert_eq!(finished.signatures, all[0].signatures);
            let signers = finished.signatures.iter().map(|one| attempt.signer(&finished.outcome, one));
            assert!(signers.eq(attempt.signers.iter().copied()));
        }
        all
    }
}
