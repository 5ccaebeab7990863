//! One job's link to its other side.

use std::{convert::Infallible, rc::Rc, sync::Arc, time::Duration};

use compute_session::{CLIENT, Liar, Meeting, PROVIDER, Shared, Side};
use link::{LinkError, Links, Own, SeatNumber, transport, transport::native::Time};
use tokio::task::{AbortHandle, spawn_local};

use crate::{
    chain::{Chain, Connector, Server},
    failure::Failure,
    keys::random,
    told::Printer,
};

/// Before a link that broke for good is made anew.
const AGAIN: Duration = Duration::from_secs(2);

/// What a talk needs.
pub struct Talk<S: Side> {
    pub chain: Rc<Chain>,
    pub meeting: Meeting,
    /// Secret of the own key.
    pub secret: [u8; 32],
    /// Servers whose relay is used, by turns where one fails.
    pub relays: Vec<String>,
    pub machine: Shared<S>,
    /// Time of the chain, seconds since the epoch; only a client looks at it.
    pub now: Rc<dyn Fn() -> u64>,
    /// Is told what the other side says that is new, and what no honest side says, of which nothing was taken.
    pub wished: Rc<dyn Fn(Result<S::New, Liar>)>,
    pub printer: Printer,
}

/// Ends its talk when it is dropped.
pub struct Talking(AbortHandle);

impl Drop for Talking {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<S: Side + 'static> Talk<S> {
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
        let address = transport::address(relay, self.meeting.room(), own_seat::<S>());
        let connect = Connector::new(Server::at(relay)?, self.chain.clone(), address);
        let own = Own { seat: own_seat::<S>(), secret: self.secret.into(), confirmation: Vec::new() };
        let clock = Rc::new(Time::default());
        let links =
            Links::new(Arc::new(terms), Arc::new(own), &[S::OTHER], S::MOST, random()?, Box::new(connect), clock);
        let mut links = links.map_err(failed)?;
        self.machine.speak(&mut links, &*self.now, &*self.wished).await.map_err(failed)
    }
}

/// There are two.
fn own_seat<S: Side>() -> SeatNumber {
    if S::OTHER == CLIENT { PROVIDER } else { CLIENT }
}
