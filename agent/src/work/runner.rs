//! One job in a thread of its own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use compute_engine::{Checkpoint, Outcome, RunError, Wasmtime, Work};
use compute_provider::{Came, Going};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::share::Rest;

/// Lines are told together, so often at most.
const TOLD: Duration = Duration::from_millis(100);
/// Between two looks whether more is paid for.
const LOOK: Duration = Duration::from_millis(20);
/// Stack of a job's thread: more than the engine takes of it.
const STACK: usize = 4 << 20;

/// What a running job tells.
pub enum Update {
    /// Lines of the log since the last time, and instructions so far.
    Lines(Vec<Vec<u8>>, u64),
    /// All lines before it were told.
    Checkpoint(Box<Checkpoint>),
    Ended(Box<Outcome>),
    /// It cannot go on here.
    Failed(RunError),
}

/// What a running job is told.
#[derive(Debug)]
pub struct Control {
    /// It stops as soon as it can.
    pub stop: AtomicBool,
    /// It waits when so many instructions have run, until there are more: what is paid, or will be.
    pub allowed: AtomicU64,
}

/// What is run, and how.
pub struct Start {
    pub engine: Wasmtime,
    pub work: Work,
    pub from: Option<Arc<Checkpoint>>,
    /// Instructions between two checkpoints.
    pub every: u64,
    pub memory: usize,
    pub duty: f64,
    pub allowed: u64,
}

impl Start {
    /// Begins a thread.
    ///
    /// # Errors
    /// Where the system gives none.
    pub fn spawn(self) -> std::io::Result<(Arc<Control>, UnboundedReceiver<Update>)> {
        let (sender, receiver) = unbounded_channel();
        let control = Arc::new(Control { stop: AtomicBool::new(false), allowed: AtomicU64::new(self.allowed) });
        let given = control.clone();
        thread::Builder::new().name("job".to_owned()).stack_size(STACK).spawn(move || {
            if let Err(error) = self.run(&given, &sender) {
                let _ = sender.send(Update::Failed(error));
            }
        })?;
        Ok((control, receiver))
    }

    fn run(self, control: &Arc<Control>, told: &UnboundedSender<Update>) -> Result<(), RunError> {
        let rest = Arc::new(Rest::new(self.duty));
        let goes = {
            let (control, rest) = (control.clone(), rest.clone());
            Arc::new(move || {
                rest.rest();
                !control.stop.load(Ordering::Relaxed)
            })
        };
        let engine = self.engine.with_memory(self.memory).with_goes(goes);
        let mut going = Going::begin(&engine, &self.work, self.from.as_deref(), self.every)?;
        let (mut lines, mut since) = (Vec::new(), Instant::now());
        // Whoever does not listen any more has ended.
        let tell = |update| told.send(update).is_ok();
        loop {
            rest.rest();
            let came = going.step(control.allowed.load(Ordering::Relaxed))?;
            lines.extend(going.take_lines());
            let at = going.instructions()?;
            let is_due = since.elapsed() >= TOLD;
            let goes_on = match came {
                Came::Ended(outcome) => {
                    tell(Update::Lines(lines, at));
                    tell(Update::Ended(outcome));
                    return Ok(());
                }
                // What is not told yet may be what it waits for.
                Came::Waits if !lines.is_empty() => tell(Update::Lines(std::mem::take(&mut lines), at)),
                Came::Waits => {
                    thread::sleep(LOOK);
                    !control.stop.load(Ordering::Relaxed) && !told.is_closed()
                }
                Came::Due => {
                    since = Instant::now();
                    tell(Update::Lines(std::mem::take(&mut lines), at))
                        && tell(Update::Checkpoint(Box::new(going.checkpoint()?)))
                }
                Came::More if is_due => {
                    since = Instant::now();
                    tell(Update::Lines(std::mem::take(&mut lines), at))
                }
                Came::More => true,
            };
            if !goes_on {
                return Ok(());
            }
        }
    }
}
