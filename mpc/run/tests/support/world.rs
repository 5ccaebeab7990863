//! Seats that run at the same time, over a relay in memory or a real one.

use std::{cell::Cell, cell::RefCell, pin::pin, rc::Rc, sync::Arc, time::Duration};

use futures::future::{Either, FutureExt as _, LocalBoxFuture, ready, select};
use link::{
    Connect, Links, Own, Proof, Seat as LinkSeat, SeatNumber, Terms, public_key,
    transport::{
        memory::Hub,
        native::{Time, connector},
    },
};
use mpc::draw::{Registry, SeenSeeds};
use mpc_run::{
    Alone, Attempt, Brings, Dealt, Ended, Finished, Kept, Keys, Mail, Outcome, Outside, PIECE, RunError, Said, Seated,
    SessionKey, Spec, Stage, Table, help, own, receive,
};
use protocol::{Address, Digest, relay::Room};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use tokio::sync::Notify;

pub fn secret(seat: SeatNumber, what: u8) -> [u8; 32] {
    [seat * 16 + what; 32]
}

pub fn session(seat: SeatNumber) -> SessionKey {
    SessionKey::new(&secret(seat, 1)).unwrap()
}

pub fn attempt(spec: &Spec, task: u64) -> Attempt {
    let seat = |seat: SeatNumber| LinkSeat {
        address: session(seat).address(),
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
        model: spec.named_model(),
        signers: signers().map(|seat| session(seat).address()).collect(),
        // Anything that hangs on all of it does here.
        signed: |terms, said| {
            Digest::of(format!("{} {} {} {said:?}", terms.task, terms.attempt, terms.spec).as_bytes())
        },
        directory: signers().map(|seat| public_key(&secret(seat, 3)).unwrap()).collect(),
    }
}

/// What a seat keeps between two lives of its program.
#[derive(Default)]
pub struct Store {
    pub kept: RefCell<Option<Vec<u8>>>,
    pub full: Cell<bool>,
    /// Never remembers how often it has computed, as a program that was changed.
    pub forgets: Cell<bool>,
    /// Everything that was ever kept.
    pub all: RefCell<Vec<Vec<u8>>>,
    /// What the chain was told: signatures that all are there, and of what came out.
    pub begun: RefCell<Vec<Vec<Vec<u8>>>>,
    pub agreed: RefCell<Vec<Outcome>>,
    /// And of the next helper.
    pub advanced: RefCell<Vec<Vec<Vec<u8>>>>,
    /// How long the chain takes.
    pub slow: Duration,
    /// How much longer this seat waits to see the result there.
    pub lags: Duration,
}

impl Outside for Store {
    fn begun<'a>(&'a self, signatures: &'a [Vec<u8>]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        self.begun.borrow_mut().push(signatures.to_vec());
        tokio::time::sleep(self.slow).map(Ok).boxed_local()
    }

    fn agreed<'a>(&'a self, outcome: &'a Outcome, _: &'a [Vec<u8>]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        self.agreed.borrow_mut().push(outcome.clone());
        tokio::time::sleep(self.slow + self.lags).map(Ok).boxed_local()
    }

    fn advanced<'a>(&'a self, signatures: &'a [Vec<u8>]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        self.advanced.borrow_mut().push(signatures.to_vec());
        ready(Ok(())).boxed_local()
    }

    fn kept(&self) -> LocalBoxFuture<'_, Result<Option<Vec<u8>>, RunError>> {
        ready(Ok(self.kept.borrow().clone())).boxed_local()
    }

    fn keep<'a>(&'a self, progress: &'a [u8]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        if self.full.get() {
            return ready(Err(RunError::NotKept { why: "no space left on device".into() })).boxed_local();
        }
        let mut progress = progress.to_vec();
        if self.forgets.get() {
            let mut read: serde_json::Value = serde_json::from_slice(&progress).unwrap();
            read["computed_times"] = 0.into();
            progress = serde_json::to_vec(&read).unwrap();
        }
        self.all.borrow_mut().push(progress.clone());
        *self.kept.borrow_mut() = Some(progress);
        ready(Ok(())).boxed_local()
    }
}

/// How seats reach each other, and what a test does at a stage.
pub struct World {
    pub stores: [Store; 4],
    /// Ends the program of a seat where it says so, and starts it again: asked at each stage.
    pub kills: Rc<RefCell<dyn FnMut(SeatNumber, Stage) -> bool>>,
    /// Seeds that the helper was given, and the bytes that seats drew.
    pub seeds: RefCell<Vec<Vec<u8>>>,
    pub drawn: RefCell<Vec<[u8; 32]>>,
    pub connect: Box<dyn Fn(SeatNumber) -> Box<dyn Connect>>,
    pub at: Rc<RefCell<dyn FnMut(SeatNumber, Stage)>>,
    /// Seats that do not run here.
    pub absent: Vec<SeatNumber>,
    /// Fewer common rows than this an owner does not go on with, where it is more than what is asked for both.
    pub least: [u32; 2],
    /// Which owners give the helper up.
    pub gone: [Rc<Cell<bool>>; 2],
}

impl World {
    pub fn memory(hub: &Hub) -> Self {
        let hub = hub.clone();
        Self::of(Box::new(move |seat| Box::new(hub.connector(seat))))
    }

    /// One seat is in another place; see [`super::between`].
    pub fn apart(hub: &Hub, seat: SeatNumber, other: &Hub) -> Self {
        let (hub, other) = (hub.clone(), other.clone());
        Self::of(Box::new(move |who| Box::new(if who == seat { &other } else { &hub }.connector(who))))
    }

    pub fn relay(server: String) -> Self {
        let connect = move |seat| -> Box<dyn Connect> {
            let address = link::transport::address(&server, Room::Task { task: 7, attempt: 1 }, seat);
            Box::new(connector(address, seat.to_string()))
        };
        Self::of(Box::new(connect))
    }

    fn of(connect: Box<dyn Fn(SeatNumber) -> Box<dyn Connect>>) -> Self {
        Self {
            stores: Default::default(),
            kills: Rc::new(RefCell::new(|_, _| false)),
            seeds: RefCell::default(),
            drawn: RefCell::default(),
            connect,
            at: Rc::new(RefCell::new(|_, _| {})),
            absent: Vec::new(),
            least: [0; 2],
            gone: Default::default(),
        }
    }

    fn mail(&self, attempt: &Attempt, seat: SeatNumber, random: &mut ChaCha20Rng) -> Mail {
        let clock = Rc::new(Time::default());
        let own = Own { seat, secret: secret(seat, 2).into(), confirmation: Vec::new() };
        let peers = attempt.spec.peers(seat);
        let mut seed = [0; 32];
        random.fill_bytes(&mut seed);
        let connect = (self.connect)(seat);
        let links =
            Links::new(attempt.terms.clone(), Arc::new(own), &peers, PIECE, seed, connect, clock.clone()).unwrap();
        Mail::new(links, &peers, clock)
    }

    fn observed(&self, seat: SeatNumber, stage: Stage, killed: &Notify) {
        (self.at.borrow_mut())(seat, stage);
        if (self.kills.borrow_mut())(seat, stage) {
            killed.notify_one();
        }
    }

    /// Plays all seats to the end.
    pub async fn run(&self, attempt: &Attempt, tables: &[Table; 2], kept: [Option<&Kept>; 2], least: u32) -> Ran {
        let owner = async |seat: SeatNumber, killed: &Notify| {
            if self.absent.contains(&seat) {
                return Err(RunError::Stopped);
            }
            let mut random = ChaCha20Rng::seed_from_u64(rand());
            let mut mail = self.mail(attempt, seat, &mut random);
            if let Some(gone) = self.gone.get(usize::from(seat)) {
                mail.gives_helper_up_with(gone.clone());
            }
            let mut draw = || {
                let mut bytes = [0; 32];
                random.fill_bytes(&mut bytes);
                self.drawn.borrow_mut().push(bytes);
                Ok(bytes)
            };
            let mut observe = |stage| self.observed(seat, stage, killed);
            let outside = &self.stores[usize::from(seat)];
            let seated = Seated { attempt, seat, mail, random: &mut draw, observe: &mut observe, outside };
            let (session, directory) = (session(seat), secret(seat, 3));
            let keys = Keys { session: &session, directory: &directory };
            let place = usize::from(seat);
            let mut registry = Registry::default();
            match Spec::owner_of(seat) {
                Some(_) => {
                    let registry = &mut registry;
                    let least_rows = least.max(self.least[place]);
                    let brings = Brings { table: &tables[place], kept: kept[place], least_rows, registry };
                    own(seated, keys, brings).await
                }
                None => receive(seated, keys).await,
            }
        };
        // Of all its lives.
        let seen = RefCell::new(SeenSeeds::default());
        let helper = async |killed: &Notify| {
            let helper = attempt.spec.helper().filter(|seat| !self.absent.contains(seat));
            let Some(seat) = helper else { return Ok(Dealt::default()) };
            let mut random = ChaCha20Rng::seed_from_u64(rand());
            let mail = self.mail(attempt, seat, &mut random);
            let mut draw = || unreachable!("a helper draws nothing");
            let mut observe = |stage| self.observed(seat, stage, killed);
            let outside = &Alone;
            let seated = Seated { attempt, seat, mail, random: &mut draw, observe: &mut observe, outside };
            help(seated, &session(seat), &mut |seed| {
                self.seeds.borrow_mut().push(seed.to_helper().to_vec());
                Ok(seen.borrow_mut().note(seed)?)
            })
            .await
        };
        let owner = async |seat: SeatNumber| lives(async |killed| owner(seat, killed).await).await;
        let helper = lives(helper);
        let signers = (0..attempt.spec.signers()).map(owner);
        let (seats, dealt) = futures::future::join(futures::future::join_all(signers), helper).await;
        Ran { seats, dealt }
    }
}

/// Runs a program until it ends by itself, again each time it is killed.
async fn lives<T>(program: impl AsyncFn(&Notify) -> T) -> T {
    loop {
        let killed = Notify::new();
        let life = pin!(program(&killed));
        if let Either::Left((done, _)) = select(life, pin!(killed.notified())).await {
            return done;
        }
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
    /// Why there is no result, which all seats that sign have signed alike, each with its own key; the sentence at each seat.
    #[track_caller]
    pub fn failed(self, attempt: &Attempt) -> (mpc_run::Failure, Vec<String>) {
        let mut common = None;
        let mut sentences = Vec::new();
        for seat in self.seats {
            let Ended::Answered { sentence, failure, signatures } = seat.unwrap() else { panic!("there is a result") };
            let digest = (attempt.signed)(&attempt.terms, Said::Failure(&failure));
            let signers = (0..attempt.spec.signers()).map(|seat| session(seat).sign(&digest).unwrap());
            assert!(signatures.iter().cloned().eq(signers), "each with its own key");
            assert_eq!(*common.get_or_insert(failure), failure);
            sentences.push(sentence);
        }
        (common.unwrap(), sentences)
    }

    /// What all seats have; they must have the same outcome, signed by all.
    #[track_caller]
    pub fn finished(self, attempt: &Attempt) -> Vec<Finished> {
        self.dealt.unwrap();
        let all: Vec<Finished> = self
            .seats
            .into_iter()
            .map(|seat| match seat.unwrap() {
                Ended::Finished(finished) => *finished,
                Ended::Answered { sentence, .. } => panic!("{sentence}"),
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
