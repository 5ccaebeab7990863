//! Reading a table, training a start on it, and replaying a model's history.

use js_sys::Uint8Array;
use shared_model::{
    Event, TestSet,
    learn::{
        from_table,
        replay::Replay,
        task::{Answer, Fit, Request, TableReport},
    },
    table::{MAX_TABLE, Table, TableError},
};
use simulation::task::Progress;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;
use work::{Ended, Job, Part, Parts, Reply};

/// Keeps the table that was read last.
#[derive(Default)]
pub struct Learning {
    table: Option<(Table, TableReport)>,
}

impl Learning {
    /// # Errors
    /// [`Ended`] with a sentence for a person.
    pub async fn answer(
        &mut self,
        request: Request,
        parts: &Parts<Part>,
        job: &Job<Progress>,
    ) -> Result<Reply<Answer, Part>, Ended> {
        match request {
            Request::Read { label, mending } => {
                // The memory of the one before is needed.
                self.table = None;
                let bytes = bytes(&parts.file("table").map_err(Ended::Failed)?).await?;
                let read = TableReport::read(&bytes, label, mending).map_err(Ended::failed)?;
                let report = read.1.clone();
                self.table = Some(read);
                Ok(Answer::Read(report).into())
            }
            Request::Train { kind, words, capacity } => {
                let none = || Ended::failed("There is nothing to train on: choose a table first.");
                let (table, TableReport { content, .. }) = self.table.as_ref().ok_or_else(none)?;
                let trained = from_table::train(table, *content, kind, &words, capacity).map_err(Ended::failed)?;
                let fit = Fit {
                    correct: trained.correct,
                    rows: trained.test.rows.len() as u32,
                    skipped: trained.skipped as u64,
                    why: trained.why.map(|e| e.of_row()),
                };
                let parts = Parts::none().with("file", Part::moved(&trained.file.to_bytes()));
                let parts = parts.with("test", Part::moved(&trained.test.to_bytes()));
                Ok(Reply { answer: Answer::Trained(fit), parts })
            }
            Request::Replay => {
                let bytes = |name| parts.bytes(name).map_err(Ended::Failed);
                let points = replay(&bytes("events")?, &bytes("test")?, job).await?;
                Ok(Answer::Replayed { points }.into())
            }
        }
    }
}

/// All bytes of a table that is not too large.
async fn bytes(file: &File) -> Result<Vec<u8>, Ended> {
    let found = file.size() as u64;
    if found > MAX_TABLE {
        return Err(Ended::failed(TableError::TooLarge { found }));
    }
    let gone = |_| Ended::failed("The file could not be read from your disk. Choose it again.");
    JsFuture::from(file.array_buffer()).await.map(|buffer| Uint8Array::new(&buffer).to_vec()).map_err(gone)
}

/// What the test set gives after each event that the accuracy log has an entry for.
async fn replay(events: &[u8], test: &[u8], job: &Job<Progress>) -> Result<Vec<(u32, u32, u32)>, Ended> {
    let events: Vec<Event> = serde_json::from_slice(events).map_err(Ended::failed)?;
    let mut points = Vec::new();
    let Some(Event::Created { incentive, shape, .. }) = events.first() else { return Ok(points) };
    let rows = TestSet::parse(shape, test).map_err(Ended::failed)?.rows;
    let mut replay = Replay::new(*incentive, shape.clone()).map_err(Ended::failed)?.with_test_set(rows);
    for (at, event) in events.iter().enumerate() {
        if let Some(counted) = replay.apply(event).map_err(Ended::failed)? {
            points.push((at as u32, counted.correct, counted.total));
        }
        if job.is_due() {
            job.progress(&Progress::Events(at as u32));
            if !job.pause().await {
                return Err(Ended::Stopped);
            }
        }
    }
    Ok(points)
}
