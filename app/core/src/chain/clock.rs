//! The chain's time. Deadlines are the chain's, so a device whose clock is wrong must not matter.
//!
//! Nodes are asked often while somebody uses the page, seldom while nobody does, and not at all while it is hidden.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::prelude::*;
use rpc::{Finality, KnownChain, Status};

use super::{
    Reader,
    attention::{Attention, is_hidden},
};

/// How often the head is asked for while somebody uses the page, and while nobody does.
const POLL: Duration = Duration::from_secs(4);
const IDLE_POLL: Duration = Duration::from_secs(20);
/// While nobody uses the page, its parts read again at most this often, milliseconds.
const IDLE_READING: f64 = 90_000.0;
/// Answers in a row of nodes that are behind until a development chain is taken to be shorter.
const SHORTER: u32 = 5;
/// Milliseconds between two comparisons of the nodes.
const COMPARED_EVERY: f64 = 600_000.0;
/// Milliseconds between two questions for what is final, while somebody uses the page and while nobody does, or the
/// node does not say.
const FINAL_EVERY: f64 = 60_000.0;
const FINAL_SELDOM: f64 = 600_000.0;

/// The chain's head and time, kept fresh.
#[derive(Clone, Copy)]
pub struct Clock {
    /// Number of the newest block; pages re-read when it changes.
    pub head: RwSignal<u64>,
    /// Seconds since the epoch, by the chain's time, moving every second.
    pub now: RwSignal<u64>,
    /// Why the head is not known, if it is not.
    pub trouble: RwSignal<Option<String>>,
    /// What is known of the nodes: whether they want to be waited for, are behind, or differ.
    pub nodes: RwSignal<Status>,
    /// How far the chain regards itself as final, where it does.
    pub finality: RwSignal<Finality>,
    /// Chain time minus device time, seconds.
    ahead: RwSignal<i64>,
    attention: Attention,
    /// When parts of the page were last made to read again, and when the nodes were compared, by the device.
    read_at: StoredValue<f64>,
    compared_at: StoredValue<f64>,
    /// When to ask again what is final, by the device.
    final_due: StoredValue<f64>,
    /// Answers in a row with a lower head than was seen.
    lower: StoredValue<u32>,
}

impl Clock {
    /// Goes by the device until it follows the chain; lives as long as the page.
    pub fn start() -> Self {
        let clock = Self {
            head: RwSignal::new(0),
            now: RwSignal::new(device_now()),
            trouble: RwSignal::new(None),
            nodes: RwSignal::new(Status::default()),
            finality: RwSignal::new(Finality::default()),
            ahead: RwSignal::new(0),
            attention: Attention::start(),
            read_at: StoredValue::new(0.0),
            compared_at: StoredValue::new(0.0),
            final_due: StoredValue::new(0.0),
            lower: StoredValue::new(0),
        };
        leptos::task::spawn_local(async move {
            loop {
                sleep(Duration::from_secs(1)).await;
                if !is_hidden() {
                    clock.tick();
                }
            }
        });
        clock
    }

    /// Asks for the chain's head from now on.
    pub fn follow(self, reader: Reader) {
        leptos::task::spawn_local(async move {
            loop {
                if !is_hidden() {
                    self.look(reader).await;
                }
                self.rest(reader).await;
            }
        });
        Effect::new(move |before: Option<()>| {
            self.attention.back.track();
            // Not at the start, which the loop sees to.
            if before.is_some() {
                leptos::task::spawn_local(async move { self.refresh(reader).await });
            }
        });
    }

    /// Waits until the head is to be asked for again: sooner when somebody comes back.
    async fn rest(self, reader: Reader) {
        let second = Duration::from_secs(1);
        let mut rested = Duration::ZERO;
        while rested < if self.attention.is_there() { POLL } else { IDLE_POLL } {
            sleep(second).await;
            rested += second;
            if !is_hidden() {
                self.note(reader);
            }
        }
    }

    /// Asks for the head now, e.g. after a transaction, and makes all parts of the page read again where it changed.
    pub async fn refresh(self, reader: Reader) {
        self.read_at.set_value(0.0);
        self.look(reader).await;
    }

    async fn look(self, reader: Reader) {
        match reader.head().await {
            Ok((block, at)) => {
                self.heard(reader, block, at);
                self.compare(reader).await;
                self.settle(reader).await;
            }
            Err(error) => self.trouble.set(Some(error.to_string())),
        }
        self.note(reader);
    }

    fn heard(self, reader: Reader, block: u64, at: u64) {
        let head = self.head.get_untracked();
        if block < head {
            // A node that is behind says nothing about the chain; but a development chain may be set back.
            self.lower.update_value(|lower| *lower += 1);
            let is_development = reader.deployment().chain_id == super::DEVELOPMENT_CHAIN;
            if !is_development || self.lower.get_value() < SHORTER {
                return;
            }
            reader.client().forget_height();
        }
        self.lower.set_value(0);
        // A chain that is idle has an old head; its next block will carry the device's time or later.
        let ahead = (at as i64 - device_now() as i64).max(0);
        if ahead > self.ahead.get_untracked() || block != head {
            self.ahead.set(ahead);
        }
        let is_due = js_sys::Date::now() - self.read_at.get_value() >= IDLE_READING;
        if head != block && (self.attention.is_there() || is_due || head == 0) {
            self.read_at.set_value(js_sys::Date::now());
            self.head.set(block);
        }
        if self.trouble.get_untracked().is_some() {
            self.trouble.set(None);
        }
        self.tick();
    }

    /// Compares the nodes now and then, where there are several.
    async fn compare(self, reader: Reader) {
        let now = js_sys::Date::now();
        if now - self.compared_at.get_value() < COMPARED_EVERY {
            return;
        }
        self.compared_at.set_value(now);
        let client = reader.client();
        if client.status().verdict == rpc::Verdict::Single {
            return;
        }
        if let Ok(Some(header)) = client.header(client.tallest()).await {
            client.verify(&header).await;
        }
    }

    /// Asks now and then how far the chain is final, where the chain has that.
    async fn settle(self, reader: Reader) {
        let now = js_sys::Date::now();
        if now < self.final_due.get_value() || !KnownChain::of(reader.deployment().chain_id).has_finality {
            return;
        }
        self.final_due.set_value(now + FINAL_SELDOM);
        let Ok(finality) = reader.client().finality().await else { return };
        if finality.finalized.is_some() && self.attention.is_there() {
            self.final_due.set_value(now + FINAL_EVERY);
        }
        if self.finality.get_untracked() != finality {
            self.finality.set(finality);
        }
    }

    /// Takes over what is known of the nodes.
    fn note(self, reader: Reader) {
        reader.attend(self.attention.is_there());
        let status = reader.client().status();
        // What changes with every request is not for showing.
        let waiting = Duration::from_secs(status.waiting.as_secs());
        let status = Status { requests: 0, endpoint: 0, waiting, ..status };
        if self.nodes.get_untracked() != status {
            self.nodes.set(status);
        }
    }

    fn tick(self) {
        let now = (device_now() as i64 + self.ahead.get_untracked()) as u64;
        if now != self.now.get_untracked() {
            self.now.set(now);
        }
    }
}

fn device_now() -> u64 {
    (js_sys::Date::now() / 1000.0) as u64
}
