//! A job at work: prepared, talked about, quoted.

use std::{
    cell::{Cell, OnceCell, RefCell},
    fmt::Display,
    rc::Rc,
};

use app_core::{server, workers::job::Runner};
use compute_provider::{Declining, Gathered, Ungathered, deal, manifest};
use compute_session::{Deal, Liar, Manifest, Meeting, Provider, Shared, Wish, code};
use jobs::{Job, State, typed_data};
use leptos::task::spawn_local;
use work::WorkError;

use super::Tab;
use crate::lending::{
    Talk, Talking,
    kept::{Kept, KeptJob},
};

/// Milliseconds before what failed is tried again.
const AGAIN: f64 = 10_000.0;

/// What is known of a job once all that it names was checked.
pub struct Prepared {
    pub deal: Deal,
    pub manifest: Manifest,
    pub side: Shared<Provider>,
}

/// See the module.
pub struct Live {
    pub id: u64,
    pub kept: Kept,
    prepared: OnceCell<Prepared>,
    is_preparing: Cell<bool>,
    /// Not before this, by the device.
    prepares_at: Cell<f64>,
    /// It is never run here, and what its client is told who asks.
    is_unfit: Cell<bool>,
    declining: OnceCell<Declining>,
    /// The client asks for a quote.
    pub is_asked: Cell<bool>,
    /// The wallet is asked for something about it.
    pub is_asking: Cell<bool>,
    /// Nothing waits behind a button before this, by the device: what was sent is not read from the chain yet.
    pub waits_at: Cell<f64>,
    is_shown: Cell<bool>,
    /// The wallet did not sign in at the relay: it is asked again when the person says so.
    pub is_signed_out: Cell<bool>,
    talking: RefCell<Option<Talking>>,
    /// The worker that runs it, while it does.
    pub runner: RefCell<Option<Runner>>,
    /// Not before this, by the device; and how often the worker was lost.
    pub runs_at: Cell<f64>,
    pub lost: Cell<u32>,
    /// Units that run beyond what is promised.
    pub open: Cell<u64>,
}

/// Why a job is not prepared.
enum Unprepared {
    Never(String),
    Later(String),
}

impl<E: Display> From<Ungathered<E>> for Unprepared {
    fn from(error: Ungathered<E>) -> Self {
        match error {
            Ungathered::Refused(refused) => Self::Never(refused.to_string()),
            Ungathered::Away(away) => Self::Later(away.to_string()),
        }
    }
}

impl Live {
    pub fn new(id: u64, kept: Kept) -> Self {
        Self {
            id,
            kept,
            prepared: OnceCell::new(),
            is_preparing: Cell::new(false),
            prepares_at: Cell::new(0.0),
            is_unfit: Cell::new(false),
            declining: OnceCell::new(),
            is_asked: Cell::new(false),
            is_asking: Cell::new(false),
            waits_at: Cell::new(0.0),
            is_shown: Cell::new(false),
            is_signed_out: Cell::new(false),
            talking: RefCell::new(None),
            runner: RefCell::new(None),
            runs_at: Cell::new(0.0),
            lost: Cell::new(0),
            open: Cell::new(0),
        }
    }

    pub fn prepared(&self) -> Option<&Prepared> {
        self.prepared.get()
    }

    /// Fetches and checks what the job names, beside everything else.
    pub fn prepare(self: &Rc<Self>, tab: &Rc<Tab>, job: &Job) {
        let is_soon = js_sys::Date::now() < self.prepares_at.get();
        if self.prepared.get().is_some() || self.is_unfit.get() || self.is_preparing.get() || is_soon {
            return;
        }
        self.is_preparing.set(true);
        let (live, tab, job) = (self.clone(), tab.clone(), job.clone());
        spawn_local(async move {
            let _one = if job.state == State::Posted { Some(tab.checks.lock().await) } else { None };
            // Who is refused is met as this says, which may not be had a second time.
            let named = manifest(&tab.shelf, &job).await;
            let (met, checked) = match named {
                Ok(manifest) => (Some(manifest.clone()), live.checked(&tab, &job, manifest).await),
                Err(error) => (None, Err(error.into())),
            };
            match checked {
                Ok(prepared) => {
                    // The first time that it is set.
                    let _ = live.prepared.set(prepared);
                    tab.says(live.id, "All that it names is here and checked.");
                }
                Err(Unprepared::Never(why)) => {
                    live.is_unfit.set(true);
                    tab.says(live.id, &why);
                    live.declines(&tab, &job, met, why);
                }
                Err(Unprepared::Later(why)) => tab.says(live.id, &why),
            }
            live.prepares_at.set(js_sys::Date::now() + AGAIN);
            live.is_preparing.set(false);
            tab.lending.wake_up();
        });
    }

    /// Whoever asks for a quote is told from now on why the job is never run here. Without its manifest nobody can be told.
    fn declines(&self, tab: &Tab, job: &Job, met: Option<Manifest>, why: String) {
        let Some(manifest) = met else { return };
        let parties = [job.client, tab.me];
        let declining = Declining::new(tab.of(self.id), job.terms, parties, manifest, mpc_run::signer, why);
        // The first time that it is set.
        let _ = self.declining.set(declining);
    }

    /// How its client is met, and what speaks with it: once all was checked, or a rule has refused it.
    fn speaks(&self) -> Option<(&Manifest, &Shared<Provider>)> {
        let prepared = self.prepared.get().map(|prepared| (&prepared.manifest, &prepared.side));
        prepared.or_else(|| self.declining.get().map(|declining| (&declining.manifest, &declining.side)))
    }

    async fn checked(&self, tab: &Tab, job: &Job, manifest: Manifest) -> Result<Prepared, Unprepared> {
        // Inputs are looked at one after the other and not kept: whoever runs it fetches them again.
        let gathered = Gathered::checked(&tab.shelf, job, manifest.clone()).await?;
        let begun = tab.checker.check(&job.terms, gathered).await.map_err(|error| match error {
            WorkError::Failed(why) => Unprepared::Never(why),
            other => Unprepared::Later(other.to_string()),
        })?;
        let deal = deal(tab.of(self.id), job.terms, [job.client, tab.me], &manifest, begun, mpc_run::signer);
        let last = self.kept.last().await.map_err(|error| Unprepared::Later(error.to_string()))?;
        let lines = last.map(|(_, lines)| lines).unwrap_or_default();
        let side = Shared::new(self.kept.look(|job| job.record.side(deal, lines)));
        Ok(Prepared { deal, manifest, side })
    }

    /// Opens the link to its client, unless it is.
    pub fn talk(self: &Rc<Self>, tab: &Rc<Tab>, job: &Job) {
        let Some((manifest, side)) = self.speaks() else { return };
        if self.talking.borrow().is_some() || self.is_signed_out.get() {
            return;
        }
        let settings = tab.settings();
        let (relay, key) = match (server::relay_here(&manifest.relays), settings.key()) {
            (Ok(relay), Ok(key)) => (relay, key),
            (Err(error), _) => return tab.says(self.id, &error.to_string()),
            (_, Err(error)) => return tab.says(self.id, &error.to_string()),
        };
        let meeting = Meeting {
            of: tab.of(self.id),
            terms: typed_data::terms(&job.terms),
            client: job.client,
            client_key: manifest.link,
            provider: tab.me,
            provider_key: key,
        };
        let (weak, all) = (Rc::downgrade(self), Rc::downgrade(tab));
        let wished = move |wish| {
            if let (Some(live), Some(tab)) = (weak.upgrade(), all.upgrade()) {
                live.wished(&tab, wish);
            }
        };
        let (id, all) = (self.id, Rc::downgrade(tab));
        let broke = move |why: String| {
            if let Some(tab) = all.upgrade() {
                tab.says(id, &why);
            }
        };
        let (weak, all) = (Rc::downgrade(self), Rc::downgrade(tab));
        let signed_out = move |why: String| {
            if let (Some(live), Some(tab)) = (weak.upgrade(), all.upgrade()) {
                live.is_signed_out.set(true);
                drop(live.talking.take());
                tab.says(id, &why);
                tab.lending.wake_up();
            }
        };
        let talk = Talk {
            tools: tab.tools,
            meeting,
            secret: settings.secret(),
            relay,
            side: side.clone(),
            told: Rc::new(wished),
            broke: Rc::new(broke),
            signed_out: Rc::new(signed_out),
        };
        *self.talking.borrow_mut() = Some(talk.begin());
    }

    fn wished(self: &Rc<Self>, tab: &Rc<Tab>, wish: Result<Wish, Liar>) {
        match wish {
            Ok(Wish::Quote) => match self.declining.get() {
                Some(declining) => self.decline(tab, &declining.why),
                None => self.is_asked.set(true),
            },
            Ok(Wish::Paid(voucher)) => {
                let units = voucher.units;
                self.keeps(tab, move |job| job.record.voucher = Some(voucher));
                tab.shows(self.id, |view| view.promised = units);
            }
            Ok(Wish::Stop) => {
                tab.says(self.id, "Its client wants no more of it.");
                self.stop();
                self.keeps(tab, |job| job.record.stopped = true);
            }
            Err(liar) => tab.says(self.id, &format!("Its client said something that cannot be: {liar}")),
        }
        tab.lending.wake_up();
    }

    /// Keeps a change, beside everything else.
    pub fn keeps(self: &Rc<Self>, tab: &Rc<Tab>, change: impl FnOnce(&mut KeptJob) + 'static) {
        let (live, tab) = (self.clone(), tab.clone());
        spawn_local(async move {
            if let Err(error) = live.kept.change(change).await {
                tab.says(live.id, &error.to_string());
            }
            tab.lending.wake_up();
        });
    }

    /// The job is not run here.
    pub fn decline(&self, tab: &Tab, why: &str) {
        self.is_asked.set(false);
        if let Some((_, side)) = self.speaks() {
            side.with(|side| side.decline(why));
        }
        tab.says(self.id, why);
    }

    /// Gives up what runs: the provider leaves.
    pub fn leave(self: &Rc<Self>, tab: &Rc<Tab>) {
        if self.kept.look(|job| job.record.failed.is_none() && job.record.end.is_none()) {
            self.stop();
            self.keeps(tab, |job| job.record.failed = Some(code::LEAVES));
        }
    }

    /// Ends what runs, as soon as it can.
    pub fn stop(&self) {
        if let Some(runner) = self.runner.take() {
            runner.stop();
        }
    }

    /// Ends what runs and the link.
    pub fn end(&self) {
        if let Some(runner) = self.runner.take() {
            runner.end();
        }
        drop(self.talking.take());
    }

    /// Shows the client what stands on chain, once.
    pub fn show(&self) {
        let Some(prepared) = self.prepared.get() else { return };
        if let (false, Some(shown)) = (self.is_shown.get(), self.kept.look(|job| job.record.shown())) {
            self.is_shown.set(true);
            prepared.side.with(|side| side.show(shown));
        }
    }
}
