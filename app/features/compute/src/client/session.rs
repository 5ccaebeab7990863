//! One job at one provider: a link that is held open, whatever page is looked at.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc, time::Duration};

use app_core::{
    action::{ActionError, Tools},
    chain::Computing,
    server,
};
use compute_session::{CLIENT, Client, Deal, Liar, Meeting, News, PROVIDER, Shared};
use futures::future::{AbortHandle, abortable};
use jobs::{Event, JOBS, Job, State, typed_data, typed_data::Of};
use leptos::{prelude::*, task::spawn_local};
use link::{LinkError, Links, Own, transport, transport::web};
use protocol::{Address, Digest};

use super::{files, key, promise, view::View};

/// Before a link that broke is made anew.
const AGAIN: Duration = Duration::from_secs(2);

/// A job at a provider, whether its link is open or not.
#[derive(Clone)]
pub struct Session {
    job: u64,
    provider: Address,
    pub view: ArcRwSignal<View>,
    open: Rc<RefCell<Option<Open>>>,
}

struct Open {
    side: Shared<Client>,
    deal: Deal,
    talking: AbortHandle,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.talking.abort();
    }
}

/// All of them; a context.
#[derive(Clone, Copy)]
pub struct Sessions(StoredValue<BTreeMap<(u64, Address), Session>, LocalStorage>);

impl Sessions {
    pub fn new() -> Self {
        Self(StoredValue::new_local(BTreeMap::new()))
    }

    pub fn of(self, job: u64, provider: Address) -> Session {
        let fresh = || Session { job, provider, view: ArcRwSignal::default(), open: Rc::default() };
        self.0.try_update_value(|all| all.entry((job, provider)).or_insert_with(fresh).clone()).unwrap_or_else(fresh)
    }

    /// Ends those of a job with other providers than the one that was chosen.
    pub fn only(self, job: u64, provider: Address) {
        let others = |(of, who): &(u64, Address)| *of == job && *who != provider;
        self.0.update_value(|all| all.iter().filter(|(key, _)| others(key)).for_each(|(_, session)| session.close()));
    }
}

impl Default for Sessions {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// Opens the link, unless it is. A job that nobody runs yet is asked about: the provider quotes.
    ///
    /// # Errors
    /// [`ActionError`]: a file of the job or of the provider cannot be had, or the wallet refuses a signature.
    pub async fn open(&self, tools: Tools, computing: &Computing) -> Result<(), ActionError> {
        if self.view.with_untracked(|view| view.is_active) {
            return Ok(());
        }
        self.view.set(View { is_active: true, step: "Reading what job and provider name", ..View::default() });
        let opened = self.opened(tools, computing).await;
        if let Err(error) = &opened {
            self.view.update(|view| {
                (view.is_active, view.step, view.error) = (false, "", Some(error.to_string()));
            });
        }
        opened
    }

    async fn opened(&self, tools: Tools, computing: &Computing) -> Result<(), ActionError> {
        let gone = || ActionError::feature("The job or the provider is not there any more. Choose another one.");
        let job = computing.book.job(self.job).ok_or_else(gone)?;
        let offer = computing.book.provider(self.provider).ok_or_else(gone)?.offer;
        let manifest = files::manifest(tools, job).await?;
        let key = key::key(tools).await?;
        if key.public() != manifest.link {
            return Err(ActionError::feature(
                "The job was posted under another key than this wallet makes here, so nobody here can talk about it. Open it in the \
                 browser that posted it, or import that browser’s vault in Settings.",
            ));
        }
        let details = files::details(tools, &offer).await?;
        let deployment = tools.deployment();
        let of = Of { chain: deployment.chain_id, contract: deployment.demand(JOBS)?, job: self.job };
        let parties = [job.client, self.provider];
        let deal = Deal::from_the_start(of, job.terms, parties, manifest.log, mpc_run::signer);
        let deal = files::begins(tools, job, deal).await?;
        let meeting = Meeting {
            of,
            terms: typed_data::terms(&job.terms),
            client: job.client,
            client_key: manifest.link,
            provider: self.provider,
            provider_key: details.link,
        };
        let relay = server::relay_here(&manifest.relays)?;
        self.view.update(|view| view.step = "Signing in at the relay");
        let token = server::relay_session(tools.wallet, job.client, meeting.room()).await?;
        let talk = Talk { tools, meeting, secret: *key.secret(), relay, token, session: self.clone() };
        self.begin(talk, deal, job);
        Ok(())
    }

    fn begin(&self, talk: Talk, deal: Deal, job: &Job) {
        let mut side = Client::new(deal);
        if job.state == State::Posted {
            side.ask();
        }
        if let Some(voucher) = promise::kept(&deal) {
            side.vouch(voucher.units, voucher.checkpoint, voucher.signature);
            self.view.update(|view| view.promise(voucher.units));
        }
        let side = Shared::new(side);
        self.view.update(|view| view.step = "Waiting for the provider’s machine to answer");
        let (talk, talking) = abortable(talk.talk(side.clone(), deal));
        *self.open.borrow_mut() = Some(Open { side, deal, talking });
        spawn_local(async move {
            // It ends when it is aborted, which is no failure.
            let _ = talk.await;
        });
    }

    /// Takes in what the chain has of the job.
    pub fn follow(&self, computing: &Computing) {
        let Some(job) = computing.book.job(self.job) else { return };
        let Some(run) = job.run.as_ref().filter(|run| run.provider == self.provider) else { return };
        let events = computing.events.get(&self.job).map(Vec::as_slice).unwrap_or_default();
        let started = events.iter().find(|logged| logged.event == Event::Started).map(|logged| logged.at);
        let speed = computing.book.provider(self.provider).map_or(u32::MAX, |found| found.offer.units_per_second);
        let open = self.open.borrow();
        let Some(open) = &*open else { return };
        let found = open.side.with(|side| {
            if let Some(at) = started {
                side.started(at, speed.into());
            }
            if run.result == Digest::ZERO { Ok(()) } else { side.submitted(run.result) }
        });
        if let Err(liar) = found {
            self.lied(&liar);
        }
    }

    /// Asks the wallet to promise pay up to the checkpoint for which it is asked, and tells the provider.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn promise(&self, tools: Tools) -> Result<(), ActionError> {
        let Some(deed) = self.view.with_untracked(|view| view.asked) else { return Ok(()) };
        let deal = self.open.borrow().as_ref().map(|open| open.deal);
        let Some(deal) = deal else { return Ok(()) };
        let voucher = promise::promise(tools, &deal, deed).await?;
        if let Some(open) = &*self.open.borrow() {
            open.side.with(|side| side.vouch(voucher.units, voucher.checkpoint, voucher.signature));
        }
        self.view.update(|view| view.promise(voucher.units));
        Ok(())
    }

    /// Asks the provider to stop at its next checkpoint.
    pub fn stop(&self) {
        if let Some(open) = &*self.open.borrow() {
            open.side.with(Client::stop);
            self.view.update(|view| view.is_stopped = true);
        }
    }

    /// Ends the link. What came stays.
    pub fn close(&self) {
        drop(self.open.borrow_mut().take());
        self.view.update(|view| (view.is_active, view.step) = (false, ""));
    }

    /// What is told by the machine that speaks.
    fn told(&self, tools: Tools, deal: &Deal, new: Result<News, Liar>) {
        match new {
            Ok(news) => {
                let is_deed = matches!(news, News::Checkpoint { .. });
                let (last, instructions) = self.heard();
                self.view.update(|view| {
                    view.take(news);
                    view.units = deal.units(instructions);
                    view.checkpoint = last.or(view.checkpoint);
                });
                if is_deed {
                    self.promise_by_itself(tools);
                }
            }
            Err(liar) => self.lied(&liar),
        }
    }

    fn heard(&self) -> (Option<compute_session::Announced>, u64) {
        let open = self.open.borrow();
        // Not `with`: nothing is changed by looking.
        open.as_ref().map_or((None, 0), |open| open.side.look(|side| (side.last_checkpoint(), side.instructions())))
    }

    /// The wallet is asked once for each checkpoint; a refusal waits behind the button.
    fn promise_by_itself(&self, tools: Tools) {
        let session = self.clone();
        spawn_local(async move {
            if let Err(error) = session.promise(tools).await {
                session.view.update(|view| view.error = Some(error.to_string()));
            }
        });
    }

    fn lied(&self, liar: &Liar) {
        self.view.update(|view| {
            view.error = Some(format!(
                "The provider said something that cannot be: {liar} Nothing more is taken from it, and nothing more is promised."
            ));
        });
        self.close();
    }
}

struct Talk {
    tools: Tools,
    meeting: Meeting,
    secret: [u8; 32],
    relay: String,
    token: String,
    session: Session,
}

impl Talk {
    async fn talk(self, side: Shared<Client>, deal: Deal) {
        loop {
            let Err(error) = self.once(&side, &deal).await;
            self.session.view.update(|view| {
                (view.step, view.error) = ("The link broke; it is made anew", Some(error));
            });
            gloo_timers::future::sleep(AGAIN).await;
        }
    }

    async fn once(&self, side: &Shared<Client>, deal: &Deal) -> Result<std::convert::Infallible, String> {
        let text = |error: LinkError| error.to_string();
        let address = transport::address(&self.relay, self.meeting.room(), CLIENT);
        let connect = Box::new(web::connector(address, self.token.clone()));
        let own = Own { seat: CLIENT, secret: self.secret.into(), confirmation: Vec::new() };
        let mut seed = [0; 32];
        let drawn = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut seed));
        drawn.map_err(|_| "This browser has no source of randomness. Use another one.")?;
        let clock = Rc::new(web::Time::default());
        let terms = Arc::new(self.meeting.link());
        let mut links = Links::new(terms, Arc::new(own), &[PROVIDER], seed, connect, clock).map_err(text)?;
        let told = |new| self.session.told(self.tools, deal, new);
        let now = || self.tools.clock.now.get_untracked();
        side.speak(&mut links, &now, &told).await.map_err(text)
    }
}
