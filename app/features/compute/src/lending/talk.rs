//! One job's link to its other side.

use std::{convert::Infallible, rc::Rc, sync::Arc, time::Duration};

use app_core::{
    action::Tools,
    server::{self, ServerError},
    wallet::WalletError,
};
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
    /// Is told why there is no link; it is made anew.
    pub broke: Rc<dyn Fn(String)>,
    /// Is told why the wallet did not sign in at the relay. The talk has ended then: whoever said no is not asked on and on.
    pub signed_out: Rc<dyn Fn(String)>,
}

/// Why a link ended.
#[derive(Debug)]
enum Ended {
    Broke(String),
    SignedOut(String),
}

impl From<ServerError> for Ended {
    fn from(error: ServerError) -> Self {
        match error {
            // The person has not been asked yet: another question is open.
            ServerError::Wallet(WalletError::Busy) => Self::Broke(error.to_string()),
            ServerError::Wallet(why) => {
                Self::SignedOut(format!("{why} Nothing is heard from the other side until you sign in at the relay."))
            }
            other => Self::Broke(other.to_string()),
        }
    }
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
            // It ends by being dropped, or where the wallet does not sign in.
            let _ = talk.await;
        });
        Talking(handle)
    }

    async fn talk(self) {
        loop {
            match self.once().await {
                Err(Ended::SignedOut(why)) => return (self.signed_out)(why),
                Err(Ended::Broke(why)) => (self.broke)(why),
            }
            sleep(AGAIN).await;
        }
    }

    async fn once(&self) -> Result<Infallible, Ended> {
        let broke = |error: LinkError| Ended::Broke(error.to_string());
        let room = self.meeting.room();
        let (seat, me) =
            if S::OTHER == CLIENT { (PROVIDER, self.meeting.provider) } else { (CLIENT, self.meeting.client) };
        let token = server::relay_session(self.tools.wallet, me, room).await?;
        let again = move || session_again(me, room).boxed_local();
        let connect = Box::new(web::connector(transport::address(&self.relay, room, seat), token, again));
        let own = Own { seat, secret: self.secret.into(), confirmation: Vec::new() };
        let seed = random().map_err(|error| Ended::Broke(error.to_string()))?;
        let (terms, clock) = (Arc::new(self.meeting.link()), Rc::new(web::Time::default()));
        let mut links = Links::new(terms, Arc::new(own), &[S::OTHER], S::MOST, seed, connect, clock).map_err(broke)?;
        let now = || self.tools.clock.now.get_untracked();
        self.side.speak(&mut links, &now, &*self.told).await.map_err(broke)
    }
}

/// The session for a connection that is made anew. Where it is over the link ends, and with the next one the account signs in.
async fn session_again(me: Address, room: Room) -> Result<String, TransportError> {
    let kept = server::kept_session(me, room).await;
    let kept = kept.map_err(|error| TransportError::Lost(error.to_string()))?;
    kept.ok_or_else(|| TransportError::Refused("Its session is over, and another one is asked for.".to_owned()))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn who_says_no_is_not_asked_again() {
        let ends = |error: ServerError| matches!(Ended::from(error), Ended::SignedOut(_));
        assert!(ends(WalletError::Refused.into()));
        assert!(ends(WalletError::AccountSwitched.into()));
        for passes in [ServerError::Unreachable, ServerError::Problem("Try later.".into()), WalletError::Busy.into()] {
            assert!(!ends(passes));
        }
    }
}
