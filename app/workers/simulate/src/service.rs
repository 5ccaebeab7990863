//! Which requests are answered.

use simulation::{
    Progress,
    task::{Answer, Request},
};
use work::{Ended, Job, Part, Parts, Reply, Service};

use crate::play::play;

/// Nothing is kept from one request to the next.
pub struct Simulations;

impl Service<Part> for Simulations {
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
        }
    }
}
