//! The chain's time. Deadlines are the chain's, so a device whose clock is wrong must not matter.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::prelude::*;

use super::Reader;

/// How often the head is asked for.
const POLL: Duration = Duration::from_secs(4);

/// The chain's head and time, kept fresh.
#[derive(Clone, Copy)]
pub struct Clock {
    /// Number of the newest block; pages re-read when it changes.
    pub head: RwSignal<u64>,
    /// Seconds since the epoch, by the chain's time, moving every second.
    pub now: RwSignal<u64>,
    /// Why the head is not known, if it is not.
    pub trouble: RwSignal<Option<String>>,
    /// Chain time minus device time, seconds.
    ahead: RwSignal<i64>,
}

impl Clock {
    /// Starts polling; lives as long as the page.
    pub fn start(reader: Reader) -> Self {
        let clock = Self {
            head: RwSignal::new(0),
            now: RwSignal::new(device_now()),
            trouble: RwSignal::new(None),
            ahead: RwSignal::new(0),
        };
        leptos::task::spawn_local(async move {
            loop {
                clock.refresh(reader).await;
                sleep(POLL).await;
            }
        });
        leptos::task::spawn_local(async move {
            loop {
                sleep(Duration::from_secs(1)).await;
                clock.tick();
            }
        });
        clock
    }

    /// Asks for the head now, e.g. after a transaction.
    pub async fn refresh(self, reader: Reader) {
        match reader.head().await {
            Ok((block, at)) => {
                // A chain that is idle has an old head; its next block will carry the device's time or later.
                let ahead = (at as i64 - device_now() as i64).max(0);
                if ahead > self.ahead.get_untracked() || block != self.head.get_untracked() {
                    self.ahead.set(ahead);
                }
                if self.head.get_untracked() != block {
                    self.head.set(block);
                }
                if self.trouble.get_untracked().is_some() {
                    self.trouble.set(None);
                }
                self.tick();
            }
            Err(error) => self.trouble.set(Some(error.to_string())),
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
