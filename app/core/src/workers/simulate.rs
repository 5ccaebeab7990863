//! The page's side of the simulating worker (`app/workers/simulate`).

use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
};
use js_sys::{Object, Reflect, Uint8Array};
use protocol::shared_model::ModelFile;
use simulation::{
    Config, Outcome,
    task::{Answer, Task},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What Trunk makes of `app/workers/simulate`.
const WORKER_URL: &str = "/simulate-worker_loader.js";

/// Why a simulation ended without a result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimulateError {
    /// A sentence of the simulation.
    #[error("{0}")]
    Failed(String),
    /// The worker could not be loaded, or broke off.
    #[error("The part of the page that plays simulations did not work ({0}); reload the page.")]
    Worker(String),
}

/// What a run says while it is played.
pub enum Said {
    Progress {
        /// 0 to 1.
        done: f64,
        day: f64,
        contributions: u32,
    },
    Done(Box<Played>),
}

/// What came of a run.
#[derive(Clone)]
pub struct Played {
    pub outcome: Outcome,
    /// The trained model.
    pub file: ModelFile,
    /// The hidden test set as it is published: bytes and number of rows.
    pub test: (Vec<u8>, u32),
}

/// A running worker; dropping it ends it, and with it whatever it was doing.
pub struct Simulate {
    worker: Worker,
    heard: UnboundedReceiver<Heard>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

enum Heard {
    Message(JsValue),
    Broken(SimulateError),
}

/// Asks the run that it came from to end with what was played.
#[derive(Clone)]
pub struct Stop(Worker);

impl Stop {
    pub fn ask(&self) {
        // A worker that is gone has stopped.
        let _ = post(&self.0, &Task::Stop, |_| {});
    }
}

impl Simulate {
    /// Starts the worker and, when it listens, the run.
    ///
    /// # Errors
    /// [`SimulateError`] where the browser has no workers, or its code cannot be fetched.
    pub async fn start(config: &Config, label: Option<u32>, table: &[u8]) -> Result<(Self, Stop), SimulateError> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("simulate");
        let worker = Worker::new_with_options(WORKER_URL, &options).map_err(|e| broken(&e))?;
        let (sender, heard) = unbounded();
        let on_message = {
            let sender = sender.clone();
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                pass_on(&sender, Heard::Message(event.data()))
            })
        };
        let on_error =
            Closure::<dyn Fn(Event)>::new(move |event: Event| pass_on(&sender, Heard::Broken(broken(&event))));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let mut running = Self { worker, heard, _on_message: on_message, _on_error: on_error };
        // A message sent before the worker listens would be lost.
        while !matches!(running.next().await?, (Answer::Ready, _)) {}
        let task = Task::Run { config: Box::new(config.clone()), label };
        post(&running.worker, &task, |message| set(message, "table", &Uint8Array::from(table)))?;
        let stop = Stop(running.worker.clone());
        Ok((running, stop))
    }

    /// What the run says next.
    ///
    /// # Errors
    /// [`SimulateError`] with a sentence for a person.
    pub async fn says(&mut self) -> Result<Said, SimulateError> {
        loop {
            match self.next().await? {
                (Answer::Ready, _) => {}
                (Answer::Progress { done, day, contributions, .. }, _) => {
                    return Ok(Said::Progress { done, day, contributions });
                }
                (Answer::Failed { why }, _) => return Err(SimulateError::Failed(why)),
                (Answer::Done { outcome, test_rows }, message) => {
                    let file = ModelFile::read(&bytes(&message, "file"));
                    let file = file.map_err(|e| SimulateError::Failed(e.to_string()))?;
                    let test = (bytes(&message, "test"), test_rows);
                    return Ok(Said::Done(Box::new(Played { outcome: *outcome, file, test })));
                }
            }
        }
    }

    async fn next(&mut self) -> Result<(Answer, JsValue), SimulateError> {
        match self.heard.next().await {
            Some(Heard::Message(message)) => {
                let json = get(&message, "answer").as_string().unwrap_or_default();
                let answer = serde_json::from_str(&json).map_err(|e| SimulateError::Worker(e.to_string()))?;
                Ok((answer, message))
            }
            Some(Heard::Broken(error)) => Err(error),
            None => Err(SimulateError::Worker("it ended".into())),
        }
    }
}

impl Drop for Simulate {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn pass_on(sender: &UnboundedSender<Heard>, heard: Heard) {
    // Nobody listens any more: the run was given up.
    let _ = sender.unbounded_send(heard);
}

fn post(worker: &Worker, task: &Task, beside: impl FnOnce(&Object)) -> Result<(), SimulateError> {
    let message = Object::new();
    let task = serde_json::to_string(task).map_err(|e| SimulateError::Worker(e.to_string()))?;
    set(&message, "task", &task.into());
    beside(&message);
    worker.post_message(&message).map_err(|e| broken(&e))
}

fn broken(value: &JsValue) -> SimulateError {
    let message = get(value, "message").as_string().filter(|m| !m.is_empty());
    SimulateError::Worker(message.unwrap_or_else(|| "its program could not be loaded".into()))
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
