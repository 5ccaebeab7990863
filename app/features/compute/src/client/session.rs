//! One job at one provider: a link that is held open, whatever page is looked at.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use app_core::{
    action::{ActionError, Tools},
    chain::Computing,
    server,
};
use compute_provider::largest_checkpoint;
use compute_session::{Client, Deal, Liar, Meeting, News, Shared};
use jobs::{Event, JOBS, State, typed_data, typed_data::Of};
use leptos::{prelude::*, task::spawn_local};
use protocol::{Address, Digest};

use super::{
    audits::Auditor,
    files, key, promise,
    view::{READING, View},
};
use crate::lending::{Talk, Talking};

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
    auditor: Rc<Auditor>,
    _talking: Talking,
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
        self.view.set(View { is_active: true, step: READING, ..View::default() });
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
        promise::check_honest(&deal)?;
        let deal = files::begins(tools, job, &manifest, deal).await?;
        let meeting = Meeting {
            of,
            terms: typed_data::terms(&job.terms),
            client: job.client,
            client_key: manifest.link,
            provider: self.provider,
            provider_key: details.link,
        };
        let relay = server::relay_here(&manifest.relays)?;
        let auditor = Auditor::new(tools, deal, job.clone(), largest_checkpoint(&job.terms, &manifest));
        self.begin(tools, meeting, *key.secret(), relay, auditor, job.state);
        Ok(())
    }

    fn begin(&self, tools: Tools, meeting: Meeting, secret: [u8; 32], relay: String, auditor: Auditor, state: State) {
        let deal = *auditor.deal();
        let mut side = Client::new(deal);
        if state == State::Posted {
            side.ask();
        }
        if let Some(voucher) = promise::kept(&deal) {
            side.vouch(voucher.units, voucher.checkpoint, voucher.signature);
            self.view.update(|view| view.promise(voucher.units));
        }
        let side = Shared::new(side);
        self.view
            .update(|view| view.step = "Signing in at the relay, and waiting for the provider’s machine to answer");
        let (listener, watcher, signs_in) = (self.clone(), self.clone(), self.clone());
        let talk = Talk {
            tools,
            meeting,
            secret,
            relay,
            side: side.clone(),
            told: Rc::new(move |new| listener.told(tools, &deal, new)),
            broke: Rc::new(move |why| {
                watcher.view.update(|view| (view.step, view.error) = ("The link broke; it is made anew", Some(why)));
            }),
            signed_out: Rc::new(move |why| {
                signs_in.close();
                signs_in.view.update(|view| view.error = Some(why));
            }),
        };
        *self.open.borrow_mut() = Some(Open { side, deal, auditor: Rc::new(auditor), _talking: talk.begin() });
    }

    /// Takes in what the chain has of the job.
    pub fn follow(&self, computing: &Computing) {
        let Some(job) = computing.book.job(self.job) else { return };
        let Some(run) = job.run.as_ref().filter(|run| run.provider == self.provider) else { return };
        let events = computing.events.get(&self.job).map(Vec::as_slice).unwrap_or_default();
        let started = events.iter().find(|logged| logged.event == Event::Started).map(|logged| logged.at);
        let speed = computing.book.provider(self.provider).map_or(u32::MAX, |found| found.offer.units_per_second);
        let found = self.open.borrow().as_ref().and_then(|open| {
            let shown = open.side.with(|side| {
                if let Some(at) = started {
                    side.started(at, speed.into());
                }
                if run.result == Digest::ZERO { None } else { side.submitted(run.result) }
            });
            Some((open.auditor.tools(), open.deal, shown?))
        });
        if let Some((tools, deal, shown)) = found {
            self.told(tools, &deal, Ok(News::Shown(shown)));
        }
    }

    /// Runs again what was drawn, and asks the wallet to promise pay up to the checkpoint for which it is asked.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn promise(&self, tools: Tools) -> Result<(), ActionError> {
        if !self.audit().await? {
            return Ok(());
        }
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

    /// Runs again what was drawn; whether all of it came out as the provider said.
    async fn audit(&self) -> Result<bool, ActionError> {
        let open = self.open.borrow().as_ref().map(|open| (open.auditor.clone(), open.side.clone()));
        let Some((auditor, side)) = open else { return Ok(false) };
        self.view.update(|view| view.is_auditing = auditor.is_due());
        let found = auditor.audit(&side).await;
        self.view.update(|view| (view.is_auditing, view.audited) = (false, auditor.done()));
        match found? {
            Ok(()) => Ok(true),
            Err(liar) => {
                promise::caught(auditor.deal(), &liar);
                self.lied(&liar);
                Ok(false)
            }
        }
    }

    /// Asks the provider to stop at its next checkpoint.
    pub fn stop(&self) {
        if let Some(open) = &*self.open.borrow() {
            open.side.with(Client::stop);
            self.view.update(|view| view.is_stopped = true);
        }
    }

    /// What both sides know of the job, while the link is open.
    pub fn deal(&self) -> Option<Deal> {
        self.open.borrow().as_ref().map(|open| open.deal)
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
                let is_deed = matches!(news, News::Checkpoint { .. } | News::Shown(_));
                self.draw(&news);
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

    /// Draws whether the part that ends here is run again.
    fn draw(&self, news: &News) {
        let open = self.open.borrow();
        let Some(open) = &*open else { return };
        let part = match news {
            News::Checkpoint { file, .. } => open.side.look(|side| side.audit_to(*file)),
            News::Shown(shown) => Some(open.side.look(|side| side.audit_of_the_end(shown))),
            _ => None,
        };
        if let Some(part) = part {
            open.auditor.draw(part);
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
