//! Seats that this tab plays. They go on when the person looks at another page.

use std::collections::{BTreeMap, BTreeSet};

use app_core::workers::party::Party;
use leptos::prelude::*;
use mpc_run::Stage;
use mpc_task::{Progress, request::GIVE_HELPER_UP};

/// How far a seat is, for whoever looks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    pub is_active: bool,
    /// What is waited for, in words.
    pub step: &'static str,
    pub stage: Option<Stage>,
    /// Rounds that are planned, once they are known.
    pub planned: u32,
    pub sent: u64,
    pub received: u64,
    /// Seats that are silent.
    pub away: BTreeSet<u8>,
    /// The seat that deals.
    pub helper: Option<u8>,
    /// The person has given the helper up.
    pub gave_up: bool,
    /// On which the worker that plays the seat hears.
    pub channel: String,
    pub rows: Option<u32>,
    pub error: Option<String>,
    /// Why there is no result, which is an answer.
    pub answer: Option<String>,
}

/// A seat at work.
#[derive(Clone)]
pub struct Playing {
    pub view: ArcRwSignal<View>,
    pub party: Party,
}

impl Playing {
    /// Takes in what the worker tells; what it asks for is not for the eye.
    pub fn told(&self, progress: &Progress) {
        self.view.update(|view| match progress {
            Progress::Met { .. }
            | Progress::Signed { .. }
            | Progress::Advanced { .. }
            | Progress::Keep { .. }
            | Progress::SignIn { .. } => {}
            Progress::Bytes { sent, received } => (view.sent, view.received) = (*sent, *received),
            Progress::Presence { seat, is_here: true } => drop(view.away.remove(seat)),
            Progress::Presence { seat, is_here: false } => drop(view.away.insert(*seat)),
            Progress::Stage { stage } => {
                view.stage = Some(*stage);
                match stage {
                    Stage::Computing { rounds, .. } => view.planned = *rounds,
                    Stage::Aligned { rows } => view.rows = Some(*rows),
                    _ => {}
                }
            }
        });
    }

    /// The seat is played again, with another helper.
    pub fn begins_anew(&self, step: &'static str) {
        self.view.update(|view| *view = View { is_active: true, step, ..View::default() });
    }

    /// The worker hears on this channel; `helper` is the seat that deals.
    pub fn hears_on(&self, channel: &str, helper: Option<u8>) {
        self.view.update(|view| (view.channel, view.helper) = (channel.to_owned(), helper));
    }

    /// Gives the helper up: the run goes on with the next one once the other owner says so too.
    pub fn gives_helper_up(&self) {
        self.view.update(|view| view.gave_up = true);
        Party::say(&self.view.with_untracked(|view| view.channel.clone()), GIVE_HELPER_UP);
    }

    pub fn says(&self, step: &'static str) {
        self.view.update(|view| view.step = step);
    }
}

/// All of them; a context.
#[derive(Clone, Copy)]
pub struct Seats(StoredValue<BTreeMap<(u64, u8), Playing>, LocalStorage>);

impl Seats {
    pub fn new() -> Self {
        Self(StoredValue::new_local(BTreeMap::new()))
    }

    /// The seat of a task, at work or not.
    pub fn of(self, task: u64, seat: u8) -> Playing {
        let fresh = || Playing { view: ArcRwSignal::new(View::default()), party: Party::default() };
        self.0.try_update_value(|all| all.entry((task, seat)).or_insert_with(fresh).clone()).unwrap_or_else(fresh)
    }
}
