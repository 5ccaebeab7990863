//! Whoever has no data and receives what was computed.

use super::{Ended, Keys, Seated, Stage, answered, closing, ending, opening};
use crate::{error::RunError, mail::Subject};

/// Plays the seat of a receiver without data.
///
/// # Errors
/// [`RunError`]; the others are told.
pub async fn receive(mut seated: Seated<'_>, keys: Keys<'_>) -> Result<Ended, RunError> {
    let received = take(&mut seated, keys).await;
    ending(&mut seated.mail, received).await
}

async fn take(seated: &mut Seated<'_>, keys: Keys<'_>) -> Result<Ended, RunError> {
    seated.attempt.check()?;
    (seated.observe)(Stage::Connecting);
    for peer in seated.mail.peers() {
        seated.mail.opened(peer).await?;
    }
    let heard = opening::hear_both(seated).await?;
    let rows = heard.opening.aligned.rows;
    (seated.observe)(Stage::Aligned { rows });
    (seated.observe)(Stage::Computing { steps: heard.plan.steps.len(), rounds: heard.plan.rounds });
    let first = seated.mail.receive(0, Subject::Answer).await?;
    let second = seated.mail.receive(1, Subject::Answer).await?;
    if first != second {
        return Err(RunError::Differ { seats: [0, 1], what: "how it ended" });
    }
    if let Some(sentence) = answered(0, &first)? {
        seated.mail.part().await?;
        return Ok(Ended::Answered(sentence));
    }
    let closing = closing::Closing {
        plan: &heard.plan,
        rows: heard.opening.aligned,
        computed: Some(heard.computed),
        mine: None,
        common: None,
        traffic: mpc::Traffic::default(),
    };
    closing::close(seated, keys, closing).await
}
