//! The chain's time. Deadlines are block times, so a device whose clock is wrong must not matter: of the device only the
//! seconds that pass are used (`rpc::ChainTime`).
//!
//! Nodes are asked often while somebody uses the page, seldom while nobody does, and not at all while it is hidden.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::prelude::*;
use rpc::{ChainTime, Environment as _, Finality, KnownChain, Status, web::Web};

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
/// Seconds without a new block until the node is asked which time the next one would have, and between two such questions.
const IDLE_CHAIN: f64 = 15.0;

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
    time: StoredValue<ChainTime>,
    /// Whether a block was heard of: before, the time is a guess.
    is_known: StoredValue<bool>,
    /// The newest block that was heard of, and when, by the seconds that pass, its time or the next one's was.
    heard: StoredValue<(u64, f64)>,
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
    /// Goes by this time until it follows the chain: the server's, or the device's where there is none. Lives as long as
    /// the page.
    pub fn start(server: Option<u64>) -> Self {
        let clock = Self::standing(server.unwrap_or_else(device_now));
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

    /// One that shows this time until it is told another.
    pub(crate) fn standing(guess: u64) -> Self {
        Self {
            head: RwSignal::new(0),
            now: RwSignal::new(guess),
            trouble: RwSignal::new(None),
            nodes: RwSignal::new(Status::default()),
            finality: RwSignal::new(Finality::default()),
            time: StoredValue::new(ChainTime::guessed(guess, passed())),
            is_known: StoredValue::new(false),
            heard: StoredValue::new((0, 0.0)),
            attention: Attention::start(),
            read_at: StoredValue::new(0.0),
            compared_at: StoredValue::new(0.0),
            final_due: StoredValue::new(0.0),
            lower: StoredValue::new(0),
        }
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
                self.ask_next(reader).await;
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
            // A node that is behind says nothing about the chain; but the client may have found that the chain never
            // was that high, and a development chain may be set back.
            self.lower.update_value(|lower| *lower += 1);
            if reader.client().tallest() >= head {
                let is_development = reader.deployment().chain_id == super::DEVELOPMENT_CHAIN;
                if !is_development || self.lower.get_value() < SHORTER {
                    return;
                }
                reader.client().forget_height();
            }
        }
        self.lower.set_value(0);
        let (last, _) = self.heard.get_value();
        if !self.is_known.get_value() || block < head {
            self.time.update_value(|time| time.begin(at, passed()));
            self.is_known.set_value(true);
            // How old this block is cannot be told yet, but from the next one.
            self.heard.set_value((block, f64::MIN));
        } else if block != last {
            self.time.update_value(|time| time.heard(at, passed()));
            self.heard.set_value((block, passed()));
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

    /// Where the chain makes no blocks for a while, its newest one says little of its time: the node is asked which one the
    /// next would have.
    async fn ask_next(self, reader: Reader) {
        let (block, since) = self.heard.get_value();
        if passed() - since < IDLE_CHAIN {
            return;
        }
        self.heard.set_value((block, passed()));
        if let Ok(Some(at)) = reader.client().next_block_at().await {
            self.time.update_value(|time| time.heard(at, passed()));
            self.tick();
        }
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
        let Some(now) = self.time.with_value(|time| time.now(passed())) else { return };
        if now != self.now.get_untracked() {
            self.now.set(now);
        }
    }
}

/// Seconds that passed since some time, by a clock that nobody sets.
fn passed() -> f64 {
    Web.now().as_secs_f64()
}

fn device_now() -> u64 {
    (js_sys::Date::now() / 1000.0) as u64
}
