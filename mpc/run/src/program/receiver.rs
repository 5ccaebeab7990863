//! Whoever has no data and receives what was computed.

use super::{
    Ended, Keys, Seated, closing, ending, failure,
    handover::handover,
    opening,
    progress::{self, Progress},
};
use crate::{
    error::RunError,
    mail::Subject,
    stage::{Stage, Step},
};

/// Plays the seat of a receiver without data.
///
/// # Errors
/// [`RunError`]; the others are told.
pub async fn receive(mut seated: Seated<'_>, keys: Keys<'_>) -> Result<Ended, RunError> {
    let received = rounds(&mut seated, &keys).await;
    ending(&mut seated.mail, received).await
}

async fn rounds(seated: &mut Seated<'_>, keys: &Keys<'_>) -> Result<Ended, RunError> {
    seated.attempt.check()?;
    let mut progress = Progress::read(seated).await?;
    (seated.observe)(Stage::Connecting);
    loop {
        match take(seated, keys, &mut progress).await {
            Err(error) if error.is_anew() => {}
            done => return done,
        }
    }
}

/// One round.
async fn take(seated: &mut Seated<'_>, keys: &Keys<'_>, progress: &mut Progress) -> Result<Ended, RunError> {
    if progress::gather(seated, progress).await? == Step::Signed {
        return handover(seated, keys, progress, mpc::Traffic::default()).await;
    }
    progress::begin(seated, keys.session).await?;
    let heard = match opening::hear_both(seated).await? {
        Ok(heard) => heard,
        Err(why) => {
            let failure = why.failure(&seated.attempt.spec);
            return closing::fail(seated, keys, failure, why.sentence()).await;
        }
    };
    let rows = heard.opening.aligned.rows;
    (seated.observe)(Stage::Aligned { rows });
    (seated.observe)(Stage::Computing { steps: heard.plan.steps.len(), rounds: heard.plan.rounds });
    let first = seated.mail.receive(0, Subject::Answer).await?;
    let second = seated.mail.receive(1, Subject::Answer).await?;
    if first != second {
        return Err(RunError::Differ { seats: [0, 1], what: "how it ended" });
    }
    if let Some((sentence, failure)) = failure(0, &first, &heard.computed, &heard.plan)? {
        return closing::fail(seated, keys, failure, sentence).await;
    }
    let closing = closing::Closing {
        plan: &heard.plan,
        rows: heard.opening.aligned,
        computed: Some(heard.computed),
        mine: None,
        common: None,
        traffic: mpc::Traffic::default(),
    };
    closing::close(seated, keys, progress, closing).await
}
