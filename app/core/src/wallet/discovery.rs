//! Finding injected wallets: those that announce themselves (EIP-6963), and `window.ethereum` for those that do not. Either
//! may come late, as in the browsers of wallets on phones.

use std::{cell::Cell, rc::Rc};

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CustomEvent, Event, Window};

use super::Announced;

/// How long announcements may take before `window.ethereum` is considered, milliseconds.
const PATIENCE: u32 = 300;

/// Looks for wallets once more; see [`listen`].
pub type LookAgain = Rc<dyn Fn()>;

/// Calls `found` for every wallet, now and later. What it returns asks all wallets to announce themselves again.
pub fn listen(found: impl Fn(Announced) + 'static) -> LookAgain {
    let Some(window) = web_sys::window() else { return Rc::new(|| {}) };
    let found = Rc::new(found);
    let announced = Rc::new(Cell::new(false));
    let (heard, each) = (announced.clone(), found.clone());
    let handler = Closure::<dyn Fn(CustomEvent)>::new(move |event: CustomEvent| {
        if let Some(wallet) = read(&event.detail()) {
            heard.set(true);
            each(wallet);
        }
    });
    // These calls fail only for a window that is gone.
    let _ = window.add_event_listener_with_callback("eip6963:announceProvider", handler.as_ref().unchecked_ref());
    handler.forget();
    let of = window.clone();
    let look: LookAgain = Rc::new(move || {
        if let Ok(request) = Event::new("eip6963:requestProvider") {
            let _ = of.dispatch_event(&request);
        }
        let (window, announced, found) = (of.clone(), announced.clone(), found.clone());
        gloo_timers::callback::Timeout::new(PATIENCE, move || {
            if let (false, Some(wallet)) = (announced.get(), injected(&window)) {
                found(wallet);
            }
        })
        .forget();
    });
    // What wallets without EIP-6963 say when they are there at last.
    let late = look.clone();
    let handler = Closure::<dyn Fn()>::new(move || late());
    let _ = window.add_event_listener_with_callback("ethereum#initialized", handler.as_ref().unchecked_ref());
    handler.forget();
    look();
    look
}

fn injected(window: &Window) -> Option<Announced> {
    let provider = Reflect::get(window, &"ethereum".into()).ok().filter(JsValue::is_object)?;
    Some(Announced { name: "Browser wallet".into(), rdns: "window.ethereum".into(), provider })
}

fn read(detail: &JsValue) -> Option<Announced> {
    let info = Reflect::get(detail, &"info".into()).ok()?;
    let provider = Reflect::get(detail, &"provider".into()).ok().filter(JsValue::is_object)?;
    let text = |key: &str| Reflect::get(&info, &key.into()).ok()?.as_string();
    Some(Announced { name: text("name")?, rdns: text("rdns")?, provider })
}
