//! All jobs of this tab: what is to be done about each.
//!
//! | module | what it does |
//! |---|---|
//! | [`live`] | a job at work: prepared, talked about |
//! | [`running`] | its run, stretch by stretch |
//! | [`acts`] | what the wallet is asked for: each once by itself, and then behind a button |

mod acts;
mod live;
mod running;

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use app_core::{
    action::{ActionError, Tools},
    chain::Computing,
    vault::{Owner, Vault, VaultError},
    workers::job::Runner,
};
use compute_provider::choosing::{self, NO_ROOM, NO_ROOM_TO_JUDGE, Taken, judges, runs};
use futures::lock::Mutex;
use jobs::{JOBS, Job, State, calls, typed_data::Of};
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;
use work::lock::{self, Held};

use self::live::Live;
use super::{Lending, Settings, Stands, kept::Kept, open_vault, owner, shelf::Shelf, view::JobView};

/// What all jobs of a tab share.
pub struct Tab {
    pub lending: Lending,
    pub tools: Tools,
    pub me: Address,
    pub contract: Address,
    pub shelf: Shelf,
    /// Checks what posted jobs name, one after the other.
    pub checker: Runner,
    /// Held while the files of a posted job are here to be checked: whoever posts one has not paid for anything.
    pub checks: Mutex<()>,
    owner: Owner,
    vault: Vault,
    settings: Cell<Settings>,
    live: RefCell<BTreeMap<u64, Rc<Live>>>,
    opening: RefCell<BTreeSet<u64>>,
    /// The wallet is asked for one thing after the other.
    asking: Mutex<()>,
    /// Held until it ends.
    held: RefCell<Option<Held>>,
    /// The wallet was asked to take the deposit back.
    is_leaving: Cell<bool>,
}

impl Tab {
    /// What this browser lends for an account, unless it lends nothing or another tab does.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn open(lending: Lending, tools: Tools, me: Address) -> Result<Result<Rc<Self>, Stands>, ActionError> {
        // A deployment of before has no jobs.
        if tools.deployment().contract(JOBS).is_none() {
            return Ok(Err(Stands::NotHere));
        }
        let (owner, vault) = (owner(tools, me)?, open_vault().await?);
        let Some(settings) = Settings::find(&vault, owner).await? else { return Ok(Err(Stands::NotHere)) };
        let name = format!("modelmarket lends {}/{}/{me}", owner.chain_id, owner.contract);
        let Some(held) = lock::take(&name).await else { return Ok(Err(Stands::Elsewhere)) };
        Ok(Ok(Rc::new(Self {
            lending,
            tools,
            me,
            contract: owner.contract,
            shelf: Shelf { tools, account: me },
            checker: Runner::default(),
            checks: Mutex::new(()),
            owner,
            vault,
            settings: Cell::new(settings),
            live: RefCell::default(),
            opening: RefCell::default(),
            asking: Mutex::new(()),
            held: RefCell::new(Some(held)),
            is_leaving: Cell::new(false),
        })))
    }

    pub fn settings(&self) -> Settings {
        self.settings.get()
    }

    /// Changes what is offered, and keeps it.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn change(&self, change: impl FnOnce(&mut Settings)) -> Result<(), VaultError> {
        let mut settings = self.settings.get();
        change(&mut settings);
        settings.keep(&self.vault, self.owner).await?;
        self.settings.set(settings);
        Ok(())
    }

    /// What signatures about a job are bound to.
    pub fn of(&self, job: u64) -> Of {
        Of { chain: self.owner.chain_id, contract: self.contract, job }
    }

    /// Changes what is shown of a job.
    pub fn shows(&self, id: u64, change: impl FnOnce(&mut JobView)) {
        let known = self.lending.view.with_untracked(|view| view.jobs.get(&id).cloned()).unwrap_or_default();
        let mut changed = known.clone();
        change(&mut changed);
        if changed != known {
            self.lending.view.update(|view| drop(view.jobs.insert(id, changed)));
        }
    }

    /// Says something about a job.
    pub fn says(&self, id: u64, text: &str) {
        self.shows(id, |view| view.said = text.to_owned());
    }

    /// Asks the wallet, held to the account that lends, once nothing else is asked of it.
    ///
    /// # Errors
    /// As `action`, or another account became active.
    pub async fn asks<T: 'static>(
        &self,
        action: impl Future<Output = Result<T, ActionError>>,
    ) -> Result<T, ActionError> {
        let _turn = self.asking.lock().await;
        if self.tools.wallet.account.get_untracked() != Some(self.me) {
            return Err(ActionError::feature(
                "Another account is connected now. Connect the one that lends this machine.",
            ));
        }
        action.await
    }

    /// Does what is to be done about each job.
    pub fn look(self: &Rc<Self>, all: &Computing, now: u64) {
        let leaves = self.settings().leaves;
        let relevant = choosing::relevant(&all.book, self.me, now, leaves.is_some());
        self.ends_what_is_over(all, &relevant);
        self.says_what_does_not_fit(all, now);
        if leaves.is_none() {
            self.is_leaving.set(false);
        }
        if leaves.is_some() && choosing::may_leave(&all.book, self.me) && !self.is_leaving.replace(true) {
            self.leaves(all.book.provider(self.me).is_some());
        }
        let mut taken = self.taken(all, &relevant, now);
        for id in relevant {
            let Some(job) = all.book.job(id) else { continue };
            let found = self.live.borrow().get(&id).cloned();
            let Some(live) = found else {
                self.opens(id);
                continue;
            };
            if leaves == Some(true) && job.state <= State::Running && runs(job, self.me) {
                live.leave(self);
            }
            self.tend(&live, job, all, now, &mut taken);
            live.act(self, job, &all.steps(self.me, now, id), now);
        }
    }

    /// Takes the deposit back, for which the wallet is asked once by itself, and forgets what was offered.
    fn leaves(self: &Rc<Self>, has_deposit: bool) {
        let tab = self.clone();
        spawn_local(async move {
            let left = async {
                if has_deposit {
                    let Tab { tools, contract, .. } = *tab;
                    let call = calls::offboard();
                    let sent =
                        async { Ok(tools.transactions.send("Take the deposit back", contract, call, None).await?) };
                    tab.asks(sent).await?;
                }
                tab.lending.forgets(tab.tools, tab.me).await
            };
            if let Err(error) = left.await {
                tab.lending.view.update(|view| view.error = Some(error.to_string()));
            }
        });
    }

    fn opens(self: &Rc<Self>, id: u64) {
        if !self.opening.borrow_mut().insert(id) {
            return;
        }
        let tab = self.clone();
        spawn_local(async move {
            match Kept::open(tab.vault.clone(), tab.owner, id).await {
                Ok(kept) => {
                    let promised = kept.look(|job| job.record.promised());
                    tab.live.borrow_mut().insert(id, Rc::new(Live::new(id, kept)));
                    tab.shows(id, |view| view.promised = promised);
                }
                Err(error) => tab.says(id, &error.to_string()),
            }
            tab.opening.borrow_mut().remove(&id);
            tab.lending.wake_up();
        });
    }

    /// Stops jobs about which nothing is to do, and forgets those that are over.
    fn ends_what_is_over(&self, all: &Computing, relevant: &[u64]) {
        let over: Vec<u64> = self.live.borrow().keys().copied().filter(|id| !relevant.contains(id)).collect();
        for id in over {
            let Some(live) = self.live.borrow_mut().remove(&id) else { continue };
            live.end();
            self.lending.view.update(|view| drop(view.jobs.remove(&id)));
            let is_open = |job: &Job| runs(job, self.me) && !job.state.is_final();
            if !all.book.job(id).is_some_and(is_open) {
                // What stays takes room, and no more.
                spawn_local(async move { drop(live.kept.forget().await) });
            }
        }
    }

    /// Posted jobs of others that this machine does not run.
    fn says_what_does_not_fit(&self, all: &Computing, now: u64) {
        let posted = all.jobs().filter(|(_, job, _)| job.state == State::Posted && job.client != self.me);
        let unfit = posted.filter_map(|(id, job, _)| {
            let why = choosing::fits(&all.book, self.me, job, now).err()?;
            Some((id, why.sentence()))
        });
        let unfit: BTreeMap<u64, String> = unfit.collect();
        if self.lending.view.with_untracked(|view| view.unfit != unfit) {
            self.lending.view.update(|view| view.unfit = unfit);
        }
    }

    /// What is promised to jobs.
    fn taken(&self, all: &Computing, relevant: &[u64], now: u64) -> Taken {
        let live = self.live.borrow();
        let kept = |live: &Rc<Live>| (live.kept.look(|job| job.record.clone()), live.runner.borrow().is_some());
        let kept = |id| live.get(id).map(kept).unzip();
        let found: Vec<_> = relevant.iter().filter_map(|id| Some((all.book.job(*id)?, kept(id)))).collect();
        let held = found.iter().map(|(job, (record, runs))| (*job, record.as_ref(), *runs == Some(true)));
        Taken::by(held, now)
    }

    /// Prepares it, talks about it, runs it.
    fn tend(self: &Rc<Self>, live: &Rc<Live>, job: &Job, all: &Computing, now: u64, taken: &mut Taken) {
        live.prepare(self, job);
        // Whoever asks is also told that a rule refuses it.
        if job.is_talked_about(self.me, now) {
            live.talk(self, job);
        }
        if live.prepared().is_none() {
            return;
        }
        let (places, mib) = self.settings().room();
        match job.state {
            State::Posted if live.is_asked.get() && !live.is_asking.get() => {
                let is_held = live.kept.look(|kept| kept.record.holds_quote(now));
                if !is_held && !taken.leaves_room(job, places, mib) {
                    return live.decline(self, NO_ROOM);
                }
                live.quote(self, job, self.nonce(all), now);
                if !is_held {
                    taken.add(job);
                }
            }
            State::Running if runs(job, self.me) => live.run(self, job),
            State::Disputed if judges(job, self.me) && !runs(job, self.me) => {
                let is_over = live.kept.look(|kept| kept.record.is_over());
                let waits = !is_over && live.runner.borrow().is_none();
                if waits && !taken.adds_to_judge(job, places, mib) {
                    return self.says(live.id, NO_ROOM_TO_JUDGE);
                }
                live.run(self, job);
            }
            _ => {}
        }
    }

    fn nonce(&self, all: &Computing) -> u64 {
        all.book.provider(self.me).map_or(0, |provider| provider.nonce)
    }

    /// The button of a job.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn press(&self, id: u64) -> Result<(), ActionError> {
        let all = self.tools.reader.computing().await?;
        let waits = self.lending.view.with_untracked(|view| view.jobs.get(&id)?.waits.clone());
        let live = self.live.borrow().get(&id).cloned();
        match (live, all.book.job(id), waits) {
            (Some(live), Some(job), Some(waits)) => live.pressed(self, job, self.nonce(&all), waits).await,
            _ => Ok(()),
        }
    }

    /// The wallet may be asked to sign in at the relay again: one sign-in serves all jobs.
    pub fn signs_in_again(&self) {
        self.live.borrow().values().for_each(|live| live.is_signed_out.set(false));
    }

    /// Ends everything here; what is kept stays.
    pub fn end(&self) {
        for live in self.live.take().into_values() {
            live.end();
        }
        self.checker.end();
        drop(self.held.take());
    }
}
