//! The page's side of the worker that runs and trains models (`app/workers/models`).
//!
//! A model is a program from a stranger. One that does not answer in time, or breaks the worker, costs the worker and
//! nothing else: the next question starts a new one and opens the model again.

use std::{
    cell::{Cell, RefCell},
    pin::pin,
    rc::Rc,
    time::Duration,
};

use futures::{
    StreamExt,
    channel::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
        oneshot,
    },
    future::{Either, select},
    lock::{Mutex, MutexGuard},
};
use gloo_timers::future::sleep;
use js_sys::{Object, Reflect, Uint8Array};
use leptos::task::spawn_local;
use ml_task::{Answer, Card, Context, EngineChoice, Input, Point, Prediction, Ran, Summary, Task, TrainOptions};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What Trunk makes of `app/workers/models`.
const WORKER_URL: &str = "/models-worker_loader.js";

/// Largest model that is opened, bytes.
pub const MAX_MODEL: u64 = 256 << 20;
/// Largest table that is read for training or prediction, bytes.
pub const MAX_TABLE: u64 = 512 << 20;

/// How long the worker may say nothing.
const SILENCE: Duration = Duration::from_secs(30);
/// How long it may take to hear a stop: between two batches of rows, and between two epochs.
const STOP: Duration = Duration::from_secs(3);
const STOP_TRAINING: Duration = Duration::from_secs(20);

/// Why nothing came of a question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelsError {
    /// A sentence of the worker.
    #[error("{0}")]
    Failed(String),
    #[error("The part of the page that runs models could not be loaded ({0}). Check your connection and try again.")]
    NotLoaded(String),
    #[error(
        "The model ran out of memory or broke off ({0}), so it was ended. The page is unharmed: try again with fewer \
         rows, or with a smaller model."
    )]
    Broke(String),
    #[error(
        "There was no answer for {} s, so the model was ended. The page is unharmed: try a smaller model, or fewer \
         rows.", SILENCE.as_secs()
    )]
    Silent,
    #[error("Stopped.")]
    Stopped,
}

/// The predictions of a table.
pub struct Predicted {
    /// As a file.
    pub csv: Vec<u8>,
    /// Class index of each row, 65535 where the model named none of the classes.
    pub classes: Vec<u16>,
    pub rows: u64,
    /// Correct rows, where labels were given.
    pub correct: Option<u64>,
    pub ran: Ran,
}

/// What came of training.
#[derive(Clone)]
pub struct Trained {
    pub summary: Summary,
    /// The ONNX file.
    pub model: Vec<u8>,
    /// One label a line, in the order of the test rows.
    pub predictions: Vec<u8>,
}

/// The worker, started when it is first asked. One question at a time; the next waits for its turn.
#[derive(Clone)]
pub struct Models(Rc<Shared>);

struct Shared {
    turn: Mutex<Option<Link>>,
    /// The model that is open, to open it again in a new worker.
    opened: RefCell<Option<(Uint8Array, Context)>>,
    /// What the worker is at, for [`Models::stop`] and [`Models::end`].
    asked: RefCell<Option<Asked>>,
    /// Grows with every question that gets its turn, so that a late stop does not end the next one.
    number: Cell<u32>,
    /// Those who are to hear of a stop.
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
}

/// What is under way.
#[derive(Clone)]
struct Asked {
    worker: Worker,
    interrupt: UnboundedSender<Heard>,
    patience: Duration,
    listens: Rc<Cell<bool>>,
}

/// Forgets what the worker is at when its question is over, also one that was given up.
struct Turn<'a>(&'a Shared);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.asked.replace(None);
    }
}

/// A running worker; dropping it ends it, and with it whatever it was doing.
struct Link {
    worker: Worker,
    heard: UnboundedReceiver<Heard>,
    sender: UnboundedSender<Heard>,
    /// Whether it has said that it listens.
    listens: Rc<Cell<bool>>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

enum Heard {
    Message(JsValue),
    Ended(ModelsError),
}

impl Shared {
    /// Told when everything is to stop.
    fn next_stop(&self) -> oneshot::Receiver<()> {
        let (sender, stopped) = oneshot::channel();
        let mut waiting = self.waiting.borrow_mut();
        waiting.retain(|other| !other.is_canceled());
        waiting.push(sender);
        stopped
    }
}

impl Models {
    pub fn new() -> Self {
        Self(Rc::new(Shared {
            turn: Mutex::new(None),
            opened: RefCell::new(None),
            asked: RefCell::new(None),
            number: Cell::new(0),
            waiting: RefCell::default(),
        }))
    }

    /// Reads a model; it is the one that the questions below are about.
    ///
    /// # Errors
    /// [`ModelsError`] with a sentence for a person; the model that was open before is closed.
    pub async fn open(&self, bytes: &[u8], context: Context) -> Result<Card, ModelsError> {
        let model = Uint8Array::from(bytes);
        self.0.opened.replace(None);
        let mut turn = self.turn().await?;
        let card = self.open_in(&mut turn, &model, &context).await?;
        self.0.opened.replace(Some((model, context)));
        Ok(card)
    }

    /// Predicts one row.
    ///
    /// # Errors
    /// [`ModelsError`] with a sentence for a person.
    pub async fn predict(&self, input: Input, engine: EngineChoice) -> Result<(Prediction, Ran), ModelsError> {
        let (answer, _) = self.ask(&Task::Predict { input, engine }, &[], STOP, |_| {}).await?;
        match answer {
            Answer::Predicted { prediction, ran } => Ok((prediction, ran)),
            other => Err(unexpected(&other)),
        }
    }

    /// Predicts every row of a CSV; `progress` is told the rows that are done, and all.
    ///
    /// # Errors
    /// [`ModelsError`] with a sentence for a person.
    pub async fn predict_table(
        &self,
        table: &[u8],
        label: Option<String>,
        engine: EngineChoice,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Predicted, ModelsError> {
        let task = Task::PredictTable { label, engine };
        let said = |answer: &Answer| {
            if let Answer::Progress { rows, total } = answer {
                progress(*rows, *total);
            }
        };
        let (answer, message) = self.ask(&task, &[("table", &Uint8Array::from(table))], STOP, said).await?;
        match answer {
            Answer::Table { rows, correct, ran } => {
                let classes = bytes(&message, "classes");
                let classes = classes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
                Ok(Predicted { csv: bytes(&message, "csv"), classes, rows, correct, ran })
            }
            other => Err(unexpected(&other)),
        }
    }

    /// Trains on one CSV and predicts the rows of another; `epoch` is told every point of the curves.
    ///
    /// # Errors
    /// [`ModelsError`] with a sentence for a person.
    pub async fn train(
        &self,
        train: &[u8],
        test: &[u8],
        options: TrainOptions,
        mut epoch: impl FnMut(Point),
    ) -> Result<Trained, ModelsError> {
        let said = |answer: &Answer| {
            if let Answer::Epoch { point } = answer {
                epoch(*point);
            }
        };
        let tables = [("train", &Uint8Array::from(train)), ("test", &Uint8Array::from(test))];
        let (answer, message) = self.ask(&Task::Train { options }, &tables, STOP_TRAINING, said).await?;
        match answer {
            Answer::Trained { summary } => Ok(Trained {
                summary: *summary,
                model: bytes(&message, "model"),
                predictions: bytes(&message, "predictions"),
            }),
            other => Err(unexpected(&other)),
        }
    }

    /// What `work` gives, which a question needs before it can be asked, unless a stop comes first; then `work` is
    /// given up.
    ///
    /// # Errors
    /// [`ModelsError::Stopped`]
    pub async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, ModelsError> {
        let stopped = self.0.next_stop();
        // The stop is looked at first, so that no work goes on after it.
        match select(stopped, pin!(work)).await {
            Either::Left(_) => Err(ModelsError::Stopped),
            Either::Right((done, _)) => Ok(done),
        }
    }

    /// Asks everything that was asked to end. Training ends with the best so far, everything else with
    /// [`ModelsError::Stopped`]; a worker that does not hear is ended.
    pub fn stop(&self) {
        self.give_up_waiting();
        let Some(asked) = self.0.asked.borrow().clone() else { return };
        if !asked.listens.get() {
            return pass_on(&asked.interrupt, Heard::Ended(ModelsError::Stopped));
        }
        // A worker that is gone has stopped.
        let _ = post(&asked.worker, &Task::Stop, &[]);
        let (shared, number) = (Rc::clone(&self.0), self.0.number.get());
        spawn_local(async move {
            sleep(asked.patience).await;
            if shared.number.get() == number && shared.asked.borrow().is_some() {
                pass_on(&asked.interrupt, Heard::Ended(ModelsError::Stopped));
            }
        });
    }

    fn give_up_waiting(&self) {
        for waiting in self.0.waiting.take() {
            // Whoever does not wait any more is not in the way.
            let _ = waiting.send(());
        }
    }

    /// Ends the worker at once, for a page that goes away.
    pub fn end(&self) {
        self.0.opened.replace(None);
        self.give_up_waiting();
        if let Some(asked) = self.0.asked.take() {
            asked.worker.terminate();
            pass_on(&asked.interrupt, Heard::Ended(ModelsError::Stopped));
        } else if let Some(mut turn) = self.0.turn.try_lock() {
            *turn = None;
        }
    }

    async fn ask(
        &self,
        task: &Task,
        beside: &[(&str, &Uint8Array)],
        patience: Duration,
        said: impl FnMut(&Answer),
    ) -> Result<(Answer, JsValue), ModelsError> {
        let mut stopped = self.0.next_stop();
        let mut turn = self.turn().await?;
        let opened = self.0.opened.borrow().clone();
        if turn.is_none()
            && let Some((model, context)) = opened
        {
            self.open_in(&mut turn, &model, &context).await?;
            // Opening hears no stop.
            if matches!(stopped.try_recv(), Ok(Some(()))) {
                return Err(ModelsError::Stopped);
            }
        }
        self.ask_in(&mut turn, task, beside, patience, said).await
    }

    /// Waits for what was asked before.
    async fn turn(&self) -> Result<MutexGuard<'_, Option<Link>>, ModelsError> {
        let turn = self.unless_stopped(self.0.turn.lock()).await?;
        self.0.number.set(self.0.number.get() + 1);
        Ok(turn)
    }

    async fn open_in(
        &self,
        turn: &mut Option<Link>,
        model: &Uint8Array,
        context: &Context,
    ) -> Result<Card, ModelsError> {
        let task = Task::Open { context: context.clone() };
        match self.ask_in(turn, &task, &[("model", model)], STOP, |_| {}).await?.0 {
            Answer::Opened { card } => Ok(*card),
            other => Err(unexpected(&other)),
        }
    }

    async fn ask_in(
        &self,
        turn: &mut Option<Link>,
        task: &Task,
        beside: &[(&str, &Uint8Array)],
        patience: Duration,
        said: impl FnMut(&Answer),
    ) -> Result<(Answer, JsValue), ModelsError> {
        let mut link = match turn.take() {
            Some(link) => link,
            None => Link::start()?,
        };
        let (worker, interrupt, listens) = (link.worker.clone(), link.sender.clone(), Rc::clone(&link.listens));
        self.0.asked.replace(Some(Asked { worker, interrupt, patience, listens }));
        let over = Turn(&self.0);
        let ended = link.ask(task, beside, said).await;
        drop(over);
        // What the worker itself refused or stopped left it alive; anything else did not.
        if matches!(ended, Ok(_) | Err((_, true))) {
            *turn = Some(link);
        }
        ended.map_err(|(error, _)| error)
    }
}

impl Link {
    fn start() -> Result<Self, ModelsError> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("models");
        let worker = Worker::new_with_options(WORKER_URL, &options)
            .map_err(|e| ModelsError::NotLoaded(message_of(&e).unwrap_or_else(|| "no workers here".into())))?;
        let (sender, heard) = unbounded();
        let ready = Rc::new(Cell::new(false));
        let on_message = {
            let (sender, ready) = (sender.clone(), Rc::clone(&ready));
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                ready.set(true);
                pass_on(&sender, Heard::Message(event.data()));
            })
        };
        let on_error = {
            let sender = sender.clone();
            Closure::<dyn Fn(Event)>::new(move |event: Event| {
                let why = message_of(&event);
                let error = if ready.get() {
                    ModelsError::Broke(why.unwrap_or_else(|| "no reason is known".into()))
                } else {
                    ModelsError::NotLoaded(why.unwrap_or_else(|| "its program could not be fetched".into()))
                };
                pass_on(&sender, Heard::Ended(error));
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let listens = Rc::default();
        Ok(Self { worker, heard, sender, listens, _on_message: on_message, _on_error: on_error })
    }

    /// The last answer to a task. An error comes with whether the worker can be asked again.
    async fn ask(
        &mut self,
        task: &Task,
        beside: &[(&str, &Uint8Array)],
        mut said: impl FnMut(&Answer),
    ) -> Result<(Answer, JsValue), (ModelsError, bool)> {
        // A message sent before the worker listens would be lost.
        if self.listens.get() {
            post(&self.worker, task, beside).map_err(|e| (e, false))?;
        }
        loop {
            let message = match select(self.heard.next(), Box::pin(sleep(SILENCE))).await {
                Either::Left((Some(Heard::Message(message)), _)) => message,
                Either::Left((Some(Heard::Ended(error)), _)) => return Err((error, false)),
                Either::Left((None, _)) => return Err((ModelsError::Broke("it ended".into()), false)),
                Either::Right(_) if self.listens.get() => return Err((ModelsError::Silent, false)),
                Either::Right(_) => {
                    let why = format!("it did not come within {} s", SILENCE.as_secs());
                    return Err((ModelsError::NotLoaded(why), false));
                }
            };
            let json = get(&message, "answer").as_string().unwrap_or_default();
            let answer =
                serde_json::from_str(&json).map_err(|e| (ModelsError::NotLoaded(format!("it said {e}")), false))?;
            match answer {
                Answer::Ready if self.listens.get() => {}
                Answer::Ready => {
                    self.listens.set(true);
                    post(&self.worker, task, beside).map_err(|e| (e, false))?;
                }
                // The page waits on.
                Answer::Working => {}
                Answer::Progress { .. } | Answer::Epoch { .. } => said(&answer),
                Answer::Failed { why } => return Err((ModelsError::Failed(why), true)),
                Answer::Broke { why } => return Err((ModelsError::Failed(why), false)),
                Answer::Stopped => return Err((ModelsError::Stopped, true)),
                answer => return Ok((answer, message)),
            }
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn pass_on(sender: &UnboundedSender<Heard>, heard: Heard) {
    // Nobody listens any more: the question was given up.
    let _ = sender.unbounded_send(heard);
}

fn post(worker: &Worker, task: &Task, beside: &[(&str, &Uint8Array)]) -> Result<(), ModelsError> {
    let message = Object::new();
    let task = serde_json::to_string(task).map_err(|e| ModelsError::Failed(e.to_string()))?;
    set(&message, "task", &task.into());
    for (name, bytes) in beside {
        set(&message, name, bytes);
    }
    // Copying a large table may fail where memory is short.
    worker
        .post_message(&message)
        .map_err(|e| ModelsError::Broke(message_of(&e).unwrap_or_else(|| "the files could not be handed over".into())))
}

fn unexpected(answer: &Answer) -> ModelsError {
    // Which answer it was says nothing to a person, and printing it would carry every type's name into the page.
    let (Answer::Failed { why } | Answer::Broke { why }) = answer else {
        return ModelsError::Failed("The worker answered another question; reload the page.".into());
    };
    ModelsError::Failed(why.clone())
}

fn message_of(value: &JsValue) -> Option<String> {
    get(value, "message").as_string().filter(|m| !m.is_empty())
}

fn bytes(message: &JsValue, key: &str) -> Vec<u8> {
    get(message, key).dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default()
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a field of a fresh plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}
