//! Workers in a browser. The page starts them here, and so does a worker that starts another.

use std::{cell::RefCell, rc::Rc, time::Duration};

use futures::future::LocalBoxFuture;
use gloo_timers::future::sleep;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Event as BrowserEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::{
    envelope::Envelope,
    host::{Event, Host, Loaded, Running},
    js::{self, Part, cause},
    program::Program,
};

/// A browser, as this program sees it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Browser;

type OnLoading = Rc<dyn Fn(&Program, Option<Loaded>)>;

thread_local! {
    static ON_LOADING: RefCell<Option<OnLoading>> = const { RefCell::new(None) };
}

/// From now on this is told how far each program is loaded ([`Host::loading`]).
pub fn on_loading(told: impl Fn(&Program, Option<Loaded>) + 'static) {
    ON_LOADING.set(Some(Rc::new(told)));
}

/// A channel to a worker in a browser.
pub type Channel = crate::channel::Channel<Browser>;
/// A worker in a browser.
pub type Link = crate::link::Link<Browser>;

impl Channel {
    /// The worker is started by the first request.
    pub fn to(program: Program) -> Self {
        Self::new(Browser, program)
    }
}

/// A worker in a browser, with what listens to it.
pub struct BrowserWorker {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_unreadable: Closure<dyn Fn(JsValue)>,
    _on_error: Closure<dyn Fn(BrowserEvent)>,
}

impl Host for Browser {
    type Part = Part;
    type Worker = BrowserWorker;

    fn start(&self, program: &Program, heard: Box<dyn Fn(Event<Part>)>) -> Result<BrowserWorker, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(program.name);
        let worker = Worker::new_with_options(&program.url, &options)
            .map_err(|e| cause(&e).unwrap_or_else(|| "no workers here".into()))?;
        let heard = std::rc::Rc::new(heard);
        let on_message = {
            let heard = std::rc::Rc::clone(&heard);
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                heard(js::read(&event.data()).map_or_else(Event::Unreadable, Event::Message));
            })
        };
        let on_unreadable = {
            let heard = std::rc::Rc::clone(&heard);
            Closure::<dyn Fn(JsValue)>::new(move |_| heard(Event::Unreadable("a message that cannot be read".into())))
        };
        let on_error = Closure::<dyn Fn(BrowserEvent)>::new(move |event: BrowserEvent| {
            // It is told where it is asked for; the browser's console has it too.
            let message = js::get(&event, "message").as_string().filter(|message| !message.is_empty());
            heard(Event::Error(message));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_unreadable.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(BrowserWorker { worker, _on_message: on_message, _on_unreadable: on_unreadable, _on_error: on_error })
    }

    fn sleep(&self, time: Duration) -> LocalBoxFuture<'static, ()> {
        Box::pin(sleep(time))
    }

    fn loading(&self, program: &Program, loaded: Option<Loaded>) {
        if let Some(told) = ON_LOADING.with_borrow(Option::clone) {
            told(program, loaded);
        }
    }
}

impl Running for BrowserWorker {
    type Part = Part;

    fn post(&self, envelope: &Envelope<Part>) -> Result<(), String> {
        let (message, moved) = js::write(envelope);
        // Copying a large table may fail where memory is short.
        let posted = self.worker.post_message_with_transfer(&message, &moved);
        posted.map_err(|e| cause(&e).unwrap_or_else(|| "the files could not be handed over".into()))
    }
}

impl Drop for BrowserWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onmessageerror(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
