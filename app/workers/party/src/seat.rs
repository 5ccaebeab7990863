//! A seat at work.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use futures::future::{FutureExt as _, LocalBoxFuture, ready};
use link::{
    Connect, Environment, Links, Own,
    transport::{self, web},
};
use mpc::draw::Registry;
use mpc_run::{
    Attempt, Brings, Ended, Kept, Keys, Mail, Outcome, Outside, PIECE, RunError, Seated, Spec, Stage, Table, own,
    receive,
};
use mpc_task::{
    Play, Progress, Secrets, awaiting,
    request::{ADVANCED, AGREED, BEGUN, kept, not_kept},
};
use protocol::{Digest, relay::Room};
use work::lock::{self, Held};

use crate::{beside::Beside, heard::Heard, random, session::Session};

/// What the page hands over for a seat.
pub struct Given {
    pub play: Play,
    pub spec: Vec<u8>,
    pub secrets: Secrets,
    /// Secret of the key in the directory.
    pub directory: [u8; 32],
    pub table: Option<Table>,
    pub kept: Option<Kept>,
    /// What the run goes on from.
    pub progress: Option<Vec<u8>>,
    /// The signed transaction by which the seat was confirmed, for the others; empty where the page has it not.
    pub confirmation: Vec<u8>,
}

/// A seat whose links are open.
pub struct Seat {
    attempt: Attempt,
    given: Given,
    mail: Mail,
    pub beside: Beside,
    heard: Rc<Heard>,
    _held: Held,
}

/// How a seat connects, in a test otherwise than over a relay.
pub type Way = Box<dyn FnOnce(&Play, Session) -> Box<dyn Connect>>;

/// Over the relay of the server.
pub fn over_relay(play: &Play, session: Session) -> Box<dyn Connect> {
    let Play { seating, seat, relay, token, .. } = play;
    let room = Room::Task { task: seating.task, attempt: seating.attempt };
    let address = transport::address(relay, room, *seat);
    Box::new(web::connector(address, token.clone(), move || session.token()))
}

impl Seat {
    /// Takes the seat and begins to connect.
    ///
    /// # Errors
    /// A sentence: another tab has the seat, or the task does not fit.
    pub async fn take(given: Given, way: Way) -> Result<Self, String> {
        let Play { seating, seat, .. } = &given.play;
        let name = format!("modelmarket seat {}/{}/{}/{seat}", seating.chain_id, seating.contract, seating.task);
        // Two would fork the links, and could hide two things under one mask. Where a browser has no locks, the relay lets the
        // later one in and tells the other.
        let held = lock::take(&name).await.ok_or(
            "Another tab of this browser plays this seat. Go on there, or close it and try again here: two would spoil \
             the run.",
        )?;
        let (attempt, seat) = (attempt(&given).map_err(|error| error.to_string())?, *seat);
        let clock: Rc<dyn Environment> = Rc::new(web::Time::default());
        let peers = attempt.spec.peers(seat);
        let own = Own { seat, secret: given.secrets.link.0.into(), confirmation: given.confirmation.clone() };
        let beside = Beside::default();
        let heard = Rc::new(Heard::on(&given.play.channel)?);
        let session = Session::of(Rc::clone(&heard), Rc::clone(&beside.sign_in));
        let connect = beside.counted.connect(way(&given.play, session));
        let seed = random::bytes().map_err(|error| error.to_string())?;
        let mut links =
            Links::new(attempt.terms.clone(), Arc::new(own), &peers, PIECE, seed, connect, Rc::clone(&clock))
                .map_err(|error| error.to_string())?;
        beside.observe(&mut links);
        let mut mail = Mail::new(links, &peers, clock);
        mail.stops_with(Rc::clone(&beside.stop));
        mail.gives_helper_up_with(Rc::clone(&heard.gone));
        Ok(Self { attempt, given, mail, beside, heard, _held: held })
    }

    /// Plays to the end. `tell` says to the page what it has to do meanwhile.
    pub async fn play(
        self,
        tell: &dyn Fn(Progress),
        observe: &mut dyn FnMut(Stage),
    ) -> Result<(Ended, Given), RunError> {
        let Self { attempt, given, mail, heard, .. } = self;
        let session = given.secrets.session()?;
        let seat = given.play.seat;
        let mut draw = random::bytes;
        let outside = &Page { tell, heard, progress: RefCell::new(given.progress.clone()), number: Cell::new(0) };
        let seated = Seated { attempt: &attempt, seat, mail, random: &mut draw, observe, outside };
        let keys = Keys { session: &session, directory: &given.directory };
        let ended = match &given.table {
            Some(table) => {
                let registry = &mut Registry::default();
                let least_rows = given.play.least_rows;
                own(seated, keys, Brings { table, kept: given.kept.as_ref(), least_rows, registry }).await?
            }
            None => receive(seated, keys).await?,
        };
        Ok((ended, given))
    }
}

/// The page, which sends to the chain and reads it, and keeps what the run can go on from.
struct Page<'a> {
    tell: &'a dyn Fn(Progress),
    heard: Rc<Heard>,
    progress: RefCell<Option<Vec<u8>>>,
    /// Of what is to be kept.
    number: Cell<u32>,
}

impl Page<'_> {
    async fn hears(&self, text: &str) {
        self.heard.until(|heard| heard.has(text).then_some(())).await;
    }
}

impl Outside for Page<'_> {
    fn begun<'a>(&'a self, signatures: &'a [Vec<u8>]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        if !self.heard.has(BEGUN) {
            (self.tell)(Progress::Met { signatures: signatures.to_vec() });
        }
        // Before the chain counts the run as begun nothing is told, not even how many rows are common.
        self.hears(BEGUN).map(Ok).boxed_local()
    }

    fn agreed<'a>(
        &'a self,
        outcome: &'a Outcome,
        signatures: &'a [Vec<u8>],
    ) -> LocalBoxFuture<'a, Result<(), RunError>> {
        if !self.heard.has(AGREED) {
            (self.tell)(Progress::Signed { outcome: Box::new(outcome.clone()), signatures: signatures.to_vec() });
        }
        self.hears(AGREED).map(Ok).boxed_local()
    }

    fn advanced<'a>(&'a self, signatures: &'a [Vec<u8>]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        (self.tell)(Progress::Advanced { signatures: signatures.to_vec() });
        self.hears(ADVANCED).map(Ok).boxed_local()
    }

    fn kept(&self) -> LocalBoxFuture<'_, Result<Option<Vec<u8>>, RunError>> {
        ready(Ok(self.progress.borrow().clone())).boxed_local()
    }

    fn keep<'a>(&'a self, progress: &'a [u8]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        let number = self.number.get() + 1;
        self.number.set(number);
        self.progress.replace(Some(progress.to_vec()));
        (self.tell)(Progress::Keep { number, progress: String::from_utf8_lossy(progress).into_owned() });
        async move {
            let (is_kept, is_not) = (kept(number), not_kept(number));
            let answer = |heard: &Heard| {
                let refused = heard.rest_of(&is_not).map(|why| Err(RunError::NotKept { why }));
                if heard.has(&is_kept) { Some(Ok(())) } else { refused }
            };
            self.heard.until(answer).await
        }
        .boxed_local()
    }
}

fn attempt(given: &Given) -> Result<Attempt, RunError> {
    let (spec, hash) = Spec::read(&given.spec)?;
    let attempt = awaiting(given.play.seating.attempt(spec, hash)?, &given.play.awaited);
    let has_data = Spec::owner_of(given.play.seat).is_some();
    if has_data != given.table.is_some() {
        return Err(RunError::OtherSeat { seat: given.play.seat });
    }
    let mine = given.secrets.public()?.link;
    let named = given.play.seating.seats.get(usize::from(given.play.seat)).map(|seat| seat.link);
    // Keys of another seat could open no link; said now, it can be mended.
    if named == Some(mine) {
        Ok(attempt)
    } else {
        Err(RunError::SessionKey { what: "the seat was confirmed with another one" })
    }
}

/// What is said of a table that does not fit a seat, before anything is signed.
pub fn check(spec: &[u8], owner: u8, table: &Table) -> Result<Vec<String>, RunError> {
    let spec = Spec::parse(spec)?;
    let owner = Spec::owner_of(owner).ok_or(RunError::OtherSeat { seat: owner })?;
    Ok(mpc_run::preflight(&spec, owner, table).findings.iter().map(ToString::to_string).collect())
}

/// Keys that were never used.
pub fn secrets() -> Result<Secrets, RunError> {
    let draw = || random::bytes().map(Digest);
    Ok(Secrets { link: draw()?, session: draw()?, salt: draw()? })
}
