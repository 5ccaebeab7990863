//! One tab for something that two would spoil, such as a seat of a task. For pages and for workers.

use std::{cell::RefCell, rc::Rc, time::Duration};

use futures::channel::oneshot;
use gloo_timers::future::sleep;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Web Locks, which web-sys does not count as settled.
    #[wasm_bindgen(js_name = LockManager)]
    type LockManager;

    #[wasm_bindgen(method)]
    fn request(this: &LockManager, name: &str, options: &Object, granted: &Function) -> Promise;
}

/// It is this tab's until this is dropped, or the tab is closed.
pub struct Held(Option<Function>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            // It is a promise's own function, which throws nothing.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// How long it may take to be free after it was given up.
const PAUSE: Duration = Duration::from_millis(300);

/// Takes what has this name; `None` where another tab has it. A browser without locks gives it to everybody.
pub async fn take(name: &str) -> Option<Held> {
    if let Some(held) = ask(name).await {
        return Some(held);
    }
    // A lock that was given up a moment ago is free a moment later.
    sleep(PAUSE).await;
    ask(name).await
}

async fn ask(name: &str) -> Option<Held> {
    let get = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok();
    let locks = get(&js_sys::global(), "navigator").and_then(|navigator| get(&navigator, "locks"));
    let Some(locks) = locks.filter(|locks| !locks.is_undefined()) else { return Some(Held(None)) };
    let (sender, told) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let Some(sender) = sender.take() else { return JsValue::UNDEFINED };
        if lock.is_null() || lock.is_undefined() {
            let _ = sender.send(None);
            return JsValue::UNDEFINED;
        }
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let _ = sender.send(release);
        held.into()
    });
    let options = Object::new();
    // A plain object takes whatever it is given.
    let _ = Reflect::set(&options, &"ifAvailable".into(), &true.into());
    let _ = locks.unchecked_into::<LockManager>().request(name, &options, granted.unchecked_ref());
    told.await.ok().flatten().map(|release| Held(Some(release)))
}
