//! The run of a job, stretch by stretch: each ends where something is to be kept, or where what is promised is used up.

use std::{rc::Rc, time::Duration};

use app_core::workers::job::{Came, Ran, Runner};
use compute_provider::{Gathered, Ungathered, choosing::runs, paid, sealed, sealed::Ending, task::Stretch};
use compute_session::{Announced, code};
use gloo_timers::future::sleep;
use jobs::Job;
use leptos::task::spawn_local;
use protocol::cid::{Cid, FileHasher};
use work::WorkError;

use super::{
    Tab,
    live::{Live, Prepared},
};
use crate::lending::random;

/// Between two looks whether more is paid for.
const LOOK: Duration = Duration::from_millis(100);
/// Before a file is put to the server once more, and before a run whose worker was lost begins again.
const AGAIN: Duration = Duration::from_secs(5);
/// A job is given up whose worker is lost more often.
const MOST_LOST: u32 = 3;

/// Why a run ended without an end of the job.
enum Halt {
    /// It was told to.
    Stopped,
    /// This machine cannot run it.
    Cannot(String),
    /// It can begin again at the last checkpoint.
    Lost(String),
}

impl From<WorkError> for Halt {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::Stopped => Self::Stopped,
            WorkError::Failed(why) => Self::Cannot(why),
            other => Self::Lost(other.to_string()),
        }
    }
}

impl Live {
    /// Runs it in a worker of its own, from where it was kept, unless it runs or has ended.
    pub fn run(self: &Rc<Self>, tab: &Rc<Tab>, job: &Job) {
        let Some(prepared) = self.prepared() else { return };
        self.open.set(paid::open(job, tab.me));
        let is_soon = js_sys::Date::now() < self.runs_at.get();
        if self.runner.borrow().is_some() || is_soon || self.kept.look(|job| job.record.is_over()) {
            return;
        }
        let every = paid::every(&prepared.deal, job, tab.me);
        let runner = Runner::default();
        self.runner.replace(Some(runner.clone()));
        let (live, tab, job) = (self.clone(), tab.clone(), job.clone());
        spawn_local(async move {
            let what = if runs(&job, tab.me) { "It runs." } else { "It runs, so that you can judge it." };
            tab.says(live.id, what);
            tab.shows(live.id, |view| view.runs = true);
            let halted = live.runs(&tab, &job, &runner, every).await;
            tab.shows(live.id, |view| view.runs = false);
            live.halted(&tab, halted).await;
        });
    }

    async fn halted(&self, tab: &Tab, halted: Result<(), Halt>) {
        let lost = self.lost.get() + 1;
        let cannot = match halted {
            Ok(()) | Err(Halt::Stopped) => None,
            Err(Halt::Cannot(why)) => Some(why),
            Err(Halt::Lost(why)) => {
                self.lost.set(lost);
                tab.says(self.id, &why);
                (lost > MOST_LOST).then_some(why)
            }
        };
        if let Some(why) = cannot {
            let kept = self.kept.change(|job| job.record.failed = Some(code::CANNOT)).await;
            let kept = kept.err().map(|error| error.to_string()).unwrap_or_default();
            tab.says(self.id, &format!("It cannot go on here: {why} {kept}"));
        }
        self.runs_at.set(js_sys::Date::now() + AGAIN.as_secs_f64() * 1e3);
        drop(self.runner.take());
        tab.lending.wake_up();
    }

    async fn runs(&self, tab: &Tab, job: &Job, runner: &Runner, every: u64) -> Result<(), Halt> {
        let Some(prepared) = self.prepared() else { return Err(Halt::Stopped) };
        let gathered = Gathered::from(&tab.shelf, job).await.map_err(|error| match error {
            Ungathered::Refused(refused) => Halt::Cannot(refused.to_string()),
            Ungathered::Away(away) => Halt::Lost(away.to_string()),
        })?;
        runner.prepare(&job.terms, &gathered).await?;
        drop(gathered);
        let last = self.kept.last().await.map_err(|error| Halt::Lost(error.to_string()))?;
        let (file, lines) = last.map_or((None, 0), |(file, lines)| (Some(file), lines.len()));
        // What was logged after it will come again.
        prepared.side.with(|side| side.back_to(lines));
        let told = |lines, instructions| self.heard(tab, prepared, lines, instructions);
        let mut ran = runner.begin(self.stretch(tab, prepared, every), file.as_deref(), told).await?;
        drop(file);
        loop {
            let Ran { lines, instructions, came } = ran;
            self.heard(tab, prepared, lines, instructions);
            match came {
                Came::Checkpoint(file, bytes) => {
                    self.checkpoint(tab, prepared, Announced { instructions, file }, &bytes).await?;
                }
                Came::Waits => self.waits(tab, prepared, instructions).await?,
                Came::Ended(ending, result) => return self.ended(tab, prepared, ending, &result).await,
            }
            ran = runner.go_on(self.stretch(tab, prepared, every), told).await?;
        }
    }

    fn stretch(&self, tab: &Tab, prepared: &Prepared, every: u64) -> Stretch {
        let settings = tab.settings();
        let duty = settings.lent.duty(settings.cores);
        Stretch { allowed: self.allowed(prepared), every, duty }
    }

    fn allowed(&self, prepared: &Prepared) -> u64 {
        self.kept.look(|job| paid::allowed(&prepared.deal, &job.record, self.open.get()))
    }

    fn heard(&self, tab: &Tab, prepared: &Prepared, lines: Vec<Vec<u8>>, instructions: u64) {
        prepared.side.with(|side| {
            let is_silent = lines.is_empty();
            side.logged(lines, instructions);
            if is_silent {
                side.say_progress();
            }
        });
        let units = prepared.deal.units(instructions);
        tab.shows(self.id, |view| view.units = units);
    }

    /// Until more is promised than has run.
    async fn waits(&self, tab: &Tab, prepared: &Prepared, instructions: u64) -> Result<(), Halt> {
        tab.says(self.id, "It waits until its client promises more pay.");
        while instructions > self.allowed(prepared) {
            sleep(LOOK).await;
            self.goes_on()?;
        }
        tab.says(self.id, "It runs.");
        Ok(())
    }

    /// Whether it was told to stop meanwhile.
    fn goes_on(&self) -> Result<(), Halt> {
        if self.runner.borrow().is_some() { Ok(()) } else { Err(Halt::Stopped) }
    }

    async fn checkpoint(&self, tab: &Tab, prepared: &Prepared, announced: Announced, file: &[u8]) -> Result<(), Halt> {
        let lines = prepared.side.look(|side| side.lines().to_vec());
        if let Err(error) = self.kept.checkpoint(announced, file, &lines).await {
            // Without a place to keep it, no checkpoint is worth anything; the job itself goes on.
            tab.says(self.id, &error.to_string());
            return Ok(());
        }
        self.put(tab, announced.file, file).await?;
        prepared.side.with(|side| side.checkpoint(announced));
        Ok(())
    }

    /// Puts a file where the client has it, as often as it takes.
    async fn put(&self, tab: &Tab, cid: Cid, file: &[u8]) -> Result<(), Halt> {
        while let Err(error) = tab.shelf.put_as(cid, file).await {
            tab.says(self.id, &error.to_string());
            sleep(AGAIN).await;
            self.goes_on()?;
        }
        Ok(())
    }

    async fn ended(&self, tab: &Tab, prepared: &Prepared, ending: Ending, result: &[u8]) -> Result<(), Halt> {
        let seed = random().map_err(|error| Halt::Cannot(error.to_string()))?;
        let file = sealed::seal(&prepared.deal, &prepared.manifest, result, seed);
        let file = file.map_err(|error| Halt::Cannot(error.to_string()))?;
        let cid = FileHasher::hash(&file).cid;
        self.put(tab, cid, &file).await?;
        let end = sealed::end(&prepared.deal, ending, cid);
        if let Err(error) = self.kept.change(|job| job.record.end = Some(end)).await {
            tab.says(self.id, &error.to_string());
        }
        let units = app_ui::format::plural(end.units, "unit");
        tab.says(self.id, &format!("It has run to its end: {units}."));
        Ok(())
    }
}
