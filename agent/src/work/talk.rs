//! One job's link to its client.

use std::{cell::RefCell, convert::Infallible, rc::Rc, sync::Arc, time::Duration};

use compute_session::{CLIENT, Meeting, PROVIDER, Provider, Wish};
use link::{LinkError, Links, Own, transport, transport::native::Time};
use tokio::{sync::Notify, task::AbortHandle, task::spawn_local};

use crate::{
    chain::{Chain, Connector, Server},
    failure::Failure,
    keys::random,
    told::Printer,
};

/// Before a link that broke for good is made anew.
const AGAIN: Duration = Duration::from_secs(2);

/// A machine that one task talks for, and others change; whoever has changed it wakes the task.
#[derive(Clone)]
pub struct Machine(Rc<(RefCell<Provider>, Notify)>);

impl Machine {
    pub fn new(provider: Provider) -> Self {
        Self(Rc::new((RefCell::new(provider), Notify::new())))
    }

    /// Changes it, and lets what is due be sent.
    pub fn with<T>(&self, change: impl FnOnce(&mut Provider) -> T) -> T {
        let changed = change(&mut self.0.0.borrow_mut());
        self.0.1.notify_one();
        changed
    }
}

/// What a talk needs.
pub struct Talk {
    pub chain: Rc<Chain>,
    pub meeting: Meeting,
    /// Secret of the provider's key.
    pub secret: [u8; 32],
    /// Servers whose relay is used, by turns where one fails.
    pub relays: Vec<String>,
    pub machine: Machine,
    /// Is told what the client wants.
    pub wished: Rc<dyn Fn(Wish)>,
    pub printer: Printer,
}

/// Ends its talk when it is dropped.
pub struct Talking(AbortHandle);

impl Drop for Talking {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Talk {
    pub fn begin(self) -> Talking {
        Talking(spawn_local(self.talk()).abort_handle())
    }

    async fn talk(self) {
        let mut said = String::new();
        for relay in (0..).filter_map(|turn: usize| self.relays.get(turn % self.relays.len().max(1))) {
            let Err(why) = self.once(relay).await;
            // What is tried again and again is said once.
            if said != why.to_string() {
                said = why.to_string();
                self.printer.job(self.meeting.of.job, "waits", &said);
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn once(&self, relay: &str) -> Result<Infallible, Failure> {
        let failed = |error: LinkError| Failure::Failed(error.to_string());
        let terms = self.meeting.link();
        let address = transport::address(relay, terms.task, terms.attempt, PROVIDER);
        let connect = Connector::new(Server::at(relay)?, self.chain.clone(), address);
        let own = Own { seat: PROVIDER, secret: self.secret.into(), confirmation: Vec::new() };
        let clock = Rc::new(Time::default());
        let links = Links::new(Arc::new(terms), Arc::new(own), &[CLIENT], random()?, Box::new(connect), clock);
        let mut links = links.map_err(failed)?;
        loop {
            match self.speak(&mut links).await {
                Err(LinkError::Restarted { .. }) => drop(links.take_restarted(CLIENT)),
                Err(error) => return Err(failed(error)),
                Ok(never) => match never {},
            }
        }
    }

    async fn speak(&self, links: &mut Links) -> Result<Infallible, LinkError> {
        links.opened(CLIENT).await?;
        let (provider, changed) = &*self.machine.0;
        provider.borrow_mut().say_again();
        loop {
            let due = provider.borrow_mut().take_due();
            for message in due {
                let (operation, payload) = message.encode();
                links.send(CLIENT, operation, &payload).await?;
            }
            let message = tokio::select! {
                message = links.receive(CLIENT) => message?,
                () = changed.notified() => continue,
            };
            let wish = provider.borrow_mut().take(message.operation, &message.payload);
            match wish {
                Ok(Some(wish)) => (self.wished)(wish),
                Ok(None) => {}
                // Nothing of it was taken.
                Err(liar) => self.printer.job(self.meeting.of.job, "lied", &liar.to_string()),
            }
        }
    }
}
