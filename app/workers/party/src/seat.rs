//! A seat at work.

use std::{rc::Rc, sync::Arc, time::Duration};

use link::{
    Connect, Environment, Links, Own,
    transport::{self, web},
};
use mpc::draw::Registry;
use mpc_run::{Attempt, Brings, Ended, Kept, Keys, Mail, RunError, Seated, Spec, Stage, Table, meet, own, receive};
use mpc_task::{Play, Secrets, present};
use protocol::Digest;

use crate::{
    beside::Beside,
    heard::Heard,
    lock::{self, Held},
    random,
};

/// How often the seat looks whether the chain has what it was told.
const LOOK: Duration = Duration::from_millis(250);

/// What the page hands over for a seat.
pub struct Given {
    pub play: Play,
    pub spec: Vec<u8>,
    pub secrets: Secrets,
    /// Secret of the key in the directory.
    pub directory: [u8; 32],
    pub table: Option<Table>,
    pub kept: Option<Kept>,
}

/// A seat whose links are open.
pub struct Seat {
    attempt: Attempt,
    given: Given,
    mail: Mail,
    pub beside: Beside,
    heard: Heard,
    _held: Held,
}

/// How a seat connects, in a test otherwise than over a relay.
pub type Way = Box<dyn FnOnce(&Play) -> Box<dyn Connect>>;

/// Over the relay of the server.
pub fn over_relay(play: &Play) -> Box<dyn Connect> {
    let Play { seating, seat, relay, token, .. } = play;
    let address = transport::address(relay, seating.task, seating.attempt, *seat);
    Box::new(web::connector(address, token.clone()))
}

impl Seat {
    /// Takes the seat and begins to connect.
    ///
    /// # Errors
    /// A sentence: another tab has the seat, or the task does not fit.
    pub async fn take(given: Given, way: Way) -> Result<Self, String> {
        let Play { seating, seat, .. } = &given.play;
        let name = format!("modelmarket seat {}/{}/{}/{seat}", seating.chain_id, seating.contract, seating.task);
        let held = lock::take(&name).await.ok_or(
            "Another tab of this browser plays this seat. Go on there, or close it and try again here: two would spoil \
             the run.",
        )?;
        let (attempt, seat) = (attempt(&given).map_err(|error| error.to_string())?, *seat);
        let clock: Rc<dyn Environment> = Rc::new(web::Time::default());
        let peers = attempt.spec.peers(seat);
        let own = Own { seat, secret: given.secrets.link.0.into(), confirmation: Vec::new() };
        let beside = Beside::default();
        let connect = beside.counted.connect(way(&given.play));
        let seed = random::bytes().map_err(|error| error.to_string())?;
        let mut links = Links::new(attempt.terms.clone(), Arc::new(own), &peers, seed, connect, Rc::clone(&clock))
            .map_err(|error| error.to_string())?;
        beside.observe(&mut links);
        let mut mail = Mail::new(links, &peers, clock);
        mail.stops_with(Rc::clone(&beside.stop));
        let heard = Heard::on(&given.play.channel)?;
        Ok(Self { attempt, given, mail, beside, heard, _held: held })
    }

    /// Meets the others, waits for the chain, and plays to the end. `met` is told what all have signed then.
    pub async fn play(
        self,
        met: impl FnOnce(Vec<Vec<u8>>),
        observe: &mut dyn FnMut(Stage),
    ) -> Result<(Ended, Given), RunError> {
        let Self { attempt, given, mut mail, heard, .. } = self;
        let session = given.secrets.session()?;
        let seat = given.play.seat;
        observe(Stage::Connecting);
        met(meet(&mut mail, &attempt, seat, &session, present(&attempt)).await?);
        // Before the chain counts the run as begun nothing is told, not even how many rows are common.
        while !heard.has_begun() {
            mail.stay(LOOK).await?;
        }
        let mut draw = random::bytes;
        let seated = Seated { attempt: &attempt, seat, mail, random: &mut draw, observe };
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

fn attempt(given: &Given) -> Result<Attempt, RunError> {
    let (spec, hash) = Spec::read(&given.spec)?;
    let attempt = given.play.seating.attempt(spec, hash)?;
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
