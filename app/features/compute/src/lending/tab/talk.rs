//! One job's link to its client.

use std::{convert::Infallible, rc::Rc, sync::Arc, time::Duration};

use app_core::{action::Tools, server};
use compute_session::{CLIENT, Liar, Meeting, PROVIDER, Provider, Shared, Wish};
use futures::future::{AbortHandle, abortable};
use gloo_timers::future::sleep;
use leptos::{prelude::GetUntracked, task::spawn_local};
use link::{LinkError, Links, Own, transport, transport::web};

use crate::lending::random;

/// Before a link that broke for good is made anew.
const AGAIN: Duration = Duration::from_secs(2);

/// What a talk needs.
pub struct Talk {
    pub tools: Tools,
    pub meeting: Meeting,
    /// Secret of the provider's key.
    pub secret: [u8; 32],
    pub relay: String,
    pub side: Shared<Provider>,
    /// Is told what the client wants, and what a liar sent.
    pub wished: Rc<dyn Fn(Result<Wish, Liar>)>,
    /// Is told why there is no link.
    pub broke: Rc<dyn Fn(String)>,
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
        let (talk, handle) = abortable(self.talk());
        spawn_local(async move {
            // It ends only by being dropped.
            let _ = talk.await;
        });
        Talking(handle)
    }

    async fn talk(self) {
        loop {
            let Err(why) = self.once().await;
            (self.broke)(why);
            sleep(AGAIN).await;
        }
    }

    async fn once(&self) -> Result<Infallible, String> {
        let text = |error: LinkError| error.to_string();
        let room = self.meeting.room();
        let token = server::relay_session(self.tools.wallet, self.meeting.provider, room).await;
        let token = token.map_err(|error| error.to_string())?;
        let connect = Box::new(web::connector(transport::address(&self.relay, room, PROVIDER), token));
        let own = Own { seat: PROVIDER, secret: self.secret.into(), confirmation: Vec::new() };
        let seed = random().map_err(|error| error.to_string())?;
        let (terms, clock) = (Arc::new(self.meeting.link()), Rc::new(web::Time::default()));
        let mut links = Links::new(terms, Arc::new(own), &[CLIENT], seed, connect, clock).map_err(text)?;
        let now = || self.tools.clock.now.get_untracked();
        self.side.speak(&mut links, &now, &*self.wished).await.map_err(text)
    }
}
