//! When what the server tells has to be asked for again.

mod stream;

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use protocol::{api::Changed, subject::Subject};

use crate::chain::Clock;
use stream::Heard;

/// Phases end by time alone, without any event: what shows them is at most this many seconds behind.
const STALE: u64 = 30;
/// Longest pause between a change and asking for it, milliseconds. Its length is drawn, so that not all open pages ask
/// the server at the same moment.
const MOST_PAUSE: f64 = 800.0;

/// What a list or a part of a page shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watched {
    /// Everything of a family of contracts.
    Family(&'static str),
    /// One of its subjects.
    Subject(Subject),
}

/// Says when to ask again; a context.
#[derive(Clone, Copy)]
pub struct Live {
    watched: StoredValue<BTreeMap<Watched, ArcTrigger>>,
    /// What changed and is still to be told.
    waiting: StoredValue<Waiting>,
    /// Whether changes are told by the server. Otherwise every block counts as one.
    hears: StoredValue<bool>,
    period: Memo<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Waiting {
    Nothing,
    Some(BTreeSet<Subject>),
    Anything,
}

impl Live {
    /// Listens as long as the page lives. While nothing can be heard, every new block counts as a change of anything.
    pub fn start(clock: Clock) -> Self {
        let live = Self {
            watched: StoredValue::new(BTreeMap::new()),
            waiting: StoredValue::new(Waiting::Nothing),
            hears: StoredValue::new(false),
            period: Memo::new(move |_| clock.now.get() / STALE),
        };
        let hears = live.hears;
        // The first stream comes with the page, which has just asked for everything.
        let missed = StoredValue::new(false);
        stream::listen(move |what| match what {
            Heard::Open => {
                if !hears.get_value() && missed.get_value() {
                    live.add(Waiting::Anything);
                }
                hears.set_value(true);
                missed.set_value(false);
            }
            Heard::Lost => {
                hears.set_value(false);
                missed.set_value(true);
            }
            Heard::Changed(text) => live.changed(&text),
            Heard::Asked => {}
        });
        stream::on(&document(), "visibilitychange", move |_: web_sys::Event| live.tell());
        Effect::new(move || {
            clock.head.track();
            if !hears.get_value() {
                live.add(Waiting::Anything);
            }
        });
        live
    }

    /// Runs the caller's effect again after a change of any of these.
    pub fn track(self, watched: impl IntoIterator<Item = Watched>) {
        for one in watched {
            let trigger = self.watched.try_update_value(|all| all.entry(one).or_default().clone());
            if let Some(trigger) = trigger {
                trigger.track();
            }
        }
    }

    /// Runs the caller's effect again from time to time, for what changes without any event.
    pub fn track_time(self) {
        // Read, since a memo that is only tracked is never computed and so hears of nothing.
        self.period.get();
    }

    /// Whether the server tells of changes.
    pub fn hears(self) -> bool {
        self.hears.get_value()
    }

    /// Hears nothing by itself; a test says what changed.
    #[cfg(test)]
    pub(crate) fn silent() -> Self {
        Self {
            watched: StoredValue::new(BTreeMap::new()),
            waiting: StoredValue::new(Waiting::Nothing),
            hears: StoredValue::new(true),
            period: Memo::new(|_| 0),
        }
    }

    #[cfg(test)]
    pub(crate) fn hears_of(self, subjects: impl IntoIterator<Item = Subject>) {
        self.add(Waiting::Some(subjects.into_iter().collect()));
    }

    fn changed(self, text: &str) {
        self.add(match serde_json::from_str(text) {
            Ok(Changed { subjects, .. }) if !subjects.is_empty() => {
                // `collect` would bring a sort of its own, three kilobytes of code, into the first file.
                let mut all = BTreeSet::new();
                all.extend(subjects);
                Waiting::Some(all)
            }
            // Changes were missed, or are told in words of another version.
            _ => Waiting::Anything,
        });
    }

    /// Tells it after a pause; what comes meanwhile is told with it.
    fn add(self, more: Waiting) {
        let first = self.waiting.try_update_value(|waiting| {
            let first = *waiting == Waiting::Nothing;
            waiting.add(more);
            first
        });
        if first == Some(true) {
            let pause = std::time::Duration::from_millis((js_sys::Math::random() * MOST_PAUSE) as u64);
            set_timeout(move || self.tell(), pause);
        }
    }

    /// A page that nobody sees asks nobody; it is told when it is looked at again.
    fn tell(self) {
        if document().hidden() {
            return;
        }
        let Some(changed) = self.waiting.try_update_value(|w| std::mem::replace(w, Waiting::Nothing)) else { return };
        let touched: Vec<ArcTrigger> = self.watched.with_value(|all| {
            all.iter().filter(|(watched, _)| changed.touches(watched)).map(|(_, trigger)| trigger.clone()).collect()
        });
        for trigger in touched {
            trigger.notify();
        }
    }
}

impl Waiting {
    fn add(&mut self, more: Self) {
        match (&mut *self, more) {
            (Self::Anything, _) | (_, Self::Nothing) => {}
            (Self::Some(all), Self::Some(more)) => all.extend(more),
            (_, more) => *self = more,
        }
    }

    fn touches(&self, watched: &Watched) -> bool {
        match (self, watched) {
            (Self::Nothing, _) => false,
            (Self::Anything, _) => true,
            (Self::Some(subjects), Watched::Family(name)) => subjects.iter().any(|s| s.family == *name),
            (Self::Some(subjects), Watched::Subject(subject)) => subjects.contains(subject),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, collections::BTreeSet};

    use leptos::{mount::mount_to_body, prelude::*, task::tick};
    use protocol::subject::Subject;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{Live, STALE, Waiting, Watched};

    fn some(subjects: &[(&str, &str)]) -> Waiting {
        Waiting::Some(subjects.iter().map(|(family, subject)| Subject::new(family, subject)).collect())
    }

    #[wasm_bindgen_test]
    fn a_change_touches_its_subject_and_its_family_and_nothing_else() {
        let changed = some(&[("bounty", "7")]);
        assert!(changed.touches(&Watched::Family("bounty")));
        assert!(changed.touches(&Watched::Subject(Subject::new("bounty", 7))));
        assert!(!changed.touches(&Watched::Subject(Subject::new("bounty", 8))));
        assert!(!changed.touches(&Watched::Family("shared_model")));
    }

    thread_local! {
        static ASKED: Cell<u32> = const { Cell::new(0) };
        static NOW: Cell<Option<RwSignal<u64>>> = const { Cell::new(None) };
    }

    #[wasm_bindgen_test]
    async fn time_alone_makes_a_list_ask_again() {
        mount_to_body(|| {
            let now = RwSignal::new(0);
            let live = Live { period: Memo::new(move |_| now.get() / STALE), ..Live::silent() };
            NOW.set(Some(now));
            Effect::new(move || {
                live.track_time();
                ASKED.set(ASKED.get() + 1);
            });
        });
        let now = NOW.get().expect("it is mounted");
        for (second, asked) in [(0, 1), (STALE - 1, 1), (STALE, 2), (2 * STALE - 1, 2), (5 * STALE, 3)] {
            now.set(second);
            for _ in 0..3 {
                tick().await;
            }
            assert_eq!(ASKED.get(), asked, "at {second}");
        }
    }

    #[wasm_bindgen_test]
    fn changes_that_come_during_the_pause_are_told_together() {
        let mut waiting = some(&[("bounty", "7")]);
        waiting.add(some(&[("trained", "list")]));
        assert_eq!(waiting, some(&[("bounty", "7"), ("trained", "list")]));
        waiting.add(Waiting::Anything);
        waiting.add(some(&[("bounty", "9")]));
        assert_eq!(waiting, Waiting::Anything);
        let mut nothing = Waiting::Nothing;
        nothing.add(Waiting::Some(BTreeSet::new()));
        assert_eq!(nothing, Waiting::Some(BTreeSet::new()));
    }
}
