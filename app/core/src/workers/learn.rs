//! The page's side of the worker that computes with shared models (`app/workers/simulate`): reading a table, training a
//! start, replaying a history.

use std::{borrow::Cow, time::Duration};

use dataset::Mending;
use shared_model::{
    ClassifierKind, Event, ModelFile,
    learn::{
        from_table::Words,
        replay::Counted,
        task::{Answer, Fit, Request, TableReport},
    },
};
use simulation::task as simulate;
use web_sys::File;
use work::{Part, Parts, Program, WorkError, channel::PATIENCE, page::Channel};

use super::unexpected;

pub(super) const PROGRAM: Program = Program {
    url: Cow::Borrowed("/simulate-worker_loader.js"),
    name: "learn",
    does: "trains shared models",
    advice: "try again with fewer rows",
    // A start is trained without a word.
    silence: Duration::from_secs(300),
};

/// What came of training.
pub struct Trained {
    pub fit: Fit,
    /// The model as it is deployed.
    pub file: ModelFile,
    /// Its test set as it is published.
    pub test: Vec<u8>,
}

/// The worker; the last clone to be dropped ends it, and with it whatever it was doing.
#[derive(Clone)]
pub struct Learn(Channel);

impl Default for Learn {
    /// The worker is started when it is first asked.
    fn default() -> Self {
        Self(Channel::to(PROGRAM))
    }
}

impl Learn {
    #[cfg(test)]
    pub(super) fn to(program: Program) -> Self {
        Self(Channel::to(program))
    }

    /// Reads a CSV; the label column counts from 0 and is guessed where it is absent. The worker keeps the table for
    /// [`Self::train`], and one that takes its place reads it again.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn read(&self, table: &File, label: Option<u32>, mending: Mending) -> Result<TableReport, WorkError> {
        self.0.forget();
        let parts = Parts::none().with("table", Part::File(table.clone()));
        let request = simulate::Request::Learn(Request::Read { label, mending });
        match self.ask(&request, parts.clone(), |_| {}).await?.0 {
            Answer::Read(report) => {
                self.0.keep(&request, parts)?;
                Ok(report)
            }
            _ => Err(unexpected()),
        }
    }

    /// Fits a start to the table that was read last; `capacity` is the most classes that it can ever have.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn train(&self, kind: ClassifierKind, words: Words, capacity: u16) -> Result<Trained, WorkError> {
        let request = simulate::Request::Learn(Request::Train { kind, words, capacity });
        let (answer, parts) = self.ask(&request, Parts::none(), |_| {}).await?;
        let Answer::Trained(fit) = answer else { return Err(unexpected()) };
        let bytes = |name| parts.bytes(name).map_err(WorkError::Failed);
        let file = ModelFile::read_unnamed(&bytes("file")?).map_err(|e| WorkError::Failed(e.to_string()))?;
        Ok(Trained { fit, file, test: bytes("test")? })
    }

    /// Teaches a model again from all of its events, and counts the test set, as it is published, after each: the
    /// position of an event, and what is right from there on. `progress` is told how many events are done.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn replay<'e>(
        &self,
        events: impl Iterator<Item = &'e Event>,
        test: &[u8],
        mut progress: impl FnMut(usize),
    ) -> Result<Vec<(usize, Counted)>, WorkError> {
        let events = serde_json::to_vec(&events.collect::<Vec<_>>()).map_err(|e| WorkError::Failed(e.to_string()))?;
        let parts = Parts::none().with("events", Part::moved(&events)).with("test", Part::moved(test));
        drop(events);
        let told = |told| {
            if let simulate::Progress::Events(done) = told {
                progress(done as usize);
            }
        };
        let answer = self.ask(&simulate::Request::Learn(Request::Replay), parts, told).await?.0;
        let Answer::Replayed { points } = answer else { return Err(unexpected()) };
        Ok(points.into_iter().map(|(at, correct, total)| (at as usize, Counted { correct, total })).collect())
    }

    /// Ends the worker at once, for a page that goes away.
    pub fn end(&self) {
        self.0.end();
    }

    async fn ask(
        &self,
        request: &simulate::Request,
        parts: Parts<Part>,
        told: impl FnMut(simulate::Progress),
    ) -> Result<(Answer, Parts<Part>), WorkError> {
        match self.0.ask(request, parts, PATIENCE, told).await? {
            (simulate::Answer::Learn(answer), parts) => Ok((answer, parts)),
            _ => Err(unexpected()),
        }
    }
}
