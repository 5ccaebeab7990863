//! The server's stream of changes, held by one tab for all of them.
//!
//! A browser gives a host six connections over HTTP/1.1. A stream in every tab would take them all, and uploads and
//! pages would wait for ever. So the tab that holds a lock listens, and tells the others by a broadcast channel; tabs
//! that nobody sees give the lock away, and when nobody sees any of them there is no stream.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{BroadcastChannel, EventSource, MessageEvent};

/// The server's route (`server/src/api/live.rs`).
const ROUTE: &str = "/api/live";
/// Name of the lock and of the channel.
const NAME: &str = "modelmarket-live";
/// Before what changed, in a message to other tabs.
const CHANGED: &str = "changed ";

#[wasm_bindgen]
extern "C" {
    /// Web Locks, which web-sys does not count as settled.
    #[wasm_bindgen(js_name = LockManager)]
    type LockManager;

    #[wasm_bindgen(method)]
    fn request(this: &LockManager, name: &str, granted: &Function) -> Promise;
}

/// What every tab hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The stream is there. What changed before it came was not heard.
    Open,
    /// Nothing can be heard until it is there again.
    Lost,
    /// What changed, as the server wrote it.
    Changed(String),
    /// A tab that came later asks whether the stream is there.
    Asked,
}

impl Heard {
    /// A message to other tabs.
    fn to_message(&self) -> String {
        match self {
            Self::Open => "open".into(),
            Self::Lost => "lost".into(),
            Self::Asked => "asked".into(),
            Self::Changed(what) => format!("{CHANGED}{what}"),
        }
    }

    /// `None` for a message of another version of this page.
    fn of_message(text: &str) -> Option<Self> {
        match text {
            "open" => Some(Self::Open),
            "lost" => Some(Self::Lost),
            "asked" => Some(Self::Asked),
            text => text.strip_prefix(CHANGED).map(|what| Self::Changed(what.to_owned())),
        }
    }
}

/// Listens as long as the page lives; `heard` is called with everything but [`Heard::Asked`].
pub fn listen(heard: impl Fn(Heard) + 'static) {
    let tab = Rc::new(Tab {
        heard: Box::new(heard),
        channel: BroadcastChannel::new(NAME).ok(),
        locks: locks(),
        source: RefCell::new(None),
        release: RefCell::new(None),
        waits: RefCell::new(false),
    });
    let other = tab.clone();
    if let Some(channel) = &tab.channel {
        on(channel, "message", move |event: MessageEvent| other.told(&event));
    }
    let seen = tab.clone();
    on(&document(), "visibilitychange", move |_: web_sys::Event| if is_hidden() { seen.rest() } else { seen.take() });
    // The browser may have stopped this tab, and with it what it would have heard.
    let woken = tab.clone();
    on(&document(), "resume", move |_: web_sys::Event| (woken.heard)(Heard::Lost));
    tab.take();
}

struct Tab {
    heard: Box<dyn Fn(Heard)>,
    channel: Option<BroadcastChannel>,
    /// Missing outside of secure contexts: then every tab has a stream of its own.
    locks: Option<LockManager>,
    source: RefCell<Option<EventSource>>,
    /// Gives the lock away.
    release: RefCell<Option<Function>>,
    /// Whether the lock is held or asked for.
    waits: RefCell<bool>,
}

impl Tab {
    /// Listens as soon as no other tab does.
    fn take(self: &Rc<Self>) {
        if is_hidden() || self.waits.replace(true) {
            return;
        }
        self.post(&Heard::Asked);
        let Some(locks) = &self.locks else { return self.open() };
        let tab = self.clone();
        let granted = Closure::once_into_js(move |_lock: JsValue| -> Promise {
            // Until this is kept the lock is held.
            Promise::new(&mut |release, _| {
                if is_hidden() {
                    tab.waits.replace(false);
                    // A function of the browser, which cannot fail.
                    let _ = release.call0(&JsValue::NULL);
                } else {
                    tab.release.replace(Some(release));
                    tab.open();
                }
            })
        });
        // Rejected only when the page goes away.
        let _ = locks.request(NAME, granted.unchecked_ref());
    }

    /// Nobody sees this tab: another one may listen.
    fn rest(&self) {
        if let Some(source) = self.source.take() {
            source.close();
            self.waits.replace(false);
            self.say(Heard::Lost);
        }
        if let Some(release) = self.release.take() {
            // A function of the browser, which cannot fail.
            let _ = release.call0(&JsValue::NULL);
        }
    }

    fn open(self: &Rc<Self>) {
        let Ok(source) = EventSource::new(ROUTE) else { return self.say(Heard::Lost) };
        let (opened, lost, changed) = (self.clone(), self.clone(), self.clone());
        on(&source, "open", move |_: web_sys::Event| opened.say(Heard::Open));
        on(&source, "error", move |_: web_sys::Event| lost.say(Heard::Lost));
        on(&source, "changed", move |event: MessageEvent| {
            changed.say(Heard::Changed(event.data().as_string().unwrap_or_default()));
        });
        self.source.replace(Some(source));
    }

    /// Tells this tab and all others.
    fn say(&self, what: Heard) {
        self.post(&what);
        (self.heard)(what);
    }

    fn post(&self, what: &Heard) {
        if let (Some(channel), Some(_)) = (&self.channel, &self.locks) {
            // Fails only for what cannot be copied.
            let _ = channel.post_message(&what.to_message().into());
        }
    }

    fn told(&self, event: &MessageEvent) {
        let what = event.data().as_string().and_then(|text| Heard::of_message(&text));
        match what {
            Some(Heard::Asked) => {
                let open = self.source.borrow().as_ref().is_some_and(|s| s.ready_state() == EventSource::OPEN);
                if open {
                    self.post(&Heard::Open);
                }
            }
            Some(what) => (self.heard)(what),
            // Of another version of this page.
            None => (self.heard)(Heard::Lost),
        }
    }
}

fn locks() -> Option<LockManager> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

fn is_hidden() -> bool {
    document().hidden()
}

/// The target keeps what it calls for as long as it lives.
pub fn on<E: JsCast>(target: &web_sys::EventTarget, name: &str, mut heard: impl FnMut(E) + 'static) {
    let call = Closure::<dyn FnMut(_)>::new(move |event: web_sys::Event| heard(event.unchecked_into()));
    // Fails only for a listener that is no function.
    let _ = target.add_event_listener_with_callback(name, call.as_ref().unchecked_ref());
    call.forget();
}
