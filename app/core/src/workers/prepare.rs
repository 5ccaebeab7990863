//! The page's side of the preparing worker (`app/workers/prepare`).

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use futures::channel::oneshot;
use js_sys::{Array, Object, Reflect, Uint8Array};
use protocol::{
    cid::{Cid, HashedFile},
    dataset::{
        Peek, SplitOptions, SplitReport, SurveyReport,
        task::{Answer, Progress, SurveyOptions, Task},
    },
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What Trunk makes of `app/workers/prepare`.
const WORKER_URL: &str = "/prepare-worker_loader.js";

/// The files of a data set.
#[derive(Debug, Clone)]
pub struct Source {
    /// The whole table, or the features.
    pub features: File,
    /// The labels, where they are in a file of their own.
    pub labels: Option<File>,
}

/// Why preparing ended without a result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// A sentence of [`protocol::dataset::task::Failure`].
    #[error("{0}")]
    Failed(String),
    /// The worker could not be loaded, or broke off.
    #[error("The part of the page that prepares files did not work ({cause}); reload the page.")]
    Worker { cause: String },
    #[error("Preparing was stopped.")]
    Stopped,
}

/// A data set, ready to be published. Its files live in the browser's private storage until this is dropped, or
/// until the same worker splits again.
#[derive(Clone)]
pub struct Prepared {
    pub train: File,
    pub test: File,
    /// The pieces of `metadata.json`.
    pub report: SplitReport,
    /// Class index of each row of the test file. Secret until the ground truth is revealed.
    pub truth: Vec<u8>,
    _files: Prepare,
}

/// A running worker; dropping the last clone ends it, and with it whatever it was doing.
#[derive(Clone)]
pub struct Prepare {
    link: Rc<Link>,
}

struct Reply {
    answer: Answer,
    message: JsValue,
}

type OnProgress = Rc<dyn Fn(Progress)>;

struct Waiting {
    reply: oneshot::Sender<Result<Reply, PrepareError>>,
    on_progress: OnProgress,
}

struct Link {
    worker: Worker,
    shared: Rc<Shared>,
    next_id: Cell<u32>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

/// What the worker's events and the callers share.
#[derive(Default)]
struct Shared {
    waiting: RefCell<HashMap<u32, Waiting>>,
    /// Messages kept back until the worker runs: one sent earlier would be lost.
    unsent: RefCell<Option<Vec<JsValue>>>,
    broken: RefCell<Option<PrepareError>>,
}

impl Prepare {
    /// Starts the worker.
    ///
    /// # Errors
    /// [`PrepareError::Worker`] where the browser has no workers.
    pub fn start() -> Result<Self, PrepareError> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("prepare");
        let worker = Worker::new_with_options(WORKER_URL, &options).map_err(|e| worker_error(&e))?;
        let shared = Rc::new(Shared { unsent: RefCell::new(Some(Vec::new())), ..Shared::default() });
        let on_message = {
            let (shared, worker) = (Rc::clone(&shared), worker.clone());
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| shared.receive(&worker, event.data()))
        };
        let on_error = {
            let shared = Rc::clone(&shared);
            Closure::<dyn Fn(Event)>::new(move |event: Event| shared.fail(worker_error(&event)))
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let link = Link { worker, shared, next_id: Cell::new(1), _on_message: on_message, _on_error: on_error };
        Ok(Self { link: Rc::new(link) })
    }

    /// Looks at the beginning of the files: columns, first rows, and a guess at the label.
    ///
    /// # Errors
    /// [`PrepareError`] with a sentence for a person.
    pub async fn peek(&self, source: &Source, options: SurveyOptions) -> Result<(Peek, Option<Peek>), PrepareError> {
        match self.ask(&Task::Peek { options }, &source.files(), Rc::new(|_| {})).await?.answer {
            Answer::Peek { table, labels } => Ok((table, labels)),
            other => Err(unexpected(&other)),
        }
    }

    /// First pass: checks everything and counts. The worker keeps what [`Self::split`] needs.
    ///
    /// # Errors
    /// [`PrepareError`] with a sentence for a person.
    pub async fn survey(
        &self,
        source: &Source,
        options: SurveyOptions,
        on_progress: impl Fn(Progress) + 'static,
    ) -> Result<SurveyReport, PrepareError> {
        match self.ask(&Task::Survey { options }, &source.files(), Rc::new(on_progress)).await?.answer {
            Answer::Survey(report) => Ok(report),
            other => Err(unexpected(&other)),
        }
    }

    /// Second pass over what was surveyed last: writes training and test file.
    ///
    /// # Errors
    /// [`PrepareError`] with a sentence for a person.
    pub async fn split(
        &self,
        options: SplitOptions,
        on_progress: impl Fn(Progress) + 'static,
    ) -> Result<Prepared, PrepareError> {
        let reply = self.ask(&Task::Split { options }, &[], Rc::new(on_progress)).await?;
        let report = match reply.answer {
            Answer::Split(report) => report,
            other => return Err(unexpected(&other)),
        };
        let files = get(&reply.message, "files").and_then(|files| files.dyn_into::<Array>().ok());
        let file = |at| files.as_ref().and_then(|files| files.get(at).dyn_into::<File>().ok());
        let truth = get(&reply.message, "truth").and_then(|truth| truth.dyn_into::<Uint8Array>().ok());
        match (file(0), file(1), truth) {
            (Some(train), Some(test), Some(truth)) => {
                Ok(Prepared { train, test, report, truth: truth.to_vec(), _files: self.clone() })
            }
            _ => Err(PrepareError::Worker { cause: "an answer without its files".into() }),
        }
    }

    /// CID of a file of any size, for instance a model.
    ///
    /// # Errors
    /// [`PrepareError`] when the file cannot be read.
    pub async fn cid_of(
        &self,
        file: &File,
        on_progress: impl Fn(Progress) + 'static,
    ) -> Result<HashedFile, PrepareError> {
        match self.ask(&Task::Hash, std::slice::from_ref(file), Rc::new(on_progress)).await?.answer {
            Answer::Hash { cid, bytes } => Ok(HashedFile { cid, bytes }),
            other => Err(unexpected(&other)),
        }
    }

    /// Checks a trainer's predictions against a bounty; class index of each test row, and the CID of the plain
    /// predictions.
    ///
    /// # Errors
    /// [`PrepareError`] with a sentence for the trainer.
    pub async fn predictions(
        &self,
        file: &File,
        classes: Vec<String>,
        test_rows: u32,
    ) -> Result<(Vec<u8>, Cid), PrepareError> {
        let task = Task::Predictions { classes, test_rows };
        match self.ask(&task, std::slice::from_ref(file), Rc::new(|_| {})).await?.answer {
            Answer::Predictions { indices, cid } => Ok((indices, cid)),
            other => Err(unexpected(&other)),
        }
    }

    async fn ask(&self, task: &Task, files: &[File], on_progress: OnProgress) -> Result<Reply, PrepareError> {
        let link = &self.link;
        if let Some(broken) = link.shared.broken.borrow().clone() {
            return Err(broken);
        }
        let id = link.next_id.replace(link.next_id.get() + 1);
        let task = serde_json::to_string(task).map_err(|e| PrepareError::Worker { cause: e.to_string() })?;
        let message = Object::new();
        set(&message, "id", &id.into());
        set(&message, "task", &task.into());
        set(&message, "files", &files.iter().collect::<Array>());
        let (sender, reply) = oneshot::channel();
        link.shared.waiting.borrow_mut().insert(id, Waiting { reply: sender, on_progress });
        match &mut *link.shared.unsent.borrow_mut() {
            Some(unsent) => unsent.push(message.into()),
            None => link.worker.post_message(&message).map_err(|e| worker_error(&e))?,
        }
        reply.await.unwrap_or(Err(PrepareError::Stopped))
    }
}

impl Source {
    fn files(&self) -> Vec<File> {
        std::iter::once(&self.features).chain(&self.labels).cloned().collect()
    }
}

impl Shared {
    fn receive(&self, worker: &Worker, message: JsValue) {
        let answer = get(&message, "answer").and_then(|json| json.as_string()).unwrap_or_default();
        let answer = match serde_json::from_str::<Answer>(&answer) {
            Ok(answer) => answer,
            Err(e) => return self.fail(PrepareError::Worker { cause: e.to_string() }),
        };
        if answer == Answer::Ready {
            for unsent in self.unsent.take().unwrap_or_default() {
                if let Err(e) = worker.post_message(&unsent) {
                    self.fail(worker_error(&e));
                }
            }
            return;
        }
        let id = get(&message, "id").and_then(|id| id.as_f64()).unwrap_or_default() as u32;
        if let Answer::Progress(progress) = answer {
            // Not called while borrowed: it may ask for something itself.
            let on_progress = self.waiting.borrow().get(&id).map(|waiting| Rc::clone(&waiting.on_progress));
            if let Some(on_progress) = on_progress {
                on_progress(progress);
            }
            return;
        }
        // A caller that no longer listens has dropped its end, which is no error.
        let waiting = self.waiting.borrow_mut().remove(&id);
        if let Some(waiting) = waiting {
            let _ = waiting.reply.send(match answer {
                Answer::Failed(sentence) => Err(PrepareError::Failed(sentence)),
                answer => Ok(Reply { answer, message }),
            });
        }
    }

    fn fail(&self, error: PrepareError) {
        self.broken.replace(Some(error.clone()));
        for (_, waiting) in self.waiting.take() {
            let _ = waiting.reply.send(Err(error.clone()));
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

fn unexpected(answer: &Answer) -> PrepareError {
    // Which answer it was says nothing to a person, and printing it would carry every type's name into the page.
    let Answer::Failed(cause) = answer else {
        return PrepareError::Worker { cause: "an answer to another question".into() };
    };
    PrepareError::Failed(cause.clone())
}

fn worker_error(value: &JsValue) -> PrepareError {
    let message = get(value, "message").and_then(|m| m.as_string()).filter(|m| !m.is_empty());
    PrepareError::Worker { cause: message.unwrap_or_else(|| "its program could not be loaded".into()) }
}

fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    Reflect::get(object, &key.into()).ok().filter(|value| !value.is_undefined())
}

fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a field of a fresh plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}
