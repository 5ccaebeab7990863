//! Plays one seat of an attempt that the chain has started, and writes what came of it.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use link::{Links, Own, Presence, transport, transport::native::Time};
use mpc::draw::Registry;
use mpc_run::{
    Attempt, Brings, Ended, Kept, Keys as Signing, Mail, PIECE, RunError, Seated, Table, help, own, receive,
};
use mpc_task::Secrets;
use protocol::relay::Room;
use serde_json::json;
use tasks::Candidate;

use super::{outside::OnChain, state::State};
use crate::{
    chain::{Chain, Connector, Server},
    failure::Failure,
    files,
    keys::random,
    play::{
        connecting::Telling,
        seat::{Came, note, write},
    },
    told::Printer,
};

/// A seat that is to be played.
pub struct Playing {
    pub chain: Rc<Chain>,
    pub state: Rc<State>,
    pub attempt: Attempt,
    pub seat: u8,
    pub secrets: Secrets,
    /// Secret of the key in the directory.
    pub directory: [u8; 32],
    /// By which the seat was taken, for the others.
    pub confirmation: Vec<u8>,
    pub relay: String,
    pub table: Option<Table>,
    pub kept: Option<Kept>,
    pub least_rows: u32,
    pub limit: Duration,
    pub printer: Printer,
    pub silent: Silent,
    /// Set to give the helper up, together with the other owner.
    pub gone: Rc<Cell<bool>>,
    /// Helpers, as they were published.
    pub candidates: Vec<Candidate>,
}

/// Why a seat did not come to the end.
enum Played {
    HelperGone,
    Failed(Failure),
}

impl From<Failure> for Played {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<RunError> for Played {
    fn from(error: RunError) -> Self {
        match error {
            RunError::HelperGone => Self::HelperGone,
            error => Self::Failed(error.into()),
        }
    }
}

impl From<Played> for Failure {
    fn from(played: Played) -> Self {
        match played {
            Played::HelperGone => RunError::HelperGone.into(),
            Played::Failed(failure) => failure,
        }
    }
}

/// Seats that are not heard, and since when.
pub type Silent = Rc<RefCell<BTreeMap<u8, Instant>>>;

impl Playing {
    fn number(&self) -> (u64, u16) {
        (self.attempt.terms.task, self.attempt.terms.attempt)
    }

    /// Plays to the end, and writes what came of it. Nothing where the helper was given up: the attempt is played again once
    /// the next one serves.
    pub async fn play(&self) -> Result<Option<serde_json::Value>, Failure> {
        let (task, attempt) = self.number();
        let outside = OnChain {
            chain: self.chain.clone(),
            contract: self.attempt.terms.contract,
            attempt: self.attempt.clone(),
            seat: self.seat,
            candidates: self.candidates.clone(),
            progress: self.state.progress(task, attempt, self.seat),
            printer: self.printer,
        };
        let played = tokio::time::timeout(self.limit, self.seated(&outside)).await;
        if let Ok(Err(Played::HelperGone)) = played {
            return Ok(None);
        }
        let played = played.map_err(|_| {
            Failure::Failed(format!(
                "Task {task} did not end within {} s, so it was given up here. See who was not there, and start it again.",
                self.limit.as_secs()
            ))
        })??;
        match played {
            None => Ok(Some(json!({"task": task, "seat": self.seat, "dealt": true}))),
            Some(Ended::Answered { sentence, failure, signatures }) => {
                outside.fail(&failure, &signatures).await?;
                Err(Failure::Answered(sentence))
            }
            Some(Ended::Finished(finished)) => {
                let (spec, table) = (&self.attempt.spec, self.table.as_ref());
                let came = Came { spec, task, attempt, seat: self.seat, table };
                write(&came, &finished, &self.state.results(task)).map(Some)
            }
        }
    }

    async fn seated(&self, outside: &OnChain) -> Result<Option<Ended>, Played> {
        let attempt = &self.attempt;
        let (task, number) = self.number();
        let clock = Rc::new(Time::default());
        let peers = attempt.spec.peers(self.seat);
        let address = transport::address(&self.relay, Room::Task { task, attempt: number }, self.seat);
        let connect = Connector::new(Server::at(&self.relay)?, self.chain.clone(), address);
        let connect = Box::new(Telling::new(connect, &self.relay, task, self.printer));
        let own_key =
            Own { seat: self.seat, secret: self.secrets.link.0.into(), confirmation: self.confirmation.clone() };
        let mut links =
            Links::new(attempt.terms.clone(), Arc::new(own_key), &peers, PIECE, random()?, connect, clock.clone())
                .map_err(RunError::from)?;
        let silent = self.silent.clone();
        links.observe(Box::new(move |seat, presence| match presence {
            Presence::Here => drop(silent.borrow_mut().remove(&seat)),
            Presence::Waiting | Presence::Paused => drop(silent.borrow_mut().entry(seat).or_insert(Instant::now())),
        }));
        let mut mail = Mail::new(links, &peers, clock);
        mail.gives_helper_up_with(self.gone.clone());
        let mut draw = || random().map_err(|_| RunError::NoRandomBytes);
        let mut observe = |stage| self.printer.stage(task, stage);
        let seated = Seated { attempt, seat: self.seat, mail, random: &mut draw, observe: &mut observe, outside };
        if attempt.spec.helper() == Some(self.seat) {
            let file = self.state.seen_seeds();
            // By the account itself, which everybody knows.
            let account = self.chain.account()?.session()?;
            let dealt = help(seated, &account, &mut |seed| note(&file, seed)).await?;
            let out = self.state.results(task);
            files::folder(&out)?;
            files::write_json(&out.join("dealt.json"), &dealt, false)?;
            return Ok(None);
        }
        let session = self.secrets.session()?;
        let signing = Signing { session: &session, directory: &self.directory };
        let Some(table) = &self.table else { return Ok(Some(receive(seated, signing).await?)) };
        let registry = &mut Registry::default();
        let brings = Brings { table, kept: self.kept.as_ref(), least_rows: self.least_rows, registry };
        Ok(Some(own(seated, signing, brings).await?))
    }
}
