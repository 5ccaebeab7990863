//! Connections to a relay that tell why they do not come about: else whoever mistyped its address only ever sees that the other
//! seats are waited for.

use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};

use futures::{FutureExt as _, future::LocalBoxFuture};
use link::{Connect, Transport, TransportError};

use crate::told::Printer;

/// How long nothing is told: a server knows a task a moment after the chain does, and a relay may just be started again.
const PATIENCE: Duration = Duration::from_secs(10);

/// How connecting has gone since a connection came about last.
#[derive(Clone, Copy)]
enum Gone {
    Well,
    Wrong { since: Instant },
    Told,
}

/// Tells once of failures that last.
pub struct Telling<C> {
    connect: C,
    relay: String,
    task: u64,
    printer: Printer,
    gone: Rc<Cell<Gone>>,
}

impl<C> Telling<C> {
    pub fn new(connect: C, relay: &str, task: u64, printer: Printer) -> Self {
        Self { connect, relay: relay.to_string(), task, printer, gone: Rc::new(Cell::new(Gone::Well)) }
    }
}

impl<C: Connect> Connect for Telling<C> {
    fn connect(&mut self) -> LocalBoxFuture<'static, Result<Transport, TransportError>> {
        let connecting = self.connect.connect();
        let (relay, task, printer, gone) = (self.relay.clone(), self.task, self.printer, self.gone.clone());
        async move {
            let connected = connecting.await;
            gone.set(match (&connected, gone.get()) {
                (Ok(_), _) => Gone::Well,
                (Err(_), Gone::Well) => Gone::Wrong { since: Instant::now() },
                (Err(error), Gone::Wrong { since }) if since.elapsed() >= PATIENCE => {
                    printer.event(task, "waits", &format!("Relay {relay}: {error}"));
                    Gone::Told
                }
                (Err(_), gone) => gone,
            });
            connected
        }
        .boxed_local()
    }
}
