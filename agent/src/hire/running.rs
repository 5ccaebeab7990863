//! From a locked job to its end: hearing the log, promising pay, taking the result, claiming what comes back.

use std::{rc::Rc, time::Duration};

use compute_engine::Outcome;
use compute_recipe::Line;
use compute_session::{Announced, Audit, Client, Liar, News, Shown, Signature, Until};
use jobs::{Job, State, calls};
use protocol::{Amount, cid::Cid};
use serde_json::json;

use self::sent::{Deed, Sent};
use super::{
    Hiring,
    auditing::{Auditor, is_drawn},
    choosing::Chosen,
    posting::Posted,
};
use crate::{cli::hire::Limits, failure::Failure};

mod disputing;
mod judging;
mod sent;

/// Between two looks at the chain.
const LOOK: Duration = Duration::from_millis(500);

/// A checkpoint for which pay is asked.
struct Asked {
    units: u64,
    file: Cid,
    /// What is run again first, if anything is.
    audit: Option<Audit>,
}

/// A job under way.
struct Running<'a> {
    hiring: &'a mut Hiring,
    posted: Posted,
    chosen: Chosen,
    limits: &'a Limits,
    auditor: Auditor,
    has_started: bool,
    asked: Option<Asked>,
    shown: Option<Shown>,
    /// The last part, which is run again first.
    last: Option<Audit>,
    /// The last checkpoint to which all parts were run again here.
    sound: Option<Announced>,
    /// What the provider said that is not so.
    lie: Option<Liar>,
    /// What the job came to on this machine, where what the provider says does not do.
    own: Option<Result<Rc<Outcome>, Failure>>,
    is_written: bool,
    sent: Sent,
    /// Checkpoints that were fetched.
    fetched: Vec<Cid>,
    promised: u64,
    said: String,
}

/// Plays it to its end.
pub async fn run(hiring: &mut Hiring, posted: Posted, chosen: Chosen, limits: &Limits) -> Result<(), Failure> {
    let mut running = Running {
        hiring,
        posted,
        chosen,
        limits,
        auditor: Auditor::default(),
        has_started: false,
        asked: None,
        shown: None,
        last: None,
        sound: None,
        lie: None,
        own: None,
        is_written: false,
        sent: Sent::default(),
        fetched: Vec::new(),
        promised: 0,
        said: String::new(),
    };
    loop {
        tokio::select! {
            news = running.chosen.news.recv() => match news {
                Some(news) => running.hears(news)?,
                None => return Err(Failure::Failed("The link has ended. What was promised stays promised.".into())),
            },
            () = tokio::time::sleep(LOOK) => {}
        }
        match running.looks().await {
            Ok(true) => return Ok(()),
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
                    self.asked = Some(Asked { units, file, audit });
                }
            }
            News::Shown(shown) => {
                let part = self.chosen.side.look(|side| side.audit_of_the_end(&shown));
                self.last = self.draws(part)?;
                self.shown = Some(shown);
            }
            News::Quoted(_) | News::Declined { .. } => {}
        }
        Ok(())
    }

    /// A part that is to be run again, with what was drawn before it and has not been: what was asked for then is asked for no more.
    fn draws(&mut self, part: Audit) -> Result<Option<Audit>, Failure> {
        let older = self.asked.take().and_then(|asked| asked.audit);
        Ok((is_drawn(&self.posted)? || older.is_some()).then(|| part.with(older)))
    }

    /// Runs a part again, and remembers a lie.
    ///
    /// # Errors
    /// [`Failure`]: it cannot be run here now.
    async fn audit(&mut self, job: &Job, audit: &Audit) -> Result<(), Failure> {
        match self.auditor.audit(self.hiring, &self.posted, job, &self.chosen.side, audit).await? {
            Ok(()) => {
                self.says("audited", "a part of it was run again here, and came out the same");
                if let Until::Checkpoint(last) = audit.until
                    && audit.from.is_none_or(|from| self.sound == Some(from))
                {
                    self.sound = Some(last);
                }
            }
            Err(lie) => self.caught(lie),
        }
        Ok(())
    }

    fn caught(&mut self, lie: Liar) {
        if self.lie.is_none() {
            self.says("lied", &lie.to_string());
            // The rest would be run for nothing.
            self.chosen.side.with(Client::stop);
            self.lie = Some(lie);
        }
    }

    /// Promises pay for a checkpoint whose file is here, since otherwise nobody could go on from it, and audits it first where
    /// that was drawn.
    async fn promise(&mut self, job: &Job) -> Result<(), Failure> {
        let Some(Asked { units, file, audit }) = self.asked.take().filter(|_| self.lie.is_none()) else {
            return Ok(());
        };
        let again = |audit| Some(Asked { units, file, audit });
        let was_here = self.hiring.shelf.has(file);
        if let Err(failure) = self.hiring.shelf.get(file, self.posted.largest_checkpoint()).await {
            self.waits(&failure);
            self.asked = again(audit);
            return Ok(());
        }
        if !was_here {
            self.fetched.push(file);
        }
        if let Some(audit) = audit
            && let Err(failure) = self.audit(job, &audit).await
        {
            self.waits(&failure);
            self.asked = again(Some(audit));
            return Ok(());
        }
        if self.lie.is_some() {
            return Ok(());
        }
        let signature = self.hiring.chain.account()?.sign_digest(&self.chosen.deal.voucher_digest(units, file))?;
        self.chosen.side.with(|side| side.vouch(units, file, Signature(signature)));
        self.promised = units;
        self.says("promised", &format!("{units} units are promised, up to checkpoint {file}"));
        if self.limits.stop_after.is_some_and(|most| units >= most) {
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
            (state, _) if state.is_final() => return self.ends(job).await,
            _ => {}
        }
        Ok(false)
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
        // In a folder that is shared, others may still look for them.
        if !self.hiring.is_shared {
            let going_on = self.chosen.side.look(Client::going_on_from);
            let passed = self.fetched.iter().filter(|file| !going_on.contains(file));
            passed.for_each(|file| self.hiring.shelf.forget(*file));
        }
        let (paid, back) = job.parts();
        let last = self.chosen.side.look(Client::last_checkpoint).map(|last| last.file);
        self.hiring.printer.say(&json!({
            "job": id, "state": job.state, "units": job.units_paid(), "paid": paid, "back": back, "checkpoint": last,
        }));
        Ok(true)
    }
}
