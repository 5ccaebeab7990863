//! Plays one seat of an attempt that the chain has started, and writes what came of it.

use std::{collections::BTreeMap, rc::Rc, sync::Arc, time::Duration};

use link::{Links, Own, transport, transport::native::Time};
use mpc::draw::{Registry, Seed, SeenSeeds};
use mpc_run::{
    Attempt, Brings, Ended, Kept, Keys as Signing, Late, Mail, RunError, Seated, Spec, Table, help, own, receive,
};
use mpc_task::Secrets;
use serde_json::json;

use super::{
    outside::OnChain,
    server::{Connector, Server},
    state::State,
};
use crate::{
    chain::Chain,
    failure::Failure,
    files,
    keys::random,
    play::seat::{Came, write},
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
}

impl Playing {
    fn number(&self) -> (u64, u16) {
        (self.attempt.terms.task, self.attempt.terms.attempt)
    }

    /// Plays to the end, and writes what came of it.
    pub async fn play(&self) -> Result<serde_json::Value, Failure> {
        let (task, attempt) = self.number();
        let outside = OnChain {
            chain: self.chain.clone(),
            contract: self.attempt.terms.contract,
            attempt: self.attempt.clone(),
            seat: self.seat,
            progress: self.state.progress(task, attempt, self.seat),
            printer: self.printer,
        };
        let played = tokio::time::timeout(self.limit, self.seated(&outside)).await.map_err(|_| {
            Failure::Failed(format!(
                "Task {task} did not end within {} s, so it was given up here. See who was not there, and start it again.",
                self.limit.as_secs()
            ))
        })??;
        match played {
            None => Ok(json!({"task": task, "seat": self.seat, "dealt": true})),
            Some(Ended::Answered { sentence, failure, signatures }) => {
                outside.fail(&failure, &signatures).await?;
                Err(Failure::Answered(sentence.to_string()))
            }
            Some(Ended::Finished(finished)) => {
                let out = self.state.results(task);
                write(&self.came(), &finished, &out)
            }
        }
    }

    fn came(&self) -> Came<'_> {
        let (task, attempt) = self.number();
        Came { spec: &self.attempt.spec, task, attempt, seat: self.seat, table: self.table.as_ref() }
    }

    async fn seated(&self, outside: &OnChain) -> Result<Option<Ended>, Failure> {
        let attempt = &self.attempt;
        let (task, number) = self.number();
        let clock = Rc::new(Time::default());
        let peers = attempt.spec.peers(self.seat);
        let address = transport::address(&self.relay, task, number, self.seat);
        let connect = Box::new(Connector::new(Server::at(&self.relay)?, self.chain.clone(), address));
        let own_key =
            Own { seat: self.seat, secret: self.secrets.link.0.into(), confirmation: self.confirmation.clone() };
        let links = Links::new(attempt.terms.clone(), Arc::new(own_key), &peers, random()?, connect, clock.clone())
            .map_err(RunError::from)?;
        let mail = Mail::new(links, &peers, clock);
        let mut draw = || random().map_err(|_| RunError::NoRandomBytes);
        let mut observe = |stage| self.printer.stage(task, stage);
        let seated = Seated { attempt, seat: self.seat, mail, random: &mut draw, observe: &mut observe, outside };
        if attempt.spec.helper() == Some(self.seat) {
            let file = self.state.seen_seeds();
            help(seated, &mut |seed| note(&file, seed)).await?;
            return Ok(None);
        }
        let session = self.secrets.session()?;
        let signing = Signing { session: &session, directory: &self.directory };
        let Some(table) = &self.table else { return Ok(Some(receive(seated, signing).await?)) };
        let registry = &mut Registry::default();
        let brings = Brings { table, kept: self.kept.as_ref(), least_rows: self.least_rows, registry };
        Ok(Some(own(seated, signing, brings).await?))
    }

    /// What is posted where the key that this seat owes is demanded: the outcome, the hashes of all keys, the key itself.
    pub fn owes(
        &self,
        result: protocol::Digest,
    ) -> Result<Option<(tasks::Outcome, Vec<protocol::Digest>, Vec<u8>)>, Failure> {
        let (task, attempt) = self.number();
        let progress = self.state.progress(task, attempt, self.seat);
        if !progress.exists() {
            return Ok(None);
        }
        let late = Late::read(&self.attempt, self.seat, &files::read(&progress)?, result)?;
        Ok(late.and_then(|late| {
            let key = late.key_for(self.attempt.spec.receiver()?)?.to_vec();
            let outcome = late.outcome();
            Some((mpc_task::on_chain(outcome), outcome.keys.clone(), key))
        }))
    }

    /// What this seat has of a result that stands on chain, although its program ended before the others were heard to the
    /// end: with the keys that were posted. Nothing where it has signed nothing, or keys are missing.
    pub fn late(
        &self,
        result: protocol::Digest,
        posted: &BTreeMap<u8, Vec<u8>>,
    ) -> Result<Option<serde_json::Value>, Failure> {
        let (task, attempt) = self.number();
        let progress = self.state.progress(task, attempt, self.seat);
        if !progress.exists() {
            return Ok(None);
        }
        let kept = files::read(&progress)?;
        let Some(late) = Late::read(&self.attempt, self.seat, &kept, result)? else { return Ok(None) };
        let is_receiver = self.attempt.spec.receiver() == Some(self.seat);
        let owners = [0, 1].into_iter().filter(|owner| *owner != self.seat);
        let keys: BTreeMap<u8, Vec<u8>> =
            owners.filter_map(|owner| Some((owner, posted.get(&owner)?.clone()))).collect();
        let needed = if is_receiver { 2 - usize::from(Spec::owner_of(self.seat).is_some()) } else { 0 };
        if keys.len() < needed {
            return Ok(None);
        }
        let told = if is_receiver { late.open(&self.directory, keys)? } else { Vec::new() };
        let finished = mpc_run::Finished {
            outcome: late.outcome().clone(),
            signatures: late.signatures().unwrap_or_default(),
            told,
            kept: late.kept().cloned(),
            rows: late.rows(),
            common: None,
            traffic: mpc::Traffic::default(),
        };
        write(&self.came(), &finished, &self.state.results(task)).map(Some)
    }
}

/// Notes a seed before it is used.
pub fn note(file: &std::path::Path, seed: &Seed) -> Result<(), RunError> {
    let not_kept = |failure: Failure| RunError::NotKept { why: failure.to_string() };
    let mut seen: SeenSeeds =
        if file.exists() { files::read_json(file, "list of seeds").map_err(not_kept)? } else { SeenSeeds::default() };
    seen.note(seed)?;
    files::write_json(file, &seen, false).map_err(not_kept)
}
