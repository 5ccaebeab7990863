//! Finding injected wallets (EIP-6963), with `window.ethereum` for wallets that do not announce themselves.

use std::{cell::RefCell, rc::Rc};

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CustomEvent, Event};

use super::Announced;

/// How long announcements may take before `window.ethereum` is considered, milliseconds.
const PATIENCE: u32 = 300;

/// Calls `found` for every wallet, now and later.
pub fn listen(found: impl Fn(Announced) + 'static) {
    let Some(window) = web_sys::window() else { return };
    let found = Rc::new(found);
    let announced = Rc::new(RefCell::new(false));
    let (heard, each) = (announced.clone(), found.clone());
    let handler = Closure::<dyn Fn(CustomEvent)>::new(move |event: CustomEvent| {
        if let Some(wallet) = read(&event.detail()) {
            *heard.borrow_mut() = true;
            each(wallet);
        }
    });
    // Both calls fail only for a window that is gone.
    let _ = window.add_event_listener_with_callback("eip6963:announceProvider", handler.as_ref().unchecked_ref());
    handler.forget();
    if let Ok(request) = Event::new("eip6963:requestProvider") {
        let _ = window.dispatch_event(&request);
    }
    gloo_timers::callback::Timeout::new(PATIENCE, move || {
        if *announced.borrow() {
            return;
        }
        let provider = Reflect::get(&window, &"ethereum".into()).unwrap_or(JsValue::UNDEFINED);
        if provider.is_object() {
            found(Announced { name: "Browser wallet".into(), rdns: "window.ethereum".into(), provider });
        }
    })
    .forget();
}

fn read(detail: &JsValue) -> Option<Announced> {
    let info = Reflect::get(detail, &"info".into()).ok()?;
    let provider = Reflect::get(detail, &"provider".into()).ok().filter(JsValue::is_object)?;
    let text = |key: &str| Reflect::get(&info, &key.into()).ok()?.as_string();
    Some(Announced { name: text("name")?, rdns: text("rdns")?, provider })
}
