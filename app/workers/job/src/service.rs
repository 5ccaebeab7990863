//! Which requests are answered: measure, prepare, run a stretch.

use compute_engine::Browser;
use compute_provider::{
    Gathered, Going, Ready, benchmark,
    task::{Answer, CHECKPOINT, MODULE, Progress, Request, Stretch, input},
};
use compute_session::Manifest;
use jobs::Terms;
use web_time::Instant;
use work::{Ended, Job, Part, Parts, Reply, Service};

use crate::stretch::{self, Runs};

/// The job that was prepared, and its run.
#[derive(Default)]
pub struct Jobs {
    ready: Option<Ready>,
    runs: Option<Runs>,
}

impl Service<Part> for Jobs {
    type Request = Request;
    type Progress = Progress;
    type Answer = Answer;

    async fn answer(
        &mut self,
        request: Request,
        parts: Parts<Part>,
        job: &Job<Progress>,
    ) -> Result<Reply<Answer, Part>, Ended> {
        match request {
            Request::Measure => measure(),
            Request::Prepare { terms, manifest } => self.prepare(&terms, *manifest, &parts),
            Request::Check { terms, manifest } => self.check(&terms, *manifest, &parts),
            Request::Begin(how) => {
                self.begin(&how, &parts)?;
                self.run(&how, job).await
            }
            Request::GoOn(how) => self.run(&how, job).await,
        }
    }
}

fn measure() -> Result<Reply<Answer, Part>, Ended> {
    let work = benchmark::work().map_err(Ended::failed)?;
    let begin = Instant::now();
    let measured = benchmark::measure(&Browser, &work, &|| begin.elapsed());
    Ok(Answer::Measured { units_per_second: measured.map_err(Ended::failed)? }.into())
}

fn no_job() -> Ended {
    Ended::failed("No job is at work here. Begin it at its last checkpoint.")
}

fn read(terms: &Terms, manifest: Manifest, inputs: Vec<Vec<u8>>, parts: &Parts<Part>) -> Result<Ready, Ended> {
    let (module, checkpoint) = (parts.bytes(MODULE).ok(), parts.bytes(CHECKPOINT).ok());
    let gathered = Gathered { manifest, module, inputs, checkpoint };
    gathered.ready(terms).map_err(Ended::failed)
}

impl Jobs {
    fn prepare(
        &mut self,
        terms: &Terms,
        manifest: Manifest,
        parts: &Parts<Part>,
    ) -> Result<Reply<Answer, Part>, Ended> {
        self.forget();
        let bytes = |number| parts.bytes(&input(number)).map_err(Ended::Failed);
        let inputs = (0..manifest.inputs.len()).map(bytes).collect::<Result<_, _>>()?;
        let ready = read(terms, manifest, inputs, parts)?;
        let begun = ready.begun;
        self.ready = Some(ready);
        Ok(Answer::Prepared { begun }.into())
    }

    fn check(&mut self, terms: &Terms, manifest: Manifest, parts: &Parts<Part>) -> Result<Reply<Answer, Part>, Ended> {
        self.forget();
        let begun = read(terms, manifest, Vec::new(), parts)?.begun;
        Ok(Answer::Prepared { begun }.into())
    }

    /// The memory of the job before is needed.
    fn forget(&mut self) {
        (self.ready, self.runs) = (None, None);
    }

    fn begin(&mut self, how: &Stretch, parts: &Parts<Part>) -> Result<(), Ended> {
        self.runs = None;
        let ready = self.ready.as_ref().ok_or_else(no_job)?;
        let kept = parts.bytes(CHECKPOINT).ok().map(|file| ready.read(&file)).transpose().map_err(Ended::failed)?;
        let from = kept.as_ref().or(ready.from.as_deref());
        self.runs = Some(Going::begin(&Browser, &ready.work, from, how.every).map_err(Ended::failed)?);
        Ok(())
    }

    async fn run(&mut self, how: &Stretch, job: &Job<Progress>) -> Result<Reply<Answer, Part>, Ended> {
        let mut runs = self.runs.take().ok_or_else(no_job)?;
        // One that is stopped, has failed or has ended is let go, with its memory.
        let (reply, goes_on) = stretch::run(&mut runs, how, job).await?;
        if goes_on {
            self.runs = Some(runs);
        }
        Ok(reply)
    }
}
