//! From a locked job to its end: hearing the log, promising pay, taking the result, claiming what comes back.

use std::time::{Duration, Instant};

use compute_recipe::Line;
use compute_session::{Announced, Audit, Client, Liar, News, Shown, Signature, Until, code};
use jobs::{AFTERWARDS, Job, State, calls, returns};
use protocol::{Amount, cid::Cid};
use serde_json::json;

use self::{
    judging::Own,
    sent::{Deed, Sent},
};
use super::{
    Hiring,
    auditing::{Auditor, is_drawn},
    choosing::Chosen,
    kept::{Kept, Ordered},
    posting::Posted,
};
use crate::failure::Failure;

mod disputing;
mod judging;
mod sent;

/// Between two looks at the chain.
const LOOK: Duration = Duration::from_millis(500);
/// Before a server is asked again for what could not be had, and before what could not be run here is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// How long the provider of a job that was paid meanwhile is waited for, to show its result.
const SHOWN: Duration = Duration::from_secs(60);

/// A checkpoint for which pay is asked.
struct Asked {
    units: u64,
    file: Cid,
    /// What is run again first, if anything is.
    audit: Option<Audit>,
    /// Nothing is done about it before this.
    not_before: Option<Instant>,
}

impl Asked {
    /// The same, which could not be done now.
    fn after_a_while(self) -> Self {
        Self { not_before: Some(Instant::now() + AGAIN), ..self }
    }
}

/// Waits until a job does not run any more: then there is so much time for a challenge, and nothing else may take it.
fn runs_no_more(hiring: &Hiring, id: u64) -> impl Future<Output = ()> + use<> {
    let (chain, contract) = (hiring.chain.clone(), hiring.view.contract);
    async move {
        loop {
            tokio::time::sleep(LOOK).await;
            // A node that is away for a moment says nothing of it.
            let found = chain.call(contract, calls::job(id)).await.ok();
            let found = found.and_then(|found| returns::job(&found).ok().flatten());
            if found.is_some_and(|job| job.state != State::Running) {
                return;
            }
        }
    }
}

/// A job under way.
struct Running<'a> {
    hiring: &'a mut Hiring,
    posted: Posted,
    chosen: Chosen,
    kept: Kept,
    begun: Instant,
    auditor: Auditor,
    has_started: bool,
    asked: Option<Asked>,
    shown: Option<Shown>,
    /// The last part, which is run again first.
    last: Option<Audit>,
    /// The last checkpoint to which all parts were run again here.
    sound: Option<Announced>,
    /// What the job came to on this machine, where what the provider says does not do.
    own: Option<Own>,
    /// It was said that it is run here.
    runs_here: bool,
    /// Whether what stands on chain beside the submission is of that, once the file could be had.
    is_there: Option<bool>,
    /// What was submitted is not looked at before this.
    judges_at: Option<Instant>,
    is_written: bool,
    /// Why the recipe made no model.
    refused: Option<String>,
    sent: Sent,
    promised: u64,
    said: String,
}

/// Plays it to its end.
pub async fn run(hiring: &mut Hiring, posted: Posted, chosen: Chosen, kept: Kept) -> Result<(), Failure> {
    let is_written = kept.ordered().written;
    if kept.ordered().lied {
        chosen.side.with(Client::stop);
    }
    let mut running = Running {
        hiring,
        posted,
        chosen,
        kept,
        begun: Instant::now(),
        auditor: Auditor::default(),
        has_started: false,
        asked: None,
        shown: None,
        last: None,
        sound: None,
        own: None,
        runs_here: false,
        is_there: None,
        judges_at: None,
        is_written,
        refused: None,
        sent: Sent::default(),
        promised: 0,
        said: String::new(),
    };
    loop {
        tokio::select! {
            news = running.chosen.news.recv() => match news {
                Some(Ok(news)) => running.hears(news)?,
                Some(Err(lie)) => running.caught(lie),
                None => return Err(Failure::Failed("The link has ended. What was promised stays promised.".into())),
            },
            () = tokio::time::sleep(LOOK) => {}
        }
        match running.looks().await {
            Ok(true) => {
                if !running.may_still_be_taken() {
                    running.kept.forget();
                }
                return running.refused.map_or(Ok(()), |why| {
                    Err(Failure::Answered(format!("There is no model: {why} The job is paid for what it ran.")))
                });
            }
            Ok(false) => {}
            // A node or a server that is away for a while costs nothing, as long as this goes on.
            Err(failure @ Failure::Failed(_)) => running.waits(&failure),
            Err(failure) => return Err(failure),
        }
    }
}

impl Running<'_> {
    fn says(&self, event: &str, sentence: &str) {
        self.hiring.printer.job(self.posted.id, event, sentence);
    }

    /// What is said again and again, once.
    fn waits(&mut self, failure: &Failure) {
        let sentence = failure.to_string();
        if self.said != sentence {
            self.says("waits", &sentence);
            self.said = sentence;
        }
    }

    /// Keeps what whoever goes on with the job has to know. Where it cannot be kept, it is known here all the same.
    fn keeps(&mut self, change: impl FnOnce(&mut Ordered)) {
        if let Err(failure) = self.kept.change(change) {
            self.waits(&failure);
        }
    }

    /// Whether the provider has said what is not so.
    fn has_lied(&self) -> bool {
        self.kept.ordered().lied
    }

    fn hears(&mut self, news: News) -> Result<(), Failure> {
        match news {
            News::Lines(lines) => {
                for line in lines {
                    let text =
                        Line::read(&line).map_or_else(|| String::from_utf8_lossy(&line).into_owned(), |l| l.sentence());
                    self.says("log", &text);
                }
            }
            News::Checkpoint { units, file } => {
                // One that is passed by now is asked for no more.
                if let Some(part) = self.chosen.side.look(|side| side.audit_to(file)) {
                    let audit = self.draws(part)?;
                    self.asked = Some(Asked { units, file, audit, not_before: None });
                }
            }
            News::Shown(shown) => {
                let part = self.chosen.side.look(|side| side.audit_of_the_end(&shown));
                self.last = self.draws(part)?;
                self.shown = Some(shown);
                self.judges_at = None;
            }
            News::Quoted(_) | News::Declined { .. } => {}
        }
        Ok(())
    }

    /// A part that is to be run again, with what was drawn before it and has not been: what was asked for then is asked for no more.
    fn draws(&mut self, part: Audit) -> Result<Option<Audit>, Failure> {
        let older = self.asked.take().and_then(|asked| asked.audit);
        // What was drawn before this program was begun is in it too: it begins where the job does.
        if is_drawn(&self.posted)? || older.is_some() || self.kept.ordered().drawn {
            self.keeps(|ordered| ordered.drawn = true);
            return Ok(Some(part.with(older)));
        }
        Ok(None)
    }

    /// Runs a part again, and remembers a lie. Whether it was done before the limit.
    ///
    /// # Errors
    /// [`Failure`]: it cannot be run here now.
    async fn audit(&mut self, job: &Job, audit: &Audit, limit: impl Future<Output = ()>) -> Result<bool, Failure> {
        let audited = self.auditor.audit(self.hiring, &self.posted, job, &self.chosen.side, audit);
        let audited = tokio::select! {
            audited = audited => audited?,
            () = limit => return Ok(false),
        };
        match audited {
            Ok(()) => {
                self.says("audited", "a part of it was run again here, and came out the same");
                self.keeps(|ordered| ordered.drawn = false);
                if let Until::Checkpoint(last) = audit.until
                    && self.begins_soundly(audit)
                {
                    self.sound = Some(last);
                }
            }
            Err(lie) => self.caught(lie),
        }
        Ok(true)
    }

    /// Whether a part begins where the job does, or where all before it was run again here.
    fn begins_soundly(&self, audit: &Audit) -> bool {
        audit.from.is_none_or(|from| self.sound == Some(from))
    }

    fn caught(&mut self, lie: Liar) {
        if !self.has_lied() {
            self.says("lied", &lie.to_string());
            // The rest would be run for nothing.
            self.chosen.side.with(Client::stop);
            self.keeps(|ordered| ordered.lied = true);
        }
    }

    /// Promises pay for a checkpoint whose file is here, since otherwise nobody could go on from it, and audits it first where
    /// that was drawn.
    async fn promise(&mut self, job: &Job) -> Result<(), Failure> {
        let is_due = |asked: &mut Asked| asked.not_before.is_none_or(|at| at <= Instant::now());
        let Some(asked) = self.asked.take_if(is_due) else { return Ok(()) };
        if self.has_lied() {
            return Ok(());
        }
        let Asked { units, file, audit, .. } = asked;
        if !self.hiring.shelf.has(file) && !self.kept.ordered().fetched.contains(&file) {
            // Before it comes: whoever goes on with the job removes it, whenever this program is ended.
            self.keeps(|ordered| ordered.fetched.push(file));
        }
        if let Err(failure) = self.hiring.shelf.get(file, self.posted.largest_checkpoint()).await {
            self.waits(&failure);
            self.asked = Some(asked.after_a_while());
            return Ok(());
        }
        if let Some(audit) = audit {
            let limit = runs_no_more(self.hiring, self.posted.id);
            let audited = self.audit(job, &audit, limit).await;
            if !matches!(audited, Ok(true)) {
                // It stays drawn: where the job has ended meanwhile, it is run again together with the last part.
                audited.err().iter().for_each(|failure| self.waits(failure));
                self.asked = Some(asked.after_a_while());
                return Ok(());
            }
        }
        if self.has_lied() {
            return Ok(());
        }
        let signature = self.hiring.chain.account()?.sign_digest(&self.chosen.deal.voucher_digest(units, file))?;
        self.chosen.side.with(|side| side.vouch(units, file, Signature(signature)));
        self.promised = units;
        self.says("promised", &format!("{units} units are promised, up to checkpoint {file}"));
        if self.kept.ordered().stop_after.is_some_and(|most| units >= most) {
            self.says("stopped", "the provider is asked to stop");
            self.chosen.side.with(Client::stop);
        }
        Ok(())
    }

    /// Looks at the chain and does what is due. Whether it is over.
    async fn looks(&mut self) -> Result<bool, Failure> {
        self.hiring.refresh().await?;
        match self.hiring.view.book.job(self.posted.id).cloned() {
            Some(job) => self.sees(&job).await,
            None => Ok(false),
        }
    }

    /// Does what is due for a job as it stands. Whether it is over.
    async fn sees(&mut self, job: &Job) -> Result<bool, Failure> {
        if self.expires(job).await? {
            return Ok(false);
        }
        match (job.state, &job.run) {
            (State::Running, _) => {
                if !self.has_started {
                    self.has_started = true;
                    let speed = self.hiring.view.book.provider(self.chosen.provider);
                    let speed = speed.map_or(u32::MAX, |found| found.offer.units_per_second);
                    self.chosen.side.with(|side| side.started(job.since, speed.into()));
                    self.says("started", "the provider runs it");
                }
                self.promise(job).await?;
            }
            (State::Submitted, Some(run)) => self.judge(job, run).await?,
            (State::Disputed, _) => self.moves_on(job).await?,
            (state, _) if state.is_final() => {
                return if self.may_be_shown(job)? { Ok(false) } else { self.ends(job).await };
            }
            _ => {}
        }
        Ok(false)
    }

    /// Whether the result of a job that was paid before this program was begun may still be shown: its provider is waited for.
    fn may_be_shown(&mut self, job: &Job) -> Result<bool, Failure> {
        let is_open = self.kept.is_taken_up() && job.state == State::Settled && !self.is_written;
        let Some(run) = job.run.as_ref().filter(|_| is_open) else { return Ok(false) };
        if let Some(shown) = self.chosen.side.with(|side| side.submitted(run.result)) {
            self.hears(News::Shown(shown))?;
        }
        Ok(self.shown.is_none() && self.begun.elapsed() < SHOWN)
    }

    /// Whether a result that is paid is not here, and its provider may still show it.
    fn may_still_be_taken(&self) -> bool {
        let view = &self.hiring.view;
        let is_shown = |job: &Job| {
            let is_unclaimed = job.claimable(self.chosen.provider) > Amount::ZERO;
            job.state == State::Settled && (is_unclaimed || view.now() < job.since.saturating_add(AFTERWARDS))
        };
        !self.is_written && view.book.job(self.posted.id).is_some_and(is_shown)
    }

    /// Claims what comes back of a job that has ended, and tells how it did. Whether all of that is done.
    async fn ends(&mut self, job: &Job) -> Result<bool, Failure> {
        let (id, me) = (self.posted.id, self.hiring.me);
        if job.claimable(me) > Amount::ZERO && !self.does(Deed::Claim, job, calls::claim(id)).await? {
            return Ok(false);
        }
        let is_owed = self.hiring.view.book.owed_to(me) > Amount::ZERO;
        if is_owed && !self.does(Deed::Collect, job, calls::collect_owed(me)).await? {
            return Ok(false);
        }
        if let (State::Settled, false, Some(run)) = (job.state, self.is_written, &job.run) {
            match self.takes(run).await {
                Ok(()) => self.says("taken", "the result is paid, and taken as its provider shows it"),
                Err(failure) => {
                    let why = format!("The result is paid, and cannot be taken now. {failure}");
                    self.says(
                        "untaken",
                        &match self.may_still_be_taken() {
                            true => format!("{why} Ask for it again with `agent job … resume`."),
                            false => why,
                        },
                    );
                }
            }
        }
        let going_on = self.chosen.side.look(Client::going_on_from);
        self.hiring.forgets(self.kept.ordered().passed(job).into_iter().filter(|file| !going_on.contains(file)));
        let (paid, back) = job.parts();
        let last = self.chosen.side.look(Client::last_checkpoint).map(|last| last.file);
        self.hiring.printer.say(&json!({
            "job": id, "state": job.state, "why": job.run.as_ref().and_then(|run| code::sentence(run.code)),
            "units": job.units_paid(), "paid": paid, "back": back, "checkpoint": last,
        }));
        Ok(true)
    }
}
