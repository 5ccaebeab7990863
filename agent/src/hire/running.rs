//! From a locked job to its end: hearing the log, promising pay, taking the result, claiming what comes back.

use std::time::Duration;

use compute_recipe::{Line, MODULE_CID, Output};
use compute_session::{Client, News, Shown, Signature, delivery};
use jobs::{Job, State, calls};
use link::sealing::open;
use protocol::{Amount, Digest, cid::Cid};
use serde_json::json;

use super::{Hiring, choosing::Chosen, posting::Posted};
use crate::{cli::hire::Limits, failure::Failure, files};

/// Between two looks at the chain.
const LOOK: Duration = Duration::from_millis(500);
/// Bytes of a sealed result at most.
const SEALED: u64 = 65 << 20;

/// A job under way.
struct Running<'a> {
    hiring: &'a mut Hiring,
    posted: Posted,
    chosen: Chosen,
    limits: &'a Limits,
    has_started: bool,
    shown: Option<Shown>,
    promised: u64,
}

/// Plays it to its end.
pub async fn run(hiring: &mut Hiring, posted: Posted, chosen: Chosen, limits: &Limits) -> Result<(), Failure> {
    let mut running = Running { hiring, posted, chosen, limits, has_started: false, shown: None, promised: 0 };
    loop {
        tokio::select! {
            news = running.chosen.news.recv() => match news {
                Some(news) => running.hears(news)?,
                None => return Err(Failure::Failed("The link has ended. What was promised stays promised.".into())),
            },
            () = tokio::time::sleep(LOOK) => {}
        }
        running.hiring.refresh().await?;
        let Some(job) = running.hiring.view.book.job(running.posted.id).cloned() else { continue };
        if running.sees(&job).await? {
            return Ok(());
        }
    }
}

impl Running<'_> {
    fn says(&self, event: &str, sentence: &str) {
        self.hiring.printer.job(self.posted.id, event, sentence);
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
            News::Checkpoint { units, file } => self.promise(units, file)?,
            News::Shown(shown) => self.shown = Some(shown),
            News::Quoted(_) | News::Declined { .. } => {}
        }
        Ok(())
    }

    fn promise(&mut self, units: u64, file: Cid) -> Result<(), Failure> {
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

    /// Whether it is over.
    async fn sees(&mut self, job: &Job) -> Result<bool, Failure> {
        match (job.state, &job.run) {
            (State::Running, _) if !self.has_started => {
                self.has_started = true;
                let speed = self.hiring.view.book.provider(self.chosen.provider);
                let speed = speed.map_or(u32::MAX, |found| found.offer.units_per_second);
                self.chosen.side.with(|side| side.started(job.since, speed.into()));
                self.says("started", "the provider runs it");
            }
            (State::Submitted, Some(run)) => {
                let liar = |liar: compute_session::Liar| Failure::Refused(format!("{liar} Challenge the result."));
                self.chosen.side.with(|side| side.submitted(run.result)).map_err(liar)?;
                if let Some(shown) = self.shown {
                    self.take(&shown, run.log_head).await?;
                    self.hiring
                        .chain
                        .send(self.hiring.view.contract, calls::accept(self.posted.id, run.result))
                        .await?;
                    self.says("accepted", "the result is what was committed to on chain, and is accepted");
                }
            }
            (state, _) if state.is_final() => {
                if job.claimable(self.hiring.me) > Amount::ZERO {
                    self.hiring.chain.send(self.hiring.view.contract, calls::claim(self.posted.id)).await?;
                }
                let (paid, back) = job.parts();
                let last = self.chosen.side.look(Client::last_checkpoint).map(|last| last.file);
                self.hiring.printer.say(&json!({
                    "job": self.posted.id, "state": state, "units": job.units_paid(), "paid": paid, "back": back,
                    "checkpoint": last,
                }));
                return Ok(true);
            }
            _ => {}
        }
        Ok(false)
    }

    /// Opens the result, holds it against what stands on chain, and writes it.
    async fn take(&self, shown: &Shown, head: Digest) -> Result<(), Failure> {
        let sealed = self.hiring.shelf.get(shown.file, SEALED).await?;
        let delivery = delivery(&self.chosen.deal.of, self.hiring.me);
        let result =
            open(&self.hiring.link.0, &delivery, &sealed).map_err(|error| Failure::Refused(error.to_string()))?;
        let outcome = shown.outcome(result, head).map_err(|liar| Failure::Refused(liar.to_string()))?;
        let is_recipe = self.posted.posting.files.workload == MODULE_CID;
        match is_recipe.then(|| Output::decode(&outcome.result)) {
            Some(Ok(Output::Trained { model, metrics })) => {
                files::write(&self.limits.out, &model, false)?;
                self.hiring.printer.say(&metrics);
            }
            Some(Ok(Output::Refused { why })) => self.says("refused", &why),
            _ => files::write(&self.limits.out, &outcome.result, false)?,
        }
        Ok(())
    }
}
