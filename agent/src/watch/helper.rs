//! A helper: serves where it is drawn, deals, and collects what it is paid.

use std::{rc::Rc, time::Duration};

use protocol::Amount;
use tasks::{BEGIN_WINDOW, Step, Task, calls};

use super::{
    seat::{Playing, Silent},
    seating,
    watcher::{Deciding, Watcher},
};
use crate::{
    chain::{deals, is_played},
    failure::Failure,
};

pub struct Helper {
    /// Less for a megabyte is declined.
    pub least_per_megabyte: Amount,
    /// Most seconds of one run.
    pub limit: u64,
}

impl Deciding for Helper {
    async fn act(&self, watcher: &mut Watcher, id: u64, task: &Task, step: Step) -> Result<bool, Failure> {
        let Step::Serve { .. } = step else { return Ok(false) };
        let Some(helper) = task.helper.as_ref() else { return Ok(false) };
        if helper.per_megabyte < self.least_per_megabyte {
            watcher.tell(id, "declined", &format!("{} for a megabyte is too little.", helper.per_megabyte));
            return watcher.send(id, "declined", calls::decline(id, &helper.candidates)).await;
        }
        let link = watcher.state.secrets(id, tasks::REQUESTER_PART)?.public()?.link;
        watcher.send(id, "serves", calls::serve(id, link)).await
    }

    fn seats(&self, watcher: &Watcher, task: &Task) -> Vec<u8> {
        let serves = task.helper.as_ref().is_some_and(|helper| helper.serving) && deals(task, watcher.me);
        if serves && is_played(task.state) { vec![task.seats.len() as u8] } else { Vec::new() }
    }

    async fn seat(&self, watcher: &mut Watcher, id: u64, task: &Task, seat: u8) -> Result<Playing, Failure> {
        let (spec, hash) = watcher.spec(task.draft.spec).await?;
        let secrets = watcher.state.secrets(id, tasks::REQUESTER_PART)?;
        let relay = watcher.relay(&spec)?;
        let attempt = seating::attempt(&watcher.chain, &watcher.view, id, task, (spec, hash), seat).await?;
        let most = u64::from(task.draft.max_seconds) + BEGIN_WINDOW;
        Ok(Playing {
            chain: watcher.chain.clone(),
            state: watcher.state.clone(),
            attempt,
            seat,
            secrets,
            directory: *watcher.keys.directory(),
            confirmation: seating::own_confirmation(&watcher.chain, &watcher.view, id, seat).await,
            relay,
            table: None,
            kept: None,
            least_rows: 0,
            limit: Duration::from_secs(most.min(self.limit)),
            printer: watcher.printer,
            silent: Silent::default(),
            gone: Rc::default(),
            candidates: task.helper.as_ref().map(|helper| helper.candidates.clone()).unwrap_or_default(),
        })
    }
}
