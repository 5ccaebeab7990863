//! One job's link to its other side.

use std::{convert::Infallible, rc::Rc, sync::Arc, time::Duration};

use app_core::{action::Tools, server};
use compute_session::{CLIENT, Liar, Meeting, PROVIDER, Shared, Side};
use futures::future::{AbortHandle, FutureExt as _, abortable};
use gloo_timers::future::sleep;
use leptos::{prelude::GetUntracked, task::spawn_local};
use link::{LinkError, Links, Own, TransportError, transport, transport::web};
use protocol::{Address, relay::Room};

use super::random;

/// Before a link that broke for good is made anew.
const AGAIN: Duration = Duration::from_secs(2);

/// What a talk needs.
pub struct Talk<S: Side> {
    pub tools: Tools,
    pub meeting: Meeting,
    /// Secret of the own key.
    pub secret: [u8; 32],
    pub relay: String,
    pub side: Shared<S>,
    /// Is told what the other side says that is new, and what a liar sent.
    pub told: Rc<dyn Fn(Result<S::New, Liar>)>,
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

impl<S: Side + 'static> Talk<S> {
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
        let (seat, me) =
            if S::OTHER == CLIENT { (PROVIDER, self.meeting.provider) } else { (CLIENT, self.meeting.client) };
        let token = server::relay_session(self.tools.wallet, me, room).await;
        let token = token.map_err(|error| error.to_string())?;
        let again = move || session_again(me, room).boxed_local();
        let connect = Box::new(web::connector(transport::address(&self.relay, room, seat), token, again));
        let own = Own { seat, secret: self.secret.into(), confirmation: Vec::new() };
        let seed = random().map_err(|error| error.to_string())?;
        let (terms, clock) = (Arc::new(self.meeting.link()), Rc::new(web::Time::default()));
        let mut links = Links::new(terms, Arc::new(own), &[S::OTHER], S::MOST, seed, connect, clock).map_err(text)?;
        let now = || self.tools.clock.now.get_untracked();
        self.side.speak(&mut links, &now, &*self.told).await.map_err(text)
    }
}

/// The session for a connection that is made anew. Where it is over the link ends, and with the next one the account signs in.
async fn session_again(me: Address, room: Room) -> Result<String, TransportError> {
    let kept = server::kept_session(me, room).await;
    let kept = kept.map_err(|error| TransportError::Lost(error.to_string()))?;
    kept.ok_or_else(|| TransportError::Refused("Its session is over, and another one is asked for.".to_owned()))
}
