//! A native helper of a task: agrees when it is drawn, and deals. What `agent helper` does, in the process of a journey.

use std::{rc::Rc, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use devchain::publish::Publisher;
use link::{
    Links, Own,
    transport::{
        self,
        native::{Time, connector},
    },
};
use mpc::draw::SeenSeeds;
use mpc_run::{Mail, Seated, Spec, help};
use mpc_task::{Seating, public_key};
use protocol::{Address, Digest};
use rpc::Filter;
use tasks::{Event, State, TASKS, calls, logs, returns};

use crate::stack::Stack;

const LOOK: Duration = Duration::from_millis(300);

/// Somebody who deals.
pub struct NativeHelper {
    pub account: Address,
    secret: [u8; 32],
}

impl NativeHelper {
    pub fn new(account: Address) -> Self {
        Self { account, secret: [77; 32] }
    }

    /// Waits until it is drawn for a task, agrees, waits for the start, and deals to the end.
    ///
    /// # Errors
    /// When the task or the run fails.
    pub async fn serves(&self, stack: &Stack, task: u64) -> Result<()> {
        let contract = stack.chain.deployment.demand(TASKS)?;
        loop {
            let helper = returns::helper(&stack.chain.call(contract, calls::helper(task)).await?);
            if helper.is_ok_and(|helper| helper.helper == Some(self.account)) {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        let key = public_key(&Digest(self.secret)).context("any secret has a key")?;
        stack.chain.send(self.account, contract, calls::serve(task, key)).await?;
        let stored = loop {
            let stored = returns::task(&stack.chain.call(contract, calls::task(task)).await?);
            match stored.ok().flatten() {
                Some(stored) if stored.state == State::Started => break stored,
                Some(stored) if stored.state.is_final() => bail!("the task has ended: {:?}", stored.state),
                _ => tokio::time::sleep(LOOK).await,
            }
        };
        let cid = protocol::cid::Cid::raw(stored.spec);
        let file = reqwest::get(format!("{}/ipfs/{cid}", stack.url)).await?.error_for_status()?.bytes().await?;
        let (spec, hash) = Spec::read(&file)?;
        let seating = self.seating(stack, task, stored.attempt, &spec).await?;
        let attempt = seating.attempt(spec, hash)?;
        let Some(seat) = attempt.spec.helper() else { bail!("the task needs no helper") };
        let token = Publisher::sign_in(&stack.chain, &stack.url, self.account).await?.token().to_owned();
        let clock = Rc::new(Time::default());
        let peers = attempt.spec.peers(seat);
        let address = transport::address(&stack.url, task, stored.attempt, seat);
        let own = Own { seat, secret: self.secret.into(), confirmation: Vec::new() };
        let connect = Box::new(connector(address, token));
        let links =
            Links::new(attempt.terms.clone(), Arc::new(own), &peers, [5; 32], connect, Rc::<Time>::clone(&clock))?;
        let mail = Mail::new(links, &peers, clock);
        let mut draw = || Err(mpc_run::RunError::NoRandomBytes);
        let mut observe = |_| {};
        let seated = Seated { attempt: &attempt, seat, mail, random: &mut draw, observe: &mut observe };
        let mut seen = SeenSeeds::default();
        help(seated, &mut |seed| Ok(seen.note(seed)?)).await?;
        Ok(())
    }

    async fn seating(&self, stack: &Stack, task: u64, attempt: u16, spec: &Spec) -> Result<Seating> {
        let deployment = &stack.chain.deployment;
        let (contract, directory) = (deployment.demand(TASKS)?, deployment.demand(directory::DIRECTORY)?);
        let mut events = Vec::new();
        for log in stack.chain.logs(&Filter::of([contract])).await? {
            events.extend(logs::decode(&log.raw)?.filter(|(id, _)| *id == task).map(|(_, event)| event));
        }
        let mut organisations = std::collections::BTreeMap::new();
        for event in &events {
            if let Event::Confirmed { who, .. } = event {
                let call = directory::calls::directory::organisation(*who);
                let found = directory::returns::organisation(&stack.chain.call(directory, call).await?)?;
                organisations.extend(found.map(|found| (*who, found.key)));
            }
        }
        let run = tasks::typed_data::Run { chain: deployment.chain_id, contract, task, attempt };
        Ok(Seating::of(run, spec, &events, |who| organisations.get(who).copied())?)
    }
}
