//! Messages from and to the page: a JSON text in a plain object, with bytes beside it.
//!
//! From the page: `{task, model?, table?, train?, test?}`. To the page: `{answer, csv?, classes?, model?,
//! predictions?}`. What is asked while work is under way waits for its turn, except a stop.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use js_sys::{Array, Object, Reflect, Uint8Array};
use ml_run::Source;
use ml_task::{Answer, Task};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::{
    breath::Asked,
    desk::{Desk, Done},
};

/// Bytes that lie in the page's memory until they are read.
pub struct Bytes(Uint8Array);

impl Bytes {
    /// All of them, here.
    pub fn to_vec(&self) -> Vec<u8> {
        self.0.to_vec()
    }
}

impl Source for Bytes {
    fn bytes(&self) -> u64 {
        u64::from(self.0.length())
    }

    fn read(&self, at: u64, bytes: usize, into: &mut Vec<u8>) {
        let end = at.saturating_add(bytes as u64).min(self.bytes());
        let part = self.0.subarray(at.min(end) as u32, end as u32);
        let start = into.len();
        into.resize(start + part.length() as usize, 0);
        part.copy_to(&mut into[start..]);
    }
}

/// What stands beside a task.
pub struct Beside(JsValue);

impl Beside {
    pub fn new(message: JsValue) -> Self {
        Self(message)
    }

    /// # Errors
    /// A sentence, where the page forgot it.
    pub fn bytes(&self, key: &str) -> Result<Bytes, String> {
        let value = Reflect::get(&self.0, &key.into()).unwrap_or(JsValue::UNDEFINED);
        let bytes = value.dyn_into::<Uint8Array>().map(Bytes);
        bytes.map_err(|_| format!("The page forgot to hand over the file “{key}”; reload it."))
    }
}

/// Tasks wait for each other: a prediction needs the model before it.
struct Queue {
    waiting: RefCell<VecDeque<JsValue>>,
    desk: RefCell<Option<Desk>>,
    asked: Asked,
}

/// Starts listening, and says so.
pub fn listen() {
    let desk = RefCell::new(Some(Desk::default()));
    let queue = Rc::new(Queue { waiting: RefCell::default(), desk, asked: Asked::default() });
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| hear(&queue, event.data()));
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The listener lives as long as the worker.
    on_message.forget();
    tell(&Answer::Ready);
}

fn hear(queue: &Rc<Queue>, message: JsValue) {
    if matches!(read(&message), Ok(Task::Stop)) {
        return queue.asked.stop();
    }
    queue.waiting.borrow_mut().push_back(message);
    // Whoever has the desk sees this message when the work at hand is done.
    let desk = queue.desk.borrow_mut().take();
    if let Some(desk) = desk {
        spawn_local(work(Rc::clone(queue), desk));
    }
}

async fn work(queue: Rc<Queue>, mut desk: Desk) {
    loop {
        let next = queue.waiting.borrow_mut().pop_front();
        let Some(message) = next else { break };
        queue.asked.nothing();
        let done = match read(&message) {
            Ok(task) => desk.work(task, &Beside::new(message), &queue.asked, tell).await,
            Err(e) => Err(format!("The page asked for something unknown ({e}); reload it.")),
        };
        send(done.unwrap_or_else(|why| Answer::Failed { why }.into()));
    }
    queue.desk.replace(Some(desk));
}

fn read(message: &JsValue) -> Result<Task, serde_json::Error> {
    let json = Reflect::get(message, &"task".into()).ok().and_then(|json| json.as_string()).unwrap_or_default();
    serde_json::from_str(&json)
}

/// Says something without bytes beside it.
pub fn tell(answer: &Answer) {
    send(answer.clone().into());
}

fn send(done: Done) {
    let message = Object::new();
    set(&message, "answer", &serde_json::to_string(&done.answer).unwrap_or_default().into());
    let handed_over = Array::new();
    for (key, bytes) in done.beside {
        let bytes = Uint8Array::from(&bytes[..]);
        handed_over.push(&bytes.buffer());
        set(&message, key, &bytes);
    }
    // A plain object of texts and bytes can always be cloned, and fresh bytes can be handed over.
    let _ = scope().post_message_with_transfer(&message, &handed_over);
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a field of a fresh plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}

pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
