//! Old events from the server, which is quicker than most nodes and is not believed.

use std::time::Duration;

use gloo_net::http::Request;
use leptos::prelude::*;
use protocol::{
    api::{LogPage, LogQuery},
    subject::Subject,
};
use rpc::{BoxFuture, Filter, Offer, Offered};

use super::{
    super::{
        ChainError, Reader,
        kept::{self, Kept},
    },
    logs::Logs,
};

/// After a server had nothing, it is not asked for so long.
const PAUSE: Duration = Duration::from_secs(600);

/// What is known of the server's offers.
#[derive(Clone, Copy)]
pub(in crate::chain) struct Offers {
    /// Whether it told of something that the chain does not have, or left something out: it is not asked again in this
    /// visit.
    pub differ: RwSignal<bool>,
    /// By the client's clock.
    not_before: StoredValue<Duration>,
}

impl Offers {
    pub fn new() -> Self {
        Self { differ: RwSignal::new(false), not_before: StoredValue::new(Duration::ZERO) }
    }
}

/// The server of this page, asked for the logs of a subject.
struct Server {
    subject: Subject,
}

impl Offer for Server {
    fn page(&self, block: u64, log_index: u64) -> BoxFuture<'_, Option<LogPage>> {
        let Subject { family, subject } = self.subject.clone();
        Box::pin(async move {
            let query = LogQuery { family, subject, block, log_index };
            let path = format!("/api/logs?{}", crate::parameters::parameters(&query));
            let response = Request::get(&path).send().await.ok().filter(gloo_net::http::Response::ok)?;
            serde_json::from_str(&response.text().await.ok()?).ok()
        })
    }
}

impl Reader {
    /// Whether the server told of something that the chain does not have, or left something out.
    pub fn server_differs(self) -> bool {
        self.histories.offers.differ.get()
    }

    /// Adds what the server offers of a subject from the next block up to one that is settled, if it is worth it and
    /// the chain says the same.
    ///
    /// # Errors
    /// [`ChainError`] where the node cannot be asked.
    pub(super) async fn take_offer(
        self,
        subject: &Subject,
        filter: &Filter,
        settled: u64,
        logs: &mut Logs,
    ) -> Result<(), ChainError> {
        let (client, offers) = (self.client(), self.histories.offers);
        let from = logs.kept().block + 1;
        let is_welcome = !offers.differ.get_untracked() && client.now() >= offers.not_before.get_value();
        if !is_welcome || !client.is_offer_worth(from, settled) {
            return Ok(());
        }
        match client.offered(filter, from, settled, &Server { subject: subject.clone() }).await? {
            Offered::Taken(piece) => logs.take_over(piece.logs, piece.end.number, piece.end.hash),
            Offered::Nothing => offers.not_before.set_value(client.now() + PAUSE),
            Offered::Differs => offers.differ.set(true),
        }
        Ok(())
    }

    /// Whether the chain still says the same as what was taken from the server in an earlier visit, in other places
    /// than were compared then.
    ///
    /// # Errors
    /// [`ChainError`] where the node cannot be asked.
    pub(super) async fn still_agrees(self, filter: &Filter, from: u64, kept: &Kept) -> Result<bool, ChainError> {
        if kept.offered < from {
            return Ok(true);
        }
        let taken = kept.logs.partition_point(|log| log.block <= kept.offered);
        let agrees = self.client().agrees(filter, from, kept.offered, &kept.logs[..taken]).await?;
        if !agrees {
            self.histories.offers.differ.set(true);
        }
        Ok(agrees)
    }

    /// Whether part of a question's events came from the server.
    pub(in crate::chain) fn has_offered(self, filter: &Filter, from: u64) -> bool {
        let key = self.key(filter, from);
        self.histories.kept.with_value(|all| all.get(&key).is_some_and(|kept| kept.offered > 0))
    }

    /// The contract has more than the events tell: forgets those that came from the server, so that the node is asked
    /// for all of them. Returns whether there were any.
    pub(in crate::chain) async fn forget_offered(self, filter: &Filter, from: u64) -> bool {
        if !self.has_offered(filter, from) {
            return false;
        }
        let key = self.key(filter, from);
        self.histories.offers.differ.set(true);
        self.histories.kept.update_value(|all| {
            all.remove(&key);
        });
        kept::remove(&key).await;
        true
    }
}
