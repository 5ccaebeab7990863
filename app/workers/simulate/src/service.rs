//! Which requests are answered.

use simulation::task::{Answer, Progress, Request};
use work::{Ended, Job, Part, Parts, Reply, Service};

use crate::{learn::Learning, play::play};

/// Keeps the table that was read last, for a training on it.
#[derive(Default)]
pub struct SharedModels {
    learning: Learning,
}

impl Service<Part> for SharedModels {
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
            Request::Play { config, label } => {
                let table = parts.bytes("table").map_err(Ended::Failed)?;
                let played = play(*config, label, table, job).await.map_err(Ended::Failed)?;
                let answer = Answer::Played { outcome: Box::new(played.outcome), test_rows: played.test_rows };
                let parts = Parts::none().with("file", Part::moved(&played.file));
                Ok(Reply { answer, parts: parts.with("test", Part::moved(&played.test)) })
            }
            Request::Learn(request) => {
                let Reply { answer, parts } = self.learning.answer(request, &parts, job).await?;
                Ok(Reply { answer: Answer::Learn(answer), parts })
            }
        }
    }
}
