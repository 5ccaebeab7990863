//! Which requests are answered.

use mpc_run::{Ended as RunEnded, Finished as RunFinished, RunError, Spec, Table};
use mpc_task::{Answer, Play, Progress, Request, Seating, Secrets, files, request::Finished};
use work::{Ended, Job, Part, Parts, Reply, Service};

use crate::{
    late,
    seat::{Given, Seat, Way, check, over_relay, secrets},
};

/// Plays one seat at a time.
#[derive(Default)]
pub struct Party {
    /// In tests, instead of a relay.
    pub way: Option<Way>,
}

impl Service<Part> for Party {
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
            Request::Columns => {
                let table = table(&bytes(&parts, "table")?)?;
                Ok(Answer::Columns { names: table.names().to_vec(), rows: table.rows() }.into())
            }
            Request::Check { owner } => {
                let table = table(&bytes(&parts, "table")?)?;
                let findings = check(&bytes(&parts, "spec")?, owner, &table).map_err(Ended::failed)?;
                Ok(Answer::Checked { rows: table.rows(), findings }.into())
            }
            Request::Draw => draw(&parts),
            Request::Play(play) => {
                let way = self.way.take().unwrap_or_else(|| Box::new(over_relay));
                let seat = Seat::take(given(*play, &parts)?, way).await.map_err(Ended::Failed)?;
                let beside = seat.beside.clone();
                let tell = |progress| job.progress(&progress);
                let mut observe = |stage| beside.tell(job, stage);
                let played = beside.during(job, seat.play(&tell, &mut observe)).await;
                if matches!(played, Err(RunError::HelperGone)) {
                    return Ok(Answer::HelperGone.into());
                }
                let (came, given) = ended(job, played)?;
                match came {
                    RunEnded::Answered { sentence, failure, signatures } => {
                        Ok(Answer::Answered { sentence, failure, signatures }.into())
                    }
                    RunEnded::Finished(finished) => finish(*finished, &given),
                }
            }
            Request::Signed(late) => late::signed(&late, &bytes(&parts, "spec")?, &bytes(&parts, "progress")?),
            Request::Owes(late) => late::owes(&late, &bytes(&parts, "spec")?, &bytes(&parts, "progress")?),
            Request::Opens(late) => {
                let directory = bytes(&parts, "directory")?.try_into().map_err(|_| unreadable())?;
                let finished = late::opens(&late, &bytes(&parts, "spec")?, &bytes(&parts, "progress")?, &directory)?;
                let table = parts.bytes("table").ok().map(|bytes| table(&bytes)).transpose()?;
                finish_of(finished, &late.seating, late.seat, &bytes(&parts, "spec")?, table.as_ref())
            }
        }
    }
}

/// A stop is none of the failures.
fn ended<T>(job: &Job<Progress>, done: Result<T, mpc_run::RunError>) -> Result<T, Ended> {
    done.map_err(|error| if job.is_stopped() { Ended::Stopped } else { Ended::failed(error) })
}

fn bytes(parts: &Parts<Part>, name: &str) -> Result<Vec<u8>, Ended> {
    parts.bytes(name).map_err(Ended::Failed)
}

fn table(bytes: &[u8]) -> Result<Table, Ended> {
    Table::read(bytes).map_err(Ended::failed)
}

fn unreadable() -> Ended {
    Ended::failed("What this browser keeps of the seat cannot be read. Import your vault from a backup, in Settings.")
}

fn draw(parts: &Parts<Part>) -> Result<Reply<Answer, Part>, Ended> {
    let secrets = secrets().map_err(Ended::failed)?;
    let public = secrets.public().map_err(Ended::failed)?;
    let input = secrets.input(&parts.bytes("table").unwrap_or_default());
    // Plain data, which can always be written.
    let kept = serde_json::to_vec(&secrets).unwrap_or_default();
    Ok(Reply { answer: Answer::Drawn { public, input }, parts: Parts::none().with("keys", Part::moved(&kept)) })
}

fn given(play: Play, parts: &Parts<Part>) -> Result<Given, Ended> {
    let secrets: Secrets = serde_json::from_slice(&bytes(parts, "keys")?).map_err(|_| unreadable())?;
    let directory = bytes(parts, "directory")?.try_into().map_err(|_| unreadable())?;
    let kept = match parts.bytes("model") {
        Ok(model) => Some(serde_json::from_slice(&model).map_err(|_| unreadable())?),
        Err(_) => None,
    };
    let table = match parts.bytes("table") {
        Ok(bytes) => Some(table(&bytes)?),
        Err(_) => None,
    };
    let progress = parts.bytes("progress").ok();
    let confirmation = parts.bytes("confirmation").unwrap_or_default();
    Ok(Given { play, spec: bytes(parts, "spec")?, secrets, directory, table, kept, progress, confirmation })
}

fn finish(finished: RunFinished, given: &Given) -> Result<Reply<Answer, Part>, Ended> {
    finish_of(finished, &given.play.seating, given.play.seat, &given.spec, given.table.as_ref())
}

fn finish_of(
    finished: RunFinished,
    seating: &Seating,
    seat: u8,
    spec: &[u8],
    table: Option<&Table>,
) -> Result<Reply<Answer, Part>, Ended> {
    let address = seating.seats.get(usize::from(seat)).map(|seat| seat.address).unwrap_or_default();
    let mut parts = Parts::none();
    if let Some(kept) = &finished.kept {
        // Plain data, which can always be written.
        parts = parts.with("kept", Part::moved(&serde_json::to_vec(kept).unwrap_or_default()));
    }
    let csv = match &finished.common {
        Some(rows) => {
            // Without the table, rows have numbers alone.
            let keys = Spec::read(spec).ok().and_then(|(spec, _)| {
                let key = spec.key_of(Spec::owner_of(seat)?)?.to_owned();
                table?.cells(&key).ok().map(<[String]>::to_vec)
            });
            Some(files::common(rows, &keys.unwrap_or_default()))
        }
        None => files::predictions(&finished.told),
    };
    if let Some(csv) = csv {
        parts = parts.with("csv", Part::moved(&csv));
    }
    let RunFinished { outcome, signatures, told, learned, rows, traffic, .. } = finished;
    let answer = Answer::Finished(Box::new(Finished { outcome, signatures, told, learned, rows, traffic, address }));
    Ok(Reply { answer, parts })
}
